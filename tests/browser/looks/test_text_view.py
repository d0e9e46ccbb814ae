"""The drawing as text: every edit can be made there, by keys alone; numbers are live and calm."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.canvas import document
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
LOOKS: dict[str, dict[str, Any]] = {
    "light": WIDE,
    "dark": {"viewport": {"width": 1280, "height": 720}, "color_scheme": "dark"},
    "korean": {**WIDE, "locale": "ko-KR"},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}


def opened(open_page: OpenPage, scenario: str = "zone-loss", **look: Any) -> Page:
    page = open_page(**look)
    page.goto(f"/scenarios/{scenario}")
    page.wait_for_function("() => window.loadground?.ready && window.loadground.frame?.t > 0")
    page.locator("#canvas").focus()
    page.keyboard.press("t")
    expect(page.locator("#text-title")).to_be_focused()
    return page


@pytest.mark.parametrize("look", LOOKS)
def test_the_text_view_is_accessible_in_every_look(
    look: str, open_page: OpenPage, axe_violations: Callable[[Page], list[str]]
) -> None:
    page = opened(open_page, **LOOKS[look])
    expect(page.locator("[data-node-row]")).to_have_count(8)
    assert axe_violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_the_tree_has_zones_with_their_nodes(open_page: OpenPage) -> None:
    page = opened(open_page, **WIDE)
    zone = page.locator(".text-tree li", has_text="Zone a").first
    expect(zone.get_by_role("button", name="web-1")).to_be_visible()
    expect(zone.get_by_role("button", name="web-3")).to_have_count(0)


def test_nodes_and_links_are_added_set_moved_broken_and_deleted_by_keys(
    open_page: OpenPage,
) -> None:
    page = opened(open_page, "split-database", **WIDE)

    def press(name: str, **given: Any) -> None:
        page.get_by_role("button", name=name, **given).first.focus()
        page.keyboard.press("Enter")

    page.get_by_label("Component", exact=True).select_option(label="Web server")
    press("Add", exact=True)
    expect(page.locator('[data-node-row="web-2"]')).to_be_visible()
    page.get_by_label("From", exact=True).select_option(label="web-2")
    page.get_by_label("To", exact=True).select_option(label="db-1")
    press("Link them")
    expect(page.get_by_role("rowheader", name="web-2 → db-1")).to_be_visible()
    press("Fields of web-2", exact=True)
    expect(page.locator("#inspector")).to_be_focused()
    page.get_by_label("Service time", exact=True).fill("20")
    page.get_by_label("Service time", exact=True).press("Enter")
    x = page.get_by_label("web-2: from the left")
    x.fill("400")
    x.press("Tab")
    page.wait_for_function(
        """async () => {
            const address = `/s/${document.body.dataset.session}/document`;
            const node = (await (await fetch(address)).json()).nodes.find((n) => n.id === "web-2");
            return node.x === 400 && node.parameters.service_ms === 20;
        }"""
    )
    press("Crash or heal web-2")
    state = page.locator('[data-node-row="web-2"] [data-cell="state"]')
    expect(state).to_have_text("Down")
    press("Crash or heal web-2")
    expect(state).not_to_have_text("Down")
    press("Delete web-2 → db-1")
    expect(page.locator("[data-link-row]")).to_have_count(3)
    press("Delete web-2", exact=True)
    expect(page.locator("[data-node-row]")).to_have_count(4)
    assert [one["id"] for one in document(page)["nodes"]] == ["users-1", "dns-1", "web-1", "db-1"]
    page.locator("#text-title").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#text-view")).to_be_hidden()
    expect(page.locator("#canvas")).to_be_focused()


def test_a_link_that_cannot_be_is_refused_with_a_reason(open_page: OpenPage) -> None:
    page = opened(open_page, "split-database", **WIDE)
    page.get_by_label("From", exact=True).select_option(label="db-1")
    page.get_by_label("To", exact=True).select_option(label="web-1")
    page.get_by_role("button", name="Link them").click()
    expect(page.locator("#toast")).to_contain_text("db-1 links to: SQL database.")
    expect(page.locator("[data-link-row]")).to_have_count(3)


def test_numbers_change_at_most_once_a_second(open_page: OpenPage) -> None:
    page = opened(open_page, **WIDE)
    changes = page.evaluate(
        """() => new Promise((done) => {
            const times = new Set();
            const cell = document.querySelector('[data-node-row="web-1"] [data-cell="rps"]');
            const seen = new MutationObserver(() => times.add(Math.round(performance.now())));
            seen.observe(cell, { characterData: true, childList: true, subtree: true });
            setTimeout(() => done([...times]), 4500);
        })"""
    )
    assert 1 <= len(changes) <= 5
    assert all(later - one >= 900 for one, later in pairwise(changes))
