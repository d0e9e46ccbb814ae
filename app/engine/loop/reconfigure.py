"""Levers: what an edit must do inside a running World besides writing parameters."""

from typing import Any

from app.engine.loop.hang import freeze, interrupt, release_held
from app.kernel.events.event_queue import event_of, schedule
from app.kernel.jit.decorators import cold, int64
from app.kernel.network.message_faults import is_hanging
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.nodes import Discipline
from app.kernel.stations.processor_sharing import (
    FINE,
    VERSION_MASK,
    advance_clocks,
    insert_shared,
    schedule_next_end,
)
from app.kernel.stations.station import dequeue, enqueue, start_waiting, work_of


@cold
def set_cores(w: Any, n: int, cores: int) -> None:
    """Give node `n` this many cores; waiting requests use those that are new."""
    node, t = w.nodes[n], w.control[0].now
    if node.discipline & Discipline.PROCESSOR_SHARING:
        advance_clocks(w, n, t)
        node.cores = cores
        schedule_next_end(w, n, t)
        return
    node.cores = cores
    start_waiting(w, n, t)


@cold
def set_sharing(w: Any, n: int, sharing: int) -> None:
    """Change the discipline of a node that is alone on its cores. From first-come to sharing,
    everybody keeps the work that is left; the other way, those beyond the cores start their work
    again when their turn comes.
    """
    node, t = w.nodes[n], w.control[0].now
    hung = is_hanging(w, n)
    if hung:  # how its work is arranged changes as if it went on for an instant
        release_held(w, n, t)
    shares = node.discipline & Discipline.PROCESSOR_SHARING
    if sharing and not shares:
        node.updated_at = t
        _start_sharing(w, n, t)
    elif shares and not sharing:
        _stop_sharing(w, n, t)
    if hung:
        since = node.hung_since
        freeze(w, n, t)
        node.hung_since = since


@cold
def _start_sharing(w: Any, n: int, t: int) -> None:
    node = w.nodes[n]
    waiting = int64(-1)
    while node.queue_head >= 0:
        s = dequeue(w, n, t)
        w.slots[s].follower = waiting
        waiting = s
    node.discipline |= Discipline.PROCESSOR_SHARING
    node.busy = 0
    s = interrupt(w, n, t)
    while s >= 0:
        after = int64(w.slots[s].follower)
        insert_shared(w, n, s, int64(w.slots[s].work_left))
        s = after
    while waiting >= 0:
        s, waiting = waiting, int64(w.slots[waiting].follower)
        insert_shared(w, n, s, work_of(w, n, s))
    schedule_next_end(w, n, t)


@cold
def _stop_sharing(w: Any, n: int, t: int) -> None:
    node = w.nodes[n]
    advance_clocks(w, n, t)
    s = int64(node.queue_head)
    node.discipline &= ~Discipline.PROCESSOR_SHARING
    node.busy, node.queue_head, node.queue_length = 0, -1, 0
    node.version = (node.version + 1) & VERSION_MASK
    while s >= 0:
        slot, after = w.slots[s], int64(w.slots[s].follower)
        if node.busy < node.cores:
            left = max(int64(slot.finish_reading - node.virtual) // FINE, 0)
            node.busy += 1
            node.busy_ns += left
            schedule(w, t + left, event_of(EventType.SERVICE_END, n, s))
        else:
            slot.arrives_at = t  # its wait until now is booked
            enqueue(w, n, s)
        s = after
