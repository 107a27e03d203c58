"""What a student imports in Project 2: data, gradients, pictures, public checks and the submission zip."""

from coursekit import gradients, props
from project2 import plots, submit
from project2.checks import check, check_all

__all__ = ["check", "check_all", "gradients", "plots", "props", "submit"]
