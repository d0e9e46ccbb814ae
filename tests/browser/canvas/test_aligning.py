"""Aligning several cards, by the panel, the menu and the list of commands; one step each."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.canvas import document, node, overlapping
from tests.support.browser.frames import opened, wait_until
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]


def places(page: Page, axis: str) -> set[float]:
    return {one[axis] for one in document(page)["nodes"]}


def test_cards_are_aligned_to_each_side_and_their_middles_in_one_step_each(
    open_page: OpenPage, axe_violations: Callable[[Page], list[str]]
) -> None:
    page = opened(open_page)
    before = document(page)["nodes"]
    page.locator("#canvas").focus()
    page.keyboard.press("Control+a")
    panel = page.locator("#inspector")
    expect(panel.get_by_role("button", name="Align right")).to_be_visible()
    assert axe_violations(page) == []
    panel.get_by_role("button", name="Align right").click()
    wait_until(page, "frame.undo.length === 1")
    assert places(page, "x") == {max(one["x"] for one in before)}
    assert overlapping(page) == []
    page.locator("#canvas").focus()
    page.keyboard.press("Control+z")
    wait_until(page, "!frame.undo.length")
    assert document(page)["nodes"] == before
    page.keyboard.press("Control+k")
    page.keyboard.type("align middles")
    page.keyboard.press("Enter")
    wait_until(page, "frame.undo.length === 1")
    assert len(places(page, "y")) == 1
    assert overlapping(page) == []
    node(page, "web-1").click(button="right")
    page.get_by_role("menuitem", name="Align bottom").click()
    expect(page.get_by_role("menu")).to_have_count(0)
