"""Same origin: no other site makes a browser change anything here (CSRF)."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.settings import Settings
from app.texts.text import Text
from app.web.http.errors import answer
from app.web.http.refusal import Refusal

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

FOREIGN = Text("This request comes from another site.")


class SameOrigin:
    """Refuses unsafe requests (403) that another site made a browser send.

    Browsers say where a request comes from (Fetch Metadata), older ones at least name the origin.
    A client that says neither is no browser, unless it sends a cookie.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._public_url = settings.public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer with the refusal."""
        unsafe = scope["type"] == "http" and scope["method"] not in SAFE_METHODS
        if unsafe and self._is_foreign(Headers(scope=scope)):
            await answer(Request(scope), Refusal(403, FOREIGN))(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _is_foreign(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        origin = headers.get("origin")
        if site is not None:
            return site not in ("same-origin", "none")
        if origin is not None:
            # A proxy in front may have changed the Host header.
            own = urlsplit(origin).netloc == headers.get("host", "") != ""
            return not own and not origin == self._public_url != ""
        return "cookie" in headers
