"""Calls to databases with care: which replica reads, through what connection, for how long.

A pool holds so many connections to all databases together. Who finds none free waits in order, for
a while; a connection is free again when the answer is back here. A database may also have a limit:
then each pool has as many connections there as there was room for when it was opened.
"""

from typing import Any

from app.engine.kernel.agenda import ATTEMPT, DUE, event_of, schedule
from app.engine.kernel.circuit import choose_closed, is_shut
from app.engine.kernel.hold import CONNECTION_FREE, EPOCH_MASK, EPOCH_SHIFT, drop_connection
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.link import can_connect, choose, send
from app.engine.kernel.request import fail, not_reached
from app.engine.kernel.slot import line_up
from app.engine.records import (
    CIRCUIT_OPEN,
    HOLDS_CONNECTION,
    HOLDS_WORKER,
    LEAST_LAG,
    LOST_IN_CRASH,
    NO_DATABASE,
    NOWHERE,
    ORPHAN,
    OWN,
    PINNED,
    POOL_TIMEOUT,
    PRIMARY_ONLY,
    READS_NEARBY,
    SHARED_REST,
    TAKES_FALLBACK,
    TAKES_READS,
    TAKES_WRITES,
    TO_ITS_HOME,
    TOO_MANY_CONNECTIONS,
    WRITE,
    WRITES_NEARBY,
    constants,
)
from app.kinds.database.multi import home_of

(POOL_LOOK,) = constants(1)
"""What is due at a web server besides the end of a call: somebody may have waited long enough."""
_LOOK_AGAIN_NS = 100_000_000


@cold
def call_with_care(w: Any, n: int, s: int, t: int) -> None:
    """Call a database: once there is a connection for it, if they are counted."""
    node = w.nodes[n]
    if w.slots[s].holds & HOLDS_CONNECTION:  # one more round trip of the same request
        drop_connection(w, s)
    elif node.pool > 0:
        if node.pool_used >= node.pool:
            _wait_for_connection(w, n, s, t)
            return
        node.pool_used += 1
        node.pool_taken += 1
        w.slots[s].holds |= HOLDS_CONNECTION
    _call(w, n, s, t)


@cold
def _call(w: Any, n: int, s: int, t: int) -> None:
    """Call a database through its circuit breaker, and for no longer than the timeout."""
    writes = w.slots[s].purpose == WRITE
    e = _choose_to_write(w, n, s) if writes else _choose_to_read(w, n, s, t)
    if e < 0:
        wanted = TAKES_WRITES if writes else TAKES_READS | TAKES_FALLBACK
        fail(w, s, n, CIRCUIT_OPEN if is_shut(w, n, wanted) else NO_DATABASE)
        return
    if not can_connect(w, e):
        not_reached(w, s, n, e)
        return
    if not _has_room(w, s, e):
        fail(w, s, int64(w.edges[e].node), TOO_MANY_CONNECTIONS)
        return
    if w.nodes[n].data_timeout > 0:
        at = t + w.nodes[n].data_timeout
        schedule(w, at, event_of(ATTEMPT, int64(w.slots[s].ticket), s))
    send(w, s, e, t)


@cold
def _closed(w: Any, n: int, s: int, wanted: int) -> int:
    return choose_closed(w, n, s, wanted) if w.nodes[n].breaker > 0 else choose(w, n, wanted)


@cold
def _choose_to_write(w: Any, n: int, s: int) -> int:
    """The edge to a primary that takes writes: in turn, the nearest, or the home of the key."""
    node = w.nodes[n]
    home = int64(NOWHERE)
    if node.writing == TO_ITS_HOME:
        for k in range(node.first_edge, node.first_edge + node.edge_count):
            if w.edges[k].open & TAKES_WRITES and home < 0:
                home = home_of(w, s, int64(w.edges[k].node))
    if node.writing == WRITES_NEARBY or home >= 0:
        return _best(w, n, s, TAKES_WRITES, node.writing == WRITES_NEARBY, home)
    return _closed(w, n, s, TAKES_WRITES)


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
        if edge.open & wanted and (least < 0 or edge.rank < least):
            least = int64(edge.rank)
    for k in range(node.first_edge, node.first_edge + node.edge_count):
        edge = w.edges[k]
        edge.passed = edge.open & wanted if edge.rank > least else 0
        edge.open &= ~edge.passed
    e = _closed(w, n, s, wanted)
    for k in range(node.first_edge, node.first_edge + node.edge_count):
        w.edges[k].open |= w.edges[k].passed
        w.edges[k].passed = 0
    return e


@cold
def _choose_to_read(w: Any, n: int, s: int, t: int) -> int:
    """The edge to a database that reads: a replica in turn or the least behind; the primary for
    those who have just written, for everybody, or where no replica takes reads.
    """
    node = w.nodes[n]
    pinned = node.routing == PINNED and w.slots[s].traced & OWN
    if node.routing == PRIMARY_ONLY or (pinned and t - w.own_writes[s].told_at <= node.pin):
        return _closed(w, n, s, TAKES_FALLBACK)
    e = int64(-1)
    if node.routing == LEAST_LAG or node.routing == READS_NEARBY:
        e = _best(w, n, s, TAKES_READS, node.routing == READS_NEARBY, int64(NOWHERE))
    if e < 0:
        e = _closed(w, n, s, TAKES_READS)
    if e < 0 and node.no_fallback == 0:
        e = _closed(w, n, s, TAKES_FALLBACK)
    return e


@cold
def _has_room(w: Any, s: int, e: int) -> bool:
    """Whether the database at the end of an edge has a connection for this caller, which it then
    takes.
    """
    edge = w.edges[e]
    if edge.allowed == SHARED_REST:
        target = w.nodes[edge.node]
        if target.pool_used >= target.pool:
            return False
        target.pool_used += 1
        w.slots[s].holds |= HOLDS_CONNECTION
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
    slot.due = t
    node.pool_head = line_up(w, s, int64(node.pool_head), int64(node.pool_tail))
    node.pool_tail = s
    node.pool_length += 1
    if not node.pool_timing:
        _look_at(w, n, t + node.pool_wait)


@cold
def _look_at(w: Any, n: int, at: int) -> None:
    w.nodes[n].pool_timing = 1
    epoch = (int64(w.nodes[n].epoch) & EPOCH_MASK) << EPOCH_SHIFT
    schedule(w, at, event_of(DUE, n, POOL_LOOK | epoch))


@cold
def _next_waiting(w: Any, n: int) -> int:
    node = w.nodes[n]
    s = int64(node.pool_head)
    node.pool_head = w.slots[s].follower
    node.pool_length -= 1
    return s


@cold
def serve_pool(w: Any, n: int, t: int) -> None:
    """Whoever waits for a connection gets one, in order, while there are any."""
    node = w.nodes[n]
    while node.pool_head >= 0 and (node.pool_used < node.pool or node.pool == 0):
        s = _next_waiting(w, n)
        slot = w.slots[s]
        if slot.abandoned and slot.holds & ORPHAN:
            fail(w, s, n, POOL_TIMEOUT)
            continue
        if node.pool > 0:
            node.pool_used += 1
            slot.holds |= HOLDS_CONNECTION
        node.pool_taken += 1
        node.pool_waited += 1
        node.pool_wait_ns += t - slot.due
        _call(w, n, s, t)


@cold
def pool_due(w: Any, n: int, what: int, t: int) -> None:
    """A connection is back, or whoever has waited longest for one has done so for too long."""
    node = w.nodes[n]
    if what >> EPOCH_SHIFT != int64(node.epoch) & EPOCH_MASK:
        return
    if what & POOL_LOOK == CONNECTION_FREE:
        node.pool_used = max(node.pool_used - 1, 0)
    elif node.up:
        node.pool_timing = 0
        while node.pool_head >= 0 and t - w.slots[node.pool_head].due >= node.pool_wait:
            fail(w, _next_waiting(w, n), n, POOL_TIMEOUT)
        if node.pool_head >= 0:
            _look_at(w, n, w.slots[node.pool_head].due + node.pool_wait)
    else:
        _look_at(w, n, t + _LOOK_AGAIN_NS)
    if node.up:
        serve_pool(w, n, t)


@cold
def crashed(w: Any, n: int) -> None:
    """A web server dies: whoever waits in it fails, and its workers and connections are gone. What
    they waited for comes back to nobody.
    """
    node = w.nodes[n]
    while node.pool_head >= 0:
        fail(w, _next_waiting(w, n), n, LOST_IN_CRASH)
    for s in range(w.control[0].slots_room):
        slot = w.slots[s]
        if slot.web == n and slot.holds & (HOLDS_WORKER | HOLDS_CONNECTION):
            if slot.holds & HOLDS_CONNECTION:
                drop_connection(w, s)
            slot.holds &= ~(HOLDS_WORKER | HOLDS_CONNECTION)
    node.in_hand = 0
    node.pool_used = 0
    node.pool_timing = 0
