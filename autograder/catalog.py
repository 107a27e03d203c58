"""What is graded: the parts, their functions in order, and what each function may not use.

The names and contracts are fixed by the course; points stand on the checks themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Loops = Literal["any", "one", "none"]


@dataclass(frozen=True)
class Ban:
    """Something a function may not call, because it would do the task for the student.

    Attributes:
        why: the group in words, for the message ("a ready-made distance").
        names: last names forbidden however they are reached (`x.norm()`, `torch.linalg.norm`, `norm` after an import).
        modules: dotted prefixes forbidden whole (`torch.nn`, `scipy`).
        allowed: dotted things of such a module that do none of it (`torch.autograd.no_grad`).
        blocked: dotted callables the worker makes unusable while the function runs, as well as it can.
    """

    why: str
    names: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()
    blocked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Function:
    """One graded function or class.

    Attributes:
        name: fixed by the course.
        kind: a class has methods for stubs.
        bans: what it may not call.
        loops: how many Python loops it may contain.
        needs: earlier functions that its task builds on. Where a student got one wrong, a stand-in takes its place.
            Never list a function that does the same task another way: its stand-in would answer in its stead.
        extra: extra credit.
    """

    name: str
    kind: Literal["function", "class"] = "function"
    bans: tuple[Ban, ...] = ()
    loops: Loops = "any"
    needs: tuple[str, ...] = ()
    extra: bool = False


@dataclass(frozen=True)
class Part:
    """One notebook: its graded functions in the order of the notebook.

    Attributes:
        name: "knn", also the stem of the notebook's file.
        title: for people.
        points: what its checks sum to, extra credit aside.
        functions: in the order of the notebook.
        given: classes that stand in the notebook complete; the grader restores its own copy.
        weights: files of trained weights that belong to this part.
    """

    name: str
    title: str
    points: int
    functions: tuple[Function, ...]
    given: tuple[str, ...] = ()
    weights: tuple[str, ...] = ()

    def function(self, name: str) -> Function:
        """The graded function of that name; KeyError if this part has none."""
        for function in self.functions:
            if function.name == name:
                return function
        raise KeyError(f"{self.name} has no graded function {name!r}")


DISTANCES = Ban(
    "a ready-made distance or norm",
    names=frozenset({"norm", "vector_norm", "matrix_norm", "dist", "cdist", "pairwise_distance", "pdist", "renorm"}),
    modules=frozenset({"torch.nn", "scipy", "sklearn", "numpy.linalg"}),
    blocked=(
        "torch.cdist",
        "torch.dist",
        "torch.norm",
        "torch.pdist",
        "torch.pairwise_distance",
        "torch.linalg.norm",
        "torch.linalg.vector_norm",
        "torch.Tensor.norm",
        "torch.Tensor.dist",
        "torch.nn.functional.pairwise_distance",
        "torch.nn.functional.pdist",
        "torch.nn.PairwiseDistance.forward",
        "torch.functional.cdist",
        "torch.functional.norm",
        "numpy.linalg.norm",
    ),
)
AUTOGRAD = Ban(
    "automatic differentiation",
    names=frozenset(
        {
            "backward",
            "requires_grad",
            "requires_grad_",
            "enable_grad",
            "jacrev",
            "jacfwd",
            "grad_and_value",
            "vjp",
            "jvp",
        }
    ),
    modules=frozenset({"torch.autograd", "torch.func", "functorch"}),
    # They switch it off, or do nothing by themselves.
    allowed=frozenset(
        {
            "torch.autograd.no_grad",
            "torch.autograd.inference_mode",
            "torch.autograd.grad_mode.no_grad",
            "torch.autograd.grad_mode.inference_mode",
            "torch.autograd.set_grad_enabled",
            "torch.autograd.set_detect_anomaly",
            "torch.autograd.Variable",
        }
    ),
    blocked=(
        "torch.autograd.grad",
        "torch.autograd.backward",
        "torch.Tensor.backward",
        "torch.func.grad",
        "torch.func.vjp",
        "torch.func.jacrev",
    ),
)
LOSSES = Ban(
    "a ready-made loss",
    names=frozenset(
        {
            "cross_entropy",
            "nll_loss",
            "multi_margin_loss",
            "multilabel_margin_loss",
            "hinge_embedding_loss",
            "CrossEntropyLoss",
            "NLLLoss",
            "MultiMarginLoss",
            "MultiLabelMarginLoss",
            "HingeEmbeddingLoss",
        }
    ),
    blocked=(
        "torch.nn.functional.cross_entropy",
        "torch.nn.functional.nll_loss",
        "torch.nn.functional.multi_margin_loss",
        "torch.nn.CrossEntropyLoss.forward",
        "torch.nn.NLLLoss.forward",
        "torch.nn.MultiMarginLoss.forward",
    ),
)
OPTIMIZERS = Ban(
    "a ready-made optimizer", modules=frozenset({"torch.optim"}), blocked=("torch.optim.Optimizer.__init__",)
)

INVERSES = Ban(
    "a matrix inverse (solve the linear system instead)",
    names=frozenset({"inv", "inverse", "pinv", "inv_ex", "pinverse"}),
)

DISTANCE_FUNCTIONS = ("compute_distances_two_loops", "compute_distances_one_loop", "compute_distances_no_loops")
REGULARIZERS = ("l1_regularization", "l2_regularization")
LOSS_FUNCTIONS = ("svm_loss_naive", "svm_loss_vectorized", "softmax_loss_naive", "softmax_loss_vectorized")

KNN = Part(
    "knn",
    "k-nearest neighbours",
    30,
    (
        Function("compute_distances_two_loops", bans=(DISTANCES,)),
        Function("compute_distances_one_loop", bans=(DISTANCES,), loops="one"),
        Function("compute_distances_no_loops", bans=(DISTANCES,), loops="none"),
        Function("predict_labels"),
        Function("KnnClassifier", kind="class", needs=(*DISTANCE_FUNCTIONS, "predict_labels")),
        Function("knn_cross_validate", needs=(*DISTANCE_FUNCTIONS, "predict_labels", "KnnClassifier")),
        Function("knn_get_best_k"),
    ),
)
LINEAR_CLASSIFIER = Part(
    "linear_classifier",
    "linear classifiers",
    45,
    (
        Function("l1_regularization", bans=(AUTOGRAD,)),
        Function("l2_regularization", bans=(AUTOGRAD,)),
        Function("numeric_gradient", bans=(AUTOGRAD,)),
        Function("svm_loss_naive", bans=(AUTOGRAD, LOSSES), needs=REGULARIZERS),
        Function("svm_loss_vectorized", bans=(AUTOGRAD, LOSSES), loops="none", needs=REGULARIZERS),
        Function("softmax_loss_naive", bans=(AUTOGRAD, LOSSES), needs=REGULARIZERS),
        Function("softmax_loss_vectorized", bans=(AUTOGRAD, LOSSES), loops="none", needs=REGULARIZERS),
        Function("random_search"),
        Function("sample_batch"),
        Function("train_linear_classifier", needs=("svm_loss_vectorized", "sample_batch")),
        Function("predict_linear_classifier"),
        Function("svm_get_search_params"),
        Function("softmax_get_search_params"),
        Function(
            "test_one_param_set",
            needs=(
                *LOSS_FUNCTIONS,
                *REGULARIZERS,
                "sample_batch",
                "train_linear_classifier",
                "predict_linear_classifier",
            ),
        ),
    ),
    given=("LinearClassifier", "LinearSVM", "Softmax"),
    weights=("svm_best_model.pt", "softmax_best_model.pt"),
)
OPTIMIZERS_PART = Part(
    "optimizers",
    "optimizers",
    25,
    (
        Function("sgd", bans=(OPTIMIZERS,)),
        Function("sgd_momentum", bans=(OPTIMIZERS,), needs=("sgd",)),
        Function("nesterov_momentum", bans=(OPTIMIZERS,), needs=("sgd",)),
        Function("adagrad", bans=(OPTIMIZERS,), needs=("sgd",)),
        Function("exponential_moving_average"),
        Function("rmsprop", bans=(OPTIMIZERS,), needs=("sgd",)),
        Function("adam", bans=(OPTIMIZERS,), needs=("sgd",)),
        Function("adamw", bans=(OPTIMIZERS,), needs=("sgd", "adam")),
        Function("newton_step", bans=(INVERSES,), extra=True),
        Function("lbfgs_direction", bans=(OPTIMIZERS,), extra=True),
    ),
)
PARTS: tuple[Part, ...] = (KNN, LINEAR_CLASSIFIER, OPTIMIZERS_PART)


def part(name: str) -> Part:
    """The part of that name; KeyError names those there are."""
    for candidate in PARTS:
        if candidate.name == name:
            return candidate
    raise KeyError(f"no part {name!r}; there are {', '.join(p.name for p in PARTS)}")
