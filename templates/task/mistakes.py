"""Known wrong versions of FUNCTION, each with the hint it earns."""

from autograder.checks.known import misconception


# TODO: at least four, each a mistake that a student would make.
@misconception("FUNCTION", hint="TODO: one line that names the mistake and shows no expected value")
def FUNCTION_doubled(x):
    return 2.0 * x
