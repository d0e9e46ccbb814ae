"""Targets of speed, memory and start-up, and verdicts on a run of the benchmark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from app.cli.bench.frame_jitter import Frames
from app.cli.bench.harness import Measured
from app.cli.bench.seek_latency import Seeks
from app.cli.bench.startup import Startup


@dataclass(frozen=True)
class Verdict:
    """One target: the measured figure and the limit that it must reach or stay under."""

    about: str
    figure: float
    limit: float
    unit: str
    at_least: bool = False

    @property
    def met(self) -> bool:
        """True if the figure is on the right side of the limit."""
        return self.figure >= self.limit if self.at_least else self.figure < self.limit


def growth(results: Mapping[str, Measured]) -> float:
    """Return the cost of a request in R1 x 1250 over that in R1: the median over the rounds."""
    small, large = results["r1"].rates, results["r1x1250"].rates
    return median(a / b for a, b in zip(small, large, strict=True))


def verdicts(
    results: Mapping[str, Measured], startup: Startup, frames: Frames, seeks: Seeks
) -> list[Verdict]:
    """Every target, with what was measured."""
    return [
        *_engine(results),
        *server_verdicts(startup, frames, seeks),
        Verdict("Numba imported by the web", float(startup.web_imports_numba), 1, ""),
    ]


def server_verdicts(startup: Startup, frames: Frames, seeks: Seeks) -> list[Verdict]:
    """The targets of the program as people use it, which no other simulator is measured by."""
    ready = f"engine ready, compiled before ({startup.ready_cpu_s:.2f} CPU-s)"
    back = f"slowest of {seeks.count} seeks in 10 minutes (median {seeks.median_ms:.0f} ms)"
    found = [
        Verdict(ready, startup.ready_s, 1.5, "s"),
        Verdict("first page", startup.page_s, 1.5, "s"),
        Verdict("frames beside a session at full speed", frames.per_s, 9.5, "Hz", True),
        Verdict("p99 of the gaps between them", frames.gap_p99_ms, 250, "ms"),
        Verdict(back, seeks.longest_ms, 300, "ms"),
    ]
    if startup.compile_cpu_s is not None:
        found.insert(0, Verdict("compiling the engine", startup.compile_cpu_s, 20, "CPU-s"))
    return found


def _engine(results: Mapping[str, Measured]) -> list[Verdict]:
    def rate(key: str, limit: float) -> Verdict:
        one = results[key]
        return Verdict(one.contender.model, median(one.rates), limit, "requests/CPU-s", True)

    def memory(key: str, limit: float) -> Verdict:
        one = results[key]
        return Verdict(f"{one.contender.model}, memory", one.rss_mb, limit, "MB")

    return [
        rate("final", 1_000_000),
        rate("r1", 3_000_000),
        rate("r1x1250", 1_200_000),
        Verdict("cost of a request, R1 x 1250 : R1", growth(results), 3, "times"),
        memory("r1", 200),
        memory("r1x1250", 600),
    ]
