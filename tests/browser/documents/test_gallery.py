"""The gallery of scenarios: opened, searched, asked and answered, by mouse, keys and touch."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1440, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 720}, "color_scheme": "dark"},
    "korean": {"viewport": {"width": 1440, "height": 900}, "locale": "ko-KR"},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}


def opened(open_page: OpenPage, **look: Any) -> Page:
    page = open_page(**look)
    page.goto("/scenarios/load-balanced")
    page.wait_for_function("() => window.loadground?.ready && window.loadground.frame")
    page.locator("#canvas").focus()
    page.keyboard.press("o")
    expect(page.locator("#gallery")).to_be_visible()
    expect(page.locator("label.gallery-card")).to_have_count(26)
    return page


@pytest.mark.parametrize("look", LOOKS)
def test_the_gallery_is_accessible_in_every_look(
    look: str, open_page: OpenPage, axe_violations: Callable[[Page], list[str]]
) -> None:
    page = opened(open_page, **LOOKS[look])
    assert axe_violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    titles = page.locator(".gallery-card > b")
    cut = "all => all.filter((one) => one.scrollWidth > one.clientWidth + 1).length"
    assert titles.evaluate_all(cut) == 0


def test_a_scenario_is_found_asked_answered_and_opened_by_keys_alone(open_page: OpenPage) -> None:
    page = opened(open_page, viewport={"width": 1440, "height": 900})
    expect(page.locator("#gallery-search")).to_be_focused()
    page.keyboard.type("lost writes")
    expect(page.locator("label.gallery-card")).not_to_have_count(26)
    page.keyboard.press("Enter")
    expect(page.locator("#gallery")).to_be_visible()
    card = page.get_by_role("radio", name="The primary dies: the lost writes")
    card.focus()
    page.keyboard.press("Space")
    foot = page.locator("#gallery-foot")
    expect(foot).to_contain_text("Which writes are lost, and could you have known?")
    expect(foot).to_contain_text("The script begins at 30 s and ends at 60 s.")
    answer = foot.get_by_text("some 200. The lag says")
    expect(answer).to_be_hidden()
    foot.get_by_text("Answer", exact=True).focus()
    page.keyboard.press("Enter")
    expect(answer).to_be_visible()
    before = page.url
    foot.get_by_role("button", name="Open").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name of the drawing")).to_have_value(
        "The primary dies: the lost writes"
    )
    expect(page.locator("g.node")).to_have_count(5)
    assert page.url != before
    page.goto(before)
    expect(page.locator("g.node")).to_have_count(6)


def test_two_presses_on_a_card_open_it(open_page: OpenPage) -> None:
    page = opened(open_page, viewport={"width": 1440, "height": 900})
    page.locator("label.gallery-card", has_text="A ring of four").dblclick()
    expect(page.get_by_label("Name of the drawing")).to_have_value("A ring of four")


def test_a_search_without_a_match_says_so_and_escape_closes_the_gallery(
    open_page: OpenPage,
) -> None:
    page = opened(open_page, viewport={"width": 1440, "height": 900})
    page.locator("#gallery-search").fill("xyzzy")
    expect(page.locator("#gallery-cards")).to_have_text("No scenario has all of these words.")
    page.locator("#gallery-search").fill("")
    expect(page.locator("label.gallery-card")).to_have_count(26)
    page.get_by_role("button", name="Experiments").click()
    expect(page.get_by_role("heading", name="Experiments")).to_be_in_viewport()
    page.get_by_role("button", name="Close").first.click()
    expect(page.locator("#gallery")).to_be_hidden()
    page.get_by_role("button", name="Drawings").click()
    page.get_by_role("button", name="All scenarios").first.click()
    expect(page.locator("#gallery")).to_be_visible()


def test_every_picture_takes_the_colours_of_the_theme(open_page: OpenPage) -> None:
    page = opened(open_page, viewport={"width": 1440, "height": 900})
    fill = "() => getComputedStyle(document.querySelector('.gallery-picture rect')).fill"
    light = page.evaluate(fill)
    page.get_by_role("button", name="Close").first.click()
    page.locator("#theme").click()
    page.keyboard.press("o")
    expect(page.locator("#gallery")).to_be_visible()
    assert page.evaluate(fill) != light


def test_a_scenario_that_was_started_is_ticked(open_page: OpenPage) -> None:
    page = opened(open_page)
    expect(page.locator(".gallery-tried")).to_have_count(0)
    card = page.locator("label.gallery-card", has=page.locator('input[value="replicated"]'))
    card.dblclick()
    page.wait_for_url("**/s/*")
    page.wait_for_function("() => window.loadground?.ready && window.loadground.frame")
    page.locator("#canvas").focus()
    page.keyboard.press("o")
    expect(card.locator(".gallery-tried")).to_have_text("tried")
    expect(page.locator(".gallery-tried")).to_have_count(1)
