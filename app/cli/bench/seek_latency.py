"""Time until a past second of a long run is on the page again, over HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from app.cli.bench.harness import BenchError
from app.cli.bench.serving import events, send, serving

DESIGN: Final = "final-design"
RUN_S: Final = 600.0
_STRIDE: Final = 0.618
"""Of the run, from one second that is asked for to the next: evenly spread, out of order."""
_WITHIN_S: Final = 120.0
"""Longest wait for a frame."""


@dataclass(frozen=True)
class Seeks:
    """Waits for the first frame after a seek, by the wall clock."""

    count: int
    median_ms: float
    longest_ms: float


def seek_seconds(count: int, cache: str | None, progress: Callable[[str], None]) -> Seeks:
    """Run ten minutes as fast as it goes, then ask for so many seconds of them. Raises
    BenchError.
    """
    progress("going back in ten minutes of a run")
    with serving(cache) as address:
        session = send(f"{address}/scenarios/{DESIGN}")
        with events(session) as arriving:
            frames = (json.loads(frame) for _, frame in arriving)
            _act(session, {"type": "set_speed", "speed": None}, {"type": "resume"})
            _until(frames, lambda frame: frame["t"] > RUN_S)
            _act(session, {"type": "pause"})
            _until(frames, lambda frame: not frame["running"])
            took_ms = [
                1e3 * _seek(session, frames, round(RUN_S * (number * _STRIDE % 1.0)))
                for number in range(1, count + 1)
            ]
    return Seeks(count, median(took_ms), max(took_ms))


def _seek(session: str, frames: Iterator[dict[str, Any]], at_s: int) -> float:
    """Ask for a second and wait for its frame; how many seconds that took."""
    started_s = time.monotonic()
    _act(session, {"type": "seek", "at_s": at_s})
    _until(frames, lambda frame: not frame["seeking"] and frame["t"] == at_s)
    return time.monotonic() - started_s


def _act(session: str, *actions: object) -> None:
    for action in actions:
        send(f"{session}/actions", action)


def _until(frames: Iterator[dict[str, Any]], wanted: Callable[[dict[str, Any]], bool]) -> None:
    until_s = time.monotonic() + _WITHIN_S
    while not wanted(next(frames)):
        if time.monotonic() > until_s:
            raise BenchError(f"the run is not where it should be after {_WITHIN_S:.0f} s")
