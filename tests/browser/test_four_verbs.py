"""Open, drag, break, share: the whole loop on the final design, as a person would go through it."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

REACTION_TIMEOUT_MS = 60_000
FAST = "10"


def node_state(page: Page, node: str) -> dict[str, Any]:
    """What the newest frame says about a node."""
    found: dict[str, Any] = page.evaluate(
        "id => window.loadground.frame.n.find((one) => one.id === id) ?? {}", node
    )
    return found


def wait_until(page: Page, condition: str, argument: object = None) -> None:
    """Wait until a condition on the newest frame (`frame`, with `given`) holds."""
    page.wait_for_function(
        f"given => {{ const frame = window.loadground?.frame; return frame && ({condition}); }}",
        arg=argument,
        timeout=REACTION_TIMEOUT_MS,
    )


def open_final_design(page: Page) -> None:
    page.goto("/")
    wait_until(page, "frame.ready && frame.t > 0")
    expect(page.locator("g.node")).to_have_count(9)


def speed_up(page: Page) -> None:
    """Ten simulated seconds a second, so that failovers do not keep the test waiting."""
    page.locator("#speed").select_option(FAST)
    wait_until(page, "frame.speed === 10")


def node(page: Page, node_id: str) -> Locator:
    return page.locator(f'g.node[data-node="{node_id}"]')


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


def document(page: Page) -> dict[str, Any]:
    session = page.locator("body").get_attribute("data-session")
    answer = page.request.get(f"/s/{session}/document")
    found: dict[str, Any] = answer.json()
    return found


def test_drag_a_web_server_in_and_it_takes_traffic(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    open_final_design(page)
    page.drag_and_drop('[data-preset="web_server"]', "#stage", target_position={"x": 560, "y": 430})
    expect(node(page, "web-3")).to_be_visible()
    connect(page, "lb-1", "web-3")
    for database in ("db-1", "db-2", "db-3"):
        connect(page, "web-3", database)
    # Its rate counts what it completed in the last second, which has to pass first.
    wait_until(
        page,
        """(() => {
            const shares = frame.n.filter((one) => one.id.startsWith("web-")).map((one) => one.rps);
            return shares.length === 3 && Math.max(...shares) < 1.5 * Math.min(...shares);
        })()""",
    )


def test_break_the_primary_and_then_the_last_replica(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    open_final_design(page)
    speed_up(page)
    crash(page, "db-1")
    wait_until(page, "frame.n.find((one) => one.id === 'db-1').state === 'down'")
    expect(page.locator("#timeline")).to_contain_text("promoted", timeout=REACTION_TIMEOUT_MS)
    expect(page.locator("#timeline")).to_contain_text("writes resumed", timeout=REACTION_TIMEOUT_MS)
    wait_until(page, "frame.n.some((one) => one.id !== 'db-1' && one.role === 'primary')")
    roles = {one: node_state(page, one)["role"] for one in ("db-2", "db-3")}
    primary = next(one for one, role in roles.items() if role == "primary")
    replica = next(one for one, role in roles.items() if role == "replica")
    wait_until(page, "frame.n.find((one) => one.id === given).writes > 10", primary)
    crash(page, replica)
    wait_until(page, "frame.n.find((one) => one.id === given).state === 'down'", replica)
    wait_until(page, "frame.n.find((one) => one.id === given).reads > 100", primary)


def test_a_copied_link_opens_the_same_drawing_in_another_browser(open_page: OpenPage) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    open_final_design(page)
    node(page, "web-1").click()
    field = page.locator('#inspector input[name="service_ms"]')
    field.fill("12.5")
    field.press("Enter")
    page.wait_for_function("() => window.loadground.frame.rev > 0")
    page.get_by_role("button", name="Share").click()
    page.locator("#dialog").get_by_role("button", name="Copy").click()
    link = page.evaluate("() => navigator.clipboard.readText()")
    assert "/o/z1." in link
    other = open_page()
    other.goto(link)
    expect(other.locator("g.node")).to_have_count(9)
    mine, theirs = document(page), document(other)
    assert {one["id"]: one["parameters"] for one in theirs["nodes"]} == {
        one["id"]: one["parameters"] for one in mine["nodes"]
    }
    assert theirs["links"] == mine["links"]
    assert (theirs["seed"], theirs["load"]) == (mine["seed"], mine["load"])
    web = next(one for one in theirs["nodes"] if one["id"] == "web-1")
    assert web["parameters"]["service_ms"] == 12.5
