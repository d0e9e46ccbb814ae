"""A rate limiter: a token bucket that requests must take a token from to pass.

The bucket is one time: when it will be full if nobody takes any more. It is `burst` tokens less
what that is ahead, in token times (the generic cell rate algorithm, ITU-T I.371, annex A).
"""

from typing import Any

from app.kernel.counters import incident, record_visit
from app.kernel.events.event_queue import event_of, schedule
from app.kernel.jit.decorators import cold, int64
from app.kernel.network.link import can_connect, round_robin, send
from app.kernel.network.relays import pass_relay
from app.kernel.requests.request import fail, fail_unreachable
from app.kernel.state.codes.events import TICKET_MASK, EventType
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.codes.nodes import Routable
from app.kernel.state.codes.requests import Outcome, Purpose, SlotFlag
from app.kernel.state.constants import NOWHERE
from app.kernel.stations.station import SHED_QUIET_NS, dequeue, enqueue
from app.kernel.stations.unavailable_nodes import visit_unavailable


@cold
def arrive(w: Any, n: int, s: int, t: int) -> None:
    """A request takes a token and goes on, waits for one, or is refused."""
    node = w.nodes[n]
    if not node.up:
        if visit_unavailable(w, n, s, t, Outcome.REFUSED):
            pass_relay(w, n, s)
        return
    pass_relay(w, n, s)
    w.slots[s].arrives_at = t
    if node.queue_head < 0 and _wait_for_token(w, n, t) == 0:
        _pass(w, n, s, t)
    elif node.queues and _may_wait(w, n, t):
        enqueue(w, n, s)
        if node.queue_length == 1:
            _schedule_next(w, n, t)
    else:
        _refuse(w, n, s, t)


@cold
def finish(w: Any, n: int, s: int, t: int) -> None:
    """A rate limiter works on nothing."""


@cold
def crashed(w: Any, n: int, hung: int, t: int) -> None:
    """Stop letting requests go; those that waited are lost with it, unless it is only `hung`."""
    w.nodes[n].bucket_ticket = (w.nodes[n].bucket_ticket + 1) & TICKET_MASK


@cold
def healed(w: Any, n: int, hung: int, t: int) -> None:
    """Start with a full bucket; one that hung looks at what has come meanwhile."""
    node = w.nodes[n]
    if not hung:
        node.full_at = t
        return
    _serve_queue(w, n, t)
    while node.queue_head >= 0 and not node.queues:
        _refuse(w, n, dequeue(w, n, t), t)


@cold
def due(w: Any, event_type: int, n: int, subject: int, t: int) -> None:
    """The next token is there for who waits; or rate and burst are others now."""
    if event_type == EventType.TIMER:
        if w.nodes[n].up and subject == w.nodes[n].bucket_ticket:
            _serve_queue(w, n, t)
    elif event_type == EventType.EDITED:
        _resize(w, n, t)


@cold
def _wait_for_token(w: Any, n: int, t: int) -> int:
    """Return the time until there is a whole token, if nobody else takes one."""
    node = w.nodes[n]
    return max(int64(node.full_at) - (int64(node.burst) - 1) * int64(node.token_ns) - t, int64(0))


@cold
def _may_wait(w: Any, n: int, t: int) -> bool:
    """Return whether there is room for one more, who would not wait for too long."""
    node = w.nodes[n]
    if node.queue_length >= node.queue_limit:
        return False
    wait = _wait_for_token(w, n, t) + int64(node.queue_length) * int64(node.token_ns)
    return node.wait_max == 0 or wait <= node.wait_max


@cold
def _pass(w: Any, n: int, s: int, t: int) -> None:
    """A request takes a token and goes on to the next target in turn."""
    node, slot = w.nodes[n], w.slots[s]
    node.full_at = max(int64(node.full_at), t) + int64(node.token_ns)
    if slot.purpose == Purpose.WRITE:
        node.writes += 1
    else:
        node.reads += 1
    sojourn = t - int64(slot.arrives_at)
    node.sojourn_ns += sojourn
    record_visit(w, n, sojourn)
    e = round_robin(w, n, Routable.READS)
    if e < 0:
        fail(w, s, n, Outcome.NO_SERVER)
    elif not can_connect(w, e):
        fail_unreachable(w, s, n, e)
    else:
        send(w, s, e, t)


@cold
def _refuse(w: Any, n: int, s: int, t: int) -> None:
    """429, Too Many Requests; the first in a while is an incident."""
    node = w.nodes[n]
    node.limited += 1
    if t - node.shed_at > SHED_QUIET_NS or node.shed_at == 0:
        incident(w, IncidentCode.LIMITING, n, NOWHERE, 1e9 / node.token_ns)
    node.shed_at = t
    fail(w, s, n, Outcome.RATE_LIMITED)


@cold
def _serve_queue(w: Any, n: int, t: int) -> None:
    """Let those who wait pass, in order, while there are tokens. Who has hung up takes none."""
    node = w.nodes[n]
    while node.queue_head >= 0 and _wait_for_token(w, n, t) == 0:
        s = dequeue(w, n, t)
        if w.slots[s].orphaned_work and w.slots[s].slot_flags & SlotFlag.ORPHANED:
            fail(w, s, n, Outcome.TIMED_OUT)
        else:
            _pass(w, n, s, t)
    if node.queue_head >= 0:
        _schedule_next(w, n, t)


@cold
def _schedule_next(w: Any, n: int, t: int) -> None:
    """Look again when the next token is there; what was scheduled before is void."""
    node = w.nodes[n]
    node.bucket_ticket = (node.bucket_ticket + 1) & TICKET_MASK
    at = t + _wait_for_token(w, n, t)
    schedule(w, at, event_of(EventType.TIMER, n, int64(node.bucket_ticket)))


@cold
def _resize(w: Any, n: int, t: int) -> None:
    """Another rate or size: the tokens that are there stay, as far as they fit."""
    node = w.nodes[n]
    if node.token_ns == node.new_token_ns and node.burst == node.new_burst:
        return
    if node.token_ns == 0:
        node.full_at = t
    else:
        missing = max(int64(node.full_at) - t, int64(0)) / node.token_ns
        missing = max(missing + (node.new_burst - node.burst), 0.0)
        node.full_at = t + int64(missing * node.new_token_ns + 0.5)
    node.token_ns, node.burst = node.new_token_ns, node.new_burst
    if node.up and node.queue_head >= 0:
        _serve_queue(w, n, t)
