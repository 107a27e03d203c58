"""New projects and new tasks, laid out from `templates/`: `python -m autograder new project NAME`, `... new task NAME`.

A template is a text in which words in capitals (NAME, FUNCTION, ...) stand for what is particular. Nothing is written
unless everything can be.
"""

from __future__ import annotations

import argparse
import importlib.util
import keyword
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.assignment import ROOT, SOLUTIONS, Assignment, load, named, names
from autograder.build import notebooks
from autograder.catalog import Part
from autograder.errors import UsageError

TEMPLATES = ROOT / "templates"
TODO = re.compile(r"\bTODO\b")


# --- a new project -------------------------------------------------------------------------------------------------


def new_project(name: str) -> list[Path]:
    """Lay out a small whole project: one part, one worked task; the paths written.

    Raises:
        UsageError: the name cannot be a project's.
    """
    _refuse_project(name)
    digits = re.search(r"\d+$", name)
    words = {"NAME": name, "ZIP": f"P{digits[0]}" if digits else name}
    written = []
    for template, target in (("package", ROOT / name), ("solutions", SOLUTIONS / name)):
        for path in sorted((TEMPLATES / "project" / template).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                text = _filled_in(path.read_text(encoding="utf-8"), words)
                written.append(_write(target / path.relative_to(TEMPLATES / "project" / template), text))
    return [*written, *notebooks.write(load(name))]


def _refuse_project(name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise UsageError(
            f"{name!r} cannot be a project's name: it is also that of a Python package, so it is made of lower-case "
            "letters, digits and underscores, and begins with a letter (my_project, say)."
        )
    if name in names() or (ROOT / name).exists() or (SOLUTIONS / name).exists():
        raise UsageError(f"there is a {name} already; choose another name.")
    if importlib.util.find_spec(name) is not None:
        raise UsageError(f"{name} is the name of an installed Python module; choose another (my_project, say).")


# --- a new task ----------------------------------------------------------------------------------------------------


def new_task(assignment: Assignment, part: Part, name: str, points: float, extra: bool) -> list[Path]:
    """Write the skeleton of a new graded function in all the places that it needs; the paths written or changed.

    Raises:
        UsageError: the name is none, or is taken.
    """
    _refuse_task(assignment, part, name)
    task, check = _next_numbers(assignment, part)
    words = {
        "PROJECT": assignment.name,
        "PART": part.name,
        "FUNCTION": name,
        "CASE": "".join(word.capitalize() for word in name.split("_")),
        "TITLE": ("Extra credit: " if extra else "") + name.replace("_", " "),
        "NUMBER": task,
        "CHECK": check,
        "POINTS": f"{points:g}",
        "EXTRA": "    extra = True\n" if extra else "",
    }
    text = {
        path.stem: _filled_in(path.read_text(encoding="utf-8"), words) for path in (TEMPLATES / "task").glob("*.py")
    }
    folder, package = assignment.folder, ROOT / assignment.name
    master = folder / f"{part.name}.py"
    changed = [
        _write(master, _before_the_end(master.read_text(encoding="utf-8"), text["master"])),
        _append(package / "checks" / f"{part.name}.py", text["public_check"]),
        _append(folder / "checks" / f"{part.name}.py", text["check"], head=text["check_head"]),
        _write(folder / "known" / "mistakes" / f"{name}.py", text["mistakes"]),
        _write(folder / "known" / "variants" / f"{name}.py", text["variants"]),
    ]
    if not extra:
        settings = folder / "assignment.toml"
        total = f"points = {assignment.points + points:g}"
        changed.append(_write(settings, re.sub(r"(?m)^points = [\d.]+", total, settings.read_text(encoding="utf-8"))))
    return changed


def _refuse_task(assignment: Assignment, part: Part, name: str) -> None:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise UsageError(f"{name!r} cannot be a function's name.")
    for other in names():
        for there in load(other).parts:
            if name in {function.name for function in there.functions} or name in there.given:
                raise UsageError(f"{other} grades {name} already, in {there.name}; choose another name.")
    public = ROOT / assignment.name / "checks" / f"{part.name}.py"
    if not public.is_file():
        raise UsageError(f"there is no {public.relative_to(ROOT)} for its public check; make that module first.")
    for kind in ("mistakes", "variants"):
        if (assignment.folder / "known" / kind / f"{name}.py").exists():
            raise UsageError(f"there is a known/{kind}/{name}.py already; choose another name.")


def _next_numbers(assignment: Assignment, part: Part) -> tuple[str, str]:
    """The numbers of the task and of the check that come after a part's last ones."""
    from autograder.build import master

    last = [task.number for task in master.read(part).tasks.values()][-1]
    checks = [about.number for about, *_ in assignment.checks_of([part])]
    return _after(last), _after(checks[-1])


def _after(number: str) -> str:
    major, minor = number.rsplit(".", 1)
    return f"{major}.{int(minor) + 1}"


def _before_the_end(master: str, cells: str) -> str:
    """A master with new cells before the last text cell that has a heading "Hand in", or at its end."""
    starts = [match.start() for match in re.finditer(r"(?m)^# %% \[markdown\]", master)]
    ends = [*starts[1:], len(master)]
    closing = [
        start for start, end in zip(starts, ends, strict=True) if re.search(r"(?m)^# #+ .*Hand in", master[start:end])
    ]
    at = closing[-1] if closing else len(master)
    return master[:at] + cells + master[at:]


def to_do(paths: Sequence[Path]) -> list[str]:
    """Every place in these files that still says TODO, as `path:line: text`."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        if path.suffix == ".py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if TODO.search(line)
    ]


# --- writing -------------------------------------------------------------------------------------------------------


def _filled_in(text: str, words: Mapping[str, str]) -> str:
    """A template with its words replaced, wherever they stand on their own or before an underscore."""
    return re.sub(rf"\b({'|'.join(words)})(?=\b|_)", lambda match: words[match[1]], text)


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _append(path: Path, text: str, head: str = "") -> Path:
    """Put text at the end of a file; where there is none, below a head."""
    before = path.read_text(encoding="utf-8") if path.is_file() else head
    return _write(path, before.rstrip("\n") + "\n" + text)


# --- the command line ----------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Raises UsageError where nothing was written."""
    parser = argparse.ArgumentParser(prog="autograder new", description="Lay out a new project or a new task.")
    kinds = parser.add_subparsers(metavar="KIND", required=True)
    project = kinds.add_parser("project", help="a small whole project")
    project.add_argument("name", help="of its folder and its students' package")
    project.set_defaults(run=_run_project)
    task = kinds.add_parser("task", help="the skeleton of a new graded function")
    task.add_argument("name", help="of the function")
    task.add_argument("--part", required=True, help="the notebook that it stands in")
    task.add_argument("--project", help="which assignment (default: the first)")
    task.add_argument("--points", type=float, default=1.0, help="what it is worth (default: %(default)g)")
    task.add_argument("--extra", action="store_true", help="as extra credit")
    task.set_defaults(run=_run_task)
    options = parser.parse_args(arguments)
    code: int = options.run(options)
    return code


def _run_project(options: argparse.Namespace) -> int:
    for path in new_project(options.name):
        print(f"wrote {path.relative_to(ROOT)}")
    print(f"\nIt is whole as it is: make PROJECT={options.name}. Then edit solutions/{options.name}/ to make it yours.")
    return 0


def _run_task(options: argparse.Namespace) -> int:
    assignment = load(named(options.project))
    try:
        part = assignment.part(options.part)
    except KeyError as error:
        raise UsageError(f"{error.args[0]}.") from None
    if not options.points > 0:
        raise UsageError(f"--points takes a number above 0, not {options.points:g}.")
    changed = new_task(assignment, part, options.name, options.points, options.extra)
    for path in changed:
        print(f"wrote {path.relative_to(ROOT)}")
    if not options.extra:
        print(
            f"\n{assignment.name} is now worth {assignment.points + options.points:g} points, as assignment.toml says; "
            "if the total must stay, take them from other checks (their @weight) and change it back."
        )
    print("\nThe audit of what is there:\n")
    sys.stdout.flush()
    _audit(assignment.name, options.name)
    left = to_do(changed)
    print(f"\nStill to write, {len(left)} places:")
    print("\n".join(f"  {line}" for line in left))
    print(f"\nThen: make PROJECT={assignment.name}, and python -m autograder audit --function {options.name}")
    return 0


def _audit(project: str, function: str) -> None:
    """Audit a function in a new process, which imports the checks as they now are."""
    import subprocess

    command = [sys.executable, "-m", "autograder", "audit", "--project", project, "--function", function]
    subprocess.run(command, cwd=ROOT, check=False)


if __name__ == "__main__":
    sys.exit(main())
