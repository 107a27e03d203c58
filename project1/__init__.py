"""What a student imports in Project 1: data, gradients, pictures, public checks and the submission zip."""

from project1 import gradients, plots, props, submit
from project1.checks import check

__all__ = ["check", "gradients", "plots", "props", "submit"]
