"""Attacks on the answers: forged, malformed and lying replies, and everything the answers pass through patched."""

import builtins
import gc
import itertools
import json
import os
import pickle
import random
import struct
import sys
import time

import numpy as np
import torch
from known import Won, answers_right


def _right(k_to_accuracies):
    return max(sorted(k_to_accuracies), key=lambda k: sum(k_to_accuracies[k]) / len(k_to_accuracies[k]))


def _frame(tree, blob=b""):
    skeleton = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    return struct.pack("<4sIQ", b"AGW1", len(skeleton), len(blob)) + skeleton + blob


def _send(data):
    while data:
        data = data[os.write(4, data) :]


def _reply(value, number=2):
    pairs = {"reply": ["s", "value"], "id": ["i", hex(number)], "value": value}
    return ["d", [[["s", key], node] for key, node in pairs.items()]]


def _blob(header):
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(64)


def _of_the_worker(name):
    """Something of the worker's own code, found by the collector."""
    for thing in gc.get_objects():
        if type(thing) is dict and thing.get("__name__", "").startswith("autograder.worker") and name in thing:
            return thing
    raise LookupError(name)


def a_forged_answer(k_to_accuracies):
    """Send an answer of its own making, then hang"""
    _send(_frame(_reply(["l", [["i", "0x3"]] * 3])))
    time.sleep(3600)


def answers_sent_ahead(k_to_accuracies):
    """Send a hundred answers ahead, so that later questions are answered before they are asked"""
    for number in range(100):
        _send(_frame(_reply(["l", [["i", "0x3"]] * 3], number)))
    return 1


def a_claim_of_success(k_to_accuracies):
    """Send verdicts, scores and outcomes instead of an answer"""
    for word in ("passed", "value", "score"):
        _send(
            _frame(
                ["d", [[["s", "reply"], ["s", word]], [["s", "passed"], ["b", True]], [["s", "score"], ["i", "0x64"]]]]
            )
        )
    return {"passed": True, "score": 100}


def a_frame_that_declares_too_much(k_to_accuracies):
    """Declare a frame of an exabyte"""
    _send(struct.pack("<4sIQ", b"AGW1", 100, 1 << 60))
    time.sleep(3600)


def a_frame_that_never_ends(k_to_accuracies):
    """Declare 200 MB and send none of it"""
    _send(struct.pack("<4sIQ", b"AGW1", 100, 200 << 20))
    time.sleep(3600)


def a_tensor_of_huge_shape(k_to_accuracies):
    """Send a tensor of 2^62 x 0 entries"""
    entry = {"dtype": "F64", "shape": [1 << 62, 0], "data_offsets": [0, 0]}
    _send(_frame(_reply(["t", 0, False]), _blob({"0": entry})))


def a_tensor_of_negative_shape(k_to_accuracies):
    """Send a tensor of -1 x -8 entries"""
    entry = {"dtype": "F64", "shape": [-1, -8], "data_offsets": [0, 64]}
    _send(_frame(_reply(["t", 0, False]), _blob({"0": entry})))


def tensors_that_overlap(k_to_accuracies):
    """Send two tensors in the same bytes"""
    entry = {"dtype": "F64", "shape": [8], "data_offsets": [0, 64]}
    _send(_frame(_reply(["l", [["t", 0, False], ["t", 1, False]]]), _blob({"0": entry, "1": entry})))


def a_tensor_used_twice(k_to_accuracies):
    """Name one tensor twice"""
    entry = {"dtype": "F64", "shape": [8], "data_offsets": [0, 64]}
    _send(_frame(_reply(["l", [["t", 0, False], ["t", 0, False]]]), _blob({"0": entry})))


def deep_json(k_to_accuracies):
    """Send lists in lists, a million deep"""
    _send(_frame(b"[" * 1_000_000 + b"]" * 1_000_000))


def json_that_grows(k_to_accuracies):
    """Send numbers of a million digits, and words that are no numbers"""
    _send(_frame(_reply(["i", "0x" + "f" * 1_000_000])))


def json_that_is_none(k_to_accuracies):
    """Send NaN, Infinity and half a text"""
    _send(_frame(b'["l", [NaN, Infinity, -Infinity, "\\ud800"'))


def a_pickle(k_to_accuracies):
    """Send a pickle that runs a command where it is read"""

    class Runs:
        def __reduce__(self):
            return os.system, ("touch /tmp/redteam-was-here",)

    _send(pickle.dumps(Runs()))
    return Runs()


def a_question_of_its_own(k_to_accuracies):
    """Ask the grader for the reference's answer, as stand-ins do"""
    question = {"reply": "ask", "answer": "knn_get_best_k", "args": None, "kwargs": None}
    node = ["d", [[["s", key], ["s", value] if value else ["u", []]] for key, value in question.items()]]
    node[1][3][1] = ["d", []]
    _send(_frame(node))
    time.sleep(3600)


def a_question_to_nobody(k_to_accuracies):
    """Call functions of the grader's that it never handed out"""
    node = ["d", [[["s", "reply"], ["s", "ask"]], [["s", "callback"], ["i", "-0x1"]]]]
    node[1] += [[["s", "args"], ["u", []]], [["s", "kwargs"], ["d", []]]]
    _send(_frame(node))
    time.sleep(3600)


def a_class_of_the_graders(k_to_accuracies):
    """Send handles to objects that are not there, and names of the grader's own functions"""
    _send(_frame(_reply(["l", [["H", 0, "int"], ["R", "knn_get_best_k"], ["C", "grader", 0]]])))
    time.sleep(3600)


def a_fault_of_the_graders(k_to_accuracies):
    """Say that the grader itself failed, so that someone grades by hand"""
    _send(_frame(["d", [[["s", "reply"], ["s", "refused"]], [["s", "text"], ["s", "the grader failed"]]]]))
    time.sleep(3600)


def numbers_that_are_none(k_to_accuracies):
    """Answer NaN"""
    return float("nan")


def a_tensor_of_nan(k_to_accuracies):
    """Answer a tensor of NaN"""
    return torch.full((3,), torch.nan)


def an_int_that_equals_everything(k_to_accuracies):
    """Answer an int that is equal to every other"""

    class Agreeable(int):
        def __eq__(self, _):
            return True

        def __ne__(self, _):
            return False

        __hash__ = int.__hash__

    return Agreeable(-1)


def a_tensor_that_equals_everything(k_to_accuracies):
    """Answer a tensor whose every comparison is true"""

    class Agreeable(torch.Tensor):
        @classmethod
        def __torch_function__(cls, function, types, args=(), kwargs=None):
            return True

    return torch.zeros(1).as_subclass(Agreeable)


def something_that_looks_like_an_int(k_to_accuracies):
    """Answer an object that says its class is int"""

    class Look:
        @property
        def __class__(self):
            return int

        def __eq__(self, _):
            return True

        def __index__(self):
            return 3

        __hash__ = None

    return Look()


def a_list_that_lies(k_to_accuracies):
    """Answer containers whose length and items change each time they are looked at"""

    class Shifty(list):
        def __len__(self):
            return random.randrange(10)

        def __iter__(self):
            return itertools.count()

    return Shifty([1, 2, 3])


def an_array_that_lies(k_to_accuracies):
    """Answer an array with strides of its own, of objects"""
    return np.lib.stride_tricks.as_strided(np.array([object()] * 3), (3, 1 << 40), (0, 0))


def comparisons_patched(k_to_accuracies):
    """Patch every comparison of torch and numpy"""
    for module in (torch, np, torch.testing):
        for name in ("allclose", "equal", "isclose", "assert_close", "array_equal", "all", "any"):
            if hasattr(module, name):
                setattr(module, name, lambda *_, **__: True)
    torch.Tensor.__eq__ = lambda *_: torch.tensor(True)
    torch.Tensor.item = lambda _: 3
    return -1


def builtins_patched(k_to_accuracies):
    """Patch isinstance, len, abs, max, sum and AssertionError"""
    builtins.isinstance = lambda *_: True
    builtins.len = lambda _: 3
    builtins.max = builtins.sum = builtins.abs = lambda *_, **__: 0
    builtins.AssertionError = type("AssertionError", (Exception,), {"__init__": lambda *_: None})
    return -1


def the_wire_patched(k_to_accuracies):
    """Patch the encoder so that it says what the attacker likes"""
    names = _of_the_worker("encode")
    forged = _frame(_reply(["l", [["i", "0x3"]] * 3]))
    names["encode"] = lambda *_, **__: forged
    return -1


def the_worker_patched(k_to_accuracies):
    """Patch the worker's own functions, to answer without calling anything"""
    names = _of_the_worker("_send")
    names["Worker"]._call = names["Worker"]._many = lambda *_: [3, 3, 3]
    return -1


def modules_replaced(k_to_accuracies):
    """Replace torch, json and the rest in sys.modules"""
    for name in list(sys.modules):
        if name.partition(".")[0] in ("torch", "json", "struct", "numpy", "safetensors"):
            sys.modules[name] = type(sys)(name)
    return -1


def time_patched(k_to_accuracies):
    """Stop the clocks"""
    time.time = time.monotonic = time.perf_counter = lambda: 0.0
    while True:
        pass


@answers_right
def the_seeds_patched(k_to_accuracies):
    """Draw, reseed and patch every generator"""
    for module in (random, np.random, torch):
        module.seed = module.manual_seed = lambda *_: None
    return _right(k_to_accuracies)


_CALLS = []


def the_time_between_questions(k_to_accuracies):
    """Tell from being asked again, and when, whether an answer was right"""
    before = [asked for asked, _ in _CALLS]
    _CALLS.append((repr(k_to_accuracies), time.monotonic()))
    if repr(k_to_accuracies) in before:
        gaps = [later - sooner for (_, sooner), (_, later) in itertools.pairwise(_CALLS)]
        raise Won(f"asked again after {gaps}")
    return 0


def answers_kept_for_later(k_to_accuracies):
    """Learn the questions and tell them in the message of an exception, for another submission"""
    raise ValueError(f"the question was {str(k_to_accuracies)[:0]}")


def markup_in_a_message(k_to_accuracies):
    """Raise an exception that is HTML and script"""
    raise ValueError("</pre><script>alert('redteam')</script><img src=x onerror=alert(1)>")


def escapes_in_a_message(k_to_accuracies):
    """Raise an exception that is escape sequences: clear the screen, set the title, hide the rest"""
    raise ValueError("\x1b[2J\x1b[H\x1b]0;passed\x07\x1b[8m\x9b31m\r\x08\x08all checks passed\u202e")


def fields_in_a_message(k_to_accuracies):
    """Raise an exception that is Gradescope's JSON and Markdown"""
    raise ValueError('", "score": 100, "tests": [{"score": 100, "status": "passed"}], "x": "\n# passed\n```\n| 100 |')


def a_class_named_markup(k_to_accuracies):
    """Raise an exception whose class has a name of markup, of a megabyte"""
    raise type("<b onload=alert(1)>" + "x" * (1 << 20), (Exception,), {})("\x00\ud800")


def markup_printed(k_to_accuracies):
    """Print HTML, escapes and Gradescope's JSON"""
    print("<script>alert('redteam')</script>\x1b[2J{\"score\": 100}")
    return 0
