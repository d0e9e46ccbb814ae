"""Findings on the page: badges on cards, the list beside the inspector, one click that mends."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser.canvas import node
from tests.support.browser.frames import wait_until
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

SITE = {"sec-fetch-site": "same-origin"}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1440, "height": 900}},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "korean": {"viewport": {"width": 1280, "height": 720}, "locale": "ko-KR"},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}


def of_class(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b{name}\b")


def balanced(open_page: OpenPage, **look: Any) -> Page:
    """Two servers behind a balancer, of which the second has just lost its database."""
    page = open_page(**(look or LOOKS["light"]))
    page.goto("/scenarios/load-balanced")
    page.wait_for_function("() => window.loadground?.frame?.t > 0")
    act(page, type="remove_link", link="link-6")
    return page


def act(page: Page, **action: object) -> None:
    session = page.locator("body").get_attribute("data-session")
    answer = page.request.post(f"/s/{session}/actions", data=action, headers=SITE)
    assert answer.status == 202, answer.text()


def document(page: Page) -> bytes:
    session = page.locator("body").get_attribute("data-session")
    return page.request.get(f"/s/{session}/document").body()


def test_no_problems_are_not_claimed_beside_findings(open_page: OpenPage) -> None:
    page = open_page(**LOOKS["light"])
    page.goto("/scenarios/load-balanced")
    inspector = page.locator("#inspector")
    expect(page.locator("#findings-count")).not_to_have_text("0", timeout=60_000)
    expect(inspector.locator(".no-problems")).to_be_hidden()
    expect(inspector.locator(".see-findings")).to_be_visible()


def finding(page: Page, title: str) -> Locator:
    return page.locator(".finding", has_text=title)


def test_one_click_mends_a_finding_and_undo_brings_both_back(open_page: OpenPage) -> None:
    page = balanced(open_page)
    badge = node(page, "web-2").locator(".finding-badge", has_text="No data")
    expect(badge).to_be_visible()
    expect(node(page, "web-2").locator(".queue")).to_have_text("Answers without data")
    before = document(page)
    badge.click()
    row = finding(page, "web-2 has no data")
    expect(row).to_be_visible()
    expect(page.locator("#side-findings")).to_have_attribute("aria-pressed", "true")
    row.get_by_role("button", name="Link web-2 to db-1").click()
    expect(row).to_have_count(0)
    expect(badge).to_have_count(0)
    expect(page.locator("g.link")).to_have_count(6)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(row).to_be_visible()
    expect(badge).to_be_visible()
    assert document(page) == before


def test_a_finding_shows_its_node_and_the_inspector_stays_one_click_away(
    open_page: OpenPage,
) -> None:
    page = balanced(open_page)
    page.locator("#side-findings").click()
    finding(page, "web-2 has no data").locator(".finding-title").click()
    expect(node(page, "web-2")).to_have_class(of_class("sel"))
    expect(page.locator("#findings")).to_be_visible()
    expect(page.locator("#side-inspector")).to_have_text("web-2")
    node(page, "lb-1").click()
    expect(page.locator("#inspector")).to_be_visible()
    expect(page.locator("#findings")).to_be_hidden()


def test_users_whose_requests_fail_say_who_refuses_them(open_page: OpenPage) -> None:
    page = balanced(open_page)
    users = node(page, "users-1")
    expect(users).to_have_class(of_class("healthy"))
    act(page, type="crash", node="lb-1")
    expect(users.locator(".sent")).to_contain_text("refused by lb-1", timeout=30_000)
    expect(users).to_have_class(of_class("failing"))
    act(page, type="heal", node="lb-1")
    expect(users).to_have_class(of_class("healthy"), timeout=30_000)


def test_data_of_a_crashed_and_of_a_deleted_database_is_not_called_safe(
    open_page: OpenPage,
) -> None:
    page = balanced(open_page)
    ledger = page.locator("#ledger")
    expect(ledger).to_contain_text("safe")
    act(page, type="crash", node="db-1")
    wait_until(page, "frame.m.ledger.out_of_reach > 0")
    expect(ledger).to_contain_text("out of reach")
    expect(ledger).not_to_contain_text("safe")
    act(page, type="remove_node", node="db-1")
    expect(ledger).to_contain_text("lost")
    expect(ledger).not_to_contain_text("safe")
    expect(page.locator("#m-lost")).not_to_have_text("0")


@pytest.mark.parametrize("look", LOOKS)
def test_the_list_of_findings_is_accessible_in_every_look(
    look: str, open_page: OpenPage, axe_violations: Callable[[Page], list[str]]
) -> None:
    page = balanced(open_page, **LOOKS[look])
    if look == "phone":
        page.locator('#tabs [data-tab="inspector"]').tap()
    page.locator("#side-findings").click()
    expect(page.locator(".finding").first).to_be_visible()
    said = {"korean": "web-2에 데이터가 없습니다"}.get(look, "web-2 has no data")
    expect(finding(page, said)).to_be_visible()
    assert axe_violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
