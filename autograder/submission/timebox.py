"""A time limit on our own code where it works through what a stranger wrote."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager

AGAIN_SECONDS = 0.5
_raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc


class TooLong(BaseException):
    """The time is up. Not an Exception, so that nothing on the way takes it for one of the stranger's mistakes."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Give a block of Python code at most some seconds, in any thread.

    The block is interrupted between two steps of Python; one call of C code (a parse, a search) is waited for, so what
    such a call is given has to be bounded by itself.

    Raises:
        TooLong: the time was up.
    """
    thread = ctypes.c_ulong(threading.get_ident())
    lock, over, sent = threading.Lock(), threading.Event(), threading.Event()

    def watch() -> None:
        wait = seconds
        while not over.wait(wait):
            with lock:
                if not over.is_set():
                    sent.set()
                    _raise_in(thread, ctypes.py_object(TooLong))
            wait = AGAIN_SECONDS  # it may have been lost in a finalizer, where Python drops exceptions

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    except Exception as error:
        # Where the interruption fell into the parser, Python makes a SystemError of it.
        if sent.is_set():
            raise TooLong from error
        raise
    finally:
        with lock:
            over.set()
        if sent.is_set():
            _settle(thread)
        watcher.join()


class _Settled(BaseException):
    """Sent to push out an interruption that has not arrived yet."""


def _settle(thread: ctypes.c_ulong) -> None:
    """See that no interruption is under way to this thread any more.

    Taking it back (sending None) would leave the interpreter looking for it between any two steps, for good.
    """
    try:
        _raise_in(thread, ctypes.py_object(_Settled))
        while True:  # until it arrives, at the next step
            pass
    except _Settled:
        return
