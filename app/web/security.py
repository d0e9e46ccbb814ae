"""What every answer and every request has to keep to: headers, same origin, bounded bodies.

Plain ASGI, because a middleware that reads responses would stand between the event stream and
its readers.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.schema import Text
from app.web.refusal import Refusal, too_large
from app.web.settings import BODY_MAX, OPEN_BODY_MAX

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

FOREIGN = Text("This request comes from another site.", "다른 사이트에서 보낸 요청입니다.")


class SecurityHeaders:
    """Adds the security headers to every response; nothing is cached unless it says so itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the inner application does, with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_headers(MutableHeaders(scope=message))
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def add_headers(headers: MutableHeaders) -> None:
    """The security headers, and no caching where nothing is said about it."""
    for name, value in HEADERS.items():
        headers[name] = value
    headers.setdefault("Cache-Control", "no-cache")


class BodyLimit:
    """Stops reading a body that is larger than it may be, whether or not it says so in advance."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; reading too much of it raises a Refusal (413)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = OPEN_BODY_MAX if scope["path"] == "/open" else BODY_MAX
        declared = Headers(scope=scope).get("content-length", "0")
        seen = 0

        async def receive_within_limit() -> Message:
            nonlocal seen
            # A length that is a lie is caught by counting, so a senseless one is not looked at.
            if declared.isdecimal() and int(declared[:20]) > limit:
                raise too_large(limit)
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > limit:
                    raise too_large(limit)
            return message

        await self.app(scope, receive_within_limit, send)


async def same_origin(request: Request) -> None:
    """Raises a Refusal (403) for an unsafe request that another site made a browser send.

    Browsers say where a request comes from (Fetch Metadata), older ones at least name the origin.
    A client that says neither is no browser, unless it sends a cookie.
    """
    if request.method in SAFE_METHODS:
        return
    headers = request.headers
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    if site is not None:
        fine = site in ("same-origin", "none")
    elif origin is not None:
        fine = urlsplit(origin).netloc == headers.get("host", "") != ""
    else:
        fine = "cookie" not in headers
    if not fine:
        raise Refusal(403, FOREIGN)
