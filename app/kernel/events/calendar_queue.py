"""The horizon: with many events to come, those beyond it wait unsorted, in a bucket for each short
time, and come into the heap a bucket at a time, so that what is sorted stays small.

This is the far part of a calendar queue (Brown, CACM 31(10), 1988). Where an event waits changes
nothing: the heap has all those before the horizon, in the total order.
"""

from typing import Any

from app.kernel.events.event_queue import BUCKET_SHIFT, bucket_of, insert, node_of, subject_of
from app.kernel.jit.decorators import cold, fetch, hot, int64
from app.kernel.state.codes.events import EventType
from app.kernel.state.constants import CALENDAR_BUCKETS, CALENDAR_WIDTH, NEVER, NO_HORIZON


@cold
def start_calendar(w: Any) -> None:
    """Draw the horizon right behind the first event of a crowded heap."""
    control = w.control[0]
    size = int64(control.heap_size)
    control.horizon = ((w.heap_at[0] >> BUCKET_SHIFT) + 1) << BUCKET_SHIFT
    control.heap_size = 0
    for position in range(size):  # what is put back stands no further on than what is read
        at, serial = int64(w.heap_at[position]), int64(w.heap_serial[position])
        insert(w, at, serial, int64(w.heap_event[position]))
    for position in range(control.heap_size, size):
        w.heap_at[position] = NEVER


@hot
def advance_bucket(w: Any) -> None:
    """Move the horizon on by one bucket. When nothing waits beyond it, there is none any more."""
    control = w.control[0]
    if control.calendar_count == 0:
        control.horizon = NO_HORIZON
        return
    b = bucket_of(int64(control.horizon))
    control.horizon += 1 << BUCKET_SHIFT
    row = w.bucket_heads[b] - 1
    w.bucket_heads[b] = 0
    while row >= 0:
        after = w.calendar[row, 0] - 1
        fetch(w.calendar, after)
        for place in range(1, CALENDAR_WIDTH, 3):
            if w.calendar[row, place] < control.horizon:  # else its bucket's turn is another one
                fetch(w.slots, subject_of(w.calendar[row, place + 2]))
                fetch(w.nodes, node_of(w.calendar[row, place + 2]))
        _redistribute(w, row)
        row = after


@cold
def end_calendar(w: Any) -> None:
    """Bring every event into the heap."""
    control = w.control[0]
    if control.horizon == NO_HORIZON:
        return
    control.horizon = NO_HORIZON
    for b in range(CALENDAR_BUCKETS):
        row = w.bucket_heads[b] - 1
        w.bucket_heads[b] = 0
        while row >= 0:
            after = w.calendar[row, 0] - 1
            _redistribute(w, row)
            row = after


@hot
def _redistribute(w: Any, row: int) -> None:
    """Put the events of a row where they belong now."""
    control = w.control[0]
    for place in range(1, CALENDAR_WIDTH, 3):
        serial = w.calendar[row, place + 1]
        if serial > 0:
            w.calendar[row, place + 1] = 0
            control.calendar_count -= 1
            insert(w, w.calendar[row, place], serial, w.calendar[row, place + 2])
    w.calendar[row, 0] = control.calendar_free
    control.calendar_free = row + 1


@cold
def cancel_event(w: Any, event: int) -> int:
    """Blank an event, wherever it waits; when it would have been, NEVER if there is none."""
    for position in range(w.control[0].heap_size):
        if w.heap_event[position] == event:
            w.heap_event[position] = EventType.CANCELLED
            return int64(w.heap_at[position])
    for row in range(w.control[0].calendar_rows):
        for place in range(1, CALENDAR_WIDTH, 3):
            if w.calendar[row, place + 2] == event and w.calendar[row, place + 1] > 0:
                w.calendar[row, place + 2] = EventType.CANCELLED
                return int64(w.calendar[row, place])
    return int64(NEVER)
