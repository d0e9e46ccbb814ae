"""A drawing has a name and is never lost: new ones, copies, recent ones, files that are refused."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.canvas import document, node
from tests.support.browser.frames import open_final_design
from tests.support.browser.watch import OpenPage, PageWatch

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]


def opened(open_page: OpenPage) -> Page:
    page = open_page(viewport={"width": 1440, "height": 900})
    open_final_design(page)
    return page


def menu(page: Page) -> None:
    page.get_by_role("button", name="Drawings").click()
    expect(page.locator("#drawing-menu")).to_be_visible()


def kept(page: Page, name: str) -> None:
    """Wait until this browser has kept the drawing of this name with its document."""
    page.wait_for_function(
        """name => JSON.parse(localStorage.getItem("loadground.recent") ?? "[]").some(
            (one) => one.name === name && JSON.parse(one.document ?? "{}").name === name)""",
        arg=name,
    )


def test_the_title_is_renamed_where_it_stands(open_page: OpenPage) -> None:
    page = opened(open_page)
    title = page.get_by_label("Name of the drawing")
    expect(title).to_have_value("Final design")
    title.click()
    title.fill("  Shop k \u202e for\tall ")
    title.press("Enter")
    expect(page.locator("#canvas")).to_be_focused()
    expect(title).to_have_value("Shop k for all")
    expect(page).to_have_title("Shop k for all - Loadground")
    expect(page.get_by_role("heading", level=1)).to_have_text("Shop k for all")
    assert document(page)["name"] == "Shop k for all"
    title.fill("Something else")
    title.press("Escape")
    expect(title).to_have_value("Shop k for all")
    title.fill("   ")
    title.press("Enter")
    expect(title).to_have_value("Shop k for all")
    page.reload()
    expect(title).to_have_value("Shop k for all")
    other = open_page()
    other.goto(page.url)
    expect(other.get_by_label("Name of the drawing")).to_have_value("Shop k for all")


def test_new_is_an_empty_canvas_and_the_way_back_is_kept(open_page: OpenPage) -> None:
    page = opened(open_page)
    node(page, "web-2").click()
    page.keyboard.press("Delete")
    expect(page.locator("g.node")).to_have_count(8)
    title = page.get_by_label("Name of the drawing")
    title.fill("Mine")
    title.press("Enter")
    kept(page, "Mine")
    mine = page.url
    menu(page)
    page.get_by_role("link", name="New", exact=True).click()
    expect(page.locator("#canvas-empty")).to_be_visible()
    expect(page.get_by_label("Name of the drawing")).to_have_value("Untitled drawing")
    expect(page.locator("g.node")).to_have_count(0)
    page.get_by_role("link", name="Loadground: start a new sandbox").click()
    expect(page.locator("g.node")).to_have_count(9)
    menu(page)
    recent = page.locator("#recent-list")
    expect(recent.get_by_role("link", name="Mine")).to_be_visible()
    recent.get_by_role("link", name="Mine").click()
    expect(page.locator("g.node")).to_have_count(8)
    assert page.url.partition("?")[0] == mine.partition("?")[0]


def test_duplicate_is_another_drawing(open_page: OpenPage) -> None:
    page = opened(open_page)
    first = page.url
    menu(page)
    page.get_by_role("button", name="Duplicate").click()
    expect(page.get_by_label("Name of the drawing")).to_have_value("Final design (copy)")
    expect(page.locator("g.node")).to_have_count(9)
    assert page.url != first
    node(page, "web-2").click()
    page.keyboard.press("Delete")
    expect(page.locator("g.node")).to_have_count(8)
    page.goto(first)
    expect(page.locator("g.node")).to_have_count(9)


def test_a_file_is_opened_and_a_bad_one_leaves_the_page_as_it_was(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = opened(open_page)
    here = page.url
    node(page, "web-2").click()
    page.keyboard.press("Delete")
    expect(page.locator("g.node")).to_have_count(8)
    good = document(page) | {"name": "From a file"}
    bad, text = tmp_path / "bad.json", tmp_path / "good.json"
    bad.write_text(json.dumps(good | {"nodes": [{"id": "x", "kind": "castle"}]}))
    text.write_text(json.dumps(good))
    for place in ("menu", "panel"):
        if place == "menu":
            menu(page)
        page.locator(f"#file-{place}").set_input_files(bad)
        refused = page.locator(f"#refused-{place}")
        expect(refused.get_by_role("alert")).to_contain_text("nodes[0]")
        expect(refused).to_contain_text("Your drawing stays as it was.")
        expect(page.locator("g.node")).to_have_count(8)
        assert page.url == here
        page.keyboard.press("Escape")
    bad.write_text("{")
    page.locator("#file-panel").set_input_files(bad)
    expect(page.locator("#refused-panel").get_by_role("alert")).to_contain_text("JSON")
    page.locator("#file-panel").set_input_files(text)
    expect(page.get_by_label("Name of the drawing")).to_have_value("From a file")
    assert page.url != here


def test_a_session_that_is_gone_is_opened_again_from_this_browser(
    open_page: OpenPage, watch: PageWatch
) -> None:
    watch.allow("404")
    page = opened(open_page)
    title = page.get_by_label("Name of the drawing")
    title.fill("Lost and found")
    title.press("Enter")
    kept(page, "Lost and found")
    page.evaluate(
        """() => {
            const all = JSON.parse(localStorage.getItem("loadground.recent"));
            all[0].id = "gone0000000000000000";
            localStorage.setItem("loadground.recent", JSON.stringify(all));
        }"""
    )
    page.goto("/s/never0000000000000000")
    expect(page.get_by_role("button", name="Open the copy")).to_be_hidden()
    page.goto("/s/gone0000000000000000")
    expect(page.locator("#kept")).to_contain_text("Lost and found")
    page.get_by_role("button", name="Open the copy").click()
    expect(title).to_have_value("Lost and found")
    expect(page.locator("g.node")).to_have_count(9)
