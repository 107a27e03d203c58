"""Known wrong versions of numeric_gradient."""

import torch

from autograder.checks.known import misconception


@misconception("numeric_gradient", hint="your difference is one-sided, from w to w + h: step to both sides")
def numeric_forward(f, w, h=1e-5):
    dw = torch.zeros_like(w)
    for k in range(w.numel()):
        step = torch.zeros_like(w)
        step.view(-1)[k] = h
        dw.view(-1)[k] = (f(w + step) - f(w)) / h
    return dw


@misconception("numeric_gradient", hint="your difference is one-sided, from w - h to w: step to both sides")
def numeric_backward(f, w, h=1e-5):
    dw = torch.zeros_like(w)
    for k in range(w.numel()):
        step = torch.zeros_like(w)
        step.view(-1)[k] = h
        dw.view(-1)[k] = (f(w) - f(w - step)) / h
    return dw


@misconception("numeric_gradient", hint="your slopes are twice too steep: how far apart are w + h and w - h?")
def numeric_divided_by_h(f, w, h=1e-5):
    dw = torch.zeros_like(w)
    for k in range(w.numel()):
        step = torch.zeros_like(w)
        step.view(-1)[k] = h
        dw.view(-1)[k] = (f(w + step) - f(w - step)) / h
    return dw


@misconception("numeric_gradient", hint="you divide by two and multiply by h: are there brackets around 2 * h?")
def numeric_brackets_missing(f, w, h=1e-5):
    dw = torch.zeros_like(w)
    for k in range(w.numel()):
        step = torch.zeros_like(w)
        step.view(-1)[k] = h
        dw.view(-1)[k] = (f(w + step) - f(w - step)) / 2 * h
    return dw


@misconception("numeric_gradient", hint="your gradient has the wrong sign: which of the two values is subtracted?")
def numeric_sign_reversed(f, w, h=1e-5):
    dw = torch.zeros_like(w)
    for k in range(w.numel()):
        step = torch.zeros_like(w)
        step.view(-1)[k] = h
        dw.view(-1)[k] = (f(w - step) - f(w + step)) / (2 * h)
    return dw


@misconception("numeric_gradient", hint="all entries of w are moved together: one entry at a time")
def numeric_all_entries_together(f, w, h=1e-5):
    return torch.full_like(w, float((f(w + h) - f(w - h)) / (2 * h)))


@misconception("numeric_gradient", hint="whole rows of w are moved together: one entry at a time, whatever the shape")
def numeric_rows_together(f, w, h=1e-5):
    dw = torch.zeros_like(w)
    for k in range(w.shape[0]):
        step = torch.zeros_like(w)
        step[k] = h
        dw[k] = (f(w + step) - f(w - step)) / (2 * h)
    return dw


@misconception(
    "numeric_gradient", hint="each entry stays moved while the next ones are tried: is w put back after each?"
)
def numeric_w_not_restored(f, w, h=1e-5):
    dw = torch.zeros_like(w)
    for k in range(w.numel()):
        w.view(-1)[k] += h
        above = f(w)
        w.view(-1)[k] -= 2 * h
        below = f(w)
        dw.view(-1)[k] = (above - below) / (2 * h)
    return dw


@misconception("numeric_gradient", hint="w is left moved: put each entry back before you return")
def numeric_restores_a_copy(f, w, h=1e-5):
    original, dw = w.clone(), torch.zeros_like(w)
    for k in range(w.numel()):
        w.copy_(original)
        w.view(-1)[k] += h
        above = f(w)
        w.view(-1)[k] -= 2 * h
        dw.view(-1)[k] = (above - f(w)) / (2 * h)
    return dw


@misconception(
    "numeric_gradient", hint="f is asked twice at the same point: are w + h and w - h two tensors, or names of one?"
)
def numeric_two_names_of_one_tensor(f, w, h=1e-5):
    dw = torch.zeros_like(w)
    for k in range(w.numel()):
        above = below = w.clone()
        above.view(-1)[k] += h
        below.view(-1)[k] -= h
        dw.view(-1)[k] = (f(above) - f(below)) / (2 * h)
    return dw


@misconception("numeric_gradient", hint="your step is always the same: is the h that was handed in used?")
def numeric_h_ignored(f, w, h=1e-5):
    h, dw = 1e-5, torch.zeros_like(w)
    for k in range(w.numel()):
        step = torch.zeros_like(w)
        step.view(-1)[k] = h
        dw.view(-1)[k] = (f(w + step) - f(w - step)) / (2 * h)
    return dw


@misconception("numeric_gradient", hint="your gradient is flat: it should have the shape of w")
def numeric_flat(f, w, h=1e-5):
    dw = w.new_zeros(w.numel())
    for k in range(w.numel()):
        step = w.new_zeros(w.numel())
        step[k] = h
        dw[k] = (f(w + step.view_as(w)) - f(w - step.view_as(w))) / (2 * h)
    return dw


@misconception("numeric_gradient", hint="your gradient is in single precision: make the tensor that holds it like w")
def numeric_single_precision(f, w, h=1e-5):
    dw = torch.zeros(w.shape)
    for k in range(w.numel()):
        step = torch.zeros_like(w)
        step.view(-1)[k] = h
        dw.view(-1)[k] = (f(w + step) - f(w - step)) / (2 * h)
    return dw


@misconception("numeric_gradient", hint="the last entry is never tried: how far does your loop go?")
def numeric_last_entry_missing(f, w, h=1e-5):
    dw = torch.zeros_like(w)
    for k in range(w.numel() - 1):
        step = torch.zeros_like(w)
        step.view(-1)[k] = h
        dw.view(-1)[k] = (f(w + step) - f(w - step)) / (2 * h)
    return dw
