"""The proxy through which the grader asks a student's functions; the only door to student code."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from autograder.submission.source import Origin, Slice
from autograder.worker import columns, imports, wire
from autograder.worker.conversation import Conversation, Proxy, Session, Terms, size_in_words
from autograder.worker.errors import (
    BadAnswer,
    Died,
    GraderFault,
    Missing,
    OutOfMemory,
    OutOfTime,
    TimedOut,
)
from autograder.worker.process import Clock, Process, Stopped, how_it_ended
from autograder.worker.turns import Turns
from autograder.worker.warm import Warm
from autograder.worker.wire import Ref as Ref

SEED = 598
MAX_PRINTED = 32 << 10
MAX_RELOADS = 8
NO_CODE = Slice("", (), {})


Run = tuple[torch.Tensor, Sequence[torch.Tensor], dict[str, Any] | None]


@dataclass(frozen=True)
class Limits:
    """What one call may use: seconds of wall time, bytes of memory beyond the warm process, bytes of printed output."""

    seconds: float = 10.0
    memory: int = 512 << 20
    output: int = 8 << 20


class Student:
    """The graded functions of one part of one submission.

    Starts a worker when first asked and keeps it for all checks; another takes its place after a kill, or when the set
    of stand-ins changes. Every method may raise the exceptions of `worker.errors`.

    A Python function among the arguments becomes a callback: the worker gets a function that asks the grader.
    Random numbers are seeded with `seed` before each call (once for a whole `call_many` or `trajectories`), so that
    the same submission always gives the same answers.

    Attributes:
        deadline: when the whole run's budget ends, on the monotonic clock; no call runs after it, or beyond it.
        seed: what torch, numpy and random are seeded with before each call.
        turns: the process; Students that share their Turns share it.
    """

    def __init__(
        self,
        warm: Warm,
        code: Slice,
        given: str = "",
        answers: Mapping[str, Callable[..., Any]] | None = None,
        limits: Limits = Limits(),
        turns: Turns | None = None,
        standing_in: Slice = NO_CODE,
    ) -> None:
        """Prepare; nothing runs yet.

        Args:
            warm: the fork server.
            code: the slice to load.
            given: source of the part's given classes, which replace the student's copies.
            answers: what a stand-in that needs the grader asks there, by graded function name.
            limits: what each call may use unless it says otherwise.
            turns: the process to share with other Students of the same submission; one of its own without.
            standing_in: the code of the stand-ins; of it only what is stood in for is ever sent.
        """
        self.turns = Turns() if turns is None else turns
        self.turns.imports |= frozenset(imports.wanted(code.statements))
        self.deadline: float | None = None
        self.seed = SEED
        self._warm = warm
        self._code = code
        self._given = given
        self._answers: Mapping[str, Callable[..., Any]] = {} if answers is None else answers
        self._limits = limits
        self._stand_in_code = standing_in
        self._stand_ins: frozenset[str] = frozenset()
        self._blocked: frozenset[str] = frozenset()
        self._skipped: dict[int, str] = {}
        self._careful = False
        self._slow: dict[tuple[str, frozenset[str]], str] = {}
        self._printed = ""

    def stand_in(self, names: frozenset[str]) -> None:
        """From now on these graded functions are stood in for; a worker with another set is replaced."""
        self._stand_ins = frozenset(names)

    def gate(self, names: Iterable[str]) -> None:
        """These dotted callables may be blocked later: every worker from now on is ready for it."""
        self.turns.gates |= frozenset(names)

    def block(self, names: Iterable[str]) -> None:
        """From now on these dotted callables raise in the worker while student code runs (stand-ins keep theirs)."""
        self._blocked = frozenset(names)
        self.gate(self._blocked)

    def renew(self) -> None:
        """Load the slice into another process, which knows nothing of what was asked before."""
        self.turns.end()
        self._ready_session(self._limits)

    def call(self, name: str, *args: Any, limits: Limits | None = None, **kwargs: Any) -> Any:
        """Call one graded function: plain data in, plain data out."""
        return self._ask(name, {"do": "call", "args": args, "kwargs": kwargs, "keep": False}, limits)

    def call_many(self, name: str, arguments: Sequence[tuple[Any, ...]], limits: Limits | None = None) -> list[Any]:
        """Call one function once for each tuple of arguments, in one request; the values in order."""
        answer = self._ask(
            name, {"do": "many", "arguments": columns.sent(list(arguments)), "count": len(arguments)}, limits
        )
        try:
            return columns.received(answer, len(arguments))
        except ValueError as error:
            raise BadAnswer(f"what came back is not an answer: {error}") from None

    def call_keeping(self, name: str, *args: Any, limits: Limits | None = None) -> tuple[Any, tuple[Any, ...]]:
        """Like `call`, and also the arguments as they are after it: what the function did to its inputs."""
        request = {"do": "call", "args": args, "kwargs": {}, "keep": True}
        answer = self._ask(name, request, limits)
        if type(answer) is not tuple or len(answer) != 2 or type(answer[1]) is not tuple or len(answer[1]) != len(args):
            raise BadAnswer("what came back is not an answer: it is not a value with the arguments after it")
        return answer

    def trajectories(self, name: str, runs: Sequence[Run]) -> list[list[Any]]:
        """Run an optimizer several times: `w, config = f(w, dw, config)` for each gradient, all in one request.

        The config that a step returns is handed to the next as it came, and never leaves the worker.

        Args:
            name: the optimizer.
            runs: for each its start w, the gradient at each step, and the config of the first.

        Returns:
            for each run every w returned, copied, so that in-place updates show as they were.
        """
        paths = self._ask(name, {"do": "trajectories", "runs": list(runs)}, None)
        lengths = [len(gradients) for _, gradients, _ in runs]
        if type(paths) is not list or [len(path) if type(path) is list else -1 for path in paths] != lengths:
            raise BadAnswer("what came back is not an answer: it is not a w for each step of each run")
        return paths

    def through(self, first: str, second: str, runs: Sequence[tuple[tuple[Any, ...], Any]]) -> list[tuple[Any, Any]]:
        """For each run `out, cache = first(*args)` and then `second(dout, cache)`, all in one request.

        The cache is handed from one to the other as it came, and never leaves the worker.

        Args:
            first: the forward function.
            second: the backward function.
            runs: for each the arguments of the first, and the dout of the second.

        Returns:
            for each run the out of the first, and what the second returned.
        """
        self._require(second, may_stand_in=True)
        pairs = self._ask(first, {"do": "through", "second": second, "runs": list(runs)}, None, stands_in=True)
        if type(pairs) is not list or [len(pair) if type(pair) is tuple else -1 for pair in pairs] != [2] * len(runs):
            raise BadAnswer("what came back is not an answer: it is not an out and its gradients for each run")
        return pairs

    def steps(self, name: str, arguments: Sequence[tuple[Any, ...]]) -> list[tuple[int, Origin]]:
        """For each tuple of arguments, how many Python steps one call takes, and the line that takes most of them."""
        answer = self._ask(name, {"do": "steps", "arguments": list(arguments)}, None)
        if type(answer) is not list or len(answer) != len(arguments) or not all(map(_is_count, answer)):
            raise BadAnswer("what came back is not an answer: it is not a number of steps for each call")
        return [(taken, Origin(*place)) for taken, place in answer]

    def new(self, name: str, *args: Any, **kwargs: Any) -> Handle:
        """Make an object of a graded or given class in the worker; a handle to it."""
        handle: Handle = self._ask(name, {"do": "new", "args": args, "kwargs": kwargs}, None)
        return handle

    def load_weights(self, data: bytes) -> Any:
        """`torch.load(..., weights_only=True)` of a file the student handed in, inside the worker."""
        return self._ask("torch.load", {"do": "weights", "data": data}, None, graded=False)

    @property
    def pid(self) -> int | None:
        """The worker's process id; None while there is none."""
        return self._session.process.pid if self._session is not None else None

    @property
    def printed(self) -> str:
        """What student code printed since the last call of this property, bounded."""
        printed, self._printed = self._printed, ""
        return printed

    def close(self) -> None:
        """End the worker, and see that nothing of it is left."""
        if self._session is not None:
            self.turns.end()

    @property
    def _session(self) -> Session | None:
        return self.turns.session_of(self)

    # --- asking

    def _ask(
        self,
        name: str,
        request: dict[str, Any],
        limits: Limits | None,
        graded: bool = True,
        stands_in: bool = False,
    ) -> Any:
        if graded:
            self._require(name, may_stand_in=stands_in)
        limits = limits or self._limits
        return self._ask_once(name, {"name": name, **request}, limits, lambda: self._ready_session(limits))

    def _ask_once(self, key: str, request: dict[str, Any], limits: Limits, session_of: Callable[[], Session]) -> Any:
        """Ask, unless that took too long before."""
        for name in _refs(request):
            self._require(name, may_stand_in=True)
        slow = (key, self._stand_ins)
        if slow in self._slow:
            raise TimedOut(self._slow[slow])
        self._check_deadline()
        for again in (True, False):
            session = session_of()
            try:
                return self._converse(session, request, limits)
            except Stopped as stopped:
                fault = self._fault_of(stopped, slow, limits)
                if not (stopped.lost and again and session.active is None and "held" not in request):
                    raise fault from None
        raise AssertionError("unreachable")

    def _ask_held(self, session: Session, held: wire.Held, name: str, request: dict[str, Any], limits: Limits) -> Any:
        """Ask an object that lives in a worker, which must still be that worker."""
        if session is not self._session or not session.process.alive:
            raise Died(f"the {held.kind} is gone: the process that it lived in was ended")
        request = {"name": name, "held": held, **request}
        return self._ask_once(f"{held.kind}.{name}", request, limits, lambda: session)

    def _check_deadline(self) -> None:
        if self.deadline is not None and time.monotonic() >= self.deadline:
            raise OutOfTime("the time for the whole run is spent")

    def _require(self, name: str, may_stand_in: bool = False) -> None:
        """Raise what a function that cannot be asked earns, before any process is bothered."""
        if name in self._stand_ins:
            if not may_stand_in:
                raise GraderFault(f"{name} is stood in for, so its own answers are not to be had")
            return
        found = self._code.functions.get(name)
        if found is None or found.status == "present":
            return
        where = f" ({found.origin})" if found.origin else ""
        words = {"missing": "is not defined", "stub": "is not implemented yet", "broken": "could not be loaded"}
        raise Missing(found.message or f"{name} {words[found.status]}{where}")

    def _ready_session(self, limits: Limits) -> Session:
        """The worker that suits what is asked; a new one where there is none."""
        for _ in range(MAX_RELOADS):
            session = self._session
            if session is not None and session.stand_ins == self._stand_ins and self.turns.suits(limits.memory):
                return session
            self._load(limits)
        raise Died("its definitions could not be loaded: too many of them end the process or never finish")

    def _load(self, limits: Limits) -> None:
        """Load the slice into a worker.

        Where that ends the worker or takes too long, the next try has each statement announced, with the whole time to
        itself; one that still ends or hangs the worker is left out from then on.
        """
        try:
            process = self.turns.take(self, self._stand_ins, self._warm, limits.memory, self.deadline)
        except Stopped as stopped:
            raise self._fault_of(stopped, None, limits) from None
        session = Session(process, self._stand_ins)
        load = {
            "do": "load",
            "name": "",
            "statements": [
                (s.code.encode("utf-8", "surrogatepass"), s.origin.file, s.origin.cell, s.origin.line, sorted(s.binds))
                for s in self._code.statements
            ],
            "skipped": self._skipped,
            "stand_ins": self._code_of_stand_ins(),
            "gates": sorted(self.turns.gates),
            "given": self._given,
            "announce": self._careful,
        }
        try:
            loaded = self._converse(session, load, limits)
            if not _is_loaded(loaded):
                garbled = Stopped("garbled", "it does not say what was loaded")
                garbled.status = process.end()
                raise garbled
        except Stopped as stopped:
            if stopped.why == "budget" or stopped.lost or (self._careful and session.loading is None):
                raise self._fault_of(stopped, None, limits) from None
            if session.loading is None:
                self._careful = True
                return
            place = self._code.statements[session.loading].origin
            self._skipped[session.loading] = f"{self._story(stopped, limits)} ({place})"
            return
        except BaseException:
            process.end()
            raise
        if loaded["given"]:
            process.end()
            raise Died(f"the given classes could not be loaded beside this submission: {loaded['given'][:500]}")
        session.spoiled = bool(loaded["failed"])
        self.turns.give(self, session)

    def _code_of_stand_ins(self) -> dict[str, Any]:
        """What the worker needs to stand in for the functions that are, and no more."""
        defined = (self._stand_in_code.functions.get(name) for name in self._stand_ins)
        needed = sorted({index for found in defined if found is not None for index in found.statements})
        return {
            "names": sorted(self._stand_ins),
            "code": [self._stand_in_code.statements[index].code.encode() for index in needed],
            "graded": sorted(self._code.functions) if self._stand_ins else [],
        }

    def _converse(self, session: Session, request: dict[str, Any], limits: Limits) -> Any:
        """Send one request and answer what the worker asks back until its reply comes."""
        if session.active is not None:
            return session.active.ask(request)  # asked by one of the grader's functions, in the middle of a call
        terms = Terms(
            *(limits.seconds, limits.output, self.seed, " ".join(sorted(self._blocked)), self._answers),
            hold=lambda held: Handle(self, session, held),
        )
        conversation = Conversation(session, Clock(limits.seconds, self.deadline), terms)
        session.active = conversation
        try:
            return conversation.ask(request)
        except BaseException:
            session.spoiled = True
            raise
        finally:
            session.active = None
            conversation.over = True
            self._keep_printed(session.process)

    def _keep_printed(self, process: Process) -> None:
        text = bytes(process.printed[: MAX_PRINTED + 4]).decode("utf-8", "replace")
        left_out = len(process.printed) - MAX_PRINTED
        process.printed.clear()
        room = MAX_PRINTED - len(self._printed)
        if room > 0 and text:
            self._printed += text[:room] + (f"\n... ({left_out} more bytes)\n" if left_out > 0 else "")

    # --- what went wrong

    def _fault_of(self, stopped: Stopped, key: tuple[str, frozenset[str]] | None, limits: Limits) -> Exception:
        self.turns.end()
        if stopped.why == "budget":
            return OutOfTime("the time for the whole run was spent while it ran")
        if stopped.lost:
            return GraderFault("the fork server ended, and the process that ran the submission's code with it")
        story = self._story(stopped, limits)
        if stopped.why == "time":
            if key is not None:
                self._slow[key] = f"not called again: an earlier call gave no answer within {limits.seconds:g} s"
            return TimedOut(story)
        if stopped.out_of_memory:
            return OutOfMemory(story)
        return BadAnswer(story) if stopped.why == "garbled" else Died(story)

    @staticmethod
    def _story(stopped: Stopped, limits: Limits) -> str:
        if stopped.why == "time":
            return f"no answer within {limits.seconds:g} s: it was stopped. Is there a loop that never ends?"
        if stopped.why == "output":
            most = size_in_words(limits.output)
            return f"it printed more than {most} and was stopped. Is there a print in a loop that never ends?"
        if stopped.why == "garbled":
            return f"what came back is not an answer: {stopped.detail}"
        if stopped.out_of_memory:
            return "it was killed, most likely because the machine ran out of memory"
        return how_it_ended(stopped.status)


def _is_loaded(answer: Any) -> bool:
    return (
        type(answer) is dict
        and answer.keys() == {"failed", "given"}
        and type(answer["failed"]) is dict
        and type(answer["given"]) is str
    )


def _is_count(value: Any) -> bool:
    if type(value) is not tuple or len(value) != 2 or type(value[0]) is not int or type(value[1]) is not tuple:
        return False
    return [type(item) for item in value[1]] == [str, int, int]


class Handle(Proxy):
    """An object that lives in the worker: `handle.predict(x, k=1)` calls its method there, `get` reads an attribute."""

    def __init__(self, student: Student, session: Session, held: wire.Held) -> None:
        self._student = student
        self._session = session
        self._held = held

    def get(self, attribute: str) -> Any:
        """The value of one attribute."""
        return self._ask(attribute, {"do": "get"}, None)

    def call(self, method: str, *args: Any, limits: Limits | None = None, **kwargs: Any) -> Any:
        """Call one method."""
        return self._ask(method, {"do": "call", "args": args, "kwargs": kwargs, "keep": False}, limits)

    def _ask(self, name: str, request: dict[str, Any], limits: Limits | None) -> Any:
        student = self._student
        return student._ask_held(self._session, self._held, name, request, limits or student._limits)

    def tag_for(self, session: Session) -> wire.Tag:
        """Its number, as its own worker knows it."""
        if session is not self._session:
            raise Died(f"the {self._held.kind} is gone: the process that it lived in was ended")
        return self._held

    def __getattr__(self, method: str) -> Callable[..., Any]:
        if method.startswith("_"):
            raise AttributeError(method)
        return lambda *args, **kwargs: self.call(method, *args, **kwargs)

    def __repr__(self) -> str:
        return f"<{self._held.kind} of the student's>"


def _refs(request: dict[str, Any]) -> Iterator[str]:
    """Names of the student's functions that a request's arguments hold."""
    left: list[Any] = [request]
    while left:
        value = left.pop()
        if type(value) is Ref:
            yield value.name
        elif type(value) in (list, tuple):
            left.extend(value)
        elif type(value) is dict:
            left.extend(value.values())
