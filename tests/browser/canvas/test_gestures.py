"""Building by few gestures: insert into a link, offers on the ground, copies with their links."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.canvas import (
    connect,
    document,
    drag,
    ends,
    link_id,
    link_middle,
    middle_of,
    node,
    overlapping,
)
from tests.support.browser.frames import opened, wait_until
from tests.support.browser.requests import posts
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]

CHAIN_ENDS = ["users-1>dns-1", "users-1>web-1", "web-1>db-1"]


def drag_in(page: Page, preset: str, end: tuple[float, float]) -> None:
    """Drag an entry of the palette to a point of the window."""
    entry = page.locator(f'.pal-item[data-preset="{preset}"]').first
    entry.scroll_into_view_if_needed()
    drag(page, middle_of(page, f'.pal-item[data-preset="{preset}"]'), end)


def alt_drag(page: Page, node_id: str, by: tuple[float, float]) -> None:
    x, y = middle_of(page, f'g.node[data-node="{node_id}"] .card')
    page.keyboard.down("Alt")
    drag(page, (x, y), (x + by[0], y + by[1]))
    page.keyboard.up("Alt")


def test_a_balancer_and_a_second_server_in_two_gestures(open_page: OpenPage) -> None:
    """Twelve it took once; dropping on a link and dragging a copy away are one each."""
    page = opened(open_page)
    assert ends(page) == CHAIN_ENDS
    sent = posts(page)
    drag_in(page, "load_balancer", link_middle(page, "users-1", "web-1"))
    expect(node(page, "lb-1")).to_be_visible()
    alt_drag(page, "web-1", (0, 150))
    expect(node(page, "web-2")).to_be_visible()
    expect(page.locator("g.node.sel")).to_have_attribute("data-node", "web-2")
    assert ends(page) == [
        "lb-1>web-1", "lb-1>web-2", "users-1>dns-1", "users-1>lb-1", "web-1>db-1", "web-2>db-1",
    ]  # fmt: skip
    assert sent == ["actions", "actions"]
    assert overlapping(page) == []
    wait_until(
        page, "frame.n.filter((one) => one.id.startsWith('web-') && one.rps > 10).length === 2"
    )
    page.keyboard.press("Control+z")
    expect(node(page, "web-2")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(node(page, "lb-1")).to_have_count(0)
    assert ends(page) == CHAIN_ENDS


def test_a_link_keeps_its_latency_when_something_is_inserted(open_page: OpenPage) -> None:
    page = opened(open_page)
    page.locator(f'g.link[data-link="{link_id(page, "users-1", "web-1")}"]').focus()
    page.keyboard.press("Enter")
    field = page.get_by_label("Latency, one way")
    field.fill("77")
    field.press("Enter")
    page.wait_for_function("() => window.loadground.frame.rev > 1")
    drag_in(page, "load_balancer", link_middle(page, "users-1", "web-1"))
    expect(node(page, "lb-1")).to_be_visible()
    latency = {one["target"]: one["parameters"]["latency_ms"] for one in document(page)["links"]}
    assert latency["lb-1"] == 77
    assert latency["web-1"] == 0.25  # it does not begin at users


def test_a_component_that_does_not_fit_a_link_is_put_beside_it(open_page: OpenPage) -> None:
    page = opened(open_page)
    drag_in(page, "cache", link_middle(page, "users-1", "web-1"))
    expect(node(page, "cache-1")).to_be_visible()
    assert ends(page) == CHAIN_ENDS
    assert overlapping(page) == []


def test_dropping_on_a_node_links_it(open_page: OpenPage) -> None:
    page = opened(open_page)
    drag_in(page, "cache", middle_of(page, 'g.node[data-node="web-1"] .card'))
    expect(node(page, "cache-1")).to_be_visible()
    assert "web-1>cache-1" in ends(page)
    drag_in(page, "load_balancer", middle_of(page, 'g.node[data-node="web-1"] .card'))
    expect(node(page, "lb-1")).to_be_visible()
    assert "lb-1>web-1" in ends(page)
    assert overlapping(page) == []


def test_cards_never_lie_on_each_other_after_a_drop(open_page: OpenPage) -> None:
    page = opened(open_page)
    start, end = (middle_of(page, f'g.node[data-node="{one}"] .card') for one in ("web-1", "db-1"))
    drag(page, start, (end[0] + 30, end[1] + 20))
    wait_until(page, "frame.undo.length")
    assert overlapping(page) == []
    page.keyboard.press("Control+z")
    wait_until(page, "!frame.undo.length")


def test_a_link_dropped_on_the_ground_offers_what_fits(open_page: OpenPage) -> None:
    page = opened(open_page)
    port = middle_of(page, 'g.node[data-node="web-1"] .port-out')
    drag(page, port, (port[0] + 60, port[1] + 170))
    menu = page.get_by_role("menu")
    expect(menu).to_be_visible()
    expect(menu.get_by_role("menuitem")).to_contain_text(
        ["SQL database", "Read replica", "Cache", "Key-value"]
    )
    menu.get_by_role("menuitem", name="Cache").click()
    expect(node(page, "cache-1")).to_be_visible()
    assert "web-1>cache-1" in ends(page)
    page.keyboard.press("Control+z")
    expect(node(page, "cache-1")).to_have_count(0)


def test_offers_by_keyboard_alone(open_page: OpenPage) -> None:
    page = opened(open_page)
    node(page, "web-1").focus()
    page.keyboard.press("n")
    menu = page.get_by_role("menu")
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(node(page, "web-1")).to_be_focused()
    page.keyboard.press("c")
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    page.keyboard.press("c")
    page.keyboard.press("Enter")
    expect(node(page, "cache-1")).to_be_focused()
    assert "web-1>cache-1" in ends(page)
    # A link that has the focus takes what is chosen in the palette.
    page.locator(f'g.link[data-link="{link_id(page, "users-1", "web-1")}"]').focus()
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    page.keyboard.type("Load balancer")
    page.keyboard.press("Enter")
    expect(node(page, "lb-1")).to_be_focused()
    assert "users-1>lb-1" in ends(page)


def test_control_d_duplicates_all_that_is_selected_with_its_links(open_page: OpenPage) -> None:
    page = opened(open_page)
    node(page, "web-1").click()
    node(page, "db-1").click(modifiers=["Shift"])
    sent = posts(page)
    page.keyboard.press("Control+d")
    expect(node(page, "web-2")).to_be_visible()
    expect(page.locator("g.node.sel")).to_have_count(2)
    assert ends(page) == [
        "users-1>dns-1", "users-1>web-1", "users-1>web-2", "web-1>db-1", "web-2>db-2",
    ]  # fmt: skip
    assert sent == ["actions"]
    assert overlapping(page) == []
    page.keyboard.press("Control+z")
    expect(node(page, "web-2")).to_have_count(0)


def test_from_nothing_to_a_replicated_system_in_eight_gestures(open_page: OpenPage) -> None:
    """Users, DNS, balancer, two servers, primary and replica."""
    page = opened(open_page, "/new")
    gestures = 0

    def drop(preset: str, on: str | None, new: str) -> None:
        nonlocal gestures
        ground = (520.0, 330.0)
        drag_in(page, preset, middle_of(page, f'[data-node="{on}"] .card') if on else ground)
        expect(page.locator("g.node:focus")).to_have_attribute("data-node", new)
        gestures += 1

    drop("browsers", None, "users-1")
    drop("dns", "users-1", "dns-1")
    drop("load_balancer", "users-1", "lb-1")
    drop("web_server", "lb-1", "web-1")
    drop("sql_database", "web-1", "db-1")
    drop("read_replica", "db-1", "db-2")
    connect(page, "web-1", "db-2")
    expect(page.locator("g.link")).to_have_count(6)
    alt_drag(page, "web-1", (0, 140))
    expect(node(page, "web-2")).to_be_visible()
    gestures += 2
    assert gestures <= 10
    assert ends(page) == [
        "db-1>db-2", "lb-1>web-1", "lb-1>web-2", "users-1>dns-1", "users-1>lb-1",
        "web-1>db-1", "web-1>db-2", "web-2>db-1", "web-2>db-2",
    ]  # fmt: skip
    assert overlapping(page) == []
    wait_until(page, "frame.m && frame.n.find((one) => one.id === 'web-2').rps > 1")
