"""The event queue: a 4-ary heap of events ordered by (time, serial), times and events apart.

An event is one int64 (see `state.codes.events`).
Constant delays do not come here: they wait in lines (see `link`).
"""

from typing import Any

from app.kernel.jit.decorators import cold, fetch, fetch_line, hot, int64
from app.kernel.state.codes.events import (
    NODE_MASK,
    SUBJECT_SHIFT,
    TYPE_BITS,
    TYPE_MASK,
    EventType,
)
from app.kernel.state.constants import (
    CALENDAR_BUCKETS,
    CALENDAR_WIDTH,
    NEVER,
    NO_HORIZON,
    constants,
)

(NO_SUBJECT,) = constants(0)
BUCKET_SHIFT = 18
"""Events of the same 262 us wait together beyond the horizon."""


@hot
def event_of(event_type: int, node: int, subject: int) -> int:
    """The event of a type at a node (or group, check, ticket) about a slot, row or ticket."""
    return (subject << SUBJECT_SHIFT) | (node << TYPE_BITS) | event_type


@hot
def type_of(event: int) -> int:
    """Type of an event."""
    return event & TYPE_MASK


@hot
def node_of(event: int) -> int:
    """Node, group, check or ticket of an event."""
    return (event >> TYPE_BITS) & NODE_MASK


@hot
def subject_of(event: int) -> int:
    """Slot, row or ticket that an event is about."""
    return event >> SUBJECT_SHIFT


@hot
def next_serial(control: Any) -> int:
    """The next number of the total order among events at the same time."""
    control.serial += 1
    return control.serial


@hot
def expect_timeout(w: Any, at: int) -> None:
    """Tell the loop of the first timeout of a list: it looks at these when it must."""
    control = w.control[0]
    control.quiet_until = min(control.quiet_until, at)


@hot
def schedule(w: Any, at: int, event: int) -> None:
    """Put an event in the heap."""
    insert(w, at, next_serial(w.control[0]), event)


@hot
def insert(w: Any, at: int, serial: int, event: int) -> None:
    """Put an event where it belongs in the total order, or beyond the horizon."""
    control = w.control[0]
    if at >= control.horizon:
        _insert_in_bucket(w, at, serial, event)
        return
    times, serials, events = w.heap_at, w.heap_serial, w.heap_event
    child = control.heap_size
    control.heap_size += 1
    while child > 0:
        parent = (child - 1) >> 2
        if times[parent] < at or (times[parent] == at and serials[parent] < serial):
            break
        times[child] = times[parent]
        serials[child] = serials[parent]
        events[child] = events[parent]
        child = parent
    times[child] = at
    serials[child] = serial
    events[child] = event


@hot
def bucket_of(at: int) -> int:
    """Return the bucket of an event beyond the horizon (see `calendar_queue`)."""
    return (at >> BUCKET_SHIFT) & (CALENDAR_BUCKETS - 1)


@hot
def _insert_in_bucket(w: Any, at: int, serial: int, event: int) -> None:
    """Let an event wait in the bucket of its time. A bucket is a list of rows, all full but for the
    first one, so that few cache lines hold them.
    """
    b = bucket_of(at)
    row, place = w.bucket_heads[b] - 1, w.bucket_ends[b]
    if row < 0 or place == CALENDAR_WIDTH:
        row, place = _new_row(w, b), 1
    w.calendar[row, place] = at
    w.calendar[row, place + 1] = serial
    w.calendar[row, place + 2] = event
    w.bucket_ends[b] = place + 3
    w.control[0].calendar_count += 1


@hot
def _new_row(w: Any, bucket: int) -> int:
    control = w.control[0]
    row = int64(control.calendar_free - 1)
    if row < 0:
        row = int64(control.calendar_rows)
        control.calendar_rows += 1
    else:
        control.calendar_free = w.calendar[row, 0]
    w.calendar[row, 0] = w.bucket_heads[bucket]
    w.bucket_heads[bucket] = row + 1
    return row


@hot
def take_first(w: Any) -> int:
    """Take the earliest event off the heap, which must not be empty."""
    control = w.control[0]
    times, serials, events = w.heap_at, w.heap_serial, w.heap_event
    first = events[0]
    control.heap_size -= 1
    size = control.heap_size
    at, serial, event = times[size], serials[size], events[size]
    times[size] = NEVER
    hole, child, near = 0, 1, 0
    while child < size:
        best = _first_of_four(w, child, size)
        if times[best] > at or (times[best] == at and serials[best] > serial):
            break
        times[hole] = times[best]
        serials[hole] = serials[best]
        events[hole] = events[best]
        if hole == 0:
            near = best
        hole = best
        child = 4 * hole + 1
    if hole < size:
        times[hole] = at
        serials[hole] = serial
        events[hole] = event
    if control.horizon < NO_HORIZON:
        _prefetch_event(w, events[near])
    return first


@hot
def _prefetch_event(w: Any, event: int) -> None:
    """One of the next few events, of so many that what they need may lie anywhere in tables larger
    than the processor's caches: ask for it.
    """
    fetch(w.slots, subject_of(event))
    fetch(w.nodes, node_of(event))
    if type_of(event) == EventType.SERVICE_END:
        node = w.nodes[node_of(event)]
        fetch(w.slots, int64(node.queue_head))
        e = int64(node.first_edge + node.read_turn)
        fetch_line(w.edges, e)
        fetch_line(w.edges, e + 1)


@hot
def _first_of_four(w: Any, child: int, size: int) -> int:
    """Return the earliest of four events; places after the last one never come.

    Branch-free minimum: the branch would be unpredictable.
    """
    times = w.heap_at
    a, b, c, d = times[child], times[child + 1], times[child + 2], times[child + 3]
    left, right = min(a, b), min(c, d)
    best = min(left, right)
    if int64(a == best) + int64(b == best) + int64(c == best) + int64(d == best) > 1:
        return _first_of_equals(w, child, min(child + 4, size))
    in_right = int64(right < left)
    return child + 2 * in_right + int64(b < a) * (1 - in_right) + int64(d < c) * in_right


@cold
def _first_of_equals(w: Any, child: int, end: int) -> int:
    """The earliest of some events, by serial where times are equal."""
    times, serials = w.heap_at, w.heap_serial
    best = child
    for other in range(child + 1, end):
        if times[other] < times[best] or (
            times[other] == times[best] and serials[other] < serials[best]
        ):
            best = other
    return best
