"""What the data set promises: the same images everywhere, hard in the right way, and rows made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

import project2
from coursekit import props, settings
from coursekit.props import scenes
from coursekit.props.objects import CLASSES
from project1.plots import knn, linear_classifier, optimizers

REAL_SAMPLES = Path(__file__).resolve().parents[1] / "../shared/data/props_samples.npz"


@pytest.fixture(scope="module")
def data() -> props.Props:
    return props.load()


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Small matrix products on a busy machine: threads would only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


# --- the stand-in --------------------------------------------------------------------------------------------------


def test_images_and_labels_have_the_promised_form(data):
    assert data.x_train.shape == (10_000, 3, 32, 32)
    assert data.x_test.shape == (2_000, 3, 32, 32)
    assert data.x_train.dtype == data.x_test.dtype == torch.uint8
    assert data.y_train.shape == (10_000,)
    assert data.y_train.dtype == data.y_test.dtype == torch.int64
    assert data.classes == CLASSES
    assert data.classes[0] == "master_chef_can"
    assert data.classes[9] == "large_marker"


def test_every_class_has_its_share_and_classes_are_mixed(data):
    assert data.y_train.bincount().tolist() == [1000] * 10
    assert data.y_test.bincount().tolist() == [200] * 10
    assert data.y_train[:200].bincount(minlength=10).min() >= 5


def test_a_smaller_load_is_the_beginning_of_a_larger_one(data):
    few = props.load(num_train=300, num_test=100)
    assert torch.equal(few.x_train, data.x_train[:300])
    assert torch.equal(few.y_train, data.y_train[:300])
    assert torch.equal(few.x_test, data.x_test[:100])
    assert torch.equal(few.y_test, data.y_test[:100])


def test_changing_what_was_loaded_does_not_change_what_is_loaded_next():
    first = props.load(num_train=20, num_test=20)
    before = first.x_train.clone()
    first.x_train.zero_()
    assert torch.equal(props.load(num_train=20, num_test=20).x_train, before)


def test_more_images_than_there_are_is_refused_with_the_number():
    with pytest.raises(ValueError, match="10000 training images: 10001 of them"):
        props.load(num_train=10_001)
    with pytest.raises(ValueError, match="2000 test images: -1 of them"):
        props.load(num_train=1, num_test=-1)


def test_the_pictures_are_the_same_bytes_on_every_machine():
    images, labels = scenes.render(seed=0, num=200)
    assert hashlib.sha256(images.tobytes() + labels.astype("<i8").tobytes()).hexdigest() == (
        "991e4143c5859b5b445b66dcbca9c16c2d3b551512e9394e6f26f0bd1cab7bd5"
    )


def test_another_seed_gives_other_scenes_and_the_same_seed_the_same():
    images, labels = scenes.render(seed=7, num=100)
    again, same = scenes.render(seed=7, num=100)
    other, _ = scenes.render(seed=8, num=100)
    assert np.array_equal(images, again)
    assert np.array_equal(labels, same)
    assert not (images == other).all((1, 2, 3)).any()


def test_a_few_photographs_can_be_made_without_the_rest():
    images, labels = scenes.render(seed=3, num=150)
    wanted = np.array([149, 3, 60, 3])
    some, named = scenes.render(seed=3, num=150, indices=wanted)
    assert np.array_equal(some, images[wanted])
    assert np.array_equal(named, labels[wanted])


def test_rendering_refuses_what_it_cannot_do():
    with pytest.raises(ValueError, match="-1"):
        scenes.render(seed=-1, num=10)
    with pytest.raises(ValueError, match=r"\[0, 10\)"):
        scenes.render(seed=0, num=10, indices=np.array([10]))
    assert scenes.render(seed=0, num=0)[0].shape == (0, 3, 32, 32)


def test_no_test_photograph_is_in_training(data):
    train = {image.numpy().tobytes() for image in data.x_train}
    assert len(train) == 10_000
    assert not train & {image.numpy().tobytes() for image in data.x_test}


def test_nearest_neighbours_land_in_the_middle_on_unseen_scenes(data):
    x, t = data.x_train[:5000].flatten(1).float(), data.x_test[:1000].flatten(1).float()
    nearest = torch.cdist(t, x).topk(10, largest=False).indices
    for k in (1, 5, 10):
        votes = torch.nn.functional.one_hot(data.y_train[nearest[:, :k]], 10).sum(1)
        accuracy = float((votes.argmax(1) == data.y_test[:1000]).float().mean())
        assert 0.44 < accuracy < 0.65, f"k = {k}: {accuracy}"


def _softmax_accuracies(data: props.Props, learning_rate: float) -> tuple[float, float]:
    """Validation and test accuracy of a softmax classifier trained by PyTorch."""
    rows = props.flatten_with_bias(data.x_train, props.mean_image())
    x, y, x_val, y_val = props.split_validation(rows, data.y_train)
    generator = torch.Generator().manual_seed(0)
    W = torch.zeros(3073, 10, requires_grad=True)
    optimizer = torch.optim.SGD([W], lr=learning_rate)
    for _ in range(500):
        batch = torch.randint(len(x), (200,), generator=generator)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(x[batch] @ W, y[batch]).backward()
        optimizer.step()
    x_test = props.flatten_with_bias(data.x_test, props.mean_image())
    with torch.no_grad():
        return tuple(float(((a @ W).argmax(1) == b).float().mean()) for a, b in ((x_val, y_val), (x_test, data.y_test)))


def test_a_linear_model_reaches_half_on_validation_and_more_than_chance_less_than_easy_on_test(data):
    validation, test = _softmax_accuracies(data, learning_rate=1e-1)
    assert validation > 0.55
    assert 0.5 < test < 0.7


def test_a_badly_chosen_learning_rate_is_visibly_worse(data):
    validation, _ = _softmax_accuracies(data, learning_rate=1e-4)
    assert validation < 0.45


def test_the_stand_in_is_about_as_bright_and_as_varied_as_real_photographs(data):
    if not REAL_SAMPLES.is_file():
        pytest.skip("no real sample images beside the project")
    real = np.load(REAL_SAMPLES, allow_pickle=False)
    assert tuple(real["classes"]) == data.classes
    pixels = real["data"].astype(float)
    ours = data.x_train[:2000].double().numpy()
    assert abs(pixels.mean() - ours.mean()) < 25
    assert 0.75 < ours.std() / pixels.std() < 1.3
    # Neighbouring pixels go together as they do in photographs, unlike in noise.
    alike = [np.abs(np.diff(p, axis=axis)).mean() / p.std() for p, axis in ((pixels, 2), (ours, 3))]
    assert 0.6 < alike[1] / alike[0] < 1.6


# --- rows for linear models ----------------------------------------------------------------------------------------


def test_the_published_mean_image_is_the_mean_of_all_training_images(data):
    mean = props.mean_image()
    assert mean.dtype == torch.float32
    assert mean.shape == (3, 32, 32)
    assert torch.equal(mean, data.x_train.double().mean(0).round().float())


def test_rows_are_centred_scaled_and_end_in_a_one(data):
    rows = props.flatten_with_bias(data.x_train[:50], props.mean_image())
    assert rows.shape == (50, 3073)
    assert rows.dtype == torch.float32
    assert torch.equal(rows[:, -1], torch.ones(50))
    expected = (data.x_train[7].float() - props.mean_image()) / 255
    torch.testing.assert_close(rows[7, :-1], expected.flatten())


def test_validation_is_the_last_fifth():
    x, y = torch.arange(20).view(10, 2), torch.arange(10)
    x_train, y_train, x_val, y_val = props.split_validation(x, y)
    assert y_train.tolist() == list(range(8))
    assert y_val.tolist() == [8, 9]
    assert torch.equal(torch.cat([x_train, x_val]), x)


def test_preprocess_gives_everything_a_linear_classifier_is_trained_and_judged_by():
    few = props.load(num_train=50, num_test=20)
    got = props.preprocess(few)
    rows = props.flatten_with_bias(few.x_train, props.mean_image())
    assert torch.equal(got["X_train"], rows[:40]) and torch.equal(got["X_val"], rows[40:])
    assert torch.equal(got["y_train"], few.y_train[:40]) and torch.equal(got["y_val"], few.y_train[40:])
    assert torch.equal(got["X_test"], props.flatten_with_bias(few.x_test, props.mean_image()))
    assert torch.equal(got["y_test"], few.y_test)
    assert {tuple(value.shape[1:]) for name, value in got.items() if name.startswith("X")} == {(3073,)}


def test_preprocess_puts_everything_on_the_device_it_is_told():
    few = props.load(num_train=50, num_test=20)
    assert {value.device.type for value in props.preprocess(few, device="meta").values()} == {"meta"}
    if torch.cuda.is_available():
        assert {value.device.type for value in props.preprocess(few, device="cuda").values()} == {"cuda"}
    else:
        with pytest.raises(ValueError, match=r"no device 'cuda' here .*: use device='cpu'"):
            props.preprocess(few, device="cuda")


def test_a_picture_of_the_stand_in_says_so_and_one_of_the_real_data_does_not(monkeypatch):
    few = props.load(num_train=50, num_test=20)
    made = {
        "samples": lambda: knn.samples(few.x_train, few.y_train, few.classes, 2),
        "row": lambda: knn.row([few.x_train[0]], ["one"]),
        "difference": lambda: knn.difference(few.x_train[0] / 255, few.x_train[1] / 255, 3.0),
        "near_and_far": lambda: knn.near_and_far(few.x_test[0], torch.rand(50), few.x_train),
        "distances": lambda: knn.distances(torch.rand(50, 20), few.y_train, few.y_test, few.classes),
        "answers": lambda: knn.answers(few.x_test[:2], few.y_test[:2], {1: few.y_test[:2]}, few.classes),
        "neighbours": lambda: knn.neighbours(
            few.x_test[:1], few.y_test[:1], few.x_train, few.y_train, torch.tensor([[0, 1]]), few.classes
        ),
        "cross_validation": lambda: knn.cross_validation({1: [0.5, 0.6], 3: [0.4, 0.5]}),
        "confusion": lambda: knn.confusion(few.y_test, few.y_test, few.classes),
        "most_confused": lambda: knn.most_confused(few.x_test, few.y_test, few.y_test.flip(0), few.classes),
        "search_history": lambda: linear_classifier.search_history([2.0, 1.0]),
        "batch_noise": lambda: linear_classifier.batch_noise([1, 10], [1.0, 0.3]),
        "loss_curves": lambda: linear_classifier.loss_curves({"SVM": [2.0] * 20}),
        "heat_map": lambda: linear_classifier.heat_map({(0.1, 0.1): (0.5, 0.4), (0.2, 0.1): (0.6, 0.5)}, "SVM"),
        "templates": lambda: linear_classifier.templates({"SVM": torch.rand(3073, 10)}, few.classes),
        "small_multiples": lambda: optimizers.small_multiples({"sgd": torch.rand(5)}, note=props.note()),
        "first_layer": lambda: project2.plots.first_layer(torch.rand(3072, 40)),
    }
    said = "images: synthetic stand-in for PROPS"
    assert {name for name, make in made.items() if make().get_supxlabel() == said} == set(made)
    monkeypatch.setattr(settings, "DATASET", "props")
    assert {name for name, make in made.items() if make().get_supxlabel()} == set()


def test_a_split_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match=r"1\.5"):
        props.split_validation(torch.zeros(4, 2), torch.zeros(4), fraction=1.5)
    with pytest.raises(ValueError, match="4 and 3"):
        props.split_validation(torch.zeros(4, 2), torch.zeros(3))
