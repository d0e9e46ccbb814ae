"""Connections: round trips before a request sets out, refusals, silence, and the next address.

TCP takes one round trip and TLS 1.3 another (domain.md A6). A refusal is heard after one; from
whoever does not answer nothing is heard, until the connect timeout.
"""

from typing import Any

from app.engine.kernel.agenda import RESOLVE, TICKET_MASK, event_of, schedule
from app.engine.kernel.draw import U, mixed, unit
from app.engine.kernel.faulty import comes_back, gets_through, hangs, late
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.link import can_connect, send, wait_on_line
from app.engine.kernel.request import attempt_over, count_attempt, fail
from app.engine.records import (
    BAD_LINE,
    BOUNCE,
    CONNECT_TIMEOUT,
    CONNECTED,
    KNOCK,
    LIMBO,
    LOST_IN_CRASH,
    NEVER,
    NOWHERE,
    OPENED,
    REFUSED,
    TRAVEL,
    UNREACHABLE,
)
from app.kinds.client.lists import next_of_list
from app.kinds.load_balancer.vrrp import holder_of

_REUSE_SALT = U(0x1D8E4E27C47D124F)


@cold
def open_connection(w: Any, row: int, s: int, e: int, t: int) -> None:
    """A request finds an open connection, or knocks: is there anybody at the end of edge `e`?"""
    source, slot, edge = w.sources[row], w.slots[s], w.edges[e]
    slot.web = -1
    slot.back = 0
    slot.edge = e
    again = slot.phase == BOUNCE or slot.phase == LIMBO
    connected = slot.traced & CONNECTED and slot.attempts == 0
    if not again and (connected or unit(mixed(slot.key ^ _REUSE_SALT)) < source.reuse):
        slot.phase = TRAVEL
        send(w, s, e, t)
        return
    slot.phase = KNOCK
    slot.back = edge.delay
    delay = int64(edge.delay)
    if edge.loss > 0.0:
        more = late(w, edge.loss, slot.key, t)
        delay = delay + more if more < NEVER else int64(NEVER)
    if not gets_through(w, e) or 2 * edge.delay > source.connect_timeout or delay >= NEVER:
        _wait_in_vain(w, s, t)
        return
    line = int64(edge.line) if edge.line != BAD_LINE else int64(NOWHERE)  # this knows already
    wait_on_line(w, s, line, delay, int64(source.node), t)


@cold
def _wait_in_vain(w: Any, s: int, since: int) -> None:
    """Nothing comes back from an address; that shows when the connect timeout ends."""
    slot = w.slots[s]
    slot.phase = LIMBO
    slot.back = 0
    slot.due = max(since + w.sources[slot.source].connect_timeout, w.control[0].now)
    schedule(w, slot.due, event_of(RESOLVE, int64(slot.ticket & TICKET_MASK), s))


@cold
def connecting_ends(w: Any, s: int, ticket: int, t: int) -> None:
    """A connect timeout ends: if the request still waits for that connection, it goes on."""
    slot = w.slots[s]
    if slot.ticket & TICKET_MASK != ticket or slot.phase != LIMBO:
        return
    if slot.edge < 0 or slot.due != t:
        return
    _try_the_next(w, s, CONNECT_TIMEOUT, t)


@cold
def back_at_client(w: Any, s: int, t: int) -> None:
    """What a request waited for on its way to an address has happened."""
    slot = w.slots[s]
    node = int64(w.sources[slot.source].node)
    if slot.abandoned or w.nodes[node].epoch != slot.epoch:
        fail(w, s, node, LOST_IN_CRASH)
    elif slot.edge < 0:  # an edit has taken the link away
        fail(w, s, node, UNREACHABLE)
    elif slot.phase == KNOCK:
        _knock(w, s, t)
    elif slot.phase == OPENED:
        slot.phase = TRAVEL
        slot.back = 0
        send(w, s, int64(slot.edge), t)
    else:
        _try_the_next(w, s, REFUSED, t)


@cold
def _knock(w: Any, s: int, t: int) -> None:
    """A request to connect has reached the address, while the client waits."""
    slot = w.slots[s]
    e = int64(slot.edge)
    edge, source = w.edges[e], w.sources[slot.source]
    n = holder_of(w, int64(edge.node))
    since = t - int64(edge.delay)
    if n < 0 or not comes_back(w, e):
        _wait_in_vain(w, s, since)
        return
    if hangs(w, n):
        if w.nodes[n].queue_length >= w.nodes[n].queue_limit:  # the backlog is full
            _wait_in_vain(w, s, since)
            return
    elif not w.nodes[n].up:
        fail(w, s, n, REFUSED)
        return
    slot.phase = OPENED
    left = (2 * source.round_trips - 1) * edge.delay
    wait_on_line(w, s, int64(NOWHERE), int64(left), int64(source.node), t)


@cold
def _try_the_next(w: Any, s: int, outcome: int, t: int) -> None:
    """An address does not want a request: the next one gets it, if the client tries that."""
    slot = w.slots[s]
    row, node = int64(slot.source), int64(w.sources[slot.source].node)
    refused = int64(w.edges[slot.edge].node)
    where = refused if outcome == REFUSED else node
    slot.back = 0
    e = _next_edge(w, s, refused) if w.sources[row].next_address else int64(NOWHERE)
    if e < 0:
        attempt_over(w, s, where, outcome, int64(0))
        return
    count_attempt(w, s, where, outcome)
    slot.balancer = -1
    if w.sources[row].connects:
        open_connection(w, row, s, e, t)
    else:
        slot.phase = TRAVEL
        send(w, s, e, t)


@cold
def _next_edge(w: Any, s: int, refused: int) -> int:
    """The edge to the address after the refused one that can be reached from here; -1 for none."""
    slot = w.slots[s]
    source = w.sources[slot.source]
    node = w.nodes[source.node]
    current = refused
    for _ in range(node.edge_count):
        if source.lookup_count == 0:
            current = _next_drawn(w, node, current, int64(slot.sent))
        else:
            cache = int64(source.cache_first + int64(slot.origin) % int64(source.cache_count))
            current = next_of_list(w, cache, current, int64(slot.sent))
        if current < 0:
            return int64(NOWHERE)
        for e in range(node.first_edge, node.first_edge + node.edge_count):
            if w.edges[e].node == current and can_connect(w, e):
                return int64(e)
    return int64(NOWHERE)


@cold
def _next_drawn(w: Any, node: Any, current: int, start: int) -> int:
    """Without a name server: the address that was drawn after this one, round to the first."""
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        if w.edges[e].node == current:
            after = e + 1 if e + 1 < node.first_edge + node.edge_count else node.first_edge
            found = int64(w.edges[after].node)
            return int64(NOWHERE) if found == start else found
    return int64(NOWHERE)
