"""Known wrong versions of l1_regularization and l2_regularization."""

import torch

from autograder.checks.known import misconception


@misconception(
    "l1_regularization", hint="your gradient is the same for weights of either sign: what is the slope of abs?"
)
def l1_sign_missing(W, reg):
    return reg * W.abs().sum(), reg * torch.ones_like(W)


@misconception("l1_regularization", hint="your gradient has the wrong sign: does abs rise or fall where W is positive?")
def l1_sign_reversed(W, reg):
    return reg * W.abs().sum(), -reg * W.sign()


@misconception(
    "l1_regularization", hint="your gradient holds absolute values of W: only their slope counts, not their size"
)
def l1_gradient_is_abs(W, reg):
    return reg * W.abs().sum(), reg * W.abs()


@misconception("l1_regularization", hint="your gradient is that of L2 regularization: what is the slope of abs?")
def l1_gradient_of_l2(W, reg):
    return reg * W.abs().sum(), 2 * reg * W


@misconception("l1_regularization", hint="this is L2 regularization: absolute values are asked for, not squares")
def l1_is_l2(W, reg):
    return reg * (W * W).sum(), 2 * reg * W


@misconception("l1_regularization", hint="your R adds up the weights with their signs: is abs taken of each?")
def l1_abs_missing(W, reg):
    return reg * W.sum(), reg * W.sign()


@misconception("l1_regularization", hint="your R is the absolute value of a sum: which comes first?")
def l1_abs_of_the_sum(W, reg):
    return reg * W.sum().abs(), reg * W.sign()


@misconception("l1_regularization", hint="your R is a mean over the weights: their sum is asked for")
def l1_mean(W, reg):
    return reg * W.abs().mean(), reg * W.sign() / W.numel()


@misconception("l1_regularization", hint="reg is missing in your gradient: the factor stays when you differentiate")
def l1_reg_missing_in_gradient(W, reg):
    return reg * W.abs().sum(), W.sign()


@misconception("l1_regularization", hint="reg is missing in your R: is the sum multiplied by it?")
def l1_reg_missing_in_penalty(W, reg):
    return W.abs().sum(), reg * W.sign()


@misconception(
    "l1_regularization", hint="your R is the norm of a matrix, its largest column sum: all entries are added up here"
)
def l1_norm_of_a_matrix(W, reg):
    return reg * torch.linalg.norm(W, 1), reg * W.sign()


@misconception("l1_regularization", hint="your gradient is zero where W is negative: abs slopes there too, downwards")
def l1_positive_side_only(W, reg):
    return reg * W.abs().sum(), reg * (W > 0).to(W.dtype)


@misconception(
    "l1_regularization", hint="your gradient is not zero where W is zero: of the slopes at the kink zero is taken"
)
def l1_zero_counts_as_positive(W, reg):
    return reg * W.abs().sum(), reg * torch.where(W >= 0, torch.ones_like(W), -torch.ones_like(W))


@misconception("l1_regularization", hint="your gradient is nan where W is zero: do you divide by the absolute value?")
def l1_divides_by_zero(W, reg):
    return reg * W.abs().sum(), reg * W / W.abs()


@misconception("l1_regularization", hint="your R is a Python number: a tensor without dimensions is asked for")
def l1_python_number(W, reg):
    return (reg * W.abs().sum()).item(), reg * W.sign()


@misconception(
    "l2_regularization", hint="your R and its gradient are half of what is asked for: there is no factor 1/2 here"
)
def l2_halved(W, reg):
    return 0.5 * reg * (W * W).sum(), reg * W


@misconception("l2_regularization", hint="your gradient lacks a factor: what is the derivative of a square?")
def l2_gradient_halved(W, reg):
    return reg * (W * W).sum(), reg * W


@misconception(
    "l2_regularization", hint="your R has a factor 1/2 that is not asked for, and that your gradient does not have"
)
def l2_penalty_halved(W, reg):
    return reg / 2 * (W * W).sum(), 2 * reg * W


@misconception(
    "l2_regularization", hint="your R is the root of what is asked for: the squares are added up, without a root"
)
def l2_root(W, reg):
    return reg * (W * W).sum().sqrt(), 2 * reg * W


@misconception("l2_regularization", hint="your R is the square of a sum: which comes first?")
def l2_square_of_the_sum(W, reg):
    return reg * W.sum() ** 2, 2 * reg * W


@misconception("l2_regularization", hint="W is multiplied with itself as matrices are: is each entry squared?")
def l2_matrix_product(W, reg):
    return reg * (W.T @ W).sum(), 2 * reg * W


@misconception("l2_regularization", hint="your R is a mean over the weights: their sum is asked for")
def l2_mean(W, reg):
    return reg * (W * W).mean(), 2 * reg * W / W.numel()


@misconception("l2_regularization", hint="reg is missing in your gradient: the factor stays when you differentiate")
def l2_reg_missing_in_gradient(W, reg):
    return reg * (W * W).sum(), 2 * W


@misconception("l2_regularization", hint="reg is missing in your R: is the sum multiplied by it?")
def l2_reg_missing_in_penalty(W, reg):
    return (W * W).sum(), 2 * reg * W


@misconception(
    "l2_regularization", hint="your gradient is squared as the penalty is: what is the derivative of a square?"
)
def l2_gradient_squared(W, reg):
    return reg * (W * W).sum(), 2 * reg * W * W


@misconception("l2_regularization", hint="your gradient is one number, a sum: each weight has a slope of its own")
def l2_gradient_summed(W, reg):
    return reg * (W * W).sum(), (2 * reg * W).sum()


@misconception("l2_regularization", hint="this is L1 regularization: squares are asked for, not absolute values")
def l2_is_l1(W, reg):
    return reg * W.abs().sum(), reg * W.sign()


@misconception("l2_regularization", hint="W is changed on the way: does *= work on W itself?")
def l2_changes_W(W, reg):
    R = reg * (W * W).sum()
    dR = W
    dR *= 2 * reg
    return R, dR


@misconception("l2_regularization", hint="your R is a Python number: a tensor without dimensions is asked for")
def l2_python_number(W, reg):
    return (reg * (W * W).sum()).item(), 2 * reg * W
