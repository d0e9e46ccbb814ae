"""Usable servers of a balancer: those whose checks pass and that are not ejected, or, when too few
of them are left, all.
"""

from typing import Any

from app.kernel.counters import incident
from app.kernel.jit.decorators import cold, int64
from app.kernel.network.link import set_routable
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.codes.nodes import Routable
from app.kernel.state.constants import NOWHERE


@cold
def mark(w: Any, n: int, e: int, healthy: int, t: int) -> None:
    """Set balancer `n`'s belief about the server behind edge `e`."""
    w.edges[e].healthy = healthy
    if healthy and w.edges[e].ejected_until == 0:
        warm_up(w, n, e, t)
    recount_usable(w, n)


@cold
def warm_up(w: Any, n: int, e: int, t: int) -> None:
    """Begin the use of a server, anew or for the first time: with slow start, its share grows from
    here.
    """
    node, edge = w.nodes[n], w.edges[e]
    edge.returned_at = t
    edge.credit = 0.0
    edge.failures_in_row = 0
    if node.slow_start > 0:
        node.warm_at = max(int64(node.warm_at), t + node.slow_start)


@cold
def is_usable(edge: Any) -> bool:
    """Return whether a balancer would send requests along an edge, if it has the choice."""
    return edge.healthy != 0 and edge.ejected_until == 0


@cold
def recount_usable(w: Any, n: int) -> None:
    """Open the edges of balancer `n` that it uses, close the others; panic is to use all."""
    node = w.nodes[n]
    first, last = int64(node.first_edge), int64(node.first_edge + node.edge_count)
    usable = 0
    for e in range(first, last):
        usable += 1 if is_usable(w.edges[e]) else 0
    panics = 1 if usable < node.panic_share * node.edge_count else 0
    if panics != node.panicking:
        node.panicking = panics
        share = float(usable) / float(max(int64(node.edge_count), 1))
        incident(
            w, IncidentCode.PANIC if panics else IncidentCode.PANIC_OVER, n, NOWHERE, 100.0 * share
        )
    for e in range(first, last):
        used = panics or is_usable(w.edges[e])
        set_routable(w, e, Routable.READS | Routable.WRITES if used else int64(0))


@cold
def forget_servers(w: Any, n: int) -> None:
    """Lose all that balancer `n` knew of its servers with its process: it starts with each of them
    in use, at its full share (HAProxy never warms servers up when it starts itself).
    """
    node = w.nodes[n]
    node.warm_at = 0
    node.panicking = 0
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        edge = w.edges[e]
        edge.healthy = 1
        edge.credit = 0.0
        edge.returned_at = edge.ejected_until = edge.failing_since = 0
        edge.failures_in_row = edge.ejections = edge.probing = 0
    recount_usable(w, n)
