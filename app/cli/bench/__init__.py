"""`bench`: how fast the engine is beside others, how it grows, and how soon it is there.

Rates are per second of processor time, so that a busy machine disturbs them less.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from typing import Any

from app.cli.bench.contest import CONTENDERS, BenchError, measure
from app.cli.bench.machine import facts
from app.cli.bench.reference import reference_model
from app.cli.bench.report import markdown_text, terminal_text, to_json
from app.cli.bench.startup import start_up
from app.cli.bench.verdict import verdicts

__all__ = ["FULL", "QUICK", "Bench", "BenchError", "Effort", "bench"]


@dataclass(frozen=True)
class Effort:
    """How much to measure."""

    rounds: int
    cpu_s: float
    """Processor time of every contender per round."""
    tries: int
    """Of every start-up."""
    cold: bool
    """Whether to compile the engine from nothing, too."""


FULL = Effort(rounds=5, cpu_s=1.0, tries=3, cold=True)
QUICK = Effort(rounds=3, cpu_s=0.3, tries=1, cold=False)


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
        results = measure(CONTENDERS, reference_model(), effort.rounds, effort.cpu_s, cache, _say)
    found = verdicts({one.contender.key: one for one in results}, startup)
    return Bench(
        terminal_text(machine, results, found),
        markdown_text(machine, results),
        to_json(machine, results, startup, found),
    )


def _say(step: str) -> None:
    print(f"bench: {step}", file=sys.stderr, flush=True)
