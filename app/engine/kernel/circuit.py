"""Circuit breakers: a web server stops asking a database that has failed it several times in a row.

When the circuit has been open for its time, single calls try whether the database is back (half
open); the first that succeeds closes it (Nygard, Release It!, 2007).
"""

from typing import Any

from app.engine.incident import CIRCUIT_CLOSED, CIRCUIT_OPENED
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.link import choose
from app.engine.kernel.tally import incident
from app.engine.records import GUARDED, NO_FIGURE


@cold
def choose_closed(w: Any, n: int, s: int, wanted: int) -> int:
    """Round robin over the databases whose circuit is closed, or due to be tried; -1 if none is."""
    node, now = w.nodes[n], w.control[0].now
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        edge = w.edges[e]
        edge.full = edge.open if edge.shut_until > now else 0
        edge.open &= ~edge.full
    chosen = choose(w, n, wanted)
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        w.edges[e].open |= w.edges[e].full
        w.edges[e].full = 0
    if chosen >= 0:
        w.slots[s].holds |= GUARDED
        if w.edges[chosen].shut_until > 0:
            w.edges[chosen].shut_until = now + node.breaker_ns
    return chosen


@cold
def is_shut(w: Any, n: int, wanted: int) -> bool:
    """Whether a database that would do is there, but its circuit is open."""
    node = w.nodes[n]
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        if w.edges[e].open & wanted and w.edges[e].shut_until > w.control[0].now:
            return True
    return False


@cold
def call_succeeded(w: Any, s: int) -> None:
    """A database has answered: the circuit to it closes."""
    slot = w.slots[s]
    slot.holds &= ~GUARDED
    if slot.edge < 0:
        return
    edge = w.edges[slot.edge]
    if edge.shut_until > 0:
        incident(w, CIRCUIT_CLOSED, int64(slot.web), int64(edge.node), NO_FIGURE)
    edge.shut_until = 0
    edge.streak = 0


@cold
def call_failed(w: Any, s: int, node: int) -> None:
    """A call has failed at `node`: after enough of them in a row the circuit opens."""
    slot = w.slots[s]
    slot.holds &= ~GUARDED
    if slot.edge < 0 or w.edges[slot.edge].node != node:
        return
    edge, web = w.edges[slot.edge], w.nodes[slot.web]
    edge.streak += 1
    if edge.streak >= web.breaker > 0:
        if edge.shut_until == 0:
            incident(w, CIRCUIT_OPENED, int64(slot.web), int64(edge.node), float(edge.streak))
        edge.shut_until = w.control[0].now + web.breaker_ns
