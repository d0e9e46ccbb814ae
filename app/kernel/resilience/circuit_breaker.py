"""Circuit breakers: a web server stops asking a database that has failed it several times in a row.

When the circuit has been open for its time, single calls try whether the database is back (half
open); the first that succeeds closes it (Nygard, Release It!, 2007).
"""

from typing import Any

from app.kernel.counters import incident
from app.kernel.jit.decorators import cold, int64
from app.kernel.network.link import round_robin
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.codes.requests import SlotFlag
from app.kernel.state.constants import NO_FIGURE


@cold
def round_robin_closed(w: Any, n: int, s: int, wanted: int) -> int:
    """Round robin over the databases whose circuit is closed, or due to be tried; -1 if none is."""
    node, now = w.nodes[n], w.control[0].now
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        edge = w.edges[e]
        edge.full = edge.routable if edge.open_until > now else 0
        edge.routable &= ~edge.full
    chosen = round_robin(w, n, wanted)
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        w.edges[e].routable |= w.edges[e].full
        w.edges[e].full = 0
    if chosen >= 0:
        w.slots[s].slot_flags |= SlotFlag.BREAKER
        if w.edges[chosen].open_until > 0:
            w.edges[chosen].open_until = now + node.breaker_ns
    return chosen


@cold
def is_open_circuit(w: Any, n: int, wanted: int) -> bool:
    """Return whether a database that would do is there, but its circuit is open."""
    node = w.nodes[n]
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        if w.edges[e].routable & wanted and w.edges[e].open_until > w.control[0].now:
            return True
    return False


@cold
def call_succeeded(w: Any, s: int) -> None:
    """Close the circuit to a database that has answered."""
    slot = w.slots[s]
    slot.slot_flags &= ~SlotFlag.BREAKER
    if slot.edge < 0:
        return
    edge = w.edges[slot.edge]
    if edge.open_until > 0:
        incident(w, IncidentCode.CIRCUIT_CLOSED, int64(slot.web), int64(edge.node), NO_FIGURE)
    edge.open_until = 0
    edge.streak = 0


@cold
def call_failed(w: Any, s: int, node: int) -> None:
    """Count a call that has failed at `node`: after enough of them in a row the circuit opens."""
    slot = w.slots[s]
    slot.slot_flags &= ~SlotFlag.BREAKER
    if slot.edge < 0 or w.edges[slot.edge].node != node:
        return
    edge, web = w.edges[slot.edge], w.nodes[slot.web]
    edge.streak += 1
    if edge.streak >= web.breaker > 0:
        if edge.open_until == 0:
            incident(
                w,
                IncidentCode.CIRCUIT_OPENED,
                int64(slot.web),
                int64(edge.node),
                float(edge.streak),
            )
        edge.open_until = w.control[0].now + web.breaker_ns
