"""Theory in the panel: of the load, the servers and the faults that there are now."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.canvas import node
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]


def opened(open_page: OpenPage, scenario: str) -> Page:
    """The page of a scenario, with its overview."""
    page = open_page()
    page.goto(f"/scenarios/{scenario}")
    expect(page.locator("#theory")).to_contain_text("Offered")
    return page


POST = """([session, action]) => fetch(`/s/${session}/actions`, {
    method: "POST",
    headers: {"content-type": "application/json"},
    body: JSON.stringify(action),
}).then((answer) => answer.status)"""


def act(page: Page, **action: object) -> None:
    """Send an action from the page, as another reader's page would."""
    session = page.locator("body").get_attribute("data-session")
    assert page.evaluate(POST, [session, action]) == 202


def test_the_overview_s_theory_follows_the_load(open_page: OpenPage) -> None:
    page = opened(open_page, "load-balanced")
    theory = page.locator("#theory")
    expect(theory).to_contain_text("500 req/s")
    act(page, type="set_load", factor=2.7)
    expect(theory).to_contain_text("1,350 req/s")
    expect(theory).to_contain_text("135\N{NO-BREAK SPACE}%")
    expect(theory).to_contain_text("1,000 req/s (×0.741)")
    act(page, type="set_load", factor=0)
    expect(theory).to_contain_text("0 req/s")
    expect(theory).not_to_contain_text("Bottleneck")


def test_a_node_s_theory_follows_the_load_to_its_statement(open_page: OpenPage) -> None:
    page = opened(open_page, "load-balanced")
    node(page, "web-1").click()
    theory = page.locator("#theory")
    expect(theory).to_contain_text("E2/M/4")
    act(page, type="set_load", factor=2.7)
    expect(theory).to_contain_text("No steady state: 135 %")


def test_theory_names_what_is_not_up(open_page: OpenPage) -> None:
    page = opened(open_page, "load-balanced")
    act(page, type="crash", node="web-2")
    expect(page.locator("#theory")).to_contain_text("Not everything works now (web-2)")
    act(page, type="heal", node="web-2")
    expect(page.locator("#theory")).not_to_contain_text("Not everything works now")


def test_the_load_dial_counts_the_requests_of_pages(page: Page) -> None:
    """5,000 users ask for 500 pages a second, each of which is five requests."""
    page.goto("/scenarios/load-balanced")
    act(page, type="set_node", node="users-1", parameters={"subrequests": 4})
    expect(page.locator("#load-rps")).to_have_text("2,500 req/s")
    told = "5,000 users: 500 pages = 2,500 req/s"
    expect(page.locator(".dial-text")).to_have_attribute("title", told)
    expect(page.locator("#load")).to_have_attribute("aria-valuetext", re.compile("500 pages"))
