"""The agenda: a 4-ary heap of events ordered by (time, serial), times and events apart.

An event is one int64: 4 bits of sort, 28 bits of place, 31 bits of slot or row.
Constant delays do not come here: they wait in lines (see `link`).
"""

from typing import Any

from app.engine.kernel.jit import cold, fetch, fetch_line, hot, int64
from app.engine.records import LATER_BUCKETS, LATER_WIDTH, NEVER, NO_HORIZON, constants

(
    SERVICE_END,
    ARRIVAL,
    PROBE,
    PROBE_ANSWER,
    PROMOTION,
    RESYNC,
    BLANK,
    SHARED_END,
    USER_BACK,
    ATTEMPT,
    RETRY,
    FAULT,
    CHECK_TIMEOUT,
    DUE,
) = constants(*range(14))
RESOLVE, ADVERT = constants(14, 15)
(NOBODY,) = constants(0)
TICKET_MASK = 0x7FFFFFF
"""A slot's ticket must fit the place of an event, with a bit to spare."""
BUCKET_SHIFT = 18
"""Events of the same 262 us wait together beyond the horizon."""
_PLACE_SHIFT, _WHO_SHIFT = 4, 32
_PLACE_MASK = (1 << 28) - 1


@hot
def event_of(sort: int, place: int, who: int) -> int:
    """The event of this sort at a place (node, group, check) about a slot or row."""
    return (who << _WHO_SHIFT) | (place << _PLACE_SHIFT) | sort


@hot
def sort_of(event: int) -> int:
    """What sort of event it is."""
    return event & 15


@hot
def place_of(event: int) -> int:
    """The node, group or check it happens at."""
    return (event >> _PLACE_SHIFT) & _PLACE_MASK


@hot
def who_of(event: int) -> int:
    """The slot or row it is about."""
    return event >> _WHO_SHIFT


@hot
def next_serial(control: Any) -> int:
    """The next number of the total order among events at the same time."""
    control.serial += 1
    return control.serial


@hot
def look_at(w: Any, at: int) -> None:
    """A timeout that stands first in its line ends then: the loop looks at these when it must."""
    control = w.control[0]
    control.look_at = min(control.look_at, at)


@hot
def schedule(w: Any, at: int, event: int) -> None:
    """Put an event on the agenda."""
    insert(w, at, next_serial(w.control[0]), event)


@hot
def insert(w: Any, at: int, serial: int, event: int) -> None:
    """Put an event where it belongs in the total order, or beyond the horizon."""
    control = w.control[0]
    if at >= control.horizon:
        _put_off(w, at, serial, event)
        return
    times, serials, events = w.agenda_at, w.agenda_serial, w.agenda_event
    child = control.agenda_size
    control.agenda_size += 1
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
    """Where an event waits that is beyond the horizon (see `horizon`)."""
    return (at >> BUCKET_SHIFT) & (LATER_BUCKETS - 1)


@hot
def _put_off(w: Any, at: int, serial: int, event: int) -> None:
    """Let an event wait in the bucket of its time. A bucket is a list of rows, all full but for the
    first one, so that few cache lines hold them.
    """
    b = bucket_of(at)
    row, place = w.later_heads[b] - 1, w.later_ends[b]
    if row < 0 or place == LATER_WIDTH:
        row, place = _begin_row(w, b), 1
    w.later[row, place] = at
    w.later[row, place + 1] = serial
    w.later[row, place + 2] = event
    w.later_ends[b] = place + 3
    w.control[0].later_count += 1


@hot
def _begin_row(w: Any, b: int) -> int:
    control = w.control[0]
    row = int64(control.later_free - 1)
    if row < 0:
        row = int64(control.later_rows)
        control.later_rows += 1
    else:
        control.later_free = w.later[row, 0]
    w.later[row, 0] = w.later_heads[b]
    w.later_heads[b] = row + 1
    return row


@hot
def take_first(w: Any) -> int:
    """Take the earliest event off the agenda, which must not be empty."""
    control = w.control[0]
    times, serials, events = w.agenda_at, w.agenda_serial, w.agenda_event
    first = events[0]
    control.agenda_size -= 1
    size = control.agenda_size
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
        _prepare(w, events[near])
    return first


@hot
def _prepare(w: Any, event: int) -> None:
    """One of the next few events, of so many that what they need may lie anywhere in tables larger
    than the processor's caches: ask for it.
    """
    fetch(w.slots, who_of(event))
    fetch(w.nodes, place_of(event))
    if sort_of(event) == SERVICE_END:
        node = w.nodes[place_of(event)]
        fetch(w.slots, int64(node.queue_head))
        e = int64(node.first_edge + node.read_turn)
        fetch_line(w.edges, e)
        fetch_line(w.edges, e + 1)


@hot
def _first_of_four(w: Any, child: int, size: int) -> int:
    """The earliest of four events (places after the last one never come). Which one that is nobody
    can guess, a processor neither, so it is calculated, without a branch.
    """
    times = w.agenda_at
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
    times, serials = w.agenda_at, w.agenda_serial
    best = child
    for other in range(child + 1, end):
        if times[other] < times[best] or (
            times[other] == times[best] and serials[other] < serials[best]
        ):
            best = other
    return best
