"""Undo: a message takes back its own action, each person their own, and others are told."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.canvas import node
from tests.support.browser.frames import open_final_design, wait_until
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

CRASHED = "frame.n.filter((one) => one.fault === 'crash').map((one) => one.id).join()"


def opened(open_page: OpenPage) -> Page:
    page = open_page(viewport={"width": 1440, "height": 900})
    open_final_design(page)
    return page


def joined(open_page: OpenPage, host: Page) -> Page:
    """Another browser with the same run."""
    page = open_page(viewport={"width": 1440, "height": 900})
    page.goto(host.url)
    expect(page.locator("g.node")).to_have_count(9)
    page.wait_for_function("() => window.loadground?.frame?.ready")
    return page


def toast(page: Page, text: str) -> None:
    """Press Undo in the message that says `text`."""
    message = page.locator(".toast", has_text=text)
    message.get_by_role("button", name="Undo").click()


def press(page: Page, node_id: str, key: str) -> None:
    node(page, node_id).click()
    page.keyboard.press(key)


def test_a_message_takes_back_its_own_action(open_page: OpenPage) -> None:
    page = opened(open_page)
    press(page, "web-2", "Delete")
    expect(page.locator("g.node")).to_have_count(8)
    press(page, "web-1", "k")
    wait_until(page, f"{CRASHED} === 'web-1'")
    toast(page, "web-2 deleted")
    expect(page.locator("g.node")).to_have_count(9)
    expect(page.locator(".toast", has_text="Undone: web-2 removed")).to_be_visible()
    wait_until(page, f"{CRASHED} === 'web-1'")
    page.keyboard.press("Control+z")
    wait_until(page, f"{CRASHED} === ''")
    expect(page.locator("g.node")).to_have_count(9)


def test_a_message_of_what_was_undone_already_says_so(open_page: OpenPage) -> None:
    page = opened(open_page)
    press(page, "web-2", "Delete")
    expect(page.locator("g.node")).to_have_count(8)
    page.keyboard.press("Control+z")
    expect(page.locator("g.node")).to_have_count(9)
    toast(page, "web-2 deleted")
    expect(page.locator(".toast", has_text="taken back already")).to_be_visible()
    expect(page.locator("g.node")).to_have_count(9)


def test_undo_takes_back_ones_own_step_and_rows_say_who_acted(open_page: OpenPage) -> None:
    ann = opened(open_page)
    ben = joined(open_page, ann)
    press(ann, "web-1", "k")
    wait_until(ben, f"{CRASHED} === 'web-1'")
    expect(ben.locator("#undo")).to_be_disabled()
    press(ben, "db-3", "k")
    wait_until(ann, f"{CRASHED} === 'web-1,db-3'")
    row = ann.locator("#timeline li")
    expect(row.filter(has_text="web-1 crashed")).to_contain_text("(you)")
    expect(row.filter(has_text="db-3 crashed")).to_contain_text("(person 2)")
    expect(ben.locator("#timeline li", has_text="db-3 crashed")).to_contain_text("(you)")
    ann.keyboard.press("Control+z")
    wait_until(ben, f"{CRASHED} === 'db-3'")
    expect(row.filter(has_text="web-1 started again")).to_contain_text("(undo, you)")
    ann.keyboard.press("Control+z")
    expect(ann.locator(".toast", has_text="Nothing to undo")).to_be_visible()
    ben.keyboard.press("Control+z")
    wait_until(ann, f"{CRASHED} === ''")


def test_undo_by_another_person_is_announced(open_page: OpenPage) -> None:
    ann = opened(open_page)
    ben = joined(open_page, ann)
    press(ann, "web-1", "k")
    wait_until(ben, f"{CRASHED} === 'web-1'")
    undo = """async () => (await fetch(`${location.pathname}/undo`, {
        method: "POST", body: new URLSearchParams({entry: 1})})).status"""
    assert ben.evaluate(undo) == 202
    told = ann.locator(".toast", has_text="person 2 undid: web-1 crashed")
    expect(told).to_be_visible()
    expect(ann.locator("#live")).to_have_text("person 2 undid: web-1 crashed")
    expect(ben.locator(".toast")).to_have_count(0)


def test_undo_of_nothing_leaves_the_console_empty(open_page: OpenPage) -> None:
    page = opened(open_page)
    press(page, "web-1", "k")
    for _ in range(3):
        page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+Shift+z")
    expect(page.locator(".toast", has_text="Nothing to redo")).to_be_visible()


def test_a_turn_of_the_dial_is_one_row_and_one_step(open_page: OpenPage) -> None:
    page = opened(open_page)
    dial = page.locator("#load")
    box = dial.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.45, y)
    page.mouse.down()
    # Without pauses: what is further apart than a gesture's gap is another turn, and time goes by
    # between the moves of a busy machine, too.
    page.mouse.move(box["x"] + box["width"] * (0.45 + 11 / 50), y, steps=11)
    page.mouse.up()
    wait_until(page, "frame.load > 1.5")
    rows = page.locator("#timeline li", has_text="Load ×")
    expect(rows).to_have_count(1)
    load = page.evaluate("() => window.loadground.frame.load")
    expect(rows).to_contain_text(f"Load ×1 → ×{load:g}")
    page.keyboard.press("Control+z")
    wait_until(page, "frame.load === 1")
    expect(page.locator(".toast", has_text=f"Undone: Load ×1 → ×{load:g}")).to_be_visible()


def test_a_wrong_field_is_no_error_in_the_console(open_page: OpenPage) -> None:
    page = opened(open_page)
    page.locator("#seed").fill("seven")
    page.locator("#seed-form button").click()
    expect(page.locator("#seed-error")).to_have_text("Use a whole number of at most 15 digits.")
    press(page, "web-1", "Enter")
    field = page.locator('#inspector input[name="service_ms"]')
    field.fill("soon")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    node(page, "web-2").click()
    expect(page.locator("#inspector h2")).to_have_text("web-2")
    field.fill("never")
    node(page, "web-1").click()
    expect(page.locator(".toast", has_text="not saved")).to_be_visible()
