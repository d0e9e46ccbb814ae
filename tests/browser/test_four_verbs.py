"""The whole loop on the final design, as a person goes through it: open, drag, break, share."""

import pytest
from playwright.sync_api import expect

from tests.support.browser.canvas import connect, crash, document, node
from tests.support.browser.frames import (
    REACTION_TIMEOUT_MS,
    node_state,
    open_final_design,
    speed_up,
    wait_until,
)
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]


def test_a_web_server_dragged_in_and_linked_takes_traffic(open_page: OpenPage) -> None:
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


def test_breaking_the_primary_and_the_last_replica_shows_on_the_page(open_page: OpenPage) -> None:
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
    revision = page.evaluate("() => window.loadground.frame.rev")
    field.fill("12.5")
    field.press("Enter")
    wait_until(page, "frame.rev > given", revision)
    page.get_by_role("button", name="Share", exact=True).click()
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
