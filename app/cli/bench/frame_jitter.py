"""Evenness of one session's frames while another session simulates as fast as it can.

Both are sessions of one real server, watched over HTTP as pages watch them.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from app.cli.bench.contenders.reference import reference
from app.cli.bench.harness import BenchError
from app.cli.bench.serving import events, send, serving
from app.scenarios.document import Scenario, scenario_to_json

CALM: Final = "final-design"
COPIES: Final = 24
"""Of R1 in the neighbour's drawing: 170 nodes and 433 links, nearly the most that may be drawn."""
LOAD: Final = 4.0
"""Times what R1 is meant for, which is about three times what its web servers can do."""
SETTLE_S: Final = 2.0
"""Until the neighbour is at full speed, before anything counts."""


@dataclass(frozen=True)
class Frames:
    """Frames seen by the reader of the calm session, by the wall clock, and the other's load.

    Speeds are simulated seconds per second.
    """

    count: int
    per_s: float
    gap_p99_ms: float
    gap_longest_ms: float
    speed: float
    neighbour_speed: float
    neighbour_requests_per_s: float


def beside_full_speed(seconds: float, cache: str | None, progress: Callable[[str], None]) -> Frames:
    """Watch a session at speed 1 beside one at full speed. Raises BenchError."""
    progress("frames beside a session at full speed")
    with serving(cache) as address:
        calm = send(f"{address}/scenarios/{CALM}")
        heavy = Scenario("Neighbour", reference(COPIES), load=LOAD)
        busy = send(f"{address}/open", scenario_to_json(heavy))
        send(f"{busy}/actions", {"type": "set_speed", "speed": None})
        with ThreadPoolExecutor(2) as readers:
            views = [readers.submit(_watch, one, seconds) for one in (calm, busy)]
            return summed_up(*(view.result() for view in views))


def summed_up(calm: Sequence[tuple[float, str]], busy: Sequence[tuple[float, str]]) -> Frames:
    """The figures of two sessions' frames, each with the second at which it arrived."""
    if len(calm) < 2 or len(busy) < 2:
        raise BenchError("hardly any frames came")
    first, last = _ends(calm)
    busy_first, busy_last = _ends(busy)
    if busy_last["speed"] is not None or not busy_last["running"]:
        raise BenchError("the neighbour did not run at full speed")
    passed_s, busy_s = calm[-1][0] - calm[0][0], busy[-1][0] - busy[0][0]
    gaps_ms = sorted(1e3 * (b - a) for (a, _), (b, _) in pairwise(calm))
    return Frames(
        len(calm),
        len(gaps_ms) / passed_s,
        gaps_ms[math.ceil(0.99 * len(gaps_ms)) - 1],
        gaps_ms[-1],
        (last["t"] - first["t"]) / passed_s,
        (busy_last["t"] - busy_first["t"]) / busy_s,
        (busy_last["m"]["offered"] - busy_first["m"]["offered"]) / busy_s,
    )


def _ends(frames: Sequence[tuple[float, str]]) -> tuple[dict[str, Any], dict[str, Any]]:
    return json.loads(frames[0][1]), json.loads(frames[-1][1])


def _watch(session: str, seconds: float) -> list[tuple[float, str]]:
    """The frames of so many seconds once things have settled, at least two, and when each came."""
    found: list[tuple[float, str]] = []
    with events(session) as frames:
        from_s = time.monotonic() + SETTLE_S
        for at_s, frame in frames:
            if at_s > from_s + seconds and len(found) >= 2:
                break
            if at_s >= from_s:
                found.append((at_s, frame))
    return found
