"""What a student imports in Project 1: data, gradients, pictures, public checks and the submission zip."""

from project1.checks import check

__all__ = ["check"]
