"""The system calls a worker may make: an allow-list, with EPERM for everything else.

What is not on it cannot be done, by any road: opening a file, a socket, a process, a thread, another's memory. To
allow one more call, add its numbers (x86-64, aarch64) to ALLOWED; `strace -f` on the worker shows which one is wanted.
"""

from __future__ import annotations

import errno
import functools
import os
import struct

from autograder.worker import kernel

# Number on x86-64 and on aarch64; None where the architecture lacks the call.
# Sources: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux.
ALLOWED: dict[str, tuple[int | None, int | None]] = {
    # reading and writing what is already open: the pipes
    "read": (0, 63),
    "write": (1, 64),
    "readv": (19, 65),
    "writev": (20, 66),
    "lseek": (8, 62),
    "close": (3, 57),
    "close_range": (436, 436),
    "dup": (32, 23),
    "dup2": (33, None),
    "dup3": (292, 24),
    "pipe": (22, None),
    "pipe2": (293, 59),
    "poll": (7, None),
    "ppoll": (271, 73),
    "select": (23, None),
    "pselect6": (270, 72),
    # looking at files without opening them: the C library has no other way to look at a descriptor
    "stat": (4, None),
    "fstat": (5, 80),
    "lstat": (6, None),
    "newfstatat": (262, 79),
    "statx": (332, 291),
    "getcwd": (79, 17),
    "umask": (95, 166),
    # memory
    "mmap": (9, 222),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "mprotect": (10, 226),
    "madvise": (28, 233),
    "msync": (26, 227),
    "brk": (12, 214),
    "membarrier": (324, 283),
    "map_shadow_stack": (453, 453),
    # time
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101),
    "gettimeofday": (96, 169),
    "time": (201, None),
    "times": (100, 153),
    "getitimer": (36, 102),
    "setitimer": (38, 103),
    "alarm": (37, None),
    "pause": (34, None),
    # signals, to itself
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "rt_sigpending": (127, 136),
    "rt_sigsuspend": (130, 133),
    "rt_sigtimedwait": (128, 137),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    # who and where it is
    "getpid": (39, 172),
    "gettid": (186, 178),
    "getppid": (110, 173),
    "getpgrp": (111, None),
    "getpgid": (121, 155),
    "getsid": (124, 156),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "getresuid": (118, 148),
    "getresgid": (120, 150),
    "getgroups": (115, 158),
    "getrlimit": (97, 163),
    "getrusage": (98, 165),
    "getpriority": (140, 141),
    "sched_getaffinity": (204, 123),
    "sched_getparam": (143, 121),
    "sched_getscheduler": (145, 120),
    "sched_yield": (24, 124),
    "getcpu": (309, 168),
    "sysinfo": (99, 179),
    "uname": (63, 160),
    "getrandom": (318, 278),
    "arch_prctl": (158, None),
    # the C library's threads, of which there is one
    "futex": (202, 98),
    "set_robust_list": (273, 99),
    "get_robust_list": (274, 100),
    "set_tid_address": (218, 96),
    "rseq": (334, 293),
    # the end
    "exit": (60, 93),
    "exit_group": (231, 94),
}
# Calls allowed for some arguments only.
_IOCTL, _FCNTL, _PRCTL = (16, 29), (72, 25), (157, 167)
_KILL, _TGKILL, _PRLIMIT = (62, 129), (234, 131), (302, 261)
_CLONE3 = (435, 435)
_SECCOMP = (317, 277)
_TERMINAL_QUESTIONS = (0x5401, 0x5413, 0x541B, 0x5450, 0x5451)  # TCGETS, TIOCGWINSZ, FIONREAD, FIONCLEX, FIOCLEX
_FCNTL_HARMLESS = (0, 1, 2, 3, 4, 1030, 1032)  # duplicates and flags of descriptors, the size of a pipe
_PRCTL_NAMES = (15, 16, 0x53564D41)  # the process's name, and names of memory areas

_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7), "arm64": (1, 0xC00000B7)}
_X32 = 0x40000000

# Classic BPF: load a word of the call, compare and jump, return.
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_ALLOW, _KILL_PROCESS, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_INSTRUCTION = struct.Struct("=HBBI")
Instruction = tuple[int, int, int, int]


def supported() -> bool:
    """Whether the calls of this machine's architecture are known here."""
    return kernel.LINUX and kernel.MACHINE in _ARCHITECTURES


def restrict() -> None:
    """Put the filter on this process, for good. NO_NEW_PRIVS must be set.

    Raises:
        KernelError: the kernel refused, or the architecture is unknown here.
    """
    if not supported():
        raise kernel.KernelError(f"the system calls of {kernel.MACHINE} are not known here")
    code = prepare() + _packed(_program_end(os.getpid()))
    address, hold = kernel.address_of(code)
    pointer = struct.pack("@HP", len(code) // _INSTRUCTION.size, address)
    column, _ = _ARCHITECTURES[kernel.MACHINE]
    set_filter, in_all_threads = 1, 1
    kernel.syscall("seccomp", _SECCOMP[column], set_filter, in_all_threads, pointer)
    del hold


@functools.cache
def prepare() -> bytes:
    """The part of the filter that is the same for every worker; made once, before the fork."""
    return _packed(_program_beginning()) if supported() else b""


def _packed(program: list[Instruction]) -> bytes:
    return b"".join(_INSTRUCTION.pack(*instruction) for instruction in program)


def _program_beginning() -> list[Instruction]:
    column, architecture = _ARCHITECTURES[kernel.MACHINE]
    program: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        _give(_KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if kernel.MACHINE == "x86_64":
        # The x32 calls have numbers of their own, which the list does not cover.
        program += [(_AT_LEAST, 0, 1, _X32), _give(_KILL_PROCESS)]
    for numbers in ALLOWED.values():
        if numbers[column] is not None:
            program += _when(numbers[column], [_give(_ALLOW)])
    program += _when(_IOCTL[column], _one_of(1, _TERMINAL_QUESTIONS, errno.ENOTTY))
    program += _when(_FCNTL[column], _one_of(1, _FCNTL_HARMLESS, errno.EPERM))
    program += _when(_PRCTL[column], _one_of(0, _PRCTL_NAMES, errno.EPERM))
    # The C library tries clone again when clone3 is not there, and that is not allowed either.
    return program + _when(_CLONE3[column], [_give(_ERROR | errno.ENOSYS)])


def _program_end(pid: int) -> list[Instruction]:
    column, _ = _ARCHITECTURES[kernel.MACHINE]
    program = _when(_KILL[column], _one_of(0, (pid,), errno.EPERM))
    program += _when(_TGKILL[column], _one_of(0, (pid,), errno.EPERM))
    program += _when(_PRLIMIT[column], _limits_read(pid))
    return [*program, _give(_ERROR | errno.EPERM)]


def _give(verdict: int) -> Instruction:
    return (_RETURN, 0, 0, verdict)


def _when(number: int | None, body: list[Instruction]) -> list[Instruction]:
    """Run the body, which ends with a verdict, for the call of that number."""
    return [(_EQUAL, 0, len(body), number or 0), *body]


def _word(argument: int, high: bool = False) -> Instruction:
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * argument + (4 if high else 0))


def _one_of(argument: int, values: tuple[int, ...], otherwise: int) -> list[Instruction]:
    """Allow the call if the argument's low word is one of the values."""
    tests = [(_EQUAL, len(values) - place, 0, value) for place, value in enumerate(values)]
    return [_word(argument), *tests, _give(_ERROR | otherwise), _give(_ALLOW)]


def _limits_read(pid: int) -> list[Instruction]:
    """Allow prlimit on itself with no new limit: the third argument is a null pointer."""
    refuse = 6
    return [
        _word(0),
        (_EQUAL, 1, 0, 0),
        (_EQUAL, 0, refuse - 1, pid),
        _word(2),
        (_EQUAL, 0, refuse - 3, 0),
        _word(2, high=True),
        (_EQUAL, 0, refuse - 5, 0),
        _give(_ALLOW),
        _give(_ERROR | errno.EPERM),
    ]
