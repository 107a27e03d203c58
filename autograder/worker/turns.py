"""The one process that the parts of a submission use in turns."""

from __future__ import annotations

from autograder.worker import wire
from autograder.worker.conversation import Session
from autograder.worker.errors import GraderFault
from autograder.worker.process import Clock, Process, Stopped
from autograder.worker.warm import Warm

START_SECONDS = 30.0


class Turns:
    """A process that takes one slice after another, each into an empty namespace, and whose turn it is.

    A process in which anything went wrong takes no other slice: a new one takes its place. Nor does one in which a
    function was stood in for take a slice that answers for that function itself, which could have kept the stand-in.

    Attributes:
        imports: modules that any of the slices imports.
        gates: dotted callables that may be blocked, whoever's turn it is.
    """

    def __init__(self) -> None:
        self.imports: frozenset[str] = frozenset()
        self.gates: frozenset[str] = frozenset()
        self._holder: object = None
        self._session: Session | None = None
        self._made_for: tuple[object, ...] = ()
        self._stood_in: dict[object, frozenset[str]] = {}

    def session_of(self, holder: object) -> Session | None:
        """What the holder knows of the process; None if it is another's turn."""
        return self._session if self._holder is holder else None

    def suits(self, memory: int) -> bool:
        """Whether the process lives, and was made for what is wanted now."""
        return self._session is not None and self._session.process.alive and self._made_for == self._wanted(memory)

    def take(
        self, holder: object, stand_ins: frozenset[str], warm: Warm, memory: int, deadline: float | None
    ) -> Process:
        """The process, to load a slice into; nobody's turn until `give`.

        Args:
            holder: whose slice.
            stand_ins: the functions to be stood in for.
            warm: the fork server.
            memory: bytes it may use beyond the warm process.
            deadline: when the whole run's budget ends, on the monotonic clock.

        Raises:
            Stopped: the budget ended first.
            GraderFault: it did not start, or could not be confined.
        """
        last = self._session
        stood_in = self._stood_in.get(holder, frozenset())
        if last is not None and self.suits(memory) and not last.spoiled and stood_in <= stand_ins:
            self._holder = self._session = None
            self._stood_in[holder] = stand_ins
            return last.process
        self.end()
        self._made_for, self._stood_in = self._wanted(memory), {holder: stand_ins}
        process = Process(warm, memory, sorted(self.imports))
        try:
            _wait_until_ready(process, deadline)
        except BaseException:
            process.end()
            raise
        return process

    def give(self, holder: object, session: Session) -> None:
        """The holder's slice is loaded: it is their turn."""
        self._holder, self._session = holder, session

    def end(self) -> None:
        """End the process."""
        if self._session is not None:
            self._session.process.end()
        self._holder = self._session = None

    def _wanted(self, memory: int) -> tuple[object, ...]:
        return self.imports, self.gates, memory


def _wait_until_ready(process: Process, deadline: float | None) -> None:
    try:
        message = wire.decode(process.exchange(b"", Clock(START_SECONDS, deadline), 1 << 20))
    except (Stopped, wire.WireError) as error:
        if isinstance(error, Stopped) and error.why == "budget":
            raise
        raise GraderFault(f"a worker did not start: {error}") from error
    if type(message) is not dict or message.get("reply") != "ready":
        text = message.get("text") if type(message) is dict else ""
        raise GraderFault(f"the worker could not be confined, so nothing was run: {text}")
