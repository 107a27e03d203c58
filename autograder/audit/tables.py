"""What the audit found, as tables: each row says what a version did, and what is not as it must be."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.audit.run import Paired, Verdict
from autograder.audit.subjects import Subject
from autograder.results import Outcome, number_key

RIGHT, WRONG, MUTANTS = 3, 4, 3  # at least, of each function
NAMED, PAIRED, KILLED = 0.95, 0.8, 0.99  # at least, of the mistakes, of the pairs, of the mutants
FACTOR = 10.0  # a tolerance lies this far from the right answers and from the wrong ones


@dataclass(frozen=True)
class Row:
    """One row: what stands in each column, and what is wrong with it ("" if it is as it must be)."""

    function: str
    cells: tuple[str, ...]
    wrong: str = ""


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        title: what it shows.
        columns: of the rows, after the function's.
        rows: all of them.
        summary: the total in one line.
        wrong: what is not as it must be in the table as a whole.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    summary: str
    wrong: tuple[str, ...] = ()

    @property
    def failures(self) -> tuple[str, ...]:
        """Everything that is not as it must be, a line each."""
        return (*self.wrong, *(f"{row.function}: {row.wrong}" for row in self.rows if row.wrong))


def right_answers(verdicts: Sequence[Verdict], functions: Sequence[str]) -> Table:
    """Every right version scores full marks of its part and gets no hint.

    Args:
        verdicts: of the right versions.
        functions: the graded functions audited, each of which must have enough of them.
    """
    rows = []
    for verdict in verdicts:
        lost = [o for o in verdict.outcomes if o.points < o.max_points]
        wrong = "; ".join(f"{o.number} lost: {_first_line(o)}" for o in lost)
        if any(o.hint for o in verdict.outcomes):
            wrong += f"; hint given: {next(o.hint for o in verdict.outcomes if o.hint)}"
        earned, most = (sum(getattr(o, name) for o in verdict.outcomes) for name in ("points", "max_points"))
        rows.append(_row(verdict, (verdict.subject.name, f"{earned:g} / {most:g}"), wrong))
    return Table(
        "Right answers pass",
        ("style", "points"),
        tuple(rows),
        f"{sum(not row.wrong for row in rows)} of {len(rows)} right versions score full marks, and no hint",
        _too_few([row.function for row in rows], functions, RIGHT, "right versions"),
    )


def wrong_answers(verdicts: Sequence[Verdict], functions: Sequence[str]) -> Table:
    """Every known wrong version loses points in its own function's checks and nowhere else; most get their own hint,
    and none gets one that is not true of it.
    """
    rows = []
    for verdict in verdicts:
        subject, lost = verdict.subject, verdict.lost
        wrong = [] if subject.function in lost else [f"{subject.name} loses nothing"]
        wrong += [f"{subject.name} loses points in {other}" for other in sorted(lost - {subject.function})]
        wrong += [f"{o.number} could not be graded: {_last_line(o)}" for o in verdict.ungraded]
        wrong += [f"{subject.name} is named falsely: {hint}" for hint in verdict.named_falsely]
        caught = ", ".join(o.number for o in verdict.outcomes if o.points < o.max_points)
        rows.append(
            _row(verdict, (subject.name, caught, "its own" if verdict.named else "not its own"), "; ".join(wrong))
        )
    problems = [*_too_few([row.function for row in rows], functions, WRONG, "known wrong versions")]
    named = sum(bool(verdict.named) for verdict in verdicts)
    if named < NAMED * len(rows):
        problems.append(f"only {named} of {len(rows)} wrong versions are named; at least {NAMED:.0%} must be")
    return Table(
        "Wrong answers fail, where they should",
        ("mistake", "caught by", "hint"),
        tuple(rows),
        f"{len(rows)} known mistakes: {sum(bool(verdict.lost) for verdict in verdicts)} caught, {named} named by their "
        f"own hint ({_share(named, len(rows))}), {sum(bool(v.named_falsely) for v in verdicts)} named falsely",
        tuple(problems),
    )


def pairs(found: Sequence[Paired]) -> Table:
    """Every version with two known mistakes loses points, and is given no hint of a third one; most are named as two.

    Args:
        found: of each function.
    """
    verdicts = [verdict for paired in found for verdict in paired.verdicts]
    rows = []
    for verdict in verdicts:
        name = verdict.subject.name
        wrong = [] if verdict.lost else [f"{name} loses nothing"]
        wrong += [f"{o.number} could not be graded: {_last_line(o)}" for o in verdict.ungraded]
        wrong += [f"{name} is named falsely: {hint}" for hint in verdict.named_falsely]
        caught = ", ".join(o.number for o in verdict.outcomes if o.points < o.max_points)
        named = ("not named", "one of the two", "both")[len(verdict.named)]
        rows.append(_row(verdict, (name, caught, named), "; ".join(wrong)))
    both, one = (sum(len(verdict.named) == count for verdict in verdicts) for count in (2, 1))
    total = len(verdicts)
    problems: tuple[str, ...] = ()
    if both < PAIRED * total:
        problems = (f"only {both} of {total} pairs are named as two; at least {PAIRED:.0%} must be",)
    tried = sum(len(p.pairs.together) + p.pairs.apart + p.pairs.alike for p in found)
    return Table(
        "Two mistakes at once",
        ("pair", "caught by", "named"),
        tuple(rows),
        f"{total} versions with two known mistakes: {sum(bool(v.lost) for v in verdicts)} caught, {both} named as two "
        f"({_share(both, total)}), {one} more by one of the two ({_share(both + one, total)} named at all), "
        f"{sum(bool(v.named_falsely) for v in verdicts)} named falsely. "
        f"Of {sum(p.pairs.possible for p in found)} pairs {tried} were tried: "
        f"{sum(p.pairs.apart for p in found)} could not be put together, and {sum(p.pairs.alike for p in found)} do "
        "what one of the two does alone, or what is right.",
        problems,
    )


def mutants(
    verdicts: Sequence[Verdict],
    all_mutants: Sequence[Subject],
    functions: Sequence[str],
    excuses: Mapping[tuple[str, str], str],
) -> Table:
    """Nearly every mutant loses points; a survivor is excused, with its reason, or a hole.

    Args:
        verdicts: of the mutants graded, which may be a sample.
        all_mutants: every mutant there is.
        functions: the graded functions audited.
        excuses: mutants that may survive, and why.
    """
    rows, survived = [], set()
    for verdict in verdicts:
        key = (verdict.subject.function, verdict.subject.name)
        if verdict.lost:
            continue
        survived.add(key)
        reason = excuses.get(key, "")
        rows.append(_row(verdict, (verdict.subject.name, reason or "not equivalent as far as is known")))
    graded = {(v.subject.function, v.subject.name) for v in verdicts}
    problems = _stale(excuses, graded - survived, all_mutants)
    problems += _too_few([mutant.function for mutant in all_mutants], functions, MUTANTS, "mutants")
    holes = sum(row.cells[1] not in excuses.values() for row in rows)
    if holes > (1 - KILLED) * len(verdicts):
        problems.append(f"{holes} of {len(verdicts)} mutants score full marks; at most {1 - KILLED:.0%} may")
    slow = sum(any("no answer within" in o.message for o in v.outcomes) for v in verdicts)
    return Table(
        "Mutants die",
        ("survivor", "reason"),
        tuple(rows),
        f"{len(verdicts)} of {len(all_mutants)} mutants graded: {len(verdicts) - len(rows)} killed ({slow} of them for "
        f"taking too long), {len(rows) - holes} excused, each with its reason, {holes} unexplained survivors",
        tuple(problems),
    )


def _too_few(there: Sequence[str], functions: Sequence[str], least: int, what: str) -> tuple[str, ...]:
    counts = {function: sum(name == function for name in there) for function in functions}
    return tuple(
        f"{function} has {count} {what}; at least {least} are asked for"
        for function, count in counts.items()
        if count < least
    )


def _stale(
    excuses: Mapping[tuple[str, str], str], killed: set[tuple[str, str]], all_mutants: Sequence[Subject]
) -> list[str]:
    there = {(mutant.function, mutant.name) for mutant in all_mutants}
    audited = {mutant.function for mutant in all_mutants}
    gone = [key for key in excuses if key[0] in audited and key not in there]
    return [f"{function}: an excuse for a mutant that there is not:\n{change}" for function, change in gone] + [
        f"{function}: an excuse for a mutant that is caught:\n{change}"
        for function, change in excuses
        if (function, change) in killed
    ]


def tolerances(right: Sequence[Verdict], wrong: Sequence[Verdict], mutated: Sequence[Verdict]) -> Table:
    """Of each comparison: how far right versions spread, and how near a wrong one comes, over the error allowed.

    A version may come to no more than a tenth of what is allowed, or to no less than ten times as much; what lies
    between would pass or fail by luck. Mutants are shown, not judged: one may be as near as it likes.
    """
    spread = _ratios(right)
    apart, near = _differing(wrong), _differing(mutated)
    functions = {o.number: o.function for v in right for o in v.outcomes}
    rows = []
    for key in sorted(spread, key=lambda key: (number_key(key[0]), key[1])):
        largest, nearest = max(spread[key]), min(apart.get(key, (math.inf,)))
        problem = ""
        if largest > 1 / FACTOR:
            problem = f"{key[0]} {key[1]}: right versions differ by {largest:.2g} of what is allowed"
        elif nearest < FACTOR:
            problem = f"{key[0]} {key[1]}: a wrong version is off by only {nearest:.2g} of what is allowed"
        cells = (key[0], key[1], f"{largest:.1e}", _times(nearest), _times(min(near.get(key, (math.inf,)))))
        rows.append(Row(functions[key[0]], cells, problem))
    return Table(
        "Tolerances lie between right and wrong",
        ("check", "comparison", "right versions, at most", "wrong versions, at least", "mutants, at least"),
        tuple(rows),
        f"{sum(not row.wrong for row in rows)} of {len(rows)} comparisons have a factor of {FACTOR:g} to both sides",
    )


def _ratios(verdicts: Sequence[Verdict]) -> dict[tuple[str, str], list[float]]:
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for verdict in verdicts:
        for comparison in verdict.comparisons:
            found[comparison.number, comparison.what].append(comparison.ratio)
    return found


def _differing(verdicts: Sequence[Verdict]) -> dict[tuple[str, str], list[float]]:
    """The ratios of those that do not agree as a right version would; they may agree on some of the questions."""
    found = {key: [r for r in ratios if r > 1 / FACTOR] for key, ratios in _ratios(verdicts).items()}
    return {key: ratios for key, ratios in found.items() if ratios}


def _row(verdict: Verdict, cells: tuple[str, ...], wrong: str = "") -> Row:
    return Row(verdict.subject.function, cells, wrong and f"{verdict.subject.name}: {wrong}".removeprefix("; "))


def _share(some: int, of: int) -> str:
    return f"{some / of:.1%}" if of else "none"


def _times(ratio: float) -> str:
    return "none" if math.isinf(ratio) else f"{ratio:.1e}"


def _first_line(outcome: Outcome) -> str:
    return outcome.message.partition("\n")[0]


def _last_line(outcome: Outcome) -> str:
    return outcome.staff.strip().rpartition("\n")[2] or outcome.message
