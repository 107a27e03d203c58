"""One request to a worker, with all that is asked back and forth until it is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import torch

from autograder.submission.source import Origin
from autograder.worker import wire
from autograder.worker.errors import BadAnswer, GraderFault, Missing, OutOfMemory, Raised, StudentFault
from autograder.worker.process import Clock, Process, Stopped

MAX_HEARD = 32 << 20  # bytes that a worker sends in one conversation, all of which may be kept while it lasts


class Session:
    """A worker with a slice loaded in it, and what is known of it here.

    Attributes:
        stand_ins: the functions stood in for in it.
        loading: the statement it was last loading.
        active: the conversation in progress.
        spoiled: something went wrong in it, so its process takes no other slice.
    """

    def __init__(self, process: Process, stand_ins: frozenset[str]) -> None:
        self.process = process
        self.stand_ins = stand_ins
        self.loading: int | None = None
        self.active: Conversation | None = None
        self.spoiled = False


@dataclass(frozen=True)
class Terms:
    """On what terms a conversation is held.

    Attributes:
        seconds: the limit on the worker's time.
        output: bytes of printed text at which to stop it.
        seed: what random numbers are seeded with.
        blocked: what the worker makes unusable meanwhile, dotted names with spaces between them.
        answers: what a stand-in may ask, by name.
        hold: makes the grader's handle of an object that stays in the worker.
    """

    seconds: float
    output: int
    seed: int
    blocked: str
    answers: Mapping[str, Callable[..., Any]]
    hold: Callable[[wire.Held], Any]


class Proxy:
    """Something of a worker's, as the grader has it; among the arguments of a call it is the thing itself again.

    Attributes:
        in_words: what a person is told it is.
    """

    in_words: ClassVar[str] = "an object of the submission's own"

    def tag_for(self, session: Session) -> wire.Tag:
        """What stands for it on the wire to that worker."""
        raise NotImplementedError


class Conversation:
    """One request to the worker, with all that is asked back and forth until it is answered."""

    def __init__(self, session: Session, clock: Clock, terms: Terms) -> None:
        self._session = session
        self._clock = clock
        self._terms = terms
        self._callbacks: list[Callable[..., Any]] = []
        self._questions = 0
        self._heard = 0
        self.over = False

    def ask(self, request: dict[str, Any]) -> Any:
        """The value of one request, the first or one inside an answer to the worker.

        Raises:
            Stopped: the worker is gone.
            AskError: what the worker says went wrong, or the grader.
        """
        if self.over:
            raise GraderFault("a function of the worker's was called after the call that handed it out had ended")
        self._session.process.requests += 1
        number = self._session.process.requests
        frame = self._encode({"id": number, "seed": self._terms.seed, "blocked": self._terms.blocked, **request})
        while True:
            reply = self._exchange(frame)
            kind = reply.get("reply")
            if kind == "loading" and request["do"] == "load" and request["announce"]:
                self._session.loading, frame = self._next_statement(reply.get("index"), request), b""
                # Each statement has the whole time.
                self._clock.left = self._terms.seconds
            elif kind == "ask":
                frame = self._answer(reply)
            elif kind == "value" and reply.get("id") == number and "value" in reply:
                return reply["value"]
            elif kind == "fault" and reply.get("id") == number:
                raise self._fault(reply)
            else:
                raise self._garbled("it is out of turn")

    def _next_statement(self, index: object, request: dict[str, Any]) -> int:
        """The statement that is about to be loaded: a later one each time, so that the time they have is bounded."""
        last = -1 if self._session.loading is None else self._session.loading
        if type(index) is not int or not last < index < len(request["statements"]):
            raise self._garbled("it loads a statement out of turn")
        return index

    def call_function(self, number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function that the worker handed out in this conversation."""
        return self.ask({"do": "function", "number": number, "name": "", "args": args, "kwargs": kwargs})

    def _encode(self, message: dict[str, Any]) -> bytes:
        try:
            return wire.encode(message, self._foreign)
        except wire.WireError as error:
            raise GraderFault(f"a question cannot be sent to the worker: {error}") from error

    def _exchange(self, frame: bytes) -> dict[str, Any]:
        data = self._session.process.exchange(frame, self._clock, self._terms.output)
        self._heard += len(data)
        if self._heard > MAX_HEARD:
            raise self._garbled(f"in one call it handed more than {MAX_HEARD >> 20} MiB to the functions it was given")
        try:
            reply = wire.decode(data, self._resolve)
        except wire.WireError as error:
            raise self._garbled(str(error)) from None
        if type(reply) is not dict or any(type(reply.get(key, kind())) is not kind for key, kind in _KINDS.items()):
            raise self._garbled("it is no message")
        return reply

    def _garbled(self, detail: str) -> Stopped:
        stopped = Stopped("garbled", detail)
        stopped.status = self._session.process.end()
        return stopped

    def _fault(self, reply: dict[str, Any]) -> StudentFault:
        kind, text = _text(reply.get("kind")), _text(reply.get("text"))
        fault = reply.get("fault")
        if fault == "missing":
            return Missing(text)
        if fault == "memory":
            return OutOfMemory(
                f"it needed more memory than the {size_in_words(self._session.process.memory)} it may use"
            )
        if fault == "answer":
            return BadAnswer(text)
        origin = reply.get("origin")
        place = None
        if type(origin) is tuple and [type(part) for part in origin] == [str, int, int]:
            place = Origin(origin[0][:200], origin[1], origin[2])
        return Raised(kind, text, place)

    # --- the grader's functions

    def _answer(self, question: dict[str, Any]) -> bytes:
        """Ask a function on this side what the worker asks of it; the frame that answers."""
        args, kwargs = question.get("args"), question.get("kwargs")
        if type(args) is not tuple or type(kwargs) is not dict or any(type(key) is not str for key in kwargs):
            raise self._garbled("a question without arguments")
        function = self._function(question)
        self._questions += 1
        alive = self._session.process
        try:
            # A stand-in that draws draws the same for the same submission, and disturbs nobody else's draws.
            drawing = torch.default_generator.get_state()
            torch.default_generator.manual_seed(self._terms.seed + self._questions)
            try:
                value = function(*args, **kwargs)
            finally:
                torch.default_generator.set_state(drawing)
            return self._encode({"do": "answer", "value": value})
        except (GraderFault, AssertionError):
            alive.end()
            raise
        except Exception as error:  # the arguments are the student's, so the exception is theirs to meet
            if not alive.alive:
                raise
            kind, text = (error.kind, error.text) if isinstance(error, Raised) else (type(error).__name__, str(error))
            nested = isinstance(error, StudentFault)
            return self._encode({"do": "answer", "error": kind, "text": text[:2000], "nested": nested})

    def _function(self, question: dict[str, Any]) -> Callable[..., Any]:
        name, number = question.get("answer"), question.get("callback")
        if type(name) is str and name in self._session.stand_ins:
            if name not in self._terms.answers:
                self._session.process.end()
                raise GraderFault(f"the stand-in for {name} has no answer to ask")
            return self._terms.answers[name]
        if type(number) is int and 0 <= number < len(self._callbacks):
            return self._callbacks[number]
        raise self._garbled("a question to nobody")

    def _foreign(self, value: Any) -> wire.Tag:
        if isinstance(value, Proxy):
            return value.tag_for(self._session)
        if isinstance(value, torch.Generator):
            return wire.Seed(value.initial_seed())
        if isinstance(value, torch.dtype):
            return wire.Dtype(str(value).removeprefix("torch."))
        if callable(value):
            self._callbacks.append(value)
            return wire.Callback("grader", len(self._callbacks) - 1)
        raise wire.WireError(f"it holds {wire.an(wire.type_name(value))}")

    def _resolve(self, tag: wire.Tag) -> Any:
        if isinstance(tag, wire.Held):
            return self._terms.hold(tag)
        if isinstance(tag, wire.Callback):
            if tag.side == "grader":
                raise wire.WireError("a function of the grader's came back")
            return Remote(self, tag.number)
        if isinstance(tag, wire.Seed):
            raise wire.WireError("it holds a random generator")
        if isinstance(tag, wire.Dtype):
            raise wire.WireError("it holds a dtype")
        return tag


class Remote(Proxy):
    """A function of the worker's that it handed to one of the grader's; good until the call in progress ends."""

    in_words = "a function"

    def __init__(self, conversation: Conversation, number: int) -> None:
        self._conversation = conversation
        self.number = number

    def tag_for(self, session: Session) -> wire.Tag:
        """Its number, as its own worker knows it."""
        del session
        return wire.Callback("worker", self.number)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Ask the worker."""
        return self._conversation.call_function(self.number, args, kwargs)


_KINDS: dict[str, type] = {"reply": str, "id": int, "fault": str}


def _text(value: object) -> str:
    return value[:2000] if isinstance(value, str) else ""


def size_in_words(size: int) -> str:
    """A number of bytes as people say it."""
    for unit, factor in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size} bytes"
