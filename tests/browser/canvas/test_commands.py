"""Commands: rename in place, context menu, list of commands, zooms, and arranging."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.canvas import document, drag, link_id, middle_of, node, overlapping
from tests.support.browser.frames import opened, wait_until
from tests.support.browser.requests import posts
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]


def names(page: Page) -> dict[str, str]:
    return {one["id"]: one["name"] for one in document(page)["nodes"]}


def zoom(page: Page) -> str:
    return page.locator("#zoom-value").inner_text().replace("\u00a0", " ")


def test_a_node_is_renamed_where_its_name_stands(open_page: OpenPage) -> None:
    page = opened(open_page)
    page.mouse.dblclick(*middle_of(page, 'g.node[data-node="web-1"] .card'))
    field = page.get_by_role("textbox", name="Name of web-1")
    expect(field).to_be_focused()
    page.keyboard.type("Shop")
    page.keyboard.press("Enter")
    expect(node(page, "web-1")).to_be_focused()
    page.wait_for_function("() => window.loadground.frame.rev > 1")
    assert names(page)["web-1"] == "Shop"
    page.keyboard.press("F2")
    page.keyboard.type("Nothing")
    page.keyboard.press("Escape")
    expect(page.locator(".rename")).to_have_count(0)
    assert names(page)["web-1"] == "Shop"
    page.keyboard.press("Control+z")
    wait_until(page, "!frame.undo.length")
    assert names(page)["web-1"] == "web-1"


def test_the_context_menu_is_of_what_was_pressed(
    open_page: OpenPage, axe_violations: Callable[[Page], list[str]]
) -> None:
    page = opened(open_page)
    page.mouse.click(*middle_of(page, 'g.node[data-node="web-1"] .card'), button="right")
    menu = page.get_by_role("menu", name="web-1")
    expect(menu.get_by_role("menuitem", name="Duplicate")).to_be_visible()
    assert axe_violations(page) == []
    menu.get_by_role("menuitem", name="Duplicate").click()
    expect(node(page, "web-2")).to_be_visible()
    page.keyboard.press("Shift+F10")
    expect(page.get_by_role("menu", name="web-2")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_be_hidden()
    expect(node(page, "web-2")).to_be_focused()
    page.locator(f'g.link[data-link="{link_id(page, "web-1", "db-1")}"]').focus()
    page.keyboard.press("Shift+F10")
    page.get_by_role("menu", name="Link").get_by_role("menuitem", name="Delete").click()
    expect(page.locator("g.link")).to_have_count(4)


def test_a_finger_that_rests_opens_the_menu(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto("/scenarios/split-database")
    wait_until(page, "frame.ready")
    x, y = middle_of(page, 'g.node[data-node="web-1"] .card')
    wire = page.context.new_cdp_session(page)
    point = {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}
    wire.send("Input.dispatchTouchEvent", point)
    expect(page.get_by_role("menu", name="web-1")).to_be_visible()
    wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.get_by_role("menuitem", name="Duplicate").click()
    expect(page.locator("g.node")).to_have_count(5)


def test_commands_are_found_in_the_list_by_typing(
    open_page: OpenPage, axe_violations: Callable[[Page], list[str]]
) -> None:
    page = opened(open_page)
    node(page, "web-1").focus()
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Commands")
    expect(field).to_be_focused()
    assert axe_violations(page) == []
    page.keyboard.type("dupl")
    page.keyboard.press("Enter")
    expect(node(page, "web-2")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("add cache")
    page.keyboard.press("Enter")
    expect(node(page, "cache-1")).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("no such thing")
    expect(page.get_by_text("No such command.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(node(page, "cache-1")).to_be_focused()


def test_zooms_show_one_to_one_the_selection_or_everything(open_page: OpenPage) -> None:
    page = opened(open_page)
    page.keyboard.press("+")
    page.keyboard.press("Control+0")
    assert zoom(page) == "100 %"
    node(page, "web-1").click()
    page.keyboard.press("Shift+Digit2")
    box = node(page, "web-1").locator(".card").bounding_box()
    stage = page.locator("#stage").bounding_box()
    assert box
    assert stage
    assert abs(box["x"] + box["width"] / 2 - stage["x"] - stage["width"] / 2) < 2
    page.keyboard.press("+")
    page.keyboard.press("Shift+Digit1")
    for one in ("users-1", "db-1"):
        expect(node(page, one)).to_be_in_viewport()
    page.keyboard.press("-")
    page.get_by_role("button", name=zoom(page)).click()
    assert zoom(page) == "100 %"


def test_tidy_is_one_key_and_one_undo(open_page: OpenPage) -> None:
    page = opened(open_page)
    x, y = middle_of(page, 'g.node[data-node="db-1"] .card')
    drag(page, (x, y), (x - 420, y + 130))
    wait_until(page, "frame.undo.length")
    page.wait_for_timeout(800)  # moves of the same nodes soon after are one gesture
    before = document(page)["nodes"]
    sent = posts(page)
    page.keyboard.press("Control+Shift+L")
    page.wait_for_function("() => window.loadground.frame.rev > 2")
    places = {one["id"]: one["x"] for one in document(page)["nodes"]}
    assert places["users-1"] < places["web-1"] < places["db-1"]
    assert sent == ["actions"]
    assert overlapping(page) == []
    page.keyboard.press("Control+z")
    page.wait_for_function("() => window.loadground.frame.rev > 3")
    assert document(page)["nodes"] == before


def test_cards_are_aligned_and_snap_to_others(open_page: OpenPage) -> None:
    page = opened(open_page)
    page.keyboard.press("Control+a")
    panel = page.locator("#inspector")
    panel.get_by_role("button", name="Align left").click()
    page.wait_for_function("() => window.loadground.frame.rev > 1")
    assert len({one["x"] for one in document(page)["nodes"]}) == 1
    assert overlapping(page) == []
    page.keyboard.press("Control+z")
    wait_until(page, "!frame.undo.length")
    x, y = middle_of(page, 'g.node[data-node="web-1"] .card')
    _, users = middle_of(page, 'g.node[data-node="users-1"] .card')
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 9, users + 90, steps=3)
    page.mouse.move(x + 9, users + 4, steps=3)
    expect(page.locator(".guide")).to_have_count(1)
    page.mouse.up()
    expect(page.locator(".guide")).to_have_count(0)
    wait_until(page, "frame.undo.length")
    tops = {one["id"]: one["y"] for one in document(page)["nodes"]}
    assert tops["web-1"] == tops["users-1"]
