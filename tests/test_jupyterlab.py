"""A student's first quarter of an hour, in a real JupyterLab in a real Chromium: open, fill in, check, look.

The screenshots go to `build/screenshots/`, which continuous integration keeps. Colab itself cannot be had here:
JupyterLab is what students have on machines of their own.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    StaleElementReferenceException,
    TimeoutException,
)
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from autograder.assignment import ROOT
from autograder.build import release
from tests.assignments import ALL
from tests.browser import chromium, needs_chromium, resize

SCREENSHOTS = ROOT / "build" / "screenshots"
SECONDS = 180
SETTINGS: dict[str, dict[str, object]] = {
    "notebook-extension/tracker": {"windowingMode": "none"},  # cells out of sight are in the page, too
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},  # there is no network
}
MOVING = (StaleElementReferenceException, ElementNotInteractableException, ElementClickInterceptedException)
"""What a page says of an element that it is just drawing anew or moving."""
LINE = ".jp-InputArea-editor .cm-line"
IDLE = '.jp-NotebookPanel .jp-Notebook-ExecutionIndicator[data-status="idle"]'
DRAWN = "const i = arguments[0].querySelector('.jp-OutputArea img'); return i ? [i.naturalWidth, i.naturalHeight] : []"


@dataclass(frozen=True)
class Session:
    """What a student does: work through a notebook from its top down to a picture of what they wrote.

    Attributes:
        notebook: which.
        typed: for each function on the way, the lines that are typed in place of its stub.
        picture: stands in the cell that draws it.
    """

    notebook: str
    typed: dict[str, tuple[str, ...]]
    picture: str


SESSIONS = {
    "project1": Session(
        "optimizers.ipynb",
        {
            "sgd": (
                'config = {"learning_rate": 1e-2, **(config or {})}',
                'return w - config["learning_rate"] * dw, config',
            )
        },
        "plots.optimizers.descent(bowl, rates)",
    ),
    "project2": Session(
        "two_layer_net.ipynb",
        {
            "linear_forward": ("return x @ w + b, (x, w, b)",),
            "linear_backward": ("x, w, b = cache", "return dout @ w.T, x.T @ dout, dout.sum(0)"),
            "relu_forward": ("return torch.relu(x), x",),
            "relu_backward": ("return (cache > 0) * dout",),
        },
        "plots.rectifier(",
    ),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every project's student zip unpacked in it."""
    folder = tmp_path_factory.mktemp("home")
    for of in ALL:
        zipfile.ZipFile(io.BytesIO(release.build(of))).extractall(folder)
    return folder


@pytest.fixture(scope="module")
def lab(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a file in a JupyterLab that serves that folder, with {} for the file; its settings are its own."""
    own = tmp_path_factory.mktemp("jupyter")
    for name, settings in SETTINGS.items():
        path = own / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(settings))
    folders = {f"JUPYTER_{kind}_DIR": str(own / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    folders |= {f"JUPYTERLAB_{kind}_DIR": str(own / kind.lower()) for kind in ("SETTINGS", "WORKSPACES")}
    environment = {**os.environ, **folders, "IPYTHONDIR": str(own), "HOME": str(own)}
    environment.pop("PYTHONPATH", None)
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.root_dir": str(home),
        "IdentityProvider.token": secrets.token_hex(),
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.extension_manager": "readonly",
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [f"--{name}={value}" for name, value in options.items()]
    log = own / "log"
    with log.open("wb") as written:
        process = subprocess.Popen(command, cwd=home, env=environment, stdout=written, stderr=subprocess.STDOUT)
    try:
        yield _address(process, own / "runtime", log)
    finally:
        process.send_signal(signal.SIGTERM)  # it ends its kernels, then itself
        process.wait(SECONDS)


def _address(process: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    """Where the server can be reached, as it writes down itself."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        for path in runtime.glob("jpserver-*.json"):
            if text := path.read_text():
                told = json.loads(text)
                return f"{told['url']}lab/tree/{{}}?reset&token={told['token']}"
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start in {SECONDS} s:\n{log.read_text()}")


class Page:
    """A notebook that is open in the browser, used by its mouse and keyboard."""

    def __init__(self, driver: webdriver.Chrome, address: str, count: int) -> None:
        self.driver = driver
        resize(driver, 1280, 1000)
        driver.get(address)
        self.until("the kernel is idle", lambda: driver.find_elements(By.CSS_SELECTOR, IDLE))
        drawn = "return document.querySelectorAll('.jp-CodeCell .cm-content').length"
        self.until(f"{count} cells of code are drawn", lambda: driver.execute_script(drawn) == count)

    def until(self, what: str, holds: Callable[[], object]) -> None:
        """Wait for something in the page, which may be drawn anew meanwhile."""
        waiting = WebDriverWait(self.driver, SECONDS, 0.1, ignored_exceptions=MOVING)
        waiting.until(lambda _: holds(), f"not after {SECONDS} s: {what}")

    def cells(self) -> list[WebElement]:
        """The cells of code."""
        return self.driver.find_elements(By.CSS_SELECTOR, ".jp-NotebookPanel .jp-CodeCell")

    def source(self, cell: WebElement) -> str:
        """What stands in a cell."""
        lines = "return [...arguments[0].querySelectorAll(arguments[1])].map(line => line.textContent)"
        return "\n".join(self.driver.execute_script(lines, cell, LINE))

    def run(self, cell: WebElement) -> str:
        """Click beside a cell, press Shift and Enter, and wait until it has run; what it printed.

        Nothing happens where the page is still being drawn; whoever sees nothing happen does it again.
        """

        def prompt() -> WebElement:
            return cell.find_element(By.CSS_SELECTOR, ".jp-InputPrompt")

        before = prompt().text
        for _ in range(SECONDS // 10):
            self._click(prompt, lambda: "jp-mod-active" in (cell.get_attribute("class") or ""))
            self._press(Keys.SHIFT, Keys.ENTER)
            with contextlib.suppress(TimeoutException):
                WebDriverWait(self.driver, 10, 0.1, MOVING).until(lambda _: prompt().text != before)
                break
        self.until("the cell has run", lambda: prompt().text.strip("[]:* ").isdigit() and prompt().text != before)
        return "\n".join(output.text for output in cell.find_elements(By.CSS_SELECTOR, ".jp-OutputArea-output"))

    def replace(self, cell: WebElement, line: str, typed: tuple[str, ...]) -> None:
        """Select a line of a cell from where its text begins, and type others in its place."""
        self._click(lambda: next(found for found in cell.find_elements(By.CSS_SELECTOR, LINE) if line in found.text))
        self._press(Keys.HOME)
        self._press(Keys.SHIFT, Keys.END)
        self._press(Keys.ENTER.join(typed))
        self.until("the lines are there", lambda: all(text in self.source(cell) for text in typed))

    def picture(self, cell: WebElement) -> tuple[int, int]:
        """The width and height of the picture below a cell, once it is drawn."""
        self.until("there is a picture", lambda: any(self.driver.execute_script(DRAWN, cell)))
        width, height = self.driver.execute_script(DRAWN, cell)
        return width, height

    def save(self) -> None:
        """Press Control and S."""
        self._press(Keys.CONTROL, "s")

    def screenshot(self, cell: WebElement, path: Path) -> None:
        """Take one in which a cell can be seen to its end."""
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'end'})", cell)
        path.parent.mkdir(parents=True, exist_ok=True)
        assert self.driver.save_screenshot(str(path))

    def _click(self, find: Callable[[], WebElement], done: Callable[[], bool] = lambda: True) -> None:
        """Click, and again while it has not done what it should: what is drawn above may push the place away."""

        def clicked() -> bool:
            element = find()
            self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
            element.click()
            return done()

        self.until("it can be clicked", clicked)

    def _press(self, *keys: str) -> None:
        chain = ActionChains(self.driver)
        for key in keys[:-1]:
            chain.key_down(key)
        chain.send_keys(keys[-1])
        for key in keys[:-1]:
            chain.key_up(key)
        chain.perform()


def in_file(path: Path) -> list[str]:
    """The sources of a notebook's cells of code, as they are saved."""
    cells = json.loads(path.read_text())["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


@needs_chromium
@pytest.mark.parametrize("project", SESSIONS)
def test_a_student_fills_in_stubs_runs_their_checks_and_sees_the_picture_and_it_is_saved(project, home, lab):
    session = SESSIONS[project]
    path = home / project / session.notebook
    with chromium() as driver:
        sources = in_file(path)
        page = Page(driver, lab.format(path.relative_to(home).as_posix()), len(sources))
        cells = page.cells()
        last = next(number for number, source in enumerate(sources) if session.picture in source)
        assert page.run(cells[0]).startswith(f"found {home / project}, Python ")
        for number in range(1, last):
            stub, check = cells[number], cells[number + 1]
            function = next((name for name in session.typed if f"def {name}(" in sources[number]), None)
            said = page.run(stub)
            assert "Error" not in said, said
            if function is not None:
                assert page.run(check).splitlines() == [function, "  ✗ not implemented yet"]
                page.replace(stub, "raise NotImplementedError", session.typed[function])
                page.run(stub)
                lines = page.run(check).splitlines()
                assert lines[0] == function and len(lines) > 1
                assert all(line.startswith("  ✓ ") for line in lines[1:]), lines
        page.run(cells[last])
        width, height = page.picture(cells[last])
        assert width > 300 and height > 100
        page.screenshot(cells[last], SCREENSHOTS / f"jupyterlab-{project}.png")
        page.save()
        typed = [line for lines in session.typed.values() for line in lines]
        page.until("it is saved", lambda: all(line in "\n".join(in_file(path)) for line in typed))
