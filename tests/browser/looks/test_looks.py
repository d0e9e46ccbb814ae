"""The page when dark, Korean, narrow, touched or warned: accessible in every look."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.engine.observe.invariants import BREACHES
from app.texts.languages import Language
from app.web.text.strings import STRINGS
from tests.support.browser.watch import OpenPage, PageWatch

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1440, "height": 900}},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "korean": {"viewport": {"width": 1180, "height": 800}, "locale": "ko-KR"},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "still": {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"},
}


def opened(page: Page) -> Page:
    page.goto("/")
    expect(page.locator("g.node")).to_have_count(9)
    page.wait_for_function("() => window.loadground?.frame?.t > 0")
    return page


@pytest.mark.parametrize("look", LOOKS)
def test_a_look_is_accessible_and_stays_inside_the_window(
    look: str, open_page: OpenPage, axe_violations: Callable[[Page], list[str]]
) -> None:
    page = opened(open_page(**LOOKS[look]))
    assert axe_violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_the_page_is_korean_for_a_korean_browser(open_page: OpenPage) -> None:
    page = opened(open_page(locale="ko-KR"))
    assert page.locator("html").get_attribute("lang") == "ko"
    expect(page.locator("#palette")).to_contain_text("웹 서버")
    page.locator('g.node[data-node="web-1"]').click()
    expect(page.locator("#inspector")).to_contain_text("처리 시간")


def test_a_damaged_share_link_shows_what_is_wrong(open_page: OpenPage, watch: PageWatch) -> None:
    watch.allow("400")
    page = open_page()
    answer = page.goto("/o/z1.broken")
    assert answer
    assert answer.status == 400
    expect(page.locator("main")).to_contain_text("link")
    page.get_by_role("link", name="Final design").first.click()
    expect(page.locator("g.node")).to_have_count(9)


def test_a_private_address_is_shown_as_a_problem_and_fails(open_page: OpenPage) -> None:
    page = opened(open_page(viewport={"width": 1440, "height": 900}))
    session = page.locator("body").get_attribute("data-session")
    link = {"type": "add_link", "source": "users-1", "target": "web-1"}
    address = f"/s/{session}/actions"
    site = {"sec-fetch-site": "same-origin"}
    assert page.request.post(address, data=link, headers=site).status == 202
    expect(page.locator("#canvas")).to_contain_text("private")
    page.wait_for_function(
        "() => window.loadground.frame.m.failures.unreachable > 0", timeout=60_000
    )


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
@pytest.mark.parametrize("width", [1100, 1180, 1280, 1360, 1440])
def test_the_text_of_the_load_dial_is_never_cut_off(
    open_page: OpenPage, locale: str, width: int
) -> None:
    page = opened(open_page(locale=locale, viewport={"width": width, "height": 800}))
    text, factor = page.locator(".dial-text"), page.locator("#load-factor")
    expect(page.locator("#load-rps")).not_to_have_text("-")
    whole, last = text.bounding_box(), factor.bounding_box()
    assert whole is not None
    assert last is not None
    assert last["x"] + last["width"] <= whole["x"] + whole["width"] + 0.5


CLIPPED = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent)"


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
@pytest.mark.parametrize("width", [400, 800, 1100, 1180, 1280, 1360, 1440])
def test_labels_of_totals_are_never_cut_off(open_page: OpenPage, locale: str, width: int) -> None:
    page = opened(open_page(locale=locale, viewport={"width": width, "height": 800}))
    assert page.locator(".tile .k").evaluate_all(CLIPPED) == []
    whole, last = page.locator(".tiles").bounding_box(), page.locator(".tile").last.bounding_box()
    assert whole is not None
    assert last is not None
    assert last["x"] + last["width"] <= whole["x"] + whole["width"] + 0.5


FEED = """breaches => {
    const data = JSON.stringify({...window.loadground.frame, breaches});
    const frame = new CustomEvent("frame", {detail: {data}});
    document.getElementById("stream").dispatchEvent(frame);
    return document.getElementById("banners").innerText;
}"""


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_run_with_broken_invariants_shows_a_warning(
    open_page: OpenPage, language: Language
) -> None:
    """The page is fed a frame, since no run is known that does."""
    page = opened(open_page(locale={"en": "en-US", "ko": "ko-KR"}[language]))
    said = page.evaluate(FEED, list(BREACHES))
    for text in BREACHES.values():
        assert text.say(language) in said
    assert STRINGS["js.breached"].say(language) in said
    assert page.evaluate(FEED, []) == ""
