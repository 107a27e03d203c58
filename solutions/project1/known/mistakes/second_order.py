"""Known wrong versions of the methods that know the curvature."""

import torch

from autograder.checks.known import misconception


@misconception("newton_step", hint="your step goes the wrong way: is it subtracted from w?")
def newton_added(w, grad, hessian):
    return w + torch.linalg.solve(hessian, grad)


@misconception("newton_step", hint="you multiply by the Hessian: its inverse is asked for, by solving")
def newton_hessian_not_inverted(w, grad, hessian):
    return w - hessian @ grad


@misconception("newton_step", hint="only the diagonal of the Hessian is used: what of the mixed derivatives?")
def newton_diagonal_only(w, grad, hessian):
    return w - grad / hessian.diagonal()


@misconception("newton_step", hint="you return the step alone: the next point is asked for")
def newton_step_alone(w, grad, hessian):
    return -torch.linalg.solve(hessian, grad)


@misconception(
    "newton_step", hint="each entry of the Hessian is inverted by itself: that is not the inverse of a matrix"
)
def newton_entries_inverted(w, grad, hessian):
    return w - (1 / hessian) @ grad


@misconception("newton_step", hint="your step is shorter than Newton's: is there a learning rate in it?")
def newton_with_learning_rate(w, grad, hessian, learning_rate=1e-2):
    return w - learning_rate * torch.linalg.solve(hessian, grad)


@misconception(
    "newton_step", hint="the step is solved for from w: which vector stands on the right of the linear system?"
)
def newton_solves_for_w(w, grad, hessian):
    return w - torch.linalg.solve(hessian, w)


@misconception("lbfgs_direction", hint="your direction points uphill: is the result of the two loops negated?")
def lbfgs_sign_missing(grad, steps, grad_changes):
    q, a = grad, []
    for s, y in zip(reversed(steps), reversed(grad_changes), strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    if steps:
        q = q * (steps[-1] @ grad_changes[-1]) / (grad_changes[-1] @ grad_changes[-1])
    for s, y, a_k in zip(steps, grad_changes, reversed(a), strict=True):
        q = q + (a_k - (y @ q) / (s @ y)) * s
    return q


@misconception(
    "lbfgs_direction",
    hint="the pairs are taken in the opposite order in both loops: which loop begins with the newest pair?",
)
def lbfgs_loops_reversed(grad, steps, grad_changes):
    q, a = grad, []
    for s, y in zip(steps, grad_changes, strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    if steps:
        q = q * (steps[-1] @ grad_changes[-1]) / (grad_changes[-1] @ grad_changes[-1])
    for s, y, a_k in zip(reversed(steps), reversed(grad_changes), reversed(a), strict=True):
        q = q + (a_k - (y @ q) / (s @ y)) * s
    return -q


@misconception(
    "lbfgs_direction", hint="both your loops begin with the newest pair: in which order does the second one go?"
)
def lbfgs_second_loop_not_turned_round(grad, steps, grad_changes):
    q, a = grad, []
    for s, y in zip(reversed(steps), reversed(grad_changes), strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    if steps:
        q = q * (steps[-1] @ grad_changes[-1]) / (grad_changes[-1] @ grad_changes[-1])
    for s, y, a_k in zip(reversed(steps), reversed(grad_changes), a, strict=True):
        q = q + (a_k - (y @ q) / (s @ y)) * s
    return -q


@misconception(
    "lbfgs_direction",
    hint="the scale between the loops is that of the oldest pair: which pair knows the present curvature?",
)
def lbfgs_scale_of_the_oldest(grad, steps, grad_changes):
    q, a = grad, []
    for s, y in zip(reversed(steps), reversed(grad_changes), strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    if steps:
        q = q * (steps[0] @ grad_changes[0]) / (grad_changes[0] @ grad_changes[0])
    for s, y, a_k in zip(steps, grad_changes, reversed(a), strict=True):
        q = q + (a_k - (y @ q) / (s @ y)) * s
    return -q


@misconception(
    "lbfgs_direction", hint="there is no scale between the two loops: with which gamma does the estimate begin?"
)
def lbfgs_without_scale(grad, steps, grad_changes):
    q, a = grad, []
    for s, y in zip(reversed(steps), reversed(grad_changes), strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    for s, y, a_k in zip(steps, grad_changes, reversed(a), strict=True):
        q = q + (a_k - (y @ q) / (s @ y)) * s
    return -q


@misconception(
    "lbfgs_direction", hint="the scale between the loops is upside down: it estimates the inverse of the curvature"
)
def lbfgs_scale_inverted(grad, steps, grad_changes):
    q, a = grad, []
    for s, y in zip(reversed(steps), reversed(grad_changes), strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    if steps:
        q = q * (grad_changes[-1] @ grad_changes[-1]) / (steps[-1] @ grad_changes[-1])
    for s, y, a_k in zip(steps, grad_changes, reversed(a), strict=True):
        q = q + (a_k - (y @ q) / (s @ y)) * s
    return -q


@misconception(
    "lbfgs_direction", hint="the correction of the second loop has the wrong sign: which of a and b is subtracted?"
)
def lbfgs_second_difference_reversed(grad, steps, grad_changes):
    q, a = grad, []
    for s, y in zip(reversed(steps), reversed(grad_changes), strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    if steps:
        q = q * (steps[-1] @ grad_changes[-1]) / (grad_changes[-1] @ grad_changes[-1])
    for s, y, a_k in zip(steps, grad_changes, reversed(a), strict=True):
        q = q + ((y @ q) / (s @ y) - a_k) * s
    return -q


@misconception(
    "lbfgs_direction", hint="the second loop seems to start without the a of the first: are they kept and used?"
)
def lbfgs_a_not_used(grad, steps, grad_changes):
    q, a = grad, []
    for s, y in zip(reversed(steps), reversed(grad_changes), strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    if steps:
        q = q * (steps[-1] @ grad_changes[-1]) / (grad_changes[-1] @ grad_changes[-1])
    for s, y in zip(steps, grad_changes, strict=True):
        q = q - (y @ q) / (s @ y) * s
    return -q


@misconception(
    "lbfgs_direction", hint="in the second loop each pair gets the a of another: in which order were they stored?"
)
def lbfgs_a_in_the_wrong_order(grad, steps, grad_changes):
    q, a = grad, []
    for s, y in zip(reversed(steps), reversed(grad_changes), strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    if steps:
        q = q * (steps[-1] @ grad_changes[-1]) / (grad_changes[-1] @ grad_changes[-1])
    for s, y, a_k in zip(steps, grad_changes, a, strict=True):
        q = q + (a_k - (y @ q) / (s @ y)) * s
    return -q


@misconception("lbfgs_direction", hint="only the newest pair is used: do the loops go over all of them?")
def lbfgs_newest_pair_only(grad, steps, grad_changes):
    steps, grad_changes = steps[-1:], grad_changes[-1:]
    q, a = grad, []
    for s, y in zip(reversed(steps), reversed(grad_changes), strict=True):
        a.append((s @ q) / (s @ y))
        q = q - a[-1] * y
    if steps:
        q = q * (steps[-1] @ grad_changes[-1]) / (grad_changes[-1] @ grad_changes[-1])
    for s, y, a_k in zip(steps, grad_changes, reversed(a), strict=True):
        q = q + (a_k - (y @ q) / (s @ y)) * s
    return -q
