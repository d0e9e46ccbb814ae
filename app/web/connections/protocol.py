"""HTTP/1.1 with bounds: the size and number of a head's fields, and the time for head and body.

Uvicorn bounds the head only in its slower parser, and silence only after an answer.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from app.web.connections.census import Census
from app.web.connections.limits import (
    HEAD_BYTES_MAX,
    HEAD_FIELDS_MAX,
    LINGER_S,
    PIPELINED_MAX,
    STALLED_S,
)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds within which the head of a request must be there, and then its body."""

    head_s: float
    body_s: float


class _Oversize(Exception):
    """Refusal of a head while it is being parsed."""


class BoundedProtocol(HttpToolsProtocol):
    """A connection that is closed when it asks for too much, or says too little for too long."""

    def __init__(
        self,
        census: Census,
        patience: Patience,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._census, self._patience = census, patience
        self._deadline: asyncio.TimerHandle | None = None
        self._in_head = self._in_body = False
        self._head_bytes = self._part_bytes = 0
        self._refused = False
        self._stalled: asyncio.TimerHandle | None = None

    @property
    def busy(self) -> bool:
        """True while a request is being answered."""
        # Uvicorn's types have no connection before its first request.
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete and not self.transport.is_closing()

    def drop(self) -> None:
        """End the connection now, whatever is still to be sent."""
        self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count the connection in, or close it if there is no room."""
        super().connection_made(transport)
        if self._census.enter(self._address, self):
            self._expect(self._patience.head_s)
        else:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count the connection out."""
        self._expect(None)
        self._census.leave(self._address, self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, within the bounds."""
        if self._refused:
            return
        head_before = self._head_bytes
        super().data_received(data)
        # Fields are counted once they are whole; one without an end is counted as it comes.
        going_on = self._in_head and self._head_bytes == head_before
        self._part_bytes = self._part_bytes + len(data) if going_on else 0
        if self._head_bytes + self._part_bytes > HEAD_BYTES_MAX:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self._deadline is None and not self._expects_nothing:
            # Whatever came, it was no whole request, and no timer of uvicorn's runs any more.
            self._expect(self._patience.head_s)

    @property
    def _expects_nothing(self) -> bool:
        return self._in_body or self._refused or self.busy

    def on_message_begin(self) -> None:
        """Begin a request: its head must be there soon."""
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0
        self._expect(self._patience.head_s)

    def on_url(self, url: bytes) -> None:
        """Take a part of the request's address."""
        self._count_head(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field."""
        self._count_head(len(name) + len(value))
        if len(self.headers) >= HEAD_FIELDS_MAX:
            self._oversize()
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to answer: the body must be there in time."""
        self._in_head, self._in_body, self._head_bytes = False, True, 0
        if len(self.pipeline) >= PIPELINED_MAX:
            self._oversize()
        self._expect(self._patience.body_s)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """End a request: nothing more is expected before its answer."""
        self._in_body = False
        self._expect(None)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """End an answer; uvicorn's own timer runs until the next request begins."""
        if not self._in_body:
            self._expect(None)
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Give a reader that takes nothing a while."""
        super().pause_writing()
        self._stalled = self.loop.call_later(STALLED_S, self.drop)

    def resume_writing(self) -> None:
        """Go on: the reader took something."""
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP; a head that was refused while it was parsed has its answer."""
        if not self._refused:
            self._refused = True
            self._expect(None)
            super().send_400_response(msg)

    @property
    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def _count_head(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > HEAD_BYTES_MAX:
            self._oversize()

    def _oversize(self) -> None:
        self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        raise _Oversize

    def _expect(self, within_s: float | None) -> None:
        """Close the connection unless what is expected comes in time."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if within_s is None else self.loop.call_later(within_s, self._late)

    def _late(self) -> None:
        self._deadline = None
        if self._in_head or self._in_body:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self._close()

    def _refuse(self, status: HTTPStatus) -> None:
        """Say why, unless an earlier request is being answered, and close the connection."""
        if self._refused or self.transport.is_closing():
            return
        self._refused = True
        self._expect(None)
        if not (self.cycle.response_started if self._in_body else self.busy):
            text = f"{status.value} {status.phrase}\n"
            self.transport.write(
                f"HTTP/1.1 {status.value} {status.phrase}\r\n"
                "content-type: text/plain; charset=utf-8\r\n"
                "x-content-type-options: nosniff\r\n"
                f"content-length: {len(text)}\r\n"
                f"connection: close\r\n\r\n{text}".encode("ascii")
            )
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._close()

    def _close(self) -> None:
        """Close the connection; a peer that takes nothing of what is left must not keep it."""
        self.transport.close()
        self.loop.call_later(LINGER_S, self.transport.abort)
