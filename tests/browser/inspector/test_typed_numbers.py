"""Numbers in the inspector: they stay as they were typed, and say what they may be beforehand."""

import pytest
from playwright.sync_api import expect

from tests.support.browser.canvas import document, node
from tests.support.browser.frames import opened, wait_until
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
def test_a_number_comes_back_as_it_was_typed_and_its_range_is_said_before(
    open_page: OpenPage, locale: str
) -> None:
    page = opened(open_page, locale=locale)
    node(page, "web-1").click()
    field = page.locator('#inspector [name="service_ms"]')
    described = field.get_attribute("aria-describedby")
    expect(page.locator(f"#{described} .range")).to_contain_text("0")
    field.fill("1,000.50")
    field.press("Enter")
    wait_until(page, "frame.undo.length === 1")
    expect(page.locator("#inspector:not([inert])")).to_be_visible()
    expect(field).to_have_value("1,000.50")
    nodes = {one["id"]: one for one in document(page)["nodes"]}
    assert nodes["web-1"]["parameters"]["service_ms"] == 1000.5
    node(page, "db-1").click()
    expect(page.locator('[data-inspects="node"][data-id="db-1"]')).to_be_visible()
    node(page, "web-1").click()
    expect(field).to_have_value("1,000.50")
    page.locator("#canvas").focus()
    page.keyboard.press("Control+z")
    wait_until(page, "!frame.undo.length")
    expect(field).not_to_have_value("1,000.50")


def test_a_number_without_an_upper_bound_says_where_it_begins(open_page: OpenPage) -> None:
    page = opened(open_page)
    node(page, "web-1").click()
    expect(page.locator('[data-inspects="node"][data-id="web-1"]')).to_be_visible()
    silent = page.locator("#insp-form input[data-step]").evaluate_all(
        "(all) => all.map((one) => one.closest('.prm').querySelector('.range')?.textContent.trim())"
    )
    assert silent
    assert all(silent)
