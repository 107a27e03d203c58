"""What functions of Project 2 may not call, because it would do their task for them."""

from __future__ import annotations

from autograder.catalog import Ban

AUTOGRAD = Ban(
    "automatic differentiation",
    # Not "backward": it is what a student calls a method of his own. Without requires_grad, torch's has nothing to do.
    names=frozenset(
        {
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
READY_MADE = Ban(
    "a ready-made layer or loss",
    names=frozenset(
        {
            "native_batch_norm",
            "native_batch_norm_backward",
            "native_dropout",
            "native_dropout_backward",
            "cross_entropy_loss",
            "nll_loss",
            "nll_loss_forward",
            "threshold_backward",
        }
    ),
    modules=frozenset(
        {
            "torch.nn",
            "torch.ops",
            "torch._C",
            "torch.dropout",
            "torch.dropout_",
            "torch.alpha_dropout",
            "torch.feature_dropout",
            "torch.batch_norm",
            "torch.cudnn_batch_norm",
            "torch.instance_norm",
            "torch.layer_norm",
            "torch.group_norm",
            "torch._softmax_backward_data",
            "torch._log_softmax_backward_data",
        }
    ),
    blocked=(
        "torch.nn.functional.linear",
        "torch.nn.functional.relu",
        "torch.nn.functional.cross_entropy",
        "torch.nn.functional.nll_loss",
        "torch.nn.functional.dropout",
        "torch.nn.functional.batch_norm",
        "torch.nn.Module.__init__",
        "torch.dropout",
        "torch.batch_norm",
        "torch.native_batch_norm",
        "torch.native_dropout",
    ),
)
