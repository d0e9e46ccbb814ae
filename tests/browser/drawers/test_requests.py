"""The drawer of requests, as a person uses it: choose, look, and nothing moves meanwhile."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.frames import speed_up, wait_until
from tests.support.browser.requests import hold_first
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

WITHIN_MS = 60_000


def failing(page: Page) -> None:
    """Open the experiment in which a balancer's server dies, and wait until requests fail."""
    page.goto("/scenarios/kill-one-of-two")
    speed_up(page)
    wait_until(page, "frame.m.failed > 20")


def test_requests_are_chosen_looked_at_and_explained(page: Page) -> None:
    failing(page)
    page.locator("[data-tab=requests]").click()
    page.locator("#requests-outcome").select_option("failed")
    first = page.locator("#requests-rows tbody tr").first
    expect(first.locator(".g.down")).to_be_visible(timeout=WITHIN_MS)
    first.locator(".request-open").click()
    expect(page.locator(".waterfall tr.failed")).to_have_count(1)
    expect(page.locator(".chain li").first).to_contain_text("s")
    # A time of the chain moves the marker, a node is selected.
    page.locator(".chain [data-at]").last.click()
    wait_until(page, "frame.past && !frame.seeking")
    page.locator(".waterfall [data-select]").last.click()
    expect(page.locator("#inspector [data-inspects=node]")).to_be_visible()


def test_lists_of_failures_do_not_move_while_they_are_read(page: Page) -> None:
    failing(page)
    page.locator("[data-tab=requests]").click()
    with page.expect_response(lambda answer: "failed" in answer.url):
        page.locator("#requests-outcome").select_option("failed")
    expect(page.locator("#requests-rows tbody tr:not(:has(.g.down))")).to_have_count(0)
    expect(page.locator("#requests-rows .g.down").first).to_be_visible(timeout=WITHIN_MS)
    rows = page.locator("#requests-rows").inner_text()
    why = page.locator("#why .why-list").inner_text()
    expect(page.locator("#requests-newer")).to_be_enabled(timeout=WITHIN_MS)
    expect(page.locator("#why-newer")).to_be_visible(timeout=WITHIN_MS)
    assert page.locator("#requests-rows").inner_text() == rows
    assert page.locator("#why .why-list").inner_text() == why
    page.locator("#requests-newer").click()
    expect(page.locator("#requests-rows")).not_to_have_text(rows, use_inner_text=True)
    page.locator("#why-newer").click()
    expect(page.locator("#why .why-list")).not_to_have_text(why, use_inner_text=True)


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_drawer_has_no_violations(
    open_page: OpenPage,
    axe_violations: Callable[[Page], list[str]],
    locale: str,
    scheme: str,
    width: int,
) -> None:
    height = 720 if width == 1280 else 844
    page = open_page(
        locale=locale, color_scheme=scheme, viewport={"width": width, "height": height}
    )
    failing(page)
    page.locator("[data-tab=requests]").click()
    page.locator(".request-open").first.click()
    expect(page.locator(".waterfall")).to_be_visible()
    assert axe_violations(page) == []


def test_a_late_count_of_news_does_not_take_the_chosen_request_away(page: Page) -> None:
    failing(page)
    page.locator("#pause").click()
    page.locator("[data-tab=requests]").click()
    expect(page.locator(".request-open").first).to_be_visible()
    held = hold_first(page, "**/requests?*")
    page.locator("#pause").click()
    while not held:
        page.wait_for_timeout(10)
    page.locator(".request-open").first.click()
    expect(page.locator(".waterfall")).to_be_visible()
    with page.expect_response("**/requests?*"):
        held[0].continue_()
    page.evaluate("() => new Promise((done) => setTimeout(done, 100))")
    expect(page.locator(".waterfall")).to_be_visible()
