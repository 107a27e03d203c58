"""The one loader of an assignment: the folder `solutions/NAME` read into plain data, and checked.

Nothing else in the engine knows where an assignment lies or what is in it. An assignment's folder holds

    assignment.toml     title, parts, given classes, weights, policies
    PART.py             the master of each part: notebook and hidden reference in one
    checks/*.py         the graded checks, each function's rules beside them
    known/              mistakes with hints, versions with two of them (generated), right variants, excused mutants
    standins.py         what takes an earlier function's place in the worker (optional)
    hidden.py           files that only the grader has, made when its zip is built (optional)
    bench.py            what the reference is measured against, for `make bench` (optional)

This module imports neither torch nor a check until an assignment is loaded.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.catalog import Function, Part, Rival, Weights
from autograder.errors import AssignmentError
from autograder.policy import policy as policies
from autograder.policy.policy import Policy
from autograder.settings import Kind, fields

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from autograder.checks.case import CheckCase, CheckInfo

ROOT = Path(__file__).resolve().parents[1]
SOLUTIONS = ROOT / "solutions"
SHARED_PACKAGE = "coursekit"
"""What students of every assignment import; it ships with each."""


@dataclass(frozen=True)
class Repository:
    """The public repository on GitHub that students open an assignment's notebooks from: never this one.

    Attributes:
        name: "OWNER/NAME".
        branch: the one whose notebooks are opened.
    """

    name: str
    branch: str


@dataclass(frozen=True)
class Assignment:
    """One assignment.

    Attributes:
        name: of its folder, and of the package that its students import.
        title: for people.
        zip: the end of the name of the zip that students hand in (`{uniquename}_{umid}_P1.zip`: "P1").
        points: what all checks sum to, extra credit aside.
        parts: in order.
        checks: every graded check in the order of its number: its entry, its case and its method.
        policy: what counts and what is shown when.
        repository: where students open its notebooks from; None where they only get a zip.
    """

    name: str
    title: str
    zip: str
    points: float
    parts: tuple[Part, ...]
    checks: tuple[tuple[CheckInfo, type[CheckCase], str], ...]
    policy: Policy = field(default_factory=Policy)
    repository: Repository | None = None

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return SOLUTIONS / self.name

    @property
    def functions(self) -> tuple[Function, ...]:
        """Every graded function, in order."""
        return tuple(function for part in self.parts for function in part.functions)

    @property
    def extra(self) -> float:
        """What the checks of extra credit sum to."""
        return sum(part.extra for part in self.parts)

    def part(self, name: str) -> Part:
        """The part of that name; KeyError names those there are."""
        for candidate in self.parts:
            if candidate.name == name:
                return candidate
        raise KeyError(f"no part {name!r}; there are {', '.join(part.name for part in self.parts)}")

    def checks_of(self, parts: Iterable[Part]) -> tuple[tuple[CheckInfo, type[CheckCase], str], ...]:
        """The checks of some parts, in the order of their numbers."""
        names = {part.name for part in parts}
        return tuple(entry for entry in self.checks if entry[0].part in names)


def names(solutions: Path = SOLUTIONS) -> tuple[str, ...]:
    """Every assignment there is, sorted; the first is meant where none is named."""
    return tuple(sorted(path.parent.name for path in solutions.glob("*/assignment.toml")))


def named(name: str | None) -> str:
    """The assignment of that name, or the first there is.

    Raises:
        AssignmentError: there is none of that name, or none at all.
    """
    there = names()
    if not there:
        raise AssignmentError(f"there is no assignment: no {SOLUTIONS}/NAME/assignment.toml was found.")
    if name is None:
        return there[0]
    if name not in there:
        raise AssignmentError(f"there is no project {name!r}; there are {', '.join(there)}.")
    return name


def packages(name: str) -> tuple[str, ...]:
    """The packages that students of an assignment import, and that ship to them."""
    return SHARED_PACKAGE, name


def modules(name: str) -> tuple[str, ...]:
    """The modules that an assignment's graded checks stand in."""
    return tuple(f"solutions.{name}.checks.{path.stem}" for path in sorted((SOLUTIONS / name / "checks").glob("*.py")))


def outline(name: str) -> tuple[str, tuple[str, ...]]:
    """An assignment's title and the names of its parts, without its checks, which take torch to import.

    Raises:
        AssignmentError: it is not there or its file breaks a rule.
    """
    told = _read(SOLUTIONS / named(name) / "assignment.toml")
    return told["title"], tuple(part["name"] for part in told["parts"])


def repository(name: str) -> Repository | None:
    """Where students open an assignment's notebooks from, without its checks, which take torch to import.

    Raises:
        AssignmentError: the assignment is not there or its file breaks a rule.
    """
    told: Repository | None = _read(SOLUTIONS / named(name) / "assignment.toml")["repository"]
    return told


def public_checks(name: str) -> Any:
    """The public checks of an assignment: the module `NAME.checks` of its students' package."""
    return import_module(f"{name}.checks")


def rivals(name: str, reference: Mapping[str, Callable[..., Any]]) -> Iterator[Rival]:
    """What an assignment's `bench.py` measures its reference against; nothing where it has none.

    Args:
        name: the assignment.
        reference: its functions, by name.
    """
    if (SOLUTIONS / name / "bench.py").is_file():
        yield from import_module(f"solutions.{name}.bench").rivals(reference)


@cache
def load(name: str) -> Assignment:
    """Read an assignment and check that it is whole.

    Raises:
        AssignmentError: it is not there, its file or its checks break a rule, or its points do not come to what the
            file says.
    """
    from autograder.checks.case import manifest  # takes torch

    folder = SOLUTIONS / named(name)
    told = _read(folder / "assignment.toml")
    try:
        checks = manifest(_cases(name))
    except ValueError as error:
        raise AssignmentError(f"the checks of {name}: {error}.") from None
    parts = tuple(_part(name, told_part, checks) for told_part in told["parts"])
    strangers = sorted({about.part for about, *_ in checks} - {part.name for part in parts})
    if strangers:
        raise AssignmentError(
            f"{name}: there are checks of {', '.join(strangers)}, which assignment.toml does not list."
        )
    answers = frozenset(answer for part in parts for answer in (*(f.name for f in part.functions), *part.given))
    parts = tuple(replace(part, answers=answers) for part in parts)
    points = sum(part.points for part in parts)
    if abs(points - told["points"]) > 1e-9:
        shares = ", ".join(f"{part.name} {part.points:g}" for part in parts)
        raise AssignmentError(
            f"{folder.name}/assignment.toml says {told['points']:g} points, but the checks come to {points:g} "
            f"({shares}); mend one of the two."
        )
    _refuse_strangers(told["policy"], parts, checks, f"{folder.name}/assignment.toml, policy")
    return Assignment(name, told["title"], told["zip"], points, parts, checks, told["policy"], told["repository"])


def _refuse_strangers(
    policy: Policy, parts: Iterable[Part], checks: Iterable[tuple[CheckInfo, type[CheckCase], str]], where: str
) -> None:
    """See that the policy names only what there is."""
    columns = {getattr(getattr(case, method), "__leaderboard_column__", None) for _, case, method in checks}
    files = [name for part in parts for name in (part.name, *(weights.file for weights in part.weights))]
    groups = [*files, *(about.function for about, *_ in checks), *(about.number for about, *_ in checks)]
    policies.refuse_strangers(policy, dict.fromkeys(groups), files, sorted(filter(None, columns)), where)


def _cases(name: str) -> tuple[type[CheckCase], ...]:
    """Every case that the modules of an assignment's checks define for a function or file of its own."""
    from autograder.checks.case import CheckCase

    found = []
    for module in map(import_module, modules(name)):
        found += [
            case
            for case in vars(module).values()
            if isinstance(case, type)
            and issubclass(case, CheckCase)
            and case.__module__ == module.__name__
            and "function" in vars(case)
        ]
    return tuple(found)


def _part(name: str, told: Mapping[str, Any], checks: tuple[tuple[CheckInfo, type[CheckCase], str], ...]) -> Part:
    mine = [(about, case) for about, case, _ in checks if about.part == told["name"]]
    points: dict[str, float] = {}
    cases: dict[str, type[CheckCase]] = {}
    for about, case in mine:
        points[about.function] = points.get(about.function, 0.0) + about.points
        if cases.setdefault(about.function, case) is not case:
            raise AssignmentError(f"{name}: {about.function} has two case classes; put its checks into one.")
    tasks = _tasks(name)
    functions = tuple(
        replace(case.rules(), points=points[function], task=tasks.get(function, ""))
        for function, case in cases.items()
        if case.needs_function
    )
    files = {function for function, case in cases.items() if not case.needs_function}
    if files != {weights["file"] for weights in told["weights"]}:
        raise AssignmentError(
            f"{name}: assignment.toml lists the weights {[w['file'] for w in told['weights']]} for {told['name']}, but "
            f"its checks are of {sorted(files)}."
        )
    weights = tuple(
        Weights(w["file"], tuple((key, tuple(shape)) for key, shape in w.get("holds", {}).items()), points[w["file"]])
        for w in told["weights"]
    )
    return Part(name, told["name"], told["title"], functions, told["summary"], tuple(told["given"]), weights)


def _tasks(name: str) -> dict[str, str]:
    """The number of each function's task, from the listing that is built with the notebooks; none without it."""
    path = ROOT / name / "tasks.json"
    if not path.is_file():
        return {}
    listed = json.loads(path.read_text(encoding="utf-8"))
    return {task["function"]: task["number"] for part in listed["parts"] for task in part["tasks"]}


# --- assignment.toml -----------------------------------------------------------------------------------------------

_TOP: dict[str, tuple[Kind, Any]] = {
    "title": (str, None),
    "zip": (str, None),
    "points": ((int, float), None),
    "parts": (list, None),
    "repository": (str, ""),
    "branch": (str, "main"),
    "policy": (dict, {}),
}
_PART: dict[str, tuple[Kind, Any]] = {
    "name": (str, None),
    "title": (str, None),
    "summary": (str, ""),
    "given": (list, []),
    "weights": (list, []),
}
_WEIGHTS: dict[str, tuple[Kind, Any]] = {"file": (str, None), "holds": (dict, {})}


def _read(path: Path) -> dict[str, Any]:
    """The file as plain data, defaults filled in."""
    try:
        text = path.read_text(encoding="utf-8")
        told = tomllib.loads(text)
    except OSError as error:
        raise AssignmentError(f"{path} cannot be read ({error.strerror}).") from None
    except tomllib.TOMLDecodeError as error:
        raise AssignmentError(f"{path} is not TOML: {error}.") from None
    where = f"{path.parent.name}/{path.name}"
    top = fields(told, _TOP, where)
    top["parts"] = [fields(part, _PART, f"{where}, part {i}") for i, part in enumerate(top["parts"], start=1)]
    for part in top["parts"]:
        part["weights"] = [fields(w, _WEIGHTS, f"{where}, weights of {part['name']}") for w in part["weights"]]
    top["policy"] = policies.read(top["policy"], f"{where}, policy")
    top["repository"] = _repository(top["repository"], top["branch"], where)
    if not top["parts"]:
        raise AssignmentError(f"{where} lists no parts; an assignment has at least one [[parts]].")
    return top


def _repository(name: str, branch: str, where: str) -> Repository | None:
    if not name:
        return None
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", name):
        raise AssignmentError(f"{where}: repository should be OWNER/NAME as on GitHub, but is {name!r}.")
    if not re.fullmatch(r"[\w./-]+", branch):
        raise AssignmentError(f"{where}: branch should be the name of a branch, but is {branch!r}.")
    return Repository(name, branch)
