"""The scrubber: the past is shown as it was, and acting there begins a branch."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.canvas import crash, node
from tests.support.browser.frames import open_final_design, speed_up, wait_until
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

STATE = "frame.n.find((one) => one.id === 'web-1').state"


def seconds(page: Page, what: str) -> float:
    found: float = page.evaluate("what => window.loadground.frame[what]", what)
    return found


def crashed_run(page: Page) -> float:
    """A run of some twenty seconds in which web-1 crashed; at which second."""
    open_final_design(page)
    speed_up(page)
    wait_until(page, "frame.t > 12")
    crash(page, "web-1")
    wait_until(page, f"{STATE} === 'down'")
    expect(page.locator("#timeline")).to_contain_text("web-1 crashed")
    wait_until(page, "frame.t > 24")
    page.locator("#pause").click()
    wait_until(page, "!frame.running")
    row = page.locator("#timeline li", has_text="web-1 crashed")
    return float(row.get_attribute("data-at") or "nan")


def drag_to(page: Page, at_s: float) -> None:
    """Drag the marker to about a time."""
    thumb = page.get_by_role("slider", name="Moment of the run")
    box, track = thumb.bounding_box(), page.locator(".scrub-track").bounding_box()
    assert box
    assert track
    span = float((page.locator(".scrub-label").last.text_content() or "").removesuffix(" s"))
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(track["x"] + track["width"] * at_s / span, y, steps=12)
    page.mouse.up()
    wait_until(page, "!frame.seeking && Math.abs(frame.t - given) < given / 10 + 1", at_s)


def test_dragging_the_scrubber_before_a_crash_and_back_shows_both_states(
    open_page: OpenPage,
) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    crashed_s = crashed_run(page)
    head_s = seconds(page, "head")
    drag_to(page, crashed_s / 2)
    wait_until(page, f"frame.past && frame.t < given && {STATE} !== 'down'", crashed_s)
    expect(node(page, "web-1")).not_to_have_class("down")
    expect(page.locator("#live-state")).to_have_class("live past")
    expect(page.locator("#live-word")).to_have_text("Viewing the past")
    expect(page.locator("#clock")).to_have_text(f"{seconds(page, 't'):.1f}")
    expect(page.locator("#timeline li", has_text="web-1 crashed")).to_have_class("to-come")
    assert seconds(page, "head") == head_s
    page.get_by_role("button", name="Back to now").click()
    wait_until(page, f"!frame.past && frame.t === given && {STATE} === 'down'", head_s)
    expect(page.locator("#to-now")).to_be_hidden()
    expect(page.locator("#live-word")).to_have_text("Paused")
    expect(page.locator("#timeline .to-come")).to_have_count(0)


def test_the_time_of_a_row_seeks_there_and_keys_go_on(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    crashed_s = crashed_run(page)
    page.get_by_role("button", name=f"Go to {crashed_s:.1f} s").last.click()
    wait_until(page, f"frame.t === given && frame.past && {STATE} === 'down'", crashed_s)
    thumb = page.get_by_role("slider", name="Moment of the run")
    thumb.press("ArrowLeft")
    wait_until(page, f"Math.abs(frame.t - given + 1) < 1e-6 && {STATE} !== 'down'", crashed_s)
    expect(thumb).to_have_attribute("aria-valuenow", f"{round(crashed_s - 1, 1):g}")
    thumb.press("Shift+ArrowLeft")
    wait_until(page, "Math.abs(frame.t - Math.max(0, given - 11)) < 1e-6", crashed_s)
    thumb.press("Home")
    wait_until(page, "frame.t === 0")
    # The recorded crash happens again at its time.
    page.locator("#pause").click()
    wait_until(page, f"frame.running && frame.t > given && {STATE} === 'down'", crashed_s)
    expect(page.locator("#timeline li", has_text="web-1 crashed")).to_have_count(1)
    thumb.press("End")
    wait_until(page, "!frame.past && !frame.running")


def test_the_end_key_seeks_to_the_head_of_a_run_at_full_speed(open_page: OpenPage) -> None:
    """At full speed the head is far from where the page saw it once the server hears of the key."""
    page = open_page(viewport={"width": 1440, "height": 900})
    open_final_design(page)
    page.locator("#speed").select_option("max")
    wait_until(page, "frame.t > 60")
    page.get_by_role("slider", name="Moment of the run").press("End")
    wait_until(page, "!frame.running && !frame.seeking")
    assert seconds(page, "t") == seconds(page, "head")


def test_acting_in_the_past_begins_a_branch(
    open_page: OpenPage, axe_violations: Callable[[Page], list[str]]
) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    crashed_s = crashed_run(page)
    drag_to(page, crashed_s / 2)
    wait_until(page, "frame.past && !frame.seeking")
    assert axe_violations(page) == []
    at_s = seconds(page, "t")
    rows = page.locator("#timeline li")
    crash(page, "db-1")
    expect(page.locator("#timeline")).to_contain_text(f"Branch from {at_s:.1f} s")
    wait_until(page, "!frame.past && frame.head === given && frame.branch === 1", at_s)
    expect(rows.filter(has_text="web-1 crashed")).to_have_count(0)
    expect(rows.filter(has_text="db-1 crashed")).to_have_count(1)
    expect(page.locator("#to-now")).to_be_hidden()
    page.locator("#pause").click()
    wait_until(page, f"frame.t > given && {STATE} !== 'down'", crashed_s + 1)
    expect(rows.filter(has_text="promoted")).to_have_count(1)


@pytest.mark.parametrize(("width", "height"), [(1180, 800), (800, 900), (390, 844)])
def test_the_scrubber_works_in_a_narrow_window(
    open_page: OpenPage, width: int, height: int
) -> None:
    page = open_page(viewport={"width": width, "height": height}, has_touch=width < 700)
    open_final_design(page)
    speed_up(page)
    wait_until(page, "frame.t > 20")
    page.locator("#pause").click()  # a marker that moves is not where it was measured
    wait_until(page, "!frame.running")
    if width < 700:
        page.locator('[data-tab="run"]').click()
    expect(page.locator("#scrub")).to_be_visible()
    track = page.locator("#scrub").bounding_box()
    assert track
    assert track["width"] > 0.9 * min(width - 60, 820)
    drag_to(page, 8)
    wait_until(page, "frame.past")
    button = page.get_by_role("button", name="Back to now")
    expect(button).to_be_in_viewport(ratio=1)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    button.click()
    wait_until(page, "!frame.past && frame.t === frame.head")
