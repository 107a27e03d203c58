"""Everything that can go wrong when student code is asked something.

AskError
├── StudentFault            costs the student this check
│   ├── Missing             not defined, a stub, or its definitions failed
│   ├── Raised              the code raised an exception
│   ├── TimedOut            no answer within the limit; the worker was killed
│   ├── OutOfMemory         it needed more memory than it may
│   ├── Died                the process ended: a signal, or an exit
│   └── BadAnswer           what it returned cannot cross the wire, or is too large
└── GraderFault             nobody's fault but ours: shown as "could not be graded"
    └── OutOfTime           the budget of the whole run is spent
"""

from __future__ import annotations

from autograder.submission.source import Origin


class AskError(Exception):
    """Asking student code did not give a value."""


class StudentFault(AskError):
    """The student's code is the reason. `str()` is a full message for the student."""


class Missing(StudentFault):
    """The function is not there to be asked."""


class Raised(StudentFault):
    """The student's code raised.

    Attributes:
        kind: the exception's type name.
        text: its text; may show hidden inputs, so a hidden check leaves it out.
        origin: the innermost line of the student's own code, if any.
    """

    def __init__(self, kind: str, text: str, origin: Origin | None) -> None:
        super().__init__(f"it raised {kind}" + (f" ({origin})" if origin else "") + (f": {text}" if text else ""))
        self.kind, self.text, self.origin = kind, text, origin


class TimedOut(StudentFault):
    """No answer within the time limit."""


class OutOfMemory(StudentFault):
    """More memory was asked for than the limit allows."""


class Died(StudentFault):
    """The process that ran the code ended before it answered."""


class BadAnswer(StudentFault):
    """The returned value is not plain data, or too large."""


class GraderFault(AskError):
    """The grader could not ask at all."""


class OutOfTime(GraderFault):
    """The time for the whole run is spent."""
