"""Known wrong versions of softmax_loss."""

import torch

from autograder.checks.known import misconception


@misconception("softmax_loss", hint="large scores overflow in exp: subtract each row's largest score first")
def softmax_not_shifted(x, y):
    N = x.shape[0]
    p = x.exp() / x.exp().sum(dim=1, keepdim=True)
    loss = -p[torch.arange(N), y].log().mean()
    dx = p.clone()
    dx[torch.arange(N), y] -= 1
    return loss, dx / N


@misconception("softmax_loss", hint="one maximum is taken for the whole batch: rows far below it vanish in exp")
def softmax_shifted_by_one_maximum(x, y):
    N = x.shape[0]
    e = (x - x.max()).exp()
    p = e / e.sum(dim=1, keepdim=True)
    loss = -p[torch.arange(N), y].log().mean()
    dx = p.clone()
    dx[torch.arange(N), y] -= 1
    return loss, dx / N


@misconception(
    "softmax_loss", hint="the log is taken of a probability that can round to zero: work with log p throughout"
)
def softmax_log_of_rounded_probability(x, y):
    N = x.shape[0]
    p = torch.softmax(x, dim=1)
    loss = -p[torch.arange(N), y].log().mean()
    dx = p.clone()
    dx[torch.arange(N), y] -= 1
    return loss, dx / N


@misconception(
    "softmax_loss", hint="a small constant inside the log hides how wrong a score is: work with log p instead"
)
def softmax_constant_in_log(x, y):
    N = x.shape[0]
    p = torch.softmax(x, dim=1)
    loss = -(p[torch.arange(N), y] + 1e-12).log().mean()
    dx = p.clone()
    dx[torch.arange(N), y] -= 1
    return loss, dx / N


@misconception("softmax_loss", hint="loss and gradient are sums over the examples: means are asked for")
def softmax_summed(x, y):
    N = x.shape[0]
    log_p = x - x.logsumexp(dim=1, keepdim=True)
    dx = log_p.exp()
    dx[torch.arange(N), y] -= 1
    return -log_p[torch.arange(N), y].sum(), dx


@misconception(
    "softmax_loss", hint="your dx belongs to the sum over the examples, your loss to the mean: divide by N too"
)
def softmax_gradient_not_divided(x, y):
    N = x.shape[0]
    log_p = x - x.logsumexp(dim=1, keepdim=True)
    dx = log_p.exp()
    dx[torch.arange(N), y] -= 1
    return -log_p[torch.arange(N), y].mean(), dx


@misconception(
    "softmax_loss", hint="your dx is divided by the number of classes: it is the number of examples that counts"
)
def softmax_gradient_over_classes(x, y):
    N, C = x.shape
    log_p = x - x.logsumexp(dim=1, keepdim=True)
    dx = log_p.exp()
    dx[torch.arange(N), y] -= 1
    return -log_p[torch.arange(N), y].mean(), dx / C


@misconception("softmax_loss", hint="your dx is the probabilities alone: what does the right class's own score add?")
def softmax_gradient_without_one(x, y):
    N = x.shape[0]
    log_p = x - x.logsumexp(dim=1, keepdim=True)
    return -log_p[torch.arange(N), y].mean(), log_p.exp() / N


@misconception("softmax_loss", hint="your dx points the other way: does the loss fall when the right score rises?")
def softmax_gradient_reversed(x, y):
    N = x.shape[0]
    log_p = x - x.logsumexp(dim=1, keepdim=True)
    dx = -log_p.exp()
    dx[torch.arange(N), y] += 1
    return -log_p[torch.arange(N), y].mean(), dx / N


@misconception("softmax_loss", hint="one is subtracted from whole columns: pair each row with its own class")
def softmax_gradient_whole_columns(x, y):
    N = x.shape[0]
    log_p = x - x.logsumexp(dim=1, keepdim=True)
    dx = log_p.exp()
    dx[:, y] -= 1
    return -log_p[torch.arange(N), y].mean(), dx / N


@misconception("softmax_loss", hint="your dx is nonzero at the right class only: the other scores count as well")
def softmax_gradient_of_right_class_only(x, y):
    N = x.shape[0]
    log_p = x - x.logsumexp(dim=1, keepdim=True)
    dx = torch.zeros_like(x)
    dx[torch.arange(N), y] = log_p.exp()[torch.arange(N), y] - 1
    return -log_p[torch.arange(N), y].mean(), dx / N


@misconception("softmax_loss", hint="the probabilities sum to one down each column: the classes lie along a row")
def softmax_over_examples(x, y):
    N = x.shape[0]
    log_p = x - x.logsumexp(dim=0, keepdim=True)
    dx = log_p.exp()
    dx[torch.arange(N), y] -= 1
    return -log_p[torch.arange(N), y].mean(), dx / N


@misconception("softmax_loss", hint="your loss is the mean probability of the right class, negated: where is the log?")
def softmax_without_log(x, y):
    N = x.shape[0]
    p = (x - x.logsumexp(dim=1, keepdim=True)).exp()
    dx = p.clone()
    dx[torch.arange(N), y] -= 1
    return -p[torch.arange(N), y].mean(), dx / N


@misconception("softmax_loss", hint="your loss is negative: the log of a probability is, so a minus belongs before it")
def softmax_loss_negative(x, y):
    N = x.shape[0]
    log_p = x - x.logsumexp(dim=1, keepdim=True)
    dx = log_p.exp()
    dx[torch.arange(N), y] -= 1
    return log_p[torch.arange(N), y].mean(), dx / N


@misconception("softmax_loss", hint="your loss averages over all classes: only the right class of each example counts")
def softmax_loss_of_all_classes(x, y):
    N = x.shape[0]
    log_p = x - x.logsumexp(dim=1, keepdim=True)
    dx = log_p.exp()
    dx[torch.arange(N), y] -= 1
    return -log_p.mean(), dx / N


@misconception(
    "softmax_loss", hint="your loss has no term for the sum over the classes: it is only the right score, negated"
)
def softmax_loss_without_normalizer(x, y):
    N = x.shape[0]
    p = torch.softmax(x, dim=1)
    dx = p.clone()
    dx[torch.arange(N), y] -= 1
    return -x[torch.arange(N), y].mean(), dx / N


@misconception("softmax_loss", hint="your logarithm is that of base two: the natural one is asked for")
def softmax_base_two(x, y):
    N = x.shape[0]
    log_p = x - x.logsumexp(dim=1, keepdim=True)
    dx = log_p.exp()
    dx[torch.arange(N), y] -= 1
    return -log_p[torch.arange(N), y].mean() / torch.log(torch.tensor(2.0, dtype=x.dtype)), dx / N


@misconception("softmax_loss", hint="the scores are shifted in place: work on a copy of x")
def softmax_in_place(x, y):
    N = x.shape[0]
    x -= x.max(dim=1, keepdim=True).values
    log_p = x - x.logsumexp(dim=1, keepdim=True)
    dx = log_p.exp()
    dx[torch.arange(N), y] -= 1
    return -log_p[torch.arange(N), y].mean(), dx / N


@misconception("softmax_loss", hint="the loss comes as a Python number: leave it a tensor without dimensions")
def softmax_loss_as_number(x, y):
    N = x.shape[0]
    log_p = x - x.logsumexp(dim=1, keepdim=True)
    dx = log_p.exp()
    dx[torch.arange(N), y] -= 1
    return -log_p[torch.arange(N), y].mean().item(), dx / N
