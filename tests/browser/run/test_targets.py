"""Targets on the page: chips with what is wanted, a dialog that builds rows, the timeline."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]


CRASH = """() => fetch(`/s/${document.body.dataset.session}/actions`, {
    method: "POST",
    headers: {"content-type": "application/json"},
    body: JSON.stringify({type: "crash", node: "lb-1"}),
}).then((answer) => answer.status)"""


def opened(page: Page) -> Page:
    page.goto("/scenarios/load-balanced")
    page.wait_for_function("() => window.loadground?.frame?.t > 1")
    return page


def document(page: Page) -> dict[str, Any]:
    session = page.locator("body").get_attribute("data-session")
    found: dict[str, Any] = page.request.get(f"/s/{session}/document").json()
    return found


def build(page: Page, figure: str, sign: str, number: str, when: str = "run") -> None:
    page.locator("#dialog [name=figure]").select_option(figure)
    page.locator("#dialog [name=sign]").select_option(sign)
    page.locator("#dialog [name=number]").fill(number)
    page.locator("#dialog [name=when]").select_option(when)
    page.locator("#targets-save").click()


def test_a_target_is_built_from_its_chip_missed_told_and_undone(open_page: OpenPage) -> None:
    page = opened(open_page())
    chip = page.locator('[data-figure="errors"]')
    expect(chip.locator(".value")).to_have_text("0")
    expect(page.locator("#m-completed")).not_to_have_text("-")
    expect(page.locator("#m-of-offered")).to_contain_text("%")
    chip.click()
    build(page, "errors", "<", "1", "every")
    row = page.locator("#dialog [name=rows]")
    expect(row).to_have_value("errors < 1 % in every 10 s")
    assert document(page)["targets"] == ["errors < 1 % in every 10 s"]
    page.locator("#dialog [data-close]").click()
    expect(chip.locator(".wanted")).to_have_text("< 1 %")
    expect(chip).to_have_class("tile target good")
    assert page.evaluate(CRASH) == 202
    expect(chip).to_have_class("tile target bad")
    told = page.locator("#timeline li", has_text="Target missed: errors < 1 % in every 10 s")
    expect(told).to_have_count(1)
    for _ in range(2):  # the crash, and the target
        page.locator("#undo").click()
    expect(chip.locator(".wanted")).to_have_text("")
    assert "targets" not in document(page)


def test_a_bad_row_says_where_and_what_is_wrong(open_page: OpenPage) -> None:
    page = opened(open_page())
    page.locator('[data-figure="cost"]').click()
    build(page, "cost", "<", "1500")
    row = page.locator("#dialog [name=rows]")
    expect(row).to_have_value("cost < 1,500 USD")
    row.fill("cost < 1,500")
    page.locator("#targets-save").click()
    expect(page.locator("#target-error-1")).to_have_text("Column 13: The unit is missing. Use USD.")
    expect(row).to_have_value("cost < 1,500")
    page.locator('#dialog [name="without"]').click()
    expect(row).to_have_count(0)
    assert "targets" not in document(page)


@pytest.mark.parametrize(("locale", "word"), [("en-US", "Availability"), ("ko-KR", "가용성")])
@pytest.mark.parametrize("width", [390, 1280])
def test_chips_and_dialog_pass_axe_in_both_languages(
    open_page: OpenPage,
    axe_violations: Callable[[Page], list[str]],
    locale: str,
    word: str,
    width: int,
) -> None:
    page = opened(open_page(locale=locale, viewport={"width": width, "height": 844}))
    chip = page.locator('[data-figure="availability"]')
    expect(chip.locator(".name")).to_have_text(word)
    assert axe_violations(page) == []
    chip.click()
    expect(page.locator("#dialog[open] [name=figure]")).to_be_visible()
    assert axe_violations(page) == []
