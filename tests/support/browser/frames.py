"""Frames of a page's run: waiting for what one says, and pages that wait for their first."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.support.browser.watch import OpenPage

REACTION_TIMEOUT_MS = 60_000
FAST = "10"
CHAIN = "/scenarios/split-database"


def node_state(page: Page, node: str) -> dict[str, Any]:
    """What the newest frame says about a node."""
    found: dict[str, Any] = page.evaluate(
        "id => window.loadground.frame.n.find((one) => one.id === id) ?? {}", node
    )
    return found


def wait_until(page: Page, condition: str, argument: object = None) -> None:
    """Wait until the drawing is there and a condition on the newest frame (`frame`, with `given`)
    holds. Frames can come before the drawing, when a key would find nothing to act on.
    """
    page.wait_for_function(
        "given => { const { frame, ready } = window.loadground ?? {};"
        f" return ready && frame && ({condition}); }}",
        arg=argument,
        timeout=REACTION_TIMEOUT_MS,
    )


def open_final_design(page: Page) -> None:
    """The drawing that a first visit begins with, drawn and running."""
    page.goto("/")
    wait_until(page, "frame.ready && frame.t > 0")
    expect(page.locator("g.node")).to_have_count(9)


def opened(open_page: OpenPage, path: str = CHAIN, **context: Any) -> Page:
    """A page of a ready drawing, as soon as its run has begun."""
    page = open_page(viewport={"width": 1440, "height": 900}, **context)
    page.goto(path)
    wait_until(page, "frame.ready")
    return page


def speed_up(page: Page) -> None:
    """Ten simulated seconds a second, so that failovers do not keep the test waiting."""
    page.locator("#speed").select_option(FAST)
    wait_until(page, "frame.speed === 10")
