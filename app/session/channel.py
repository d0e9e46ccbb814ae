"""The Channel of a session: frames and timeline rows, encoded once and shared by every viewer.

Frames are snapshots: a viewer that falls behind skips to the newest. Timeline rows are never
skipped: a viewer that missed too many gets the whole timeline again.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from app.session.explain.timeline import Row
from app.session.limits import LAG_FRAMES, RING_FRAMES, TIMELINE_ROWS
from app.texts.languages import Language

_LINE_END = re.compile("\r\n|\r|\n")

Render = Callable[[tuple[Row, ...], bool], str]
"""Rows, oldest first, and whether they replace what is shown, as one HTML message."""


@dataclass(slots=True)
class Batch:
    """Rows that were published together. `whole`: they are the entire timeline."""

    seq: int
    rows: tuple[Row, ...]
    whole: bool = False
    _bytes: dict[Language, bytes] = field(default_factory=dict)

    def encode(self, boot: str, language: Language, render: Render) -> bytes:
        """The event of these rows, rendered by the first who asks in a language."""
        if language not in self._bytes:
            text = render(self.rows, self.whole)
            self._bytes[language] = event_bytes(f"{boot}-{self.seq}", "", text)
        return self._bytes[language]


@dataclass(frozen=True, slots=True)
class Redrawn:
    """The drawing has a new revision; whoever shows it fetches it again."""

    revision: int


@dataclass(frozen=True, slots=True)
class Frame:
    """One encoded frame."""

    seq: int
    bytes: bytes


Item = Batch | Redrawn | Frame


@dataclass(slots=True)
class Viewer:
    """Progress of one reader; `rows` and `frame` are sequence numbers of the last ones sent."""

    rows: int = -1
    frame: int = -1
    revision: int = -1
    news: asyncio.Event | None = None


class Channel:
    """The latest frames, the timeline so far and the newest revision, for any number of viewers."""

    def __init__(self) -> None:
        # Numbers start again with every process, so an id says which numbering it is from.
        self.boot = secrets.token_hex(4)
        self.viewers = 0
        self.revision = 0
        self._seq = 0
        self._frames: deque[Frame] = deque(maxlen=RING_FRAMES)
        self._batches: deque[Batch] = deque()
        self._row_count = 0
        self._forgotten = 0
        self._whole: Batch | None = None
        self._news = asyncio.Event()

    def publish_frame(self, json_text: str) -> None:
        """Publish a new frame to everybody."""
        seq = self._next()
        self._frames.append(Frame(seq, event_bytes(f"{self.boot}-{seq}", "frame", json_text)))
        self._ring()

    def publish_rows(self, rows: tuple[Row, ...]) -> None:
        """New rows of the timeline, oldest first."""
        if not rows:
            return
        self._batches.append(Batch(self._next(), rows))
        self._row_count += len(rows)
        while self._row_count > TIMELINE_ROWS and len(self._batches) > 1:
            gone = self._batches.popleft()
            self._row_count -= len(gone.rows)
            self._forgotten = gone.seq
        self._ring()

    @property
    def rows(self) -> tuple[Row, ...]:
        """The timeline so far, as it was published."""
        return tuple(row for batch in self._batches for row in batch.rows)

    def clear_rows(self) -> None:
        """Empty the timeline: a new run begins."""
        self.keep_rows(lambda _: False)

    def keep_rows(self, stays: Callable[[Row], bool]) -> None:
        """Forget the rows that do not stay; everybody gets the timeline anew."""
        rows = tuple(row for row in self.rows if stays(row))
        self._forgotten = self._next()
        self._batches.clear()
        if rows:
            self._batches.append(Batch(self._forgotten, rows))
        self._row_count = len(rows)
        self._ring()

    def redrawn(self, revision: int) -> None:
        """The drawing changed."""
        self.revision = revision
        self._ring()

    def join(self, last_event_id: str = "") -> Viewer:
        """Add a viewer; one that comes back with its last event id misses no row and none twice."""
        self.viewers += 1
        boot, _, number = last_event_id.rpartition("-")
        known = boot == self.boot and number.isascii() and number.isdigit() and len(number) < 16
        last = int(number) if known else -1
        return Viewer(rows=last) if self._forgotten <= last <= self._seq else Viewer()

    def leave(self) -> None:
        """Remove a viewer."""
        self.viewers -= 1

    def take(self, viewer: Viewer) -> list[Item]:
        """Everything `viewer` has not had yet, in the order it happened."""
        viewer.news = self._news
        first: list[Item] = []
        if viewer.revision != self.revision:
            viewer.revision = self.revision
            first.append(Redrawn(self.revision))
        rest: list[Batch | Frame] = [*self._new_frames(viewer)]
        if viewer.rows < self._forgotten:
            rest.append(self._everything())
        else:
            rest.extend(batch for batch in self._batches if batch.seq > viewer.rows)
        viewer.rows = self._seq
        # A reader that comes back names the last id it saw, so ids may only grow.
        rest.sort(key=lambda item: item.seq)
        return first + list(rest)

    async def wait(self, viewer: Viewer) -> None:
        """Return when there is something that `viewer` has not taken."""
        if viewer.news is not None:
            await viewer.news.wait()

    def _everything(self) -> Batch:
        newest = self._batches[-1].seq if self._batches else self._forgotten
        if self._whole is None or self._whole.seq != newest:
            rows = tuple(row for batch in self._batches for row in batch.rows)
            self._whole = Batch(newest, rows, whole=True)
        return self._whole

    def _new_frames(self, viewer: Viewer) -> list[Frame]:
        fresh = [frame for frame in self._frames if frame.seq > viewer.frame]
        if viewer.frame < 0 or len(fresh) > LAG_FRAMES:
            fresh = fresh[-1:]
        if fresh:
            viewer.frame = fresh[-1].seq
        return fresh

    def _next(self) -> int:
        self._seq += 1
        return self._seq

    def _ring(self) -> None:
        # A viewer waits on the event it saw when it last took, so news in between wakes it too.
        self._news.set()
        self._news = asyncio.Event()


def event_bytes(event_id: str, name: str, data: str) -> bytes:
    """One server-sent event; without a `name` it is an unnamed message."""
    head = f"id: {event_id}\n" if event_id else ""
    if name:
        head += f"event: {name}\n"
    body = "".join(f"data: {line}\n" for line in _LINE_END.split(data))
    return f"{head}{body}\n".encode()
