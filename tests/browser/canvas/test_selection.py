"""Selecting several nodes: marquee, panel, shared settings; copy, cut and paste between tabs."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.canvas import document, drag, ends, node, overlapping
from tests.support.browser.frames import open_final_design, opened, wait_until
from tests.support.browser.requests import posts
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

CLIPBOARD: dict[str, Any] = {"permissions": ["clipboard-read", "clipboard-write"]}


def final(open_page: OpenPage, **context: object) -> Page:
    page = open_page(viewport={"width": 1440, "height": 900}, **context)
    open_final_design(page)
    return page


def around(page: Page, *ids: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Corners of a box on screen around nodes."""
    boxes = [node(page, one).locator(".card").bounding_box() for one in ids]
    found = [box for box in boxes if box]
    left, top = min(one["x"] for one in found), min(one["y"] for one in found)
    right = max(one["x"] + one["width"] for one in found)
    bottom = max(one["y"] + one["height"] for one in found)
    return (left - 14, top - 14), (right + 14, bottom + 14)


def selected(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        "g.node.sel", "(all) => all.map((one) => one.dataset.node).sort()"
    )
    return found


def transform(page: Page) -> str:
    return page.locator("#canvas .world").get_attribute("transform") or ""


def test_a_drag_on_the_ground_selects_and_space_pans(open_page: OpenPage) -> None:
    page = final(open_page)
    before = transform(page)
    drag(page, *around(page, "web-1", "web-2"))
    assert selected(page) == ["web-1", "web-2"]
    assert transform(page) == before
    page.keyboard.down("Shift")
    drag(page, *around(page, "lb-1"))
    page.keyboard.up("Shift")
    assert selected(page) == ["lb-1", "web-1", "web-2"]
    corner = around(page, "users-1")[0]
    page.keyboard.down("Space")
    drag(page, corner, (corner[0] + 40, corner[1] + 30))
    page.keyboard.up("Space")
    assert transform(page) != before
    assert selected(page) == ["lb-1", "web-1", "web-2"]
    moved = transform(page)
    page.mouse.move(*around(page, "users-1")[0])
    page.mouse.down(button="middle")
    page.mouse.move(600, 500, steps=4)
    page.mouse.up(button="middle")
    assert transform(page) != moved


def test_the_panel_of_several_nodes_sets_them_all_at_once(
    open_page: OpenPage, axe_violations: Callable[[Page], list[str]]
) -> None:
    page = final(open_page)
    drag(page, *around(page, "web-1", "web-2"))
    panel = page.locator("#inspector")
    expect(panel.locator("h2")).to_have_text("2 selected")
    assert axe_violations(page) == []
    sent = posts(page)
    field = panel.locator('[name="service_ms"]')
    field.fill("12.5")
    field.press("Enter")
    page.wait_for_function("() => window.loadground.frame.rev > 1")
    values = {one["id"]: one["parameters"] for one in document(page)["nodes"]}
    assert [values[one]["service_ms"] for one in ("web-1", "web-2")] == [12.5, 12.5]
    assert sent == ["inspector"]
    page.locator("#canvas").focus()
    page.keyboard.press("Control+z")
    wait_until(page, "!frame.undo.length")
    values = {one["id"]: one["parameters"] for one in document(page)["nodes"]}
    assert values["web-1"]["service_ms"] != 12.5


def test_different_values_stay_until_one_is_typed(open_page: OpenPage) -> None:
    page = final(open_page)
    node(page, "web-1").click()
    field = page.locator('#inspector [name="service_ms"]')
    field.fill("33")
    field.press("Enter")
    page.wait_for_function("() => window.loadground.frame.rev > 1")
    node(page, "web-2").click(modifiers=["Shift"])
    expect(page.locator("#inspector h2")).to_have_text("2 selected")
    expect(field).to_have_value("")
    expect(field).to_have_attribute("placeholder", "mixed")
    page.get_by_label("Zone", exact=True).fill("a")
    page.get_by_label("Zone", exact=True).press("Enter")
    expect(page.locator(".hull.zone")).to_have_count(1)
    nodes = {one["id"]: one for one in document(page)["nodes"]}
    assert nodes["web-1"]["parameters"]["service_ms"] == 33
    assert nodes["web-2"]["parameters"]["service_ms"] != 33
    assert nodes["web-2"]["groups"] == {"zone": "a"}


def test_nine_are_crashed_and_healed_from_their_panel(open_page: OpenPage) -> None:
    page = final(open_page)
    page.keyboard.press("Control+a")
    panel = page.locator("#inspector")
    expect(panel.locator("h2")).to_have_text("9 selected")
    panel.get_by_role("button", name="Crash").click()
    wait_until(page, "frame.n.filter((one) => one.fault === 'crash').length >= 6")
    panel.get_by_role("button", name="Heal").click()
    wait_until(page, "frame.n.every((one) => one.fault !== 'crash')")


def test_nodes_are_copied_to_another_tab(open_page: OpenPage) -> None:
    page = opened(open_page, **CLIPBOARD)
    node(page, "web-1").click()
    node(page, "db-1").click(modifiers=["Shift"])
    page.keyboard.press("Control+c")
    expect(page.locator(".toast")).to_contain_text("2 nodes copied")
    page.keyboard.press("Control+v")
    expect(node(page, "web-2")).to_be_visible()
    assert "web-2>db-2" in ends(page)
    assert overlapping(page) == []
    expect(page.locator("g.node.sel")).to_have_count(2)
    page.keyboard.press("Control+z")
    expect(node(page, "web-2")).to_have_count(0)
    other = page.context.new_page()
    other.goto("/new")
    other.wait_for_function("() => window.loadground?.ready")
    other.locator("#canvas").focus()
    other.keyboard.press("Control+v")
    expect(other.locator("g.node")).to_have_count(2)
    assert ends(other) == ["web-1>db-1"]


def test_cut_takes_away_and_paste_brings_back(open_page: OpenPage) -> None:
    page = opened(open_page, **CLIPBOARD)
    node(page, "db-1").click()
    page.keyboard.press("Control+x")
    expect(node(page, "db-1")).to_have_count(0)
    page.keyboard.press("Control+v")
    expect(node(page, "db-1")).to_be_visible()


def test_a_clipboard_without_a_drawing_says_so(open_page: OpenPage) -> None:
    page = opened(open_page, **CLIPBOARD)
    page.locator("#canvas").focus()
    page.evaluate("() => navigator.clipboard.writeText('a shopping list')")
    page.keyboard.press("Control+v")
    expect(page.locator(".toast")).to_contain_text("There is no drawing in the clipboard.")
    damaged = '{"format": "loadground", "version": 1, "name": "x", "nodes": 7, "links": []}'
    page.evaluate("text => navigator.clipboard.writeText(text)", damaged)
    page.keyboard.press("Control+v")
    expect(page.locator(".toast", has_text="It cannot be pasted")).to_be_visible()
    expect(page.locator("g.node")).to_have_count(4)


def test_an_undo_that_no_longer_fits_says_why(open_page: OpenPage) -> None:
    """The console stays empty: for two people that is nothing unusual."""
    host = opened(open_page)
    node(host, "db-1").click()
    field = host.locator('#inspector [name="name"]')
    field.fill("Orders")
    field.press("Enter")
    wait_until(host, "frame.undo.length")
    guest = open_page(viewport={"width": 1440, "height": 900})
    guest.goto(host.url)
    expect(guest.locator("g.node")).to_have_count(4)
    node(guest, "db-1").click()
    guest.keyboard.press("Delete")
    expect(node(host, "db-1")).to_have_count(0)
    host.locator("#canvas").focus()
    host.keyboard.press("Control+z")
    expect(host.locator(".toast")).to_contain_text("no longer")
