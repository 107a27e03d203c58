"""What an attacker is assumed to know, and the words the attacks are written in.

The red team is told everything but the secrets: where the grader's files lie, which processes are the grader's, where a
listener waits. In a submission these names stand in a cell of their own, with their values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Function = TypeVar("Function", bound=Callable[..., object])

TREE = ""  # the folder that holds the grader, the checks and the solutions
RESULTS = ""  # where results.json is written
OTHER = ""  # another student's submission
TEMPORARY = ""  # a folder that everyone may write to
GRADER = 0  # process id of the grader
SERVER = 0  # process id of the fork server
PORT = 0  # a TCP and a UDP port of this machine on which someone listens
SOCKET = ""  # path of a Unix socket on which someone listens
ABSTRACT = ""  # name of an abstract Unix socket on which someone listens
MEMORY = 0  # bytes a worker may use
SECRET = "canary-[a-z]+-[0-9a-f]{32}"  # what a planted secret looks like


class Won(Exception):
    """The attack got what it wanted; the text is the loot."""


def stopped_by(*layers: str, ordinary: bool = True) -> Callable[[Function], Function]:
    """Say which layers of the sandbox stop an attack, each by itself; none of them: the design does.

    Args:
        layers: their names. "landlock4" and "landlock6" are Landlock from that version on.
        ordinary: whether leaving those layers out lets the attack win where grader and worker are one ordinary user.
            (There, for one, the grader's memory is closed to its own user's processes in any case.)
    """

    def mark(function: Function) -> Function:
        function.layers, function.ordinary = layers, ordinary  # type: ignore[attr-defined]
        return function

    return mark


def answers_right(function: Function) -> Function:
    """Mark an attack whose answers are right: it earns its points, and nothing beyond."""
    function.right = True  # type: ignore[attr-defined]
    return function
