"""Passive checks: a balancer watches how its requests end, and ejects a server that fails too many.

In a row, and it is back when its time is over (Envoy's outlier detection); or within a time, and
then one request decides whether it is back (nginx's ``max_fails`` and ``fail_timeout``, of
ngx_http_upstream_round_robin.c 1.22: ``checked`` begins anew with every failure and every probe, in
whole seconds; one that succeeds clears ``fails``; the only server of a group is never taken out).
"""

from typing import Any

from app.kernel.counters import incident
from app.kernel.events.event_queue import event_of, schedule
from app.kernel.jit.decorators import cold, int64
from app.kernel.resilience.usable_servers import is_usable, recount_usable, warm_up
from app.kernel.state.codes.choices import FailureCount
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.codes.nodes import Probe
from app.kernel.state.constants import NO_FIGURE, constants

_FORGIVEN_NS = 10_000_000_000
"""An ejection is forgotten for each such time without one: Envoy's sweep interval."""
(SECOND_NS,) = constants(1_000_000_000)
_SECOND_NS = 1e9


@cold
def record_outcome(w: Any, e: int, failed: bool, t: int) -> None:
    """Count the outcome of a request that a balancer had sent along edge `e`, and eject its server
    after enough failures in a row.
    """
    edge = w.edges[e]
    node = w.nodes[edge.owner]
    if node.ejects_after == 0:
        return
    if node.failure_count == FailureCount.WITHIN:
        _record_within(w, e, failed, t)
        return
    if not failed:
        edge.failures_in_row = 0
        return
    if edge.ejected_until > 0:
        return
    stale = node.failing_window > 0 and t - edge.failing_since > node.failing_window
    if edge.failures_in_row == 0 or stale:
        edge.failures_in_row = 0
        edge.failing_since = t
    edge.failures_in_row += 1
    if edge.failures_in_row >= node.ejects_after:
        _eject(w, int64(edge.owner), e, t)


@cold
def _record_within(w: Any, e: int, failed: bool, t: int) -> None:
    """Count the failures of a server that are no further apart than the window; a success between
    them changes nothing, but that of a probe ends the ejection.
    """
    edge = w.edges[e]
    n, probed = int64(edge.owner), edge.probing == Probe.SENT
    if w.nodes[n].edge_count < 2:
        return
    if not failed:
        if probed:
            edge.probing = 0
            edge.ejected_until = 0
            if is_usable(edge):
                warm_up(w, n, e, t)
            recount_usable(w, n)
        return
    if edge.ejected_until > 0 and not probed:
        return
    if t - edge.failing_since > w.nodes[n].failing_window:
        edge.failures_in_row = 0
    edge.failing_since = t
    edge.failures_in_row += 1
    if probed or edge.failures_in_row >= w.nodes[n].ejects_after:
        edge.probing = 0
        edge.ejected_until = 0
        _eject(w, n, e, t)


@cold
def begin_probe(w: Any, n: int, e: int) -> None:
    """Leave a server out again while the one request that probes it is on its way, for as long as
    an ejection: then another one may.
    """
    edge, t = w.edges[e], int64(w.control[0].now)
    edge.probing = Probe.SENT
    edge.failing_since = t
    edge.ejected_until = _in_whole_seconds(t) + w.nodes[n].ejection
    schedule(w, int64(edge.ejected_until), event_of(EventType.TIMER, n, int64(edge.link)))
    recount_usable(w, n)


@cold
def _in_whole_seconds(t: int) -> int:
    """Return when a clock of whole seconds has left the second of `t`."""
    return int64((t // SECOND_NS + 1) * SECOND_NS)


@cold
def _eject(w: Any, n: int, e: int, t: int) -> None:
    """Stop using a server for a while, longer each time, unless too many are ejected already; one
    may always be.
    """
    node, edge = w.nodes[n], w.edges[e]
    ejected = 0
    for other in range(node.first_edge, node.first_edge + node.edge_count):
        ejected += 1 if w.edges[other].ejected_until > 0 else 0
    if ejected >= max(int64(node.ejected_share * node.edge_count), 1):
        return
    forgiven = (t - edge.returned_at) // _FORGIVEN_NS
    edge.ejections = max(int64(edge.ejections) - forgiven, 0) + 1
    length = min(node.ejection * edge.ejections, int64(node.ejection_max))
    if node.failure_count == FailureCount.WITHIN:
        length = _in_whole_seconds(t) - t + int64(node.ejection)
    edge.ejected_until = t + length
    edge.failures_in_row = 0
    schedule(w, t + length, event_of(EventType.TIMER, n, int64(edge.link)))
    incident(w, IncidentCode.EJECTED, n, int64(edge.node), float(length) / _SECOND_NS)
    recount_usable(w, n)


@cold
def end_ejection(w: Any, n: int, link: int, t: int) -> None:
    """End the ejection of a server, if the balancer still has it."""
    node = w.nodes[n]
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        edge = w.edges[e]
        if edge.link == link and 0 < edge.ejected_until <= t:
            edge.ejected_until = 0
            if node.failure_count == FailureCount.WITHIN:
                edge.probing = Probe.AWAITED
            elif is_usable(edge):
                warm_up(w, n, int64(e), t)
            incident(w, IncidentCode.EJECTION_OVER, n, int64(edge.node), NO_FIGURE)
            recount_usable(w, n)
