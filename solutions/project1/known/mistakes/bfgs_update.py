"""Known wrong versions of bfgs_update."""

import torch

from autograder.checks.known import misconception


@misconception("bfgs_update", hint="the last term, s s^T / y.s, is missing: what was just seen is never put in")
def bfgs_last_term_missing(H, s, y):
    rho = 1 / (y @ s)
    bracket = torch.eye(len(s), dtype=H.dtype) - rho * torch.outer(s, y)
    return bracket @ H @ bracket.T


@misconception(
    "bfgs_update", hint="the two brackets are the other way round: s y^T stands on the left, y s^T on the right"
)
def bfgs_brackets_swapped(H, s, y):
    rho = 1 / (y @ s)
    bracket = torch.eye(len(s), dtype=H.dtype) - rho * torch.outer(s, y)
    return bracket.T @ H @ bracket + rho * torch.outer(s, s)


@misconception("bfgs_update", hint="this is the update of the Hessian itself: for its inverse, s and y change places")
def bfgs_of_the_hessian(H, s, y):
    rho = 1 / (y @ s)
    bracket = torch.eye(len(s), dtype=H.dtype) - rho * torch.outer(y, s)
    return bracket @ H @ bracket.T + rho * torch.outer(y, y)


@misconception("bfgs_update", hint="both brackets are the same matrix: the right one is the transpose of the left one")
def bfgs_bracket_twice(H, s, y):
    rho = 1 / (y @ s)
    bracket = torch.eye(len(s), dtype=H.dtype) - rho * torch.outer(s, y)
    return bracket @ H @ bracket + rho * torch.outer(s, s)


@misconception("bfgs_update", hint="only one bracket is there: H is changed from the left and not from the right")
def bfgs_right_bracket_missing(H, s, y):
    rho = 1 / (y @ s)
    bracket = torch.eye(len(s), dtype=H.dtype) - rho * torch.outer(s, y)
    return bracket @ H + rho * torch.outer(s, s)


@misconception("bfgs_update", hint="the division by y.s is missing in the brackets")
def bfgs_brackets_not_divided(H, s, y):
    bracket = torch.eye(len(s), dtype=H.dtype) - torch.outer(s, y)
    return bracket @ H @ bracket.T + torch.outer(s, s) / (y @ s)


@misconception("bfgs_update", hint="the last term is not divided by y.s")
def bfgs_last_term_not_divided(H, s, y):
    rho = 1 / (y @ s)
    bracket = torch.eye(len(s), dtype=H.dtype) - rho * torch.outer(s, y)
    return bracket @ H @ bracket.T + torch.outer(s, s)


@misconception("bfgs_update", hint="the brackets add where they should take away: I minus s y^T / y.s is asked for")
def bfgs_brackets_add(H, s, y):
    rho = 1 / (y @ s)
    bracket = torch.eye(len(s), dtype=H.dtype) + rho * torch.outer(s, y)
    return bracket @ H @ bracket.T + rho * torch.outer(s, s)


@misconception(
    "bfgs_update", hint="the products of brackets and H are taken entry by entry: a matrix product is asked for"
)
def bfgs_entry_by_entry(H, s, y):
    rho = 1 / (y @ s)
    bracket = torch.eye(len(s), dtype=H.dtype) - rho * torch.outer(s, y)
    return bracket * H * bracket.T + rho * torch.outer(s, s)


@misconception("bfgs_update", hint="s y^T came out as entry times entry: an outer product, a matrix, is asked for")
def bfgs_no_outer_product(H, s, y):
    rho = 1 / (y @ s)
    bracket = torch.eye(len(s), dtype=H.dtype) - rho * (s * y)
    return bracket @ H @ bracket.T + rho * torch.outer(s, s)


@misconception("bfgs_update", hint="this is an update of rank one: two brackets around H and a last term are asked for")
def bfgs_rank_one(H, s, y):
    rest = s - H @ y
    return H + torch.outer(rest, rest) / (rest @ y)


@misconception("bfgs_update", hint="the divisor is the square of a length, s.s or y.y: y.s is asked for")
def bfgs_divided_by_a_length(H, s, y):
    rho = 1 / (y @ y)
    bracket = torch.eye(len(s), dtype=H.dtype) - rho * torch.outer(s, y)
    return bracket @ H @ bracket.T + rho * torch.outer(s, s)


@misconception("bfgs_update", hint="H itself is changed: the caller's matrix is another one after the call")
def bfgs_in_place(H, s, y):
    rho = 1 / (y @ s)
    bracket = torch.eye(len(s), dtype=H.dtype) - rho * torch.outer(s, y)
    H.copy_(bracket @ H @ bracket.T + rho * torch.outer(s, s))
    return H
