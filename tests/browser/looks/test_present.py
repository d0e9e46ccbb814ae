"""Presenting, high contrast, forced colours and 200 % zoom: the drawing has room, marks stay."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

PROJECTOR = {"width": 1280, "height": 720}
SIZES = [(1440, 900), (1280, 720), (900, 700), (720, 450), (640, 512), (390, 844)]


def opened(open_page: OpenPage, **look: Any) -> Page:
    page = open_page(**look)
    page.goto("/scenarios/final-design")
    page.wait_for_function("() => window.loadground?.ready && window.loadground.frame?.t > 0")
    return page


def height(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    return box["height"] if box else 0.0


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
def test_presenting_hides_the_panels_and_escape_brings_them_back(
    open_page: OpenPage, axe_violations: Callable[[Page], list[str]], locale: str
) -> None:
    page = opened(open_page, viewport=PROJECTOR, locale=locale)
    usual = page.locator("#stage").bounding_box()
    page.locator("#canvas").focus()
    page.keyboard.press("p")
    for panel in ("#palette", "#inspector", "#tabs", ".charts", "#share"):
        expect(page.locator(panel)).to_be_hidden()
    for shown in ("#scrub-thumb", "#m-completed", "#pause", "#leave"):
        expect(page.locator(shown)).to_be_visible()
    stage = page.locator("#stage").bounding_box()
    assert usual
    assert stage
    assert stage["width"] == 1280
    assert stage["width"] * stage["height"] > 1.2 * usual["width"] * usual["height"]
    assert axe_violations(page) == []
    page.locator("#canvas").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_visible()
    expect(page.locator("#leave")).to_be_hidden()


def test_presenting_makes_the_drawing_larger_and_leaving_undoes_it(open_page: OpenPage) -> None:
    page = opened(open_page, viewport=PROJECTOR)
    card = 'g.node[data-node="web-1"] .card'
    before = page.locator(card).bounding_box()
    page.locator("#present").click()
    page.wait_for_function(
        "([card, width]) => document.querySelector(card).getBoundingClientRect().width > width",
        arg=[card, before["width"] if before else 0],
    )
    page.locator("#leave").click()
    expect(page.locator("#inspector")).to_be_visible()


@pytest.mark.parametrize(("width", "height_px"), SIZES)
def test_the_canvas_has_room_in_every_window(
    open_page: OpenPage, width: int, height_px: int
) -> None:
    """720 by 450 and 640 by 512 are 1440 by 900 and 1280 by 1024 at 200 %."""
    page = opened(open_page, viewport={"width": width, "height": height_px})
    assert height(page, "#stage") >= 150
    page.evaluate("() => window.loadground.select('web-1')")
    page.locator("#inspector [data-id='web-1']").first.wait_for(state="attached")
    if width >= 700:
        page.locator('#tabs button[data-tab="run"]').click()
        assert height(page, "#stage") >= 100
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


MARKS = {"load": "#load", "marker": "#scrub-thumb", "live dot": ".live"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("mark", MARKS)
def test_marks_stay_visible_in_forced_colours(open_page: OpenPage, mark: str, scheme: str) -> None:
    """A mark is drawn in more than the colour of its ground."""
    page = opened(
        open_page,
        viewport={"width": 1440, "height": 900},
        forced_colors="active",
        color_scheme=scheme,
    )
    selector = MARKS[mark]
    if mark != "load":
        style = page.evaluate(
            """selector => {
                const style = getComputedStyle(document.querySelector(selector), "::before");
                return [style.backgroundColor, getComputedStyle(document.body).backgroundColor];
            }""",
            selector,
        )
        assert style[0] != style[1]
    assert colours_in(page, selector) >= 2


def colours_in(page: Page, selector: str) -> int:
    """Return the number of clearly different greys that a part of the page is drawn in."""
    shot = base64.b64encode(page.locator(selector).screenshot()).decode()
    found: int = page.evaluate(
        """async (shot) => {
            const image = new Image();
            image.src = `data:image/png;base64,${shot}`;
            await image.decode();
            const canvas = document.createElement("canvas");
            [canvas.width, canvas.height] = [image.width, image.height];
            const context = canvas.getContext("2d");
            context.drawImage(image, 0, 0);
            const { data } = context.getImageData(0, 0, image.width, image.height);
            const greys = new Map();
            for (let i = 0; i < data.length; i += 4) {
                const grey = (data[i] + data[i + 1] + data[i + 2]) >> 6;
                greys.set(grey, (greys.get(grey) ?? 0) + 1);
            }
            return [...greys.values()].filter((count) => count >= 12).length;
        }""",
        shot,
    )
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_more_contrast_makes_lines_and_captions_stronger(
    open_page: OpenPage, axe_violations: Callable[[Page], list[str]], scheme: str
) -> None:
    look: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, "color_scheme": scheme}
    colour = "() => getComputedStyle(document.querySelector('.tile .k')).color"
    usual = opened(open_page, **look).evaluate(colour)
    page = opened(open_page, **look, contrast="more")
    assert page.evaluate(colour) != usual
    assert axe_violations(page) == []


@pytest.mark.parametrize(("width", "height"), [(900, 700), (720, 900), (390, 844)])
def test_presenting_has_a_button_in_a_narrow_window(
    open_page: OpenPage, width: int, height: int
) -> None:
    page = opened(open_page, viewport={"width": width, "height": height}, has_touch=width < 700)
    expect(page.locator("#present")).to_be_in_viewport(ratio=1)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.locator("#present").click()
    expect(page.locator("#leave")).to_be_in_viewport(ratio=1)
    page.locator("#leave").click()
    expect(page.locator("#present")).to_be_visible()


def test_the_share_button_can_be_read_in_forced_colours(
    open_page: OpenPage, axe_violations: Callable[[Page], list[str]]
) -> None:
    page = opened(open_page, viewport=PROJECTOR, forced_colors="active")
    assert axe_violations(page) == []
    colours = "one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"
    text, ground = page.locator("#share").evaluate(colours)
    assert text != ground
