"""Requests in flight are drawn, by a worker or without one; not where motion is unwanted."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.frames import open_final_design, wait_until
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

WITHOUT_WORKER = "delete HTMLCanvasElement.prototype.transferControlToOffscreen"

# A canvas that was handed over cannot be read, but it can be drawn on another one.
PAINTED = """() => {
    const canvas = document.getElementById("particles");
    const copy = document.createElement("canvas");
    [copy.width, copy.height] = [canvas.width, canvas.height];
    const pen = copy.getContext("2d");
    if (!canvas.width) return 0;
    pen.drawImage(canvas, 0, 0);
    const {data} = pen.getImageData(0, 0, copy.width, copy.height);
    let sum = 0;
    for (let i = 3; i < data.length; i += 4) sum = (sum + data[i] * (i % 65521)) % 1e9;
    return sum;
}"""


def painted(page: Page) -> int:
    """A number that is 0 for an empty picture and tells pictures apart."""
    found: int = page.evaluate(PAINTED)
    return found


@pytest.mark.parametrize("worker", [True, False], ids=["worker", "page"])
def test_dots_move_stand_while_paused_and_follow_the_camera(
    open_page: OpenPage, worker: bool
) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    if not worker:
        page.add_init_script(WITHOUT_WORKER)
    open_final_design(page)
    assert len(page.workers) == int(worker)
    page.wait_for_function(f"() => ({PAINTED})() > 0")
    first = painted(page)
    page.wait_for_function(f"first => ({PAINTED})() !== first", arg=first)
    page.locator("#pause").click()
    wait_until(page, "!frame.running")
    page.wait_for_timeout(500)
    still = painted(page)
    assert still
    page.wait_for_timeout(700)
    assert painted(page) == still
    page.locator("#zoom-in").click()
    page.wait_for_function(f"still => ({PAINTED})() !== still", arg=still)
    page.locator("#reset").click()
    page.wait_for_function(f"() => ({PAINTED})() === 0")


def test_dots_are_neither_drawn_nor_mentioned_where_motion_is_unwanted(
    open_page: OpenPage,
) -> None:
    page = open_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    open_final_design(page)
    wait_until(page, "frame.t > 2")
    assert painted(page) == 0
    for words in ("one dot", "slowed", "read", "write", "error"):
        expect(page.locator("#legend").get_by_text(words)).to_be_hidden()
    expect(page.locator("#legend").get_by_text("width = rate")).to_be_visible()
