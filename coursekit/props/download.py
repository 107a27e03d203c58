"""Fetch the archive of the PROPS Classification data set: tried again, gone on with, and checked by its md5."""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from coursekit.progress import progress, say
from coursekit.props.errors import DatasetError

URL = "https://drive.google.com/uc?export=download&id=1C8_JFsnPVm392C-S1rH0y4HFfNkdMlXi"
ARCHIVE = "Progress-Objects-Sample.tar.gz"
MD5 = "b32c587684bb54a9f918b6b081a18e28"
PATIENCE = 30
"""Seconds without an answer after which an attempt is given up."""
TRIES = 4
"""Attempts in a row that bring nothing, after which the download is given up."""
PAUSE = 1.0
"""Seconds before the second attempt; twice as many before each further one."""
BLOCK = 1 << 18


class _Hopeless(OSError):
    """An answer that another attempt will not change."""


def fetch(folder: Path, url: str = URL, md5: str = MD5) -> Path:
    """The path of the verified archive in the folder, downloaded if it is not there yet.

    What a broken attempt has brought is kept, and the next one, also of another day, goes on from there.

    Args:
        folder: where the archive is kept; made if need be. One put there by hand is found, also as "... (1).tar.gz".
        url: where to fetch it.
        md5: what its checksum must be.

    Raises:
        DatasetError: it cannot be downloaded, written, or has the wrong checksum.
    """
    make(folder)
    placed = _placed(folder)
    if placed is not None:
        _refuse_other(placed, md5, "Delete it, and run this again.")
        return placed
    partial, path = folder / f"{ARCHIVE}.partial", folder / ARCHIVE
    resumed = _size(partial) > 0
    _download(url, partial)
    if resumed and _digest(partial) != md5:  # what lay there was of another file: once more, from the start
        partial.unlink()
        _download(url, partial)
    try:
        _refuse_other(partial, md5, "It has been deleted: run this again.")
    except DatasetError:
        partial.unlink()
        raise
    os.replace(partial, path)
    return path


def make(folder: Path) -> None:
    """Make the folder for the data unless it is there.

    Raises:
        DatasetError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatasetError(f"the folder {folder.resolve()} for the data cannot be made ({error.strerror}).") from error


def by_hand(folder: Path, url: str = URL) -> str:
    """How to do without the download: one sentence."""
    return (
        f"Or open {url} in a browser, save {ARCHIVE} as it is (not unpacked), put it into the folder "
        f"{folder.resolve()}, and run this again."
    )


def _placed(folder: Path) -> Path | None:
    """The archive in the folder, under its name or the name of a copy."""
    name, ending = ARCHIVE.partition(".")[0], ".tar.gz"
    if (folder / ARCHIVE).is_file():
        return folder / ARCHIVE
    found = sorted(path for path in folder.glob(f"*{name}*{ending}") if path.is_file())
    unpacked = [path for path in (folder / f"{name}.tar", folder / name) if path.exists()]
    if not found and unpacked:
        raise DatasetError(
            f"{unpacked[0]} has been unpacked, perhaps by the browser; its checksum cannot be checked. Put {ARCHIVE} "
            "itself there, or take this away to have it downloaded."
        )
    return found[0] if found else None


def _refuse_other(path: Path, md5: str, advice: str) -> None:
    digest = _digest(path)
    if digest != md5:
        raise DatasetError(
            f"{path} has the wrong checksum: {digest}, not {md5}, at {_size(path):,} bytes. The download was cut "
            f"short, or it is another file. {advice} {by_hand(path.parent)}"
        )


def _digest(path: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file, progress("checking the archive", _size(path), "B") as advance:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
            advance(len(block))
    return digest.hexdigest()


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


# --- attempts ------------------------------------------------------------------------------------------------------


def _download(url: str, partial: Path) -> None:
    """Append to what there is until it is all there; attempts that bring something are not counted."""
    failures = 0
    while True:
        before = _size(partial)
        try:
            return _attempt(url, partial)
        except (OSError, http.client.HTTPException) as error:
            failures = failures + 1 if _size(partial) <= before else 0
            reason = str(getattr(error, "reason", None) or error or type(error).__name__)
            if failures >= TRIES or _is_hopeless(error):
                kept = f" The {_size(partial) / 1e6:,.1f} MB that came are kept." if _size(partial) else ""
                raise DatasetError(
                    f"PROPS could not be downloaded from {url} ({reason}).{kept} Check the network and try again "
                    f"later. {by_hand(partial.parent, url)}"
                ) from error
        pause = PAUSE * 2 ** max(failures - 1, 0)
        say(f"downloading PROPS: {reason}; going on from {_size(partial) / 1e6:,.1f} MB in {pause:g} s")
        time.sleep(pause)


def _is_hopeless(error: Exception) -> bool:
    if isinstance(error, urllib.error.HTTPError):
        return 400 <= error.code < 500 and error.code not in (408, 429)
    return isinstance(error, _Hopeless) or isinstance(getattr(error, "reason", None), FileNotFoundError)


def _attempt(url: str, partial: Path) -> None:
    have = _size(partial)
    try:
        response = _open(url, have)
    except urllib.error.HTTPError as error:
        if error.code == 416 and have:  # nothing comes after what is there
            error.close()
            return
        raise
    with response:
        kept = have if _goes_on_from(response, have) else 0
        length = response.headers.get("Content-Length")
        total = None if length is None else kept + int(length)
        with (
            _written_to(partial),
            partial.open("ab" if kept else "wb") as file,
            progress("downloading PROPS", total, "B", kept) as advance,
        ):
            for block in _blocks(response):
                file.write(block)
                advance(len(block))
    if total is not None and _size(partial) < total:
        raise ConnectionError(f"the connection was lost after {_size(partial):,} of {total:,} bytes")


def _goes_on_from(response: Any, have: int) -> bool:
    """Whether the server sends what comes after the first `have` bytes, instead of everything again."""
    told = re.match(r"bytes (\d+)-", response.headers.get("Content-Range") or "")
    return bool(have and response.status == 206 and told and int(told[1]) == have)


class _Broken(Exception):
    """Carries an error of the network past the guard that takes errors for the disk's."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


def _blocks(response: Any) -> Iterator[bytes]:
    while True:
        try:
            block = response.read1(BLOCK)
        except (OSError, http.client.HTTPException) as error:
            raise _Broken(error) from error
        if not block:
            return
        yield block


@contextmanager
def _written_to(partial: Path) -> Iterator[None]:
    """Tell errors of the disk from errors of the network."""
    try:
        yield
    except _Broken as broken:
        raise broken.error from None
    except OSError as error:
        raise DatasetError(
            f"{partial} could not be written ({error.strerror or error}). Make room there, or see that you may write "
            "there, and try again."
        ) from error


# --- Google Drive --------------------------------------------------------------------------------------------------


def _open(url: str, have: int) -> Any:
    """Open a download after its first bytes; where Google Drive first asks whether it is really wanted, say yes."""
    response = _request(url, have)
    if not _is_page(response):
        return response
    with response:
        page = _Form()
        page.feed(response.read(1 << 20).decode("utf-8", "replace"))
    action = urllib.parse.urljoin(url, page.action)
    if page.action and action.startswith(("http://", "https://")):
        response = _request(f"{action}?{urllib.parse.urlencode(page.fields)}", have)
        if not _is_page(response):
            return response
        response.close()
    raise _Hopeless("a web page came instead of the file; it may have been downloaded too often today")


def _request(url: str, have: int) -> Any:
    headers = {"Range": f"bytes={have}-"} if have else {}
    return urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=PATIENCE)


def _is_page(response: Any) -> bool:
    return "text/html" in str(response.headers.get("Content-Type", ""))


class _Form(HTMLParser):
    """The first form of a page: where it goes and its hidden fields."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.action:
            self.action = given.get("action", "")
        elif tag == "input" and given.get("type") == "hidden" and self.action:
            self.fields[given.get("name", "")] = given.get("value", "")
