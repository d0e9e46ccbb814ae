"""Groups without a mouse: commands, menus, arrows, names in place; and by a finger on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.canvas import document, node
from tests.support.browser.frames import opened, wait_until
from tests.support.browser.groups import card, draw, frames, groups_of, head, inside, said
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]


def command(page: Page, words: str) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def test_a_node_is_put_into_a_group_and_taken_out_by_commands(open_page: OpenPage) -> None:
    page = opened(open_page)
    draw(page, "zone")
    node(page, "db-1").focus()
    command(page, "put into zone-1")
    said(page, "db-1 put into zone-1")
    assert groups_of(page, "db-1") == {"zone": "zone-1"}
    assert inside(page, "zone", "db-1")
    node(page, "db-1").focus()
    command(page, "take out of zone-1")
    said(page, "db-1 taken out")
    assert groups_of(page, "db-1") == {}
    assert not inside(page, "zone", "db-1")


def test_the_menu_of_a_node_offers_groups_that_are_there_and_new_ones(open_page: OpenPage) -> None:
    page = opened(open_page)
    node(page, "web-1").click(button="right")
    page.get_by_role("menuitem", name="Put into…").click()
    page.get_by_role("menuitem", name="Put into a new group: Machine").click()
    expect(page.locator("#inspector h2")).to_have_text("machine-1")
    assert groups_of(page, "web-1") == {"machine": "machine-1"}
    node(page, "db-1").click(button="right")
    page.get_by_role("menuitem", name="Put into…").click()
    page.get_by_role("menuitem", name="machine-1", exact=True).click()
    said(page, "db-1 put into machine-1")
    node(page, "db-1").click(button="right")
    page.get_by_role("menuitem", name="Take out of…").click()
    page.get_by_role("menuitem", name="machine-1").click()
    said(page, "db-1 taken out")
    assert groups_of(page, "db-1") == {}


def test_arrows_move_a_frame_and_f2_names_it(
    open_page: OpenPage, axe_violations: Callable[[Page], list[str]]
) -> None:
    page = opened(open_page)
    draw(page, "zone")
    before = frames(page)[0]
    page.keyboard.press("g")
    expect(page.locator(".hull.zone")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("F2")
    field = page.get_by_role("textbox", name="Name of zone-1")
    expect(field).to_be_focused()
    assert axe_violations(page) == []
    field.fill("Seoul east")
    field.press("Enter")
    expect(page.locator(".hull.zone .hull-name")).to_have_text("Zone Seoul east")
    [after] = frames(page)
    assert (after["name"], after["x"], after["y"]) == ("Seoul east", before["x"], before["y"] + 30)
    expect(page.locator("#inspector h2")).to_have_text("Seoul east")
    expect(page.locator(".hull.zone")).to_be_focused()
    page.keyboard.press("Delete")
    expect(page.locator(".hull")).to_have_count(0)
    assert frames(page) == []


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
def test_a_finger_drops_a_card_into_a_frame_on_a_phone(
    open_page: OpenPage, axe_violations: Callable[[Page], list[str]], locale: str
) -> None:
    page = open_page(
        viewport={"width": 390, "height": 844}, has_touch=True, locale=locale, color_scheme="dark"
    )
    page.goto("/scenarios/split-database")
    wait_until(page, "frame.ready")
    page.locator('#tabs [data-tab="palette"]').tap()
    page.locator('.pal-tile[data-frame="zone"]').tap()
    expect(page.locator(".hull.zone")).to_have_count(1)
    expect(page.locator("#inspector h2")).to_have_text("zone-1")
    page.locator('#tabs [data-tab="canvas"]').tap()
    page.locator("#fit").tap()
    wire = page.context.new_cdp_session(page)
    x, y = card(page, "db-1")
    box = page.locator(".hull.zone .hull-box").bounding_box()
    assert box
    to = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for step in range(9):
        at = {"x": x + (to[0] - x) * step / 8, "y": y + (to[1] - y) * step / 8}
        kind = "touchMove" if step else "touchStart"
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [at]})
    wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("rev => window.loadground.frame.rev > rev", arg=2)
    assert groups_of(page, "db-1") == {"zone": "zone-1"}
    assert inside(page, "zone", "db-1")
    assert axe_violations(page) == []


def test_an_undone_rename_gives_the_group_its_name_back(open_page: OpenPage) -> None:
    page = opened(open_page, "/scenarios/zone-loss")
    before = document(page)["nodes"]
    page.mouse.dblclick(*head(page, "zone:has-text('Zone a')"))
    page.get_by_role("textbox", name="Name of a").fill("north")
    page.keyboard.press("Enter")
    expect(page.locator(".hull-name", has_text="Zone north").first).to_be_visible()
    page.locator("#canvas").focus()
    page.keyboard.press("Control+z")
    said(page, "Undone")
    expect(page.locator(".hull-name", has_text="Zone a").first).to_be_visible()
    assert document(page)["nodes"] == before
