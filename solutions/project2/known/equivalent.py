"""Mutants of Project 2's functions that may survive, each with the reason: as right as the reference.

Keyed by the function and the change, as the audit prints it.
"""

from __future__ import annotations

KINK = "at exactly 0 either slope is right"
ORDER = "the order in which they stand plays no part"
SQUARED = "the square of a difference does not change with its sign"

_GROUPS: tuple[tuple[str, str, str, str], ...] = (
    ("relu_backward", KINK, "return dout * (cache > 0)", "return dout * (cache >= 0)"),
    ("dropout_forward", ORDER, "if mode not in ('train', 'test'):", "if mode not in ('test', 'train'):"),
    (
        "dropout_forward",
        "in test mode out may be x itself",
        "return (x.clone(), torch.ones_like(x))",
        "return (x, torch.ones_like(x))",
    ),
    (
        "dropout_forward",
        "a draw is exactly p about once in ten million draws",
        "kept = torch.rand(x.shape, generator=generator, dtype=x.dtype, device=x.device) >= p",
        "kept = torch.rand(x.shape, generator=generator, dtype=x.dtype, device=x.device) > p",
    ),
    (
        "dropout_forward",
        "draws in float32 drop as well as others",
        "kept = torch.rand(x.shape, generator=generator, dtype=x.dtype, device=x.device) >= p",
        "kept = torch.rand(x.shape, generator=generator, device=x.device) >= p",
    ),
    ("batchnorm_forward", ORDER, "if mode not in ('train', 'test'):", "if mode not in ('test', 'train'):"),
    (
        "batchnorm_forward",
        SQUARED,
        "var = ((x - mean) ** 2).mean(dim=0)",
        "var = ((mean - x) ** 2).mean(dim=0)",
    ),
    ("TwoLayerNet", "with p = 0 dropout lets everything through", "if self.dropout:", "if True:"),
    (
        "TwoLayerNet",
        "both arguments are multiplied with each other",
        "dhidden = dropout_backward(dhidden, mask)",
        "dhidden = dropout_backward(mask, dhidden)",
    ),
    ("TwoLayerNet", ORDER, "for name in ('W1', 'W2'):", "for name in ('W2', 'W1'):"),
)

EXCUSED: dict[tuple[str, str], str] = {
    (function, f"- {old}\n+ {new}"): reason for function, reason, old, new in _GROUPS
}
