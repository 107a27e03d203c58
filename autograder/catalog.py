"""What is graded, as plain data: an assignment's parts, each part's functions, and what each function may not use.

The engine knows no assignment. These are made by `autograder.assignment.load` from an assignment's own folder: its
`assignment.toml`, and the graded checks, which carry their function's rules and points.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Loops = Literal["any", "one", "none"]


@dataclass(frozen=True)
class Ban:
    """Something a function may not call, because it would do the task for the student.

    Attributes:
        why: the group in words, for the message ("a ready-made distance").
        names: last names forbidden however they are reached (`x.norm()`, `torch.linalg.norm`, `norm` after an import).
        modules: dotted prefixes forbidden whole (`torch.nn`, `scipy`).
        allowed: dotted things of such a module that do none of it (`torch.autograd.no_grad`).
        blocked: dotted callables the worker makes unusable while the function runs, as well as it can.
    """

    why: str
    names: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()
    blocked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Function:
    """One graded function or class; each attribute stands on the case class that checks it.

    Attributes:
        name: fixed by the course.
        bans: what it may not call.
        loops: how many Python loops it may contain.
        needs: earlier functions that its task builds on. Where a student got one wrong, a stand-in takes its place.
            Never list a function that does the same task another way: its stand-in would answer in its stead.
        extra: extra credit.
        free_numbers: the numbers in it are the student's own choice.
        points: what its checks sum to.
        task: the number of its task in the notebook; "" where no notebook has been built yet.
    """

    name: str
    bans: tuple[Ban, ...] = ()
    loops: Loops = "any"
    needs: tuple[str, ...] = ()
    extra: bool = False
    free_numbers: bool = False
    points: float = 0.0
    task: str = ""


@dataclass(frozen=True)
class Weights:
    """A file of trained weights that is handed in with a part.

    Attributes:
        file: its name.
        holds: the tensors that it holds, by name, each with its shape.
        points: what its checks sum to.
    """

    file: str
    holds: tuple[tuple[str, tuple[int, ...]], ...] = ()
    points: float = 0.0


@dataclass(frozen=True)
class Part:
    """One notebook: its graded functions in the order of the notebook.

    Attributes:
        assignment: the name of the assignment it belongs to.
        name: also the stem of the master's and the notebook's file.
        title: for people.
        summary: what a student builds in it, in one line.
        functions: in the order of their checks' numbers.
        given: classes that stand in the notebook complete; the grader restores its own copy.
        weights: files of trained weights that belong to this part.
        answers: graded functions and given classes of the whole assignment, whose calls are data or training.
    """

    assignment: str
    name: str
    title: str
    functions: tuple[Function, ...]
    summary: str = ""
    given: tuple[str, ...] = ()
    weights: tuple[Weights, ...] = ()
    answers: frozenset[str] = frozenset()

    @property
    def points(self) -> float:
        """What its checks sum to, extra credit aside."""
        return sum(f.points for f in self.functions if not f.extra) + sum(w.points for w in self.weights)

    @property
    def extra(self) -> float:
        """What its checks of extra credit sum to."""
        return sum(f.points for f in self.functions if f.extra)

    def task_of(self, name: str) -> str:
        """The number of a function's task; "weights" for what is no function of this part."""
        return next((function.task for function in self.functions if function.name == name), "weights")

    def function(self, name: str) -> Function:
        """The graded function of that name; KeyError if this part has none."""
        for function in self.functions:
            if function.name == name:
                return function
        raise KeyError(f"{self.name} has no graded function {name!r}")


@dataclass(frozen=True)
class Rival:
    """A call of a reference's function, and what others wrote for the same.

    Attributes:
        name: the function, what it is measured against, and the sizes.
        ours: makes the call.
        theirs: does the same by the rival.
        bound: how many times as long as the rival ours may take.
    """

    name: str
    ours: Callable[[], object]
    theirs: Callable[[], object]
    bound: float
