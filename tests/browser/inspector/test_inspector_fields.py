"""Fields of the inspector as people use them: sliders, sizes, places, and what is unfolded."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.canvas import document
from tests.support.browser.requests import hold_first
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

WIDE = {"viewport": {"width": 1440, "height": 900}}
LOOKS: dict[str, dict[str, Any]] = {
    "light": WIDE,
    "dark": {**WIDE, "color_scheme": "dark"},
    "korean": {"viewport": {"width": 1280, "height": 720}, "locale": "ko-KR"},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}


def selected(open_page: OpenPage, node: str, **look: Any) -> Page:
    page = open_page(**look)
    page.goto("/scenarios/replicated")
    page.wait_for_function("() => window.loadground?.ready && window.loadground.frame")
    page.evaluate("id => window.loadground.select(id)", node)
    expect(page.locator(f'#inspector [data-inspects="node"][data-id="{node}"]')).to_be_visible()
    return page


def parameters(page: Page, node: str) -> dict[str, Any]:
    (found,) = [one for one in document(page)["nodes"] if one["id"] == node]
    return dict(found["parameters"])


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("node", ["web-1", "db-1", "users-1"])
def test_first_fields_are_accessible_in_every_look(
    look: str, node: str, open_page: OpenPage, axe_violations: Callable[[Page], list[str]]
) -> None:
    page = selected(open_page, node, **LOOKS[look])
    fields = page.locator(".first-fields .prm")
    assert 2 <= fields.count() <= 8
    assert axe_violations(page) == []
    page.locator("#insp-more > summary").click()
    assert axe_violations(page) == []


def test_a_slider_turns_the_number_beside_it_live(open_page: OpenPage) -> None:
    page = selected(open_page, "web-1", **WIDE)
    slider = page.get_by_role("slider", name="Service time: slider")
    slider.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    field = page.get_by_label("Service time", exact=True)
    expect(field).to_have_value("10")
    page.locator("#canvas").focus()
    page.wait_for_function("() => window.loadground.frame.rev > 0")
    expect(slider).to_have_value("10")
    page.wait_for_function(
        """async () => (await (await fetch(`/s/${document.body.dataset.session}/document`)).json())
            .nodes.find((one) => one.id === "web-1").parameters.service_ms === 10"""
    )
    field.fill("12")
    expect(slider).to_have_value("12")


def test_a_late_panel_leaves_the_slider_with_the_number_that_is_being_typed(
    open_page: OpenPage,
) -> None:
    page = selected(open_page, "web-1", **WIDE)
    held = hold_first(page, "**/inspector?*")
    field = page.get_by_label("Service time", exact=True)
    field.fill("10")
    field.press("Enter")
    while not held:
        page.wait_for_timeout(10)
    field.fill("12")
    slider = page.get_by_role("slider", name="Service time: slider")
    expect(slider).to_have_value("12")
    with page.expect_response("**/inspector?*"):
        held[0].continue_()
    page.evaluate("() => new Promise((done) => setTimeout(done, 100))")
    expect(field).to_have_value("12")
    expect(slider).to_have_value("12")


def test_a_size_is_bought_with_one_click_and_paid_for(open_page: OpenPage) -> None:
    page = selected(open_page, "web-1", **WIDE)
    before = page.locator('[data-live="usd"]').inner_text()
    page.locator(".sizes label", has_text="XXL").click()
    expect(page.get_by_role("radio", name="XXL: 96 vCPU")).to_be_checked()
    expect(page.locator('[data-live="usd"]')).not_to_have_text(before)
    assert parameters(page, "web-1")["size"] == "xxl"


def test_a_machine_is_picked_and_what_is_unfolded_stays_so(open_page: OpenPage) -> None:
    page = selected(open_page, "web-1", **WIDE)
    page.locator("#insp-more > summary").click()
    page.locator("#insp-about > summary").click()
    page.get_by_role("button", name="New: machine-1").click()
    picked = page.get_by_role("button", name="machine-1", exact=True)
    expect(picked).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#insp-more")).to_have_attribute("open", "")
    expect(page.locator("#insp-about")).to_have_attribute("open", "")
    page.evaluate("() => window.loadground.select('web-2')")
    page.locator('#inspector [data-id="web-2"]').first.wait_for()
    expect(page.locator("#insp-more")).to_have_attribute("open", "")
    page.get_by_role("button", name="machine-1", exact=True).click()
    expect(page.locator(".hull.machine")).to_have_count(1)


def test_a_field_with_an_error_is_never_folded_away(open_page: OpenPage) -> None:
    page = selected(open_page, "web-1", **WIDE)
    page.locator("#insp-more > summary").click()
    page.get_by_label("Queue limit", exact=True).fill("many")
    page.locator("#insp-more > summary").click()
    expect(page.get_by_text("Use a number.")).to_be_visible()
