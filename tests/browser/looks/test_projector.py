"""On a projector (1280x720) every scenario can be read: nothing covered, names first and whole."""

import pytest
from playwright.sync_api import Page

from app.scenarios import library
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

COVERED = """() => {
  const floor = document.querySelector(".floor-row").getBoundingClientRect();
  return [...document.querySelectorAll(".node .card")]
    .map((card) => card.getBoundingClientRect())
    .filter((box) => box.bottom > floor.top && box.right > floor.left)
    .length;
}"""

NAMES = """() => {
  const far = document.querySelector("#canvas").classList.contains("far");
  return [...document.querySelectorAll(far ? ".compact .name" : ".full .name")].map((name) => {
    const style = getComputedStyle(name);
    const zoom = name.getScreenCTM().a;
    return { text: name.textContent, px: parseFloat(style.fontSize) * zoom };
  });
}"""


def opened(open_page: OpenPage, path: str) -> Page:
    page = open_page(viewport={"width": 1280, "height": 720})
    page.goto(path)
    page.wait_for_function("() => window.loadground?.ready && window.loadground.frame")
    return page


@pytest.mark.parametrize("name", library.names())
def test_no_card_is_covered_and_every_name_is_large_enough(open_page: OpenPage, name: str) -> None:
    page = opened(open_page, f"/scenarios/{name}")
    assert page.evaluate(COVERED) == 0
    names = page.evaluate(NAMES)
    assert names
    assert min(one["px"] for one in names) >= 11 - 0.01
    assert max(one["text"].count("…") for one in names) <= 1


def test_the_drawer_is_folded_at_first_and_stays_as_it_was_left(open_page: OpenPage) -> None:
    page = opened(open_page, "/scenarios/final-design")
    toggle = page.locator("#drawer-toggle")
    assert toggle.get_attribute("aria-expanded") == "false"
    toggle.click()
    grip = page.locator("#drawer-grip")
    grip.focus()
    before = page.locator("#charts, .run").first.bounding_box()
    grip.press("ArrowUp")
    grip.press("ArrowUp")
    after = page.locator("#charts, .run").first.bounding_box()
    assert before
    assert after
    assert round(after["height"] - before["height"]) == 48
    page.reload()
    page.wait_for_function("() => window.loadground?.ready && window.loadground.frame")
    again = page.locator("#charts, .run").first.bounding_box()
    assert again
    assert round(again["height"]) == round(after["height"])
