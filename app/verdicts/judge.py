"""Judging of rows on the samples of one run, as it was, without a model of it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

from app.expectations.rows import Comparison, Deadline, Event, Figure, Instant, Quantity, Row
from app.expectations.units import Dimension
from app.expectations.write import event_text, quantity_text
from app.texts.text import Said, Text
from app.verdicts.figures import holds, is_silent, measured
from app.verdicts.samples import Sample
from app.verdicts.story import Story
from app.verdicts.verdict import (
    NANOSECONDS,
    Verdict,
    dimension_of,
    instant_text,
    seconds_text,
    value_text,
)

RECOVERED: Final = Quantity(Decimal(1), "%", Dimension.SHARE)
"""Share of requests that fail, below which users are served again."""

_NOTHING: Final = Text("Nothing was measured.")
_SETTLED: Final = Text("{time} after {event} at {at}, wanted within {within}")
_NOT_SETTLED: Final = Text("not even {time} after {event} at {at}, wanted within {within}")


class _NoMoment(Exception):
    """A moment that the run does not have; the reason says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def judged(row: Row, samples: Sequence[Sample], story: Story) -> Verdict:
    """Judge a row on a run's samples, oldest first; an event that comes several times is meant
    each time, and the worst counts.
    """
    when = row.when if isinstance(row, Comparison) else row.deadline
    try:
        if isinstance(when, Deadline):
            return _worst([_settled(row, when, at, samples, story) for at in _times(when, story)])
        assert isinstance(row, Comparison)
        starts = _moments(when.start, story) if when.start else [0]
        parts = []
        for start in starts:
            end = _end(when.end, start, story, samples[-1].at_ns)
            parts.append(_over(row, _between(samples, start, end)))
        return _worst(parts)
    except _NoMoment as error:
        return Verdict(False, None, _wanted(row), None, error.reason)


def _over(row: Comparison, samples: Sequence[Sample]) -> Verdict:
    """The verdict over some samples: all of them, or each stretch of them."""
    if len(samples) < 2:
        raise _NoMoment(Text("The run has ended by then."))
    if row.every is None:
        return _verdict(row, samples, _broke_at(row, samples))
    length = round(row.every.value * NANOSECONDS)
    found: list[Verdict] = []
    first = 0
    for last in range(1, len(samples)):
        while samples[last].at_ns - samples[first + 1].at_ns >= length:
            first += 1
        stretch = samples[first : last + 1]
        if stretch[-1].at_ns - stretch[0].at_ns < length:
            continue
        if is_silent(row, stretch[0], stretch[-1]):
            continue
        found.append(_verdict(row, stretch, stretch[-1].at_ns))
    if not found:
        raise _NoMoment(_NOTHING)
    worst = _worst(found)
    at = next((one.at_ns for one in found if not one.holds), None)
    return Verdict(worst.holds, worst.measured, worst.wanted, at, _said(row, worst, at))


def _verdict(row: Comparison, samples: Sequence[Sample], at_ns: int | None) -> Verdict:
    value = measured(row, samples)
    if value is None:
        return Verdict(False, None, row.quantity.value, None, _NOTHING)
    fine = holds(value, row.operator, row.quantity)
    found = Verdict(fine, value, row.quantity.value, None if fine else at_ns, _NOTHING)
    return Verdict(fine, value, found.wanted, found.at_ns, _said(row, found, found.at_ns))


def _broke_at(row: Comparison, samples: Sequence[Sample]) -> int | None:
    """Return the first instant from which on the figure so far never held again."""
    broke = None
    for last in range(len(samples) - 1, 0, -1):
        value = measured(row, samples[: last + 1])
        if value is not None and holds(value, row.operator, row.quantity):
            break
        if value is not None:
            broke = samples[last].at_ns
    return broke


def _settled(
    row: Row, deadline: Deadline, at: int, samples: Sequence[Sample], story: Story
) -> Verdict:
    """The verdict on how soon after `at` every window holds, until the next thing that happens."""
    compared = row if isinstance(row, Comparison) else _recovering(row)
    due = at + round(deadline.within.value * NANOSECONDS)
    if due > samples[-1].at_ns:
        raise _NoMoment(Text("The run ends before that time."))
    end = min(max(story.next_after(at), due), samples[-1].at_ns)
    bad = [(a, b) for a, b in pairwise(_between(samples, at, end)) if not _serves(compared, a, b)]
    taken = (bad[-1][1].at_ns - at) / NANOSECONDS if bad else 0.0
    figures: dict[str, Said] = {
        "time": seconds_text(taken, "s"),
        "event": event_text(deadline.event),
        "at": instant_text(at),
        "within": quantity_text(deadline.within),
    }
    if bad and bad[-1][1].at_ns >= end:
        said = _NOT_SETTLED.given(**figures)
        return Verdict(False, taken, deadline.within.value, due, said)
    fine = taken <= deadline.within.value
    said = _SETTLED.given(**figures)
    return Verdict(fine, taken, deadline.within.value, None if fine else due, said)


def _serves(row: Comparison, first: Sample, last: Sample) -> bool:
    if is_silent(row, first, last):
        return True
    value = measured(row, (first, last))
    return value is not None and holds(value, row.operator, row.quantity)


def _recovering(row: Row) -> Comparison:
    return Comparison(Figure("errors"), "<", RECOVERED, seeds=row.seeds)


def _worst(found: list[Verdict]) -> Verdict:
    """The verdict that misses by most, else the one that holds by least."""
    missed = [one for one in found if not one.holds]
    if missed:
        unknown = (one for one in missed if one.off_by is None)
        return next(unknown, None) or max(missed, key=lambda one: one.off_by or 0.0)
    return min(found, key=lambda one: one.off_by or 0.0)


def _said(row: Comparison, verdict: Verdict, at_ns: int | None) -> Text:
    dimension = dimension_of(row)
    wanted = f"{row.operator} {quantity_text(row.quantity)}"
    value = value_text(verdict.measured or 0.0, dimension, row.quantity.unit)
    if verdict.holds or at_ns is None:
        return Text("{measured}, wanted {wanted}", measured=value, wanted=wanted)
    since = instant_text(at_ns)
    return Text(
        "{measured}, wanted {wanted}; missed at {at}", measured=value, wanted=wanted, at=since
    )


def _wanted(row: Row) -> float:
    if not isinstance(row, Comparison):
        return row.deadline.within.value
    return row.when.within.value if isinstance(row.when, Deadline) else row.quantity.value


def _between(samples: Sequence[Sample], start: int, end: int) -> Sequence[Sample]:
    first = bisect_left(samples, start, key=lambda one: one.at_ns)
    return samples[first : bisect_right(samples, end, key=lambda one: one.at_ns)]


def _times(deadline: Deadline, story: Story) -> list[int]:
    return _occurrences(deadline.event, story.times)


def _moments(instant: Instant, story: Story) -> list[int]:
    offset = round(instant.offset.value * NANOSECONDS) if instant.offset else 0
    if instant.event is None:
        return [offset]
    return [at + offset for at in _occurrences(instant.event, story.times)]


def _occurrences(event: Event, times: Mapping[Event, list[int]]) -> list[int]:
    found = times.get(event)
    if not found:
        raise _NoMoment(Text("{event} does not happen.", event=event_text(event)))
    return found


def _end(instant: Instant | None, start: int, story: Story, last: int) -> int:
    """The first such moment after a start; without one, the last sample."""
    if instant is None:
        return last
    later = [at for at in _moments(instant, story) if at > start]
    if not later or later[0] > last:
        raise _NoMoment(Text("The run ends before that time."))
    return later[0]
