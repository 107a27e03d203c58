"""A folder of results: one folder for each submission, written whole by rename; what stands in it was finished.

OUT/run.json                what wrote it
OUT/ID/graded.json          of which submission and by which grader, short: read when a run goes on
OUT/ID/report.json          the Report as plain data
OUT/ID/results.json         Gradescope's form
OUT/ID/report.html          for people; with marks by hand, where there are any
OUT/overridden.json         whose pages have marks by hand
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from autograder.batch.inbox import RESERVED
from autograder.errors import UsageError
from autograder.results import LeaderboardRow, Outcome, Report, Status

FORMAT = 1
MARK = "run.json"
OVERRIDDEN = "overridden.json"
OF_STAFF = "overrides.csv"  # written by hand, perhaps before anything is graded
_SCRATCH, _ASIDE = ".new-", ".old-"


class StoreError(UsageError):
    """The folder of results cannot be used or written to; `str()` is one line that says why and what to do."""


@dataclass(frozen=True)
class Header:
    """What a finished submission's results were made of.

    Attributes:
        submission: a hash of what was handed in.
        grader: a hash of the grader.
        whole: every check could be graded.
        score, extra: points.
        seconds: wall time.
    """

    submission: str
    grader: str
    whole: bool
    score: float
    extra: float
    seconds: float


class Store:
    """A folder of results that this process alone writes to. Use as a context manager."""

    def __init__(self, folder: Path, project: str) -> None:
        """Prepare; nothing is touched yet."""
        self.folder = folder
        self.project = project
        self._lock: IO[str] | None = None

    def __enter__(self) -> Store:
        """Take the folder.

        Raises:
            StoreError: it cannot be written to, is another run's, another project's, or something else altogether.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _check(self.folder, self.project)  # before anything is written to what may be somebody else's
            self._claim()
            self._recover()
            write_whole(self.folder / MARK, json.dumps({"format": FORMAT, "project": self.project}) + "\n")
        except OSError as error:
            self.__exit__()
            raise self.failed(error) from None
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Give it back."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _claim(self) -> None:
        self._lock = (self.folder / ".lock").open("a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(
                f"another grade-all is writing to {self.folder}; wait for it, stop it, or give another --out."
            ) from None

    def _recover(self) -> None:
        """Clear away what a run that was killed left half done; what it had finished stands."""
        for entry in list(self.folder.iterdir()):
            if entry.name.startswith(_SCRATCH):
                shutil.rmtree(entry)
            elif entry.name.startswith(_ASIDE):
                whole = self.folder / entry.name.removeprefix(_ASIDE)
                if whole.exists():
                    shutil.rmtree(entry)
                else:
                    entry.rename(whole)
            elif entry.name.startswith(".") and entry.name.endswith(".part"):
                entry.unlink()

    def header(self, name: str) -> Header | None:
        """What stands there of a submission; None where there is nothing, or nothing that can be read."""
        try:
            return Header(**json.loads((self.folder / name / "graded.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def put(self, name: str, header: Header, report: Report, results: str, page: str) -> None:
        """Write a submission's results in place of what stood there.

        Raises:
            StoreError: they could not be written; what stood there stands.
        """
        scratch, aside, whole = (self.folder / f"{prefix}{name}" for prefix in (_SCRATCH, _ASIDE, ""))
        try:
            scratch.mkdir()
            (scratch / "results.json").write_text(results, encoding="utf-8")
            (scratch / "report.html").write_text(page, encoding="utf-8")
            (scratch / "report.json").write_text(json.dumps(report, default=vars), encoding="utf-8")
            (scratch / "graded.json").write_text(json.dumps(asdict(header)), encoding="utf-8")
            if whole.exists():
                whole.rename(aside)
            scratch.rename(whole)
            if aside.exists():
                shutil.rmtree(aside)
        except OSError as error:
            with contextlib.suppress(OSError):
                shutil.rmtree(scratch)
                if aside.exists() and not whole.exists():
                    aside.rename(whole)
            raise self.failed(error) from None

    def write(self, name: str, text: str) -> Path:
        """Write a file of the whole class, by rename.

        Raises:
            StoreError: it could not be written; what stood there stands.
        """
        assert name in RESERVED
        try:
            write_whole(self.folder / name, text)
        except OSError as error:
            raise self.failed(error) from None
        return self.folder / name

    def overridden(self) -> frozenset[str]:
        """The ids of the submissions whose pages have marks by hand."""
        try:
            return frozenset(map(str, json.loads((self.folder / OVERRIDDEN).read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError):
            return frozenset()

    def override(self, pages: Mapping[str, str], marked: Collection[str]) -> None:
        """Write the pages of some submissions anew, and down whose have marks by hand.

        Raises:
            StoreError: they could not be written; the results are as they were.
        """
        try:
            if pages or marked:  # before the pages: who reads it must find every page that may have changed
                write_whole(self.folder / OVERRIDDEN, json.dumps(sorted({*marked, *pages})) + "\n")
            for name, page in pages.items():
                write_whole(self.folder / name / "report.html", page)
            if pages and not marked:
                (self.folder / OVERRIDDEN).unlink()
            elif marked:
                write_whole(self.folder / OVERRIDDEN, json.dumps(sorted(marked)) + "\n")
        except OSError as error:
            raise self.failed(error) from None

    def failed(self, error: OSError) -> StoreError:
        """What to tell of a failure to write."""
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return StoreError(
                f"no room is left to write to {self.folder} ({error.strerror}); what was graded before stands: make "
                "room, and give the same command again."
            )
        return StoreError(
            f"cannot write to {self.folder} ({error.strerror or error}); what was graded before stands: mend that or "
            "give another --out."
        )


def reports(folder: Path) -> Iterator[tuple[str, Report]]:
    """Every finished submission's id and report, in the order of their ids.

    Raises:
        StoreError: the folder is no folder of results, or a report in it cannot be read.
    """
    if not (folder / MARK).is_file():
        raise StoreError(f"{folder} is not a folder that grade-all wrote ({MARK} is missing).")
    _check(folder, None)
    for entry in sorted(folder.iterdir()):
        if not entry.name.startswith(".") and (entry / "report.json").is_file():
            yield entry.name, report(folder, entry.name)


def report(folder: Path, name: str) -> Report:
    """A finished submission's report.

    Raises:
        StoreError: it is not there or cannot be read.
    """
    path = folder / name / "report.json"
    try:
        return _report(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StoreError(f"{path} cannot be read ({error}); remove its folder and grade again.") from None


def write_whole(path: Path, text: str) -> None:
    """Write a file by rename: whoever reads it finds the old one or the new one."""
    scratch = path.with_name(f".{path.name}.part")
    scratch.write_text(text, encoding="utf-8", newline="")
    os.replace(scratch, path)


def _check(folder: Path, project: str | None) -> None:
    """See that a folder is empty or was written by this version, for this project."""
    mark = folder / MARK
    others = [entry.name for entry in folder.iterdir() if not entry.name.startswith(".") and entry.name != OF_STAFF]
    if not mark.is_file():
        if others:
            raise StoreError(
                f"{folder} holds other things ({', '.join(sorted(others)[:3])}) and was not written by grade-all; give "
                "an empty folder with --out."
            )
        return
    try:
        told = json.loads(mark.read_text(encoding="utf-8"))
        made, of = told["format"], told["project"]
    except (ValueError, KeyError, TypeError):
        raise StoreError(f"{mark} cannot be read; give another folder with --out.") from None
    if made != FORMAT:
        age = "an older" if isinstance(made, int) and made < FORMAT else "another"
        raise StoreError(
            f"{folder} was written by {age} version of grade-all (format {made!r}, this one writes {FORMAT}); nothing "
            "in it was touched: give another folder with --out."
        )
    if project is not None and of != project:
        raise StoreError(f"{folder} holds the results of {of}, not of {project}; give another folder with --out.")


def _report(told: dict[str, Any]) -> Report:
    outcomes = tuple(Outcome(**{**outcome, "status": Status(outcome["status"])}) for outcome in told["outcomes"])
    rows = tuple(LeaderboardRow(**row) for row in told["leaderboard"])
    texts = {key: tuple(told[key]) for key in ("notes", "staff_notes")}
    return Report(**{**told, **texts, "outcomes": outcomes, "leaderboard": rows})
