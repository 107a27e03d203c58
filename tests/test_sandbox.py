"""What student code cannot do to the machine, to the grader and to other submissions, and which layer stops it.

The whole red team is elsewhere; these are the layers one by one.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import torch
from slices import slice_of

from autograder.worker import sandbox, seccomp
from autograder.worker.errors import GraderFault, Raised
from autograder.worker.student import Limits, Student
from autograder.worker.warm import Warm

ROOT = Path(__file__).resolve().parents[1]
linux = pytest.mark.skipif(sys.platform != "linux", reason="these layers are Linux's")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give workers users of their own")


@pytest.fixture
def attack(warm):
    """Run a function body as a submission's, under a fork server's layers; its value, or what it raised."""
    students = []

    def run(body: str, server: Warm = warm, **limits):
        lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
        student = Student(server, slice_of(f"def f():\n{lines}"), limits=Limits(**limits))
        students.append(student)
        try:
            return student.call("f")
        except Raised as error:
            return f"{error.kind}: {error.text}"

    yield run
    for student in students:
        student.close()


@pytest.fixture(scope="module")
def unconfined():
    """A fork server whose workers have the session only, to see that what is stopped above works here."""
    with Warm(layers=frozenset({"session"})) as server:
        yield server


def test_the_graders_packages_cannot_be_imported(attack):
    for name in ("autograder", "autograder.checks", "autograder.worker.child", "solutions", "solutions.knn"):
        assert attack(f"import {name}").startswith("ModuleNotFoundError")
    assert attack("import sys\nreturn [n for n in sys.modules if 'autograder' in n or 'solutions' in n]") == []
    assert attack("import sys\nreturn sys.path") == []


def test_the_worker_knows_no_path_no_argument_and_no_environment(attack):
    told = attack("import sys, os, __main__\nreturn [sys.argv, sys.orig_argv, dict(os.environ), list(vars(__main__))]")
    assert told == [[""], [], {}, ["__name__"]]


def test_only_the_pipes_are_open(attack):
    body = """
import os
found = []
for fd in range(200):
    try:
        os.fstat(fd)
        found.append(fd)
    except OSError:
        pass
return found
"""
    assert attack(body) == [0, 1, 2, 3, 4]


READS = {
    "a solution": f"return open({str(ROOT / 'autograder/catalog.py')!r}).read()[:20]",
    "its own memory": "return open('/proc/self/maps').read()[:20]",
    "the command line of its parent": "import os\nreturn open(f'/proc/{os.getppid()}/cmdline').read()",
    "the users": "return open('/etc/passwd').read()[:20]",
    "a folder": "import os\nreturn os.listdir('/')[:3]",
}


@linux
@pytest.mark.parametrize("what", READS)
def test_no_file_can_be_read(attack, unconfined, what):
    assert "PermissionError" in attack(READS[what])
    assert "Error" not in str(attack(READS[what], unconfined))


ACTS = {
    "a file written": "import os\nopen('/tmp/of-a-worker', 'w').close()\nos.remove('/tmp/of-a-worker')",
    "a process forked": "import os\npid = os.fork()\nif not pid: os._exit(0)\nos.waitpid(pid, 0)",
    "a program run": "import os\nos.execv('/bin/true', ['true'])",
    "a command": "import subprocess\nsubprocess.run(['true'], check=True)",
    "a thread": "import threading\nthread = threading.Thread(target=print)\nthread.start()\nthread.join()",
    "a socket of the internet": "import socket\nsocket.socket().close()",
    "a socket of the machine": "import socket\nsocket.socket(socket.AF_UNIX).close()",
    "a pair of sockets": "import socket\nfor s in socket.socketpair(): s.close()",
    "a signal to the parent": "import os\nos.kill(os.getppid(), 0)",
    "a signal to everyone": "import os, signal\nos.killpg(os.getppid(), 0)",
    "a limit raised": "import resource\nresource.setrlimit(resource.RLIMIT_CORE, (0, 0))",
    "a priority of the parent": "import os\nos.setpriority(os.PRIO_PROCESS, os.getppid(), 0)",
    "a file of memory": "import os\nos.close(os.memfd_create('x'))",
    "another user": "import os\nos.setuid(os.getuid())",
    "another root": "import os\nos.chroot('/')",
}


# What Python makes of a system call that is refused; no thread is a RuntimeError, no limit a ValueError.
REFUSED = ("PermissionError", "OSError", "BlockingIOError", "RuntimeError", "ValueError")


@linux
@pytest.mark.parametrize("what", ACTS)
def test_what_reaches_beyond_the_worker_is_refused(attack, what):
    assert attack(ACTS[what] + "\nreturn 'done'").partition(":")[0] in REFUSED


@linux
def test_each_attack_works_where_nothing_confines(attack, unconfined):
    for what in set(ACTS) - {"a program run", "a signal to everyone"}:
        assert (what, attack(ACTS[what] + "\nreturn 'done'", unconfined)) == (what, "done")


@linux
def test_raw_system_calls_are_refused_too(attack):
    body = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
refused = []
for number in ({numbers}):
    ctypes.set_errno(0)
    refused.append((libc.syscall(number, 0, 0, 0, 0, 0, 0), ctypes.get_errno()))
return refused
"""
    by_machine = {
        # ptrace, socket, shmget, process_vm_readv, bpf, io_uring_setup, unshare, keyctl, openat2, userfaultfd
        "x86_64": (101, 41, 29, 310, 321, 425, 272, 250, 437, 323),
        "aarch64": (117, 198, 194, 270, 280, 425, 97, 219, 437, 282),
    }
    numbers = by_machine[platform.machine()]
    assert attack(body.format(numbers=", ".join(map(str, numbers)))) == [(-1, 1)] * len(numbers)


@linux
def test_a_worker_without_seccomp_is_still_denied_files_by_landlock_alone(attack):
    if "Landlock" not in sandbox.describe():
        pytest.skip("this kernel has no Landlock")
    with Warm(layers=sandbox.LAYERS - {"seccomp"}) as server:
        assert "PermissionError" in attack(READS["the users"], server)
        assert attack(ACTS["a socket of the internet"] + "\nreturn 'done'", server) == "done"


@linux
@as_root
def test_each_worker_has_a_user_of_its_own(warm):
    students = [Student(warm, slice_of("import os\ndef f(): return os.getresuid()")) for _ in range(2)]
    try:
        users = [student.call("f") for student in students]
        assert all(len(set(user)) == 1 and user[0] > 1000 for user in users)
        assert users[0] != users[1]
    finally:
        for student in students:
            student.close()


ORDINARY = """
import json, sys
sys.dont_write_bytecode = True
sys.path[:0] = [{root!r}, {root!r} + "/tests"]
from slices import slice_of
from autograder.worker.student import Student
from autograder.worker.warm import Warm
from autograder.worker.errors import AskError

bodies = json.loads(sys.argv[1])
source = "\\n".join(f"def f{{i}}():\\n" + "\\n".join("    " + l for l in b.splitlines()) for i, b in enumerate(bodies))
with Warm() as warm:
    student = Student(warm, slice_of(source))
    said = [warm.confinement]
    for i in range(len(bodies)):
        try:
            said.append(student.call(f"f{{i}}"))
        except AskError as error:
            said.append(type(error).__name__ + ": " + str(error))
    student.close()
print(json.dumps(said))
"""


def open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.parents))


@linux
@as_root
def test_an_ordinary_user_is_protected_too():
    """As on a TA's laptop: no user of its own, but the rest."""
    system = Path("/usr/bin/python3")
    if f"python{sys.version_info[0]}.{sys.version_info[1]}" != system.resolve().name:
        pytest.skip(f"{system} is not the Python that runs this")
    packages = Path(torch.__file__).parents[1]
    if not open_to_all(ROOT) or not open_to_all(packages):
        pytest.skip("another user cannot read this checkout and its packages")
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        subprocess.run([system, "-m", "venv", "--without-pip", f"{folder}/venv"], check=True)
        (site,) = Path(folder).glob("venv/lib/python*/site-packages")
        (site / "torch.pth").write_text(f"{packages}\n")
        attacks = {**READS, **ACTS}
        done = subprocess.run(
            [
                f"{folder}/venv/bin/python",
                "-c",
                ORDINARY.format(root=str(ROOT)),
                json.dumps(["import os\nreturn os.getuid()", *(body + "\nreturn 'done'" for body in attacks.values())]),
            ],
            user=54321,
            group=54321,
            extra_groups=[],
            env={"PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1"},
            cwd="/",
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    confinement, uid, *answers = json.loads(done.stdout)
    assert uid == 54321
    assert confinement == sandbox.describe(sandbox.LAYERS - {"user"})
    for what, answer in zip(attacks, answers, strict=True):
        refused = str(answer).partition(" (knn.ipynb")[0].removeprefix("Raised: it raised ") in REFUSED
        assert refused, (what, answer)


@linux
def test_resource_limits_hold_for_good(attack):
    body = """
import resource
names = ("RLIMIT_FSIZE", "RLIMIT_CORE", "RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_CPU")
return [resource.getrlimit(getattr(resource, name)) for name in names]
"""
    limits = attack(body)
    assert limits[:4] == [(0, 0), (0, 0), (64, 64), (1, 1)]
    assert all(soft == hard for soft, hard in limits)


@linux
def test_what_a_worker_leaves_running_is_swept_away(attack, unconfined):
    body = """
import os, time
pid = os.fork()
if pid == 0:
    time.sleep(600)
return pid
"""
    student = Student(unconfined, slice_of("def f():\n" + "\n".join(f"    {line}" for line in body.splitlines())))
    left = student.call("f")
    assert Path(f"/proc/{left}").exists()
    student.close()
    status = Path(f"/proc/{left}/stat")
    assert not status.exists() or status.read_text().rpartition(")")[2].split()[0] in "ZX"


def test_a_layer_that_cannot_be_applied_stops_everything():
    with (
        Warm(layers=frozenset({"session", "moat"})) as server,
        pytest.raises(GraderFault, match=r"could not be confined, so nothing was run: the sandbox has no layer 'moat'"),
    ):
        Student(server, slice_of("def f(): return 1")).call("f")


def test_what_confines_is_said_in_words(warm):
    assert warm.confinement == sandbox.describe()
    assert "resource limits" in warm.confinement
    assert sandbox.describe(frozenset()) == "none"
    if sys.platform == "linux" and platform.machine() in ("x86_64", "aarch64"):
        assert "seccomp" in warm.confinement


def test_users_of_two_fork_servers_never_meet():
    assert not set(sandbox.user_ids(1001)) & set(sandbox.user_ids(1002))


def test_memory_is_never_promised_beyond_what_the_machine_has():
    assert sandbox.memory_allowance(1 << 20) == sandbox.LEAST_MEMORY
    assert sandbox.memory_allowance(1 << 60) < 1 << 50


@linux
def test_the_allow_list_names_each_number_once():
    for column in (0, 1):
        numbers = [pair[column] for pair in seccomp.ALLOWED.values() if pair[column] is not None]
        assert len(numbers) == len(set(numbers))


def test_lazy_corners_of_torch_and_numpy_work_without_files(attack):
    body = """
import random, statistics, warnings, collections
import numpy as np
import torch
import torch.nn.functional as F
x = torch.randn(6, 4, dtype=torch.float64, requires_grad=True)
torch.autograd.gradcheck(lambda t: t.logsumexp(1).sum(), (x,))
torch.autograd.functional.jacobian(lambda t: (t ** 2).sum(0), x)
F.cross_entropy(x, torch.zeros(6, dtype=torch.int64)).backward()
F.softmax(x, dim=1), F.one_hot(torch.tensor([1, 2])), torch.cdist(x, x), torch.einsum("ij,kj->ik", x, x)
torch.linalg.lstsq(x.detach(), torch.ones(6, 1, dtype=torch.float64)), torch.linalg.eigh((x.T @ x).detach())
torch.bincount(torch.tensor([1, 1])), torch.mode(torch.tensor([1, 1])), torch.unique(torch.tensor([1, 1]))
torch.cumsum(x, 0), torch.histc(x.detach()), torch.quantile(x.detach(), 0.5), x.detach().median()
torch.chunk(x, 3), torch.randint(0, 3, (4,)), torch.randperm(5), torch.set_num_threads(4), torch.cuda.is_available()
torch.func.grad(lambda t: (t ** 2).sum())(x.detach()), torch.func.hessian(lambda t: (t ** 2).sum())(x.detach()[0])
torch.nn.Linear(4, 2, dtype=torch.float64)(x), torch.special.erf(x), torch.fft.fft(x.detach())
optimizer = torch.optim.LBFGS([x]); optimizer.step(lambda: (x ** 2).sum())
np.linalg.svd(np.ones((3, 3))), np.bincount([1, 2]), np.random.default_rng(1).choice(4), np.unique([1, 1])
np.polyfit([1, 2, 3], [1, 2, 3], 1), statistics.mean([1, 2]), collections.Counter([1])
warnings.warn("careful")
f"{x} {x.mean():.3f} {np.ones(2)} {torch.finfo(torch.float32).eps}"
try:
    x.view(5)
except RuntimeError as error:
    str(error)
return "fine"
"""
    assert attack(body) == "fine"


def test_modules_that_only_this_submission_imports_are_there(attack):
    assert attack("import wave, colorsys, torch.nn.utils.rnn\nreturn wave.__name__") == "wave"
    assert attack("import unittest.__main__").startswith("ModuleNotFoundError")
    assert attack("import scipy").startswith("ModuleNotFoundError: No module named 'scipy'")


def test_a_fork_server_that_is_closed_says_so():
    with Warm() as server:
        pass
    with pytest.raises(GraderFault, match="the fork server was closed"):
        Student(server, slice_of("def f(): return 1")).call("f")
