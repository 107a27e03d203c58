"""What a student imports in Project 1: data, gradients, pictures, the page, public checks and the submission zip."""

from coursekit import gradients, props
from project1 import plots, submit
from project1.checks import check, check_all
from project1.playground import demo
from project1.targets import compare

__all__ = ["check", "check_all", "compare", "demo", "gradients", "plots", "props", "submit"]
