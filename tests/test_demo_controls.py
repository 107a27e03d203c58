"""Every control of Project 1's page by real clicks, drags, touches and keys in Chromium; the state in its link."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from project1.playground import PAGE
from tests.browser import chromium, needs_chromium, resize

pytestmark = needs_chromium
CONTROL = "button, input, select, summary, .scroll, #plane .point, #plane .handle"
Act = Callable[[webdriver.Chrome, str], None]
"""What a reader does with the control of that id."""

OPTIMIZERS = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "newton", "bfgs", "lbfgs")


@pytest.fixture(scope="module")
def chrome() -> Iterator[webdriver.Chrome]:
    with chromium() as driver:
        yield driver


@pytest.fixture
def browser(chrome: webdriver.Chrome) -> Iterator[webdriver.Chrome]:
    """The page as it starts; afterwards, its console must be empty."""
    open_page(chrome)
    chrome.get_log("browser")
    yield chrome
    assert chrome.get_log("browser") == []


def open_page(driver: webdriver.Chrome, hash_: str = "", width: int = 1400) -> None:
    resize(driver, width, 1400)
    driver.get("about:blank")  # so that another address of the same page is loaded anew
    driver.get(PAGE.as_uri() + hash_)


def link(driver: webdriver.Chrome) -> str:
    return "#" + driver.find_element(By.ID, "link").get_attribute("value").partition("#")[2]


def state(driver: webdriver.Chrome) -> dict[str, Any]:
    """What the address says, and what the page says in words."""
    found = json.loads(driver.execute_script("return JSON.stringify(Share.decode(arguments[0]))", link(driver)))
    said = {name: text(driver, name) for name in ("steps", "message", "verdict", "surface-note", "copied")}
    return {**found["state"], **found["view"], **said}


def text(driver: webdriver.Chrome, name: str) -> str:
    return driver.find_element(By.ID, name).get_attribute("textContent")


def find(driver: webdriver.Chrome, name: str) -> WebElement:
    return driver.find_element(By.ID, name)


def point(driver: webdriver.Chrome, i: int) -> WebElement:
    return driver.find_element(By.CSS_SELECTOR, f'#plane [data-point="{i}"]')


def line(driver: webdriver.Chrome, c: int) -> WebElement:
    return driver.find_element(By.CSS_SELECTOR, f'#plane [data-line="{c}"] .handle')


def click(driver: webdriver.Chrome, name: str) -> None:
    find(driver, name).click()


def typing(words: str) -> Act:
    """Select what stands in a field and type over it."""

    def act(driver: webdriver.Chrome, name: str) -> None:
        find(driver, name).send_keys(Keys.CONTROL, "a")
        find(driver, name).send_keys(words)

    return act


def choosing(value: str) -> Act:
    return lambda driver, name: Select(find(driver, name)).select_by_value(value)


def sliding(right: float) -> Act:
    """Press on the middle of a slider and drag by this share of its width."""

    def act(driver: webdriver.Chrome, name: str) -> None:
        slider = find(driver, name)
        ActionChains(driver).click_and_hold(slider).move_by_offset(
            int(right * slider.size["width"]), 0
        ).release().perform()

    return act


def first(act: Act, of: str, then: Act) -> Act:
    """Something at another control before."""

    def both(driver: webdriver.Chrome, name: str) -> None:
        act(driver, of)
        then(driver, name)

    return both


def then(act: Act, next_: Act, of: str) -> Act:
    """Something at another control afterwards."""

    def both(driver: webdriver.Chrome, name: str) -> None:
        act(driver, name)
        next_(driver, of)

    return both


def hyper(name: str, of: str, words: str, value: Any) -> dict[str, Any]:
    """A field of a hyperparameter: typed, it is in the state."""
    return {f"hyper-{name}": (first(choosing(of), "optimizer", typing(words)), lambda s: s["hyper"].get(name) == value)}


CONTROLS: dict[str, tuple[Act, Callable[[dict[str, Any]], bool]]] = {
    "preset-demo": (first(click, "preset-middle", click), lambda s: False),  # see below: it undoes
    "preset-lecture": (click, lambda s: s["W"] == [[2.06, 1.48], [0.44, -1.82], [2.27, -2.04]]),
    "preset-corners": (click, lambda s: len(s["points"]) == 8 and len(s["b"]) == 2),
    "preset-middle": (click, lambda s: len(s["points"]) == 12 and len(s["b"]) == 2),
    "new-class": (then(choosing("2"), click, "add-point"), lambda s: [y for *_, y in s["points"]][9:] == [2]),
    "add-point": (click, lambda s: len(s["points"]) == 10 and s["points"][-1][2] == 0),
    "loss-ww": (first(click, "loss-ova", click), lambda s: False),
    "loss-ova": (click, lambda s: s["loss"] == "ova"),
    "loss-structured": (click, lambda s: s["loss"] == "structured"),
    "loss-softmax": (click, lambda s: s["loss"] == "softmax"),
    "l2": (typing("0.25"), lambda s: s["l2"] == 0.25),
    "l1": (typing("0.5"), lambda s: s["l1"] == 0.5),
    "l2-slider": (sliding(0.25), lambda s: 0.6 < s["l2"] < 0.9),
    "l1-slider": (sliding(0.25), lambda s: 0.6 < s["l1"] < 0.9),
    "optimizer": (choosing("adam"), lambda s: s["optimizer"] == "adam"),
    **hyper("learning_rate", "sgd", "0.3", 0.3),
    "hyper-learning_rate-slider": (sliding(0.25), lambda s: 0.3 < s["hyper"]["learning_rate"] < 3),
    **hyper("momentum", "nesterov", "0.8", 0.8),
    **hyper("decay_rate", "rmsprop", "0.7", 0.7),
    **hyper("epsilon", "adagrad", "0.01", 0.01),
    **hyper("beta1", "adam", "0.8", 0.8),
    **hyper("beta2", "adam", "0.95", 0.95),
    **hyper("weight_decay", "adamw", "0.02", 0.02),
    **hyper("schedule_multiplier", "adamw", "0.5", 0.5),
    "hyper-schedule": (
        first(choosing("adamw"), "optimizer", choosing("half_cosine")),
        lambda s: s["hyper"].get("schedule") == "half_cosine",
    ),
    **hyper("schedule_steps", "adamw", "50", 50),
    **hyper("damping", "newton", "0.5", 0.5),
    **hyper("first_step", "bfgs", "0.3", 0.3),
    **hyper("pairs", "lbfgs", "4", 4),
    "update": (click, lambda s: s["steps"].endswith("in 1 update")),
    "run": (click, lambda s: False),
    "randomize": (click, lambda s: s["W"] != [[1, 2], [2, -4], [3, -1]] and s["b"] != [0, 0.5, -0.5]),
    "forget": (
        first(click, "update", click),
        lambda s: s["steps"] == "no update yet" and s["W"] != [[1, 2], [2, -4], [3, -1]],
    ),
    "defaults": (click, lambda s: s["hyper"] == {"learning_rate": 0.01}),
    "speed": (typing("25"), lambda s: s["speed"] == 25),
    "speed-slider": (sliding(0.25), lambda s: 40 < s["speed"] < 55),
    "link": (click, lambda s: False),
    "copy": (click, lambda s: s["copied"] != ""),
    "add-class": (click, lambda s: len(s["b"]) == 4),
    "remove-class-*": (
        lambda d, _: click(d, "remove-class-1"),
        lambda s: s["b"] == [0, -0.5] and len(s["points"]) == 6,
    ),
    "w-*": (lambda d, _: typing("1.75")(d, "w-3"), lambda s: s["W"] == [[1, 2], [1.75, -4], [3, -1]]),
    "w-*-up": (lambda d, _: click(d, "w-7-up"), lambda s: s["W"] == [[1, 2], [2, -4], [3, -0.9]]),
    "w-*-down": (lambda d, _: click(d, "w-5-down"), lambda s: s["b"] == [0, 0.4, -0.5]),
    "h": (typing("0.001"), lambda s: s["h"] == 0.001),
    "h-slider": (sliding(0.3), lambda s: s["h"] >= 1e-4),
    "difference": (
        first(typing("0.1"), "h", choosing("one_sided")),
        lambda s: s["difference"] == "one_sided" and "differ" in s["verdict"],
    ),
    "cut": (choosing("random"), lambda s: s["cut"] == "random"),
    "axis0": (first(choosing("weights"), "cut", choosing("4")), lambda s: s["axes"] == [4, 1]),
    "axis1": (first(choosing("weights"), "cut", choosing("0")), lambda s: s["axes"] == [1, 0]),
    "seed": (first(choosing("random"), "cut", typing("42")), lambda s: s["seed"] == 42),
    "zoom": (typing("2"), lambda s: s["zoom"] == 2 and "4.00 across" in s["surface-note"]),
    "zoom-slider": (sliding(0.25), lambda s: 2 < s["zoom"] < 6),
    "x0-*": (lambda d, _: typing("0.35")(d, "x0-2"), lambda s: s["points"][2] == [0.35, 0.8, 0]),
    "x1-*": (lambda d, _: typing("-0.9")(d, "x1-8"), lambda s: s["points"][8] == [-0.4, -0.9, 2]),
    "y-*": (lambda d, _: choosing("1")(d, "y-0"), lambda s: s["points"][0] == [0.5, 0.4, 1]),
    "remove-*": (
        lambda d, _: click(d, "remove-0"),
        lambda s: len(s["points"]) == 8 and s["points"][0] == [0.8, 0.3, 0],
    ),
}
ELSEWHERE = {"preset-demo", "loss-ww", "run", "link"}
"""Controls whose work is not a new state: each has a test of its own below."""


@pytest.mark.parametrize("name", [name for name in CONTROLS if name not in ELSEWHERE])
def test_a_control_does_what_it_says(browser: webdriver.Chrome, name: str) -> None:
    act, done = CONTROLS[name]
    assert not done(state(browser))
    act(browser, name)
    assert done(state(browser)), state(browser)
    assert state(browser)["message"] == ""


def controls(driver: webdriver.Chrome) -> list[WebElement]:
    """What can be seen of them."""
    return driver.execute_script(
        "return [...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility())", CONTROL
    )


def test_there_is_no_control_without_a_test_and_each_says_what_it_is(browser: webdriver.Chrome) -> None:
    seen: set[str] = set()
    ids = "return [...document.querySelectorAll('button, input, select')].map(e => e.id)"
    for optimizer in OPTIMIZERS:
        choosing(optimizer)(browser, "optimizer")
        seen |= {re.sub(r"(?<=-)\d+(-\d+)?", "*", name) for name in browser.execute_script(ids)}
    assert seen == set(CONTROLS)
    choosing("weights")(browser, "cut")
    names = [control.accessible_name.strip() for control in controls(browser)]
    assert all(names) and len(names) > 80
    assert len(set(names)) == len(names), "each says which point or weight it belongs to"


def test_every_control_is_reached_by_tab_and_shows_it(browser: webdriver.Chrome) -> None:
    watch = """window.reached = new Map();
        document.addEventListener('focusin', e => {
            const drawn = e.target.closest('svg') && e.target.querySelector('.ring, .seen');
            const style = getComputedStyle(drawn || e.target);
            reached.set(e.target, drawn ? parseFloat(style.strokeWidth) > 3 : style.outlineStyle !== 'none'); });"""
    browser.execute_script(watch)
    for _ in range(15):
        browser.switch_to.active_element.send_keys(Keys.TAB * 10)
    passed = """return arguments[0].filter(e => !e.disabled && e.getAttribute('tabindex') !== '-1' && !reached.get(e)
        && !(e.type === 'radio' && !e.checked)).map(e => e.outerHTML)"""
    assert browser.execute_script(passed, controls(browser)) == []


# --- what those four do ---


def test_the_usual_start_undoes_everything(browser: webdriver.Chrome) -> None:
    start = link(browser)
    for name in ("preset-middle", "add-class", "loss-softmax", "update"):
        click(browser, name)
    choosing("adam")(browser, "optimizer")
    assert link(browser) != start
    click(browser, "preset-demo")
    assert link(browser) == start


def test_each_loss_shows_its_formula_and_another_number(browser: webdriver.Chrome) -> None:
    shown = {}
    for name in ("ova", "structured", "softmax", "ww"):
        click(browser, f"loss-{name}")
        assert state(browser)["loss"] == name
        shown[name] = (text(browser, "formula"), text(browser, "data-loss"))
    assert len(set(shown.values())) == 4 and len({formula for formula, _ in shown.values()}) == 4


def test_repeated_updates_start_go_downhill_and_stop(browser: webdriver.Chrome) -> None:
    before = float(text(browser, "total-loss"))
    typing("50")(browser, "speed")
    click(browser, "run")
    assert text(browser, "run") == "Stop" and find(browser, "run").get_attribute("aria-pressed") == "true"
    WebDriverWait(browser, 20).until(lambda d: int(re.findall(r"in (\d+) up", text(d, "steps") + " in 0 up")[0]) > 8)
    click(browser, "run")
    assert text(browser, "run") == "Start" and find(browser, "run").get_attribute("aria-pressed") == "false"
    stopped = state(browser)
    assert float(text(browser, "total-loss")) < before
    browser.execute_async_script("setTimeout(arguments[0], 300)")
    assert state(browser) == stopped


def test_the_link_is_selected_by_a_click_and_copied_by_the_button(browser: webdriver.Chrome) -> None:
    click(browser, "link")
    chosen = "const f = document.getElementById('link'); return f.value.slice(f.selectionStart, f.selectionEnd)"
    assert browser.execute_script(chosen) == find(browser, "link").get_attribute("value") != ""
    click(browser, "copy")
    WebDriverWait(browser, 5).until(
        lambda d: text(d, "copied") in ("Copied.", "Press Ctrl+C (on a Mac ⌘C) to copy it.")
    )


def test_the_help_unfolds(browser: webdriver.Chrome) -> None:
    words = browser.find_element(By.CSS_SELECTOR, "#plane-help p")
    assert not words.is_displayed()
    browser.find_element(By.CSS_SELECTOR, "#plane-help summary").click()
    assert words.is_displayed() and "Drag a point" in words.text


# --- points ---


def offset(driver: webdriver.Chrome, of: float) -> int:
    """So many pixels are a distance in the plane, 2.4 wide."""
    return round(of / 2.4 * driver.execute_script("return document.getElementById('plane').clientWidth"))


def test_a_point_is_dragged_by_the_mouse_and_all_numbers_follow_at_once(browser: webdriver.Chrome) -> None:
    before = (text(browser, "loss-4"), text(browser, "total-loss"), text(browser, "analytic-0"))
    drag = (
        ActionChains(browser)
        .click_and_hold(point(browser, 4))
        .move_by_offset(offset(browser, 0.6), offset(browser, 0.3))
    )
    drag.perform()  # the button is still down
    during = (text(browser, "loss-4"), text(browser, "total-loss"), text(browser, "analytic-0"))
    assert all(one != other for one, other in zip(before, during, strict=True))
    assert "agree" in text(browser, "verdict")
    ActionChains(browser).release().perform()
    assert state(browser)["points"][4] == pytest.approx([0.3, 0.4, 1], abs=0.02)
    ActionChains(browser).move_by_offset(40, 40).perform()
    assert state(browser)["points"][4] == pytest.approx([0.3, 0.4, 1], abs=0.02)


def test_a_point_stays_in_the_plane(browser: webdriver.Chrome) -> None:
    ActionChains(browser).drag_and_drop_by_offset(
        point(browser, 2), offset(browser, 0.2), -offset(browser, 0.6)
    ).perform()
    assert state(browser)["points"][2][1] == 1.2


def touch(driver: webdriver.Chrome, kind: str, at: tuple[float, float] | None) -> None:
    points = [] if at is None else [{"x": at[0], "y": at[1]}]
    driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def middle(driver: webdriver.Chrome, element: WebElement) -> tuple[float, float]:
    code = "const r = arguments[0].getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]"
    x, y = driver.execute_script(code, element)
    return x, y


def swipe(driver: webdriver.Chrome, at: tuple[float, float], right: float, down: float) -> None:
    """One finger, from a place on the screen."""
    driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    touch(driver, "touchStart", at)
    for part in (0.1, 0.3, 0.6, 1):
        touch(driver, "touchMove", (at[0] + part * right, at[1] + part * down))
    touch(driver, "touchEnd", None)
    driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})


def test_a_finger_drags_a_point_a_line_and_a_number_on_a_phone(chrome: webdriver.Chrome) -> None:
    open_page(chrome, width=390)
    distance = offset(chrome, 0.5)
    swipe(chrome, middle(chrome, point(chrome, 5).find_element(By.CSS_SELECTOR, ".shape")), distance, distance)
    assert state(chrome)["points"][5] == pytest.approx([-0.2, -0.3, 1], abs=0.02)
    swipe(chrome, on_line(chrome, 1), offset(chrome, 0.25), 0)
    assert state(chrome)["b"] == pytest.approx([0, 0, -0.5], abs=0.03)
    assert chrome.execute_script("return scrollY") == 0, "the page stays where it is"
    swipe(chrome, middle(chrome, find(chrome, "w-0")), 60, 0)
    assert state(chrome)["W"][0] == pytest.approx([1.6, 2], abs=0.011)
    number = state(chrome)
    swipe(chrome, middle(chrome, find(chrome, "formula")), 0, -200)
    assert chrome.execute_script("return scrollY") > 100, "elsewhere a finger scrolls"
    assert state(chrome) == number


def test_the_keys_move_recolour_and_remove_a_point(browser: webdriver.Chrome) -> None:
    keys = [(Keys.ARROW_RIGHT, [0.55, 0.4, 0]), (Keys.ARROW_UP, [0.55, 0.45, 0]), (Keys.ARROW_LEFT, [0.5, 0.45, 0])]
    keys += [
        (Keys.ARROW_DOWN, [0.5, 0.4, 0]),
        (Keys.SHIFT + Keys.ARROW_RIGHT, [0.51, 0.4, 0]),
        (Keys.NULL + "2", [0.51, 0.4, 2]),
    ]
    keys += [(Keys.ENTER, [0.51, 0.4, 0]), (" ", [0.51, 0.4, 1]), ("5", [0.51, 0.4, 1])]
    browser.execute_script("arguments[0].focus()", point(browser, 0))
    for key, expected in keys:
        browser.switch_to.active_element.send_keys(key)
        assert state(browser)["points"][0] == expected, key
    assert "point 0 of class 1 at 0.51, 0.40" in point(browser, 0).accessible_name
    for left in (8, 7):
        browser.switch_to.active_element.send_keys(Keys.DELETE)
        assert len(state(browser)["points"]) == left
    assert browser.switch_to.active_element == point(browser, 0)


def test_a_click_on_an_empty_place_adds_a_point_there(browser: webdriver.Chrome) -> None:
    choosing("1")(browser, "new-class")
    plane = find(browser, "plane")
    ActionChains(browser).move_to_element_with_offset(
        plane, offset(browser, 0.9), -offset(browser, 0.9)
    ).click().perform()
    assert state(browser)["points"][9] == pytest.approx([0.9, 0.9, 1], abs=0.02)
    assert browser.switch_to.active_element == point(browser, 9)


def test_all_points_can_go_and_come_again(browser: webdriver.Chrome) -> None:
    for _ in range(9):
        click(browser, "remove-0")
    assert state(browser)["points"] == [] and text(browser, "data-loss") == "0.00"
    click(browser, "update")
    click(browser, "add-point")
    assert len(state(browser)["points"]) == 1


def test_there_is_room_for_sixty_points(browser: webdriver.Chrome) -> None:
    browser.execute_script("for (let i = 0; i < 60; i++) document.getElementById('add-point').click()")
    assert len(state(browser)["points"]) == 60
    assert text(browser, "message") == "there is room for 60 points: remove one first"


# --- classes and their lines ---


def test_classes_go_down_to_two_and_up_to_six(browser: webdriver.Chrome) -> None:
    click(browser, "remove-class-0")
    assert [y for *_, y in state(browser)["points"]] == [0, 0, 0, 1, 1, 1]
    assert not find(browser, "remove-class-0").is_enabled()
    for _ in range(4):
        click(browser, "add-class")
    assert len(state(browser)["b"]) == 6 and not find(browser, "add-class").is_enabled()
    click(browser, "update")
    assert "agree" in text(browser, "verdict")


def test_a_number_of_w_is_dragged_sideways(browser: webdriver.Chrome) -> None:
    ActionChains(browser).click_and_hold(find(browser, "w-0")).move_by_offset(60, 0).release().perform()
    assert state(browser)["W"][0] == pytest.approx([1.6, 2], abs=0.011)
    ActionChains(browser).move_by_offset(50, 0).perform()
    assert state(browser)["W"][0] == pytest.approx([1.6, 2], abs=0.011)


def on_line(driver: webdriver.Chrome, c: int) -> tuple[float, float]:
    """A place on the screen on class c's line and on nothing else."""
    code = """const plane = document.getElementById('plane');
        const hit = plane.querySelector(`[data-line="${arguments[0]}"] .hit`);
        const at = t => new DOMPoint(+hit.getAttribute('x1') * (1 - t) + t * hit.getAttribute('x2'),
            +hit.getAttribute('y1') * (1 - t) + t * hit.getAttribute('y2')).matrixTransform(plane.getScreenCTM());
        for (let t = 0; t < 1; t += .01) { const p = at(t);
            if (document.elementFromPoint(p.x, p.y) === hit) return [p.x, p.y]; }"""
    x, y = driver.execute_script(code, c)
    return x, y


def drag_from(driver: webdriver.Chrome, at: tuple[float, float], right: int, down: int) -> None:
    chain = ActionChains(driver)
    chain.w3c_actions.pointer_action.move_to_location(round(at[0]), round(at[1]))
    chain.w3c_actions.pointer_action.pointer_down()
    chain.w3c_actions.pointer_action.move_by(right, down)
    chain.w3c_actions.pointer_action.pointer_up()
    chain.perform()


def test_a_line_is_shifted_by_the_mouse_and_keeps_its_direction(browser: webdriver.Chrome) -> None:
    before = state(browser)
    drag_from(browser, on_line(browser, 1), offset(browser, 0.25), 0)
    now = state(browser)
    assert now["W"] == before["W"]
    assert now["b"] == pytest.approx([0, 0.5 - 2 * 0.25, -0.5], abs=0.02)  # 2 (x0 - 0.25) - 4 x1 + 0.5


def test_the_tip_of_an_arrow_turns_a_line_about_the_arrows_foot(browser: webdriver.Chrome) -> None:
    tip = browser.find_element(By.CSS_SELECTOR, '#plane [data-tip="0"] circle')
    drag_from(browser, middle(browser, tip), offset(browser, 0.3), offset(browser, 0.3))
    (w0, w1), b = state(browser)["W"][0], state(browser)["b"][0]
    assert w0 > 1.5 and w1 < 1.5
    assert b == pytest.approx(0, abs=1e-9)  # the foot of this arrow is the origin
    assert state(browser)["W"][1:] == [[2, -4], [3, -1]]


def test_the_keys_turn_shift_and_steepen_a_line(browser: webdriver.Chrome) -> None:
    handle = line(browser, 0)
    browser.execute_script("arguments[0].focus()", handle)
    handle.send_keys(Keys.ARROW_UP)
    assert state(browser)["b"][0] == pytest.approx(-0.05 * 5**0.5)
    handle.send_keys(Keys.ARROW_DOWN)
    handle.send_keys("+")
    assert state(browser)["W"][0] == pytest.approx([1.1, 2.2])
    handle.send_keys("-")
    handle.send_keys(Keys.ARROW_LEFT)
    w0, w1 = state(browser)["W"][0]
    assert w0 < 1 and (w0 * w0 + w1 * w1) == pytest.approx(5)
    handle.send_keys(Keys.ARROW_RIGHT)
    assert state(browser)["W"][0] == pytest.approx([1, 2])
    assert "class 0: its score is zero on the line 1.00 x0 + 2.00 x1" in handle.accessible_name


def test_the_regions_are_those_of_the_highest_score(browser: webdriver.Chrome) -> None:
    code = """const plane = document.getElementById('plane'), wrong = [], s = Share.decode(arguments[0]).state;
        for (let i = 0; i < 40; i++) for (let j = 0; j < 40; j++) {
            const x = i * 12 + 5.7, y = j * 12 + 6.1, p = new DOMPoint(x, y);
            const inside = [...plane.querySelectorAll('polygon')].map(r => r.isPointInFill(p));
            const best = M.argmax(M.scoresAt(s, (x - 240) / 200, (240 - y) / 200));
            if (inside.filter(Boolean).length !== 1 || !inside[best]) wrong.push([x, y, inside, best]); }
        return wrong;"""
    for name in ("preset-lecture", "add-class", "preset-middle"):
        click(browser, name)
        assert browser.execute_script(code, link(browser)) == []


# --- optimizers ---


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_runs_from_its_own_settings(browser: webdriver.Chrome, name: str) -> None:
    click(browser, "loss-softmax")
    choosing(name)(browser, "optimizer")
    click(browser, "defaults")
    expected = browser.execute_script("return M.defaults(arguments[0])", name)
    assert state(browser)["hyper"] == expected
    before = float(text(browser, "total-loss"))
    browser.execute_script("for (let i = 0; i < 30; i++) document.getElementById('update').click()")
    assert float(text(browser, "total-loss")) < before
    assert "in 30 updates" in text(browser, "steps") and text(browser, "message") == ""


def test_settings_are_kept_for_each_optimizer(browser: webdriver.Chrome) -> None:
    typing("0.5")(browser, "hyper-learning_rate")
    choosing("adam")(browser, "optimizer")
    assert state(browser)["hyper"]["learning_rate"] == 0.001
    choosing("sgd")(browser, "optimizer")
    assert state(browser)["hyper"]["learning_rate"] == 0.5


def test_a_rate_that_is_too_large_stops_with_one_sentence(browser: webdriver.Chrome) -> None:
    typing("100")(browser, "hyper-learning_rate")
    typing("1")(browser, "l2")
    typing("60")(browser, "speed")
    click(browser, "run")
    WebDriverWait(browser, 20).until(lambda d: text(d, "message"))
    assert text(browser, "message") == "W has grown beyond a million: the steps are too long"
    assert text(browser, "run") == "Start"
    assert state(browser)["optimizer"] == "sgd"  # and its address can still be read
    click(browser, "preset-demo")
    assert text(browser, "message") == ""


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("hyper-learning_rate", "-1", "learning rate α must be a number from 1e-6 to 100; -1 came"),
        ("l2", "-5", "L2 strength must be a number from 0 to 1000; -5 came"),
        ("x0-0", "3", "x0 of point 0 must be a number from -1.2 to 1.2; 3 came"),
        ("w-0", "-", "W0 of class 0 must be a number from -1e6 to 1e6; none came"),
    ],
)
def test_what_cannot_be_is_said_and_not_taken(browser: webdriver.Chrome, name: str, words: str, said: str) -> None:
    before = link(browser)
    typing(words)(browser, name)
    assert text(browser, "message") == said
    assert find(browser, name).get_attribute("aria-invalid") == "true"
    assert link(browser) == before
    find(browser, name).send_keys(Keys.TAB)
    assert text(browser, "message") == "" and find(browser, name).get_attribute("aria-invalid") is None
    assert link(browser) == before


def test_the_path_is_drawn_on_the_surface(browser: webdriver.Chrome) -> None:
    reds = """const c = document.getElementById('surface'), copy = document.createElement('canvas');
        copy.width = copy.height = c.width;
        const pen = copy.getContext('2d', { willReadFrequently: true });
        pen.drawImage(c, 0, 0);
        const d = pen.getImageData(0, 0, c.width, c.width).data;
        return d.filter((v, i) => i % 4 === 0 && v > 150 && d[i + 1] < 60 && d[i + 2] < 60).length"""
    before = browser.execute_script(reds)
    browser.execute_script("for (let i = 0; i < 20; i++) document.getElementById('update').click()")
    assert browser.execute_script(reds) > before + 200
    click(browser, "forget")
    assert browser.execute_script(reds) < before + 50


# --- the address ---


def test_a_state_goes_through_the_address_unchanged(chrome: webdriver.Chrome) -> None:
    open_page(chrome)
    for name in ("add-class", "add-point", "loss-softmax", "randomize"):
        click(chrome, name)
    choosing("adamw")(chrome, "optimizer")
    choosing("warm_restarts")(chrome, "hyper-schedule")
    typing("0.0123456789")(chrome, "hyper-learning_rate")
    choosing("weights")(chrome, "cut")
    choosing("11")(chrome, "axis1")
    for _ in range(3):
        click(chrome, "update")
    sent = link(chrome)
    WebDriverWait(chrome, 5).until(lambda d: d.current_url == PAGE.as_uri() + sent)
    before = state(chrome)
    open_page(chrome, sent)
    now = state(chrome)
    assert link(chrome) == sent
    assert {k: v for k, v in now.items() if k != "steps"}.items() >= {
        k: before[k] for k in ("points", "W", "b", "loss", "l1", "l2", "hyper", "optimizer", "axes", "cut")
    }.items()
    assert find(chrome, "hyper-schedule").get_attribute("value") == "warm_restarts"
    assert chrome.get_log("browser") == []


def test_an_address_that_changes_in_the_open_page_is_read(browser: webdriver.Chrome) -> None:
    changed = link(browser).replace("loss=ww", "loss=softmax").replace("l2=0.1", "l2=0.2")
    browser.execute_script("location.hash = arguments[0]", changed)
    WebDriverWait(browser, 5).until(lambda d: state(d)["loss"] == "softmax")
    assert state(browser)["l2"] == 0.2
    browser.execute_script("location.hash = '#nonsense'")
    WebDriverWait(browser, 5).until(lambda d: text(d, "message"))
    assert "The page stays as it is." in text(browser, "message")
    assert state(browser)["l2"] == 0.2


BAD = [
    ("#nonsense", '"nonsense" is not of the form name=value'),
    ("#x=1", "v is missing"),
    ("v=1", "v=2", 'it is of version "2", and this page reads version 1'),
    ("loss=ww", "loss=mse", 'loss must be one of ww, ova, structured, softmax; "mse" came'),
    ("loss=ww", "loss=%zz", '"loss=%zz" cannot be read'),
    ("l2=0.1", "l2=NaN", 'l2 must be a number from 0 to 1000; "NaN" came'),
    ("l2=0.1", "l2=", 'l2 must be a number from 0 to 1000; "" came'),
    ("optimizer=sgd", "optimizer=constructor", "optimizer must be one of sgd, momentum"),
    ("learning_rate=0.1", "beta=0.1", "learning_rate is missing"),
    ("W=1,2,", "W=1,", "W must hold two numbers for each of the 3 classes of b; 5 came"),
    ("b=0,0.5,-0.5", "b=0", "b must hold one number for each of 2 to 6 classes; 1 came"),
    ("points=0.5,0.4,0", "points=0.5,0.4,7", "a point's class must be one of 0 to 2; 7 came"),
    ("points=0.5,0.4,0", "points=5,0.4,0", "points must lie within 1.2 of 0; (5, 0.4) came"),
    ("points=0.5,0.4,0", "points=0.5,0.4", "points must hold x0, x1 and class of at most 60 points; 26 numbers came"),
    ("axes=0,1", "axes=1,1", 'axes must be two different whole numbers from 0 to 8; "1,1" came'),
    ("speed=10", "speed=10&more=1", '"more" is not known here'),
    ("speed=10", "speed=10&l1=0", "l1 stands twice"),
    ("speed=10", "speed=<img src=x>", 'speed must be a number from 1 to 60; "<img src=x>" came'),
]


@pytest.mark.parametrize("case", BAD, ids=[case[-1] for case in BAD])
def test_a_bad_address_is_passed_over_with_a_visible_line(browser: webdriver.Chrome, case: tuple[str, ...]) -> None:
    start = link(browser)
    *replaced, said = case
    open_page(browser, start.replace(*replaced) if len(replaced) == 2 else replaced[0])
    assert find(browser, "message").is_displayed()
    assert text(browser, "message").startswith(f"the state in the address was not used: {said}")
    assert text(browser, "message").endswith("The page shows its usual start.")
    assert link(browser) == start
