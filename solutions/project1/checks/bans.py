"""What functions of Project 1 may not call, because it would do their task for them."""

from __future__ import annotations

from autograder.catalog import Ban

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
