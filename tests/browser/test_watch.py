"""The watch on every page: faults of a page fail its test."""

import pytest
from playwright.sync_api import Page

from tests.support.browser.watch import OpenPage, PageWatch

STRICT = "default-src 'none'; style-src 'self'"


def show(page: Page, html: str, policy: str = "") -> None:
    """Answer the page's own address with `html`, so that nothing of the product is involved."""
    headers = {"content-type": "text/html"} | (
        {"content-security-policy": policy} if policy else {}
    )
    page.route("**/stand-in", lambda route: route.fulfill(body=html, headers=headers))
    page.goto("/stand-in")
    page.wait_for_timeout(100)


@pytest.mark.parametrize(
    ("html", "policy", "fault"),
    [
        ("<script>console.error('broken')</script>", "", "console error: broken"),
        ("<script>nowhere()</script>", "", "uncaught: .*nowhere"),
        ("<p style='color: red'>styled</p>", STRICT, "Content Security Policy"),
        ("<script>run()</script>", STRICT, "Content Security Policy"),
        ("<img src='http://127.0.0.2:9/pixel.png'>", "", "request to somebody else"),
    ],
)
def test_a_fault_of_a_page_fails_its_test_unless_allowed(
    open_page: OpenPage, watch: PageWatch, html: str, policy: str, fault: str
) -> None:
    show(open_page(), f"<link rel=icon href='data:,'>{html}", policy)
    assert watch.unexpected()
    watch.allow(fault)
    watch.allow("ERR_CONNECTION_REFUSED")
    watch.allow("Failed to load resource|stylesheet|Loading the image")
    assert not watch.unexpected()


def test_a_page_without_faults_passes(open_page: OpenPage, watch: PageWatch) -> None:
    show(open_page(), "<link rel=icon href='data:,'><script>console.info('fine')</script>")
    assert watch.faults == []
