"""Samples: a run's figures against simulated time, for the charts of pages that open later."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from typing import Any, Final, NamedTuple

LEVEL_SAMPLES: Final = 600
"""Samples of one level: the newest minute of frames at the finest one."""

LEVELS: Final = 6
_LEVEL_RATIO: Final = 4
_NANOSECONDS: Final = 1e-9
_TOTALS: Final = {
    "offered": "offered_rps",
    "completed": "completed_rps",
    "failed": "failed_rps",
    "attempts": "attempts_rps",
    "p50": "p50",
    "p95": "p95",
    "p99": "p99",
    "usd": "usd",
}
_OF_NODES: Final = {"u": ("util", 100.0), "l": ("lag", 1.0), "c": ("conn", 1.0)}


class _Sample(NamedTuple):
    """The figures of one moment; most rows share their names, and a missing value is NaN."""

    t: float
    names: tuple[str, ...]
    values: array[float]


def figures(parts: dict[str, Any]) -> dict[str, float]:
    """The figures of a frame's parts that charts show, without those that are not known.

    A name alone is a total; ``f:`` and an outcome, failures a second; ``u:``, ``l:`` or ``c:`` and
    a node's id, its utilisation in percent, its lag in seconds, its connections in use.
    """
    totals = parts["m"]
    found = {name: totals.get(key) for name, key in _TOTALS.items()}
    found |= {f"f:{outcome}": rate for outcome, rate in totals["failing"].items()}
    for node in parts["n"]:
        for letter, (field, times) in _OF_NODES.items():
            if node[field] is not None:
                found[f"{letter}:{node['id']}"] = node[field] * times
    return {name: float(value) for name, value in found.items() if value is not None}


class Samples:
    """Rows of figures in the order of time, at several levels: the finest one keeps every sample of
    the last while, each next one a quarter of them for four times as long. The coarsest one reaches
    back to the start; when it is full every second of its samples goes.
    """

    def __init__(self, most: int = LEVEL_SAMPLES, levels: int = LEVELS) -> None:
        self._most = most
        self._levels: list[list[_Sample]] = [[] for _ in range(levels)]
        self._strides = [_LEVEL_RATIO**level for level in range(levels)]
        self._count = 0
        self._names: tuple[str, ...] = ()

    def add(self, now_ns: int, parts: dict[str, Any]) -> None:
        """Keep the figures of a frame's parts; a moment that was sampled before is known."""
        t = now_ns * _NANOSECONDS
        newest = self._levels[0]
        if newest and t < newest[-1].t + 1e-9:
            return
        found = figures(parts)
        if tuple(found) != self._names:
            self._names = tuple(found)
        sample = _Sample(t, self._names, array("f", found.values()))
        for level, stride in zip(self._levels, self._strides, strict=True):
            if self._count % stride == 0:
                level.append(sample)
        self._count += 1
        self._shorten()

    def _shorten(self) -> None:
        *finer, coarsest = self._levels
        for level in finer:
            del level[: -self._most]
        if len(coarsest) > self._most:
            del coarsest[1::2]
            self._strides[-1] *= 2

    def cut(self, now_ns: int) -> None:
        """Forget what came after a moment: the run takes another way from there."""
        for level in self._levels:
            del level[bisect_right(level, now_ns * _NANOSECONDS, key=_time) :]

    def columns(
        self, low_s: float = 0.0, high_s: float = math.inf, most: int = LEVEL_SAMPLES
    ) -> tuple[list[float], dict[str, list[float | None]]]:
        """Times in seconds, and for each figure its value at each; None where it was not known.

        They reach from the last sample before `low_s` to the first one after `high_s`, as fine as
        they are known, and are at most so many.
        """
        chosen = _spread(self._between(low_s, high_s), most)
        names = dict.fromkeys(name for sample in chosen for name in sample.names)
        columns: dict[str, list[float | None]] = {name: [None] * len(chosen) for name in names}
        for place, sample in enumerate(chosen):
            for name, value in zip(sample.names, sample.values, strict=True):
                columns[name][place] = float(f"{value:.6g}")
        return [round(sample.t, 6) for sample in chosen], columns

    def _between(self, low_s: float, high_s: float) -> list[_Sample]:
        known: list[_Sample] = []
        for level in self._levels:
            until = known[0].t if known else math.inf
            known[:0] = level[: bisect_left(level, until, key=_time)]
        first = max(bisect_right(known, low_s, key=_time) - 1, 0)
        return known[first : bisect_left(known, high_s, key=_time) + 1]


def _time(sample: _Sample) -> float:
    return sample.t


def _spread(samples: list[_Sample], most: int) -> list[_Sample]:
    """At most so many of the samples, evenly taken, the first and the last among them."""
    if len(samples) <= most:
        return samples
    last = len(samples) - 1
    return [samples[round(place * last / (most - 1))] for place in range(most)]
