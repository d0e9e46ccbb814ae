"""Hanging, slow, cut and lossy: set from the inspector and the keyboard, seen on the canvas."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.canvas import node
from tests.support.browser.frames import open_final_design, wait_until
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

FAULT = "frame.n.find((one) => one.id === given)?.fault"


def press(page: Page, label: str) -> None:
    page.locator("#inspector").get_by_role("button", name=label, exact=True).click()


def select(page: Page, node_id: str) -> None:
    node(page, node_id).click()
    expect(page.locator("#inspector h2")).to_have_text(node_id)


def test_a_node_hangs_and_is_slow_for_as_long_as_the_inspector_says(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    open_final_design(page)
    select(page, "web-1")
    press(page, "Hang")
    wait_until(page, f"{FAULT} === 'silence'", "web-1")
    hang = page.locator("#inspector").get_by_role("button", name="Hang", exact=True)
    expect(hang).to_have_attribute("aria-pressed", "true")
    expect(node(page, "web-1")).to_contain_text("no answer since")
    select(page, "db-2")
    page.get_by_label("Slower").fill("4")
    page.get_by_label("Ends after").fill("3")
    press(page, "Slow")
    wait_until(page, f"{FAULT} === 'slow'", "db-2")
    expect(node(page, "db-2")).to_contain_text("4× slower")
    expect(page.locator("#timeline")).to_contain_text("works 4× slower, for 3 s")
    wait_until(page, f"{FAULT} === null", "db-2")
    expect(page.locator("#timeline")).to_contain_text("its fault is over, by itself")


def test_a_fault_with_a_malformed_number_is_not_sent(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    open_final_design(page)
    select(page, "web-1")
    page.get_by_label("Ends after").fill("a while")
    press(page, "Hang")
    expect(page.get_by_label("Ends after")).to_be_focused()
    expect(page.locator("#timeline")).not_to_contain_text("hangs")


def test_a_link_is_cut_and_made_worse_and_healed(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    open_final_design(page)
    link = page.locator('g.link[data-link="link-5"]')
    link.focus()
    page.keyboard.press("k")
    wait_until(page, "frame.link_faults['link-5']?.[0] === 'both'")
    expect(link).to_have_class(re.compile("severed"))
    page.keyboard.press("Enter")
    page.get_by_label("Messages lost").fill("10")
    page.get_by_label("Extra latency").fill("40")
    press(page, "Degrade")
    wait_until(page, "frame.link_faults['link-5']?.[2] === 40")
    expect(page.locator("#timeline")).to_contain_text("loses 10 % and takes 40 ms more")
    press(page, "Heal")
    wait_until(page, "Object.keys(frame.link_faults).length === 0")
    expect(page.locator("#timeline")).to_contain_text("works again")


def test_a_whole_zone_is_cut_off_and_healed(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    open_final_design(page)
    select(page, "web-1")
    page.locator("#insp-more > summary").click()
    page.get_by_role("textbox", name="Zone").fill("a")
    page.keyboard.press("Tab")
    page.get_by_label("What", exact=True).select_option("zone")
    press(page, "Cut off")
    wait_until(page, "Object.keys(frame.link_faults).length === 4")
    press(page, "Heal")
    wait_until(page, "Object.keys(frame.link_faults).length === 0")
    expect(page.locator("#timeline")).to_contain_text("Zone a")
