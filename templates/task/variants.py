"""Right versions of FUNCTION in many styles: no linter is to make them alike."""

# ruff: noqa

# %% FUNCTION: TODO: what is different in style (at least three such cells)
import torch


def FUNCTION(x):
    return x.clone()
