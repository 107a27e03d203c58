"""macOS's Seatbelt, applied by the worker to itself before the student's code is read. Not tested on a Mac.

The profile allows next to nothing: as on Linux, a worker opens no file, so that there are no paths to get right. It is
applied by `sandbox_init` of libsandbox, which is what the program `sandbox-exec` calls; Apple marks both as deprecated
and every browser relies on them.
"""

from __future__ import annotations

import ctypes
import sys

LIBRARY = "/usr/lib/libsandbox.dylib"
PROFILE = """\
(version 1)
(deny default)
(allow sysctl-read)
(allow signal (target self))
(allow file-read-metadata)
(deny file-read-data)
(deny file-write*)
(deny process-fork)
(deny process-exec*)
(deny network*)
(deny mach-lookup)
(deny ipc-posix*)
(deny ipc-sysv*)
"""


class SeatbeltError(OSError):
    """The profile was not accepted, or there is no Seatbelt."""


def available() -> bool:
    """Whether this is macOS with its sandbox library."""
    return sys.platform == "darwin" and _init() is not None


def restrict(profile: str = PROFILE) -> None:
    """Put the profile on this process, for good.

    Raises:
        SeatbeltError: the library is not there, or refused; the text says why.
    """
    init = _init()
    if init is None:
        raise SeatbeltError(f"there is no {LIBRARY} here")
    message = ctypes.c_char_p()
    literal_profile = ctypes.c_uint64(0)
    if init(profile.encode(), literal_profile, ctypes.byref(message)) != 0:
        raise SeatbeltError(f"sandbox_init: {(message.value or b'refused').decode('utf-8', 'replace')}")


def _init() -> ctypes._NamedFuncPointer | None:
    try:
        return ctypes.CDLL(LIBRARY).sandbox_init
    except (OSError, AttributeError):
        return None
