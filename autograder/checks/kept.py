"""Answers kept for the next one who asks, as many as there is room for."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

import numpy as np
from torch import Tensor

Answer = TypeVar("Answer")


class Kept(Generic[Answer]):
    """Answers by what was asked, the oldest given up for new ones when they take more than a limit.

    Attributes:
        size: bytes that the kept answers take, about.
    """

    def __init__(self, limit: int) -> None:
        """Keep up to `limit` bytes of answers."""
        self._limit = limit
        self._answers: OrderedDict[Hashable, tuple[Answer, int]] = OrderedDict()
        self.size = 0

    def get(self, asked: Hashable, make: Callable[[], Answer]) -> Answer:
        """The answer kept, or the one that `make` gives."""
        if asked in self._answers:
            self._answers.move_to_end(asked)
            return self._answers[asked][0]
        answer = make()
        size = size_of(answer)
        self._answers[asked] = answer, size
        self.size += size
        while self.size > self._limit and self._answers:
            _, (_, given_up) = self._answers.popitem(last=False)
            self.size -= given_up
        return answer


def size_of(value: object) -> int:
    """About how many bytes a value takes: its tensors and arrays exactly, and what holds them."""
    if isinstance(value, Tensor):
        return value.nbytes + 200
    if isinstance(value, np.ndarray):
        return value.nbytes + 100
    if isinstance(value, dict):
        return sys.getsizeof(value) + sum(size_of(item) for pair in value.items() for item in pair)
    if isinstance(value, list | tuple | set | frozenset):
        return sys.getsizeof(value) + sum(map(size_of, value))
    return sys.getsizeof(value)
