"""The reference runs wherever its arguments are: on CUDA, unchanged, it passes the public checks that students run.

Where there is no GPU, only a stand-in is tested that keeps CUDA's rules of which tensors may meet
(`tests/devices.py`).
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import pytest
import torch

from autograder import catalog
from autograder.checks.reference import load_reference
from coursekit import props
from tests.assignments import ALL_PARTS, LINEAR_CLASSIFIER
from tests.devices import home, stand_in, there

NONE_HERE = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device here")
FUNCTIONS = [(part, function.name) for part in ALL_PARTS for function in part.functions]


@pytest.fixture(params=["stand-in", pytest.param("cuda", marks=NONE_HERE)])
def device(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "cuda":
        yield "cuda"
    else:
        with stand_in():
            yield "cuda"


@pytest.mark.parametrize(("part", "name"), FUNCTIONS, ids=[name for _, name in FUNCTIONS])
def test_a_filled_in_function_passes_its_public_checks_with_all_its_tensors_on_the_device(
    part: catalog.Part, name: str, device: str
) -> None:
    function = load_reference(part).functions[name]
    results = importlib.import_module(f"{part.assignment}.checks").run(name, {name: home(function)})
    assert results and [result.message for result in results if not result.passed] == []


@pytest.fixture(scope="module")
def images() -> props.Props:
    return props.load(500, 100)


def test_a_linear_classifier_is_trained_on_images_that_were_sent_to_the_device(
    images: props.Props, device: str
) -> None:
    functions = load_reference(LINEAR_CLASSIFIER).functions
    data = props.preprocess(images, device=device)
    assert {value.device.type for value in data.values()} == {"cuda"}
    torch.manual_seed(0)
    W, losses = functions["train_linear_classifier"](
        functions["softmax_loss_vectorized"], None, data["X_train"], data["y_train"], 1e-2, 1e-3, 100
    )
    assert W.device.type == "cuda" and losses[-1] < losses[0]
    predicted = functions["predict_linear_classifier"](W, data["X_train"])
    assert predicted.device.type == "cuda" and (predicted == data["y_train"]).float().mean() > 0.3


def test_the_stand_in_refuses_what_cuda_refuses() -> None:
    with stand_in():
        away = torch.arange(6.0).to("cuda").reshape(2, 3)
        assert (away * 2 + 1).device.type == "cuda" and torch.zeros(3, device=away.device).is_cuda
        assert float((away + torch.tensor(1.0)).sum()) == 21 and away[torch.tensor([1])].is_cuda
        for meeting in (lambda: away + torch.ones(3), lambda: torch.ones(3)[away[0].long()], away.numpy):
            with pytest.raises((RuntimeError, TypeError), match="device"):
                meeting()
        assert there(home(away)).is_cuda and not home(away).is_cuda
