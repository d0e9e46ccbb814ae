"""Fairness between sessions: frames stay even while others simulate at full speed.

The times are those of a worked-out machine (see ``virtual.py``), so no noise gets into them; what
a real machine makes of it is measured by `make bench`.
"""

import asyncio
import contextlib
import math
from concurrent.futures import Executor
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import pytest

from app.actions import SetSpeed
from app.scenarios import library
from app.session.engine_startup import Warmup
from app.session.limits import FRAME_S, SLICE_S, WINDOW_S
from app.session.session import Session
from tests.session.conftest import Watcher, alive
from tests.support.machine.virtual_clock import Machine, machine

__all__ = ["machine"]

SETTLE_S, WATCH_S = 2.0, 10.0


@dataclass
class Seen:
    """Frames, and when each came."""

    times_s: list[float] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list)

    @property
    def gap_p99_s(self) -> float:
        gaps_s = sorted(b - a for a, b in pairwise(self.times_s))
        return gaps_s[math.ceil(0.99 * len(gaps_s)) - 1]

    def check_honest(self) -> None:
        """Every frame's rate is what its session's time did in about the last second."""
        shown = list(zip(self.times_s, self.frames, strict=True))
        for at_s, frame in shown:
            earlier = [(b_s, one) for b_s, one in shown if at_s - b_s >= WINDOW_S]
            if earlier:
                before_s, before = earlier[-1]
                rate = (frame["t"] - before["t"]) / (at_s - before_s)
                assert frame["rate"] == pytest.approx(rate, rel=0.1)


@pytest.mark.parametrize(("machine", "hungry"), [(1, 1), (2, 1), (2, 4)], indirect=["machine"])
def test_frames_stay_even_beside_sessions_at_full_speed(
    machine: Machine, hungry: int, engine_ready: Warmup
) -> None:
    calm, *busy = run_beside(machine, hungry, engine_ready)

    assert len(calm.frames) >= 9.5 * WATCH_S
    assert calm.gap_p99_s < 0.25
    calm.check_honest()
    # It loses nothing of its speed either: the clock it shows is the clock on the wall.
    begun_s, begun_t = calm.times_s[0], calm.frames[0]["t"]
    for at_s, frame in zip(calm.times_s, calm.frames, strict=True):
        assert frame["t"] - begun_t == pytest.approx(at_s - begun_s, abs=FRAME_S)
    for one in busy:
        assert len(one.frames) >= 5 * WATCH_S
        one.check_honest()
    rates = [one.frames[-1]["rate"] for one in busy]
    assert 1.0 < max(rates) < 1.5 * min(rates)


@pytest.mark.parametrize("machine", [1], indirect=True)
def test_sessions_at_full_speed_make_short_calls_that_others_fit_between(
    machine: Machine, engine_ready: Warmup
) -> None:
    run_beside(machine, 2, engine_ready)
    # Otherwise nobody had to wait for anybody.
    assert sum(call.ends_s - call.begins_s for call in machine.calls) > 0.9 * WATCH_S
    assert max(call.ends_s - call.begins_s for call in machine.calls) <= SLICE_S
    # Of each of the two others at most one call comes first.
    assert 0.0 < max(call.waited_s for call in machine.calls) <= 2 * SLICE_S


def run_beside(machine: Machine, hungry: int, warmup: Warmup) -> list[Seen]:
    """What is seen of a session at speed 1 (first) and of some at full speed beside it."""
    design = library.load("final-design")
    overloaded = replace(library.load("reference-r1"), load=5.0)

    async def live() -> list[Seen]:
        sessions = [Session("0" * 22, design, Executor(), warmup)]
        for number in range(1, hungry + 1):
            sessions.append(Session(f"{number}" * 22, overloaded, Executor(), warmup))
            sessions[-1].submit(SetSpeed(speed=None))
        async with AsyncExitStack() as stack:
            watchers = [await stack.enter_async_context(alive(one)) for one in sessions]
            await asyncio.sleep(SETTLE_S)
            machine.calls.clear()
            until_s = machine.now_s + WATCH_S
            return await asyncio.gather(*(watch(machine, one, until_s) for one in watchers))

    return machine.run_until_complete(live())


async def watch(machine: Machine, watcher: Watcher, until_s: float) -> Seen:
    seen = Seen()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout_at(until_s):
            await watcher.see()
            while True:
                had = len(watcher.frames)
                await watcher.see()
                seen.frames += watcher.frames[had:]
                seen.times_s += [machine.now_s] * (len(watcher.frames) - had)
    return seen
