"""Shortcuts: on every keyboard layout, after every control; nothing is done twice by them."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.support.browser.canvas import node
from tests.support.browser.frames import open_final_design, wait_until
from tests.support.browser.requests import posts, slow_line
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

CRASHED = "frame.n.filter((one) => one.fault === 'crash').map((one) => one.id).join()"

PRESS = """([key, code, more]) => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", {key, code, bubbles: true, cancelable: true, ...more}))"""


def opened(open_page: OpenPage) -> Page:
    page = open_page(viewport={"width": 1440, "height": 900})
    open_final_design(page)
    return page


def select(page: Page, node_id: str) -> None:
    node(page, node_id).click()
    expect(page.locator("#inspector h2")).to_have_text(node_id)


def press(page: Page, key: str, code: str, **more: Any) -> None:
    """A key of a keyboard layout that Playwright's keyboard does not have."""
    page.evaluate(PRESS, [key, code, more])


@pytest.mark.parametrize(
    ("crash", "undo"),
    [
        (("ㅏ", "KeyK"), ("ㅋ", "KeyZ")),
        (("Process", "KeyK"), ("Process", "KeyZ")),
        (("л", "KeyK"), ("я", "KeyZ")),
        (("k", "KeyV"), ("z", "Slash")),
        (("k", "KeyV"), (";", "KeyZ")),
    ],
    ids=["Hangul", "input method", "Cyrillic", "Dvorak", "Dvorak by place"],
)
def test_shortcuts_work_on_every_layout(
    open_page: OpenPage, crash: tuple[str, str], undo: tuple[str, str]
) -> None:
    page = opened(open_page)
    select(page, "web-1")
    press(page, *crash)
    wait_until(page, f"{CRASHED} === 'web-1'")
    press(page, *undo, ctrlKey=True)
    wait_until(page, f"{CRASHED} === ''")


def turn_the_dial(page: Page) -> None:
    box = page.locator("#load").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.45, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    wait_until(page, "frame.load > 1")


def pick_a_speed(page: Page) -> None:
    page.locator("#speed").focus()
    page.locator("#speed").select_option("2")
    wait_until(page, "frame.speed === 2")


def press_restart(page: Page) -> None:
    page.locator("#reset").click()
    wait_until(page, "frame.branch === 1")


def press_a_tab(page: Page) -> None:
    page.locator("#tabs [data-tab=run]").click()


@pytest.mark.parametrize("control", [turn_the_dial, pick_a_speed, press_restart, press_a_tab])
def test_shortcuts_work_after_a_control_had_the_focus(open_page: OpenPage, control: Any) -> None:
    page = opened(open_page)
    select(page, "web-1")
    control(page)
    branch = page.evaluate("() => window.loadground.frame.branch")
    page.keyboard.press("Space")
    wait_until(page, "!frame.running")
    assert page.evaluate("() => window.loadground.frame.branch") == branch
    page.keyboard.press("Space")
    wait_until(page, "frame.running")
    page.keyboard.press("k")
    wait_until(page, f"{CRASHED} === 'web-1'")
    page.keyboard.press("Control+z")
    wait_until(page, f"{CRASHED} === ''")


def test_the_transport_is_never_pressed_by_space(open_page: OpenPage) -> None:
    """Not even when the Tab key found the button; everything else is then."""
    page = opened(open_page)
    page.locator(".title").focus()
    page.keyboard.press("Tab")  # the list of drawings
    page.keyboard.press("Tab")
    expect(page.locator("#reset")).to_be_focused()
    page.keyboard.press("Space")
    wait_until(page, "!frame.running")
    assert page.evaluate("() => window.loadground.frame.branch") == 0
    page.locator("#share").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#theme")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_text_field_keeps_its_keys(open_page: OpenPage) -> None:
    page = opened(open_page)
    select(page, "web-1")
    page.locator("#f-name").fill("")
    page.keyboard.type("k z h.")
    expect(page.locator("#f-name")).to_have_value("k z h.")
    assert (
        page.evaluate(f"() => {{ const {{frame}} = window.loadground; return {CRASHED}; }}") == ""
    )


def test_delete_after_a_deletion_removes_nothing_else(open_page: OpenPage) -> None:
    page = opened(open_page)
    links = page.locator("g.link")
    before = links.count()
    slow_line(page)
    sent = posts(page)
    page.locator('g.link[data-link="link-5"]').focus()
    page.keyboard.press("Enter")
    for _ in range(2):
        page.keyboard.press("Delete")
    expect(links).to_have_count(before - 1)
    expect(page.locator("#canvas")).to_be_focused()
    page.keyboard.press("Delete")
    page.keyboard.press("ArrowRight")
    expect(page.locator("g.node:focus")).to_have_count(1)
    page.wait_for_timeout(1000)
    expect(links).to_have_count(before - 1)
    expect(page.locator("g.node")).to_have_count(9)
    assert sent == ["actions"]


def test_delete_in_the_inspector_leaves_the_focus_on_the_canvas(open_page: OpenPage) -> None:
    page = opened(open_page)
    select(page, "web-2")
    page.locator("#inspector").get_by_role("button", name="Delete").click()
    expect(page.locator("g.node")).to_have_count(8)
    expect(page.locator("#canvas")).to_be_focused()
    page.keyboard.press("Delete")
    page.keyboard.press("Space")
    wait_until(page, "!frame.running")
    expect(page.locator("g.node")).to_have_count(8)


def test_a_key_acts_on_everything_that_is_selected(open_page: OpenPage) -> None:
    page = opened(open_page)
    sent = posts(page)
    node(page, "web-1").click()
    node(page, "web-2").click(modifiers=["Shift"])
    page.keyboard.press("k")
    wait_until(page, f"{CRASHED} === 'web-1,web-2'")
    assert sent == ["actions"]
    page.keyboard.press("k")
    wait_until(page, f"{CRASHED} === ''")
    page.keyboard.press("Control+z")
    wait_until(page, f"{CRASHED} === 'web-1,web-2'")


def test_nudges_are_kept_per_node_and_sent_before_anything_else(open_page: OpenPage) -> None:
    page = opened(open_page)
    slow_line(page)
    bodies: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            bodies.append(request.post_data or "")

    page.on("request", note)
    select(page, "web-1")
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    node(page, "web-2").focus()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("k")
    wait_until(page, f"{CRASHED} === 'web-2'")
    edits = json.loads(bodies[0])["edits"]
    assert [one["node"] for one in edits] == ["web-1", "web-2"]
    assert len(bodies) == 2
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    wait_until(page, "!frame.undo.length")


def test_a_typed_value_is_sent_before_anything_else(open_page: OpenPage) -> None:
    page = opened(open_page)
    select(page, "web-1")
    slow_line(page)
    sent = posts(page)
    field = page.locator('#inspector input[name="service_ms"]')
    field.press("ArrowUp")
    field.press("ArrowUp")
    typed = field.input_value()
    node(page, "web-2").click()
    page.keyboard.press("k")
    wait_until(page, f"{CRASHED} === 'web-2'")
    assert sent == ["inspector", "nodes/web-2/crash"]
    select(page, "web-1")
    expect(field).to_have_value(typed)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(field).not_to_have_value(typed)


def test_moving_many_things_is_one_edit(open_page: OpenPage) -> None:
    page = opened(open_page)
    sent = posts(page)
    page.keyboard.press("Control+a")
    expect(page.locator("g.node.sel")).to_have_count(9)
    box = node(page, "web-1").bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 70, steps=4)
    page.mouse.up()
    page.wait_for_function("() => window.loadground.frame.rev > 1")
    assert sent == ["actions"]
    page.keyboard.press("Control+z")
    wait_until(page, "!frame.undo.length")
