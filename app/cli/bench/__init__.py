"""Benchmarks: engine speed beside other simulators, growth, start-up, frame jitter, seeking back.

Rates are per second of processor time, so that a busy machine disturbs them less.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from typing import Any

from app.cli.bench.contenders.reference import reference_model
from app.cli.bench.frame_jitter import beside_full_speed
from app.cli.bench.harness import CONTENDERS, BenchError, measure
from app.cli.bench.machine import facts
from app.cli.bench.report import markdown_text, terminal_text, to_json
from app.cli.bench.seek_latency import seek_seconds
from app.cli.bench.startup import start_up
from app.cli.bench.targets import server_verdicts, verdicts

__all__ = ["FULL", "QUICK", "Bench", "BenchError", "Effort", "bench"]


@dataclass(frozen=True)
class Effort:
    """Amount of measuring."""

    rounds: int
    cpu_s: float
    """Processor time of every contender per round."""
    tries: int
    """Of every start-up."""
    cold: bool
    """True to compile the engine from nothing, too."""
    watch_s: float
    """Of a session's frames beside another at full speed."""
    seeks: int
    """To past seconds of a run."""


FULL = Effort(rounds=5, cpu_s=1.0, tries=3, cold=True, watch_s=10.0, seeks=60)
QUICK = Effort(rounds=3, cpu_s=0.3, tries=3, cold=False, watch_s=5.0, seeks=20)


@dataclass(frozen=True)
class Bench:
    """The results, in the three forms they are asked for."""

    text: str
    markdown: str
    json: dict[str, Any]


def bench(effort: Effort) -> Bench:
    """Measure everything; says how far it is on standard error. Raises BenchError."""
    machine = facts()
    with tempfile.TemporaryDirectory() as folder:
        cache = folder if effort.cold else None
        startup = start_up(effort.tries, effort.cold, cache, _say)
        frames = beside_full_speed(effort.watch_s, cache, _say)
        seeks = seek_seconds(effort.seeks, cache, _say)
        results = measure(CONTENDERS, reference_model(), effort.rounds, effort.cpu_s, cache, _say)
    found = verdicts({one.contender.key: one for one in results}, startup, frames, seeks)
    return Bench(
        terminal_text(machine, results, frames, found),
        markdown_text(machine, results, frames, server_verdicts(startup, frames, seeks)),
        to_json(machine, results, startup, frames, seeks, found),
    )


def _say(step: str) -> None:
    print(f"bench: {step}", file=sys.stderr, flush=True)
