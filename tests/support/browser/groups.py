"""Groups on the canvas: their frames, who is in which, and frames drawn by the keyboard."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.support.browser.canvas import document, middle_of


def frame(page: Page, sort: str) -> Locator:
    """The outlines of a sort of group."""
    return page.locator(f".hull.{sort}")


def groups_of(page: Page, node_id: str) -> dict[str, str]:
    """The groups that a node is in, as the server has it."""
    nodes = {one["id"]: one for one in document(page)["nodes"]}
    found: dict[str, str] = nodes[node_id].get("groups", {})
    return found


def draw(page: Page, sort: str) -> None:
    """Draw an empty frame by the keyboard, and show everything."""
    page.keyboard.press("Control+k")
    page.keyboard.type(f"add a group: {sort}")
    page.keyboard.press("Enter")
    expect(frame(page, sort)).to_be_visible()
    page.locator("#canvas").focus()
    page.keyboard.press("Shift+Digit1")


def head(page: Page, sort: str) -> tuple[float, float]:
    """Where a frame can be held."""
    box = frame(page, sort).first.locator(".hull-head").bounding_box()
    assert box
    return box["x"] + 16, box["y"] + box["height"] / 2


def card(page: Page, node_id: str) -> tuple[float, float]:
    """The middle of a node's card."""
    return middle_of(page, f'g.node[data-node="{node_id}"] .card')


def ground(page: Page, sort: str) -> tuple[float, float]:
    """The middle of a frame."""
    return middle_of(page, f".hull.{sort} .hull-box")


def inside(page: Page, sort: str, node_id: str) -> bool:
    """Tell if a card is drawn within a frame."""
    box = frame(page, sort).locator(".hull-box").bounding_box()
    x, y = card(page, node_id)
    assert box
    return box["x"] < x < box["x"] + box["width"] and box["y"] < y < box["y"] + box["height"]


def frames(page: Page) -> list[dict[str, Any]]:
    """Frames as the server has them."""
    found: list[dict[str, Any]] = document(page).get("frames", [])
    return found


def said(page: Page, words: str) -> None:
    """Wait for the message that says what was done."""
    expect(page.locator(".toasts")).to_contain_text(words, timeout=30_000)
