"""The canvas under the hand: its nodes and links, where they are, and how they are dragged."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

PATH_MIDDLE = """id => {
    const path = document.querySelector(`g.link[data-link="${id}"] .hit`);
    const {x, y} = path.getPointAtLength(path.getTotalLength() / 2);
    const at = new DOMPoint(x, y).matrixTransform(path.getScreenCTM());
    return [at.x, at.y];
}"""


def node(page: Page, node_id: str) -> Locator:
    """The card of a node."""
    return page.locator(f'g.node[data-node="{node_id}"]')


def document(page: Page) -> dict[str, Any]:
    """The drawing as the server has it."""
    session = page.locator("body").get_attribute("data-session")
    answer = page.request.get(f"/s/{session}/document")
    found: dict[str, Any] = answer.json()
    return found


def ends(page: Page) -> list[str]:
    """Every link as `source>target`."""
    return sorted(f"{one['source']}>{one['target']}" for one in document(page)["links"])


def link_id(page: Page, source: str, target: str) -> str:
    """The link from `source` to `target`."""
    found: str = next(
        one["id"]
        for one in document(page)["links"]
        if (one["source"], one["target"]) == (source, target)
    )
    return found


def link_middle(page: Page, source: str, target: str) -> tuple[float, float]:
    """Half way along a link, where it can be hit."""
    x, y = page.evaluate(PATH_MIDDLE, link_id(page, source, target))
    return x, y


def overlapping(page: Page) -> list[tuple[str, str]]:
    """Cards that lie on each other."""
    nodes = document(page)["nodes"]
    return [
        (a["id"], b["id"])
        for i, a in enumerate(nodes)
        for b in nodes[:i]
        if abs(a["x"] - b["x"]) < 160 and abs(a["y"] - b["y"]) < 92
    ]


def middle_of(page: Page, selector: str) -> tuple[float, float]:
    """The middle of what `selector` finds, in the window."""
    box = page.locator(selector).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Press at `start`, move, and let go at `end`."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def connect(page: Page, source: str, target: str) -> None:
    """Drag from a node's port to another node."""
    start = node(page, source).locator(".port-out").bounding_box()
    end = node(page, target).bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=8)
    page.mouse.up()


def crash(page: Page, node_id: str) -> None:
    """Select a node and press Crash in the inspector."""
    node(page, node_id).click()
    expect(page.locator("#inspector")).to_contain_text(node_id)
    page.locator("#inspector").get_by_role("button", name="Crash").click()
