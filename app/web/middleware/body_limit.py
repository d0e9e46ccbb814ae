"""Body limit: reading stops at a number of bytes, before anything is parsed."""

from __future__ import annotations

import contextlib

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.http.refusal import too_large

BODY_MAX = 256 * 1024
OPEN_BODY_MAX = 1024 * 1024
"""Bytes of a request's body; a document may be larger than an action."""


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

        # Whoever leaves, or is closed out for being slow, before the body is there, gets no answer.
        with contextlib.suppress(ClientDisconnect):
            await self.app(scope, receive_within_limit, send)
