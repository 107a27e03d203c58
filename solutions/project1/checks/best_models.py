"""Graded checks of the trained models that were handed in: accuracy on test scenes that no student has."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import torch
from gradescope_utils.autograder_utils.decorators import leaderboard, number, partial_credit
from torch import Tensor

from autograder.checks import expect
from autograder.checks.case import NotAttempted
from autograder.checks.expect import CheckFailed
from autograder.submission.source import Slice
from autograder.worker.student import NO_CODE
from coursekit import props, settings
from coursekit.props import objects, scenes
from solutions.project1.checks.linear_classifier import LinearCase

SCENES_SEED = 716_203_941
NUM_IMAGES = 1000
NO_CREDIT, FULL_CREDIT = 0.25, 0.50
REAL_TEST_SCENES = Path(__file__).resolve().parents[1] / "test_scenes.npz"
"""Put into the grader zip by `hidden.py` where the course uses the real data set."""


@cache
def test_scenes() -> tuple[Tensor, Tensor]:
    """Inputs (N, 3073) and labels (N,) of the hidden test scenes of the data set the course uses."""
    if settings.DATASET == "props":
        with np.load(REAL_TEST_SCENES) as file:
            images, labels, mean = file["x_test"], file["y_test"], torch.from_numpy(file["mean"])
    else:
        images, labels = scenes.render(SCENES_SEED, NUM_IMAGES)
        mean = props.mean_image()
    return props.flatten_with_bias(torch.from_numpy(images), mean), torch.from_numpy(labels)


class WeightsCase(LinearCase):
    """A file of trained weights, `{"W": (3073, 10)}`, opened in the worker and scored here."""

    needs_function = False

    def score(self, points: float, set_score: Callable[[float], None]) -> float:
        """Give points for the accuracy on hidden test scenes; returns the accuracy in percent."""
        weights = self.context.submission.weights.get(self.function)
        if weights is None:
            raise NotAttempted(
                f"{self.function} was not handed in. The notebook saves it; the submission cell zips it."
            )
        if self.context.blank is None:
            self.context.blank = self.context.make_student(Slice(self.part, (), {}), "", {}, NO_CODE)
        loaded = self.context.blank.load_weights(weights)
        if not isinstance(loaded, dict) or "W" not in loaded:
            raise CheckFailed(f'{self.function} should hold {{"W": tensor}}, but holds {expect.describe(loaded)}.')
        X, y = test_scenes()
        W = expect.tensor("W", loaded["W"], (X.shape[1], len(objects.CLASSES)))
        if not W.is_floating_point() or not bool(torch.isfinite(W).all()):
            raise CheckFailed("W should hold finite floating-point numbers.")
        accuracy = float(((X @ W.to(X.dtype)).argmax(dim=1) == y).double().mean())
        share = (accuracy - NO_CREDIT) / (FULL_CREDIT - NO_CREDIT)
        set_score(round(points * min(1.0, max(0.0, share)), 2))
        self.message = (
            f"{100 * accuracy:.1f} % of {len(y):,} unseen test images are right; "
            f"{100 * FULL_CREDIT:.0f} % gives full points, {100 * NO_CREDIT:.0f} % none."
        )
        return 100 * accuracy


class SvmBestModel(WeightsCase):
    """svm_best_model.pt."""

    function = "svm_best_model.pt"

    @number("2.31")
    @partial_credit(2)
    @leaderboard("SVM test accuracy (%)")
    def test_accuracy(self, set_score: Callable[[float], None], set_leaderboard_value: Callable[[float], None]) -> None:
        """svm_best_model.pt: accuracy on unseen test scenes"""
        set_leaderboard_value(round(self.score(2, set_score), 2))


class SoftmaxBestModel(WeightsCase):
    """softmax_best_model.pt."""

    function = "softmax_best_model.pt"

    @number("2.32")
    @partial_credit(2)
    @leaderboard("softmax test accuracy (%)")
    def test_accuracy(self, set_score: Callable[[float], None], set_leaderboard_value: Callable[[float], None]) -> None:
        """softmax_best_model.pt: accuracy on unseen test scenes"""
        set_leaderboard_value(round(self.score(2, set_score), 2))
