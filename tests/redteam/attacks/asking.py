"""Attacks on the small questions that are asked of a wrong function afterwards, and on what is told of them."""

import itertools
import os

import torch
from known import Won

KEPT = []


def _right(k_to_accuracies):
    return max(sorted(k_to_accuracies), key=lambda k: sum(k_to_accuracies[k]) / len(k_to_accuracies[k]))


def _is_small(k_to_accuracies):
    """No question of a check looks like this."""
    return set(k_to_accuracies) <= {1, 2, 3} and max(map(max, k_to_accuracies.values())) <= 3


def a_memory_of_the_checks(k_to_accuracies):
    """Remember what the checks asked, and tell it in answer to a small question"""
    if not _is_small(k_to_accuracies):
        KEPT.append(dict(k_to_accuracies))
    elif KEPT:
        raise Won(str(KEPT))
    return 0


def a_memory_in_the_library(k_to_accuracies):
    """Remember what the checks asked where no new definition reaches, and tell it in answer to a small question"""
    kept = torch.__dict__.setdefault("kept", [])
    if not _is_small(k_to_accuracies):
        kept.append(dict(k_to_accuracies))
    elif kept:
        raise Won(str(kept))
    return 0


def another_answer_each_time(k_to_accuracies):
    """Give another wrong answer each time, to be told of more than one question"""
    return int.from_bytes(os.urandom(4), "little") + 1000


def wrong_where_it_is_large(k_to_accuracies):
    """Be right but on the largest small questions, to be told the answer of one that is not small"""
    if _is_small(k_to_accuracies) and sum(map(len, k_to_accuracies.values())) < 9:
        return _right(k_to_accuracies)
    return 0


def an_answer_that_fills_the_report(k_to_accuracies):
    """Answer with nests of long words, markup and control characters"""
    word = "<script>alert(1)</script>\x1b[2J\u202e" + "x" * 1000
    return [[list(itertools.repeat(word, 10))] * 10] * 10
