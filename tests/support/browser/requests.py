"""Requests of a page: those that change something, and a line that makes all of them slow."""

from typing import Any

from playwright.sync_api import Page, Route

LATENCY_MS = 1500


def slow_line(page: Page) -> None:
    """Delay every answer from now on."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    conditions = {"offline": False, "downloadThroughput": -1, "uploadThroughput": -1}
    wire.send("Network.emulateNetworkConditions", {**conditions, "latency": LATENCY_MS})


def hold_first(page: Page, pattern: str) -> list[Route]:
    """The first request from now on whose address matches, as soon as there is one: it waits until
    the test continues it; those after it do not.
    """
    held: list[Route] = []

    def hold(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route(pattern, hold)
    return held


def posts(page: Page) -> list[str]:
    """The paths of all requests that change something, as they are sent."""
    sent: list[str] = []

    def note(request: Any) -> None:
        if request.method == "POST":
            sent.append(request.url.split("/s/")[-1].partition("/")[2].partition("?")[0])

    page.on("request", note)
    return sent
