"""The drawer of the ledger: what became of writes when a primary dies, and greyed recoveries."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.frames import speed_up, wait_until
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

WITHIN_MS = 60_000


def test_lost_writes_are_listed_with_the_database_that_has_them(page: Page) -> None:
    page.goto("/scenarios/primary-dies-async")
    page.locator("#speed").select_option("5")
    wait_until(page, "frame.m.lost > 0")
    page.locator("#pause").click()
    # The old primary discards them when it is back, which it may be by now, and then nobody has
    # them: back to when writes went on without it.
    row = page.locator("#timeline li", has_text="writes resumed on db-2")
    page.locator("[data-tab=log]").click()
    row.locator(".at").click()
    wait_until(page, "frame.past && frame.t < 40")
    page.locator("[data-tab=ledger]").click()
    expect(page.locator("#ledger-lost dd")).not_to_have_text("0", timeout=WITHIN_MS)
    page.locator("#ledger-state").select_option("lost")
    rows = page.locator(".ledger-rows tbody tr")
    expect(rows.first).to_contain_text("db-1", timeout=WITHIN_MS)
    lost = page.evaluate("() => window.loadground.frame.m.lost")
    assert rows.count() == min(lost, 100)
    with page.expect_download() as download:
        page.locator(".ledger-acts a").click()
    assert download.value.suggested_filename == "ledger.csv"
    rows.first.locator("[data-select=db-1]").click()
    expect(page.locator("#inspector [data-inspects=node][data-id=db-1]")).to_be_visible()


def test_greyed_recoveries_say_why(page: Page) -> None:
    page.goto("/")
    wait_until(page, "frame.ready && frame.t > 0")
    page.evaluate("() => window.loadground.select('db-1')")
    why = page.locator("#recover [data-why]:visible")
    expect(why).to_have_count(4)
    expect(page.locator("#recover")).to_contain_text("only after a destructive write")
    expect(page.locator("#recover [data-why=destroy]")).to_be_hidden()
    page.evaluate("() => window.loadground.select('db-2')")
    expect(page.locator("#inspector [data-id=db-2]").first).to_be_visible()
    expect(page.locator("#recover [data-why=out]")).to_be_visible()


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_ledger_has_no_violations(
    open_page: OpenPage, axe_violations: Callable[[Page], list[str]], locale: str, scheme: str
) -> None:
    page = open_page(locale=locale, color_scheme=scheme, viewport={"width": 1440, "height": 900})
    page.goto("/scenarios/primary-dies-async")
    speed_up(page)
    wait_until(page, "frame.m.lost > 0")
    page.locator("[data-tab=ledger]").click()
    expect(page.locator(".ledger-rows tbody tr").first).to_be_visible(timeout=WITHIN_MS)
    assert axe_violations(page) == []
