"""What a managed balancer does around the choice of a server: limits, a queue, timeouts, retries.

A retry chooses again by the balancer's own algorithm and from what it believes at that moment: it
may well pick the server that has just refused (HAProxy's redispatch does the same).
"""

from typing import Any

from app.engine.incident import SHEDDING
from app.engine.kernel.agenda import ATTEMPT, TICKET_MASK, event_of, look_at, schedule
from app.engine.kernel.attempt import has_forgotten, may_try_again, way_to_client
from app.engine.kernel.faulty import hangs
from app.engine.kernel.hold import ABORT, WAKE, end_reply_timer, let_go, start_reply_timer
from app.engine.kernel.jit import cold, hot, int64
from app.engine.kernel.link import can_connect, send
from app.engine.kernel.outlier import note_outcome
from app.engine.kernel.request import attempt_over, fail, not_reached
from app.engine.kernel.slot import MOVES_FRONT, line_up, release_slot, twin
from app.engine.kernel.station import SHED_QUIET_NS, abort
from app.engine.kernel.tally import failed_hop, incident
from app.engine.records import (
    ANOTHER_AT_LAST,
    ANOTHER_SERVER,
    BOUNCE,
    CONNECT_TIMEOUT,
    GATEWAY_TIMEOUT,
    LIMBO,
    LOST_IN_CRASH,
    NO_SERVER,
    NOWHERE,
    ORPHAN,
    QUEUE_FULL,
    QUEUE_TIMEOUT,
    SAMPLED,
    TAKES_READS,
    TRAVEL,
)
from app.kinds.load_balancer.choosing import choose_server
from app.kinds.web_server.behaviour import call_overdue

_SLOTS_KEPT = 2
_LOOK_AGAIN_NS = 100_000_000
"""A process that hangs looks at its timers when it goes on; until then, one looks for it."""


@cold
def dispatch(w: Any, n: int, s: int, t: int) -> None:
    """Send a request to a server, or let it wait here while every server has all it may have."""
    slot = w.slots[s]
    if slot.abandoned:
        fail(w, s, n, NO_SERVER)
        return
    balancer = w.balancers[w.nodes[n].row]
    e = _choose(w, n, s)
    if e >= 0:
        _send(w, n, s, e, t)
    elif balancer.max_connections > 0 and _any_usable(w, n):
        _wait_here(w, n, s, t)
    else:
        fail(w, s, n, NO_SERVER)


@cold
def _any_usable(w: Any, n: int) -> bool:
    node = w.nodes[n]
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        if w.edges[e].open & TAKES_READS:
            return True
    return False


@cold
def _choose(w: Any, n: int, s: int) -> int:
    if w.balancers[w.nodes[n].row].max_connections > 0:
        return _choose_below_limit(w, n, s)
    return choose_server(w, n, s)


@cold
def _choose_below_limit(w: Any, n: int, s: int) -> int:
    """Choose among the servers that have fewer connections than they may have."""
    node = w.nodes[n]
    most = w.balancers[node.row].max_connections
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        edge = w.edges[e]
        edge.full = edge.open & TAKES_READS if edge.waiting >= most else 0
        edge.open &= ~edge.full
    chosen = choose_server(w, n, s)
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        w.edges[e].open |= w.edges[e].full
        w.edges[e].full = 0
    return chosen


@hot
def follow(w: Any, n: int, s: int, e: int, t: int) -> None:
    """Count a request's connection to the server at the end of `e`, and begin its timeout."""
    slot = w.slots[s]
    if slot.front < 0:  # some algorithms have counted it already
        slot.front = e
        w.edges[e].waiting += 1
    slot.sent = t
    if w.balancers[w.nodes[n].row].response_timeout > 0:
        start_reply_timer(w, n, s, t)


@cold
def _send(w: Any, n: int, s: int, e: int, t: int) -> None:
    slot = w.slots[s]
    slot.phase = TRAVEL
    if not can_connect(w, e):
        not_reached(w, s, n, e)
        return
    follow(w, n, s, e, t)
    send(w, s, e, t)


@cold
def _wait_here(w: Any, n: int, s: int, t: int) -> None:
    node, slot = w.nodes[n], w.slots[s]
    balancer = w.balancers[node.row]
    if balancer.queue_max > 0 and balancer.queue_length >= balancer.queue_max:
        if t - node.shed_at > SHED_QUIET_NS or node.shed_at == 0:
            incident(w, SHEDDING, n, NOWHERE, float(balancer.queue_max))
        node.shed_at = t
        fail(w, s, n, QUEUE_FULL)
        return
    slot.due = t
    slot.node = n
    first, last = int64(balancer.queue_head), int64(balancer.queue_tail)
    balancer.queue_head = line_up(w, s, first, last)
    balancer.queue_tail = s
    balancer.queue_length += 1
    if balancer.queue_timeout > 0:
        at = t + balancer.queue_timeout
        schedule(w, at, event_of(ATTEMPT, int64(slot.ticket), s))


@cold
def _next_waiting(w: Any, n: int) -> int:
    balancer = w.balancers[w.nodes[n].row]
    s = int64(balancer.queue_head)
    balancer.queue_head = w.slots[s].follower
    balancer.queue_length -= 1
    w.slots[s].ticket = (w.slots[s].ticket + 1) & TICKET_MASK  # its queue timeout is void
    return s


@cold
def _serve_queue(w: Any, n: int, t: int) -> None:
    """Send those who wait, in order, while a server may have more."""
    balancer = w.balancers[w.nodes[n].row]
    balancer.woken = 0
    while balancer.queue_head >= 0:
        s = int64(balancer.queue_head)
        slot = w.slots[s]
        if slot.abandoned and slot.holds & ORPHAN:
            fail(w, _next_waiting(w, n), n, NO_SERVER)
            continue
        e = _choose(w, n, s)
        if e < 0:
            return
        _send(w, n, _next_waiting(w, n), e, t)


@cold
def came_back(w: Any, n: int, s: int, t: int) -> None:
    """The news that an attempt failed is back at the balancer, which tries again."""
    slot = w.slots[s]
    if slot.abandoned or not w.nodes[n].up or has_forgotten(w, s):
        slot.phase = TRAVEL
        fail(w, s, n, LOST_IN_CRASH)
        return
    _try_again(w, n, s, t)


@cold
def _try_again(w: Any, n: int, s: int, t: int) -> None:
    slot, node = w.slots[s], w.nodes[n]
    balancer = w.balancers[node.row]
    before = int64(slot.front)
    let_go(w, s)
    slot.tries += 1
    slot.ticket = (slot.ticket + 1) & TICKET_MASK  # what was timed about this attempt is void
    slot.web = slot.edge = -1
    slot.phase = TRAVEL
    slot.back = way_to_client(w, s)
    slot.epoch = w.nodes[w.sources[slot.source].node].epoch + node.epoch
    last = slot.tries >= balancer.retries
    if balancer.redispatch == ANOTHER_SERVER or (balancer.redispatch == ANOTHER_AT_LAST and last):
        dispatch(w, n, s, t)
        return
    slot.phase = LIMBO
    slot.edge = before
    at = t + balancer.retry_wait
    schedule(w, at, event_of(ATTEMPT, int64(slot.ticket), s))


@cold
def attempt_event(w: Any, ticket: int, who: int, t: int) -> None:
    """A connection is free, or a request has waited for something for as long as it may."""
    if ticket == WAKE:
        if w.nodes[who].up:
            _serve_queue(w, who, t)
        else:
            w.balancers[w.nodes[who].row].woken = 0
        return
    if ticket == ABORT:
        abort(w, who, t)
        return
    slot = w.slots[who]
    if slot.ticket != ticket:
        return
    if hangs(w, int64(slot.web if slot.web >= 0 else slot.balancer)):
        schedule(w, t + _LOOK_AGAIN_NS, event_of(ATTEMPT, ticket, who))
        return
    if slot.web >= 0:
        call_overdue(w, who)
        return
    n = int64(slot.balancer)
    if slot.phase != LIMBO:
        if slot.phase == TRAVEL and w.balancers[w.nodes[n].row].queue_head == who:
            fail(w, _next_waiting(w, n), n, QUEUE_TIMEOUT)
    elif slot.front >= 0:
        _no_answer(w, n, who, CONNECT_TIMEOUT, True, t)
    elif not w.nodes[n].up or w.nodes[n].down_since >= slot.sent:
        fail(w, who, n, LOST_IN_CRASH)
    else:
        slot.phase = TRAVEL
        e = int64(slot.edge)
        if e >= 0 and w.balancers[w.nodes[n].row].max_connections == 0:
            _send(w, n, who, e, t)
        else:
            dispatch(w, n, who, t)


@cold
def reply_overdue(w: Any, row: int, t: int) -> None:
    """The request that has waited longest for its answer has waited for too long."""
    s = int64(w.balancers[row].sent_head)
    if hangs(w, int64(w.balancers[row].node)):
        w.reply_by[row] = t + _LOOK_AGAIN_NS
        look_at(w, w.reply_by[row])
        return
    if w.slots[s].phase == BOUNCE or has_forgotten(w, s):
        end_reply_timer(w, s)
        return
    _no_answer(w, int64(w.balancers[row].node), s, GATEWAY_TIMEOUT, False, t)


@cold
def _no_answer(w: Any, n: int, s: int, outcome: int, connecting: bool, t: int) -> None:
    """The balancer gives up on an attempt; a server that has the request goes on with it."""
    server, front = n, int64(w.slots[s].front)
    if front >= 0:  # an edit may have taken the link away
        server = int64(w.edges[front].node)
        w.edges[front].failed += 1
        note_outcome(w, front, True, t)
    again = may_try_again(w, s, connecting) and w.control[0].free_count > _SLOTS_KEPT
    w.nodes[server].retried += 1 if again else 0
    if w.slots[s].abandoned:
        let_go(w, s)
        if w.slots[s].phase == LIMBO:
            w.control[0].zombies -= 1
            release_slot(w, s)
        return
    if w.slots[s].phase != LIMBO:
        s = _take_back(w, n, s)
    if again and w.slots[s].traced & SAMPLED:
        failed_hop(w, s, server, outcome, 0)
    if again:
        _try_again(w, n, s, t)
        return
    back = way_to_client(w, s)
    w.slots[s].edge = -1  # its failure is counted
    attempt_over(w, s, server, outcome, back)


@cold
def _take_back(w: Any, n: int, s: int) -> int:
    """The request goes on in another slot; what the server has is nobody's any more."""
    b = twin(w, s, MOVES_FRONT)
    w.slots[b].phase = LIMBO
    if w.nodes[n].cancels:
        w.slots[s].holds |= ORPHAN
    return b


@cold
def crashed(w: Any, n: int) -> None:
    """The balancer's process is gone, and with it those who waited in it."""
    if w.nodes[n].row < 0:
        return
    while w.balancers[w.nodes[n].row].queue_head >= 0:
        s = _next_waiting(w, n)
        fail(w, s, n, LOST_IN_CRASH)
