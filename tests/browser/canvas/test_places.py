"""Groups on the canvas: an outline behind their members, as the inspector puts it there."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]


def test_zones_are_outlined_and_named(
    open_page: OpenPage, axe_violations: Callable[[Page], list[str]]
) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    page.goto("/scenarios/zone-loss")
    expect(page.locator("g.node")).to_have_count(8)
    names = sorted(page.locator(".hull.zone .hull-name").all_text_contents())
    assert set(names) == {"Zone a", "Zone b"}
    expect(page.locator('g.node[data-node="web-1"]')).to_have_attribute(
        "aria-label", re.compile("Zone a")
    )
    assert axe_violations(page) == []


def test_a_group_is_set_in_the_inspector_and_undone(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    page.goto("/")
    expect(page.locator("g.node")).to_have_count(9)
    expect(page.locator(".hull")).to_have_count(0)
    page.locator('g.node[data-node="db-1"]').click()
    page.locator("#insp-more > summary").click()
    field = page.get_by_role("textbox", name="Private network")
    field.fill("vault")
    field.press("Enter")
    expect(page.locator(".hull.network .hull-name")).to_have_text("Private network vault")
    # Its replicas and servers are elsewhere now, which is said on the links.
    expect(page.locator("#canvas")).to_contain_text("other network")
    page.locator("#canvas").focus()
    page.keyboard.press("Control+z")
    expect(page.locator(".hull")).to_have_count(0)
