"""A machine whose time is worked out, so that how sessions share it does not depend on this one's.

The sessions, their pacing and the engine are real. Only the clock is not: a call into the engine
takes as long as its events, a worker does one call after another, and when everybody waits it is
at once as late as whatever comes next. Times said here are seconds of that clock.
"""

import asyncio
import selectors
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from app.session import session
from app.session.playback import checkpoints as past
from app.session.playback import player
from app.session.playback import replay as trip
from app.session.playback.run import Report, Run

EVENT_S = 5e-6
CALL_S = 0.0005
"""What an event takes, and what comes on top for every call into the engine."""
THREAD_S = 0.002
"""What a call in a thread of its own takes: measuring for a frame, the forecast."""
_MODULES: tuple[ModuleType, ...] = (past, player, session, trip)


@dataclass(frozen=True)
class Call:
    """One call into an engine: whose, from when to when, and after how long in the queue."""

    run: Run
    begins_s: float
    ends_s: float
    waited_s: float


class Machine(asyncio.SelectorEventLoop):
    """An event loop on such a machine, with a few workers for all engines."""

    def __init__(self, workers: int) -> None:
        self.now_s = 1_000.0
        self.calls: list[Call] = []
        self._free_s = [0.0] * workers
        self._events: dict[Run, int] = {}
        super().__init__(_Impatient(self))

    def time(self) -> float:
        return self.now_s

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Do it at once, but say so only when it would have been done."""
        result = func(*args)
        ends_s = self.now_s + THREAD_S
        if isinstance(result, Report):
            run: Run = func.__self__  # type: ignore[attr-defined]
            spent_s = CALL_S + EVENT_S * (result.events - self._events.get(run, 0))
            self._events[run] = result.events
            kept = result.kept and replace(result.kept, cost_s=0.0)
            result = replace(result, cpu_s=spent_s, kept=kept)
            ends_s = self._queue(run, spent_s)
        future = self.create_future()
        self.call_at(ends_s, _answer, future, result)
        return future

    def _queue(self, run: Run, spent_s: float) -> float:
        worker = min(range(len(self._free_s)), key=self._free_s.__getitem__)
        begins_s = max(self.now_s, self._free_s[worker])
        self._free_s[worker] = begins_s + spent_s
        self.calls.append(Call(run, begins_s, begins_s + spent_s, begins_s - self.now_s))
        return begins_s + spent_s


def _answer(future: asyncio.Future[Any], result: object) -> None:
    if not future.done():  # cancelled
        future.set_result(result)


class _Impatient(selectors.DefaultSelector):
    """Waits for nothing: what there would be to wait for has happened when it looks again."""

    def __init__(self, machine: Machine) -> None:
        super().__init__()
        self._machine = machine

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if not ready:
            assert timeout is not None, "everybody waits for somebody else"
            self._machine.now_s += max(0.0, timeout)
        return ready


@pytest.fixture
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """A machine with as many workers as the test asks for, whose clock the sessions go by."""
    found = Machine(request.param)
    for module in _MODULES:
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=found.time))
    yield found
    found.close()
