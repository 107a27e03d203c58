"""What the public checks and the pictures of the knn part promise a student."""

from __future__ import annotations

import ast
import io
import multiprocessing
import re
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from project1 import checks, plots, props

MASTER = Path(__file__).parents[1] / "solutions" / "project1" / "knn.py"
NAMES = (
    "compute_distances_two_loops",
    "compute_distances_one_loop",
    "compute_distances_no_loops",
    "predict_labels",
    "KnnClassifier",
    "knn_cross_validate",
    "knn_get_best_k",
)


def definitions(path: Path) -> dict[str, Any]:
    """Run the imports of libraries and the definitions of a master, and nothing else of it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kept: list[ast.stmt] = []
    for statement in tree.body:
        is_import = isinstance(statement, ast.ImportFrom) and statement.module in ("torch", "collections.abc")
        is_import |= isinstance(statement, ast.Import) and statement.names[0].name == "torch"
        if is_import or isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            kept.append(statement)
    namespace: dict[str, Any] = {}
    exec(compile(ast.Module(kept, []), str(path), "exec"), namespace)
    return namespace


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    return definitions(MASTER)


def messages(name: str, function: Any) -> str:
    """The messages of the public checks that this version fails, none if it passes."""
    return "\n".join(result.message for result in checks.run(name, {name: function}) if not result.passed)


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_passes_every_public_check(name: str, reference: dict[str, Any]) -> None:
    results = checks.run(name, reference)
    assert len(results) >= 2
    assert [result for result in results if not result.passed] == []


@pytest.mark.parametrize("name", NAMES)
def test_an_untouched_stub_is_called_not_implemented_and_nothing_worse(name: str) -> None:
    def stub(*args: Any, **kwargs: Any) -> None:
        raise NotImplementedError(f"{name} is not implemented yet")

    assert {result.message for result in checks.run(name, {name: stub})} == {"not implemented yet"}


# ---- distances -------------------------------------------------------------------------------------------------------


def rows(x: Tensor) -> Tensor:
    return x.reshape(len(x), -1)


def differences(x_train: Tensor, x_test: Tensor) -> Tensor:
    return rows(x_train)[:, None] - rows(x_test)[None]


def rooted(x_train: Tensor, x_test: Tensor) -> Tensor:
    return (differences(x_train, x_test) ** 2).sum(2).sqrt()


def transposed(x_train: Tensor, x_test: Tensor) -> Tensor:
    return (differences(x_train, x_test) ** 2).sum(2).T


def averaged(x_train: Tensor, x_test: Tensor) -> Tensor:
    return (differences(x_train, x_test) ** 2).mean(2)


def absolute(x_train: Tensor, x_test: Tensor) -> Tensor:
    return differences(x_train, x_test).abs().sum(2)


def product_added(x_train: Tensor, x_test: Tensor) -> Tensor:
    a, b = rows(x_train), rows(x_test)
    return (a**2).sum(1)[:, None] + (b**2).sum(1) + 2 * a @ b.T


def always_float32(x_train: Tensor, x_test: Tensor) -> Tensor:
    return (differences(x_train, x_test) ** 2).sum(2).float()


def float32_on_the_way(x_train: Tensor, x_test: Tensor) -> Tensor:
    return (differences(x_train.float(), x_test.float()) ** 2).sum(2).to(x_train.dtype)


def first_channel_only(x_train: Tensor, x_test: Tensor) -> Tensor:
    if x_train.dim() > 2:
        x_train, x_test = x_train[:, 0], x_test[:, 0]
    return (differences(x_train, x_test) ** 2).sum(2)


def in_place(x_train: Tensor, x_test: Tensor) -> Tensor:
    dists = (differences(x_train, x_test) ** 2).sum(2)
    x_train.zero_()
    return dists


def nothing_returned(x_train: Tensor, x_test: Tensor) -> None:
    rooted(x_train, x_test)


def as_list(x_train: Tensor, x_test: Tensor) -> Any:
    return (differences(x_train, x_test) ** 2).sum(2).tolist()


@pytest.mark.parametrize("name", NAMES[:3])
@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (rooted, "your distances are square roots"),
        (transposed, "are the transpose of the expected ones"),
        (averaged, "are means over the entries of a point|their sum is wanted"),
        (absolute, "sums of absolute differences"),
        (product_added, "the product term is added|sign of the product|product"),
        (always_float32, "dtype float32; expected float64"),
        (float32_on_the_way, "only as exact as float32|as exact as float32"),
        (first_channel_only, "every channel, row and column"),
        (in_place, "x_train was modified"),
        (nothing_returned, "dists is None"),
        (as_list, "dists is of type list"),
    ],
)
def test_a_wrong_distance_is_told_what_is_wrong(name: str, wrong: Callable[..., Any], told: str) -> None:
    assert re.search(told, messages(name, wrong))


def pairs_at_once(x_train: Tensor, x_test: Tensor) -> Tensor:
    return (differences(x_train, x_test) ** 2).sum(2)


def in_one_expression(x_train: Tensor, x_test: Tensor) -> Tensor:
    return (rows(x_train)[:, None] * rows(x_test)).sum(2)


@pytest.mark.parametrize("wrong", [pairs_at_once, in_one_expression])
def test_a_tensor_of_all_differences_is_told_its_size_and_the_way_around_it(wrong: Callable[..., Any]) -> None:
    told = messages("compute_distances_no_loops", wrong)
    assert "a tensor of shape (40, 30, 500) was made on the way, 600,000 numbers" in told
    assert "25 GB" in told
    assert "|a|^2 + |b|^2 - 2 a . b" in told
    assert "made on the way" not in messages("compute_distances_one_loop", wrong)


def test_a_view_of_every_pair_that_takes_no_memory_is_not_reproached(reference: dict[str, Any]) -> None:
    def views(x_train: Tensor, x_test: Tensor) -> Any:
        a, b = rows(x_train), rows(x_test)
        a[:, None].expand(len(a), len(b), a.shape[1])
        torch.broadcast_tensors(a[:, None], b[None])
        return reference["compute_distances_no_loops"](x_train, x_test)

    assert messages("compute_distances_no_loops", views) == ""


def test_of_a_function_that_runs_in_another_process_the_memory_is_not_seen() -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as elsewhere:

        def proxy(x_train: Tensor, x_test: Tensor) -> Tensor:
            return torch.tensor(
                elsewhere.submit(in_lists, x_train.numpy(), x_test.numpy()).result(), dtype=x_train.dtype
            )

        assert messages("compute_distances_no_loops", proxy) == ""


def in_lists(x_train: Any, x_test: Any) -> Any:
    """Runs in the other process: arrays in, a list out."""
    return pairs_at_once(torch.from_numpy(x_train), torch.from_numpy(x_test)).tolist()


# ---- votes -----------------------------------------------------------------------------------------------------------


def vote(dists: Tensor, y_train: Tensor, k: int, pick: Callable[[list[int]], int], largest: bool = False) -> Tensor:
    """Let `pick` choose among the labels of the k nearest, nearest first, for each test point."""
    nearest = dists.topk(k, dim=0, largest=largest).indices
    return torch.tensor([pick(y_train[column].tolist()) for column in nearest.T])


def smallest_winner(labels: list[int]) -> int:
    return min(set(labels), key=lambda label: (-labels.count(label), label))


def nearest_only(dists: Tensor, y_train: Tensor, k: int = 1) -> Tensor:
    return vote(dists, y_train, 1, lambda labels: labels[0])


def tie_to_the_nearest(dists: Tensor, y_train: Tensor, k: int = 1) -> Tensor:
    return vote(dists, y_train, k, lambda labels: max(labels, key=labels.count))


def tie_to_the_largest(dists: Tensor, y_train: Tensor, k: int = 1) -> Tensor:
    return vote(dists, y_train, k, lambda labels: max(labels, key=lambda label: (labels.count(label), label)))


def farthest(dists: Tensor, y_train: Tensor, k: int = 1) -> Tensor:
    return vote(dists, y_train, k, smallest_winner, largest=True)


def positions(dists: Tensor, y_train: Tensor, k: int = 1) -> Tensor:
    return dists.argmin(0)


def vote_counts(dists: Tensor, y_train: Tensor, k: int = 1) -> Tensor:
    return vote(dists, y_train, k, lambda labels: max(labels.count(label) for label in labels))


def one_for_each_row(dists: Tensor, y_train: Tensor, k: int = 1) -> Tensor:
    return y_train.clone()


def float_labels(dists: Tensor, y_train: Tensor, k: int = 1) -> Tensor:
    return vote(dists, y_train, k, smallest_winner).float()


def strikes_out_what_it_found(dists: Tensor, y_train: Tensor, k: int = 1) -> Tensor:
    y_pred = vote(dists, y_train, k, smallest_winner)
    dists[dists.argmin(0), torch.arange(dists.shape[1])] = torch.inf
    return y_pred


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (nearest_only, "all k neighbours vote"),
        (tie_to_the_nearest, "you take the label of the nearest point"),
        (tie_to_the_largest, "where votes are tied you take the largest label"),
        (farthest, "a vote among the k farthest points"),
        (positions, "their labels, from y_train, are wanted"),
        (vote_counts, "these are numbers of votes"),
        (one_for_each_row, "the test points its columns"),
        (float_labels, "dtype float32; expected int64"),
        (strikes_out_what_it_found, "dists was modified"),
    ],
)
def test_a_wrong_vote_is_told_what_is_wrong(wrong: Callable[..., Any], told: str) -> None:
    assert told in messages("predict_labels", wrong)


# ---- the classifier --------------------------------------------------------------------------------------------------


def variant(base: Any, **methods: Callable[..., Any]) -> Any:
    return type("KnnClassifier", (base,), methods)


def test_an_accuracy_as_a_fraction_is_told_to_be_in_percent(reference: dict[str, Any]) -> None:
    base = reference["KnnClassifier"]

    def check_accuracy(self: Any, x_test: Tensor, y_test: Tensor, k: int = 1, quiet: bool = False) -> float:
        return float(base.check_accuracy(self, x_test, y_test, k, quiet=True)) / 100

    assert "the accuracy is in percent" in messages("KnnClassifier", variant(base, check_accuracy=check_accuracy))


def test_a_classifier_that_forgets_k_is_told_so(reference: dict[str, Any]) -> None:
    base = reference["KnnClassifier"]

    def predict(self: Any, x_test: Tensor, k: int = 1) -> Any:
        return base.predict(self, x_test)

    assert "is k handed on" in messages("KnnClassifier", variant(base, predict=predict))


def test_a_classifier_that_prints_although_it_should_be_quiet_is_told_what_it_printed(
    reference: dict[str, Any],
) -> None:
    base = reference["KnnClassifier"]

    def check_accuracy(self: Any, x_test: Tensor, y_test: Tensor, k: int = 1, quiet: bool = False) -> Any:
        return base.check_accuracy(self, x_test, y_test, k)

    assert "with quiet=True it printed 'k = 3" in messages(
        "KnnClassifier", variant(base, check_accuracy=check_accuracy)
    )


def test_an_accuracy_that_is_only_printed_is_asked_to_be_returned(reference: dict[str, Any]) -> None:
    def check_accuracy(self: Any, x_test: Tensor, y_test: Tensor, k: int = 1, quiet: bool = False) -> None:
        return None

    wrong = variant(reference["KnnClassifier"], check_accuracy=check_accuracy)
    assert "does every way through the function end in a return?" in messages("KnnClassifier", wrong)


# ---- cross-validation and the best k ---------------------------------------------------------------------------------


Folds = Callable[[int, int, int], tuple[Tensor, Tensor]]


def cross_validation(reference: dict[str, Any], folds: Folds, scale: float = 1.0) -> Callable[..., Any]:
    """A cross-validation whose fold f trains and measures on the rows that `folds(f, num_folds, num_rows)` gives."""

    def knn_cross_validate(x: Tensor, y: Tensor, num_folds: int = 5, k_choices: Any = (1, 3)) -> dict[int, list[float]]:
        accuracies: dict[int, list[float]] = {k: [] for k in k_choices}
        for f in range(num_folds):
            train, held_out = folds(f, num_folds, len(x))
            knn = reference["KnnClassifier"](x[train], y[train])
            for k in k_choices:
                accuracies[k].append(scale * knn.check_accuracy(x[held_out], y[held_out], k=k, quiet=True))
        return accuracies

    return knn_cross_validate


def in_order(f: int, num_folds: int, num_rows: int) -> tuple[Tensor, Tensor]:
    row = torch.arange(num_rows)
    held_out = row // (num_rows // num_folds) == f
    return row[~held_out], row[held_out]


def trained_on_everything(f: int, num_folds: int, num_rows: int) -> tuple[Tensor, Tensor]:
    return torch.arange(num_rows), in_order(f, num_folds, num_rows)[1]


def interleaved(f: int, num_folds: int, num_rows: int) -> tuple[Tensor, Tensor]:
    row = torch.arange(num_rows)
    return row[row % num_folds != f], row[row % num_folds == f]


def test_another_way_to_cross_validate_rightly_passes(reference: dict[str, Any]) -> None:
    assert messages("knn_cross_validate", cross_validation(reference, in_order)) == ""


@pytest.mark.parametrize(
    ("folds", "scale", "told"),
    [
        (trained_on_everything, 1.0, "is the validation fold kept out"),
        (interleaved, 1.0, "contiguous folds, in order, are asked for"),
        (in_order, 0.01, "fractions of the whole: percent is asked for"),
    ],
)
def test_a_wrong_cross_validation_is_told_what_is_wrong(
    folds: Folds, scale: float, told: str, reference: dict[str, Any]
) -> None:
    assert told in messages("knn_cross_validate", cross_validation(reference, folds, scale))


def test_a_cross_validation_that_averages_is_told_that_a_list_is_wanted(reference: dict[str, Any]) -> None:
    def knn_cross_validate(*args: Any, **kwargs: Any) -> Any:
        return {k: sum(a) / len(a) for k, a in reference["knn_cross_validate"](*args, **kwargs).items()}

    assert "expected a list of 4 accuracies" in messages("knn_cross_validate", knn_cross_validate)


def test_a_cross_validation_that_ignores_k_choices_is_shown_the_keys(reference: dict[str, Any]) -> None:
    def knn_cross_validate(x: Tensor, y: Tensor, num_folds: int = 5, k_choices: Any = (1, 3)) -> Any:
        return reference["knn_cross_validate"](x, y, num_folds, [1, 2])

    assert "the keys are [1, 2]; expected [1, 3]" in messages("knn_cross_validate", knn_cross_validate)


def mean(accuracies: list[float]) -> float:
    return sum(accuracies) / len(accuracies)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda found: max(found, key=lambda k: max(found[k])), "the highest accuracy in one fold"),
        (lambda found: max(found, key=lambda k: min(found[k])), "the highest worst fold"),
        (lambda found: max(found, key=lambda k: mean(found[k])), "of equal means the smallest k wins"),
        (lambda found: max(found, key=lambda k: (mean(found[k]), k)), "of equal means the smallest k wins"),
        (lambda found: max(mean(found[k]) for k in found), "of type float; expected the int 3"),
        (lambda found: min(found), "not the smallest k"),
    ],
)
def test_a_wrong_best_k_is_told_what_is_wrong(wrong: Callable[..., Any], told: str) -> None:
    assert told in messages("knn_get_best_k", wrong)


# ---- pictures --------------------------------------------------------------------------------------------------------


@pytest.fixture
def images() -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    return torch.rand(60, 3, 32, 32, generator=generator), torch.arange(60) % 10


def drawn(figure: Any) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


def test_every_picture_is_drawn_without_a_screen_and_none_stays_open(
    monkeypatch: pytest.MonkeyPatch, images: tuple[Tensor, Tensor], reference: dict[str, Any]
) -> None:
    monkeypatch.setenv("MPLBACKEND", "Agg")
    import matplotlib.pyplot as plt

    x, y = images
    classes = [f"class_{label}" for label in range(10)]
    plane = torch.randn(30, 2, generator=torch.Generator().manual_seed(0))
    nearest = torch.arange(12).reshape(3, 4)
    before = plt.get_fignums()
    figures = [
        plots.knn.samples(x, y, classes, per_class=8),
        plots.knn.row([x[0], (255 * x[1]).to(torch.uint8)], ["floating point", "bytes"]),
        plots.knn.timings({"two loops": 10.0, "no loops": 0.05}, targets={"no loops": 0.4}),
        plots.knn.difference(x[0], x[1], 3.5),
        plots.knn.near_and_far(x[0], torch.rand(60), x),
        plots.knn.distances(torch.rand(60, 20), y, y[:20], classes, each=2),
        plots.knn.answers(x[:3], y[:3], {1: y[:3], 5: y[1:4]}, classes),
        plots.knn.neighbours(x[:3], y[:3], x, y, nearest, classes),
        plots.knn.decision_regions(reference["KnnClassifier"], plane, torch.arange(30) % 3, steps=20),
        plots.knn.cross_validation({1: [50.0, 60.0], 10: [55.0, 57.0]}),
        plots.knn.confusion(y, y.flip(0), classes),
        plots.knn.most_confused(x, y, y.flip(0), classes, pairs=2, each=3),
    ]
    assert all(drawn(figure).startswith(b"\x89PNG") for figure in figures)
    assert plt.get_fignums() == before


def test_decision_regions_stand_where_the_classifier_says(reference: dict[str, Any]) -> None:
    x, y = torch.tensor([[0.0, 0.0], [0.0, 1.0], [4.0, 0.0]]), torch.tensor([0, 1, 2])
    figure = plots.knn.decision_regions(reference["KnnClassifier"], x, y, k_choices=(1,), steps=21)
    regions = figure.axes[0].images[0].get_array()
    assert [int(regions[0, 0]), int(regions[-1, 0]), int(regions[0, -1])] == [0, 1, 2]


# ---- the numbers in the text -----------------------------------------------------------------------------------------


def test_the_text_announces_the_accuracies_that_the_reference_reaches(reference: dict[str, Any]) -> None:
    text = re.sub(r"\n# ?", " ", MASTER.read_text(encoding="utf-8"))
    said = {int(k): float(percent) for percent, k in re.findall(r"\*\*([\d.]+) %\*\* for \$k = (\d+)\$", text)}
    found = re.search(r"images, \$k = (\d+)\$ and \*\*([\d.]+) %\*\*", text)
    assert found is not None
    said[int(found[1])] = float(found[2])
    assert len(said) == 3
    data = props.load(num_train=2000, num_test=1000)
    x_train, x_test = data.x_train.float() / 255, data.x_test.float() / 255
    knn = reference["KnnClassifier"](x_train, data.y_train)

    def accuracy(k: int) -> float:
        return float(knn.check_accuracy(x_test, data.y_test, k=k, quiet=True))

    best_k = reference["knn_get_best_k"](reference["knn_cross_validate"](x_train, data.y_train))
    assert best_k == int(found[1])
    assert {k: accuracy(k) for k in said} == pytest.approx(said, abs=0.3)
