"""What the data set promises: the same images everywhere, hard in the right way; and the real one fetched safely."""

from __future__ import annotations

import hashlib
import http.server
import io
import os
import pickle
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from coursekit import props, settings
from coursekit.props import download, scenes
from coursekit.props.objects import CLASSES

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


def test_a_split_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match=r"1\.5"):
        props.split_validation(torch.zeros(4, 2), torch.zeros(4), fraction=1.5)
    with pytest.raises(ValueError, match="4 and 3"):
        props.split_validation(torch.zeros(4, 2), torch.zeros(3))


# --- the real data set, on an archive of the same form -------------------------------------------------------------


def instances() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    names = [f"{name}_{number}" for name in CLASSES for number in (1, 2, 10)]
    return {name: rng.integers(0, 256, (4, 32, 32, 3), dtype=np.uint8) for name in names}


def write_archive(path: Path, pickles: dict[str, bytes], extra: tuple[tarfile.TarInfo, ...] = ()) -> str:
    """Write {member: content} as the real archive is written; returns its md5."""
    with tarfile.open(path, "w:gz") as tar:
        for name, content in pickles.items():
            member = tarfile.TarInfo(f"{download.FOLDER}/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for member in extra:
            tar.addfile(member)
    return hashlib.md5(path.read_bytes()).hexdigest()


def good_pickles(protocol: int = 4) -> dict[str, bytes]:
    held = {
        f"{name}.pkl": pickle.dumps({"data": data, "labels": [CLASSES.index(name.rpartition("_")[0])] * 4}, protocol)
        for name, data in instances().items()
    }
    held["meta.pkl"] = pickle.dumps({"test_split": [f"{name}_10" for name in CLASSES]}, protocol)
    return dict(sorted(held.items(), reverse=True))


@pytest.fixture
def source(tmp_path: Path) -> tuple[str, str]:
    """URL and md5 of a small archive of the real form."""
    path = tmp_path / "elsewhere.tar.gz"
    return path.as_uri(), write_archive(path, good_pickles())


@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_the_real_archive_is_read_in_the_order_of_its_sorted_names(tmp_path, protocol):
    archive = tmp_path / download.ARCHIVE
    write_archive(archive, good_pickles(protocol))
    arrays = download.read(archive)
    train = [name for name in sorted(instances()) if not name.endswith("_10")]
    assert arrays.x_train.shape == (80, 3, 32, 32)
    assert arrays.x_test.shape == (40, 3, 32, 32)
    expected = np.concatenate([instances()[name] for name in train]).transpose(0, 3, 1, 2)
    assert np.array_equal(arrays.x_train, expected)
    assert arrays.y_train[:4].tolist() == [CLASSES.index("cracker_box")] * 4
    assert np.bincount(arrays.y_test).tolist() == [4] * 10
    np.testing.assert_allclose(arrays.mean, arrays.x_train.mean(0), rtol=1e-6)


def test_it_is_downloaded_once_and_then_read_from_the_folder(tmp_path, source):
    url, md5 = source
    first = download.props(tmp_path / "data", url, md5)
    (tmp_path / "elsewhere.tar.gz").unlink()
    again = download.props(tmp_path / "data", url, md5)
    assert np.array_equal(first.x_train, again.x_train)
    assert np.array_equal(first.mean, again.mean)


def test_a_cache_that_was_cut_short_is_made_again(tmp_path, source):
    url, md5 = source
    first = download.props(tmp_path / "data", url, md5)
    cache = tmp_path / "data" / download.CACHE
    cache.write_bytes(cache.read_bytes()[:1000])
    assert np.array_equal(download.props(tmp_path / "data", url, md5).x_train, first.x_train)


def test_one_setting_makes_the_notebooks_use_the_real_data(tmp_path, source, monkeypatch):
    url, md5 = source
    arrays = download.props(tmp_path / "data", url, md5)
    monkeypatch.setattr(download, "MD5", md5)
    monkeypatch.setattr(download.props, "__defaults__", (url, md5))
    monkeypatch.setattr(settings, "DATASET", "props")
    monkeypatch.chdir(tmp_path)
    props._real.cache_clear()
    try:
        data = props.load(num_train=80, num_test=40)
        assert sorted(data.y_train.tolist()) == sorted(arrays.y_train.tolist())
        assert data.y_train.tolist() != arrays.y_train.tolist()
        np.testing.assert_allclose(props.mean_image().numpy(), arrays.mean)
        few = props.load(num_train=8, num_test=4)
        assert torch.equal(few.x_train, data.x_train[:8])
        with pytest.raises(ValueError, match="80 training images: 10000 of them"):
            props.load()
    finally:
        props._real.cache_clear()


def test_no_network_says_what_to_do(tmp_path):
    with pytest.raises(download.DatasetError, match=r"could not be downloaded from file:.*put .* yourself"):
        download.fetch(tmp_path, (tmp_path / "nothing_here").as_uri())
    with pytest.raises(download.DatasetError, match="Check the network"):
        download.fetch(tmp_path, "http://127.0.0.1:9/refused")


def test_a_wrong_checksum_is_named_and_the_file_is_not_kept(tmp_path, source):
    url, md5 = source
    with pytest.raises(download.DatasetError, match=f"wrong checksum: {md5}, not {'0' * 32}"):
        download.fetch(tmp_path / "data", url, "0" * 32)
    assert not (tmp_path / "data" / download.ARCHIVE).exists()


def test_a_truncated_archive_is_said_to_be_cut_short(tmp_path):
    archive = tmp_path / download.ARCHIVE
    write_archive(archive, good_pickles())
    archive.write_bytes(archive.read_bytes()[:-4000])
    with pytest.raises(download.DatasetError, match="damaged or cut short"):
        download.read(archive)


def test_a_pickle_with_code_in_it_is_refused_and_not_run(tmp_path):
    marker = tmp_path / "was_run"

    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(marker),)

    archive = tmp_path / download.ARCHIVE
    write_archive(archive, {**good_pickles(), "mug_1.pkl": pickle.dumps({"data": Trap()})})
    with pytest.raises(download.DatasetError, match=r"asks for posix\.mkdir|asks for nt\.mkdir"):
        download.read(archive)
    assert not marker.exists()


@pytest.mark.parametrize("name", ["../outside.pkl", "/tmp/outside.pkl", f"{download.FOLDER}/../../outside.pkl"])
def test_a_member_that_points_outside_is_refused(tmp_path, name):
    archive = tmp_path / download.ARCHIVE
    write_archive(archive, good_pickles(), extra=(tarfile.TarInfo(name),))
    with pytest.raises(download.DatasetError, match="points outside its folder"):
        download.read(archive)


def test_a_link_in_the_archive_is_refused(tmp_path):
    link = tarfile.TarInfo(f"{download.FOLDER}/mug_3.pkl")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    archive = tmp_path / download.ARCHIVE
    write_archive(archive, good_pickles(), extra=(link,))
    with pytest.raises(download.DatasetError, match="neither a file nor a folder"):
        download.read(archive)


@pytest.mark.parametrize(
    ("pickles", "said"),
    [
        ({"mug_1.pkl": pickle.dumps({"data": np.zeros((2, 8, 8, 3), np.uint8)})}, r"not uint8 \(2, 8, 8, 3\)"),
        ({"mug_1.pkl": pickle.dumps([1, 2])}, "not NoneType"),
        ({"mug_1.pkl": b"\x80\x04 nonsense"}, "mug_1.pkl in the archive is damaged"),
        ({"meta.pkl": pickle.dumps({"test_split": ["mug_99"]})}, "not in the archive: mug_99"),
        ({"meta.pkl": pickle.dumps({"split": []})}, "does not say which"),
        ({"meta.pkl": pickle.dumps({"test_split": 3})}, "list of names, not int"),
        ({"meta.pkl": pickle.dumps({"test_split": []})}, "both the training and the test split"),
    ],
)
def test_an_archive_of_another_form_says_what_is_wrong(tmp_path, pickles, said):
    archive = tmp_path / download.ARCHIVE
    write_archive(archive, {**good_pickles(), **pickles})
    with pytest.raises(download.DatasetError, match=said):
        download.read(archive)


class _DriveLike(http.server.BaseHTTPRequestHandler):
    """Asks for confirmation first, as Google Drive does for files too big for its virus scan."""

    content = b""
    page = b'<html><form id="download-form" action="/download" method="get"><input type="submit" value="Download">'
    page += b'<input type="hidden" name="id" value="x1"><input type="hidden" name="confirm" value="t &amp; u"></form>'

    def do_GET(self) -> None:
        confirmed = self.path == "/download?id=x1&confirm=t+%26+u"
        body = self.content if confirmed else b"<html>too many" if self.path == "/quota" else self.page
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream" if confirmed else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing on stderr."""


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Address of a server that behaves like Google Drive, and the md5 of its archive."""
    archive = tmp_path / "served.tar.gz"
    md5 = write_archive(archive, good_pickles())
    handler = type("Handler", (_DriveLike,), {"content": archive.read_bytes()})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", md5
        server.shutdown()
        thread.join()


def test_the_page_that_asks_whether_a_big_file_is_wanted_is_answered(tmp_path, drive):
    address, md5 = drive
    assert download.props(tmp_path / "data", f"{address}/uc?export=download&id=x1", md5).x_train.shape[0] == 80


def test_a_web_page_instead_of_the_file_says_so(tmp_path, drive):
    address, md5 = drive
    with pytest.raises(download.DatasetError, match="a web page came instead of the file"):
        download.fetch(tmp_path / "data", f"{address}/quota", md5)
