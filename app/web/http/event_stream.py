"""The event stream: one per page, with frames, timeline rows and news of the drawing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

from sse_starlette import EventSourceResponse
from sse_starlette.sse import SendTimeoutError
from starlette.types import Receive, Scope, Send

from app.session.channel import Frame, Item, Redrawn, event_bytes
from app.session.explain.timeline import Row
from app.session.session import Session
from app.texts.languages import Language
from app.web.http.templates import Pages

LOG = logging.getLogger("loadground.web")

PING_S = 15
SEND_TIMEOUT_S = 10.0
"""A reader that takes nothing for this long is let go; its page comes back by itself."""


class Stream(EventSourceResponse):
    """Ready-made bytes as an event stream; a reader that got stuck is no error of ours.

    `ended` is called once, however it ends.
    """

    def __init__(self, content: AsyncIterator[bytes], ended: Callable[[], None]) -> None:
        super().__init__(content, ping=PING_S, sep="\n", send_timeout=SEND_TIMEOUT_S)
        self._ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the reader leaves, the server stops, or nothing gets through."""
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            LOG.info("A stream was closed: its reader took nothing for %.0f s", SEND_TIMEOUT_S)
        finally:
            self._ended()


async def events(
    session: Session, pages: Pages, language: Language, last_event_id: str
) -> AsyncIterator[bytes]:
    """Everything that happens in a session from now on, and what a returning reader missed."""

    def render(rows: tuple[Row, ...], whole: bool) -> str:
        return pages.timeline_rows(rows, whole, language)

    async def encode(item: Item) -> bytes:
        if isinstance(item, Frame):
            return item.bytes
        if isinstance(item, Redrawn):
            return event_bytes("", "topology", f'{{"rev":{item.revision}}}')
        boot = session.channel.boot
        if item.whole:
            # Two thousand rows take a while, and other readers' frames must not wait for them.
            return await asyncio.to_thread(item.encode, boot, language, render)
        return item.encode(boot, language, render)

    viewer = session.watch(last_event_id)
    try:
        while True:
            if items := session.channel.take(viewer):
                yield b"".join([await encode(item) for item in items])
            await session.channel.wait(viewer)
    finally:
        session.unwatch()
