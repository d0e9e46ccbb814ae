"""Attempts of a managed balancer: limits, a queue, timeouts and retries around the choice.

A retry chooses again by the balancer's own algorithm and from what it believes at that moment. It
may well pick the server that has just refused (as Envoy's does by default), unless the balancer
looks for another one: HAProxy's redispatch does at once, and comes back to the same one only where
no other has room. A hash or a cookie is kept until the last retry (haproxy 2.6,
``back_handle_st_cer`` and ``srvtoavoid``).
"""

from typing import Any

from app.kernel.counters import failed_hop, incident
from app.kernel.events.event_queue import event_of, expect_timeout, schedule
from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.network.link import can_connect, send
from app.kernel.network.message_faults import is_hanging
from app.kernel.requests.attempts import crashed_since_sent, delay_to_client, may_retry_at_balancer
from app.kernel.requests.request import end_attempt, fail, fail_unreachable
from app.kernel.resilience.outlier_detection import record_outcome
from app.kernel.slots.held_resources import end_reply_timer, release, start_reply_timer
from app.kernel.slots.slots import append_to_queue, clone_slot, release_slot
from app.kernel.state.codes.choices import Algorithm, Redispatch
from app.kernel.state.codes.events import TICKET_MASK, EventType
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.codes.nodes import Routable
from app.kernel.state.codes.requests import Moves, Outcome, Phase, RequestFlag, SlotFlag
from app.kernel.state.constants import LOOK_AGAIN_NS, NOWHERE
from app.kernel.stations.station import SHED_QUIET_NS
from app.kinds.load_balancer.behaviour.algorithms import choose_server

_SLOTS_KEPT = 2


@cold
def dispatch(w: Any, n: int, s: int, t: int) -> None:
    """Send a request to a server, or let it wait here while every server has all it may have."""
    _dispatch(w, n, s, NOWHERE, t)


@cold
def _dispatch(w: Any, n: int, s: int, avoided: int, t: int) -> None:
    """Send a request to a server, to the one behind edge `avoided` only if no other has room."""
    slot = w.slots[s]
    if slot.orphaned_work:
        fail(w, s, n, Outcome.NO_SERVER)
        return
    balancer = w.balancers[w.nodes[n].row]
    e = _choose(w, n, s, avoided)
    if e < 0 and avoided >= 0:
        e = _choose(w, n, s, NOWHERE)
    if e >= 0:
        _send(w, n, s, e, t)
    elif balancer.max_connections > 0 and _any_usable(w, n):
        _enqueue(w, n, s, t)
    else:
        fail(w, s, n, Outcome.NO_SERVER)


@cold
def _any_usable(w: Any, n: int) -> bool:
    return _count_usable(w, n) > 0


@cold
def _count_usable(w: Any, n: int) -> int:
    node, count = w.nodes[n], int64(0)
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        count += 1 if w.edges[e].routable & Routable.READS else 0
    return count


@cold
def _choose(w: Any, n: int, s: int, avoided: int) -> int:
    if avoided >= 0 or w.balancers[w.nodes[n].row].max_connections > 0:
        return _choose_with_room(w, n, s, avoided)
    return choose_server(w, n, s)


@cold
def _choose_with_room(w: Any, n: int, s: int, avoided: int) -> int:
    """Choose among the servers, but for one that is avoided, that have fewer connections than they
    may have.
    """
    node = w.nodes[n]
    most = w.balancers[node.row].max_connections
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        edge = w.edges[e]
        has_room = e != avoided and (most == 0 or edge.connections < most)
        edge.full = 0 if has_room else edge.routable & Routable.READS
        edge.routable &= ~edge.full
    chosen = choose_server(w, n, s)
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        w.edges[e].routable |= w.edges[e].full
        w.edges[e].full = 0
    return chosen


@hot
def track(w: Any, n: int, s: int, e: int, t: int) -> None:
    """Count a request's connection to the server at the end of `e`, and begin its timeout."""
    slot = w.slots[s]
    if slot.server_edge < 0:  # some algorithms have counted it already
        slot.server_edge = e
        w.edges[e].connections += 1
    slot.sent_at = t
    if w.balancers[w.nodes[n].row].response_timeout > 0:
        start_reply_timer(w, n, s, t)


@cold
def _send(w: Any, n: int, s: int, e: int, t: int) -> None:
    slot = w.slots[s]
    slot.phase = Phase.FORWARD
    if not can_connect(w, e):
        fail_unreachable(w, s, n, e)
        return
    track(w, n, s, e, t)
    send(w, s, e, t)


@cold
def _enqueue(w: Any, n: int, s: int, t: int) -> None:
    node, slot = w.nodes[n], w.slots[s]
    balancer = w.balancers[node.row]
    if balancer.queue_max > 0 and balancer.queue_length >= balancer.queue_max:
        if t - node.shed_at > SHED_QUIET_NS or node.shed_at == 0:
            incident(w, IncidentCode.SHEDDING, n, NOWHERE, float(balancer.queue_max))
        node.shed_at = t
        fail(w, s, n, Outcome.QUEUE_FULL)
        return
    slot.waiting_since = t
    slot.node = n
    first, last = int64(balancer.queue_head), int64(balancer.queue_tail)
    balancer.queue_head = append_to_queue(w, s, first, last)
    balancer.queue_tail = s
    balancer.queue_length += 1
    if balancer.queue_timeout > 0:
        at = t + balancer.queue_timeout
        schedule(w, at, event_of(EventType.ATTEMPT, int64(slot.ticket), s))


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
    balancer.wake_scheduled = 0
    while balancer.queue_head >= 0:
        s = int64(balancer.queue_head)
        slot = w.slots[s]
        if slot.orphaned_work and slot.slot_flags & SlotFlag.ORPHANED:
            fail(w, _next_waiting(w, n), n, Outcome.NO_SERVER)
            continue
        e = _choose(w, n, s, NOWHERE)
        if e < 0:
            return
        _send(w, n, _next_waiting(w, n), e, t)


@cold
def retry_after_rejection(w: Any, n: int, s: int, t: int) -> None:
    """Try again after an attempt whose failure the balancer has heard of."""
    slot = w.slots[s]
    if slot.orphaned_work or not w.nodes[n].up or crashed_since_sent(w, s):
        slot.phase = Phase.FORWARD
        fail(w, s, n, Outcome.LOST_IN_CRASH)
        return
    _try_again(w, n, s, t)


@cold
def _try_again(w: Any, n: int, s: int, t: int) -> None:
    slot, node = w.slots[s], w.nodes[n]
    balancer = w.balancers[node.row]
    before = int64(slot.server_edge)
    release(w, s)
    slot.tries += 1
    slot.ticket = (slot.ticket + 1) & TICKET_MASK  # what was timed about this attempt is void
    slot.web = slot.edge = -1
    slot.phase = Phase.FORWARD
    slot.return_delay = delay_to_client(w, s)
    slot.epoch = w.nodes[w.sources[slot.source].node].epoch + node.epoch
    last = slot.tries >= balancer.retries
    if balancer.redispatch == Redispatch.ANOTHER and (last or _may_change_server(w, n)):
        _dispatch(w, n, s, before, t)
        return
    if balancer.redispatch == Redispatch.OTHER or (balancer.redispatch == Redispatch.LAST and last):
        dispatch(w, n, s, t)
        return
    slot.phase = Phase.SUSPENDED
    slot.edge = before
    at = t + balancer.retry_wait
    schedule(w, at, event_of(EventType.ATTEMPT, int64(slot.ticket), s))


@cold
def _may_change_server(w: Any, n: int) -> bool:
    """Return whether any server will do as well as any other, and there are several."""
    node = w.nodes[n]
    hashed = node.algorithm == Algorithm.SOURCE_HASH or node.algorithm == Algorithm.CONSISTENT_HASH
    return not hashed and not node.sticky and _count_usable(w, n) > 1


@cold
def connection_free(w: Any, n: int, t: int) -> None:
    """Give a free connection of balancer `n` to whoever waits for one."""
    if w.nodes[n].up:
        _serve_queue(w, n, t)
    else:
        w.balancers[w.nodes[n].row].wake_scheduled = 0


@cold
def attempt_timer(w: Any, n: int, s: int, t: int) -> None:
    """Time out a request that has waited here, or for a server's connection, for as long as it
    may.
    """
    slot = w.slots[s]
    if slot.phase != Phase.SUSPENDED:
        if slot.phase == Phase.FORWARD and w.balancers[w.nodes[n].row].queue_head == s:
            fail(w, _next_waiting(w, n), n, Outcome.QUEUE_TIMEOUT)
    elif slot.server_edge >= 0:
        _attempt_times_out(w, n, s, Outcome.CONNECT_TIMEOUT, True, t)
    elif not w.nodes[n].up or w.nodes[n].down_since >= slot.sent_at:
        fail(w, s, n, Outcome.LOST_IN_CRASH)
    else:
        slot.phase = Phase.FORWARD
        e = int64(slot.edge)
        if e >= 0 and w.balancers[w.nodes[n].row].max_connections == 0:
            _send(w, n, s, e, t)
        else:
            dispatch(w, n, s, t)


@cold
def response_times_out(w: Any, row: int, t: int) -> None:
    """Time out the request that has waited longest for its answer."""
    s = int64(w.balancers[row].sent_head)
    if is_hanging(w, int64(w.balancers[row].node)):
        w.reply_by[row] = t + LOOK_AGAIN_NS
        expect_timeout(w, w.reply_by[row])
        return
    if w.slots[s].phase == Phase.REJECTION or crashed_since_sent(w, s):
        end_reply_timer(w, s)
        return
    _attempt_times_out(w, int64(w.balancers[row].node), s, Outcome.GATEWAY_TIMEOUT, False, t)


@cold
def _attempt_times_out(w: Any, n: int, s: int, outcome: int, connecting: bool, t: int) -> None:
    """Give up an attempt at the balancer; a server that has the request goes on with it."""
    server, front = n, int64(w.slots[s].server_edge)
    if front >= 0:  # an edit may have taken the link away
        server = int64(w.edges[front].node)
        w.edges[front].failed += 1
        record_outcome(w, front, True, t)
    again = may_retry_at_balancer(w, s, connecting, True) and w.control[0].free_count > _SLOTS_KEPT
    w.nodes[server].retried += 1 if again else 0
    if w.slots[s].orphaned_work:
        release(w, s)
        if w.slots[s].phase == Phase.SUSPENDED:
            w.control[0].orphaned_work -= 1
            release_slot(w, s)
        return
    if w.slots[s].phase != Phase.SUSPENDED:
        s = _clone_attempt(w, n, s)
    if again and w.slots[s].request_flags & RequestFlag.SAMPLED:
        failed_hop(w, s, server, outcome, 0)
    if again:
        _try_again(w, n, s, t)
        return
    back = delay_to_client(w, s)
    w.slots[s].edge = -1  # its failure is counted
    end_attempt(w, s, server, outcome, back)


@cold
def _clone_attempt(w: Any, n: int, s: int) -> int:
    """Move the request to another slot; what the server has of it is orphaned."""
    b = clone_slot(w, s, Moves.SERVER_CONNECTION)
    w.slots[b].phase = Phase.SUSPENDED
    if w.nodes[n].cancels:
        w.slots[s].slot_flags |= SlotFlag.ORPHANED
    return b


@cold
def lose_attempts(w: Any, n: int) -> None:
    """Fail the requests that wait in a balancer whose process is gone. Its connections to servers
    are gone with it, and whatever it timed.
    """
    if w.nodes[n].row < 0:
        return
    while w.balancers[w.nodes[n].row].queue_head >= 0:
        s = _next_waiting(w, n)
        fail(w, s, n, Outcome.LOST_IN_CRASH)
    for s in range(w.control[0].slots_room):
        slot = w.slots[s]
        if slot.slot_flags & SlotFlag.RESPONSE_TIMER and slot.balancer == n:
            end_reply_timer(w, s)
        if slot.server_edge >= 0 and w.edges[slot.server_edge].owner == n:
            w.edges[slot.server_edge].connections -= 1
            slot.server_edge = -1
