"""One request followed step by step: sent by users, or any of those that were traced."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.frames import speed_up, wait_until
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

WITHIN_MS = 60_000


def followed(page: Page) -> None:
    """Follow the next request of the web users."""
    page.goto("/")
    wait_until(page, "frame.ready && frame.t > 1")
    page.evaluate("() => window.loadground.select('users-1')")
    page.locator("[data-follow-client]").click()
    expect(page.locator(".journey-steps > li.now")).to_have_count(1, timeout=WITHIN_MS)


def test_the_next_request_of_users_is_followed_from_step_to_step(page: Page) -> None:
    followed(page)
    steps = page.locator(".journey-steps > li")
    count = steps.count()
    assert count >= 5
    expect(page.locator("#journey-at")).to_contain_text(f"of {count}")
    # The clock goes on by itself; a step by hand stops it.
    page.locator("[data-journey-act=forth]").click()
    page.locator(".journey-step").nth(0).click()
    expect(steps.nth(0)).to_have_class("network now")
    page.locator(".journey-scroll").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(steps.nth(2)).to_have_class("network now")
    page.keyboard.press("ArrowLeft")
    expect(steps.nth(1)).to_have_class("work now")
    lit = page.locator("g.node[data-step=now]")
    expect(lit).to_have_attribute("data-node", steps.nth(1).get_attribute("data-node") or "")
    expect(page.locator(".journey-dot")).to_be_visible()
    # Space goes on with the request, not with the run.
    running = page.evaluate("() => window.loadground.frame.running")
    page.keyboard.press("Space")
    expect(steps.nth(1)).not_to_have_class("work now", timeout=WITHIN_MS)
    assert page.evaluate("() => window.loadground.frame.running") == running
    page.keyboard.press("Escape")
    expect(page.locator("#journey")).to_be_hidden()
    expect(page.locator("#canvas [data-step]")).to_have_count(0)
    expect(page.locator("#inspector [data-id=users-1]").first).to_be_visible()


def test_a_failed_request_of_the_list_is_followed_to_its_cause(page: Page) -> None:
    page.goto("/scenarios/kill-one-of-two")
    speed_up(page)
    wait_until(page, "frame.m.failed > 20")
    page.locator("[data-tab=requests]").click()
    page.locator("#requests-outcome").select_option("failed")
    page.locator("#requests-rows .g.down").first.wait_for()
    page.locator(".request-open").first.click()
    page.locator("[data-follow]").click()
    expect(page.locator(".journey-steps > li.failed")).to_have_count(1, timeout=WITHIN_MS)
    shown = page.locator(".waterfall tbody tr")
    expect(page.locator(".journey-steps > li")).to_have_count(shown.count())
    expect(page.locator("#journey .why li").first).to_be_visible()


def test_the_next_request_is_waited_for_while_none_is_sent(page: Page) -> None:
    page.goto("/")
    wait_until(page, "frame.ready && frame.t > 1")
    page.locator("#load").fill("0")
    wait_until(page, "frame.load === 0 && frame.m.in_flight === 0")
    page.evaluate("() => window.loadground.select('users-1')")
    page.locator("[data-follow-client]").click()
    expect(page.locator("#journey [data-waiting]")).to_be_visible()
    page.locator("#load").fill("224")
    expect(page.locator(".journey-steps > li.now")).to_have_count(1, timeout=WITHIN_MS)


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_followed_request_has_no_violations(
    open_page: OpenPage, axe_violations: Callable[[Page], list[str]], locale: str, scheme: str
) -> None:
    page = open_page(locale=locale, color_scheme=scheme, reduced_motion="reduce")
    followed(page)
    assert axe_violations(page) == []
