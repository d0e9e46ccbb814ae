"""The horizon: with many events to come, those beyond it wait unsorted, in a bucket for each short
time, and come onto the agenda a bucket at a time, so that what is sorted stays small.

This is the far part of a calendar queue (Brown, CACM 31(10), 1988). Where an event waits changes
nothing: the agenda has all those before the horizon, in the total order.
"""

from typing import Any

from app.engine.kernel.agenda import BLANK, BUCKET_SHIFT, bucket_of, insert, place_of, who_of
from app.engine.kernel.jit import cold, fetch, hot, int64
from app.engine.records import LATER_BUCKETS, LATER_WIDTH, NEVER, NO_HORIZON


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
        after = w.later[row, 0] - 1
        fetch(w.later, after)
        for place in range(1, LATER_WIDTH, 3):
            if w.later[row, place] < control.horizon:  # else its bucket's turn is another one
                fetch(w.slots, who_of(w.later[row, place + 2]))
                fetch(w.nodes, place_of(w.later[row, place + 2]))
        _empty(w, row)
        row = after


@cold
def gather(w: Any) -> None:
    """Bring every event onto the agenda."""
    control = w.control[0]
    if control.horizon == NO_HORIZON:
        return
    control.horizon = NO_HORIZON
    for b in range(LATER_BUCKETS):
        row = w.later_heads[b] - 1
        w.later_heads[b] = 0
        while row >= 0:
            after = w.later[row, 0] - 1
            _empty(w, row)
            row = after


@hot
def _empty(w: Any, row: int) -> None:
    """Put the events of a row where they belong now."""
    control = w.control[0]
    for place in range(1, LATER_WIDTH, 3):
        serial = w.later[row, place + 1]
        if serial > 0:
            w.later[row, place + 1] = 0
            control.later_count -= 1
            insert(w, w.later[row, place], serial, w.later[row, place + 2])
    w.later[row, 0] = control.later_free
    control.later_free = row + 1


@cold
def take_back(w: Any, event: int) -> int:
    """Blank an event, wherever it waits; when it would have been, NEVER if there is none."""
    for position in range(w.control[0].agenda_size):
        if w.agenda_event[position] == event:
            w.agenda_event[position] = BLANK
            return int64(w.agenda_at[position])
    for row in range(w.control[0].later_rows):
        for place in range(1, LATER_WIDTH, 3):
            if w.later[row, place + 2] == event and w.later[row, place + 1] > 0:
                w.later[row, place + 2] = BLANK
                return int64(w.later[row, place])
    return int64(NEVER)
