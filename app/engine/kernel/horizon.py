"""The horizon: with many events to come, those beyond it wait unsorted, in a bucket for each short
time, and come onto the agenda a bucket at a time, so that what is sorted stays small.

This is the far part of a calendar queue (Brown, CACM 31(10), 1988). Where an event waits changes
nothing: the agenda has all those before the horizon, in the total order.
"""

from typing import Any

from app.engine.kernel.agenda import BLANK, BUCKET_SHIFT, bucket_of, insert, place_of, who_of
from app.engine.kernel.jit import cold, fetch, hot, int64
from app.engine.records import LATER_BUCKETS, NEVER, NO_HORIZON


@cold
def spread(w: Any) -> None:
    """Draw the horizon right behind the first event of a crowded agenda."""
    control = w.control[0]
    size = int64(control.agenda_size)
    control.horizon = ((w.agenda_at[0] >> BUCKET_SHIFT) + 1) << BUCKET_SHIFT
    control.agenda_size = 0
    for position in range(size):  # what is put back stands no further on than what is read
        at, serial = int64(w.agenda_at[position]), int64(w.agenda_serial[position])
        insert(w, at, serial, int64(w.agenda_event[position]))
    for position in range(control.agenda_size, size):
        w.agenda_at[position] = NEVER


@hot
def draw_near(w: Any) -> None:
    """Move the horizon on by one bucket. When nothing waits beyond it, there is none any more."""
    control = w.control[0]
    if control.later_count == 0:
        control.horizon = NO_HORIZON
        return
    b = bucket_of(int64(control.horizon))
    control.horizon += 1 << BUCKET_SHIFT
    row = w.later_heads[b] - 1
    w.later_heads[b] = 0
    while row >= 0:
        later = w.later[row]
        after = later.after - 1
        fetch(w.later, after)
        if later.at < control.horizon:  # else its bucket's turn is another one
            fetch(w.slots, who_of(later.event))
            fetch(w.nodes, place_of(later.event))
        _bring(w, row)
        row = after


@cold
def gather(w: Any) -> None:
    """Bring every event onto the agenda."""
    control = w.control[0]
    if control.horizon == NO_HORIZON:
        return
    control.horizon = NO_HORIZON
    for b in range(LATER_BUCKETS):
        w.later_heads[b] = 0
    for row in range(control.later_used):
        if w.later[row].serial > 0:
            _bring(w, row)


@cold
def take_back(w: Any, event: int) -> int:
    """Blank an event, wherever it waits; when it would have been, NEVER if there is none."""
    for position in range(w.control[0].agenda_size):
        if w.agenda_event[position] == event:
            w.agenda_event[position] = BLANK
            return int64(w.agenda_at[position])
    for row in range(w.control[0].later_used):
        if w.later[row].serial > 0 and w.later[row].event == event:
            w.later[row].event = BLANK
            return int64(w.later[row].at)
    return int64(NEVER)


@hot
def _bring(w: Any, row: int) -> None:
    """Take an event out of its row, and put it where it belongs now."""
    control, later = w.control[0], w.later[row]
    at, serial, event = int64(later.at), int64(later.serial), int64(later.event)
    later.serial = 0
    later.after = control.later_free
    control.later_free = row + 1
    control.later_count -= 1
    insert(w, at, serial, event)
