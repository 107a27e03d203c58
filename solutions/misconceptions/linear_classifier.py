"""Known wrong versions of the linear-classifier functions."""

import torch

from solutions.misconceptions import misconception


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


@misconception(
    "l2_regularization", hint="your results are right, but W is changed on the way: does *= work on W itself?"
)
def l2_changes_W(W, reg):
    R = reg * (W * W).sum()
    dR = W
    dR *= 2 * reg
    return R, dR


@misconception("l2_regularization", hint="your R is a Python number: a tensor without dimensions is asked for")
def l2_python_number(W, reg):
    return (reg * (W * W).sum()).item(), 2 * reg * W


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


@misconception(
    "numeric_gradient", hint="your gradient is right, but w is left moved: put each entry back before you return"
)
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


@misconception("numeric_gradient", hint="your gradient is right but flat: it has the shape of w")
def numeric_flat(f, w, h=1e-5):
    dw = w.new_zeros(w.numel())
    for k in range(w.numel()):
        step = w.new_zeros(w.numel())
        step[k] = h
        dw[k] = (f(w + step.view_as(w)) - f(w - step.view_as(w))) / (2 * h)
    return dw


@misconception(
    "numeric_gradient", hint="your gradient is right but in single precision: make the tensor that holds it like w"
)
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


@misconception(
    "svm_loss_naive",
    hint="your loss lacks its regularization term, while your gradient has it: is reg * sum(W * W) added?",
)
def svm_naive_no_reg_in_loss(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your gradient lacks its regularization term, while your loss has it: what is the slope of that term?",
)
def svm_naive_no_reg_in_gradient(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="regularization is missing, in the loss and in the gradient",
)
def svm_naive_no_reg(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N
    dW = dW / N
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your regularization is halved, in the loss and in the gradient: there is no factor 1/2 here",
)
def svm_naive_reg_halved(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + 0.5 * reg * (W * W).sum()
    dW = dW / N + reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="the regularization in your gradient lacks a factor: what is the derivative of a square?",
)
def svm_naive_reg_gradient_halved(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your regularization is divided by the number of examples: only the data loss is a mean",
)
def svm_naive_reg_over_N(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = (loss + reg * (W * W).sum()) / N
    dW = (dW + 2 * reg * W) / N
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your data gradient is a sum over the examples, while your loss is their mean: what is missing?",
)
def svm_naive_gradient_not_over_N(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your data loss and its gradient are sums over the examples: their mean is asked for",
)
def svm_naive_sum_over_examples(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss + reg * (W * W).sum()
    dW = dW + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your loss counts the true class too: its margin, one for each example, does not belong into the sum",
)
def svm_naive_true_class_counted(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your hinge starts at equal scores: is the margin of 1 added to the difference?",
)
def svm_naive_no_margin(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]]
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your loss grows when the true class wins: which score is subtracted from which?",
)
def svm_naive_margin_reversed(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[y[i]] - s[j] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your gradient never touches the column of the true class: each margin depends on its score too",
)
def svm_naive_true_column_missing(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="the column of the true class gets each example once: how many margins of that example depend on it?",
)
def svm_naive_true_column_once(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your gradient is weighted by the margins: what is the slope of max(0, m) where m is positive?",
)
def svm_naive_gradient_times_margin(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += margin * X[i]
                dW[:, y[i]] -= margin * X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="the data part of your gradient has the wrong sign: which column's score does the loss grow with?",
)
def svm_naive_gradient_uphill(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] -= X[i]
                dW[:, y[i]] += X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your gradient has terms of margins that are kept: where the hinge is zero, so is its slope",
)
def svm_naive_gradient_of_every_class(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
            dW[:, j] += X[i]
            dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="the last example never counts: does the loop over the examples reach it?",
)
def svm_naive_last_example_missing(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N - 1):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="classes that occur in no label are left out: W says how many classes there are",
)
def svm_naive_classes_from_labels(W, X, y, reg):
    N, C = X.shape[0], int(y.max()) + 1
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your gradient always has ten columns: take the number of classes from W",
)
def svm_naive_ten_classes(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), W.new_zeros(W.shape[0], 10)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N
    dW[:, :C] += 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="regularization is added once for each example, and not divided by their number: add it once, after the loop",
)
def svm_naive_regularized_in_the_loop(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        loss = loss + reg * (W * W).sum()
        dW = dW + 2 * reg * W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    return loss, dW


@misconception(
    "svm_loss_naive",
    hint="your loss is right but a Python number: a tensor without dimensions is asked for",
)
def svm_naive_python_number(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        for j in range(C):
            margin = s[j] - s[y[i]] + 1
            if j != y[i] and margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss.item(), dW


@misconception(
    "svm_loss_vectorized",
    hint="your loss lacks its regularization term, while your gradient has it: is reg * sum(W * W) added?",
)
def svm_no_reg_in_loss(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your gradient lacks its regularization term, while your loss has it: what is the slope of that term?",
)
def svm_no_reg_in_gradient(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="regularization is missing, in the loss and in the gradient",
)
def svm_no_reg(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your regularization is halved, in the loss and in the gradient: there is no factor 1/2 here",
)
def svm_reg_halved(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + 0.5 * reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N + reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="the regularization in your gradient lacks a factor: what is the derivative of a square?",
)
def svm_reg_gradient_halved(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N + reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your regularization is divided by the number of examples: only the data loss is a mean",
)
def svm_reg_over_N(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = (margins.sum() + reg * (W * W).sum()) / N
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = (X.T @ ds + 2 * reg * W) / N
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your data gradient is a sum over the examples, while your loss is their mean: what is missing?",
)
def svm_gradient_not_over_N(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your data loss and its gradient are sums over the examples: their mean is asked for",
)
def svm_sum_over_examples(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your loss counts the true class too: its margin, one for each example, does not belong into the sum",
)
def svm_true_class_counted(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    loss = margins.sum() / N + reg * (W * W).sum()
    margins[rows, y] = 0
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your gradient counts the true class among the margins missed: is its entry zero before they are counted?",
)
def svm_true_class_counted_in_gradient(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    loss = (margins.sum() - N) / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your hinge starts at equal scores: is the margin of 1 added to the difference?",
)
def svm_no_margin(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None]).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your loss grows when the true class wins: which score is subtracted from which?",
)
def svm_margin_reversed(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s[rows, y][:, None] - s + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="margins that are more than kept count below zero: is the maximum with zero taken?",
)
def svm_no_hinge(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = s - s[rows, y][:, None] + 1
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = torch.ones_like(margins)
    ds[rows, y] = 1 - ds.sum(dim=1)
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your gradient never touches the column of the true class: each margin depends on its score too",
)
def svm_true_column_missing(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="the column of the true class gets each example once: how many margins of that example depend on it?",
)
def svm_true_column_once(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="the margins missed are counted for each class, not for each example: along which dim is the sum?",
)
def svm_counts_down_the_columns(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=0)[y]
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="only the largest margin of each example counts: all the wrong classes' margins are added up",
)
def svm_worst_class_only(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.max(dim=1).values.sum() / N + reg * (W * W).sum()
    ds = ((margins > 0) & (margins == margins.max(dim=1, keepdim=True).values)).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your loss adds up squares of the margins: the hinge itself is asked for",
)
def svm_squared_hinge(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = (margins**2).sum() / N + reg * (W * W).sum()
    ds = 2 * margins
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="the data part of your gradient has the wrong sign: which column's score does the loss grow with?",
)
def svm_gradient_uphill(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = -X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your loss is a mean over examples and classes: add up the classes, and take the mean over the examples",
)
def svm_mean_over_entries(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.mean() + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / ds.numel() + 2 * reg * W
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your gradient is the transpose of what is asked for: its shape is that of W",
)
def svm_gradient_transposed(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = ds.T @ X / N + 2 * reg * W.T
    return loss, dW


@misconception(
    "svm_loss_vectorized",
    hint="your loss is right but a Python number: a tensor without dimensions is asked for",
)
def svm_python_number(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    margins = (s - s[rows, y][:, None] + 1).clamp(min=0)
    margins[rows, y] = 0
    loss = margins.sum() / N + reg * (W * W).sum()
    ds = (margins > 0).to(W.dtype)
    ds[rows, y] = -ds.sum(dim=1)
    dW = X.T @ ds / N + 2 * reg * W
    return loss.item(), dW


@misconception(
    "softmax_loss_naive",
    hint="your loss lacks its regularization term, while your gradient has it: is reg * sum(W * W) added?",
)
def softmax_naive_no_reg_in_loss(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your gradient lacks its regularization term, while your loss has it: what is the slope of that term?",
)
def softmax_naive_no_reg_in_gradient(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="regularization is missing, in the loss and in the gradient",
)
def softmax_naive_no_reg(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N
    dW = dW / N
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your regularization is halved, in the loss and in the gradient: there is no factor 1/2 here",
)
def softmax_naive_reg_halved(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + 0.5 * reg * (W * W).sum()
    dW = dW / N + reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="the regularization in your gradient lacks a factor: what is the derivative of a square?",
)
def softmax_naive_reg_gradient_halved(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your regularization is divided by the number of examples: only the data loss is a mean",
)
def softmax_naive_reg_over_N(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = (loss + reg * (W * W).sum()) / N
    dW = (dW + 2 * reg * W) / N
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your data gradient is a sum over the examples, while your loss is their mean: what is missing?",
)
def softmax_naive_gradient_not_over_N(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your data loss and its gradient are sums over the examples: their mean is asked for",
)
def softmax_naive_sum_over_examples(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss + reg * (W * W).sum()
    dW = dW + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="large scores overflow: is each example's largest score subtracted before exp?",
)
def softmax_naive_no_shift(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="the score of the true class is not shifted as those in the sum of exponentials are: shift both",
)
def softmax_naive_true_score_not_shifted(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        t = s - s.max()
        p = t.exp() / t.exp().sum()
        loss = loss + t.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="the logarithm is taken of a probability that rounds to zero, so a constant is added: take it on paper first",
)
def softmax_naive_log_of_rounded_zero(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + -(p[y[i]] + 1e-12).log()
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your gradient is that of the log of the sum alone: the score of the true class is subtracted in the loss",
)
def softmax_naive_true_class_not_subtracted(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your gradient has a term in the column of the true class only: every score is in the sum of exponentials",
)
def softmax_naive_true_column_only(W, X, y, reg):
    N = X.shape[0]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        dW[:, y[i]] += (p[y[i]] - 1) * X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="the data part of your gradient has the wrong sign: does the loss fall when the true class's score grows?",
)
def softmax_naive_gradient_uphill(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] -= p[j] * X[i]
        dW[:, y[i]] += X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your data loss has the wrong sign: the logarithm of a probability is negative",
)
def softmax_naive_log_sign(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss - s.exp().sum().log() + s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your loss is one minus the probability of the true class: is the logarithm taken?",
)
def softmax_naive_no_log(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + 1 - p[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="the last example never counts: does the loop over the examples reach it?",
)
def softmax_naive_last_example_missing(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N - 1):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="classes that occur in no label get no gradient: W says how many classes there are",
)
def softmax_naive_classes_from_labels(W, X, y, reg):
    N, C = X.shape[0], int(y.max()) + 1
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your gradient always has ten columns: take the number of classes from W",
)
def softmax_naive_ten_classes(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), W.new_zeros(W.shape[0], 10)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N
    dW[:, :C] += 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_naive",
    hint="your loss is right but a Python number: a tensor without dimensions is asked for",
)
def softmax_naive_python_number(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = W.new_zeros(()), torch.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        p = s.exp() / s.exp().sum()
        loss = loss + s.exp().sum().log() - s[y[i]]
        for j in range(C):
            dW[:, j] += p[j] * X[i]
        dW[:, y[i]] -= X[i]
    loss = loss / N + reg * (W * W).sum()
    dW = dW / N + 2 * reg * W
    return loss.item(), dW


@misconception(
    "softmax_loss_vectorized",
    hint="your loss lacks its regularization term, while your gradient has it: is reg * sum(W * W) added?",
)
def softmax_no_reg_in_loss(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your gradient lacks its regularization term, while your loss has it: what is the slope of that term?",
)
def softmax_no_reg_in_gradient(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="regularization is missing, in the loss and in the gradient",
)
def softmax_no_reg(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your regularization is halved, in the loss and in the gradient: there is no factor 1/2 here",
)
def softmax_reg_halved(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + 0.5 * reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="the regularization in your gradient lacks a factor: what is the derivative of a square?",
)
def softmax_reg_gradient_halved(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your regularization is divided by the number of examples: only the data loss is a mean",
)
def softmax_reg_over_N(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = (-log_p[rows, y].sum() + reg * (W * W).sum()) / N
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = (X.T @ ds + 2 * reg * W) / N
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your data gradient is a sum over the examples, while your loss is their mean: what is missing?",
)
def softmax_gradient_not_over_N(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your data loss and its gradient are sums over the examples: their mean is asked for",
)
def softmax_sum_over_examples(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="large scores overflow: is each example's largest score subtracted before exp?",
)
def softmax_no_shift(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="the score of the true class is not shifted as those in the sum of exponentials are: shift both",
)
def softmax_true_score_not_shifted(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    t = s - s.max(dim=1, keepdim=True).values
    log_sum = t.exp().sum(dim=1, keepdim=True).log()
    log_p = t - log_sum
    loss = (log_sum.squeeze(1) - s[rows, y]).sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="the logarithm is taken of a probability that rounds to zero, so a constant is added: take it on paper first",
)
def softmax_log_of_rounded_zero(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -(log_p.exp()[rows, y] + 1e-12).log().sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your probabilities add up to one over the examples: over which dim do the classes of one example lie?",
)
def softmax_normalized_down_the_columns(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=0, keepdim=True).values
    log_p = s - s.exp().sum(dim=0, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your probabilities add up to one over all examples together: each example has a sum of its own",
)
def softmax_normalized_over_everything(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum().log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your gradient is that of the log of the sum alone: the score of the true class is subtracted in the loss",
)
def softmax_true_class_not_subtracted(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="you subtract from whole columns of the probabilities: one entry in each row is meant, ds[arange(N), y]",
)
def softmax_columns_instead_of_entries(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[:, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your gradient has a term in the column of the true class only: every score is in the sum of exponentials",
)
def softmax_true_column_only(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = torch.zeros_like(s)
    ds[rows, y] = log_p[rows, y].exp() - 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="the data part of your gradient has the wrong sign: does the loss fall when the true class's score grows?",
)
def softmax_gradient_uphill(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = -X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your data loss has the wrong sign: the logarithm of a probability is negative",
)
def softmax_log_sign(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your loss is one minus the probability of the true class: is the logarithm taken?",
)
def softmax_no_log(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = (1 - log_p[rows, y].exp()).sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your loss adds up the logarithms of all classes: only the true class's probability counts",
)
def softmax_every_class_counted(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p.sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your gradient is the transpose of what is asked for: its shape is that of W",
)
def softmax_gradient_transposed(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = ds.T @ X / N + 2 * reg * W.T
    return loss, dW


@misconception(
    "softmax_loss_vectorized",
    hint="your loss is right but a Python number: a tensor without dimensions is asked for",
)
def softmax_python_number(W, X, y, reg):
    N = X.shape[0]
    rows = torch.arange(N)
    s = X @ W
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - s.exp().sum(dim=1, keepdim=True).log()
    loss = -log_p[rows, y].sum() / N + reg * (W * W).sum()
    ds = log_p.exp()
    ds[rows, y] -= 1
    dW = X.T @ ds / N + 2 * reg * W
    return loss.item(), dW


@misconception(
    "random_search",
    hint="you return the last W that was drawn: is it compared with the best so far?",
)
def search_keeps_the_last(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    for _ in range(num_tries):
        W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="you keep the W of the highest loss: low is good",
)
def search_keeps_the_worst(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, -float("inf")
    for _ in range(num_tries):
        W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss > best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="each loss is compared with infinity: is the best loss kept together with its W?",
)
def search_best_loss_not_kept(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    for _ in range(num_tries):
        W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W = W
    return best_W, best_loss


@misconception(
    "random_search",
    hint="the best loss is kept, but the W you return is the last one drawn: is the same tensor filled again?",
)
def search_overwrites_the_best(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    W = X.new_empty(X.shape[1], num_classes)
    for _ in range(num_tries):
        W.normal_().mul_(scale)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="no W is ever kept: with which loss does the first one have to compete?",
)
def search_best_loss_starts_at_zero(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, 0.0
    for _ in range(num_tries):
        W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="your W are drawn uniformly: a normal distribution is asked for",
)
def search_uniform_draws(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    for _ in range(num_tries):
        W = scale * torch.rand(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="your W always have the default scale: is the scale that was handed in used?",
)
def search_scale_ignored(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    for _ in range(num_tries):
        W = 1e-4 * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="there is one try too few: where does range begin and end?",
)
def search_one_try_too_few(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    for _ in range(1, num_tries):
        W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="you always try a thousand times: is num_tries used?",
)
def search_tries_hard_coded(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    for _ in range(1000):
        W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="every try has the same W: is a new one drawn inside the loop?",
)
def search_same_draw(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
    for _ in range(num_tries):
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="your W are drawn around the best so far: each try is a fresh draw here",
)
def search_steps_from_the_best(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = X.new_zeros(X.shape[1], num_classes), float("inf")
    for _ in range(num_tries):
        W = best_W + scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="your losses lack regularization: is reg handed to loss_func?",
)
def search_reg_not_handed_on(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    for _ in range(num_tries):
        W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, 0.0)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="your W always has ten columns: num_classes says how many",
)
def search_ten_classes(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    for _ in range(num_tries):
        W = scale * torch.randn(X.shape[1], 10, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="the best loss is right but a tensor: a Python float is asked for",
)
def search_loss_as_tensor(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    for _ in range(num_tries):
        W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = loss_func(W, X, y, reg)[0]
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_W, best_loss


@misconception(
    "random_search",
    hint="you return the loss before the W: which comes first?",
)
def search_swapped(loss_func, X, y, num_classes, num_tries=1000, scale=1e-4, reg=0.0):
    best_W, best_loss = None, float("inf")
    for _ in range(num_tries):
        W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype)
        loss = float(loss_func(W, X, y, reg)[0])
        if loss < best_loss:
            best_W, best_loss = W, loss
    return best_loss, best_W


@misconception(
    "sample_batch",
    hint="the last example is never drawn: the upper end of randint is left out already",
)
def batch_last_never_drawn(X, y, num_train, batch_size):
    rows = torch.randint(num_train - 1, (batch_size,))
    return X[rows], y[rows]


@misconception(
    "sample_batch",
    hint="the first example is never drawn: indices begin at zero",
)
def batch_first_never_drawn(X, y, num_train, batch_size):
    rows = torch.randint(1, num_train, (batch_size,))
    return X[rows], y[rows]


@misconception(
    "sample_batch",
    hint="no row comes twice in a batch: draw with replacement, so that a batch may be larger than the data",
)
def batch_without_replacement(X, y, num_train, batch_size):
    rows = torch.randperm(num_train)[:batch_size]
    return X[rows], y[rows]


@misconception(
    "sample_batch",
    hint="your batch is always the first rows: draw them at random",
)
def batch_always_the_first(X, y, num_train, batch_size):
    return X[:batch_size], y[:batch_size]


@misconception(
    "sample_batch",
    hint="X_batch and y_batch are of different draws: use the same indices for both",
)
def batch_labels_drawn_apart(X, y, num_train, batch_size):
    rows = torch.randint(num_train, (batch_size,))
    return X[rows], y[torch.randint(num_train, (batch_size,))]


@misconception(
    "sample_batch",
    hint="every call draws the same rows: is a seed set inside?",
)
def batch_seeded_inside(X, y, num_train, batch_size):
    torch.manual_seed(0)
    rows = torch.randint(num_train, (batch_size,))
    return X[rows], y[rows]


@misconception(
    "sample_batch",
    hint="a batch is one row again and again: is an index drawn for each place?",
)
def batch_one_row_repeated(X, y, num_train, batch_size):
    rows = torch.randint(num_train, (1,)).expand(batch_size)
    return X[rows], y[rows]


@misconception(
    "sample_batch",
    hint="a batch is a block of rows that lie side by side: each row is drawn by itself",
)
def batch_a_block_of_neighbours(X, y, num_train, batch_size):
    start = int(torch.randint(max(num_train - batch_size, 0) + 1, (1,)))
    rows = slice(start, start + batch_size)
    return X[rows], y[rows]


@misconception(
    "sample_batch",
    hint="only as many rows as the batch is large can be drawn: the upper end is num_train",
)
def batch_among_the_first_batch_size(X, y, num_train, batch_size):
    rows = torch.randint(batch_size, (batch_size,))
    return X[rows], y[rows]


@misconception(
    "sample_batch",
    hint="the first and the last row come half as often as the others: is a random number rounded?",
)
def batch_rounded(X, y, num_train, batch_size):
    rows = (torch.rand(batch_size) * (num_train - 1)).round().long()
    return X[rows], y[rows]


@misconception(
    "sample_batch",
    hint="you return X_batch alone: the labels of its rows are asked for as well",
)
def batch_labels_missing(X, y, num_train, batch_size):
    rows = torch.randint(num_train, (batch_size,))
    return X[rows]


@misconception(
    "sample_batch",
    hint="you return row numbers in place of rows: is X asked for them?",
)
def batch_indices_returned(X, y, num_train, batch_size):
    rows = torch.randint(num_train, (batch_size,))
    return rows, y[rows]


@misconception(
    "train_linear_classifier",
    hint="your steps go uphill, along the gradient: which way does the loss fall?",
)
def training_uphill(loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W + learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="your steps are as long as the gradient: is it multiplied by the learning rate?",
)
def training_learning_rate_missing(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="your steps always use the default learning rate: is the one handed in used?",
)
def training_learning_rate_hard_coded(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - 1e-3 * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="your gradient is divided by the batch size: loss_func has taken the mean already",
)
def training_divided_by_batch_size(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW / batch_size
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="every step starts from the same W: is the result of the step kept?",
)
def training_weights_never_change(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        new_W = W - learning_rate * dW
    return new_W, losses


@misconception(
    "train_linear_classifier",
    hint="your losses lack regularization: is reg handed to loss_func?",
)
def training_reg_not_handed_on(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, 0.0)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="your step regularizes once more: loss_func has put it into dW already",
)
def training_regularized_twice(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * (dW + 2 * reg * W)
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="every step sees the same batch: is it drawn inside the loop?",
)
def training_one_batch_for_all(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
    for _ in range(num_iters):
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="every step sees all examples: is loss_func handed the batch?",
)
def training_whole_training_set(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        loss, dW = loss_func(W, X, y, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="the labels handed to loss_func are not those of the batch: which y goes with X_batch?",
)
def training_batch_labels_mixed_up(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, _ = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y[:batch_size], reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="your losses are right but tensors: Python floats are asked for",
)
def training_losses_as_tensors(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(loss)
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="loss_func is asked twice in each step: the loss before the step is the one to keep",
)
def training_losses_after_the_step(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        _, dW = loss_func(W, X_batch, y_batch, reg)
        W = W - learning_rate * dW
        losses.append(float(loss_func(W, X_batch, y_batch, reg)[0]))
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="your list of losses stays empty unless verbose is on: is append inside that if?",
)
def training_losses_only_when_verbose(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        if verbose:
            losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="you return W alone: the list of losses is asked for as well",
)
def training_losses_missing(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W


@misconception(
    "train_linear_classifier",
    hint="there is one step too few: where does range begin and end?",
)
def training_one_step_too_few(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(1, num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="there is only one step: is the return inside the loop?",
)
def training_returns_in_the_loop(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
        return W, losses


@misconception(
    "train_linear_classifier",
    hint="you return the W that had the lowest loss: the one after the last step is asked for",
)
def training_best_instead_of_last(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses, best_W = [], W
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        if losses[-1] <= min(losses):
            best_W = W
        W = W - learning_rate * dW
    return best_W, losses


@misconception(
    "train_linear_classifier",
    hint="training starts from a fresh W although one was handed in: draw one only if W is None",
)
def training_start_ignored(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    W = 1e-6 * torch.randn(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="without a W you start at zero: small random numbers are asked for",
)
def training_start_at_zero(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = X.new_zeros(X.shape[1], int(y.max()) + 1)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="the W you start from is drawn uniformly: a normal distribution is asked for",
)
def training_start_uniform(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.rand(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="the W you start from has a column too few: the classes are counted from zero",
)
def training_start_one_class_short(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], int(y.max()), dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "train_linear_classifier",
    hint="the W you start from always has ten columns: y says how many classes there are",
)
def training_start_ten_classes(
    loss_func, W, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False
):
    if W is None:
        W = 1e-6 * torch.randn(X.shape[1], 10, dtype=X.dtype)
    losses = []
    for _ in range(num_iters):
        X_batch, y_batch = sample_batch(X, y, X.shape[0], batch_size)
        loss, dW = loss_func(W, X_batch, y_batch, reg)
        losses.append(float(loss))
        W = W - learning_rate * dW
    return W, losses


@misconception(
    "predict_linear_classifier",
    hint="you look for the best example of each class: along which dim lie the scores of one example?",
)
def predict_down_the_columns(W, X):
    return (X @ W).argmax(dim=0)


@misconception("predict_linear_classifier", hint="you take the class of the lowest score: the highest is asked for")
def predict_lowest_score(W, X):
    return (X @ W).argmin(dim=1)


@misconception("predict_linear_classifier", hint="you return the highest scores: their classes are asked for")
def predict_values(W, X):
    return (X @ W).max(dim=1).values


@misconception("predict_linear_classifier", hint="you return values and indices: which of the two are the classes?")
def predict_values_and_indices(W, X):
    values, indices = (X @ W).max(dim=1)
    return values, indices


@misconception("predict_linear_classifier", hint="you return the scores: one class for each example is asked for")
def predict_scores(W, X):
    return X @ W


@misconception(
    "predict_linear_classifier", hint="your classes are right but no integers: with which dtype are they made?"
)
def predict_floats(W, X):
    y_pred = torch.zeros(X.shape[0])
    for i in range(X.shape[0]):
        y_pred[i] = (X[i] @ W).argmax()
    return y_pred


@misconception(
    "predict_linear_classifier",
    hint="your classes are right but of a shorter integer type: is the tensor turned into another dtype?",
)
def predict_int32(W, X):
    return (X @ W).argmax(dim=1).int()


@misconception("predict_linear_classifier", hint="your classes are right but in a column: one dimension is asked for")
def predict_column(W, X):
    return (X @ W).argmax(dim=1, keepdim=True)


@misconception("predict_linear_classifier", hint="you return a single index into all scores: argmax needs a dim")
def predict_one_for_all(W, X):
    return (X @ W).argmax()


@misconception("predict_linear_classifier", hint="your classes are one too high: they are counted from zero")
def predict_counted_from_one(W, X):
    return (X @ W).argmax(dim=1) + 1


@misconception("predict_linear_classifier", hint="only the first ten classes can win: W says how many there are")
def predict_ten_classes(W, X):
    return (X @ W)[:, :10].argmax(dim=1)


@misconception(
    "predict_linear_classifier", hint="where all scores are negative you take class zero: where does the best start?"
)
def predict_best_starts_at_zero(W, X):
    y_pred = torch.zeros(X.shape[0], dtype=torch.int64)
    for i in range(X.shape[0]):
        best = 0
        for j, score in enumerate((X[i] @ W).tolist()):
            if score > best:
                best, y_pred[i] = score, j
    return y_pred


@misconception(
    "predict_linear_classifier", hint="you compare absolute scores: a very negative one speaks against a class"
)
def predict_largest_absolute_score(W, X):
    return (X @ W).abs().argmax(dim=1)


@misconception(
    "predict_linear_classifier",
    hint="your probabilities are taken over the examples: take softmax along the classes, or leave it out",
)
def predict_softmax_over_examples(W, X):
    return torch.softmax(X @ W, dim=0).argmax(dim=1)


@misconception("predict_linear_classifier", hint="the last row of W does not count: it holds the biases")
def predict_without_bias(W, X):
    return (X[:, :-1] @ W[:-1]).argmax(dim=1)


@misconception("svm_get_search_params", hint="you return one list: learning rates and regularization strengths are two")
def svm_params_one_list():
    return [1e-3, 1e-2, 1e-1]


@misconception(
    "svm_get_search_params", hint="your grid has too many pairs: their number is the product of the two lengths"
)
def svm_params_too_many():
    learning_rates = [1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1]
    return learning_rates, [0.0, 1e-4, 1e-3, 1e-2, 1e-1, 1.0]


@misconception("svm_get_search_params", hint="your grid has too few pairs to learn anything from")
def svm_params_too_few():
    return [1e-3, 1e-2], [1e-3, 1e-1]


@misconception("svm_get_search_params", hint="your grid is one pair: several of each are to be tried")
def svm_params_one_pair():
    return [1e-3], [1e-3]


@misconception("svm_get_search_params", hint="you return two numbers: two lists of them are asked for")
def svm_params_single_numbers():
    return 1e-3, 1e-3


@misconception("svm_get_search_params", hint="your lists hold strings: numbers are written without quotes")
def svm_params_strings():
    return ["1e-3", "1e-2", "1e-1"], [1e-3, 1e-2, 1e-1]


@misconception("svm_get_search_params", hint="one of your learning rates is zero: nothing would be learned with it")
def svm_params_learning_rate_zero():
    return [0.0, 1e-3, 1e-2, 1e-1], [1e-3, 1e-2, 1e-1]


@misconception("svm_get_search_params", hint="your lists hold exponents: the numbers themselves are asked for")
def svm_params_exponents():
    return [-3, -2, -1], [-4, -3, -2]


@misconception(
    "svm_get_search_params", hint="one of your regularization strengths is negative: it would reward large weights"
)
def svm_params_negative_strength():
    return [1e-3, 1e-2, 1e-1], [-1e-2, 1e-3, 1e-1]


@misconception("svm_get_search_params", hint="you return a dictionary: two lists are asked for")
def svm_params_dictionary():
    return {"learning_rates": [1e-3, 1e-2, 1e-1], "regularization_strengths": [1e-3, 1e-2, 1e-1]}


@misconception(
    "svm_get_search_params", hint="you return a list of pairs: two lists are asked for, which are combined later"
)
def svm_params_pairs():
    return [(rate, reg) for rate in [1e-3, 1e-2, 1e-1] for reg in [1e-3, 1e-2, 1e-1]]


@misconception("svm_get_search_params", hint="numbers in your lists come twice, and there are too few different pairs")
def svm_params_same_number_again():
    return [1e-3] * 3, [1e-3, 1e-3, 1e-1]


@misconception(
    "softmax_get_search_params", hint="you return one list: learning rates and regularization strengths are two"
)
def softmax_params_one_list():
    return [1e-2, 1e-1, 1.0]


@misconception(
    "softmax_get_search_params", hint="your grid has too many pairs: their number is the product of the two lengths"
)
def softmax_params_too_many():
    learning_rates = [1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1]
    return learning_rates, [0.0, 1e-4, 1e-3, 1e-2, 1e-1, 1.0]


@misconception("softmax_get_search_params", hint="your grid has too few pairs to learn anything from")
def softmax_params_too_few():
    return [1e-2, 1e-1], [1e-3, 1e-1]


@misconception("softmax_get_search_params", hint="your grid is one pair: several of each are to be tried")
def softmax_params_one_pair():
    return [1e-2], [1e-3]


@misconception("softmax_get_search_params", hint="you return two numbers: two lists of them are asked for")
def softmax_params_single_numbers():
    return 1e-2, 1e-3


@misconception("softmax_get_search_params", hint="your lists hold strings: numbers are written without quotes")
def softmax_params_strings():
    return ["1e-2", "1e-1", "1.0"], [1e-4, 1e-3, 1e-2]


@misconception("softmax_get_search_params", hint="one of your learning rates is zero: nothing would be learned with it")
def softmax_params_learning_rate_zero():
    return [0.0, 1e-2, 1e-1, 1.0], [1e-4, 1e-3, 1e-2]


@misconception("softmax_get_search_params", hint="your lists hold exponents: the numbers themselves are asked for")
def softmax_params_exponents():
    return [-3, -2, -1], [-4, -3, -2]


@misconception(
    "softmax_get_search_params", hint="one of your regularization strengths is negative: it would reward large weights"
)
def softmax_params_negative_strength():
    return [1e-2, 1e-1, 1.0], [-1e-2, 1e-3, 1e-1]


@misconception("softmax_get_search_params", hint="you return a dictionary: two lists are asked for")
def softmax_params_dictionary():
    return {"learning_rates": [1e-2, 1e-1, 1.0], "regularization_strengths": [1e-4, 1e-3, 1e-2]}


@misconception(
    "softmax_get_search_params", hint="you return a list of pairs: two lists are asked for, which are combined later"
)
def softmax_params_pairs():
    return [(rate, reg) for rate in [1e-2, 1e-1, 1.0] for reg in [1e-4, 1e-3, 1e-2]]


@misconception(
    "softmax_get_search_params", hint="numbers in your lists come twice, and there are too few different pairs"
)
def softmax_params_same_number_again():
    return [1e-2] * 3, [1e-3, 1e-3, 1e-1]


@misconception(
    "test_one_param_set",
    hint="your accuracies are in percent: fractions are asked for",
)
def one_pair_percent(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, 100 * train_accuracy, 100 * val_accuracy


@misconception(
    "test_one_param_set",
    hint="you return the shares of wrong predictions: accuracy counts the right ones",
)
def one_pair_errors(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, 1 - train_accuracy, 1 - val_accuracy


@misconception(
    "test_one_param_set",
    hint="your two accuracies are swapped: the one on the training set comes first",
)
def one_pair_accuracies_swapped(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, val_accuracy, train_accuracy


@misconception(
    "test_one_param_set",
    hint="your validation accuracy is measured on the test set, which plays no part in the choice",
)
def one_pair_measured_on_test(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_test"]) == data_dict["y_test"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="both accuracies are measured on the training set: the second is for the validation set",
)
def one_pair_validation_on_training(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="you return numbers of right predictions: fractions are asked for",
)
def one_pair_counts(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).sum().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).sum().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="the right predictions on the validation set are divided by the number of training examples",
)
def one_pair_divided_by_training_size(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).sum().item() / len(data_dict["y_train"])
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="your accuracies are right but tensors: Python floats are asked for",
)
def one_pair_accuracies_as_tensors(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="your accuracies are rounded: return them as they are",
)
def one_pair_rounded(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, round(train_accuracy, 1), round(val_accuracy, 1)


@misconception(
    "test_one_param_set",
    hint="you return the weights: the classifier that holds them is asked for",
)
def one_pair_returns_weights(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls.W, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="you return the accuracies alone: the trained classifier comes first",
)
def one_pair_classifier_missing(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="the classifier you return is not the one you trained",
)
def one_pair_another_trained(cls, data_dict, lr, reg, num_iters=2000):
    classifier = type(cls)()
    classifier.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (classifier.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (classifier.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="training is done twice: once is asked for",
)
def one_pair_trained_twice(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="learning rate and regularization strength are swapped: which is which in train?",
)
def one_pair_rates_swapped(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=reg, reg=lr, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="training always takes its default number of steps: is num_iters handed on?",
)
def one_pair_num_iters_not_handed_on(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="training always takes the same number of steps, that of the signature: is num_iters used?",
)
def one_pair_num_iters_hard_coded(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, reg=reg, num_iters=2000)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="training always uses the default regularization: is reg handed on?",
)
def one_pair_reg_not_handed_on(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], learning_rate=lr, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="training always uses the default learning rate: is lr handed on?",
)
def one_pair_learning_rate_not_handed_on(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_train"], data_dict["y_train"], reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="you train on the validation set: it is for measuring only",
)
def one_pair_trained_on_validation(cls, data_dict, lr, reg, num_iters=2000):
    cls.train(data_dict["X_val"], data_dict["y_val"], learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, train_accuracy, val_accuracy


@misconception(
    "test_one_param_set",
    hint="you train on the validation set as well: it is for measuring only",
)
def one_pair_trained_on_both(cls, data_dict, lr, reg, num_iters=2000):
    X, y = (torch.cat([data_dict[f"{name}_train"], data_dict[f"{name}_val"]]) for name in "Xy")
    cls.train(X, y, learning_rate=lr, reg=reg, num_iters=num_iters)
    train_accuracy = (cls.predict(data_dict["X_train"]) == data_dict["y_train"]).double().mean().item()
    val_accuracy = (cls.predict(data_dict["X_val"]) == data_dict["y_val"]).double().mean().item()
    return cls, train_accuracy, val_accuracy
