"""Landlock (Linux 5.13 and later): no file may be opened, no TCP port used, nothing outside signalled.

See https://docs.kernel.org/userspace-api/landlock.html for the interface and what each version of it adds.
"""

from __future__ import annotations

import os
import struct

from autograder.worker import kernel

# Landlock's calls have these numbers on every architecture.
_CREATE_RULESET, _RESTRICT_SELF = 444, 446
_ASK_VERSION = 1
# How many of the rights on files each version knows; version 1 has thirteen.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NET_RIGHTS = 0b11  # bind and connect of TCP, from version 4
_SCOPES = 0b11  # abstract sockets and signals beyond the domain, from version 6


def version() -> int:
    """Which version of Landlock this kernel has; 0 for none."""
    if not kernel.LINUX:
        return 0
    try:
        return kernel.syscall("landlock_create_ruleset", _CREATE_RULESET, None, 0, _ASK_VERSION)
    except kernel.KernelError:
        return 0


def restrict() -> None:
    """Deny this process, for good, every right that the kernel's version knows; there are no exceptions.

    Raises:
        KernelError: Landlock refused, or is not there.
    """
    known = version()
    words = [(1 << _FILE_RIGHTS[min(known, 5)]) - 1 if known else 0]
    if known >= 4:
        words.append(_NET_RIGHTS)
    if known >= 6:
        words.append(_SCOPES)
    attributes = struct.pack(f"={len(words)}Q", *words)
    ruleset = kernel.syscall("landlock_create_ruleset", _CREATE_RULESET, attributes, len(attributes), 0)
    try:
        kernel.syscall("landlock_restrict_self", _RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
