"""Which servers a balancer uses: those whose checks pass and that are not ejected, or, when too few
of them are left, all.
"""

from typing import Any

from app.engine.incident import PANIC, PANIC_OVER
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.link import believe
from app.engine.kernel.tally import incident
from app.engine.records import NOWHERE, TAKES_READS, TAKES_WRITES


@cold
def judge(w: Any, n: int, e: int, healthy: int, t: int) -> None:
    """Balancer `n` has changed its mind about the server behind edge `e`."""
    w.edges[e].healthy = healthy
    if healthy and w.edges[e].ejected_until == 0:
        warm_up(w, n, e, t)
    take_stock(w, n)


@cold
def warm_up(w: Any, n: int, e: int, t: int) -> None:
    """A server is used again, or for the first time: with slow start, its share grows from here."""
    node, edge = w.nodes[n], w.edges[e]
    edge.returned_at = t
    edge.credit = 0.0
    edge.failures_in_row = 0
    if node.slow_start > 0:
        node.warm_at = max(int64(node.warm_at), t + node.slow_start)


@cold
def is_usable(edge: Any) -> bool:
    """Whether a balancer would send requests along an edge, if it has the choice."""
    return edge.healthy != 0 and edge.ejected_until == 0


@cold
def take_stock(w: Any, n: int) -> None:
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
        incident(w, PANIC if panics else PANIC_OVER, n, NOWHERE, 100.0 * share)
    for e in range(first, last):
        used = panics or is_usable(w.edges[e])
        believe(w, e, TAKES_READS | TAKES_WRITES if used else int64(0))
