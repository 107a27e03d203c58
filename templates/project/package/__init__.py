"""What a student imports in NAME: pictures, public checks and the submission zip, and what all projects share."""

from coursekit import gradients, props
from NAME import plots, submit
from NAME.checks import check, check_all

__all__ = ["check", "check_all", "gradients", "plots", "props", "submit"]
