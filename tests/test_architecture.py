"""The engine knows no project, and arrows between the rooms point one way: read off every file's names and imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.assignment import ROOT, SHARED_PACKAGE
from tests.assignments import ALL

ENGINE = sorted((ROOT / "autograder").rglob("*.py"))
OURS = ("autograder", "solutions", "tests", SHARED_PACKAGE, *(of.name for of in ALL))
VOCABULARY = (
    "autograder.catalog",
    "autograder.checks",
    "autograder.submission.source",
    "autograder.worker.errors",
    "autograder.worker.student",
    "autograder.worker.wire",
)
"""What an assignment's checks are written in."""


def imports(path: Path) -> Iterator[str]:
    """The dotted names of our own packages that a file imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from (name for name in names if name.partition(".")[0] in OURS)


def within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def defined_names() -> dict[str, str]:
    """Everything that an assignment defines by name, and whose it is."""
    found = {}
    for of in ALL:
        own = [of.name, of.title, *(part.name for part in of.parts), *(f.name for f in of.functions)]
        own += [name for part in of.parts for name in (*part.given, *(weights.file for weights in part.weights))]
        found |= dict.fromkeys(own, of.name)
    return found


def data_sets() -> set[str]:
    return {path.parent.name for path in (ROOT / SHARED_PACKAGE).glob("*/__init__.py")}


def test_no_file_of_the_engine_holds_a_name_that_an_assignment_defines() -> None:
    names = {**defined_names(), **dict.fromkeys(data_sets(), SHARED_PACKAGE)}
    assert {"sgd", "project1", "knn", "svm_best_model.pt", "LinearSVM", "props"} <= set(names)
    word = re.compile(r"(?<![\w.])(" + "|".join(map(re.escape, names)) + r")(?!\w)")
    held = [
        f"{path.relative_to(ROOT)}:{number}: {match[1]} (of {names[match[1]]})"
        for path in sorted((ROOT / "autograder").rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        for match in word.finditer(line)
    ]
    assert held == []


def test_no_total_of_points_stands_in_the_engine() -> None:
    totals = "|".join(f"{points:g}" for of in ALL for points in (of.points, *(part.points for part in of.parts)))
    said = re.compile(rf"\b({totals})(\.0)? points|points ?=+ ?({totals})\b")
    held = [str(path) for path in ENGINE if said.search(path.read_text(encoding="utf-8"))]
    assert held == []


def test_the_engine_imports_nothing_of_ours_but_the_students_shared_package() -> None:
    for path in ENGINE:
        assert [name for name in imports(path) if not within(name, "autograder", SHARED_PACKAGE)] == [], path


def test_only_the_loader_and_the_zip_reach_into_an_assignment() -> None:
    reaching = {
        str(path.relative_to(ROOT))
        for path in ENGINE
        if re.search(r'import_module\(f?"solutions|f"solutions\.', path.read_text(encoding="utf-8"))
    }
    assert reaching == {"autograder/assignment.py", "autograder/build/gradescope.py"}


def test_the_worker_imports_no_checks_no_build_and_no_solutions() -> None:
    ours = [path for path in ENGINE if path.parent.name == "worker"]
    beside_students = {
        "blocking",
        "child",
        "columns",
        "faults",
        "forkserver",
        "kernel",
        "landlock",
        "loader",
        "preload",
    }
    beside_students |= {
        "sandbox",
        "seccomp",
        "standins",
        "steps",
        "weights",
        "wire",
    }  # loaded in the worker's own process
    for path in ours:
        forbidden = ("autograder.checks", "autograder.build", "autograder.grading", "autograder.audit", "solutions")
        assert [name for name in imports(path) if within(name, *forbidden)] == [], path
        if path.stem in beside_students:
            assert [name for name in imports(path) if not within(name, "autograder.worker", SHARED_PACKAGE)] == [], path


def test_what_compares_submissions_neither_runs_nor_grades_them_and_grading_does_not_need_it() -> None:
    for path in ENGINE:
        if path.parent.name == "similar":
            forbidden = ("autograder.worker", "autograder.grading", "autograder.checks", "autograder.audit")
            assert [name for name in imports(path) if within(name, *forbidden)] == [], path
        elif path.name != "__main__.py":
            assert [name for name in imports(path) if within(name, "autograder.similar")] == [], path
            assert "copydetect" not in path.read_text(encoding="utf-8"), path
    assert "copydetect" not in (ROOT / "requirements.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("package", [SHARED_PACKAGE, *(of.name for of in ALL)])
def test_what_students_import_needs_nothing_of_the_graders(package: str) -> None:
    allowed = {SHARED_PACKAGE, package}
    for path in (ROOT / package).rglob("*.py"):
        assert [name for name in imports(path) if not within(name, *allowed)] == [], path
    assert package == SHARED_PACKAGE or any((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("of", ALL, ids=lambda of: of.name)
def test_an_assignment_imports_the_vocabulary_of_checks_and_its_own_students_packages(of) -> None:
    own = (f"solutions.{of.name}", of.name, SHARED_PACKAGE)
    for path in of.folder.rglob("*.py"):
        assert [name for name in imports(path) if not within(name, *VOCABULARY, *own)] == [], path
    standins = of.folder / "standins.py"
    assert not standins.is_file() or not list(imports(standins))


def test_no_module_of_the_engine_imports_itself_by_a_detour() -> None:
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in ENGINE
    }
    reached: dict[str, set[str]] = {}
    for name, path in modules.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = set()
        for node in tree.body:  # at import time only
            if isinstance(node, ast.ImportFrom) and node.module:
                found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
            elif isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
        reached[name] = {other for other in found & set(modules) if other != name}

    def circle(name: str, way: tuple[str, ...]) -> tuple[str, ...]:
        if name in way:
            return (*way[way.index(name) :], name)
        return next((found for other in sorted(reached[name]) if (found := circle(other, (*way, name)))), ())

    packages = {name for name in modules if modules[name].name == "__init__.py"}
    circles = [circle(name, ()) for name in modules if name not in packages]
    assert [found for found in circles if found] == []
