"""What the loader of the real data set promises, on an archive of the same form, served by a real server."""

from __future__ import annotations

import contextlib
import functools
import http.server
import os
import pickle
import socket
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from coursekit import props, settings
from coursekit.props import archive as archives
from coursekit.props import download, real
from coursekit.props.objects import CLASSES
from tests.archives import good_pickles, instances, write_archive


@pytest.fixture(autouse=True)
def impatient(monkeypatch) -> None:
    monkeypatch.setattr(download, "PAUSE", 0.01)


# --- the archive ---------------------------------------------------------------------------------------------------


@pytest.fixture
def source(tmp_path: Path) -> tuple[str, str]:
    """URL and md5 of a small archive of the real form."""
    path = tmp_path / "elsewhere.tar.gz"
    return path.as_uri(), write_archive(path, good_pickles())


@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_the_real_archive_is_read_in_the_order_of_its_sorted_names(tmp_path, protocol):
    archive = tmp_path / download.ARCHIVE
    write_archive(archive, good_pickles(protocol))
    arrays = archives.read(archive)
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
    first = real.load(tmp_path / "data", url, md5)
    (tmp_path / "elsewhere.tar.gz").unlink()
    again = real.load(tmp_path / "data", url, md5)
    assert np.array_equal(first.x_train, again.x_train)
    assert np.array_equal(first.mean, again.mean)


def test_a_cache_that_was_cut_short_is_made_again(tmp_path, source):
    url, md5 = source
    first = real.load(tmp_path / "data", url, md5)
    cache = tmp_path / "data" / real.CACHE
    content = cache.read_bytes()
    cache.unlink()  # what is mapped stays as it is
    cache.write_bytes(content[:1000])
    assert np.array_equal(real.load(tmp_path / "data", url, md5).x_train, first.x_train)


def test_one_setting_makes_the_notebooks_use_the_real_data(tmp_path, source, monkeypatch):
    url, md5 = source
    arrays = real.load(tmp_path / "data", url, md5)
    monkeypatch.setattr(download, "MD5", md5)
    monkeypatch.setattr(download, "URL", url)
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
    with pytest.raises(props.DatasetError, match=r"could not be downloaded from file:.*put it into the folder"):
        download.fetch(tmp_path, (tmp_path / "nothing_here").as_uri())
    with pytest.raises(props.DatasetError, match="Check the network"):
        download.fetch(tmp_path, "http://127.0.0.1:9/refused")


def test_a_wrong_checksum_is_named_and_the_file_is_not_kept(tmp_path, source):
    url, md5 = source
    with pytest.raises(props.DatasetError, match=f"wrong checksum: {md5}, not {'0' * 32}"):
        download.fetch(tmp_path / "data", url, "0" * 32)
    assert not (tmp_path / "data" / download.ARCHIVE).exists()


def test_a_truncated_archive_is_said_to_be_cut_short(tmp_path):
    archive = tmp_path / download.ARCHIVE
    write_archive(archive, good_pickles())
    archive.write_bytes(archive.read_bytes()[:-4000])
    with pytest.raises(props.DatasetError, match="damaged or cut short"):
        archives.read(archive)


def test_a_pickle_with_code_in_it_is_refused_and_not_run(tmp_path):
    marker = tmp_path / "was_run"

    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(marker),)

    archive = tmp_path / download.ARCHIVE
    write_archive(archive, {**good_pickles(), "mug_1.pkl": pickle.dumps({"data": Trap()})})
    with pytest.raises(props.DatasetError, match=r"asks for posix\.mkdir|asks for nt\.mkdir"):
        archives.read(archive)
    assert not marker.exists()


@pytest.mark.parametrize("name", ["../outside.pkl", "/tmp/outside.pkl", f"{archives.FOLDER}/../../outside.pkl"])
def test_a_member_that_points_outside_is_refused(tmp_path, name):
    archive = tmp_path / download.ARCHIVE
    write_archive(archive, good_pickles(), extra=(tarfile.TarInfo(name),))
    with pytest.raises(props.DatasetError, match="points outside its folder"):
        archives.read(archive)


def test_a_link_in_the_archive_is_refused(tmp_path):
    link = tarfile.TarInfo(f"{archives.FOLDER}/mug_3.pkl")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    archive = tmp_path / download.ARCHIVE
    write_archive(archive, good_pickles(), extra=(link,))
    with pytest.raises(props.DatasetError, match="neither a file nor a folder"):
        archives.read(archive)


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
    with pytest.raises(props.DatasetError, match=said):
        archives.read(archive)


# --- a server ------------------------------------------------------------------------------------------------------


class Server(http.server.ThreadingHTTPServer):
    """Serves one archive, and answers each request as the next entry of `moods` says ("well" when there is none)."""

    moods: list[str]
    asked: list[tuple[str, str | None]]
    content: bytes

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(http.server.BaseHTTPRequestHandler):
    """A server with moods: well, 503, 404, half (breaks off), no ranges, wrong bytes, wrong range."""

    server: Server

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.asked.append((self.path, wanted))
        mood = self.server.moods.pop(0) if self.server.moods else "well"
        if mood.isdigit():
            self.send_error(int(mood))
            return
        content = bytes(len(self.server.content)) if mood == "wrong bytes" else self.server.content
        first = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and mood != "no ranges" else 0
        if first >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if first else 200)
        if first:
            told = 0 if mood == "wrong range" else first
            self.send_header("Content-Range", f"bytes {told}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Type", "application/gzip")
        self.send_header("Content-Length", str(len(content) - first))
        self.end_headers()
        rest = content[first:]
        self.wfile.write(rest[: len(rest) // 2] if mood == "half" else rest)
        if mood == "half":
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *args: object) -> None:
        """Say nothing on stderr."""


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., tuple[Server, str]]]:
    """Start a server of an archive of these pickles in these moods; it, and the archive's md5."""
    with serving(Handler) as start:
        yield functools.partial(_serve, tmp_path, start)


def _serve(folder: Path, start: Callable[[bytes], Server], *moods: str, **pickles: bytes) -> tuple[Server, str]:
    archive = folder / "served.tar.gz"
    held = {**good_pickles(), **{f"{name}.pkl": content for name, content in pickles.items()}}
    md5 = write_archive(archive, held)
    server = start(archive.read_bytes())
    server.moods = list(moods)
    return server, md5


@contextlib.contextmanager
def serving(handler: type) -> Iterator[Callable[[bytes], Server]]:
    started: list[tuple[Server, threading.Thread]] = []

    def start(content: bytes) -> Server:
        server = Server(("127.0.0.1", 0), handler)
        server.content, server.moods, server.asked = content, [], []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        started.append((server, thread))
        return server

    try:
        yield start
    finally:
        for server, thread in started:
            server.shutdown()
            thread.join()
            server.server_close()


def test_it_is_fetched_and_mapped_from_one_file(tmp_path, serve):
    server, md5 = serve()
    arrays = real.load(tmp_path / "data", server.address, md5)
    assert arrays.x_train.shape == (80, 3, 32, 32)
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == [
        download.ARCHIVE,
        real.CACHE,
        f"{real.CACHE}.lock",
    ]
    again = real.load(tmp_path / "data", server.address, md5)
    assert len(server.asked) == 1
    with open("/proc/self/maps") as maps:
        assert str(tmp_path / "data" / real.CACHE) in maps.read()
    assert np.array_equal(again.x_train, archives.read(tmp_path / "data" / download.ARCHIVE).x_train)
    again.x_train[:] = 0
    assert real.load(tmp_path / "data", server.address, md5).x_train.any(), "changing what is mapped changes the file"


def test_a_busy_server_is_asked_again_and_it_is_said(tmp_path, serve, capsys):
    server, md5 = serve("503", "429")
    download.fetch(tmp_path / "data", server.address, md5)
    assert len(server.asked) == 3
    assert "downloading PROPS: Service Unavailable; going on from 0.0 MB in 0.01 s" in capsys.readouterr().err


def test_a_download_that_breaks_off_goes_on_where_it_was(tmp_path, serve, capsys):
    server, md5 = serve("half", "half", "503", "half", "half", "half", "half")
    path = download.fetch(tmp_path / "data", server.address, md5)
    assert path.read_bytes() == server.content
    starts = [int(wanted.removeprefix("bytes=").rstrip("-")) for _, wanted in server.asked[1:] if wanted]
    half = len(server.content) // 2
    assert starts[0] == half and starts == sorted(starts) and len(starts) == 7
    assert f"the connection was lost after {half:,} of {len(server.content):,} bytes" in capsys.readouterr().err


def test_one_that_was_given_up_goes_on_another_day(tmp_path, serve):
    server, md5 = serve("half", *["503"] * 4)
    with pytest.raises(props.DatasetError, match=r"Service Unavailable\)\. The 0\.2 MB that came are kept"):
        download.fetch(tmp_path / "data", server.address, md5)
    assert len(server.asked) == 5
    assert download.fetch(tmp_path / "data", server.address, md5).read_bytes() == server.content
    assert server.asked[-1][1] == f"bytes={len(server.content) // 2}-"


@pytest.mark.parametrize("mood", ["no ranges", "wrong range"])
def test_what_does_not_go_on_from_there_is_not_appended(tmp_path, serve, mood):
    server, md5 = serve("half", mood)
    if mood == "no ranges":
        assert download.fetch(tmp_path / "data", server.address, md5).read_bytes() == server.content
        assert len(server.asked) == 2
    else:  # half a file that says it begins at the start: its checksum tells
        with pytest.raises(props.DatasetError, match="wrong checksum"):
            download.fetch(tmp_path / "data", server.address, md5)
        assert download.fetch(tmp_path / "data", server.address, md5).read_bytes() == server.content


@pytest.mark.parametrize("left", [b"of another file", bytes(1_000_000)], ids=["shorter", "longer"])
def test_what_was_left_of_another_file_is_fetched_again_from_the_start(tmp_path, serve, left):
    server, md5 = serve()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / f"{download.ARCHIVE}.partial").write_bytes(left)
    assert download.fetch(tmp_path / "data", server.address, md5).read_bytes() == server.content
    assert [wanted for _, wanted in server.asked] == [f"bytes={len(left)}-", None]


def test_wrong_bytes_are_refused_and_not_kept(tmp_path, serve):
    server, md5 = serve("wrong bytes")
    with pytest.raises(props.DatasetError, match=r"wrong checksum: .*, not .*It has been deleted: run this again"):
        download.fetch(tmp_path / "data", server.address, md5)
    assert list((tmp_path / "data").iterdir()) == []
    assert download.fetch(tmp_path / "data", server.address, md5).read_bytes() == server.content


def test_a_file_that_is_not_there_is_asked_for_once(tmp_path, serve):
    server, md5 = serve("404")
    with pytest.raises(props.DatasetError, match=r"Not Found.*save .* as it is .*put it into the folder"):
        download.fetch(tmp_path / "data", server.address, md5)
    assert len(server.asked) == 1


def test_a_malicious_pickle_is_refused_though_it_was_served_with_the_right_checksum(tmp_path, serve):
    marker = tmp_path / "was_run"

    class Trap:
        def __reduce__(self):
            return os.system, (f"touch {marker}",)

    server, md5 = serve(mug_1=pickle.dumps({"data": [Trap()]}))
    with pytest.raises(props.DatasetError, match=r"asks for \w+\.system, which data does not need"):
        real.load(tmp_path / "data", server.address, md5)
    assert not marker.exists()
    assert not (tmp_path / "data" / real.CACHE).exists()


def test_two_notebooks_at_once_download_it_once(tmp_path, serve):
    server, md5 = serve()
    found: list[archives.Arrays] = []
    threads = [
        threading.Thread(target=lambda: found.append(real.load(tmp_path / "data", server.address, md5))) for _ in "ab"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.asked) == 1
    assert np.array_equal(found[0].x_test, found[1].x_test)


# --- put there by hand ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [download.ARCHIVE, "Progress-Objects-Sample (1).tar.gz", "Copy of " + download.ARCHIVE]
)
def test_an_archive_put_there_by_hand_needs_no_network(tmp_path, name):
    (tmp_path / "data").mkdir()
    md5 = write_archive(tmp_path / "data" / name, good_pickles())
    assert real.load(tmp_path / "data", "http://127.0.0.1:9/refused", md5).x_train.shape[0] == 80


def test_another_archive_put_there_by_hand_is_refused_and_left_alone(tmp_path):
    (tmp_path / download.ARCHIVE).write_bytes(b"another")
    with pytest.raises(props.DatasetError, match=r"wrong checksum.*Delete it, and run this again"):
        download.fetch(tmp_path, "http://127.0.0.1:9/refused")
    assert (tmp_path / download.ARCHIVE).read_bytes() == b"another"


def test_an_archive_that_the_browser_unpacked_is_said_to_be_that(tmp_path):
    (tmp_path / "Progress-Objects-Sample.tar").write_bytes(b"tar")
    with pytest.raises(props.DatasetError, match=r"Sample\.tar has been unpacked, perhaps by the browser"):
        download.fetch(tmp_path, "http://127.0.0.1:9/refused")


def test_a_folder_that_cannot_be_written_is_not_taken_for_a_broken_network(tmp_path, serve):
    server, md5 = serve()
    (tmp_path / "data").write_text("a file in the way")
    with pytest.raises(props.DatasetError, match=r"folder .*data for the data cannot be made"):
        real.load(tmp_path / "data", server.address, md5)
    (tmp_path / "elsewhere" / f"{download.ARCHIVE}.partial").mkdir(parents=True)
    with pytest.raises(props.DatasetError, match=r"partial could not be written \(Is a directory\)\. Make room"):
        download.fetch(tmp_path / "elsewhere", server.address, md5)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
def test_a_full_disk_is_said_to_be_full(tmp_path, serve):
    server, md5 = serve()
    (tmp_path / f"{download.ARCHIVE}.partial").symlink_to("/dev/full")
    with pytest.raises(props.DatasetError, match=r"could not be written \(No space left on device\)"):
        download.fetch(tmp_path, server.address, md5)


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
    with serving(type("Drive", (_DriveLike,), {"content": archive.read_bytes()})) as start:
        yield start(b"").address, md5


def test_the_page_that_asks_whether_a_big_file_is_wanted_is_answered(tmp_path, drive):
    address, md5 = drive
    assert real.load(tmp_path / "data", f"{address}/uc?export=download&id=x1", md5).x_train.shape[0] == 80


def test_a_web_page_instead_of_the_file_says_so(tmp_path, drive):
    address, md5 = drive
    with pytest.raises(props.DatasetError, match="a web page came instead of the file"):
        download.fetch(tmp_path / "data", f"{address}/quota", md5)
