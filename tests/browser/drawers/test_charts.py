"""Charts and timeline under the hand: values at the cursor, a click that goes there, severities."""

import re

import pytest
from playwright.sync_api import Page, Position, expect

from tests.support.browser.frames import speed_up, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

WITHIN_MS = 60_000


def test_all_charts_tell_their_values_under_the_cursor_and_a_click_goes_there(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/")
    page.locator("#speed").select_option("10")
    wait_until(page, "frame.t > 30")
    page.locator("#pause").click()
    wait_until(page, "!frame.running")
    over = page.locator("#chart-latency .u-over")
    box = over.bounding_box()
    assert box
    # A click in the left part of the chart is in what has been.
    at: Position = {"x": box["width"] * 0.04, "y": box["height"] / 2}
    over.hover(position=at)
    for chart in ("throughput", "latency", "utilisation"):
        value = page.locator(f"#chart-{chart} .key-value").first
        expect(value).to_have_text(re.compile(r"\d"), timeout=WITHIN_MS)
    before = page.evaluate("() => window.loadground.frame.t")
    over.click(position=at)
    wait_until(page, "frame.past && !frame.seeking")
    assert page.evaluate("() => window.loadground.frame.t") < before


def test_the_timeline_shows_one_severity(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/scenarios/kill-one-of-two")
    speed_up(page)
    rows = page.locator("#timeline > li")
    expect(page.locator("#timeline > li[data-severity=down]").first).to_be_visible(
        timeout=WITHIN_MS
    )
    page.locator("#pause").click()
    wait_until(page, "!frame.running")
    count = rows.count()
    page.locator("#log-severity").select_option("down")
    shown = page.locator("#timeline > li:visible")
    down = page.locator("#timeline > li[data-severity=down]").count()
    expect(shown).to_have_count(down)
    expect(page.locator("#log-count")).to_have_text(str(down))
    page.locator("#log-severity").select_option("all")
    expect(shown).to_have_count(count)


def test_charts_show_what_happened_before_the_page_was_opened_again(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/")
    page.locator("#speed").select_option("10")
    wait_until(page, "frame.t > 30")
    page.locator("#pause").click()
    wait_until(page, "!frame.running")
    page.reload()
    wait_until(page, "frame.t > 30")
    over = page.locator("#chart-throughput .u-over")
    box = over.bounding_box()
    assert box
    over.hover(position={"x": box["width"] * 0.02, "y": box["height"] / 2})
    value = page.locator("#chart-throughput .key-value").first
    expect(value).to_have_text(re.compile(r"\d"), timeout=WITHIN_MS)


def test_the_clock_shows_that_a_step_went_on(page: Page) -> None:
    page.goto("/")
    wait_until(page, "frame.t > 1")
    page.locator("#pause").click()
    wait_until(page, "!frame.running")
    before = page.locator("#clock").inner_text()
    t = page.evaluate("() => window.loadground.frame.t")
    while page.evaluate("() => window.loadground.frame.t") < t + 1e-4:
        page.locator("#step").click()
    expect(page.locator("#clock")).not_to_have_text(before)
