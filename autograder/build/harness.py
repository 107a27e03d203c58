"""A local stand-in for Gradescope: the real zip, its real setup.sh and run_autograder, under a root of their own.

As Gradescope does: the zip is unpacked into /autograder/source, setup.sh runs once, and for each submission
run_autograder finds the files in /autograder/submission and leaves /autograder/results/results.json.

The root is otherwise empty: the system's programs are mounted read-only, the repository and its .venv are not there at
all. As root this takes a mount namespace; as an ordinary user a user namespace; where neither is allowed it is a plain
folder and a cleared environment, which `Harness.isolation` says.
"""

from __future__ import annotations

import ast
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlparse

from autograder.assignment import ROOT
from autograder.build.memory import Watch

CACHE = ROOT / "build" / "harness"
ISOLATE = Path(__file__).with_name("isolate.sh")
DOCKER = (
    *("chown", "dac_override", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap", "net_bind_service"),
    *("net_raw", "sys_chroot", "mknod", "audit_write", "setfcap"),
)
"""The capabilities that root keeps in a container of Docker's defaults, which Gradescope's are."""

Isolation = Literal["root", "user", "none"]


class HarnessError(Exception):
    """The harness could not run the zip; `str()` says which step failed and shows the end of its output."""


@dataclass(frozen=True)
class Harness:
    """A root in which one grader zip is set up.

    Attributes:
        root: the folder that is `/` inside, or, without isolation, the one that holds `autograder/`.
        isolation: "root" (mount namespace), "user" (user namespace) or "none".
        python: the Python that setup.sh builds on.
    """

    root: Path
    isolation: Isolation
    python: str

    @property
    def autograder(self) -> Path:
        """Gradescope's /autograder."""
        return self.root / "autograder"

    def grade(self, files: Mapping[str, bytes], metadata: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Grade one submission with the zip's run_autograder.

        Args:
            files: what Gradescope would have unpacked into submission/, by path.
            metadata: what submission_metadata.json says, or a minimal one.

        Returns:
            results.json.

        Raises:
            HarnessError: run_autograder failed, or left no valid results.json.
        """
        return self.measured(files, metadata)[0]

    def measured(
        self, files: Mapping[str, bytes], metadata: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, Any], int]:
        """As `grade`, with the most memory that run_autograder and all it started took together, in bytes."""
        for name in ("submission", "results"):
            shutil.rmtree(self.autograder / name, ignore_errors=True)
            (self.autograder / name).mkdir()
        for path, data in files.items():
            target = self.autograder / "submission" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        (self.autograder / "submission_metadata.json").write_text(json.dumps(metadata or METADATA))
        peak = self._run("run_autograder", seconds=600)
        results = self.autograder / "results" / "results.json"
        try:
            return dict(json.loads(results.read_text())), peak
        except (OSError, ValueError) as error:
            raise HarnessError(f"run_autograder left no valid {results}: {error}") from error

    def _run(self, script: str, seconds: float) -> int:
        """Run one of the zip's two scripts, as Gradescope would; the most memory it took, in bytes."""
        if self.isolation == "none":
            path = str(self.autograder / script)
            command = [path]
        else:
            path = f"/autograder/{script}"
            command = [
                *["unshare", "--mount", "--pid", "--fork", "--kill-child"],
                *(["--user", "--map-root-user"] if self.isolation == "user" else []),
                *["bash", str(ISOLATE), str(self.root), *_like_docker(), path],
            ]
        with (
            subprocess.Popen(
                command,
                env=self._environment(),
                cwd=self.autograder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
            ) as process,
            Watch(process.pid) as watch,
        ):
            try:
                output, _ = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
                output, _ = process.communicate()
                raise HarnessError(f"{script} took longer than {seconds:.0f} s:\n{output[-2000:]}") from None
        if process.returncode != 0:
            raise HarnessError(f"{script} ended with status {process.returncode}:\n{output[-4000:]}")
        (self.autograder / f"{script}.log").write_text(output)
        return watch.peak

    def _environment(self) -> dict[str, str]:
        """A container's environment, and what pip on this machine needs to find packages."""
        environment = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root" if self.isolation != "none" else str(self.autograder / "home"),
            "LANG": "C.UTF-8",
            "PYTHON": self.python,
            **_pip_settings(),
        }
        if "TORCH_INDEX" in os.environ:
            environment["TORCH_INDEX"] = os.environ["TORCH_INDEX"]
        if self.isolation == "none":
            environment["AUTOGRADER_ROOT"] = str(self.autograder)
        else:
            prefix = _prefix_of(self.python)
            environment["BIND"] = " ".join([*_local_package_folders(), *([prefix] if prefix else [])])
        return environment


METADATA: dict[str, Any] = {
    "id": 1,
    "created_at": "2026-01-01T00:00:00.000000-05:00",
    "assignment": {"id": 1, "title": "An assignment", "total_points": "1.0", "group_submission": False},
    "submission_method": "upload",
    "users": [{"id": 1, "name": "A Student", "email": "student@example.edu"}],
    "previous_submissions": [],
}


@contextmanager
def set_up(zip_path: Path, cache_folder: Path = CACHE, isolation: Isolation | None = None) -> Iterator[Harness]:
    """Unpack a grader zip under a root of its own and run its setup.sh.

    The root is kept from run to run, by what the environment in it is made from (setup.sh, the requirements, the
    Python), so that setup.sh, which runs each time, has nothing to install the second time. Whoever else wants the
    same root waits until this one is done with it.

    Args:
        zip_path: the grader zip.
        cache_folder: where roots are kept.
        isolation: how to keep the repository out of reach; by default the best that works here.

    Raises:
        HarnessError: setup.sh failed.
    """
    isolation = isolation or best_isolation()
    python = system_python()
    with zipfile.ZipFile(zip_path) as zipped:
        names = {name: zipped.read(name) for name in ("setup.sh", "requirements.txt")}
    version = subprocess.run([python, "--version"], capture_output=True, text=True, check=True).stdout
    key = hashlib.sha256(repr((sorted(names.items()), python, version, isolation)).encode()).hexdigest()[:16]
    harness = Harness(cache_folder.resolve() / key / "root", isolation, python)
    harness.root.mkdir(parents=True, exist_ok=True)
    with (harness.root.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _unpack(zip_path, harness)
        harness._run("source/setup.sh", seconds=1800)
        yield harness


def _unpack(zip_path: Path, harness: Harness) -> None:
    """Put a zip where Gradescope puts it: all of it in source/, and run_autograder above."""
    source = harness.autograder / "source"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    (harness.autograder / "home").mkdir(exist_ok=True)
    with zipfile.ZipFile(zip_path) as zipped:
        zipped.extractall(source)
        for entry in zipped.infolist():
            (source / entry.filename).chmod(entry.external_attr >> 16 & 0o777)
    shutil.copy2(source / "run_autograder", harness.autograder / "run_autograder")


@cache
def best_isolation() -> Isolation:
    """What this machine allows: "root", "user" or "none"."""
    if not sys.platform.startswith("linux") or not all(map(shutil.which, ("unshare", "mount", "pivot_root"))):
        return "none"
    modes: list[Isolation] = ["root"] if os.geteuid() == 0 else []
    for mode in [*modes, "user"]:
        user = ["--user", "--map-root-user"] if mode == "user" else []
        probe = ["unshare", "--mount", "--pid", "--fork", *user, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
            return "root" if mode == "root" else "user"
    return "none"


@cache
def system_python() -> str:
    """A Python of 3.10 or newer that can make environments and lies outside the repository."""
    candidates = ["/usr/bin/python3", "/usr/local/bin/python3", str(_base_python())]
    for candidate in candidates:
        probe = [candidate, "-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))"]
        try:
            if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
                return candidate
        except OSError:
            continue
    raise HarnessError(f"none of {', '.join(candidates)} is a Python of 3.10 or newer with venv; install python3-venv")


def _base_python() -> Path:
    """The Python that the running environment was made from."""
    return Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"


def _prefix_of(python: str) -> str:
    """The folder a Python needs besides /usr, if any."""
    return "" if python.startswith("/usr/") else str(Path(python).parent.parent)


def _like_docker() -> list[str]:
    """A command prefix that keeps only the capabilities root has in a container."""
    if shutil.which("setpriv") is None:
        return []
    kept = ",".join(f"+{name}" for name in DOCKER)
    return ["setpriv", "--bounding-set", f"-all,{kept}", "--inh-caps", "-all"]


@cache
def _pip_config() -> tuple[tuple[str, str], ...]:
    """pip's settings on this machine, each as (name, value); those of the environment last."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    pairs = [line.partition("=")[::2] for line in listed.splitlines() if "=" in line]
    settings = [(name.partition(".")[2], str(ast.literal_eval(value))) for name, value in pairs]
    environment = [
        (name[4:].lower().replace("_", "-"), value) for name, value in os.environ.items() if name.startswith("PIP_")
    ]
    return tuple(settings + environment)


def _pip_settings() -> dict[str, str]:
    return {f"PIP_{name.upper().replace('-', '_')}": " ".join(value.split()) for name, value in _pip_config()}


def _local_package_folders() -> list[str]:
    """Folders of this machine that pip's settings name: they have to be there inside as well."""
    folders = []
    for name, value in _pip_config():
        if name not in ("find-links", "index-url", "extra-index-url"):
            continue
        for word in value.split():
            local = Path(unquote(urlparse(word).path) if word.startswith("file:") else word)
            folder = local.parent if word.startswith("file:") else local  # an index's files may lie beside it
            if local.is_absolute() and folder.is_dir():
                folders.append(str(folder))
    return sorted(set(folders))
