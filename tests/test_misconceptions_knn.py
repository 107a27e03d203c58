"""What the known wrong and the known right versions of the kNN functions promise."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import torch
from torch import Tensor

from autograder.audit.variants import Variant
from autograder.checks import known
from autograder.checks.known import Misconception
from autograder.checks.reference import load_reference
from tests.assignments import KNN, PROJECT1
from tests.versions import alike, answers, from_source, mistakes_of, of, outcome, same, sharing_hints, variants_of

REFERENCE = load_reference(KNN).functions
NAMES = [function.name for function in KNN.functions]
WRONG = mistakes_of(KNN)
RIGHT = variants_of(KNN)


def randn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def clusters(num: int, seed: int) -> tuple[Tensor, Tensor]:
    """Images of shape (3, 1, 2) in four overlapping clusters, and their labels."""
    generator = torch.Generator().manual_seed(seed)
    y = torch.randint(4, (num,), generator=generator)
    return randn(4, 2, 3, seed=99).reshape(4, 3, 1, 2)[y] + 0.8 * randn(num, 2, 3, seed=seed).reshape(num, 3, 1, 2), y


def drifting(num: int) -> tuple[Tensor, Tensor]:
    """Clusters whose labels change along the rows, so that no fold is like another."""
    x, _ = clusters(num, seed=5)
    y = (torch.arange(num) * 4 // num + torch.randint(2, (num,), generator=torch.Generator().manual_seed(6))) % 4
    return randn(4, 2, 3, seed=98).reshape(4, 3, 1, 2)[y] + 0.5 * x, y


def distance_inputs() -> list[tuple[Any, ...]]:
    shapes = ((5, 3, (4,)), (4, 6, (3, 2, 2)), (1, 3, (5,)), (6, 1, (2, 3)))
    wide = [(2 * randn(n, *point, seed=n) + 1, randn(m, *point, seed=m + 9)) for n, m, point in shapes]
    return [*wide, (wide[0][0], wide[0][0][:2].clone()), tuple(x.float() for x in wide[1])]


def label_inputs() -> list[tuple[Any, ...]]:
    dists, y_train = randn(41, 9) ** 2, torch.randint(7, (41,), generator=torch.Generator().manual_seed(1)) + 2
    tied = torch.tensor([8, 3, 5, 3, 8, 5, 4, 9])
    return [(dists, y_train, k) for k in (1, 3, 4, 41)] + [(randn(8, 7, seed=k) ** 2, tied, k) for k in (2, 4, 6)]


def best_k_inputs() -> list[tuple[Any, ...]]:
    return [
        ({1: [50.0, 40.0], 3: [61.0, 60.0], 8: [90.0, 20.0], 5: [55.0, 65.0]},),
        ({20: [50.0, 25.0], 3: [25.0, 50.0], 1: [10.0, 10.0], 8: [37.5, 37.5]},),
        ({7: [0.0, 0.0], 9: [0.0, 0.0]},),
    ]


INPUTS: dict[str, list[tuple[Any, ...]]] = {
    **dict.fromkeys((name for name in NAMES if name.startswith("compute")), distance_inputs()),
    "predict_labels": label_inputs(),
    "KnnClassifier": [clusters(40, seed=1), clusters(23, seed=2)],
    "knn_cross_validate": [(*drifting(60), 4, [1, 2, 6, 13]), drifting(130), (*drifting(24), 3, [2, 5])],
    "knn_get_best_k": best_k_inputs(),
}


@cache
def said(function: str, version: Any) -> list[Any]:
    """All that a version answers; a classifier is asked for predictions and accuracies."""
    if function != "KnnClassifier":
        return answers(version, INPUTS[function])
    x_test, y_test = clusters(17, seed=3)
    given = []
    for x_train, y_train in INPUTS[function]:
        classifier = version(x_train.clone(), y_train.clone())
        given += [outcome(lambda k=k, c=classifier: c.predict(x_test.clone(), k=k)) for k in (1, 4, 20)]
        given += [outcome(lambda k=k, c=classifier: c.check_accuracy(x_test, y_test, k=k)) for k in (1, 5)]
        given += [classifier.predict(x_test)]
    return given


@pytest.mark.parametrize("wrong", WRONG, ids=lambda m: m.name)
def test_a_known_mistake_gives_a_wrong_answer(wrong: Misconception) -> None:
    assert not same(said(wrong.function, wrong.version), said(wrong.function, REFERENCE[wrong.function]), rtol=1e-3)


@pytest.mark.parametrize("name", NAMES)
def test_no_two_mistakes_in_one_function_give_the_same_answers(name: str) -> None:
    assert alike(of(name, WRONG), said, rtol=1e-3) == []


@pytest.mark.parametrize("wrong", WRONG, ids=lambda m: m.name)
def test_a_mistake_handed_in_as_source_answers_like_the_version_itself(wrong: Misconception) -> None:
    handed_in = from_source(wrong.source, wrong.function, REFERENCE)
    assert same(said(wrong.function, handed_in), said(wrong.function, wrong.version), rtol=0)
    assert "misconception" not in wrong.source


@pytest.mark.parametrize("name", NAMES)
def test_two_mistakes_in_one_function_share_a_hint_only_where_accuracies_cannot_tell_them_apart(name: str) -> None:
    shared = sharing_hints(of(name, WRONG))
    assert shared == ([{"ClassifierIgnoresK", "ClassifierAccuracyIgnoresK"}] if name == "KnnClassifier" else [])


@pytest.mark.parametrize("right", RIGHT, ids=lambda v: f"{v.function}-{v.style}")
def test_a_right_version_in_any_style_answers_like_the_reference(right: Variant) -> None:
    version = from_source(right.source, right.function, REFERENCE)
    given, expected = said(right.function, version), said(right.function, REFERENCE[right.function])
    if right.function.startswith("compute"):
        assert same(given[-1], expected[-1], rtol=1e-5)  # the last input is in float32
        assert same(given[:-1], expected[:-1], rtol=1e-9)
    else:
        assert same(given, expected, rtol=1e-6)  # an accuracy may be a mean in float32


@pytest.mark.parametrize("right", RIGHT, ids=lambda v: f"{v.function}-{v.style}")
def test_a_right_version_leaves_its_inputs_alone(right: Variant) -> None:
    version = from_source(right.source, right.function, REFERENCE)
    for args in INPUTS[right.function]:
        before = [arg.clone() if isinstance(arg, Tensor) else arg for arg in args]
        version(*args)
        assert same(list(args), before, rtol=0)


def test_mistakes_call_the_graded_functions_they_are_given() -> None:
    asked = []

    def counting(k_to_accuracies: Any, *rest: Any) -> Any:
        asked.append(k_to_accuracies)
        return REFERENCE["predict_labels"](k_to_accuracies, *rest)

    found = known.load(PROJECT1.folder / "known" / "mistakes", {**REFERENCE, "predict_labels": counting})
    wrong = next(m for m in found if m.name == "ClassifierIgnoresK")
    wrong.version(*clusters(10, seed=1)).predict(clusters(3, seed=2)[0])
    assert len(asked) == 1
