"""The worker: confine this forked process, load the student's code, and answer requests until the pipe closes.

Requests come on file descriptor 3, replies go out on 4, printed text on 1 and 2. Everything here runs beside student
code, so nothing here decides about marks: it returns values, and says what was raised.
"""

from __future__ import annotations

import gc
import importlib
import importlib.machinery
import io
import os
import random
import signal
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from autograder.worker import columns, faults, sandbox, standins, weights, wire
from autograder.worker.blocking import Gates
from autograder.worker.loader import MODULE, Loader, Undefined
from autograder.worker.steps import Steps

REQUESTS, REPLIES = 3, 4
MAX_NESTING = 16
MAX_ASKS = 100_000
PRISTINE = (True, torch.float32, 1000)  # gradients enabled, the default dtype, the recursion limit
NUMPY_ERRORS = np.geterr()
QUIET = [("ignore", None, Warning, None, 0)]  # what simplefilter("ignore") makes of no filters


class Reported(Exception):
    """An error already in the words for the grader."""

    def __init__(self, fault: dict[str, Any]) -> None:
        super().__init__(fault["text"])
        self.fault = fault


def run(plan: sandbox.Plan, imports: list[str], fds: list[int]) -> int:
    """Become the worker; returns the exit status when the grader is done.

    Args:
        plan: how to confine it.
        imports: modules that the student's code imports, wanted while files can still be opened.
        fds: the pipe ends to read requests from, and to write replies and printed text to.
    """
    _arrange_fds(*fds)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    for name in imports:
        try:
            importlib.import_module(name)
        except (Exception, SystemExit):  # noqa: BLE001 - the student's own import of it then fails with the story
            continue
    try:
        sandbox.confine(plan)
    except sandbox.SandboxError as error:
        _send({"reply": "refused", "text": str(error)})
        return 91
    if sandbox.closes_files(plan.layers):
        _close_imports()
    torch.set_num_threads = _no_threads  # type: ignore[assignment] # libgomp would start threads, which a worker may not have
    torch.set_num_interop_threads = _no_threads  # type: ignore[assignment]
    _send({"reply": "ready"})
    try:
        Worker().serve()
    except EOFError:
        return 0
    return 0


def _arrange_fds(requests: int, replies: int, printed: int) -> None:
    """Put the pipes where this module expects them and close everything else."""
    null = os.open(os.devnull, os.O_RDONLY)
    # Out of the way first, so that no descriptor is overwritten before it is copied.
    high = [os.dup(fd) for fd in (null, printed, printed, requests, replies)]
    high = [fd if fd > REPLIES else _dup_above(fd) for fd in high]
    for target, fd in enumerate(high):
        os.dup2(fd, target, inheritable=False)
    os.closerange(REPLIES + 1, os.sysconf("SC_OPEN_MAX"))


def _dup_above(fd: int) -> int:
    import fcntl

    return fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, REPLIES + 1)


def _close_imports() -> None:
    """Let imports of what is not loaded fail as they do where a module is missing, without a search for files."""
    sys.path.clear()
    sys.path_hooks.clear()
    sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not importlib.machinery.PathFinder]


def _no_threads(*_: Any) -> None:
    return


def _read_frame() -> bytearray:
    """The next frame; the grader sends one at a time."""
    begun = bytearray()
    while len(begun) < wire.HEADER.size:
        chunk = os.read(REQUESTS, 1 << 16)  # most frames are smaller, so this is all of it
        if not chunk:
            raise EOFError
        begun += chunk
    size = wire.HEADER.size + sum(wire.parse_header(bytes(begun[: wire.HEADER.size])))
    reached = len(begun)
    if reached == size:
        return begun
    frame = bytearray(size)
    frame[:reached] = begun
    with memoryview(frame) as view:
        while reached < size:
            more = os.readv(REQUESTS, [view[reached:]])
            if not more:
                raise EOFError
            reached += more
    return frame


def _send(message: dict[str, Any], foreign: Callable[[Any], wire.Tag] | None = None) -> None:
    left = memoryview(wire.encode(message, foreign, wire.MAX_REPLY))
    while left:
        left = left[os.write(REPLIES, left) :]


class Worker:
    """What this process knows: the student's namespace, and the objects and functions the grader has handles to."""

    def __init__(self) -> None:
        self._loader = Loader({}, {})
        self._gates: Gates | None = None
        self._objects: dict[int, Any] = {}
        self._functions: dict[int, Callable[..., Any]] = {}
        self._depth = 0
        self._asks = 0
        self._nested_error: BaseException | None = None
        self._settings = PRISTINE
        self._do: dict[str, Callable[[dict[str, Any]], Any]] = {
            "load": self._load,
            "call": self._call,
            "many": self._many,
            "trajectories": self._trajectories,
            "through": self._through,
            "steps": self._steps,
            "new": self._new,
            "get": self._get,
            "function": self._function,
            "weights": self._weights,
        }

    def serve(self) -> None:
        """Answer requests, one after another, until the pipe closes."""
        while True:
            self._answer(self._receive())
            self._functions.clear()
            self._asks = 0
            self._nested_error = None

    def _receive(self) -> dict[str, Any]:
        message: dict[str, Any] = wire.decode(_read_frame(), self._resolve)
        return message

    def _resolve(self, tag: wire.Tag) -> Any:
        if isinstance(tag, wire.Ref):
            if tag.name not in self._loader.namespace:
                return Undefined(f"{tag.name} is not defined")
            return self._loader.namespace[tag.name]
        if isinstance(tag, wire.Held):
            return self._objects[tag.number]
        if isinstance(tag, wire.Callback):
            return self._functions[tag.number] if tag.side == "worker" else self._asker({"callback": tag.number})
        if isinstance(tag, wire.Seed):
            return torch.Generator().manual_seed(tag.number)
        if isinstance(tag, wire.Dtype):
            return tag.dtype
        return tag

    def _answer(self, request: dict[str, Any]) -> None:
        """Do what is asked and reply, whatever it does."""
        reply: dict[str, Any] = {"reply": "value", "id": request["id"]}
        raised: BaseException | None = None
        self._depth += 1
        try:
            reply["value"] = self._do[request["do"]](request)
        except Reported as error:
            reply = {"reply": "fault", "id": request["id"], **error.fault}
        except BaseException as error:  # noqa: BLE001 - an exit, an interrupt, anything: it costs this call only
            raised = error
            name = str(request.get("name", ""))
            reply = {"reply": "fault", "id": request["id"], **faults.describe(error, self._loader.origins, name)}
        finally:
            self._depth -= 1
        _flush()
        if self._depth:
            self._nested_error = raised
        try:
            _send(reply, self._spill_own)
        except wire.WireError as error:
            text = f"the returned value cannot be used: {error}"
            _send({"reply": "fault", "id": request["id"], **_answer_fault(text)})
        except Exception as error:  # noqa: BLE001 - a value may raise anything while it is looked at, or memory may end
            fault = faults.describe(error, self._loader.origins, str(request.get("name", "")))
            _send({"reply": "fault", "id": request["id"], **fault})
        if raised is not None and not self._depth:
            del raised  # with its frames, which may hold a gigabyte
            gc.collect()

    # --- what can be asked

    def _load(self, request: dict[str, Any]) -> Any:
        if self._gates is None:
            self._gates = Gates(request["gates"])
        else:
            self._empty()
        self._settle(request["seed"])
        stood: dict[str, Any] = {}
        self._loader = Loader(stood, request["skipped"])
        with self._gates.lifted():
            stood.update(standins.build(**request["stand_ins"], ask=self._asker_of, namespace=self._loader.namespace))
        self._loader.namespace.update(stood)
        announce = _announce if request["announce"] else _keep_quiet
        failed = self._loader.load(request["statements"], announce)
        given = self._loader.load_given(request["given"])
        self._settings = (torch.is_grad_enabled(), torch.get_default_dtype(), sys.getrecursionlimit())
        return {"failed": failed, "given": given}

    def _empty(self) -> None:
        """Leave nothing of the slice that was here before, neither its values nor its settings."""
        self._objects.clear()
        self._loader = Loader({}, {})
        self._settings = PRISTINE
        np.seterr(**NUMPY_ERRORS)
        torch.set_autocast_enabled("cpu", False)
        torch.clear_autocast_cache()
        torch.use_deterministic_algorithms(False)
        torch.autograd.set_detect_anomaly(False)
        torch.set_default_device(None)
        gc.enable()
        gc.collect()

    def _call(self, request: dict[str, Any]) -> Any:
        held, name = request.get("held"), request["name"]
        target = getattr(held, name) if "held" in request else self._named(name)
        args, kwargs = request["args"], request["kwargs"]
        value = self._run(request, lambda: target(*args, **kwargs))
        return (value, _lenient(args)) if request["keep"] else value

    def _many(self, request: dict[str, Any]) -> Any:
        target, arguments = self._named(request["name"]), columns.received(request["arguments"], request["count"])
        return columns.sent(self._run(request, lambda: [target(*args) for args in arguments]))

    def _trajectories(self, request: dict[str, Any]) -> Any:
        step = self._named(request["name"])
        return self._run(request, lambda: [_trajectory(step, *run) for run in request["runs"]])

    def _through(self, request: dict[str, Any]) -> Any:
        first, second = self._named(request["name"]), self._named(request["second"])
        return self._run(request, lambda: [_round_trip(first, second, *run) for run in request["runs"]])

    def _steps(self, request: dict[str, Any]) -> Any:
        target = self._named(request["name"])

        def counted(args: tuple[Any, ...]) -> tuple[int, tuple[str, int, int]]:
            with Steps(self._loader.origins) as steps:
                target(*args)
            return steps.taken, steps.busiest

        return self._run(request, lambda: [counted(args) for args in request["arguments"]])

    def _new(self, request: dict[str, Any]) -> Any:
        target = self._named(request["name"])
        return self._hold(self._run(request, lambda: target(*request["args"], **request["kwargs"])))

    def _get(self, request: dict[str, Any]) -> Any:
        return self._run(request, lambda: getattr(request["held"], request["name"]))

    def _function(self, request: dict[str, Any]) -> Any:
        function = self._functions[request["number"]]
        return self._run(request, lambda: function(*request["args"], **request["kwargs"]))

    def _weights(self, request: dict[str, Any]) -> Any:
        try:
            return weights.load(request["data"])
        except weights.Refused as error:
            raise Reported(_answer_fault(str(error))) from None

    # --- running student code

    def _named(self, name: str) -> Any:
        if name not in self._loader.namespace:
            raise faults.NotDefined(f"{name} is not defined")
        return self._loader.namespace[name]

    def _run(self, request: dict[str, Any], code: Callable[[], Any]) -> Any:
        self._settle(None if self._depth > 1 else request["seed"])
        try:
            assert self._gates is not None
            with self._gates.closed(frozenset(request["blocked"].split())):
                return code()
        finally:
            sys.settrace(None)
            sys.setprofile(None)

    def _settle(self, seed: int | None) -> None:
        """Undo what an earlier call may have left: every call meets the state that loading the notebook made."""
        grad, dtype, recursion = self._settings
        if seed is not None:
            random.seed(seed)
            np.random.seed(seed)
            torch.default_generator.manual_seed(seed)
            torch.set_grad_enabled(grad)
            if torch.get_default_dtype() is not dtype:  # setting it takes 0.1 ms
                torch.set_default_dtype(dtype)
            torch.set_float32_matmul_precision("highest")  # what "medium" comes to differs between processors
            signal.alarm(0)
            sys.setrecursionlimit(recursion)
            if warnings.filters != QUIET:
                warnings.resetwarnings()
                warnings.simplefilter("ignore")
            _fresh_output()

    # --- the grader's functions, called from here

    def _asker_of(self, name: str) -> Callable[..., Any]:
        return self._asker({"answer": name})

    def _asker(self, whom: dict[str, Any]) -> Callable[..., Any]:
        def ask(*args: Any, **kwargs: Any) -> Any:
            return self._ask({"reply": "ask", **whom, "args": args, "kwargs": kwargs})

        return ask

    def _ask(self, question: dict[str, Any]) -> Any:
        self._asks += 1
        if self._depth > MAX_NESTING or self._asks > MAX_ASKS:
            raise RecursionError("the grader's function was asked too often, or from too deep inside itself")
        _flush()
        try:
            _send(question, self._spill)
        except wire.WireError as error:
            raise TypeError(f"an argument cannot be used here: {error}") from None
        while True:
            message = self._receive()
            if message["do"] != "answer":
                self._answer(message)
                continue
            if "error" not in message:
                return message["value"]
            nested, self._nested_error = self._nested_error, None
            if nested is not None and message["nested"]:
                raise nested
            raise _rebuilt(message["error"], message["text"])

    # --- what is not plain data

    def _hold(self, thing: Any) -> wire.Held:
        number = len(self._objects)
        for known, other in self._objects.items():
            if other is thing:
                number = known
        self._objects[number] = thing
        return wire.Held(number, wire.type_name(thing))

    def _spill_own(self, thing: Any) -> wire.Tag:
        """In an answer: an object of a class of the submission's stays here, and the grader gets a handle."""
        if type(thing) is Undefined:
            thing()  # raises, with the story
        if type(thing).__module__ == MODULE:
            return self._hold(thing)
        raise wire.WireError(f"it holds {wire.an(wire.type_name(thing))}, which is not plain data")

    def _spill(self, thing: Any) -> wire.Tag:
        """In a question: functions become callbacks, and any other object a handle."""
        functions = (types.FunctionType, types.MethodType, types.BuiltinFunctionType)
        if issubclass(type(thing), (*functions, type)) or (callable(thing) and type(thing).__module__ != MODULE):
            number = len(self._functions)
            self._functions[number] = thing
            return wire.Callback("worker", number)
        return self._hold(thing)


def _announce(index: int) -> None:
    _send({"reply": "loading", "index": index})


def _keep_quiet(_: int) -> None:
    return


def _trajectory(step: Any, w: Any, gradients: list[torch.Tensor], config: Any) -> list[Any]:
    """Each w that an optimizer returns along some gradients."""
    path: list[Any] = []
    for number, gradient in enumerate(gradients, start=1):
        answer = step(w, gradient, config)
        if not issubclass(type(answer), (tuple, list)) or len(answer) != 2:
            several = issubclass(type(answer), (tuple, list))
            shown = f"{len(answer)} values" if several else wire.type_name(answer)
            raise Reported(_answer_fault(f"step {number} returned {shown} where (next_w, config) was expected"))
        w, config = answer
        path.append(w.detach().clone() if issubclass(type(w), torch.Tensor) else w)
    return path


def _round_trip(first: Any, second: Any, args: tuple[Any, ...], dout: Any) -> tuple[Any, Any]:
    """What a forward function returns, and what its backward function makes of `dout` and the cache between them."""
    answer = first(*args)
    if not issubclass(type(answer), (tuple, list)) or len(answer) != 2:
        several = issubclass(type(answer), (tuple, list))
        shown = f"{len(answer)} values" if several else wire.type_name(answer)
        raise Reported(_answer_fault(f"the forward function returned {shown} where (out, cache) was expected"))
    out, cache = answer
    kept = out.detach().clone() if issubclass(type(out), torch.Tensor) else out
    return kept, second(dout, cache)


def _answer_fault(text: str) -> dict[str, Any]:
    return {"fault": "answer", "kind": "", "text": text, "origin": None}


def _lenient(value: Any, depth: int = 0) -> Any:
    """A copy of what came back by the way, with a mark in place of whatever cannot be sent."""
    kind = type(value)
    if depth > wire.MAX_DEPTH // 2:
        return wire.Opaque(wire.type_name(value))
    if issubclass(kind, (list, tuple)):
        items = [_lenient(item, depth + 1) for item in value]
        return tuple(items) if issubclass(kind, tuple) else items
    if issubclass(kind, dict):
        return {key: _lenient(item, depth + 1) for key, item in dict.items(value)}
    try:
        wire.encode(value)
    except wire.WireError:
        return wire.Opaque(wire.type_name(value))
    return value


def _rebuilt(kind: str, text: str) -> Exception:
    """The exception that the grader's answer raised, as the builtin of that name where there is one."""
    import builtins

    found = getattr(builtins, kind, None)
    if isinstance(found, type) and issubclass(found, Exception):
        try:
            return found(text)
        except TypeError:
            return RuntimeError(f"{kind}: {text}")
    return RuntimeError(f"{kind}: {text}")


def _fresh_output() -> None:
    """New text streams on the output pipe, in case the last call replaced or closed them."""
    for name, fd in (("stdout", 1), ("stderr", 2)):
        stream = _STREAMS.get(name)
        if stream is None or stream.closed:
            stream = _STREAMS[name] = _stream(fd)
        setattr(sys, name, stream)


_STREAMS: dict[str, io.TextIOWrapper] = {}


def _stream(fd: int) -> io.TextIOWrapper:
    raw = open(fd, "wb", buffering=0, closefd=False)  # noqa: SIM115 - lives as long as the process
    return io.TextIOWrapper(raw, encoding="utf-8", errors="replace", write_through=True, line_buffering=True)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # noqa: BLE001 - a student's own stream may be closed or refuse
            continue
