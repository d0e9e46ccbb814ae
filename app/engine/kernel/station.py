"""Stations: cores that work, and a bounded first-in-first-out queue before them."""

from typing import Any

from app.engine.incident import SHEDDING
from app.engine.kernel.agenda import SERVICE_END, event_of, schedule
from app.engine.kernel.draw import demand
from app.engine.kernel.jit import cold, hot, int64
from app.engine.kernel.request import fail
from app.engine.kernel.tally import incident, sojourn_bucket
from app.engine.records import APPLY, NOWHERE, QUEUE_FULL, WRITE

_SHED_QUIET_NS = 5_000_000_000
"""A node that refuses again within this time is still in the same incident."""


@hot
def begin(w: Any, n: int, s: int, t: int) -> None:
    """A core takes up a slot's work. Its time is booked now; readings subtract what is to come."""
    node, slot = w.nodes[n], w.slots[s]
    if slot.purpose == WRITE:
        mean_ns = node.write_ns
    elif slot.purpose == APPLY:
        mean_ns = w.databases[node.row].apply_ns
    else:
        mean_ns = node.read_ns
    work = int64(demand(slot) * mean_ns + 0.5)
    node.busy_ns += work
    schedule(w, t + work, event_of(SERVICE_END, n, s))


@hot
def enqueue(w: Any, n: int, s: int) -> None:
    """Join the end of the queue."""
    node, slot = w.nodes[n], w.slots[s]
    slot.follower = -1
    if node.queue_head < 0:
        node.queue_head = s
    else:
        w.slots[node.queue_tail].follower = s
    node.queue_tail = s
    node.queue_length += 1
    node.queued_at_ns += slot.due


@hot
def visit(w: Any, n: int, s: int, t: int) -> None:
    """A slot comes to a station: it is worked on, waits, or is refused when the queue is full."""
    node, slot = w.nodes[n], w.slots[s]
    slot.node = n
    slot.due = t
    if node.busy < node.cores:
        node.busy += 1
        begin(w, n, s, t)
    elif node.queue_length < node.queue_limit or slot.purpose == APPLY:
        enqueue(w, n, s)
    else:
        refuse(w, n, s, t)


@cold
def refuse(w: Any, n: int, s: int, t: int) -> None:
    """The queue is full: the request fails; the first refusal in a while is an incident."""
    node = w.nodes[n]
    if t - node.shed_at > _SHED_QUIET_NS or node.shed_at == 0:
        incident(w, SHEDDING, n, NOWHERE, float(node.queue_limit))
    node.shed_at = t
    fail(w, s, n, QUEUE_FULL)


@hot
def leave(w: Any, n: int, s: int, t: int) -> None:
    """A slot's work at a station is done: book it, and let the next in the queue begin."""
    node = w.nodes[n]
    slot = w.slots[s]
    if slot.purpose != APPLY:
        if slot.purpose == WRITE:
            node.writes += 1
        else:
            node.reads += 1
        sojourn = t - slot.due
        node.sojourn_ns += sojourn
        w.sojourns[n, sojourn_bucket(sojourn)] += 1
    call_next(w, n, t)


@hot
def call_next(w: Any, n: int, t: int) -> None:
    """A core is free: the queue's head begins; a core too many after an edit goes quiet."""
    node = w.nodes[n]
    head = int64(node.queue_head)
    if head >= 0 and node.busy <= node.cores:
        slot = w.slots[head]
        node.queue_head = slot.follower
        node.queue_length -= 1
        node.queued_at_ns -= slot.due
        node.wait_ns += t - slot.due
        begin(w, n, head, t)
    else:
        node.busy -= 1
