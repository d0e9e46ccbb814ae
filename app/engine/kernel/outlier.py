"""Passive checks: a balancer watches how its requests end, and ejects a server that fails too many
in a row for a while (Envoy's outlier detection, nginx's ``max_fails``).
"""

from typing import Any

from app.engine.incident import EJECTED, EJECTION_OVER
from app.engine.kernel.agenda import DUE, event_of, schedule
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.standing import is_usable, take_stock, warm_up
from app.engine.kernel.tally import incident
from app.engine.records import NO_FIGURE

_FORGIVEN_NS = 10_000_000_000
"""An ejection is forgotten for each such time without one: Envoy's sweep interval."""
_SECOND_NS = 1e9


@cold
def note_outcome(w: Any, e: int, failed: bool, t: int) -> None:
    """A request that a balancer had sent along edge `e` has ended."""
    edge = w.edges[e]
    node = w.nodes[edge.owner]
    if node.ejects_after == 0:
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
    edge.ejected_until = t + length
    edge.failures_in_row = 0
    schedule(w, t + length, event_of(DUE, n, int64(edge.link)))
    incident(w, EJECTED, n, int64(edge.node), float(length) / _SECOND_NS)
    take_stock(w, n)


@cold
def end_ejection(w: Any, n: int, link: int, t: int) -> None:
    """A server's time is up, if the balancer still has it."""
    node = w.nodes[n]
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        edge = w.edges[e]
        if edge.link == link and 0 < edge.ejected_until <= t:
            edge.ejected_until = 0
            if is_usable(edge):
                warm_up(w, n, int64(e), t)
            incident(w, EJECTION_OVER, n, int64(edge.node), NO_FIGURE)
            take_stock(w, n)
