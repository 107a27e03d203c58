"""The red team's grader: grades every attack, and watches what leaves, what is left and who got points.

Started by `run.py` in a process of its own, with the grader's tree copied to a place where secrets are planted in it.
Reads its orders as JSON from standard input, and writes one line of JSON for each attack.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import os
import re
import secrets
import signal
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]
sys.dont_write_bytecode = True

import hostile  # noqa: E402
import known  # noqa: E402
from attack import Attack, from_functions  # noqa: E402
from rich.console import Console  # noqa: E402

from autograder.assignment import load  # noqa: E402
from autograder.catalog import Part  # noqa: E402
from autograder.grading import Settings, grade  # noqa: E402
from autograder.report import gradescope, html, terminal  # noqa: E402
from autograder.results import Outcome, Report  # noqa: E402
from autograder.worker import landlock, sandbox  # noqa: E402
from autograder.worker.student import Limits  # noqa: E402
from autograder.worker.warm import Warm  # noqa: E402

PROJECT1 = load("project1")
PARTS = PROJECT1.parts
KNN = PROJECT1.part("knn")
SECONDS, MEMORY, BUDGET = 2.0, 300 << 20, 60.0
HONEST_EVERY = 15
ASKED = "the smallest question it gets wrong: "
SMALL, LINE = 12, 500  # numbers in a small question, and their size; characters of the line that tells it
SECRET = "canary-memory-" + secrets.token_hex(16)  # in the grader's memory, where attacks look for it
MARKUP = ("<script>alert", "<img src=x", "<b onload")
CONTROLS = ("\x1b[2J", "\x1b]0;", "\x1b[8m", "\x9b", "\u202e", "\x00")


@dataclass
class Finding:
    """How one attack ended.

    Attributes:
        stopped_by: what the report says of it, in one line.
        won: it says that it got what it wanted.
        problems: what else is not as promised.
    """

    name: str
    title: str
    stopped_by: str
    won: bool
    problems: list[str]
    seconds: float


@dataclass
class Place:
    """Where everything lies: the planted tree, the folders around it, and the secrets to look for."""

    tree: Path
    base: Path
    secrets: list[str]

    @property
    def results(self) -> Path:
        return self.base / "private" / "results.json"

    @property
    def temporary(self) -> Path:
        return self.base / "open"


def main() -> int:
    orders = json.load(sys.stdin)
    # Orphans come here, so that nothing can be left behind unseen.
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
    place = Place(Path(orders["tree"]), Path(orders["base"]), [*orders["secrets"], SECRET])
    kept_open = (place.tree / "solutions" / "project1" / "knn.py").open()
    with listeners(place) as doors:
        if orders["mode"] == "stopped":
            stopped(place, doors, set(orders["names"]), frozenset(orders["without"]))
        else:
            biting(place, doors, set(orders["names"]))
    kept_open.close()
    return 0


def stopped(place: Place, doors: dict[str, Any], names: set[str], without: frozenset[str]) -> None:
    """Every attack against the whole sandbox, an honest submission now and then."""
    with Warm(sandbox.LAYERS - without) as warm:
        tell(confinement=warm.confinement, uid=os.getuid())
        before = honest(place, warm)
        server = warm.pid
        chosen = [attack for attack in everything(place, doors, warm) if not names or attack.name in names]
        for number, attack in enumerate(chosen, 1):
            finding = one(place, warm, attack)
            if warm.pid != server:
                finding.problems.append("the fork server was replaced")
                server = warm.pid
            if number % HONEST_EVERY == 0 or number == len(chosen):
                after = honest(place, warm)
                if after != before:
                    finding.problems.append("an honest submission is graded otherwise since the last time")
            tell(**asdict(finding))


def biting(place: Place, doors: dict[str, Any], names: set[str]) -> None:
    """Each attack that layers stop, without those layers."""
    with Warm() as warm:
        todo = [attack for attack in everything(place, doors, warm) if not names or attack.name in names]
    sets: dict[frozenset[str], list[str]] = {}
    for attack in todo:
        layers = effective(attack)
        if layers:
            sets.setdefault(layers, []).append(attack.name)
    for layers, members in sets.items():
        with Warm(sandbox.LAYERS - layers, unsafe=True) as warm:
            attacks = {attack.name: attack for attack in everything(place, doors, warm)}
            for name in members:
                prepare(place)
                finding = one(place, warm, attacks[name])
                clean(place, warm)
                tell(**asdict(finding), without=sorted(layers))


def effective(attack: Attack) -> frozenset[str]:
    """The layers that stop it here, each by itself; empty if the design does in any case."""
    if os.getuid() != 0 and not attack.ordinary:
        return frozenset()
    found = set()
    for layer in attack.layers:
        if layer.startswith("landlock"):
            if landlock.version() >= int(layer.removeprefix("landlock") or 1):
                found.add("landlock")
        elif layer != "user" or sandbox.can_change_user():
            found.add(layer)
    return frozenset(found)


def everything(place: Place, doors: dict[str, Any], warm: Warm) -> list[Attack]:
    """All attacks, told where everything lies."""
    told = {
        "TREE": str(place.tree),
        "RESULTS": str(place.results),
        "OTHER": str(place.base / "private" / "other" / "knn.py"),
        "TEMPORARY": str(place.temporary),
        "GRADER": os.getpid(),
        "SERVER": warm.pid,
        "MEMORY": MEMORY,
        "SECRET": known.SECRET,
        **doors,
    }
    return [*from_functions(told), *hostile.attacks(str(place.tree))]


def one(place: Place, warm: Warm, attack: Attack) -> Finding:
    """Grade one attack, and look at everything that came of it."""
    prepare(place)
    folder = place.base / "private" / "submission"
    remove(folder)
    for path, content in attack.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    part = part_of(attack)
    limits = Limits(seconds=SECONDS, memory=MEMORY)
    started = time.monotonic()
    report = grade(folder, warm, Settings(PROJECT1, BUDGET, limits, (part,), frozenset({attack.function})))
    seconds = time.monotonic() - started
    text = everything_that_leaves(report)
    problems = [*leaks(place, text), *told_too_much(report), *wrong_in(report, attack), *traces(place, warm, text)]
    if seconds > 30:
        problems.append(f"it took {seconds:.0f} s")
    message = next((outcome.message for outcome in report.outcomes if outcome.message), "")
    won = any(re.search(r"\bWon\b", outcome.message) for outcome in report.outcomes)
    return Finding(attack.name, attack.title, in_short(message, report), won, problems, round(seconds, 2))


def part_of(attack: Attack) -> Part:
    """The part whose function it attacks by."""
    names = {part: {*(f.name for f in part.functions), *(w.file for w in part.weights)} for part in PARTS}
    return next(part for part in PARTS if attack.function in names[part])


def in_short(message: str, report: Report) -> str:
    """What stopped it, as the student would read it."""
    line = " ".join(message.split())
    if not line:
        return "its answers are right, and nothing more" if report.score else " ".join(report.notes)[:150]
    return line if len(line) <= 150 else line[:147] + "..."


def everything_that_leaves(report: Report) -> dict[str, str]:
    """results.json, the page and the terminal's text, for students and for staff."""
    told = json.loads(gradescope.dumps(report))
    texts = {"results.json": json.dumps(told, ensure_ascii=False), "the printed text": gradescope.staff_text(report)}
    for staff in (False, True):
        file = io.StringIO()
        terminal.show(report, Console(file=file, force_terminal=True, width=100), staff=staff)
        texts[f"the terminal, staff {staff}"] = file.getvalue()
        texts[f"the page, staff {staff}"] = html.page(report, staff=staff)
    return texts


def leaks(place: Place, texts: dict[str, str]) -> list[str]:
    """Planted secrets in what leaves, and what was smuggled into it."""
    found = [f"a secret is in {where}" for where, text in texts.items() if any(s in text for s in place.secrets)]
    for where, text in texts.items():
        bad = (*CONTROLS, *(MARKUP if "page" in where else ()))
        found += [f"{piece!r} is in {where}" for piece in bad if piece in text]
    return found


def told_too_much(report: Report) -> list[str]:
    """More than one small question, or one that is not small. Whatever a submission adds comes after the question."""
    lines = [outcome.example for outcome in report.outcomes if outcome.example]
    if not all(line.startswith(ASKED) for line in lines):
        return ["something else is told in the place of a small question"]
    found = [f"{len(lines)} small questions are told"] if len(lines) > 1 else []
    for line in lines:
        numbers = [float(number) for number in re.findall(r"-?\d+", line.removeprefix(ASKED).partition(": it ")[0])]
        if len(numbers) > SMALL or max(map(abs, numbers), default=0) > SMALL:
            found.append(f"the question that is told is not small: {line[:200]}")
        if len(line) > LINE:
            found.append(f"the line of a small question has {len(line)} characters")
    return found


def wrong_in(report: Report, attack: Attack) -> list[str]:
    """What is not valid in a report, and points that were not earned."""
    found = []
    results = json.loads(gradescope.dumps(report))
    for test in results["tests"]:
        if not (0 <= test["score"] <= test["max_score"]):
            found.append(f"{test['name']} has {test['score']} points of {test['max_score']}")
    if not report.complete or not report.outcomes:
        found.append("the report is not complete")
    if report.ungraded:
        found.append(f"could not be graded: {report.ungraded[0].staff[-300:]}")
    earned, most = report.score, report.max_score
    if earned != (most if attack.right else 0):
        found.append(f"it got {earned} of {most} points")
    return found


def traces(place: Place, warm: Warm, texts: dict[str, str]) -> list[str]:
    """What an attack left behind: files, changed files, processes."""
    found = [f"it left {path}" for path in left_over(place)]
    if not place.results.exists() or place.results.read_text() != "untouched":
        found.append("results.json was touched")
    if (place.tree / "solutions").stat().st_mode & 0o077 and os.getuid() == 0:
        found.append("the solutions were opened")
    found += [f"process {pid} is left" for pid in processes_left(warm)]
    return found


def left_over(place: Place) -> list[Path]:
    """Files where attacks would leave them."""
    places = [place.temporary.glob("*"), Path("/tmp").glob("redteam-was-here*"), Path("/dev/shm").glob("redteam-*")]
    return [path for found in places for path in found if path.name != "socket"]


def processes_left(warm: Warm) -> list[int]:
    """Children of the grader and of the fork server that should not be there; an orphan is the grader's child."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdecimal():
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()
                if int(fields[1]) in (os.getpid(), warm.pid) and int(name) != warm.pid and fields[0] not in "ZX":
                    found.append(int(name))
    return found


def prepare(place: Place) -> None:
    """Put back what attacks are after."""
    place.results.parent.mkdir(mode=0o700, exist_ok=True)
    place.results.write_text("untouched")
    other = place.base / "private" / "other"
    other.mkdir(mode=0o700, exist_ok=True)
    (other / "knn.py").write_text("# another student's work\n")


def clean(place: Place, warm: Warm) -> None:
    """Remove what an attack left behind that was let through on purpose."""
    for path in left_over(place):
        path.unlink()
    for pid in processes_left(warm):
        os.kill(pid, signal.SIGKILL)
    if os.getuid() == 0:
        (place.tree / "solutions").chmod(0o700)
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0] not in (0, warm.pid):
            pass


def honest(place: Place, warm: Warm) -> tuple[Outcome, ...]:
    """The outcomes of an honest submission of the kNN part, which must be full marks and ever the same."""
    folder = place.base / "private" / "honest"
    folder.mkdir(exist_ok=True)
    (folder / "knn.py").write_bytes((place.tree / "solutions" / "project1" / "knn.py").read_bytes())
    report = grade(folder, warm, Settings(PROJECT1, parts=(KNN,)))
    if report.score != report.max_score:
        raise AssertionError(f"the honest submission got {report.score} of {report.max_score}: {report.outcomes}")
    return tuple(replace(outcome, seconds=0.0) for outcome in report.outcomes)


@contextlib.contextmanager
def listeners(place: Place) -> Iterator[dict[str, Any]]:
    """Someone listens wherever attacks phone."""
    with contextlib.ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=200))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(tcp.getsockname())
        path = str(place.temporary / "socket")
        by_path = stack.enter_context(socket.socket(socket.AF_UNIX))
        by_path.bind(path)
        os.chmod(path, 0o777)
        by_path.listen(200)
        name = f"redteam-{os.getpid()}"
        by_name = stack.enter_context(socket.socket(socket.AF_UNIX))
        by_name.bind("\0" + name)
        by_name.listen(200)
        yield {"PORT": tcp.getsockname()[1], "SOCKET": path, "ABSTRACT": name}


def remove(folder: Path) -> None:
    """Remove a folder of ours and all in it."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


def tell(**what: Any) -> None:
    """One line of JSON for `run.py`."""
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    sys.exit(main())
