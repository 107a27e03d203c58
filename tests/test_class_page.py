"""The page of a class in a real browser: readable by day and by night, wide and narrow, without colours, and safe."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from matplotlib import image
from selenium import webdriver
from selenium.webdriver.common.by import By

from autograder.people import Student
from autograder.report import classroom
from autograder.report.grades import Graded
from autograder.results import Outcome, Report, Status
from tests.browser import CONTRAST, chromium, needs_chromium, resize, scheme, show

HOSTILE = "</style><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">{{ 7*7 }}"
STATES = (
    {"status": Status.PASSED, "points": 2.0},
    {"status": Status.FAILED, "points": 0.0, "hint": "the mean was taken where a sum was asked"},
    {"status": Status.FAILED, "points": 1.0},
    {"status": Status.FAILED, "points": 0.0, "attempted": False},
    {"status": Status.UNREACHED, "points": 0.0},
    {"status": Status.UNGRADED, "points": 0.0},
)


def outcome(number: int, **state) -> Outcome:
    return Outcome(
        f"1.{number}",
        f"some_function: promise {number}",
        "part",
        "some_function",
        max_points=2.0,
        task=f"1.{number}",
        **state,
    )


def submission(index: int, name: str, states: list[dict]) -> Graded:
    outcomes = tuple(outcome(i, **state) for i, state in enumerate(states, start=1))
    report = Report(name, "project", {"part": "part.ipynb"}, outcomes=outcomes, seconds=float(index))
    return Graded(f"id {index} #?", (Student(name=name, sid="007"),), "", 1, report)


def a_class() -> list[Graded]:
    """Forty submissions of thirty checks: the i-th student passes all but the first i; and one of each other state."""
    found = [
        submission(i, f"Student {i} with a rather long name", [STATES[1] if n < i else STATES[0] for n in range(30)])
        for i in range(30)
    ]
    found += [submission(50 + i, f"Other {i}", [state] + [STATES[0]] * 29) for i, state in enumerate(STATES)]
    hostile = submission(90, HOSTILE, [STATES[0]] * 30)
    bad = replace(hostile.report.outcomes[0], status=Status.FAILED, points=0.0, hint=HOSTILE, title=HOSTILE)
    report = replace(hostile.report, outcomes=(bad, *hostile.report.outcomes[1:]))
    return [replace(hostile, report=report), *found]


def written(folder: Path, anonymous: bool = False) -> Path:
    graded = a_class()
    for one in graded:
        (folder / one.id).mkdir(exist_ok=True)
        (folder / one.id / "report.html").write_text("its report")
    path = folder / "class.html"
    path.write_text(classroom.page(classroom.look(graded, HOSTILE, 2, anonymous)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    with chromium() as driver:
        yield driver


@needs_chromium
def test_hostile_text_is_text(browser: webdriver.Chrome, tmp_path: Path) -> None:
    show(browser, written(tmp_path))
    assert browser.title.startswith("</style><script>") and browser.title != "owned"
    assert not browser.find_elements(By.TAG_NAME, "script") and not browser.find_elements(By.TAG_NAME, "img")
    text = browser.find_element(By.TAG_NAME, "body").text
    assert "<img src=x onerror=" in text and "{{ 7*7 }}" in text


@needs_chromium
def test_it_needs_no_network(browser: webdriver.Chrome, tmp_path: Path) -> None:
    show(browser, written(tmp_path))
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert "every submission, every check" in browser.find_element(By.TAG_NAME, "body").text


@needs_chromium
@pytest.mark.parametrize("width", [1400, 800, 390])
def test_it_fits_its_window_and_only_the_map_scrolls(browser: webdriver.Chrome, tmp_path: Path, width: int) -> None:
    resize(browser, width)
    show(browser, written(tmp_path))
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    cards = browser.find_elements(By.CSS_SELECTOR, ".card")
    assert all(card.rect["x"] >= 0 and card.rect["x"] + card.rect["width"] <= width for card in cards)
    assert browser.execute_script("return getComputedStyle(document.querySelector('.map')).overflowX") == "auto"


@needs_chromium
@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_text_stands_out_by_day_and_by_night(browser: webdriver.Chrome, tmp_path: Path, name: str) -> None:
    scheme(browser, name)
    show(browser, written(tmp_path))
    background = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
    brightness = sum(map(float, background.removeprefix("rgb(").removesuffix(")").split(",")))
    assert (brightness < 3 * 60) == (name == "dark")
    assert browser.execute_script(CONTRAST) == []


@needs_chromium
@pytest.mark.parametrize("name", ["light", "dark"])
def test_without_colours_every_kind_of_result_looks_different(
    browser: webdriver.Chrome, tmp_path: Path, name: str
) -> None:
    scheme(browser, name)
    resize(browser, 1400)
    show(browser, written(tmp_path))
    browser.execute_cdp_cmd("Emulation.setEmulatedVisionDeficiency", {"type": "achromatopsia"})
    symbols = browser.find_elements(By.CSS_SELECTOR, ".legend svg")
    for item in browser.find_elements(By.CSS_SELECTOR, ".legend li"):
        assert item.size["height"] < 30, "a word stands beside its symbol, not below it"
    pictures = {item.find_element(By.XPATH, "..").text: item.screenshot_as_png for item in symbols}
    browser.execute_cdp_cmd("Emulation.setEmulatedVisionDeficiency", {"type": "none"})
    assert len(pictures) == 7
    middle = {label: image.imread(BytesIO(data))[7, 5, :3].sum() for label, data in pictures.items()}
    assert middle["not attempted"] == middle["extra credit not attempted"] != middle["passed"]
    grey = {label: image.imread(BytesIO(data))[..., :3].mean(axis=2) for label, data in pictures.items()}
    for one, other in itertools.combinations(grey, 2):
        height, width = np.minimum(grey[one].shape, grey[other].shape)
        difference = np.abs(grey[one][:height, :width] - grey[other][:height, :width])
        assert (difference > 0.1).mean() > 0.1, (one, other)


@needs_chromium
def test_each_row_leads_to_its_report(browser: webdriver.Chrome, tmp_path: Path) -> None:
    path = written(tmp_path)
    show(browser, path)
    links = [link.get_attribute("href") for link in browser.find_elements(By.CSS_SELECTOR, ".map a")]
    assert len(links) == len(a_class())
    for link in links[:3]:
        browser.get(link)
        assert browser.find_element(By.TAG_NAME, "body").text == "its report"


@needs_chromium
def test_what_is_hard_comes_first_and_the_numbers_are_right(browser: webdriver.Chrome, tmp_path: Path) -> None:
    resize(browser, 1400)
    show(browser, written(tmp_path))
    rows = browser.find_elements(By.CSS_SELECTOR, ".checks > span:nth-child(3n + 2)")
    shown = [row.text for row in rows if row.text]
    # Of 37, the first check is passed by student 0 and one of the others; the second by two and all the others.
    assert shown[:3] == ["5 % 2 of 37", "24 % 9 of 37", "27 % 10 of 37"]
    assert "1 that everyone passed" in browser.find_element(By.TAG_NAME, "body").text
    words = browser.find_element(By.XPATH, "//*[@id='misconceptions']/..").text
    assert "30 some_function: the mean was taken where a sum was asked" in words
    trouble = browser.find_element(By.XPATH, "//*[@id='trouble']/..").text
    assert "Other 5" in trouble and "could not be graded" in trouble and "Other 4" in trouble
    slow = browser.find_element(By.XPATH, "//*[@id='slow']/..").text
    assert slow.splitlines()[1].startswith("90.0 s")


def test_anonymous_leaves_out_names_ids_and_links(tmp_path: Path) -> None:
    page = written(tmp_path, anonymous=True).read_text()
    assert "Student 3" not in page and "Other" not in page and "id 3" not in page and "href" not in page
    assert "submission 3" in page


def test_a_very_large_class_keeps_the_page_small() -> None:
    graded = (submission(i, f"s{i}", [STATES[i % 6]] * 30) for i in range(3000))
    page = classroom.page(classroom.look(graded, "large", 0, False))
    assert len(page) < 1_500_000 and "400 of 3000 submissions" in page


def test_a_class_of_nobody_is_a_page_too() -> None:
    assert "submissions" in classroom.page(classroom.look([], "empty", 3, False))


def test_extra_credit_that_all_who_tried_it_passed_is_not_said_to_be_everyones() -> None:
    def of(name: str, **state) -> Graded:
        one = submission(1, name, [STATES[0]])
        extra = replace(outcome(9, **state), extra=True)
        return replace(one, report=replace(one.report, outcomes=(*one.report.outcomes, extra)))

    graded = [of("ada", **STATES[0]), of("bob", **STATES[3])]
    page = classroom.page(classroom.look(graded, "title", 0, False))
    assert "2 that everyone passed (extra credit: of those who tried it)" in page
    assert "everyone passed (" not in classroom.page(classroom.look(a_class(), "title", 0, False))


def test_what_holds_no_file_of_the_project_says_why_and_nobodys_name() -> None:
    one = submission(1, "ada", [STATES[3]])
    note = "nothing to grade: ada.rar is an archive that is not read here; hand in a .zip instead"
    one = replace(one, report=replace(one.report, files={}, notes=(note,)))
    (named,) = classroom.look([one], "title", 0, False).troubled
    assert named.trouble == f"{classroom.NO_FILE}: ada.rar is an archive that is not read here; hand in a .zip instead"
    (unnamed,) = classroom.look([one], "title", 0, True).troubled
    assert unnamed.trouble == classroom.NO_FILE
