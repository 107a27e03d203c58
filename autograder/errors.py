"""What a command tells a person who used it wrongly, or on a machine that cannot do it."""


class UsageError(Exception):
    """The command cannot start; `str()` is one line that says why and what to do. Exit code 2."""


class AssignmentError(UsageError):
    """An assignment is not there or breaks a rule; `str()` is one line that says where, what and what to do."""
