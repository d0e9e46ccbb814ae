"""Limits of a World's tables, and values that stand for none.

Time is int64 nanoseconds everywhere.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

NEVER: Final = 1 << 62
"""A time that does not come."""
NO_HORIZON: Final = NEVER + 1
"""Horizon while there are few events to come: all of them are in the heap."""
CALENDAR_FROM: Final = 1 << 10
"""Events in the heap from which on those far ahead go to the calendar."""
CALENDAR_BUCKETS: Final = 1 << 10
CALENDAR_WIDTH: Final = 16
"""Numbers in a row of events that are far ahead, two cache lines of them: the bucket's next row
plus one, and for each of five events its time, its serial (0 when there is none) and what it is.
"""
CALENDAR_EVENTS: Final = range(1, CALENDAR_WIDTH, 3)
"""Columns of the events in a row."""

SLOTS_FIRST: Final = 1 << 10
SLOTS_MAX: Final = 1 << 20
"""Things in flight at once; at the limit new requests are refused, counted and reported."""
WORLD_BYTES_MAX: Final = 28_000_000
"""Bytes that the drawing of a run may take, besides what is in flight: with the checkpoints that a
session then keeps, 32 MB.
"""
DELAY_LINES_MAX: Final = 24
"""Distinct link latencies that get a first-in-first-out line; further ones use the heap."""
NODES_MAX: Final = 1 << 20
HOPS: Final = 1 << 13
INCIDENTS: Final = 1 << 10
LOG_ENTRIES: Final = 1 << 18
"""Entries of all replication logs together; each group of the first drawing gets an equal
power-of-two share, and one that comes later a part of what is left.
"""
LOG_ENTRIES_MAX: Final = 1 << 15
LATENCY_BUCKETS: Final = 2048
SOJOURN_BUCKETS: Final = 256
VISITS: Final = 512
"""Visits that are noted before they are booked together (see `counters`)."""
# A bucket is the top bits of a float64: 64 buckets per doubling end to end, 8 per node; from 1 us.
LATENCY_SHIFT, SOJOURN_SHIFT = 46, 49
LATENCY_BASE: Final = int(np.float64(1000.0).view(np.int64)) >> LATENCY_SHIFT
SOJOURN_BASE: Final = int(np.float64(1000.0).view(np.int64)) >> SOJOURN_SHIFT
SLOTS_RESERVE: Final = 256
"""Free slots that one event may need at most: one for each node that a drawing may have."""


def constants(*values: int) -> tuple[int, ...]:
    """Numbers to hand to compiled functions: numpy's, since Numba would compile a function anew
    for each Python integer it is called with.
    """
    numbers: Any = tuple(map(np.int64, values))
    return numbers


(NOWHERE,) = constants(-1)
(FAULTY_LINE,) = constants(-2)
"""Instead of a line, for an edge that is cut or loses messages."""
NO_FIGURE = 0.0
LOOK_AGAIN_NS = 100_000_000
"""A process that hangs looks at its timers when it goes on; until then, one looks for it."""
(OUT_OF_MEMORY_TICKET,) = constants(0x7FFFFFFF)
"""Instead of the ticket of a fault: the system kills a node that takes too much memory."""
(AUTOSCALING_BIT,) = constants(0x40000000)
"""A bit of the subject of an autoscaler's timer, beside its ticket; faults have tickets below."""
POINTS_MAX: Final = 1 << 20
RECORDS_MAX: Final = 1 << 20
LATEST_MAX: Final = 1 << 20
"""Keys that all groups of a run follow, those of edited groups included."""
WORKS_MAX: Final = 1 << 22
"""Points of rate curves, recorded requests and their works, those of edited clients included."""
ADDRESSES_MAX: Final = 8
"""Addresses of one answer: Route 53's multivalue answers have at most so many."""
CHANGES: Final = 1 << 17
"""Writes that all logs of databases with several primaries hold together; each log gets an equal
power-of-two share.
"""
CHANGES_MAX: Final = 1 << 15
LOOPS: Final = 1 << 10
"""Writes that may go round in rings at a time."""
