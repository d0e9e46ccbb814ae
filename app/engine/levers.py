"""Levers: what an edit must do inside a running World besides writing parameters."""

from typing import Any

from app.engine.hangs import freeze, interrupt, thaw
from app.engine.incident import SWITCHED
from app.engine.kernel.agenda import SERVICE_END, event_of, schedule
from app.engine.kernel.faulty import hangs
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.sharing import FINE, VERSION_MASK, plan_next_end, settle, share
from app.engine.kernel.station import dequeue, enqueue, take_up, work_of
from app.engine.kernel.tally import incident
from app.engine.records import NO_FIGURE, SHARES
from app.kinds.database.content import copy_log
from app.kinds.database.failover import take_over
from app.kinds.database.leadership import follow, hear_each_other


@cold
def set_cores(w: Any, n: int, cores: int) -> None:
    """Give node `n` this many cores; waiting requests use those that are new."""
    node, t = w.nodes[n], w.control[0].now
    if node.discipline & SHARES:
        settle(w, n, t)
        node.cores = cores
        plan_next_end(w, n, t)
        return
    node.cores = cores
    take_up(w, n, t)


@cold
def set_sharing(w: Any, n: int, sharing: int) -> None:
    """Change the discipline of a node that is alone on its cores. From first-come to sharing,
    everybody keeps the work that is left; the other way, those beyond the cores start their work
    again when their turn comes.
    """
    node, t = w.nodes[n], w.control[0].now
    hung = hangs(w, n)
    if hung:  # how its work is arranged changes as if it went on for an instant
        thaw(w, n, t)
    shares = node.discipline & SHARES
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
    node.discipline |= SHARES
    node.busy = 0
    s = interrupt(w, n, t)
    while s >= 0:
        after = int64(w.slots[s].follower)
        share(w, n, s, int64(w.slots[s].serial))
        s = after
    while waiting >= 0:
        s, waiting = waiting, int64(w.slots[waiting].follower)
        share(w, n, s, work_of(w, n, s))
    plan_next_end(w, n, t)


@cold
def _stop_sharing(w: Any, n: int, t: int) -> None:
    node = w.nodes[n]
    settle(w, n, t)
    s = int64(node.queue_head)
    node.discipline &= ~SHARES
    node.busy, node.queue_head, node.queue_length = 0, -1, 0
    node.version = (node.version + 1) & VERSION_MASK
    while s >= 0:
        slot, after = w.slots[s], int64(w.slots[s].follower)
        if node.busy < node.cores:
            left = max(int64(slot.serial - node.virtual) // FINE, 0)
            node.busy += 1
            node.busy_ns += left
            schedule(w, t + left, event_of(SERVICE_END, n, s))
        else:
            slot.due = t  # its wait until now is booked
            enqueue(w, n, s)
        s = after


@cold
def switch_primary(w: Any, g: int, row: int) -> None:
    """Make database `row` the primary of its group; from a primary that it hears it first gets all
    log, and that one steps back.
    """
    group = w.groups[g]
    t = w.control[0].now
    before = int64(group.lead)
    lead = int64(w.nodes[before].row) if before >= 0 else int64(-1)
    fenced = int64(w.databases[row].fencing)
    if lead >= 0 and w.nodes[before].up and hear_each_other(w, group, row, lead):
        if w.databases[row].timeline != group.timeline:
            follow(w, row, lead, t)
        if group.written > w.databases[row].received:
            copy_log(w, w.databases[row], w.databases[lead], int64(group.written))
        w.databases[row].received = group.written
        incident(w, SWITCHED, int64(w.databases[row].node), before, NO_FIGURE)
        fenced = int64(1)
    group.term += 1
    group.electing = 0
    take_over(w, g, row, fenced, t)
