"""Addresses that open a drawing: people get there at once."""

import re

from playwright.sync_api import Page, expect

from tests.support.browser.watch import PageWatch
from tests.support.programs.server import Server

ELSEWHERE = "http://127.0.0.1:9/elsewhere"
"""Another origin; nothing listens there."""
SANDBOX = re.compile(r"/s/[A-Za-z0-9_-]{22,}$")


def test_a_link_on_another_site_opens_without_a_click_more(
    page: Page, server: Server, watch: PageWatch
) -> None:
    watch.allow("request to somebody else")
    body = f'<a href="{server.url}/scenarios/single-server">the drawing</a>'
    page.route(ELSEWHERE, lambda route: route.fulfill(content_type="text/html", body=body))
    page.goto(ELSEWHERE)
    page.get_by_text("the drawing").click()
    expect(page).to_have_url(SANDBOX)
    # The page in between is no stop on the way back.
    page.go_back()
    expect(page).to_have_url(ELSEWHERE)


def test_an_address_that_is_typed_opens_at_once(page: Page) -> None:
    page.goto("/scenarios/single-server")
    assert SANDBOX.search(page.url)
