"""`make redteam`: every attack against the sandbox, as root and as an ordinary user, in one table.

    python tests/redteam/run.py                      everything
    python tests/redteam/run.py --as root a_daemon   some attacks, by name
    python tests/redteam/run.py --bite               each attack without the layers that stop it: it must win

Exits 1 if an attack got anything, or if one that a layer stops did not win without that layer.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ORDINARY_USER = 54321
PLANTED_IN = (
    *("solutions/*/*.py", "solutions/*/known/*/*.py", "solutions/*/checks/*.py"),
    *("autograder/checks/*.py", "autograder/grading.py"),
)


class Skipped(Exception):
    """It cannot be run here; the text says why."""


@dataclass
class Run:
    """One run of the red team's grader: what it said of each attack."""

    confinement: str = ""
    uid: int = -1
    seconds: float = 0.0
    findings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def lost(self) -> list[dict[str, Any]]:
        """The attacks that got something."""
        return [found for found in self.findings if found["won"] or found["problems"]]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make redteam", description="Attack the sandbox.")
    parser.add_argument("names", nargs="*", help="only these attacks")
    parser.add_argument("--as", dest="users", choices=("root", "ordinary", "both"), default="both")
    parser.add_argument("--bite", action="store_true", help="only without the layers that stop each attack")
    parser.add_argument("--stopped", action="store_true", help="only against the whole sandbox")
    options = parser.parse_args(arguments)
    users = ["root", "ordinary"] if options.users == "both" else [options.users]
    modes = [mode for mode, left_out in (("stopped", options.bite), ("biting", options.stopped)) if not left_out]
    console = Console(width=None if sys.stdout.isatty() else 180)
    kinds = [(user, mode) for mode in modes for user in users]
    with ThreadPoolExecutor(len(users)) as pool:
        running = {kind: pool.submit(run, *kind, options.names) for kind in kinds}
    stopped: dict[str, Run] = {}
    fine = True
    for (user, mode), future in running.items():
        try:
            done = future.result()
        except Skipped as reason:
            console.print(f"not run as {name_of(user)}: {reason}", highlight=False)
            continue
        if mode == "stopped":
            stopped[user] = done
        else:
            fine &= show_bites(done, user, console)
    return 0 if show(stopped, console) and fine else 1


def name_of(user: str) -> str:
    """The user, for people."""
    return "root" if user == "root" else "an ordinary user"


def show(runs: dict[str, Run], console: Console) -> bool:
    """One table: attack, what stopped it; whether all of them were stopped."""
    if not runs:
        return True
    table = Table("attack", *(f"what stopped it, as {name_of(user)}" for user in runs))
    first = next(iter(runs.values()))
    for index, found in enumerate(first.findings):
        cells = [said(run.findings[index]) for run in runs.values()]
        table.add_row(found["title"], *cells)
    console.print(table)
    for user, run_ in runs.items():
        console.print(
            f"as {name_of(user)} (uid {run_.uid}; {run_.confinement}): {len(run_.findings)} attacks, "
            f"{len(run_.lost)} got something, {run_.seconds:.0f} s",
            highlight=False,
        )
        for found in run_.lost:
            console.print(f"  {found['name']}: {said(found)} {found['problems']}", markup=False, highlight=False)
    return not any(run_.lost for run_ in runs.values())


def said(found: dict[str, Any]) -> Text:
    """One cell."""
    return Text(("NOT STOPPED: " if found["won"] or found["problems"] else "") + found["stopped_by"])


def show_bites(run_: Run, user: str, console: Console) -> bool:
    """Whether each attack won where the layers that stop it were left out."""
    tame = [found for found in run_.findings if not found["won"]]
    sets = sorted({" and ".join(found["without"]) for found in run_.findings})
    console.print(
        f"as {name_of(user)}: of {len(run_.findings)} attacks, {len(run_.findings) - len(tame)} won without the layers "
        f"that stop them (without {'; without '.join(sets)}), {run_.seconds:.0f} s",
        highlight=False,
    )
    for found in tame:
        console.print(f"  {found['name']} did not win without {found['without']}: {found['stopped_by']}", markup=False)
    return not tame


def run(user: str, mode: str, names: Sequence[str] = (), without: Sequence[str] = ()) -> Run:
    """Run the red team's grader as root or as an ordinary user.

    Args:
        user: "root" or "ordinary".
        mode: "stopped" (the whole sandbox) or "biting" (each attack without the layers that stop it).
        names: only these attacks; all if empty.
        without: layers to leave out of the whole sandbox.

    Raises:
        Skipped: this machine, or this user, cannot.
    """
    if not sys.platform.startswith("linux"):
        raise Skipped("the sandbox's layers are Linux's")
    if user == "root" and os.geteuid() != 0:
        raise Skipped("only root can")
    with tempfile.TemporaryDirectory(prefix="redteam-") as folder:
        base = Path(folder)
        base.chmod(0o755)
        planted = plant(base / "tree")
        (base / "private").mkdir(mode=0o700)
        (base / "open").mkdir()
        (base / "open").chmod(0o777)
        change = user == "ordinary" and os.geteuid() == 0
        python = ordinary_python(base) if change else sys.executable
        if change:
            for path in (base, *base.rglob("*")):
                if "venv" not in path.parts and not path.is_symlink():
                    os.chown(path, ORDINARY_USER, ORDINARY_USER)
        orders = {
            "tree": str(base / "tree"),
            "base": str(base),
            "secrets": planted,
            "mode": mode,
            "names": list(names),
            "without": list(without),
        }
        environment = {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(base / "tree"),
            "OMP_NUM_THREADS": "1",
            "AUTOGRADER_TOKEN": next(secret for secret in planted if "environment" in secret),
        }
        started = time.monotonic()
        done = subprocess.run(
            [python, "-s", "-B", str(base / "tree" / "redteam" / "grader.py")],
            input=json.dumps(orders),
            env=environment,
            cwd=base,
            capture_output=True,
            text=True,
            check=False,
            **({"user": ORDINARY_USER, "group": ORDINARY_USER, "extra_groups": []} if change else {}),
        )
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        if done.returncode != 0:
            raise RuntimeError(f"the red team's grader ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    about = next((line for line in lines if "confinement" in line), {})
    findings = [line for line in lines if "title" in line]
    return Run(about.get("confinement", ""), about.get("uid", -1), time.monotonic() - started, findings)


def plant(tree: Path) -> list[str]:
    """Copy the grader to `tree`, closed to all others, with a secret of its own in every hidden file's kind."""
    ignore = shutil.ignore_patterns("__pycache__", "variants")
    for name in ("autograder", "coursekit", "project1", "solutions"):
        shutil.copytree(ROOT / name, tree / name, ignore=ignore)
    shutil.copytree(HERE, tree / "redteam", ignore=ignore)
    planted = {name: f"canary-{name}-{secrets.token_hex(16)}" for name in ("solutions", "checks", "environment")}
    for pattern in PLANTED_IN:
        secret = planted["solutions" if pattern.startswith("solutions") else "checks"]
        for path in tree.glob(pattern):
            with path.open("a", encoding="utf-8") as file:
                file.write(f'\n\n# {secret}\nPLANTED = "{secret}"\n')
    for name in ("autograder", "solutions"):
        (tree / name).chmod(0o700)
    return list(planted.values())


def ordinary_python(base: Path) -> Path:
    """A Python that an ordinary user can run, with this one's packages.

    Raises:
        Skipped: there is none.
    """
    import torch

    system = Path("/usr/bin/python3")
    if f"python{sys.version_info[0]}.{sys.version_info[1]}" != system.resolve().name:
        raise Skipped(f"{system} is not the Python that runs this, and other users cannot run that one")
    packages = Path(torch.__file__).parents[1]
    if not all(folder.stat().st_mode & 0o005 == 0o005 for folder in (packages, *packages.parents)):
        raise Skipped(f"other users cannot read {packages}")
    made = subprocess.run(
        [system, "-m", "venv", "--without-pip", base / "venv"], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        raise Skipped(f"{system} -m venv does not work: {made.stderr.strip()}")
    (site,) = base.glob("venv/lib/python*/site-packages")
    (site / "packages.pth").write_text(f"{packages}\n")
    return base / "venv" / "bin" / "python"


if __name__ == "__main__":
    sys.exit(main())
