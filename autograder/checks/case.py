"""What every graded check is made of: who is asked, what stands in for what, and when it does not run at all."""

from __future__ import annotations

import inspect
import unittest
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, ClassVar

import torch

from autograder.catalog import Ban, Function, Loops, Part
from autograder.checks import expect
from autograder.checks.expect import CheckFailed
from autograder.checks.reference import Reference
from autograder.checks.shrink import Axes
from autograder.checks.transcript import Recorder
from autograder.results import number_key
from autograder.submission.rules import Violation, violations
from autograder.submission.source import Origin, Slice, Submission
from autograder.worker.errors import Missing, StudentFault
from autograder.worker.student import Student
from coursekit.pencil import shown


class NotAttempted(Missing):
    """The function is missing or its stub untouched: nothing to judge."""


MakeStudent = Callable[[Slice, str, dict[str, Callable[..., Any]], Slice], Student]


@dataclass
class Context:
    """What the checks of one part share while one submission is graded.

    Attributes:
        part: the part.
        reference: its hidden reference.
        submission: what was handed in.
        make_student: makes a proxy before a worker, from a slice, given classes, what stand-ins ask, and their code.
        code: the slice; None where the submission has no file for this part.
        student: the proxy that answers; None likewise.
        answers: what stand-ins ask of the grader, by graded function; a check may put its own in for a while.
        blank: a proxy in front of a worker without the submission's code, for other files that were handed in.
        trusted: the student is one of our own versions, asked in this process: there is no slice to judge.
        hints: a wrong answer may be told what it looks like.
        visibility: by a check's number, who sees it when, in place of what stands on the check.
        violations: what each function uses and may not, as its source shows it.
        broken_rules: what the rules say of each function asked about so far, "" where it keeps them.
        lost: graded functions that lost points so far; stand-ins take their place in later checks.
        passed: the checks passed so far, each its case and its method.
    """

    part: Part
    reference: Reference
    submission: Submission
    make_student: MakeStudent
    code: Slice | None = None
    student: Student | None = None
    blank: Student | None = None
    answers: dict[str, Callable[..., Any]] = field(default_factory=dict)
    trusted: bool = False
    hints: bool = True
    visibility: Mapping[str, str] = field(default_factory=dict)
    violations: dict[str, tuple[Violation, ...]] = field(default_factory=dict)
    broken_rules: dict[str, str] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    passed: set[tuple[type[CheckCase], str]] = field(default_factory=set)

    def close(self) -> None:
        """End the workers of its proxies."""
        for student in (self.student, self.blank):
            if student is not None:
                student.close()


class CheckCase(unittest.TestCase):
    """Checks of one graded function, and its rules. Each `test_` method is one check.

    A subclass names its part and its function, once for each function, and says what holds for it: `bans`, `loops`,
    `needs`, `extra` and `free_numbers` are those of `catalog.Function`. Where `loops` are limited, `sizes` names the
    axes of the data, each with a small size, and `of_size` makes arguments: the loops are counted on them.
    `small_questions` are those of which the first wrong one is shrunk and shown; `small_axes` are the axes of their
    arguments (see `shrink`), `returns` names the parts of an answer, and `no_small` says why there are none. A case
    with `needs_function` False is about something else that was handed in, which `function` names.

    A check carries gradescope-utils' decorators: `number` and `weight` always, `visibility` where it is not "visible",
    `partial_credit` in place of `weight`. The first line of its docstring is the title that a student sees.
    """

    __test__ = False  # pytest collects every TestCase it can see; these are run by `runner.run`

    part: ClassVar[str]
    function: ClassVar[str]
    bans: ClassVar[tuple[Ban, ...]] = ()
    loops: ClassVar[Loops] = "any"
    needs: ClassVar[tuple[str, ...]] = ()
    extra: ClassVar[bool] = False
    free_numbers: ClassVar[bool] = False
    needs_function: ClassVar[bool] = True
    always_stand_in: ClassVar[frozenset[str]] = frozenset()
    sizes: ClassVar[Mapping[str, int]] = {}
    returns: ClassVar[tuple[str, ...]] = ()
    small_axes: ClassVar[tuple[Axes, ...]] = ()
    no_small: ClassVar[str] = ""
    without_hints: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, method: str, context: Context) -> None:
        super().__init__(method)
        self.context = context
        self.reference = context.reference
        self._recorder: Recorder | None = None

    @classmethod
    def rules(cls) -> Function:
        """What holds for the function, as data; its points aside."""
        return Function(cls.function, cls.bans, cls.loops, cls.needs, cls.extra, cls.free_numbers)

    def small_questions(self) -> Iterable[tuple[Any, ...]]:
        """Arguments to follow with a pencil, smallest first."""
        return ()

    def fits_small(self, question: tuple[Any, ...]) -> bool:  # noqa: ARG002
        """Whether the function promises an answer to a question that is smaller than one of these."""
        return True

    @property
    def small_student(self) -> Student:
        """Who is asked small questions; what they say to them is not written down."""
        assert self.context.student is not None
        return self.context.student

    def ask_small(self, question: tuple[Any, ...]) -> Any:
        """What the student's function says to a small question."""
        return self.small_student.call(self.function, *question)

    def expected_small(self, question: tuple[Any, ...]) -> Any:
        """What is right."""
        return self.expected(*(v.clone() if isinstance(v, torch.Tensor) else v for v in question))

    def right_small(self, question: tuple[Any, ...], got: Any) -> Any:  # noqa: ARG002
        """What is right; where more than one answer is, the nearest to the one that came."""
        return self.expected_small(question)

    def said_small(self, question: tuple[Any, ...]) -> str:
        """A small question in words."""
        names = inspect.signature(self.reference.functions[self.function]).parameters
        return ", ".join(f"{name} = {shown(value)}" for name, value in zip(names, question, strict=False))

    def of_size(self, sizes: Mapping[str, int], rng: torch.Generator) -> tuple[Any, ...]:
        """Arguments of the function of these sizes, by axis, drawn from `rng`: its loops are counted on them."""
        raise NotImplementedError(f"{type(self).__name__} names sizes, and must make arguments of them")

    @classmethod
    def answer(cls, reference: Reference) -> Callable[..., Any]:
        """What a stand-in of the function asks the grader: the reference's own, unless a case says otherwise."""
        return reference.functions[cls.function]

    def setUp(self) -> None:
        """Refuse what cannot be judged, then bring the worker into the state this check needs."""
        expect.begin()
        seed = seed_of(number_of(self))
        self.rng = torch.Generator().manual_seed(seed)
        torch.default_generator.manual_seed(seed)  # what the reference draws from
        if not self.needs_function:
            return
        if not self.context.trusted:
            self._require_function()
        self.student.stand_in(self.always_stand_in | (self.context.lost & set(self.needs)))
        self.student.block(tuple(name for ban in self.bans for name in ban.blocked))
        if not self.context.trusted:
            self._require_rules()

    def _require_function(self) -> None:
        code = self.context.code
        if code is None:
            raise NotAttempted(f"no file that defines {self.function} was handed in.")
        found = code.functions[self.function]
        if found.status in ("missing", "stub"):
            where = f" ({found.origin})" if found.origin else ""
            raise NotAttempted(found.message or f"not implemented yet{where}.")
        if found.status == "broken":
            raise Missing(found.message)

    def _require_rules(self) -> None:
        context = self.context
        assert context.code is not None
        if self.function not in context.broken_rules:
            if self.function not in context.violations:
                context.violations[self.function] = violations(context.code, self.rules())
            context.broken_rules[self.function] = self._broken_rules(context.violations[self.function])
        if context.broken_rules[self.function]:
            raise CheckFailed(context.broken_rules[self.function])

    def _broken_rules(self, found: tuple[Violation, ...]) -> str:
        """What the rules say of the function, "" where it keeps them: what it uses, and the loops that it runs."""
        surely = [violation.message for violation in found if not violation.countable]
        countable = [violation for violation in found if violation.countable]
        loops = [violation.message for violation in countable]
        counted = self._counted() if self.sizes and self.loops != "any" else None
        if counted is not None:
            axes, busiest = counted
            if len(axes) <= (1 if self.loops == "one" else 0):
                loops = []
            elif not found:
                loops = [too_many_steps(self.function, self.loops, axes, busiest)]
            else:
                loops = [violation.message for violation in _around(countable, busiest)]
        return "\n".join([*surely, *loops][:3])

    def _counted(self) -> tuple[list[str], Origin] | None:
        """The axes with whose size the number of the function's Python steps grows, and the line that takes most.

        None where the steps could not be counted: it raised something, or never came back.
        """
        rng = torch.Generator().manual_seed(seed_of(number_of(self)))
        asked = [dict(self.sizes)]
        asked += [{**self.sizes, axis: size * times} for axis, size in self.sizes.items() for times in (3, 9)]
        try:
            counts = self.student.steps(self.function, [self.of_size(sizes, rng) for sizes in asked])
        except StudentFault:
            return None
        base = counts[0][0]
        grown, busiest = [], counts[0][1]
        for (axis, size), (middle, _), (most, where) in zip(
            self.sizes.items(), counts[1::2], counts[2::2], strict=True
        ):
            if middle - base >= 2 * size and most - middle >= 6 * size:
                grown.append(axis)
                busiest = where
        return grown, busiest

    @property
    def student(self) -> Recorder:
        """The proxy that answers; what it says is written down."""
        if self.context.student is None:
            raise NotAttempted(f"no file of the part {self.part} was handed in.")
        if self._recorder is None:
            self._recorder = Recorder(self.context.student)
        return self._recorder

    @property
    def said(self) -> list[Any]:
        """Everything the student's code has said in this check."""
        return self._recorder.said if self._recorder else []

    def forget(self) -> None:
        """Let go of what was said, when nobody will ask for it any more."""
        self._recorder = None

    def ask(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function this case is about."""
        return self.student.call(self.function, *args, **kwargs)

    def ask_many(self, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Call it once for each tuple of arguments, in one request."""
        return self.student.call_many(self.function, arguments)

    def expected(self, *args: Any, **kwargs: Any) -> Any:
        """What the reference answers."""
        return self.reference.functions[self.function](*args, **kwargs)

    def randn(self, *shape: int, dtype: torch.dtype = torch.float64) -> torch.Tensor:
        """Standard normal numbers from this check's own seed."""
        return torch.randn(*shape, generator=self.rng, dtype=torch.float64).to(dtype)

    def randint(self, high: int, *shape: int, low: int = 0) -> torch.Tensor:
        """Integers in [low, high), int64, from this check's own seed."""
        return torch.randint(low, high, shape, generator=self.rng)


def _around(loops: Sequence[Violation], line: Origin) -> Sequence[Violation]:
    """Of these loops the one that a line stands in, the last that begins before it; all of them if none does."""
    cell = (line.file, line.cell)
    before = [at for at in loops if (at.origin.file, at.origin.cell) == cell and at.origin.line <= line.line]
    return [max(before, key=lambda at: at.origin.line)] if before else loops


def too_many_steps(function: str, loops: Loops, axes: Sequence[str], busiest: Origin) -> str:
    """What to say of loops that no line of the source shows."""
    may = "may have one Python loop only" if loops == "one" else "may not loop"
    where = f" (most of them at {busiest})" if busiest.file else ""
    return f"{function} {may}, but the more {' and '.join(axes)}, the more Python steps it takes{where}."


@dataclass(frozen=True)
class CheckInfo:
    """One check as the manifest lists it."""

    number: str
    title: str
    part: str
    function: str
    points: float
    visibility: str
    extra: bool


def info(case: type[CheckCase], method: str) -> CheckInfo:
    """Read a check's manifest entry off its decorators.

    Raises:
        ValueError: it carries no number, no points or no docstring.
    """
    test = getattr(case, method)
    title = (test.__doc__ or "").strip().splitlines()
    number, points = getattr(test, "__number__", None), getattr(test, "__weight__", None)
    if number is None or points is None or not title:
        raise ValueError(f"{case.__name__}.{method} needs a number, a weight (or partial_credit) and a docstring")
    return CheckInfo(
        number=number,
        title=title[0],
        part=case.part,
        function=case.function,
        points=float(points),
        visibility=getattr(test, "__visibility__", "visible"),
        extra=case.extra,
    )


def manifest(cases: Sequence[type[CheckCase]]) -> tuple[tuple[CheckInfo, type[CheckCase], str], ...]:
    """Every check there is, in the order of its number: its entry, its case and its method.

    Raises:
        ValueError: two checks have one number, or a check is not fully decorated.
    """
    found = [
        (info(case, method), case, method) for case in cases for method in unittest.TestLoader().getTestCaseNames(case)
    ]
    found.sort(key=lambda entry: number_key(entry[0].number))
    for (one, *_), (other, *_) in pairwise(found):
        if one.number == other.number:
            raise ValueError(f"two checks have the number {one.number}: {one.title!r} and {other.title!r}")
    return tuple(found)


def number_of(case: CheckCase) -> str:
    """The number of the check a case instance is about to run."""
    number: str = getattr(case, case._testMethodName).__number__
    return number


def seed_of(number: str) -> int:
    """The fixed seed of a check, from its number: the same submission always meets the same questions."""
    major, minor = number_key(number)
    return 0x9E3779B1 * (major * 1000 + minor) % (1 << 31)
