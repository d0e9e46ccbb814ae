"""Links that are drawn quickly after each other are all saved, in order."""

import pytest
from playwright.sync_api import Route, expect

from tests.support.browser.canvas import connect, node
from tests.support.browser.frames import open_final_design
from tests.support.browser.watch import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("engine_ready")]


def test_a_second_link_is_drawn_while_the_first_is_being_saved(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    open_final_design(page)
    page.drag_and_drop('[data-preset="web_server"]', "#stage", target_position={"x": 560, "y": 430})
    expect(node(page, "web-3")).to_be_visible()
    held: list[Route] = []
    drawn = False

    def hold(route: Route) -> None:
        if drawn:
            route.continue_()
        else:
            held.append(route)

    page.route("**/actions*", hold)
    links = page.locator("g.link")
    before = links.count()
    for database in ("db-1", "db-2", "db-3"):
        connect(page, "web-3", database)
    connect(page, "lb-1", "web-3")
    expect(page.locator(".draft.unsaved")).to_have_count(4)
    assert len(held) == 1
    drawn = True
    held[0].continue_()
    expect(links).to_have_count(before + 4)
    expect(page.locator(".draft.unsaved")).to_have_count(0)
    expect(page.locator(".toast")).to_have_count(0)
    expect(page.locator("#mode")).to_be_hidden()
