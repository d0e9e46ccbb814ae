"""Counters and records of a run: histograms, failures, incidents, sampled hops."""

from typing import Any

import numpy as np

from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.state.constants import (
    HOPS,
    INCIDENTS,
    LATENCY_BASE,
    LATENCY_BUCKETS,
    LATENCY_SHIFT,
    SOJOURN_BASE,
    SOJOURN_BUCKETS,
    SOJOURN_SHIFT,
    VISITS,
)


@hot
def latency_bucket(duration_ns: int) -> int:
    """Row index of an end-to-end latency; ends of the range collect what is beyond them."""
    bucket = (np.float64(duration_ns).view(np.int64) >> LATENCY_SHIFT) - LATENCY_BASE
    return min(max(int64(bucket), 0), LATENCY_BUCKETS - 1)


@hot
def sojourn_bucket(duration_ns: int) -> int:
    """Row index of the time spent at one node."""
    bucket = (np.float64(duration_ns).view(np.int64) >> SOJOURN_SHIFT) - SOJOURN_BASE
    return min(max(int64(bucket), 0), SOJOURN_BUCKETS - 1)


@hot
def record_visit(w: Any, n: int, sojourn_ns: int) -> None:
    """Note how long a visit took. Noted visits are booked together: the processor then fetches
    many rows of the table at once, instead of waiting for each.
    """
    control = w.control[0]
    w.visits[control.visits_noted] = n * SOJOURN_BUCKETS + sojourn_bucket(sojourn_ns)
    control.visits_noted += 1
    if control.visits_noted == VISITS:
        book_visits(w)


@cold
def book_visits(w: Any) -> None:
    """Count every noted visit in its node's histogram."""
    control = w.control[0]
    for k in range(control.visits_noted):
        place = w.visits[k]
        w.sojourns[place // SOJOURN_BUCKETS, place % SOJOURN_BUCKETS] += 1
    control.visits_noted = 0


@cold
def incident(w: Any, code: int, node: int, other: int, figure: float) -> None:
    """Write an incident into the ring."""
    control = w.control[0]
    row = w.incidents[control.incidents_written % INCIDENTS]
    control.incidents_written += 1
    row.at = control.now
    row.code = code
    row.node = node
    row.other = other
    row.figure = figure


@cold
def hop(w: Any, s: int, link: int, node: int, begins: int, ends: int) -> None:
    """Write one hop of a sampled request into the ring."""
    row = _next_hop(w, s)
    row.begins, row.ends = begins, ends
    row.link, row.node, row.at = link, node, node
    row.ok, row.outcome, row.last = 1, -1, 0


@cold
def visit_hop(w: Any, s: int, node: int, begins: int, ends: int) -> None:
    """Write down from when to when a station works on a sampled request, or that it sets out."""
    row = _next_hop(w, s)
    row.begins, row.ends = begins, ends
    row.link, row.node, row.at = -1, node, node
    row.ok, row.outcome, row.last = 1, -1, 0


@cold
def failed_hop(w: Any, s: int, node: int, outcome: int, last: int) -> None:
    """Write down where an attempt of a sampled request failed, and whether that was the last."""
    row = _next_hop(w, s)
    row.begins = row.ends = w.control[0].now
    row.link, row.node, row.at = -1, node, w.slots[s].node
    row.ok, row.outcome, row.last = 0, outcome, last


@cold
def answered_hop(w: Any, s: int, node: int, back: int) -> None:
    """Write down that a sampled request is done at `node`, and when the answer arrives."""
    row = _next_hop(w, s)
    now = w.control[0].now
    row.begins, row.ends = now, now + back
    row.link, row.node, row.at = -1, node, node
    row.ok, row.outcome, row.last = 1, -1, 1


@cold
def _next_hop(w: Any, s: int) -> Any:
    control = w.control[0]
    slot = w.slots[s]
    row = w.hops[control.hops_written % HOPS]
    control.hops_written += 1
    row.request = slot.number
    row.purpose = slot.purpose
    row.attempt = slot.attempts
    return row
