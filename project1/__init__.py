"""What a student imports in Project 1: data, gradients, pictures, public checks and the submission zip."""

from coursekit import gradients, props
from project1 import plots, submit
from project1.checks import check, check_all

__all__ = ["check", "check_all", "gradients", "plots", "props", "submit"]
