"""The present value of a row while a run goes on, and the samples that it takes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from app.expectations.rows import Comparison, Row, Span
from app.verdicts.figures import measured
from app.verdicts.samples import Sample

NANOSECONDS: Final = 1_000_000_000
_AT_LEAST_NS: Final = NANOSECONDS
_REQUESTS_MIN: Final = ((99, 100), (95, 20), (0, 10))
"""Fewer requests than this have no such percentile, by the percentile from which that holds."""


def has_present(row: Row) -> bool:
    """Tell if a row has a value at every moment: it waits for no event."""
    if not isinstance(row, Comparison):
        return False
    if not isinstance(row.when, Span):
        return False
    moments = (row.when.start, row.when.end)
    return all(one is None or (one.event is None and one.offset is not None) for one in moments)


def present_value(row: Comparison, samples: Sequence[Sample]) -> float | None:
    """Return the value of a row as of the last sample: of its newest stretch, or of its span so
    far. None while there is too little to measure it by. The first sample is that of second 0.
    """
    seen = _newest(row, samples) if row.every else _span(row, samples)
    if len(seen) < 2 or seen[-1].at_ns - seen[0].at_ns < _AT_LEAST_NS:
        return None
    if row.figure.name == "p" and _requests(row, seen) < _enough(float(row.figure.percentile or 0)):
        return None
    return measured(row, seen)


def _newest(row: Comparison, samples: Sequence[Sample]) -> Sequence[Sample]:
    assert row.every
    begin = samples[-1].at_ns - round(row.every.value * NANOSECONDS)
    first = max(0, bisect_right(samples, begin, key=lambda one: one.at_ns) - 1)
    if begin > 0 and first == 0 and len(samples) > 2:
        first = 1  # nobody has looked as long ago as that: what there is
    return samples[first:]


def _span(row: Comparison, samples: Sequence[Sample]) -> Sequence[Sample]:
    when = row.when
    start, end = getattr(when, "start", None), getattr(when, "end", None)
    low = round(start.offset.value * NANOSECONDS) if start else 0
    high = round(end.offset.value * NANOSECONDS) if end else samples[-1].at_ns
    return [one for one in samples if low <= one.at_ns <= high]


def _requests(row: Comparison, samples: Sequence[Sample]) -> int:
    key = "completed", row.figure.subject
    return int(samples[-1].counters.get(key, 0)) - int(samples[0].counters.get(key, 0))


def _enough(percentile: float) -> int:
    return next(least for share, least in _REQUESTS_MIN if percentile >= share)
