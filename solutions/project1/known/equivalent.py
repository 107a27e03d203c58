"""Mutants of Project 1's functions that may survive, each with the reason: as right as the reference, but for UNSEEN.

Keyed by the function and the change, as the audit prints it.
"""

from __future__ import annotations

OVERWRITTEN = "every entry is overwritten before it is read"
SQUARED = "the square of a difference does not change with its sign"
INNER = "the inner product of two vectors does not change with their order"
PRINTS = "decides only what is printed, which is not graded"
PROMOTED = "a 0-dim zero of another dtype is promoted when the first term is added; W's own dtype decides"
ZERO = "the sum, or the mean, of any number of zeros is 0"
ROUNDING = "rounding below zero is far within what is allowed"
FOLDS = "every k has equally many folds, so sums are in the order of their means"
FIRST = "replaced by the first k, for every mean accuracy is at least 0"
CHOICE = "both lists are of the student's own choice"
NUMBER = "a tensor of no dimensions is taken where a number is asked for"
UNSEEN = "a hole left open: counting a thousand tries, each a call out of the sandbox, would take half a second"

_SEARCH = (
    "def random_search(loss_func: None, X: None, y: None, num_classes: None, num_tries: None={}, scale: None=0.0001, "
    "reg: None=0.0) -> None:"
)
_TRAIN = (
    "def train_linear_classifier(loss_func: None, W: None, X: None, y: None, learning_rate: None=0.001, "
    "reg: None=1e-05, num_iters: None=100, batch_size: None=200, verbose: None={}) -> None:"
)

_GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "KnnClassifier",
        NUMBER,
        (
            "- num_right = (self.predict(x_test, k) == y_test).sum().item()\n"
            "+ num_right = (self.predict(x_test, k) == y_test).sum()",
        ),
    ),
    (
        "knn_cross_validate",
        NUMBER,
        (
            "- num_right = (predict_labels(dists, y_rest, k) == y_folds[f]).sum().item()\n"
            "+ num_right = (predict_labels(dists, y_rest, k) == y_folds[f]).sum()",
        ),
    ),
    ("random_search", NUMBER, ("- best_W, best_loss = (W, float(loss))\n+ best_W, best_loss = (W, loss)",)),
    ("train_linear_classifier", NUMBER, ("- losses.append(float(loss))\n+ losses.append(loss)",)),
    (
        "test_one_param_set",
        NUMBER,
        (
            "- return (cls, right_train.double().mean().item(), right_val.double().mean().item())\n"
            "+ return (cls, right_train.double().mean(), right_val.double().mean().item())",
            "- return (cls, right_train.double().mean().item(), right_val.double().mean().item())\n"
            "+ return (cls, right_train.double().mean().item(), right_val.double().mean())",
        ),
    ),
    (
        "compute_distances_two_loops",
        OVERWRITTEN,
        ("- dists = x_train.new_zeros(num_train, num_test)\n+ dists = x_train.new_ones(num_train, num_test)",),
    ),
    (
        "compute_distances_two_loops",
        SQUARED,
        (
            "- dists[i, j] = ((x_train[i] - x_test[j]) ** 2).sum()\n"
            "+ dists[i, j] = ((x_test[j] - x_train[i]) ** 2).sum()",
        ),
    ),
    (
        "compute_distances_one_loop",
        OVERWRITTEN,
        ("- dists = x_train.new_zeros(num_train, num_test)\n+ dists = x_train.new_ones(num_train, num_test)",),
    ),
    (
        "compute_distances_one_loop",
        SQUARED,
        (
            "- differences = (x_train - x_test[j]).reshape(num_train, -1)\n"
            "+ differences = (x_test[j] - x_train).reshape(num_train, -1)",
        ),
    ),
    (
        "compute_distances_no_loops",
        "a vector is broadcast as a row anyway",
        ("- b_squared = (b ** 2).sum(dim=1).unsqueeze(0)\n+ b_squared = (b ** 2).sum(dim=1)",),
    ),
    (
        "compute_distances_no_loops",
        ROUNDING,
        (
            "- return dists.clamp(min=0)\n+ return dists",
            "- return dists.clamp(min=0)\n+ return dists.clamp(min=-1)",
        ),
    ),
    (
        "predict_labels",
        OVERWRITTEN,
        (
            "- y_pred = torch.zeros(num_test, dtype=torch.int64, device=dists.device)\n"
            "+ y_pred = torch.ones(num_test, dtype=torch.int64, device=dists.device)",
        ),
    ),
    (
        "KnnClassifier",
        PRINTS,
        (
            "- def check_accuracy(self, x_test: None, y_test: None, k: None=1, quiet: None=False) -> None:\n"
            "+ def check_accuracy(self, x_test: None, y_test: None, k: None=1, quiet: None=True) -> None:",
        ),
    ),
    (
        "knn_get_best_k",
        FIRST,
        tuple(f"- best_k, best_mean = (0, -1.0)\n+ best_k, best_mean = {new}" for new in ("(1, -1.0)", "(-1, -1.0)")),
    ),
    (
        "knn_get_best_k",
        FIRST,
        tuple(f"- best_k, best_mean = (0, -1.0)\n+ best_k, best_mean = {new}" for new in ("(0, -2.0)", "(0, -0.1)")),
    ),
    (
        "knn_get_best_k",
        FOLDS,
        tuple(
            f"- mean = sum(k_to_accuracies[k]) / len(k_to_accuracies[k])\n+ mean = {new}"
            for new in ("sum(k_to_accuracies[k]) * len(k_to_accuracies[k])", "sum(k_to_accuracies[k])")
        ),
    ),
    (
        "numeric_gradient",
        OVERWRITTEN,
        (
            "- dw = torch.zeros(w.numel(), dtype=w.dtype, device=w.device)\n"
            "+ dw = torch.ones(w.numel(), dtype=w.dtype, device=w.device)",
        ),
    ),
    *(
        (
            name,
            PROMOTED,
            ("- loss = torch.zeros((), dtype=W.dtype, device=W.device)\n+ loss = torch.zeros((), device=W.device)",),
        )
        for name in ("svm_loss_naive", "softmax_loss_naive")
    ),
    (
        "svm_loss_naive",
        "at an exact kink any subgradient is right",
        ("- if j != y[i] and margin > 0:\n+ if j != y[i] and margin >= 0:",),
    ),
    (
        "random_search",
        "never read: the first try is taken because there is no best W yet",
        ("- best_W, best_loss = (None, float('inf'))\n+ best_W, best_loss = (None, 'inf')",),
    ),
    (
        "random_search",
        "two tries with the very same loss do not happen",
        ("- if best_W is None or loss < best_loss:\n+ if best_W is None or loss <= best_loss:",),
    ),
    (
        "random_search",
        UNSEEN,
        tuple(f"- {_SEARCH.format(1000)}\n+ {_SEARCH.format(tries)}" for tries in (999, 1001)),
    ),
    (
        "random_search",
        "W may be of the default dtype: none is asked for",
        (
            "- W = scale * torch.randn(X.shape[1], num_classes, dtype=X.dtype, device=X.device)\n"
            "+ W = scale * torch.randn(X.shape[1], num_classes, device=X.device)",
        ),
    ),
    (
        "train_linear_classifier",
        "W may be of the default dtype: none is asked for",
        (
            "- W = 1e-06 * torch.randn(D, C, dtype=X.dtype, device=X.device)\n"
            "+ W = 1e-06 * torch.randn(D, C, device=X.device)",
        ),
    ),
    (
        "train_linear_classifier",
        PRINTS,
        (f"- {_TRAIN.format('False')}\n+ {_TRAIN.format('True')}",),
    ),
    (
        "train_linear_classifier",
        "a 0-dim integer tensor serves as a size too",
        ("- C = int(y.max()) + 1\n+ C = y.max() + 1",),
    ),
    *(
        (
            name,
            CHOICE,
            (
                "- return (learning_rates, regularization_strengths)\n"
                "+ return (regularization_strengths, learning_rates)",
            ),
        )
        for name in ("softmax_get_search_params", "svm_get_search_params")
    ),
    (
        "exponential_moving_average",
        OVERWRITTEN,
        ("- averages = torch.zeros_like(values)\n+ averages = torch.ones_like(values)",),
    ),
    (
        "exponential_moving_average",
        ZERO,
        tuple(
            f"- V = torch.zeros_like(values[:1]).sum()\n+ V = torch.zeros_like(values[{piece}"
            for piece in (
                "1:1]).sum()",
                ":]).sum()",
                ":1 - 1]).sum()",
                ":2]).sum()",
                ":0]).sum()",
                ":1]).mean()",
                ":1])",
            )
        ),
    ),
    (
        "lbfgs_direction",
        INNER,
        (
            "- a.append(s @ q / (s @ y))\n+ a.append(q @ s / (s @ y))",
            "- a.append(s @ q / (s @ y))\n+ a.append(s @ q / (y @ s))",
            "- q = s @ y / (y @ y) * q\n+ q = y @ s / (y @ y) * q",
            "- b = y @ q / (s @ y)\n+ b = q @ y / (s @ y)",
            "- b = y @ q / (s @ y)\n+ b = y @ q / (y @ s)",
        ),
    ),
    (
        "bfgs_update",
        INNER,
        ("- rho = 1 / (y @ s)\n+ rho = 1 / (s @ y)",),
    ),
    (
        "bfgs_update",
        "the bracket stands on both sides, so that its sign cancels",
        (
            "- bracket = torch.eye(len(s), dtype=H.dtype, device=H.device) - rho * torch.outer(s, y)\n"
            "+ bracket = rho * torch.outer(s, y) - torch.eye(len(s), dtype=H.dtype, device=H.device)",
        ),
    ),
    (
        "bfgs_update",
        "zeros and ones are exact in float32, and promoted when the product is taken away",
        (
            "- bracket = torch.eye(len(s), dtype=H.dtype, device=H.device) - rho * torch.outer(s, y)\n"
            "+ bracket = torch.eye(len(s), device=H.device) - rho * torch.outer(s, y)",
        ),
    ),
)

EXCUSED: dict[tuple[str, str], str] = {
    (function, change): reason for function, reason, changes in _GROUPS for change in changes
}
