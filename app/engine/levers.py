"""Levers: what an edit must do inside a running World besides writing parameters."""

from typing import Any

from app.engine.incident import SWITCHED
from app.engine.kernel.agenda import event_of, schedule
from app.engine.kernel.jit import entry, int64, open_tables
from app.engine.kernel.station import begin
from app.engine.kernel.tally import incident
from app.engine.records import NO_FIGURE
from app.kinds.client.behaviour import schedule_next
from app.kinds.database.failover import take_over


@entry
def occupy(buffer: Any, n: int) -> None:
    """Let waiting requests use the cores that node `n` has been given."""
    w = open_tables(buffer)
    control, node = w.control[0], w.nodes[n]
    while node.up and node.queue_head >= 0 and node.busy < node.cores:
        s = int64(node.queue_head)
        slot = w.slots[s]
        node.queue_head = slot.follower
        node.queue_length -= 1
        node.queued_at_ns -= slot.due
        node.wait_ns += control.now - slot.due
        node.busy += 1
        begin(w, n, s, control.now)


@entry
def put_on_agenda(buffer: Any, at: int, sort: int, place: int, who: int) -> None:
    """Schedule an event from outside the loop."""
    schedule(open_tables(buffer), at, event_of(sort, place, who))


@entry
def first_arrival(buffer: Any, row: int) -> None:
    """Draw the first arrival of a client that begins, or begins again, to send requests."""
    w = open_tables(buffer)
    schedule_next(w, row, w.control[0].now + w.sources[row].lead)


@entry
def note(buffer: Any, code: int, node: int, other: int, figure: float) -> None:
    """Write an incident from outside the loop."""
    incident(open_tables(buffer), code, node, other, figure)


@entry
def switch_primary(buffer: Any, g: int, row: int) -> None:
    """Make database `row` the primary of its group; from a live primary it first gets all log."""
    w = open_tables(buffer)
    group = w.groups[g]
    t = w.control[0].now
    before = int64(group.lead)
    if before >= 0 and w.nodes[before].up:
        w.databases[row].received = group.written
        incident(w, SWITCHED, int64(w.databases[row].node), before, NO_FIGURE)
    group.term += 1
    group.electing = 0
    take_over(w, g, row, t)
