"""The command line: `python -m autograder COMMAND`.

Exit codes: 0 done; 1 it was done and found something that is not as it must be; 2 it could not start, with one line
that says why; 3 graded, but some checks could not be graded.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.errors import UsageError
from autograder.heap import importing

GRADED, NOT_AS_IT_MUST_BE, COULD_NOT_START, NOT_ALL_GRADED = 0, 1, 2, 3

MODULES = {
    "notebooks": "build the student notebooks from the masters",
    "release": "build the zip for students",
    "zip": "build the zip for Gradescope, prove it, and put it in place with its certificate",
    "prove": "run the zip for Gradescope on submissions whose scores are known",
    "new": "lay out a new project, or the skeleton of a new task",
}

FIGURES = (
    "start",
    "warm",
    "memory",
    "forks",
    "container",
    "references",
    "classes",
    "profile",
)  # modules of autograder.bench
ASKED_FOR = ("thousand",)  # measured only by name


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    arguments, rest = parser().parse_known_args(argv)
    if rest and arguments.run is not run_module:
        parser().error(f"unrecognized arguments: {' '.join(rest)}")
    arguments.rest = rest
    try:
        code: int = arguments.run(arguments)
    except UsageError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return COULD_NOT_START
    except KeyboardInterrupt:
        print("autograder: stopped.", file=sys.stderr)
        return 130
    except ModuleNotFoundError as error:
        if os.environ.get("AUTOGRADER_TRACEBACK"):
            raise
        print(
            f"autograder: {error.name} is not installed for {sys.executable}; run `make setup`, then use "
            ".venv/bin/python -m autograder.",
            file=sys.stderr,
        )
        return COULD_NOT_START
    except Exception as error:
        if os.environ.get("AUTOGRADER_TRACEBACK"):
            raise
        print(
            f"autograder: the grader itself failed: {type(error).__name__}: {error}. "
            "Set AUTOGRADER_TRACEBACK=1 to see where.",
            file=sys.stderr,
        )
        return COULD_NOT_START
    return code


def parser() -> argparse.ArgumentParser:
    """The commands and their arguments. A command imports what it needs only when it runs."""
    top = argparse.ArgumentParser(prog="python -m autograder", description="Grades course projects.")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    project = argparse.ArgumentParser(add_help=False)
    project.add_argument("--project", help="which of solutions/ (default: the first)")

    grade = commands.add_parser("grade", parents=[project], help="grade one submission and print the report")
    grade.add_argument("submission", help="a notebook, a module, an archive, or a folder of them")
    grade.add_argument("--out", type=Path, help="folder to write results.json and report.html to")
    grade.add_argument(
        "--unsafe", action="store_true", help="grade even where student code is not confined; marks every report"
    )
    grade.set_defaults(run=run_grade)

    grade_all = commands.add_parser("grade-all", parents=[project], help="grade a class into a folder of results")
    grade_all.add_argument("submissions", type=Path, help="a folder of submissions, or Gradescope's export")
    grade_all.add_argument("--out", type=Path, required=True, help="folder of results; what stands there is kept")
    grade_all.add_argument("--jobs", type=int, help="how many to grade at a time (default: one a core)")
    grade_all.add_argument("--scheduler", help="grade on the Dask cluster of this scheduler (tcp://host:port)")
    grade_all.add_argument("--roster", type=Path, help="CSV of the course's students")
    grade_all.add_argument("--overrides", type=Path, help="CSV of marks by hand (default: overrides.csv in --out)")
    grade_all.add_argument("--force", action="store_true", help="grade also what was graded before")
    grade_all.add_argument("--anonymous", action="store_true", help="leave names and links out of class.html")
    grade_all.add_argument(
        "--unsafe", action="store_true", help="grade even where student code is not confined; marks every report"
    )
    grade_all.set_defaults(run=run_grade_all)

    regrade = commands.add_parser("regrade", help="compare two folders of results: who changes, on which checks")
    regrade.add_argument("old", type=Path, help="the folder of results before")
    regrade.add_argument("new", type=Path, help="the folder of results after")
    regrade.add_argument("--csv", type=Path, help="file to write every change to")
    regrade.set_defaults(run=run_regrade)

    preview = commands.add_parser("preview", help="show a results.json as Gradescope would, to students and to staff")
    preview.add_argument("results", type=Path, help="a results.json")
    preview.add_argument("--out", type=Path, help="page to write (default: preview.html beside it)")
    preview.set_defaults(run=run_preview)

    gradescope = commands.add_parser(
        "gradescope", parents=[project], help="grade in Gradescope's container (run_autograder calls this)"
    )
    gradescope.add_argument("--root", type=Path, default=Path("/autograder"), help="Gradescope's folder")
    gradescope.set_defaults(run=run_gradescope)

    policy = commands.add_parser("policy", parents=[project], help="print what a student would see at given dates")
    policy.add_argument(
        "--at",
        action="append",
        default=[],
        metavar="DATE",
        help="a date and time (may be given several times; default: those around the due dates)",
    )
    policy.add_argument("--metadata", type=Path, help="a submission_metadata.json of Gradescope's to take dates from")
    policy.add_argument(
        "--submissions-today", type=int, metavar="N", help="how many came before on that day (default: the metadata's)"
    )
    policy.set_defaults(run=run_policy)

    doctor = commands.add_parser("doctor", help="say whether student code is confined on this machine, and by what")
    doctor.set_defaults(run=run_doctor)

    audit = commands.add_parser(
        "audit", parents=[project], help="prove the grader: right answers pass, wrong ones fail, mutants die"
    )
    audit.add_argument("--mutants", default="all", help="how many mutants to grade (always the same), or all")
    audit.add_argument(
        "--pairs",
        default="3",
        help="of how many pairs of known mistakes, of each function, to grade both at once, or all",
    )
    audit.add_argument("--part", action="append", default=[], help="only this part (may be given several times)")
    audit.add_argument("--function", help="only this graded function")
    audit.add_argument("--page", type=Path, help="where to write the page (default: dist/PROJECT-audit.html)")
    audit.set_defaults(run=run_audit)

    similar = commands.add_parser(
        "similar", parents=[project], help="find pairs of submissions of a class that are suspiciously alike"
    )
    similar.add_argument("submissions", type=Path, help="a folder with a notebook, module, zip or folder for each")
    similar.add_argument("--out", type=Path, required=True, help="folder to write similar.csv and similar.html to")
    similar.add_argument("--results", type=Path, help="folder the class was graded to; rare mistakes count then, too")
    similar.add_argument("--top", type=int, default=20, help="how many pairs to show side by side (default: 20)")
    similar.add_argument(
        "--anonymous",
        action="store_true",
        help="number the submissions, in the order of their names, instead of naming them",
    )
    similar.set_defaults(run=run_similar)

    for name, what in MODULES.items():
        module = commands.add_parser(name, help=what, add_help=False)  # each has arguments of its own
        module.set_defaults(run=run_module, module=f"autograder.build.{name if name != 'zip' else 'ship'}")

    projects = commands.add_parser("projects", help="list the projects there are, one a line")
    projects.set_defaults(run=run_projects)

    bench = commands.add_parser("bench", parents=[project], help="measure the grader's time and memory")
    bench.add_argument("--only", choices=(*FIGURES, *ASKED_FOR), help="one kind of figures alone (default: all)")
    bench.set_defaults(run=run_bench)
    return top


def run_grade(arguments: argparse.Namespace) -> int:
    """Grade one submission on this machine."""
    from autograder.assignment import load, named, names, packages
    from autograder.worker.warm import Warm

    name = named(arguments.project)
    out: Path | None = arguments.out
    if not _is_there(arguments.submission):
        asked = arguments.submission or "an empty path"
        raise UsageError(f"there is nothing at {asked}; give a notebook, a module, an archive or a folder.")
    if out is not None:
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"cannot write to {out}: {error.strerror}; give another folder with --out.") from None
    with Warm(
        unsafe=arguments.unsafe, packages=packages(name)
    ) as warm:  # it imports its torch while this process imports its own
        with importing():
            from rich.console import Console

            from autograder.grading import Settings, grade
            from autograder.report import gradescope, html, terminal
            from autograder.submission.load import NothingThere

            settings = Settings.of(load(name))
        try:
            report = grade(Path(arguments.submission), warm, settings)
        except NothingThere as error:
            raise UsageError(str(error)) from None
    if out is not None:  # before anything is printed: a closed pipe must not lose it
        try:
            gradescope.write(report, out / "results.json")
            (out / "report.html").write_text(html.page(report, staff=True), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"cannot write to {out}: {error.strerror}; give another folder with --out.") from None
    console = Console()
    terminal.show(report, console, staff=True)
    others = ", ".join(other for other in names() if other != name)
    if not report.files and others:
        console.print(
            f"It was graded as {name}; is it of another project ({others})? Say so with --project, or PROJECT=."
        )
    if out is not None:
        console.print(f"Report: {out / 'report.html'}", highlight=False, soft_wrap=True)
    return NOT_ALL_GRADED if report.ungraded else GRADED


def run_grade_all(arguments: argparse.Namespace) -> int:
    """Grade a class."""
    from rich.console import Console

    from autograder.assignment import named
    from autograder.batch.command import Options, grade_all

    options = {key: value for key, value in vars(arguments).items() if key not in ("run", "rest", "project")}
    graded = grade_all(Options(project=named(arguments.project), **options), Console())
    return GRADED if graded else NOT_ALL_GRADED


def run_regrade(arguments: argparse.Namespace) -> int:
    """Compare two runs."""
    from rich.console import Console

    from autograder.batch.command import regrade

    regrade(arguments.old, arguments.new, arguments.csv, Console())
    return GRADED


def run_preview(arguments: argparse.Namespace) -> int:
    """Show a results.json as Gradescope would."""
    from autograder.report import preview, results_format

    source: Path = arguments.results
    target: Path = arguments.out or source.with_name("preview.html")
    if target.resolve() == source.resolve():
        raise UsageError(f"{target} is the results themselves; give another file with --out.")
    try:
        results = results_format.read(source)
    except OSError as error:
        raise UsageError(f"{source} cannot be read ({error.strerror}); give a results.json.") from None
    except results_format.FormatError as error:
        raise UsageError(f"{source} is no results.json of Gradescope's format: {error}.") from None
    try:
        target.write_text(preview.page(results, source.resolve().parent.name or source.stem), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {target} ({error.strerror}); give another file with --out.") from None
    print(f"Preview: {target}")
    return GRADED


def _is_there(path: str) -> bool:
    try:
        return bool(path) and Path(path).exists()
    except OSError:  # a name too long, a folder one may not enter
        return False


def run_module(arguments: argparse.Namespace) -> int:
    """Build something; the module that does it reads its own arguments."""
    from importlib import import_module

    code: int = import_module(arguments.module).main(arguments.rest)
    return code


def run_projects(_: argparse.Namespace) -> int:
    """List them."""
    from autograder.assignment import names

    print("\n".join(names()))
    return GRADED


def run_bench(arguments: argparse.Namespace) -> int:
    """Measure."""
    from autograder.assignment import load, named
    from autograder.bench.command import bench

    kept = bench(load(named(arguments.project)), FIGURES if arguments.only is None else (arguments.only,))
    return GRADED if kept else NOT_AS_IT_MUST_BE


def run_gradescope(arguments: argparse.Namespace) -> int:
    """Grade what stands in Gradescope's folders, rewriting results.json after every check."""
    from autograder.assignment import load, named, packages
    from autograder.worker.warm import Warm

    name = named(arguments.project)
    with Warm(packages=packages(name)) as warm:  # it imports its torch while this process imports its own
        with importing():
            from autograder.gradescope.container import grade_in
            from autograder.grading import Settings

            settings = Settings.of(load(name))
        return grade_in(arguments.root, warm, settings)


def run_policy(arguments: argparse.Namespace) -> int:
    """Print what the policies of an assignment come to."""
    from rich.console import Console

    from autograder.assignment import load, named
    from autograder.policy.show import Options, show

    asked = Options(arguments.at, arguments.metadata, arguments.submissions_today)
    show(load(named(arguments.project)), asked, Console())
    return GRADED


def run_doctor(_: argparse.Namespace) -> int:
    """Probe this machine."""
    from rich.console import Console

    from autograder.worker import doctor

    return GRADED if doctor.run(Console()) else NOT_AS_IT_MUST_BE


def run_audit(arguments: argparse.Namespace) -> int:
    """Audit the grader."""
    from autograder.assignment import ROOT, load, named
    from autograder.audit.command import audit

    sample, pairs = (_number_or_all(option, getattr(arguments, option)) for option in ("mutants", "pairs"))
    assignment = load(named(arguments.project))
    try:
        parts = tuple(map(assignment.part, arguments.part)) or assignment.parts
    except KeyError as error:
        raise UsageError(f"{error.args[0]}.") from None
    if arguments.function is not None:
        parts = tuple(part for part in parts if arguments.function in {f.name for f in part.functions})
        if not parts:
            raise UsageError(f"there is no graded function {arguments.function!r} here.")
    page = arguments.page or ROOT / "dist" / f"{assignment.name}-audit.html"
    return GRADED if audit(assignment, parts, sample, pairs, arguments.function, page) else NOT_AS_IT_MUST_BE


def _number_or_all(option: str, given: str) -> int | None:
    if given != "all" and not (given.isascii() and given.isdecimal()):
        raise UsageError(f"--{option} takes a number or all, not {given!r}.")
    return None if given == "all" else int(given)


def run_similar(arguments: argparse.Namespace) -> int:
    """Compare the submissions of a class."""
    from rich.console import Console

    from autograder.assignment import load, named
    from autograder.similar.command import Options, similar

    asked = Options(arguments.submissions, arguments.out, arguments.results, arguments.top, arguments.anonymous)
    similar(load(named(arguments.project)), asked, Console())
    return GRADED


if __name__ == "__main__":
    sys.exit(main())
