"""Attacks on the machine's resources and on the grader's patience; and ways to end."""

import builtins
import ctypes
import itertools
import os
import signal
import sys
import time

import torch
from known import MEMORY, TEMPORARY, Won, answers_right, stopped_by


@stopped_by("rlimits")
def a_memory_bomb(k_to_accuracies):
    """Take more memory than is allowed, and touch it"""
    held = [bytearray(32 << 20) for _ in range((MEMORY >> 25) + 4)]
    raise Won(f"holds {len(held) * 32} MB")


@stopped_by("rlimits")
def a_tensor_bomb(k_to_accuracies):
    """Make a tensor larger than the memory that is allowed"""
    raise Won(f"holds {torch.ones(MEMORY + (64 << 20), dtype=torch.uint8).numel()} bytes")


def a_tensor_beyond_everything(k_to_accuracies):
    """Make a tensor of a petabyte"""
    raise Won(f"holds {torch.zeros(1 << 50, dtype=torch.uint8).numel()} bytes")


def a_memory_bomb_that_survives(k_to_accuracies):
    """Take all memory, catch the error, and go on"""
    held = []
    while True:
        try:
            held.append(bytearray(16 << 20))
        except MemoryError:
            held.append(b"")
            if len(held) > 10_000:
                raise


@stopped_by("rlimits")
def a_bomb_of_descriptors(k_to_accuracies):
    """Open descriptors without end"""
    held = [os.dup(0) for _ in range(200)]
    raise Won(f"holds {len(held)} descriptors")


@stopped_by("rlimits")
def a_pipe_bomb(k_to_accuracies):
    """Open pipes without end and fill them"""
    held = []
    for _ in range(100):
        read, write = os.pipe()
        os.write(write, bytes(1 << 12))
        held.append((read, write))
    raise Won(f"filled {len(held)} pipes")


@stopped_by("seccomp", "landlock", "rlimits")
def a_disk_bomb(k_to_accuracies):
    """Fill the disk"""
    path = f"{TEMPORARY}/large"
    with open(path, "wb", 0) as file:
        file.write(bytes(1 << 20))
    os.remove(path)
    raise Won("wrote a megabyte")


def a_loop_without_end(k_to_accuracies):
    """Never answer"""
    while True:
        pass


def a_loop_inside_c(k_to_accuracies):
    """Never answer, in one call of C code that no signal handler interrupts"""
    return sum(itertools.repeat(1))


def a_product_without_end(k_to_accuracies):
    """Multiply large matrices for ever, ignoring every signal that can be ignored"""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    a = torch.ones(1500, 1500)
    while True:
        a = (a @ a).clamp(max=1)


def a_long_sleep(k_to_accuracies):
    """Sleep"""
    time.sleep(3600)


def stopping_itself(k_to_accuracies):
    """Stop itself by SIGSTOP"""
    os.kill(os.getpid(), signal.SIGSTOP)


def a_gigabyte_of_output(k_to_accuracies):
    """Print a gigabyte"""
    for _ in range(1 << 10):
        print("x" * (1 << 20))


def a_gigabyte_of_errors(k_to_accuracies):
    """Write a gigabyte to standard error, by the descriptor"""
    chunk = b"\x00" * (1 << 20)
    for _ in range(1 << 10):
        os.write(2, chunk)


def a_gigabyte_of_replies(k_to_accuracies):
    """Write a gigabyte into the reply pipe"""
    chunk = b"\x00" * (1 << 20)
    for _ in range(1 << 10):
        os.write(4, chunk)


def a_large_answer(k_to_accuracies):
    """Return as much as memory holds"""
    return torch.zeros(200 << 20, dtype=torch.uint8)


def an_answer_of_many_pieces(k_to_accuracies):
    """Return a million small values"""
    return [[i] for i in range(1_000_000)]


def an_answer_that_holds_itself(k_to_accuracies):
    """Return a list that holds itself"""
    endless = []
    endless.append(endless)
    return endless


def an_exception_without_end(k_to_accuracies):
    """Raise an exception with a text of 100 MB"""
    raise ValueError("x" * (100 << 20))


def a_chain_of_exceptions(k_to_accuracies):
    """Raise an exception with ten thousand causes"""
    error = ValueError("first")
    for number in range(10_000):
        later = ValueError(str(number))
        later.__cause__ = error
        error = later
    raise error


def an_exception_that_attacks_when_read(k_to_accuracies):
    """Raise an exception whose text ends the process"""

    class Sly(Exception):
        def __str__(self):
            os._exit(0)

    raise Sly


def recursion_without_end(k_to_accuracies):
    """Recurse until the stack ends"""
    sys.setrecursionlimit(1 << 30)
    deep = []
    for _ in range(1 << 20):
        deep = [deep]
    return repr(deep)


def a_silent_end(k_to_accuracies):
    """End with status 0"""
    os._exit(0)


def an_exit(k_to_accuracies):
    """Exit as programs do"""
    sys.exit(0)


def a_crash(k_to_accuracies):
    """Read from address 0"""
    ctypes.string_at(0)


def an_abort(k_to_accuracies):
    """Abort"""
    os.abort()


def a_death_as_if_out_of_memory(k_to_accuracies):
    """Kill itself as the system does when memory runs out"""
    os.kill(os.getpid(), signal.SIGKILL)


def an_interrupt(k_to_accuracies):
    """Raise KeyboardInterrupt, as Ctrl-C would in the grader"""
    raise KeyboardInterrupt


def an_end_of_generators(k_to_accuracies):
    """Raise GeneratorExit, which is no Exception"""
    raise GeneratorExit


def all_descriptors_closed(k_to_accuracies):
    """Close every descriptor"""
    os.closerange(0, 64)


def builtins_emptied(k_to_accuracies):
    """Empty the builtins"""
    vars(builtins).clear()


def a_slow_reply(k_to_accuracies):
    """Answer byte by byte"""
    while True:
        os.write(4, b"D")
        time.sleep(0.05)


@answers_right
def the_memory_of_its_parent(k_to_accuracies):
    """Answer rightly, leaving ten thousand objects and a cycle behind"""
    keep = [[] for _ in range(10_000)]
    keep.append(keep)
    best = max(sorted(k_to_accuracies), key=lambda k: sum(k_to_accuracies[k]) / len(k_to_accuracies[k]))
    builtins.kept = keep
    return best
