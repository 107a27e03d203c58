"""`make soak`: a class in which four of ten hang, crash, flood or eat memory is graded, and nothing is wrong after it.

Prints one line for each thing that was looked at; exits 1 if one of them is not as it must be.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from autograder.worker import kernel
from tests.classes import RIGHT, WRONG, command, descendants, module, scores
from tests.submissions import ROOT, definitions

ALSO = definitions("optimizers")["sgd_momentum"]
"""A second function, right in every submission: what the first one does must not cost it."""
BAD = {
    "hangs": "    while True:\n        pass\n",
    "crashes": "    import os\n    os.abort()\n",
    "floods": '    while True:\n        print("x" * 1000000)\n',
    "eats": '    held = []\n    while True:\n        held.append(b"x" * (16 << 20))\n',
}
PATIENCE_SECONDS = 5.0  # for what ends with the command to end
_PR_SET_CHILD_SUBREAPER = 36
NOTICEABLE_SECONDS = 1.0  # a command that takes longer to start is felt by whoever sits at the machine


@dataclass
class Watch:
    """Looks at the machine while the class is graded."""

    pid: int
    slowest: float = 0.0
    most_processes: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        """Until it is over, see how long a small command takes and how many processes there are."""
        while not self.over.wait(2.0):
            began = time.monotonic()
            subprocess.run(["true"], check=True)
            self.slowest = max(self.slowest, time.monotonic() - began)
            self.most_processes = max(self.most_processes, len(list(descendants(self.pid))))


def kind(index: int) -> str:
    """What the submission of this index does: four of ten do harm, two are wrong, four are right."""
    return [*BAD, "wrong", "wrong", "right", "right", "right", "right"][index % 10]


def write(folder: Path, count: int) -> None:
    """So many submissions."""
    folder.mkdir()
    for index in range(count):
        doing = kind(index)
        code = {"right": RIGHT, "wrong": WRONG}.get(doing) or f"def sgd(w, dw, config=None):\n{BAD[doing]}"
        (folder / f"{index:04d}-{doing}.py").write_text(module(f"{code}\n\n\n{ALSO}"))


def left_over(temporary: Path) -> list[str]:
    """Processes of the command that still run a moment after it, and files that it left among the temporary ones."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while (pids := list(descendants(os.getpid()))) and time.monotonic() < ends:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
        time.sleep(0.1)
    return [*(f"process {pid}" for pid in pids), *sorted(os.listdir(temporary))]


def soak(count: int, jobs: int | None) -> int:
    """Grade such a class and look at what came of it."""
    with tempfile.TemporaryDirectory() as top:
        folder, out, temporary = Path(top, "class"), Path(top, "out"), Path(top, "tmp")
        write(folder, count)
        temporary.mkdir(mode=0o1777)
        kernel.prctl(_PR_SET_CHILD_SUBREAPER, 1)  # what outlives the command is this process's child then
        began = time.monotonic()
        arguments = command("grade-all", folder, "--out", out, *(("--jobs", jobs) if jobs else ()))
        with subprocess.Popen(arguments, cwd=ROOT, env={**os.environ, "TMPDIR": str(temporary)}) as process:
            watch = Watch(process.pid)
            looking = threading.Thread(target=watch.look)
            looking.start()
            code = process.wait()
            watch.over.set()
            looking.join()
        seconds = time.monotonic() - began
        found = scores(out)
        right = found.get("0006-right", 0.0)
        rest = found.get("0004-wrong", 0.0)
        expected = {f"{i:04d}-{kind(i)}": right if kind(i) == "right" else rest for i in range(count)}
        wrong = {name: (found.get(name), score) for name, score in expected.items() if found.get(name) != score}
        left = left_over(temporary)
    by_kind = Counter(map(kind, range(count)))
    held = {
        f"all {count} graded ({', '.join(f'{n} {what}' for what, n in by_kind.items())}) in {seconds:.0f} s": code == 0
        and len(found) == count,
        f"none wrong: {dict(list(wrong.items())[:5])}": not wrong and right > rest > 0,
        f"no process or file left behind: {left[:5]}": not left,
        f"the machine usable meanwhile: a small command took at most {watch.slowest:.2f} s, with at most "
        f"{watch.most_processes} processes": watch.slowest < NOTICEABLE_SECONDS,
    }
    for what, well in held.items():
        print(f"{'ok  ' if well else 'NOT '} {what}")
    return int(not all(held.values()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Grade a class that does harm.")
    parser.add_argument("--count", type=int, default=1000, help="submissions (a multiple of ten)")
    parser.add_argument("--jobs", type=int, help="at a time")
    options = parser.parse_args()
    sys.exit(soak(options.count, options.jobs))
