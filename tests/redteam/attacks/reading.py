"""Attacks that read what is hidden: files, the grader's memory, what a worker may have inherited."""

import contextlib
import ctypes
import gc
import importlib
import importlib.machinery
import linecache
import os
import re
import sys
import traceback

import numpy as np
import torch
from known import GRADER, OTHER, RESULTS, SECRET, SERVER, TEMPORARY, TREE, Won, answers_right, stopped_by


def _right(k_to_accuracies):
    return max(sorted(k_to_accuracies), key=lambda k: sum(k_to_accuracies[k]) / len(k_to_accuracies[k]))


def _find(text):
    found = re.findall(SECRET, text)
    if found:
        raise Won(", ".join(found))


@stopped_by("seccomp", "landlock", "user")
def a_solution_by_its_path(k_to_accuracies):
    """Open a hidden solution"""
    with open(f"{TREE}/solutions/project1/knn.py") as file:
        _find(file.read())


@stopped_by("seccomp", "landlock", "user")
def a_check_by_its_path(k_to_accuracies):
    """Open the hidden checks, as bytes and without buffering"""
    with open(f"{TREE}/solutions/project1/checks/knn.py", "rb", 0) as file:
        _find(file.read().decode())


@stopped_by("seccomp", "landlock", "user")
def a_listing_of_the_solutions(k_to_accuracies):
    """List the folder of solutions"""
    raise Won(str(os.listdir(f"{TREE}/solutions")))


@stopped_by("seccomp", "landlock", "user")
def a_search_of_the_disk(k_to_accuracies):
    """Walk through the tree for anything secret"""
    for folder, _, names in os.walk(TREE, onerror=lambda error: (_ for _ in ()).throw(error)):
        for name in names:
            if name.endswith(".py"):
                with open(os.path.join(folder, name)) as file:
                    _find(file.read())


@stopped_by("seccomp", "landlock", "user")
def another_students_work(k_to_accuracies):
    """Open another student's submission"""
    with open(OTHER) as file:
        raise Won(file.read()[:80])


@stopped_by("seccomp", "landlock", "user")
def a_solution_by_the_c_library(k_to_accuracies):
    """Open a hidden solution by the C library's open"""
    libc = ctypes.CDLL(None, use_errno=True)
    fd = libc.open(f"{TREE}/solutions/project1/knn.py".encode(), os.O_RDONLY)
    if fd < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    with os.fdopen(fd) as file:
        _find(file.read())


@stopped_by("seccomp", "landlock", "user")
def a_solution_by_another_system_call(k_to_accuracies):
    """Open a hidden solution by openat2, which old filters overlook"""
    libc = ctypes.CDLL(None, use_errno=True)
    how = (ctypes.c_uint64 * 3)(os.O_RDONLY, 0, 0)
    fd = libc.syscall(437, -100, f"{TREE}/solutions/project1/knn.py".encode(), ctypes.byref(how), ctypes.sizeof(how))
    if fd < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    with os.fdopen(fd) as file:
        _find(file.read())


@stopped_by("seccomp", "landlock", "user")
def a_solution_mapped_into_memory(k_to_accuracies):
    """Map a hidden solution by numpy.memmap"""
    _find(bytes(np.memmap(f"{TREE}/solutions/project1/knn.py", dtype=np.uint8, mode="r")).decode())


@stopped_by("seccomp", "landlock", "user")
def a_solution_read_by_torch(k_to_accuracies):
    """Map a hidden solution by torch.from_file"""
    size = os.stat(f"{TREE}/solutions/project1/knn.py").st_size
    data = torch.from_file(f"{TREE}/solutions/project1/knn.py", shared=False, size=size, dtype=torch.uint8)
    _find(bytes(data.tolist()).decode())


@stopped_by("seccomp", "landlock", "user")
def a_solution_by_linecache(k_to_accuracies):
    """Have linecache read a hidden solution"""
    lines = linecache.getlines(f"{TREE}/solutions/project1/knn.py")
    _find("".join(lines))
    raise PermissionError("linecache gave no lines")


@stopped_by("seccomp", "landlock", "user")
def a_solution_imported_from_its_folder(k_to_accuracies):
    """Put the tree on sys.path and import the solutions"""
    loader = importlib.machinery.SourceFileLoader("knn_solution", f"{TREE}/solutions/project1/knn.py")
    _find(loader.get_source("knn_solution"))


def the_graders_packages_by_name(k_to_accuracies):
    """Import the grader, the checks, the solutions and the tests by name"""
    for name in (
        "autograder",
        "autograder.grading",
        "solutions",
        "solutions.project1.checks.knn",
        "solutions.project1.knn",
        "conftest",
    ):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
            raise Won(name)
    raise ImportError("none of the grader's packages can be imported")


@stopped_by("seccomp", "landlock", "user", ordinary=False)
def the_graders_environment(k_to_accuracies):
    """Read /proc/<grader>/environ"""
    with open(f"/proc/{GRADER}/environ") as file:
        _find(file.read())


@stopped_by("seccomp", "landlock", "user", ordinary=False)
def the_graders_memory(k_to_accuracies):
    """Read /proc/<grader>/mem wherever its maps allow"""
    with open(f"/proc/{GRADER}/maps") as maps, open(f"/proc/{GRADER}/mem", "rb", 0) as memory:
        for line in maps:
            start, end = (int(word, 16) for word in line.split()[0].split("-"))
            if "rw" in line.split()[1] and end - start < 1 << 28:
                with contextlib.suppress(OSError, OverflowError, ValueError):
                    memory.seek(start)
                    _find(memory.read(end - start).decode("latin-1"))
    raise OSError("nothing was found")


@stopped_by("seccomp", "landlock", "user", ordinary=False)
def the_graders_open_files(k_to_accuracies):
    """Open the grader's descriptors again through /proc"""
    for fd in os.listdir(f"/proc/{GRADER}/fd"):
        with contextlib.suppress(OSError):
            if os.path.isfile(f"/proc/{GRADER}/fd/{fd}"):
                with open(f"/proc/{GRADER}/fd/{fd}", "rb") as file:
                    _find(file.read().decode("latin-1"))
    raise OSError("nothing was found")


@stopped_by("seccomp", "landlock")
def the_command_lines(k_to_accuracies):
    """Read the command lines of the grader and of the fork server"""
    with open(f"/proc/{GRADER}/cmdline") as file, open(f"/proc/{SERVER}/cmdline") as other:
        raise Won(file.read()[:40] + other.read()[:40])


def its_own_environment(k_to_accuracies):
    """Look for secrets in the environment it was started with"""
    _find(repr(os.environ))
    libc = ctypes.CDLL(None)
    entries = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
    at = 0
    while entries and entries[at]:
        _find(entries[at].decode())
        at += 1
    raise LookupError("the environment is empty")


def its_own_arguments(k_to_accuracies):
    """Look for paths in sys.argv, sys.path, sys.modules and __main__"""
    main = sys.modules["__main__"]
    files = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
    told = [*sys.argv, *sys.orig_argv, *sys.path, *map(str, vars(main).values())]
    found = [text for text in (*told, *files) if TREE in text]
    if found:
        raise Won(str(found))
    raise LookupError("no path of the grader's")


def descriptors_left_open(k_to_accuracies):
    """Read every descriptor that may have been left open"""
    for fd in [0, *range(5, 4096)]:
        with contextlib.suppress(OSError):
            os.lseek(fd, 0, os.SEEK_SET)
            _find(os.read(fd, 1 << 16).decode("latin-1"))
    raise LookupError("no open descriptor holds anything")


def inherited_objects(k_to_accuracies):
    """Search every object the collector knows for secrets"""
    for thing in gc.get_objects():
        if isinstance(thing, dict):
            for value in list(thing.values()):
                if type(value) is str and "canary" in value and value != SECRET:
                    _find(value)
        elif isinstance(thing, (list, tuple)):
            for value in thing:
                if type(value) is str and "canary" in value and value != SECRET:
                    _find(value)
    raise LookupError("no secret among the objects")


def inherited_memory(k_to_accuracies):
    """Search the raw memory around everything known, by writing it into a pipe"""
    libc = ctypes.CDLL(None, use_errno=True)
    read, write = os.pipe()
    page = 1 << 12
    starts = {
        id(object()),
        id(sys.modules),
        id(torch),
        id(np),
        ctypes.addressof(ctypes.c_char_p.in_dll(libc, "environ")),
    }
    for start in starts:
        for step in range(-1500, 1500):
            address = (start & ~(page - 1)) + step * page
            if libc.write(write, ctypes.c_void_p(address), page) == page:
                _find(os.read(read, page).decode("latin-1"))
    raise LookupError("no secret in memory")


def frames_above(k_to_accuracies):
    """Walk up the frames and look for secrets in their globals and locals"""
    frame = sys._getframe()
    while frame is not None:
        _find(
            repr(
                {name: value for name, value in frame.f_globals.items() if isinstance(value, str) and name != "SECRET"}
            )
        )
        _find(repr({name: value for name, value in frame.f_locals.items() if isinstance(value, str)}))
        if any(type(value) is str and value.startswith(TREE) for value in frame.f_locals.values() if value != TREE):
            raise Won("a path in a local variable")
        if (
            TREE in frame.f_code.co_filename
            or "checks" in frame.f_code.co_filename
            or "solutions" in frame.f_code.co_filename
        ):
            raise Won(frame.f_code.co_filename)
        frame = frame.f_back
    raise LookupError("the frames above know nothing")


def lines_of_a_traceback(k_to_accuracies):
    """Have a traceback show the source of the code around"""
    shown = "".join(traceback.format_stack())
    _find(shown)
    if "self._" in shown or TREE in shown:
        raise Won(shown)
    raise LookupError("the traceback shows no source and no path")


@stopped_by("seccomp", "landlock", "user")
def its_own_results(k_to_accuracies):
    """Overwrite results.json"""
    with open(RESULTS, "w"):
        raise Won("emptied results.json")


@stopped_by("seccomp", "landlock", "user")
def results_removed(k_to_accuracies):
    """Remove results.json"""
    os.remove(RESULTS)
    raise Won("removed results.json")


@stopped_by("seccomp", "user")
def a_folder_opened_for_all(k_to_accuracies):
    """Change the mode of the hidden folder, which Landlock does not cover"""
    os.chmod(f"{TREE}/solutions", 0o755)
    raise Won("changed the mode")


@stopped_by("seccomp", "landlock")
def a_note_for_an_accomplice(k_to_accuracies):
    """Leave a file for the next submission"""
    with open(f"{TEMPORARY}/note", "x"):
        pass
    raise Won("left a file")


@stopped_by("seccomp", "landlock")
def shared_memory_left_behind(k_to_accuracies):
    """Leave a file of shared memory"""
    with open("/dev/shm/redteam-note", "x"):
        pass
    os.remove("/dev/shm/redteam-note")
    raise Won("left shared memory")


@stopped_by("seccomp")
def a_file_without_a_name(k_to_accuracies):
    """Make a file in memory, to run a program from"""
    os.close(os.memfd_create("program"))
    raise Won("made a file in memory")


@stopped_by("seccomp", "user")
def a_watch_on_the_solutions(k_to_accuracies):
    """Watch by inotify when the grader reads its solutions"""
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_add_watch(libc.inotify_init(), f"{TREE}/solutions".encode(), 1)
    if watch < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    raise Won("watches")


@answers_right
def a_tool_for_later(k_to_accuracies):
    """Answer rightly, and print every secret that can be seen"""
    try:
        the_last = open(f"{TREE}/solutions/project1/knn.py").read()  # noqa: SIM115
    except OSError as error:
        the_last = str(error)
    print(the_last)
    return _right(k_to_accuracies)
