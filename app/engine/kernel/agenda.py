"""The agenda: a 4-ary heap of events ordered by (time, serial), times and events apart.

An event is one int64: 4 bits of sort, 28 bits of place, 31 bits of slot or row.
Constant delays do not come here: they wait in lines (see `link`).
"""

from typing import Any

from app.engine.kernel.jit import fetch, hot
from app.engine.records import constants

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
def schedule(w: Any, at: int, event: int) -> None:
    """Put an event on the agenda."""
    control = w.control[0]
    serial = next_serial(control)
    times, serials, events = w.agenda_at, w.agenda_serial, w.agenda_event
    child = control.agenda_size
    control.agenda_size += 1
    while child > 0:
        parent = (child - 1) >> 2
        if times[parent] <= at:  # its serial is smaller: it was scheduled before
            break
        times[child] = times[parent]
        serials[child] = serials[parent]
        events[child] = events[parent]
        child = parent
    times[child] = at
    serials[child] = serial
    events[child] = event


@hot
def take_first(w: Any) -> int:
    """Take the earliest event off the agenda, which must not be empty."""
    control = w.control[0]
    times, serials, events = w.agenda_at, w.agenda_serial, w.agenda_event
    first = events[0]
    control.agenda_size -= 1
    size = control.agenda_size
    at, serial, event = times[size], serials[size], events[size]
    hole = 0
    while True:
        child = 4 * hole + 1
        if child >= size:
            break
        best, best_at, best_serial = child, times[child], serials[child]
        for other in range(child + 1, min(child + 4, size)):
            if times[other] < best_at or (times[other] == best_at and serials[other] < best_serial):
                best, best_at, best_serial = other, times[other], serials[other]
        if best_at > at or (best_at == at and best_serial > serial):
            break
        times[hole] = best_at
        serials[hole] = best_serial
        events[hole] = events[best]
        hole = best
    times[hole] = at
    serials[hole] = serial
    events[hole] = event
    # What comes next is known now, and lies anywhere in tables larger than the processor's caches.
    fetch(w.slots, who_of(events[0]))
    fetch(w.nodes, place_of(events[0]))
    return first
