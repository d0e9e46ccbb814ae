"""A button acts on the thing that is selected, however slow the line is."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.browser.canvas import middle_of, node
from tests.support.browser.frames import open_final_design, wait_until
from tests.support.browser.requests import LATENCY_MS, posts, slow_line
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

CRASHED = "frame.n.filter((one) => one.fault === 'crash').map((one) => one.id)"


def test_crash_at_once_after_selecting_never_hits_the_node_shown_before(
    open_page: OpenPage,
) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    open_final_design(page)
    node(page, "web-1").click()
    expect(page.locator("#inspector h2")).to_have_text("web-1")
    at = middle_of(page, "#insp-crash")
    slow_line(page)
    sent = posts(page)
    node(page, "web-2").click()
    page.mouse.click(*at)
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.getElementById('inspector').inert")
    assert page.evaluate("() => !document.activeElement.closest('#inspector')")
    expect(page.locator("#inspector h2")).to_have_text("web-2")
    assert sent == []
    assert not page.evaluate("() => document.getElementById('inspector').inert")
    page.mouse.click(*at)
    wait_until(page, f"{CRASHED}.join() === 'web-2'")
    assert sent == ["nodes/web-2/crash"]


def test_the_panel_is_dimmed_while_it_is_of_something_else(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    open_final_design(page)
    node(page, "web-1").click()
    expect(page.locator("#inspector h2")).to_have_text("web-1")
    slow_line(page)
    node(page, "web-2").click()
    page.wait_for_function(
        """() => {
            const panel = document.getElementById("inspector");
            const shown = panel.querySelector("h2").textContent;
            return shown === "web-1" && Number(getComputedStyle(panel).opacity) < 0.6;
        }"""
    )
    page.wait_for_function(
        """() => {
            const panel = document.getElementById("inspector");
            const shown = panel.querySelector("h2").textContent;
            return shown === "web-2" && Number(getComputedStyle(panel).opacity) > 0.95;
        }"""
    )


def test_returning_to_a_node_before_another_panel_arrived_shows_the_right_panel(
    open_page: OpenPage,
) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    open_final_design(page)
    node(page, "web-1").click()
    expect(page.locator("#inspector h2")).to_have_text("web-1")
    at = middle_of(page, "#insp-crash")
    slow_line(page)
    sent = posts(page)
    node(page, "web-2").click()
    node(page, "web-1").click()
    page.mouse.click(*at)
    page.wait_for_timeout(2 * LATENCY_MS)
    expect(page.locator("#inspector h2")).to_have_text("web-1")
    assert set(sent) <= {"nodes/web-1/crash"}
    assert not page.evaluate("() => document.getElementById('inspector').inert")


def test_a_panel_that_did_not_come_is_asked_for_again(open_page: OpenPage, watch: Any) -> None:
    watch.allow("Failed to load resource|net::ERR_FAILED|htmx")
    page = open_page(viewport={"width": 1440, "height": 900})
    open_final_design(page)
    refused: list[str] = []

    def refuse_twice(route: Any) -> None:
        if len(refused) < 2:
            refused.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.route("**/inspector?*", refuse_twice)
    node(page, "web-2").click()
    expect(page.locator("#inspector h2")).to_have_text("web-2")
    assert not page.evaluate("() => document.getElementById('inspector').inert")
    assert len(refused) == 2


def test_typed_text_of_one_node_is_never_seen_in_another(open_page: OpenPage) -> None:
    """A change of the drawing morphs the panel: only when it is of the same thing."""
    page = open_page(viewport={"width": 1440, "height": 900})
    open_final_design(page)
    node(page, "web-1").click()
    field = page.locator('#inspector input[name="service_ms"]')
    expect(field).to_be_visible()
    before = field.input_value()
    slow_line(page)
    field.fill("77")
    session = page.locator("body").get_attribute("data-session")
    move = {"type": "move_node", "node": "db-1", "x": 900, "y": 40}
    node(page, "web-2").click()
    page.request.post(f"/s/{session}/actions", data=move)
    expect(page.locator("#inspector h2")).to_have_text("web-2")
    page.wait_for_timeout(3 * LATENCY_MS)
    expect(field).to_have_value(before)
    node(page, "web-1").click()
    expect(page.locator("#inspector h2")).to_have_text("web-1")
    expect(field).to_have_value("77")
