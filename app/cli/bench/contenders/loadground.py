"""The engine run as a session runs it: with everything that can be observed switched on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.cli.bench.contenders.model import Model
from app.cli.bench.contenders.reference import NAME, rate_per_s, reference
from app.engine.engine import Engine, Stop
from app.scenarios import library

SAMPLE_EVERY: Final = 1024
"""One request in so many is traced, hop by hop."""
WARMUP_S: Final = 1.0
"""Simulated; by then the links are full of requests and every queue has formed."""
_BYTES_MAX: Final = 1_000_000_000
"""A thousand copies of R1 are more than a session may draw."""
_NS: Final = 1_000_000_000


def prepare(_: Model, drawing: str) -> Callable[[int], tuple[int, float]]:
    """A function that goes on with one run of a drawing for about some number of requests.

    The drawing is a scenario of the library or, after an ``x``, how many copies of R1. The function
    says how many requests came, and the mean latency in ms of those answered meanwhile.
    """
    if drawing.startswith("x"):
        topology = reference(int(drawing[1:]))
    else:
        topology = reference() if drawing == NAME else library.load(drawing).topology
    engine = Engine(topology, seed=1, bytes_max=_BYTES_MAX)
    engine.sample_hops(SAMPLE_EVERY)
    rate = rate_per_s(topology)

    def run(requests: int) -> tuple[int, float]:
        sent, answered, latency_ns = _counters(engine)
        _advance(engine, round(requests / rate * _NS))
        sent_now, answered_now, latency_ns_now = _counters(engine)
        mean_ns = (latency_ns_now - latency_ns) / max(answered_now - answered, 1)
        return sent_now - sent, mean_ns / 1e6

    _advance(engine, round(WARMUP_S * _NS))
    return run


def _advance(engine: Engine, by_ns: int) -> None:
    until_ns = engine.now_ns + by_ns
    while engine.advance(until_ns) is Stop.BUDGET:
        engine.incidents()
        engine.hops()


def _counters(engine: Engine) -> tuple[int, int, int]:
    control = engine.world.control
    return int(control["requests"]), int(control["completed"]), int(control["latency_ns"])
