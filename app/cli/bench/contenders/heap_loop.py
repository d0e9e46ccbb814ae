"""R1 as a plain loop over `heapq`: about the fastest that Python does without a compiler.

It shares no line with the engine, so it is its oracle too (tests/oracles/relations/test_twin.py).
Hops that nothing can happen on are added instead of simulated: to the web server and all the way
back.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.cli.bench.contenders.model import Model


@dataclass(frozen=True)
class Outcome:
    """Results of a run; utilisations in the order web servers, primary, replicas."""

    latency_ms: float
    utilisations: list[float]


class _Station:
    """Cores behind one queue; `turn` is the replica that a web server reads from next."""

    __slots__ = ("busy_s", "cores", "free", "queue", "turn", "web")

    def __init__(self, cores: int, web: bool) -> None:
        self.cores = self.free = cores
        self.web = web
        self.queue: deque[tuple[float, float]] = deque()
        self.busy_s = 0.0
        self.turn = 0


def prepare(model: Model, _: str) -> Callable[[int], tuple[int, float]]:
    """A function that simulates some requests afresh: how many, and their mean latency in ms."""
    seeds = count(1)
    return lambda requests: (requests, simulate(model, requests, next(seeds)).latency_ms)


def simulate(model: Model, requests: int, seed: int, warmup_s: float = 0.0) -> Outcome:
    """Run until `requests` requests are answered; the latency is of those sent after `warmup_s`."""
    draw, log, push, serial = Random(seed).random, math.log, heappush, count()
    gap_s, hop_s, write_share = 1.0 / model.rate_per_s, model.hop_ms / 1e3, model.write_share
    web_s, read_s, write_s = model.web_ms / 1e3, model.read_ms / 1e3, model.write_ms / 1e3
    webs = [_Station(model.web_cores, True) for _ in range(model.webs)]
    primary = _Station(model.database_cores, False)
    replicas = [_Station(model.database_cores, False) for _ in range(model.replicas)]
    # An event: when, a serial number, whether work ends there or a request arrives, where,
    # when the request was sent, and the mean of its work.
    agenda = [(0.0, next(serial), False, webs[0], -2.0 * hop_s, web_s)]
    now, turn, answered, measured, total_s = 0.0, 0, 0, 0, 0.0
    while answered < requests:
        now, _, ends, station, sent, mean_s = heappop(agenda)
        if ends:
            if station.web:
                if draw() < write_share:
                    target, mean_s = primary, write_s
                else:
                    target, mean_s = replicas[station.turn], read_s
                    station.turn = (station.turn + 1) % model.replicas
                push(agenda, (now + hop_s, next(serial), False, target, sent, mean_s))
            else:
                answered += 1
                if sent >= warmup_s:
                    measured += 1
                    total_s += now + 3.0 * hop_s - sent
            if not station.queue:
                station.free += 1
                continue
            sent, mean_s = station.queue.popleft()
        else:
            if station.web:
                turn = (turn + 1) % model.webs
                at = now - log(1.0 - draw()) * gap_s
                push(agenda, (at, next(serial), False, webs[turn], at - 2.0 * hop_s, web_s))
            if not station.free:
                station.queue.append((sent, mean_s))
                continue
            station.free -= 1
        work_s = -log(1.0 - draw()) * mean_s
        station.busy_s += work_s
        push(agenda, (now + work_s, next(serial), True, station, sent, mean_s))
    return Outcome(
        1e3 * total_s / max(measured, 1),
        [one.busy_s / one.cores / now for one in (*webs, primary, *replicas)],
    )
