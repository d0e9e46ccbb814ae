"""The timeline under the hand: rows that go to their time and tell what is behind them, faults."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.canvas import crash
from tests.support.browser.frames import open_final_design, speed_up, wait_until
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

SAME_SITE = {"sec-fetch-site": "same-origin"}


def test_a_row_goes_to_its_time_and_tells_what_led_to_it_and_what_followed(
    open_page: OpenPage, axe_violations: Callable[[Page], list[str]]
) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    open_final_design(page)
    speed_up(page)
    wait_until(page, "frame.t > 10")
    crash(page, "web-1")
    noticed = page.locator("#timeline > li", has_text="stopped using web-1")
    expect(noticed).to_have_count(1, timeout=60_000)
    at_s = float(noticed.get_attribute("data-at") or "nan")
    wait_until(page, "frame.t > given + 6", at_s)
    page.locator("#pause").click()
    wait_until(page, "!frame.running")
    lane = page.locator(".scrub-lane-name")
    expect(lane).to_have_text("web-1")
    noticed.get_by_role("button", name="Cause and effect").click()
    more = noticed.locator(".row-more")
    expect(more).to_contain_text("web-1 crashed")
    expect(more.locator("dd").first).to_have_text(re.compile(r" → .*\d"))
    assert axe_violations(page) == []
    noticed.locator(".log-row").click()
    wait_until(page, "frame.past && Math.abs(frame.t - given) < 1e-6", at_s)
    more.locator("[data-go]").first.click()
    wait_until(page, "frame.t < given - 1", at_s)
    crashed = page.locator("#timeline > li", has_text="web-1 crashed").last
    crashed.get_by_role("button", name="Cause and effect").click()
    expect(crashed.locator(".row-more")).to_contain_text("stopped using web-1")


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
def test_active_faults_are_listed_with_what_is_left_and_healed_one_by_one(
    open_page: OpenPage, axe_violations: Callable[[Page], list[str]], locale: str
) -> None:
    page = open_page(viewport={"width": 1280, "height": 720}, locale=locale)
    open_final_design(page)
    session = page.locator("body").get_attribute("data-session")
    links = page.request.get(f"/s/{session}/topology").json()["links"]
    cut = next(one["id"] for one in links if (one["source"], one["target"]) == ("lb-1", "web-2"))
    for fault in (
        {"type": "crash", "node": "web-1"},
        {"type": "slow", "node": "db-2", "factor": 3, "for_s": 600},
        {"type": "cut_link", "link": cut},
    ):
        answer = page.request.post(f"/s/{session}/actions", data=fault, headers=SAME_SITE)
        assert answer.status == 202, answer.text()
    wait_until(page, "frame.faults === 3")
    page.locator("#faults [popovertarget]").click()
    rows = page.locator("#faults-list li")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="db-2")).to_contain_text(re.compile(r"5\d\d"))
    assert axe_violations(page) == []
    rows.filter(has_text="db-2").get_by_role("button").click()
    wait_until(page, "frame.faults === 2")
    expect(rows).to_have_count(2)
    rows.filter(has_text="web-2").get_by_role("button").click()
    wait_until(page, "frame.faults === 1")
    rows.filter(has_text="web-1").get_by_role("button").click()
    wait_until(page, "frame.faults === 0")
    expect(page.locator("#faults-list")).to_be_hidden()
