"""Browser contexts for one test after another: scripts of the page are loaded and compiled once.

Nothing of a test is left for the next one: pages are closed, and cookies and all that the site has
stored are deleted. Only what a browser keeps for speed stays, which pages must not depend on. A
window and an empty cache would cost a third of all that opening a page does.
"""

from typing import Any

from playwright.sync_api import Browser, BrowserContext

STORED = "local_storage,indexeddb,cache_storage,service_workers"
IDLE_MAX = 3
"""Each keeps a window open; nearly all tests ask for one of two sizes."""


class ContextPool:
    """Contexts by their options: taken by one test at a time, and given back emptied."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        # By options, the longest unused first.
        self._idle: list[tuple[str, BrowserContext]] = []

    def take(self, options: dict[str, Any]) -> BrowserContext:
        """A context with these options of Playwright's `new_context`, of which `base_url` is the
        server, and a blank page, which keeps its window open.
        """
        wanted = repr(sorted(options.items()))
        for number, (key, _) in enumerate(self._idle):
            if key == wanted:
                return self._idle.pop(number)[1]
        context = self._browser.new_context(**options)
        context.new_page()
        return context

    def give_back(self, context: BrowserContext, options: dict[str, Any]) -> None:
        """Empty a context that no test uses any more."""
        blank, *pages = context.pages
        for page in pages:
            page.close()
        context.clear_cookies()
        wire = context.new_cdp_session(blank)
        stored = {"origin": options["base_url"], "storageTypes": STORED}
        wire.send("Storage.clearDataForOrigin", stored)
        wire.detach()
        self._idle.append((repr(sorted(options.items())), context))
        if len(self._idle) > IDLE_MAX:
            self._idle.pop(0)[1].close()
