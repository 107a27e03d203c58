"""The few Linux calls that Python's standard library lacks, by way of the C library."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys

LINUX = sys.platform == "linux"
MACHINE = platform.machine()

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


class KernelError(OSError):
    """A call was refused; the text names it and the error."""


def prctl(option: int, value: int) -> None:
    """prctl(2) with one argument.

    Raises:
        KernelError: it was refused.
    """
    zero = ctypes.c_ulong(0)
    if _libc.prctl(ctypes.c_int(option), ctypes.c_ulong(value), zero, zero, zero) != 0:
        raise KernelError(f"prctl({option}): {_last_error()}")


def syscall(what: str, number: int, *arguments: int | bytes | None) -> int:
    """A system call by number; bytes are passed by address, integers as they are.

    Raises:
        KernelError: it was refused; `what` is its name in the text.
    """
    passed = [ctypes.c_long(a) if isinstance(a, int) else ctypes.c_char_p(a) for a in arguments]
    result: int = _libc.syscall(ctypes.c_long(number), *passed)
    if result < 0:
        raise KernelError(f"{what}: {_last_error()}")
    return result


def address_of(data: bytes) -> tuple[int, object]:
    """Where a copy of the bytes lies, and the object to hold on to while it must lie there."""
    buffer = ctypes.create_string_buffer(data, len(data))
    return ctypes.addressof(buffer), buffer


def _last_error() -> str:
    number = ctypes.get_errno()
    return f"{errno.errorcode.get(number, number)} ({os.strerror(number)})"
