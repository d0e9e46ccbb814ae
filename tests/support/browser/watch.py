"""Watches pages for what a person would only notice in the developer tools."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Page, Request

# Opens a watched page; keyword arguments are those of Playwright's `Browser.new_context`.
OpenPage = Callable[..., Page]


@dataclass
class PageWatch:
    """Everything that went wrong on the watched pages, whether or not the test looked there.

    A console error, an uncaught exception, a breach of the content security policy, a crash and a
    request to anyone but our own server all fail the test. A test that provokes one says so with
    `allow`.
    """

    origin: str
    faults: list[str] = field(default_factory=list)
    _allowed: list[re.Pattern[str]] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        """Start watching `page`; nothing that happened before is known."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.faults.append(f"uncaught: {error}"))
        page.on("crash", lambda _: self.faults.append("the page crashed"))
        page.on("request", self._on_request)

    def allow(self, pattern: str) -> None:
        """Expect faults matching the regular expression `pattern` in this test."""
        self._allowed.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        """The faults that no `allow` covers, in the order they happened."""
        return [
            fault for fault in self.faults if not any(rule.search(fault) for rule in self._allowed)
        ]

    def _on_console(self, message: ConsoleMessage) -> None:
        # A breach in report-only mode is not an error to the browser, but it is one to us.
        if message.type == "error" or "Content Security Policy" in message.text:
            place = message.location
            where = f"{place.get('url', '')}:{place.get('lineNumber', 0)}"
            self.faults.append(f"console {message.type}: {message.text} ({where})")

    def _on_request(self, request: Request) -> None:
        own = request.url.startswith((f"{self.origin}/", "data:", "blob:"))
        if not own:
            self.faults.append(f"request to somebody else: {request.url}")
