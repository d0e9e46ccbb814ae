"""Figures between two samples of a run: availability, latency, goodput and the rest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from app.engine.observe.reading import latency_percentile_ms
from app.expectations.rows import Comparison, Figure, Operator, Quantity
from app.verdicts.samples import Sample

_GAINED: Final = frozenset(
    ("lost writes", "stale reads", "conflicting writes", "divergent writes", "two primaries")
)
LARGEST: Final = frozenset(("lag", "cost"))
"""Figures that are the largest of what was seen, so that a run is looked at every second."""


def measured(row: Comparison, samples: Sequence[Sample]) -> float | None:
    """Return the figure of a row from the first to the last of some samples, in the base unit of
    its dimension; None where there is nothing to measure it by.
    """
    figure, first, last = row.figure, samples[0], samples[-1]
    if figure.name in LARGEST:
        key = figure.name, figure.subject
        seen = [one.counters[key] for one in samples if key in one.counters]
        return float(max(seen)) if seen else None
    if figure.name in _GAINED:
        return float(_gain(first, last, figure.name, ""))
    if figure.name == "utilisation":
        return _ratio(*(_gain(first, last, one, figure.subject) for one in ("busy_ns", "core_ns")))
    return _of_requests(figure, row.of_offered, first, last)


def is_silent(row: Comparison, first: Sample, last: Sample) -> bool:
    """Tell if users of a row's figure neither asked nor waited for anything between two samples."""
    subject = row.figure.subject
    if ("offered", subject) not in last.counters:
        return False
    waited = sum(
        sign * int(first.counters.get((name, subject), 0))
        for name, sign in (("offered", 1), ("completed", -1), ("failed", -1))
    )
    return waited == 0 and _gain(first, last, "offered", subject) == 0


def holds(value: float, operator: Operator, wanted: Quantity) -> bool:
    """Tell if a measured value keeps to what is wanted."""
    limit = wanted.value
    return {
        "<": value < limit,
        "<=": value <= limit,
        ">": value > limit,
        ">=": value >= limit,
        "=": math.isclose(value, limit, rel_tol=1e-9),
    }[operator]


def _of_requests(figure: Figure, of_offered: bool, first: Sample, last: Sample) -> float | None:
    offered, completed, failed = (
        _gain(first, last, name, figure.subject) for name in ("offered", "completed", "failed")
    )
    seconds = (last.at_ns - first.at_ns) / 1e9
    match figure.name:
        case "availability":
            return _ratio(completed, completed + failed)
        case "errors":
            return _ratio(failed, completed + failed)
        case "offered":
            return _ratio(offered, seconds)
        case "goodput":
            return _ratio(completed, offered if of_offered else seconds)
        case "mean":
            return _ratio(_gain(first, last, "latency_ns", "") / 1e9, completed)
    buckets = _gain(first, last, "p", figure.subject)
    share = float(figure.percentile or 0) / 100
    value = latency_percentile_ms(buckets, share) / 1e3
    return None if math.isnan(value) else value


def _gain(first: Sample, last: Sample, name: str, subject: str) -> Any:
    """Growth of a counter; one that was not there before has grown from nothing."""
    key = name, subject
    if key not in last.counters:
        return 0
    return last.counters[key] - first.counters.get(key, 0)


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
