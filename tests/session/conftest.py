"""A live session in this process, with the real engine, and somebody who watches it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.scenarios import library
from app.scenarios.document import Scenario
from app.session.channel import Batch, Frame, Redrawn
from app.session.engine_startup import Warmup
from app.session.explain.timeline import Row
from app.session.session import Session

# The machine may be busy with something else; a wrong program does not get there in minutes.
WITHIN_S = 60.0

Condition = Callable[[dict[str, Any]], bool]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def engine_ready() -> Warmup:
    """The engine, compiled and loaded in this process."""
    warmup = Warmup()
    asyncio.run(warmup.prepare())
    assert warmup.ready, warmup.detail
    return warmup


@pytest.fixture(scope="session")
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as workers:
        yield workers


@pytest.fixture
def final_design() -> Scenario:
    return library.load("final-design")


@pytest.fixture
def session(
    anyio_backend: str, final_design: Scenario, pool: ThreadPoolExecutor, engine_ready: Warmup
) -> Session:
    return Session("s" * 22, final_design, pool, engine_ready)


@dataclass
class Watcher:
    """Somebody with the session's page open: every frame and row in the order they came."""

    session: Session
    frames: list[dict[str, Any]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    revision: int = 0

    def __post_init__(self) -> None:
        self.viewer = self.session.watch()

    async def see(self) -> None:
        """Wait for news and take them in."""
        await self.session.channel.wait(self.viewer)
        for item in self.session.channel.take(self.viewer):
            match item:
                case Frame(bytes=data):
                    self.frames.append(frame_of(data))
                case Batch(rows=rows, whole=whole):
                    self.rows = [*([] if whole else self.rows), *rows]
                case Redrawn(revision=revision):
                    self.revision = revision

    async def until(self, condition: Condition) -> dict[str, Any]:
        """The first frame from now on for which `condition` holds."""
        async with asyncio.timeout(WITHIN_S):
            while True:
                seen = len(self.frames)
                await self.see()
                for frame in self.frames[seen:]:
                    if condition(frame):
                        return frame

    async def settled(self, condition: Condition) -> dict[str, Any]:
        """The newest frame once `condition` holds for it, which it may do already."""
        if self.frames and condition(self.frames[-1]):
            return self.frames[-1]
        return await self.until(condition)

    async def until_row(self, text: str) -> Row:
        """The first row whose English text contains `text`."""
        async with asyncio.timeout(WITHIN_S):
            while True:
                for row in self.rows:
                    if text in row.text.en:
                        return row
                await self.see()


def frame_of(event: bytes) -> dict[str, Any]:
    """The JSON of an encoded frame."""
    line = next(one for one in event.decode().splitlines() if one.startswith("data: "))
    frame: dict[str, Any] = json.loads(line.removeprefix("data: "))
    return frame


@asynccontextmanager
async def alive(session: Session) -> AsyncIterator[Watcher]:
    """The session with its writer running, watched by somebody."""
    task = asyncio.create_task(session.live())
    watcher = Watcher(session)
    try:
        yield watcher
    finally:
        session.unwatch()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled(), "the writer ended by itself"
