"""Connections: round trips before a request sets out, refusals, silence, and the next address.

TCP takes one round trip and TLS 1.3 another (domain.md A6). A refusal is heard after one; from
whoever does not answer nothing is heard, until the connect timeout.
"""

from typing import Any

from app.kernel.events.event_queue import event_of, schedule
from app.kernel.jit.decorators import cold, int64
from app.kernel.network.address_lists import next_of_list
from app.kernel.network.link import can_connect, send, travel
from app.kernel.network.message_faults import is_hanging, late, passes_backward, passes_forward
from app.kernel.network.virtual_ips import holder_of
from app.kernel.random_draws import U, mixed, unit
from app.kernel.requests.request import count_failed_attempt, end_attempt, fail
from app.kernel.state.codes.events import TICKET_MASK, EventType
from app.kernel.state.codes.requests import Outcome, Phase, RequestFlag
from app.kernel.state.constants import FAULTY_LINE, NEVER, NOWHERE

_REUSE_SALT = U(0x1D8E4E27C47D124F)


@cold
def open_connection(w: Any, row: int, s: int, e: int, t: int) -> None:
    """Send a request by an open connection, or open one to the end of edge `e` first."""
    source, slot, edge = w.sources[row], w.slots[s], w.edges[e]
    slot.web = -1
    slot.return_delay = 0
    slot.edge = e
    again = slot.phase == Phase.REJECTION or slot.phase == Phase.SUSPENDED
    connected = slot.request_flags & RequestFlag.CONNECTED and slot.attempts == 0
    if not again and (connected or unit(mixed(slot.key ^ _REUSE_SALT)) < source.reuse):
        slot.phase = Phase.FORWARD
        send(w, s, e, t)
        return
    slot.phase = Phase.CONNECT
    slot.return_delay = edge.delay
    delay = int64(edge.delay)
    if edge.loss > 0.0:
        more = late(w, edge.loss, slot.key, t)
        delay = delay + more if more < NEVER else int64(NEVER)
    if not passes_forward(w, e) or 2 * edge.delay > source.connect_timeout or delay >= NEVER:
        _await_connect_timeout(w, s, t)
        return
    line = (
        int64(edge.delay_line) if edge.delay_line != FAULTY_LINE else int64(NOWHERE)
    )  # this knows already
    travel(w, s, line, delay, int64(source.node), t)


@cold
def _await_connect_timeout(w: Any, s: int, since: int) -> None:
    """Schedule the connect timeout: nothing comes back from an address."""
    slot = w.slots[s]
    slot.phase = Phase.SUSPENDED
    slot.return_delay = 0
    slot.connect_until = max(since + w.sources[slot.source].connect_timeout, w.control[0].now)
    schedule(
        w,
        slot.connect_until,
        event_of(EventType.CONNECT_TIMEOUT, int64(slot.ticket & TICKET_MASK), s),
    )


@cold
def connecting_ends(w: Any, s: int, ticket: int, t: int) -> None:
    """Time out a connection that is being opened, if the request still waits for it."""
    slot = w.slots[s]
    if slot.ticket & TICKET_MASK != ticket or slot.phase != Phase.SUSPENDED:
        return
    if slot.edge < 0 or slot.connect_until != t:
        return
    _try_next_address(w, s, Outcome.CONNECT_TIMEOUT, t)


@cold
def back_at_client(w: Any, s: int, t: int) -> None:
    """Go on with a request that waited at its client: for a connection, or for its answer."""
    slot = w.slots[s]
    node = int64(w.sources[slot.source].node)
    if slot.orphaned_work or w.nodes[node].epoch != slot.epoch:
        fail(w, s, node, Outcome.LOST_IN_CRASH)
    elif slot.edge < 0:  # an edit has taken the link away
        fail(w, s, node, Outcome.UNREACHABLE)
    elif slot.phase == Phase.CONNECT:
        _receive_syn(w, s, t)
    elif slot.phase == Phase.CONNECT_ANSWER:
        slot.phase = Phase.FORWARD
        slot.return_delay = 0
        send(w, s, int64(slot.edge), t)
    else:
        _try_next_address(w, s, Outcome.REFUSED, t)


@cold
def _receive_syn(w: Any, s: int, t: int) -> None:
    """Answer a request to connect (SYN) that has reached its address."""
    slot = w.slots[s]
    e = int64(slot.edge)
    edge, source = w.edges[e], w.sources[slot.source]
    n = holder_of(w, int64(edge.node))
    since = t - int64(edge.delay)
    if n < 0 or not passes_backward(w, e):
        _await_connect_timeout(w, s, since)
        return
    if is_hanging(w, n):
        if w.nodes[n].queue_length >= w.nodes[n].queue_limit:  # the backlog is full
            _await_connect_timeout(w, s, since)
            return
    elif not w.nodes[n].up:
        fail(w, s, n, Outcome.REFUSED)
        return
    slot.phase = Phase.CONNECT_ANSWER
    left = (2 * source.round_trips - 1) * edge.delay
    travel(w, s, int64(NOWHERE), int64(left), int64(source.node), t)


@cold
def _try_next_address(w: Any, s: int, outcome: int, t: int) -> None:
    """Try the next address after a refusal or timeout, if the client does that; else fail."""
    slot = w.slots[s]
    row, node = int64(slot.source), int64(w.sources[slot.source].node)
    refused = int64(w.edges[slot.edge].node)
    where = refused if outcome == Outcome.REFUSED else node
    slot.return_delay = 0
    e = _next_edge(w, s, refused) if w.sources[row].next_address else int64(NOWHERE)
    if e < 0:
        end_attempt(w, s, where, outcome, int64(0))
        return
    count_failed_attempt(w, s, where, outcome)
    slot.balancer = -1
    if w.sources[row].connects:
        open_connection(w, row, s, e, t)
    else:
        slot.phase = Phase.FORWARD
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
            current = _next_drawn(w, node, current, int64(slot.first_address))
        else:
            cache = int64(source.cache_first + int64(slot.resolver) % int64(source.cache_count))
            current = next_of_list(w, cache, current, int64(slot.first_address))
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
