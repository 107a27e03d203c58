"""A real Chromium for the tests of pages; where there is none, they are skipped and say how to get it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None or DRIVER is None,
    reason="there is no Chromium with its driver here; on Debian: apt install chromium chromium-driver (.ci/run does)",
)

_QUIET = (
    "--headless=new",
    "--no-sandbox",  # it runs as root in containers, on pages of our own
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


CONTRAST = """
function parts(c) { return c.match(/[\\d.]+/g).map(Number); }
function linear(v) { return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }
function light(c) { const [r, g, b] = parts(c).map(v => linear(v / 255));
  return .2126 * r + .7152 * g + .0722 * b; }
function behind(e) { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
  const p = parts(c); if (p.length < 4 || p[3] > 0) return c; } return 'rgb(255, 255, 255)'; }
const low = [];
for (const e of document.querySelectorAll('main *')) {
  const said = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  if (e.closest('svg') || e.classList.contains('sr') || !said) continue;
  const a = light(getComputedStyle(e).color), b = light(behind(e));
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < 4.5) low.push(e.tagName + ' ' + e.textContent.slice(0, 30) + ' ' + ratio.toFixed(2));
}
return low;
"""
"""What of a page's `main` is written in too faint a colour: text, and its contrast with what is behind it."""


@contextmanager
def chromium() -> Iterator[webdriver.Chrome]:
    """A browser of its own."""
    options = Options()
    options.binary_location = str(CHROMIUM)
    for argument in _QUIET:
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    try:
        yield driver
    finally:
        driver.quit()


def resize(driver: webdriver.Chrome, width: int, height: int = 900) -> None:
    """Give the page this many pixels; a phone's where it is narrow."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def scheme(driver: webdriver.Chrome, name: str) -> None:
    """The reader prefers "light" or "dark"."""
    features = [{"name": "prefers-color-scheme", "value": name}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def show(driver: webdriver.Chrome, path: Path) -> None:
    """Open a file, with no network."""
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd(
        "Network.emulateNetworkConditions",
        {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0},
    )
    driver.get(path.as_uri())
