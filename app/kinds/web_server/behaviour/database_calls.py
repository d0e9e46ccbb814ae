"""Calls to databases with care: which replica reads, through what connection, for how long.

A pool holds so many connections to all databases together. Who finds none free waits in order, for
a while; a connection is free again when the answer is back here. A database may also have a limit:
then each pool has as many connections there as there was room for when it was opened.
"""

from typing import Any

from app.kernel.consistency.written_keys import home_of
from app.kernel.events.event_queue import event_of, schedule
from app.kernel.jit.decorators import cold, int64
from app.kernel.network.link import can_connect, round_robin, send
from app.kernel.requests.request import fail, fail_unreachable
from app.kernel.resilience.circuit_breaker import is_open_circuit, round_robin_closed
from app.kernel.slots.held_resources import (
    CONNECTION_FREE,
    EPOCH_MASK,
    EPOCH_SHIFT,
    uncount_connection,
)
from app.kernel.slots.slots import append_to_queue
from app.kernel.state.codes.choices import ReadRouting, WriteRouting
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.nodes import ConnectionLimit, Routable
from app.kernel.state.codes.requests import Outcome, Purpose, RequestFlag, SlotFlag
from app.kernel.state.constants import LOOK_AGAIN_NS, NOWHERE, constants

(POOL_TIMEOUT_DUE,) = constants(1)
"""Purpose of a web server's timer besides the end of a call: a wait for the pool may end."""


@cold
def route_call(w: Any, n: int, s: int, t: int) -> None:
    """Call a database: once there is a connection for it, if they are counted."""
    node = w.nodes[n]
    if w.slots[s].slot_flags & SlotFlag.CONNECTION:  # one more round trip of the same request
        uncount_connection(w, s)
    elif node.pool > 0:
        if node.pool_used >= node.pool:
            _wait_for_connection(w, n, s, t)
            return
        node.pool_used += 1
        node.pool_taken += 1
        w.slots[s].slot_flags |= SlotFlag.CONNECTION
    _call(w, n, s, t)


@cold
def _call(w: Any, n: int, s: int, t: int) -> None:
    """Call a database through its circuit breaker, and for no longer than the timeout."""
    writes = w.slots[s].purpose == Purpose.WRITE
    e = _choose_to_write(w, n, s) if writes else _choose_to_read(w, n, s, t)
    if e < 0:
        wanted = Routable.WRITES if writes else Routable.READS | Routable.FALLBACK
        fail(
            w, s, n, Outcome.CIRCUIT_OPEN if is_open_circuit(w, n, wanted) else Outcome.NO_DATABASE
        )
        return
    if not can_connect(w, e):
        fail_unreachable(w, s, n, e)
        return
    if not _has_room(w, s, e):
        fail(w, s, int64(w.edges[e].node), Outcome.TOO_MANY_CONNECTIONS)
        return
    if w.nodes[n].data_timeout > 0:
        at = t + w.nodes[n].data_timeout
        schedule(w, at, event_of(EventType.ATTEMPT, int64(w.slots[s].ticket), s))
    send(w, s, e, t)


@cold
def _round_robin(w: Any, n: int, s: int, wanted: int) -> int:
    return (
        round_robin_closed(w, n, s, wanted) if w.nodes[n].breaker > 0 else round_robin(w, n, wanted)
    )


@cold
def _choose_to_write(w: Any, n: int, s: int) -> int:
    """The edge to a primary that takes writes: in turn, the nearest, or the home of the key."""
    node = w.nodes[n]
    home = int64(NOWHERE)
    if node.writing == WriteRouting.HOME:
        for k in range(node.first_edge, node.first_edge + node.edge_count):
            if w.edges[k].routable & Routable.WRITES and home < 0:
                home = home_of(w, s, int64(w.edges[k].node))
    if node.writing == WriteRouting.NEAREST or home >= 0:
        return _best(w, n, s, Routable.WRITES, node.writing == WriteRouting.NEAREST, home)
    return _round_robin(w, n, s, Routable.WRITES)


@cold
def _best(w: Any, n: int, s: int, wanted: int, near: bool, home: int) -> int:
    """The edge that is open for what is wanted to the database that is nearest, or is the home, or
    else is least behind; those that are equal in turn.
    """
    node = w.nodes[n]
    least = int64(-1)
    for k in range(node.first_edge, node.first_edge + node.edge_count):
        edge = w.edges[k]
        edge.rank = edge.delay if near else edge.lag
        if home >= 0:
            edge.rank = 0 if edge.node == home else 1
        if edge.routable & wanted and (least < 0 or edge.rank < least):
            least = int64(edge.rank)
    for k in range(node.first_edge, node.first_edge + node.edge_count):
        edge = w.edges[k]
        edge.passed = edge.routable & wanted if edge.rank > least else 0
        edge.routable &= ~edge.passed
    e = _round_robin(w, n, s, wanted)
    for k in range(node.first_edge, node.first_edge + node.edge_count):
        w.edges[k].routable |= w.edges[k].passed
        w.edges[k].passed = 0
    return e


@cold
def _choose_to_read(w: Any, n: int, s: int, t: int) -> int:
    """The edge to a database that reads: a replica in turn or the least behind; the primary for
    those who have just written, for everybody, or where no replica takes reads.
    """
    node = w.nodes[n]
    pinned = (
        node.routing == ReadRouting.PIN_AFTER_WRITE
        and w.slots[s].request_flags & RequestFlag.READ_OWN_WRITE
    )
    if node.routing == ReadRouting.PRIMARY_ONLY or (
        pinned and t - w.own_writes[s].acknowledged_at <= node.pin
    ):
        return _round_robin(w, n, s, Routable.FALLBACK)
    e = int64(-1)
    if node.routing == ReadRouting.LEAST_LAG or node.routing == ReadRouting.NEAREST:
        e = _best(w, n, s, Routable.READS, node.routing == ReadRouting.NEAREST, int64(NOWHERE))
    if e < 0:
        e = _round_robin(w, n, s, Routable.READS)
    if e < 0 and node.no_fallback == 0:
        e = _round_robin(w, n, s, Routable.FALLBACK)
    return e


@cold
def _has_room(w: Any, s: int, e: int) -> bool:
    """Return whether the database at the end of an edge has a connection for this caller, which it
    then takes.
    """
    edge = w.edges[e]
    if edge.allowed == ConnectionLimit.SHARED:
        target = w.nodes[edge.node]
        if target.pool_used >= target.pool:
            return False
        target.pool_used += 1
        w.slots[s].slot_flags |= SlotFlag.CONNECTION
    elif edge.allowed >= 0:
        if edge.using >= edge.allowed:
            return False
        edge.using += 1
    else:
        return True
    w.slots[s].connected = 1
    return True


@cold
def _wait_for_connection(w: Any, n: int, s: int, t: int) -> None:
    node, slot = w.nodes[n], w.slots[s]
    slot.node = n
    slot.waiting_since = t
    node.pool_head = append_to_queue(w, s, int64(node.pool_head), int64(node.pool_tail))
    node.pool_tail = s
    node.pool_length += 1
    if not node.pool_timing:
        _schedule_recheck(w, n, t + node.pool_wait)


@cold
def _schedule_recheck(w: Any, n: int, at: int) -> None:
    w.nodes[n].pool_timing = 1
    epoch = (int64(w.nodes[n].epoch) & EPOCH_MASK) << EPOCH_SHIFT
    schedule(w, at, event_of(EventType.TIMER, n, POOL_TIMEOUT_DUE | epoch))


@cold
def _next_waiting(w: Any, n: int) -> int:
    node = w.nodes[n]
    s = int64(node.pool_head)
    node.pool_head = w.slots[s].follower
    node.pool_length -= 1
    return s


@cold
def serve_pool(w: Any, n: int, t: int) -> None:
    """Give connections of the pool to the requests that wait for one, in order, while there are
    any.
    """
    node = w.nodes[n]
    while node.pool_head >= 0 and (node.pool_used < node.pool or node.pool == 0):
        s = _next_waiting(w, n)
        slot = w.slots[s]
        if slot.orphaned_work and slot.slot_flags & SlotFlag.ORPHANED:
            fail(w, s, n, Outcome.POOL_TIMEOUT)
            continue
        if node.pool > 0:
            node.pool_used += 1
            slot.slot_flags |= SlotFlag.CONNECTION
        node.pool_taken += 1
        node.pool_waited += 1
        node.pool_wait_ns += t - slot.waiting_since
        _call(w, n, s, t)


@cold
def pool_timer(w: Any, n: int, what: int, t: int) -> None:
    """Take back a connection of the pool, or time out the longest wait for one."""
    node = w.nodes[n]
    if what >> EPOCH_SHIFT != int64(node.epoch) & EPOCH_MASK:
        return
    if what & POOL_TIMEOUT_DUE == CONNECTION_FREE:
        node.pool_used = max(node.pool_used - 1, 0)
    elif node.up:
        node.pool_timing = 0
        while node.pool_head >= 0 and t - w.slots[node.pool_head].waiting_since >= node.pool_wait:
            fail(w, _next_waiting(w, n), n, Outcome.POOL_TIMEOUT)
        if node.pool_head >= 0:
            _schedule_recheck(w, n, w.slots[node.pool_head].waiting_since + node.pool_wait)
    else:
        _schedule_recheck(w, n, t + LOOK_AGAIN_NS)
    if node.up:
        serve_pool(w, n, t)


@cold
def lose_calls(w: Any, n: int) -> None:
    """Fail the calls of a web server that dies: its workers and connections are gone, and what they
    waited for comes back to nobody.
    """
    node = w.nodes[n]
    while node.pool_head >= 0:
        fail(w, _next_waiting(w, n), n, Outcome.LOST_IN_CRASH)
    for s in range(w.control[0].slots_room):
        slot = w.slots[s]
        if slot.web == n and slot.slot_flags & (SlotFlag.WORKER | SlotFlag.CONNECTION):
            if slot.slot_flags & SlotFlag.CONNECTION:
                uncount_connection(w, s)
            slot.slot_flags &= ~(SlotFlag.WORKER | SlotFlag.CONNECTION)
    node.workers_busy = 0
    node.pool_used = 0
    node.pool_timing = 0


@cold
def forget_databases(w: Any, n: int) -> None:
    """Lose what a web server that dies knew of its databases: open circuits, and who is behind."""
    node = w.nodes[n]
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        edge = w.edges[e]
        edge.open_until = edge.lag = 0
        edge.streak = 0
