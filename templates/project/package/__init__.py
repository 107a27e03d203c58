"""What a student imports in NAME: pictures, public checks and the submission zip, and what all projects share."""

from coursekit import gradients, props
from NAME import plots, submit
from NAME.checks import check

__all__ = ["check", "gradients", "plots", "props", "submit"]
