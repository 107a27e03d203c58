"""One submission in, one Report out."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder import green
from autograder.assignment import Assignment
from autograder.catalog import Part
from autograder.checks.answers import answers_for, stand_ins_of
from autograder.checks.case import CheckCase, CheckInfo, Context, MakeStudent, number_of
from autograder.checks.counterexample import find
from autograder.checks.reference import load_reference
from autograder.checks.runner import run
from autograder.policy.policy import Hints, Policy
from autograder.results import LeaderboardRow, Outcome, Report, Status
from autograder.submission.load import load
from autograder.submission.rules import violations
from autograder.submission.slice import definition, slice_part
from autograder.submission.source import Cell, Slice, SourceFile, Submission
from autograder.submission.timebox import TooLong, within
from autograder.worker import probe
from autograder.worker.student import Limits, Student
from autograder.worker.turns import Turns
from autograder.worker.warm import Warm


@dataclass(frozen=True)
class Settings:
    """How to grade.

    Attributes:
        assignment: what is graded.
        budget: seconds for the whole run; Gradescope stops at 600 and then shows nothing.
        limits: what one call of a student's function may use.
        parts: the parts to grade; None for all of the assignment.
        functions: the graded functions to look at; None for all, weights files included.
        reading: seconds for reading the submission, slicing it and judging it by the rules, before anything runs.
        hints: whether wrong answers are told what they look like. Staff who grade on their own machine see hints
            unless they are "off"; Gradescope's container knows the due date.
        visibility: by a check's number, who sees it when, in place of what stands on the check.
    """

    assignment: Assignment
    budget: float = Policy.budget
    limits: Limits = field(default_factory=Limits)
    parts: tuple[Part, ...] | None = None
    functions: frozenset[str] | None = None
    reading: float = 20.0
    hints: Hints = Policy.hints
    visibility: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, assignment: Assignment) -> Settings:
        """All of an assignment, within the limits that its policy sets."""
        policy = assignment.policy
        limits = Limits(seconds=policy.call_seconds, memory=policy.memory << 20)
        return cls(assignment, budget=policy.budget, limits=limits, hints=policy.hints)

    @property
    def graded(self) -> tuple[Part, ...]:
        """The parts to grade."""
        return self.assignment.parts if self.parts is None else self.parts

    @property
    def checks(self) -> tuple[tuple[CheckInfo, type[CheckCase], str], ...]:
        """The checks of these parts and functions, in the order of their numbers."""
        return tuple(
            (replace(about, visibility=self.visibility.get(about.number, about.visibility)), case, method)
            for about, case, method in self.assignment.checks_of(self.graded)
            if self.functions is None or about.function in self.functions
        )


Progress = Callable[[Report], None]


def grade(path: Path, warm: Warm, settings: Settings, on_progress: Progress = lambda _: None) -> Report:
    """Grade what was handed in at `path`.

    Args:
        path: a notebook, a module, an archive, or a folder of them.
        warm: a running fork server.
        settings: what to grade, and how.
        on_progress: told the report so far after every check, unreached checks included.

    Returns:
        A report in which every check has an outcome, whatever the submission does.

    Raises:
        NothingThere: there is nothing at `path`.
        UsageError: student code would not be confined on this machine.
    """
    probe.require(warm)
    started = time.monotonic()
    try:
        with within(settings.reading):
            submission = load(path, settings.assignment.parts)
    except TooLong:
        submission = Submission(path.stem, notes=(f"{path.name} {_too_long(settings.reading)}",))
    left = max(settings.reading - (time.monotonic() - started), 1.0)
    return grade_submission(submission, warm, replace(settings, reading=left), on_progress)


def grade_submission(
    submission: Submission,
    warm: Warm,
    settings: Settings,
    on_progress: Progress = lambda _: None,
    student_type: Callable[..., Student] = Student,
) -> Report:
    """Grade a submission that has been read; see `grade`."""

    def make_student(code: Slice, given: str, answers: dict[str, Callable[..., Any]], standing_in: Slice) -> Student:
        student = student_type(warm, code, given, answers, settings.limits, turns, standing_in)
        student.deadline = started + settings.budget
        return student

    started = time.monotonic()
    turns = Turns()
    probe.require(warm)
    checks = settings.checks
    contexts, notes = _contexts(submission, settings, make_student)
    staff_notes: tuple[str, ...] = ()
    done: dict[str, Outcome] = {}
    rows: list[LeaderboardRow] = []

    def report(complete: bool) -> Report:
        return Report(
            submission=submission.name,
            assignment=settings.assignment.name,
            files={name: source.name for name, source in submission.parts.items()},
            notes=notes,
            staff_notes=staff_notes,
            outcomes=tuple(done.get(about.number) or _unreached(about, settings.assignment) for about, *_ in checks),
            leaderboard=tuple(rows),
            seconds=time.monotonic() - started,
            complete=complete,
            confinement=warm.confinement,
        )

    def progress(outcome: Outcome, leaderboard: Sequence[LeaderboardRow]) -> None:
        done[outcome.number] = outcome
        rows.extend(leaderboard)
        if outcome.visibility != "visible":
            contexts[outcome.part].close()  # a process that remembers the question could tell it in a visible message
        on_progress(report(complete=False))

    cases: list[CheckCase] = [case(method, contexts[about.part]) for about, case, method in checks]
    try:
        run(cases, progress)
        try:
            notes += green.notes(settings.assignment.name, contexts, done.values())
        except Exception as error:  # noqa: BLE001 - advice that fails must cost nobody the marks that are there
            staff_notes += (f"advice after the checks failed: {error!r}",)
        for case in _to_explain(cases, done):
            try:
                found = find(case)
            except Exception as error:  # noqa: BLE001 - nor another function its advice
                staff_notes += (f"advice on {case.function} failed: {error!r}",)
            else:
                number = number_of(case)
                done[number] = replace(done[number], example=found.smallest, picture=found.picture)
    finally:
        for context in contexts.values():
            context.close()
    return report(complete=True)


def _to_explain(cases: Sequence[CheckCase], done: Mapping[str, Outcome]) -> Iterator[CheckCase]:
    """The first failed check of each function, to be told with the smallest question that goes wrong and a picture.

    When all checks are over: a question that hangs or kills the worker may then cost nothing.
    """
    told: set[str] = set()
    for case in cases:
        outcome = done.get(number_of(case))
        if outcome is None or outcome.status is not Status.FAILED or not outcome.attempted or not case.context.hints:
            continue
        if case.function in told or outcome.visibility != "visible" or case.context.broken_rules.get(case.function):
            continue
        told.add(case.function)
        yield case


def _contexts(
    submission: Submission, settings: Settings, make_student: MakeStudent
) -> tuple[dict[str, Context], tuple[str, ...]]:
    """A context for each part, and the notes on the submission and its parts.

    A part whose file takes too long to go through is graded as if the file were not there, with a note that says so.
    """
    contexts, notes = {}, list(submission.notes)
    until = time.monotonic() + settings.reading
    for part in settings.graded:
        reference = load_reference(part)
        context = Context(part, reference, submission, make_student)
        try:
            with within(max(until - time.monotonic(), 0.5)):
                ready = _context(part, submission, make_student)
                _judge(ready, settings.functions)
                context, notes = ready, [*notes, *_notes(ready)]
        except TooLong:
            notes.append(f"{submission.parts[part.name].name} {_too_long(settings.reading)}")
        context.hints = settings.hints != "off"
        context.visibility = settings.visibility
        contexts[part.name] = context
    return contexts, tuple(notes)


def _too_long(seconds: float) -> str:
    return (
        f"could not be gone through within {max(round(seconds), 1)} s, so nothing in it was graded: it is far longer "
        "or more tangled than this project needs. Simplify it and hand it in again."
    )


def _context(part: Part, submission: Submission, make_student: MakeStudent) -> Context:
    reference = load_reference(part)
    source = submission.parts.get(part.name)
    if source is None:
        return Context(part, reference, submission, make_student)
    answers = answers_for(part, reference)
    code = slice_part(source, part, given_source=reference.given)
    student = make_student(code, reference.given, answers, stand_ins_of(part))
    student.gate(name for function in part.functions for ban in function.bans for name in ban.blocked)
    return Context(part, reference, submission, make_student, code, student, answers=answers)


def _judge(context: Context, functions: frozenset[str] | None) -> None:
    """Judge every function that will be asked by the rules, while the time for reading runs."""
    for spec in context.part.functions:
        wanted = functions is None or spec.name in functions
        if wanted and context.code is not None and context.code.functions[spec.name].status == "present":
            context.violations[spec.name] = violations(context.code, spec)


def _notes(context: Context) -> tuple[str, ...]:
    """What the slice found out, and which given classes were edited."""
    source = context.submission.parts.get(context.part.name)
    if context.code is None or source is None:
        return ()
    edited = [name for name in context.part.given if _edited(source, name, context.reference.given)]
    return context.code.notes + tuple(
        f"your copy of the given class {name} differs from the one handed out; the grader used its own."
        for name in edited
    )


def _edited(source: SourceFile, name: str, given: str) -> bool:
    mine = definition(source, name)
    theirs = definition(SourceFile("given", "module", (Cell(0, given),)), name)
    if mine is None or theirs is None:
        return False
    return ast.dump(ast.parse(mine)) != ast.dump(ast.parse(theirs))


def not_graded(name: str, settings: Settings, why: str) -> Report:
    """The report when the grader itself failed before any check: every check has its row, and staff see why."""
    outcomes = tuple(
        replace(
            _unreached(about, settings.assignment),
            status=Status.UNGRADED,
            message="the grader itself failed; this is not your fault.",
        )
        for about, *_ in settings.checks
    )
    return Report(submission=name, assignment=settings.assignment.name, outcomes=outcomes, staff_notes=(why,))


def _unreached(about: CheckInfo, assignment: Assignment) -> Outcome:
    return Outcome(
        number=about.number,
        title=about.title,
        part=about.part,
        function=about.function,
        points=0.0,
        max_points=about.points,
        status=Status.UNREACHED,
        message="not reached yet.",
        visibility=about.visibility,
        extra=about.extra,
        task=assignment.part(about.part).task_of(about.function),
    )
