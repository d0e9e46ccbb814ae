"""A load balancer: forwards requests to the servers that it believes to be up."""

from typing import Any

from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.network.link import can_connect, send
from app.kernel.network.message_faults import HELD_ANSWER, is_hanging, keep
from app.kernel.network.virtual_ips import answering
from app.kernel.requests.request import fail, fail_unreachable
from app.kernel.resilience.outlier_detection import end_ejection
from app.kernel.resilience.usable_servers import forget_servers
from app.kernel.slots.held_resources import wake_balancer
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.nodes import BalancerFeature
from app.kernel.state.codes.requests import Outcome, Phase
from app.kernel.stations.station import leave, visit
from app.kernel.stations.unavailable_nodes import visit_unavailable
from app.kinds.load_balancer.behaviour.algorithms import choose_server
from app.kinds.load_balancer.behaviour.attempts import (
    attempt_timer,
    connection_free,
    dispatch,
    lose_attempts,
    response_times_out,
    retry_after_rejection,
    track,
)
from app.kinds.load_balancer.behaviour.vrrp import advert_due, rejoin


@hot
def arrive(w: Any, n: int, s: int, t: int) -> None:
    """Take in a request. Forwarding that takes no time needs no core."""
    node, slot = w.nodes[n], w.slots[s]
    if slot.phase == Phase.REJECTION:
        _rejection_arrives(w, n, s, t)
        return
    if node.holder != 0:
        n = answering(w, n, s)
        if n < 0:
            return
        node = w.nodes[n]
    if not node.up:
        _turn_away(w, n, s, t)
        return
    slot.balancer = n
    slot.epoch += node.epoch
    if node.read_ns > 0.0:
        visit(w, n, s, t)
    else:
        node.reads += 1
        _forward(w, n, s, t)


@cold
def _turn_away(w: Any, n: int, s: int, t: int) -> None:
    """Refuse a request at a balancer that is down; one that hangs takes the connection."""
    if visit_unavailable(w, n, s, t, Outcome.REFUSED):
        w.slots[s].balancer = n
        w.slots[s].epoch += w.nodes[n].epoch


@cold
def _rejection_arrives(w: Any, n: int, s: int, t: int) -> None:
    """Take in the news of a failed attempt; a balancer that hangs hears of it when it goes on."""
    if is_hanging(w, n):
        keep(w, n, s, int64(HELD_ANSWER))
    else:
        retry_after_rejection(w, n, s, t)


@hot
def finish(w: Any, n: int, s: int, t: int) -> None:
    """Forward a request whose work at the balancer is done."""
    leave(w, n, s, t)
    _forward(w, n, s, t)


@hot
def _forward(w: Any, n: int, s: int, t: int) -> None:
    managed = w.nodes[n].managed
    if managed & BalancerFeature.QUEUEING:
        dispatch(w, n, s, t)
        return
    e = choose_server(w, n, s)
    if e < 0:
        fail(w, s, n, Outcome.NO_SERVER)
    elif not can_connect(w, e):
        fail_unreachable(w, s, n, e)
    else:
        if managed:
            track(w, n, s, e, t)
        send(w, s, e, t)


@cold
def crashed(w: Any, n: int, hung: int, t: int) -> None:
    """Lose the requests that wait in the balancer, and what it knew of its servers; one that hangs
    keeps both.
    """
    if not hung:
        lose_attempts(w, n)
        forget_servers(w, n)


@cold
def healed(w: Any, n: int, hung: int, t: int) -> None:
    """Come back as a backup of the virtual IP; one that hung serves its queue."""
    if not hung:
        rejoin(w, n)
    elif w.nodes[n].managed:
        wake_balancer(w, n, t)


@cold
def due(w: Any, event_type: int, n: int, subject: int, t: int) -> None:
    """A timer of the balancer: of an attempt, of an ejection, or of its virtual IP."""
    if event_type == EventType.ATTEMPT:
        attempt_timer(w, n, subject, t)
    elif event_type == EventType.CONNECTION_FREE:
        connection_free(w, n, t)
    elif event_type == EventType.VRRP_ADVERT:
        advert_due(w, n, subject, t)
    elif event_type == EventType.TIMER:
        end_ejection(w, n, subject, t)
    elif event_type == EventType.RESPONSE_TIMEOUT:
        response_times_out(w, subject, t)
    elif event_type == EventType.HELD_ANSWER:
        retry_after_rejection(w, n, subject, t)
