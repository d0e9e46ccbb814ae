"""Groups as containers: frames that are dropped into, dragged out of, moved and resized."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.canvas import document, drag, middle_of, overlapping
from tests.support.browser.frames import opened, wait_until
from tests.support.browser.groups import (
    card,
    draw,
    frame,
    frames,
    ground,
    groups_of,
    head,
    inside,
    said,
)
from tests.support.browser.requests import posts
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

SHARED = "/scenarios/single-box"


def test_a_tile_becomes_a_frame_that_a_card_is_dropped_into_and_dragged_out_of(
    open_page: OpenPage, axe_violations: Callable[[Page], list[str]]
) -> None:
    page = opened(open_page)
    tile = page.locator('.pal-tile[data-frame="zone"]')
    tile.scroll_into_view_if_needed()
    x, y = card(page, "db-1")
    drag(page, middle_of(page, '.pal-tile[data-frame="zone"]'), (x, y - 200))
    expect(page.locator("#inspector h2")).to_have_text("zone-1")
    assert len(frames(page)) == 1
    assert groups_of(page, "db-1") == {}
    page.locator("#canvas").focus()
    page.keyboard.press("Shift+Digit1")
    assert not any(inside(page, "zone", one) for one in ("users-1", "web-1", "db-1", "dns-1"))
    start, end = card(page, "db-1"), ground(page, "zone")
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=6)
    expect(page.locator(".hull.zone.target")).to_have_count(1)
    page.mouse.up()
    expect(page.locator(".members")).to_contain_text("db-1")
    said(page, "db-1 put into zone-1")
    assert groups_of(page, "db-1") == {"zone": "zone-1"}
    assert inside(page, "zone", "db-1")
    assert axe_violations(page) == []
    drag(page, card(page, "db-1"), start)
    said(page, "db-1 taken out")
    assert groups_of(page, "db-1") == {}
    assert not inside(page, "zone", "db-1")
    page.locator("#canvas").focus()
    page.keyboard.press("Control+z")
    expect(page.locator(".members")).to_contain_text("db-1")
    assert inside(page, "zone", "db-1")


def test_a_frame_moves_with_its_children_as_one_edit(open_page: OpenPage) -> None:
    page = opened(open_page, SHARED)
    members = [one["id"] for one in document(page)["nodes"] if one.get("groups")]
    before = {one["id"]: (one["x"], one["y"]) for one in document(page)["nodes"]}
    sent = posts(page)
    x, y = head(page, "machine")
    drag(page, (x, y), (x + 30, y - 60))
    expect(page.locator("#inspector .members li")).to_have_count(len(members))
    wait_until(page, "frame.undo.length > 0")
    assert sent == ["actions"]
    after = {one["id"]: (one["x"], one["y"]) for one in document(page)["nodes"]}
    ways = {(after[one][0] - before[one][0], after[one][1] - before[one][1]) for one in members}
    assert len(ways) == 1
    assert ways != {(0, 0)}
    assert all(after[one] == before[one] for one in before if one not in members)
    page.keyboard.press("Control+z")
    page.wait_for_function("rev => window.loadground.frame.rev > rev", arg=1)
    assert {one["id"]: (one["x"], one["y"]) for one in document(page)["nodes"]} == before


def test_a_machine_that_is_dragged_into_a_zone_takes_its_services_along(
    open_page: OpenPage,
) -> None:
    page = opened(open_page, SHARED)
    draw(page, "zone")
    start, to, middle = head(page, "machine"), ground(page, "zone"), ground(page, "machine")
    drag(page, start, (start[0] + to[0] - middle[0], start[1] + to[1] - middle[1]))
    said(page, "put into zone-1")
    services = [one for one in document(page)["nodes"] if one.get("groups")]
    assert {one["groups"]["zone"] for one in services} == {"zone-1"}
    assert all(one["groups"]["machine"] for one in services)
    assert overlapping(page) == []
    outer = frame(page, "zone").locator(".hull-box").bounding_box()
    inner = frame(page, "machine").locator(".hull-box").bounding_box()
    assert outer
    assert inner
    assert outer["x"] < inner["x"]
    assert inner["x"] + inner["width"] < outer["x"] + outer["width"]


def test_a_corner_resizes_a_frame_and_pushes_strangers_out(open_page: OpenPage) -> None:
    page = opened(open_page)
    draw(page, "zone")
    page.mouse.click(*head(page, "zone"))
    before = frames(page)[0]
    (x, y), (to_x, to_y) = ground(page, "zone"), card(page, "web-1")
    name = ("n" if to_y < y else "s") + ("w" if to_x < x else "e")
    corner = f".hull.zone .hull-corner.{name} .hull-corner-mark"
    drag(page, middle_of(page, corner), (to_x, to_y))
    page.wait_for_function("rev => window.loadground.frame.rev > rev", arg=2)
    [after] = frames(page)
    assert after["h"] > before["h"] or after["w"] > before["w"]
    assert not any(inside(page, "zone", one) for one in ("users-1", "web-1", "db-1", "dns-1"))
    assert overlapping(page) == []
    assert groups_of(page, "web-1") == {}


def test_a_machine_says_how_busy_it_is_and_what_it_costs(open_page: OpenPage) -> None:
    page = opened(open_page, SHARED)
    figures = frame(page, "machine").locator(".hull-figures")
    expect(figures).to_contain_text("USD a month")
    expect(figures).to_contain_text("%")
    services = [one["id"] for one in document(page)["nodes"] if one.get("groups")]
    parts = "frame.n.filter((one) => given.includes(one.id))"
    wait_until(page, f"{parts}.reduce((sum, one) => sum + one.util, 0) > 0.2", services)
    page.keyboard.press("Space")
    wait_until(page, "!frame.running")
    total: float = page.evaluate(
        "ids => window.loadground.frame.n.filter((one) => ids.includes(one.id))"
        ".reduce((sum, one) => sum + one.util, 0)",
        services,
    )
    expect(figures).to_contain_text(f"{round(min(total, 1) * 100)}\N{NO-BREAK SPACE}%")


def test_a_whole_machine_crashes_and_heals_from_its_menu(open_page: OpenPage) -> None:
    page = opened(open_page, SHARED)
    services = [one["id"] for one in document(page)["nodes"] if one.get("groups")]
    page.mouse.click(*head(page, "machine"), button="right")
    page.get_by_role("menuitem", name="Crash or heal").click()
    down = "frame.n.filter((one) => given.includes(one.id) && one.state === 'down').length"
    wait_until(page, f"{down} === given.length", services)
    page.locator("#inspector").get_by_role("button", name="Heal").click()
    wait_until(page, f"{down} === 0", services)
    page.locator("#inspector").get_by_role("button", name="Crash").click()
    wait_until(page, f"{down} === given.length", services)
