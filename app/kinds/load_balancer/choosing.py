"""How a load balancer chooses among the servers that it believes to be up."""

from typing import Any

from app.engine.kernel.draw import U, mixed
from app.engine.kernel.jit import cold, hot, int64
from app.engine.kernel.link import choose
from app.engine.records import (
    LEAST_CONNECTIONS,
    RANDOM,
    ROUND_ROBIN,
    TAKES_READS,
)

_CHOICE_SALT = U(0x8CB92BA72F3D8DD7)
_HALF, _LOW = U(33), U(0x7FFFFFFF)


@hot
def choose_server(w: Any, n: int, s: int) -> int:
    """The edge to the server that balancer `n` sends request `s` to; -1 when none is left."""
    if w.nodes[n].algorithm == ROUND_ROBIN:
        return choose(w, n, TAKES_READS)
    return _choose_counting(w, n, s)


@cold
def _choose_counting(w: Any, n: int, s: int) -> int:
    """The edge that the balancer's algorithm picks, with its connection counted; -1 for none.

    Connections are those of this balancer since it counts them: it cannot see what others send.
    """
    e = _pick(w, n, s)
    if e >= 0:
        w.slots[s].front = e
        w.edges[e].waiting += 1
    return e


@cold
def _pick(w: Any, n: int, s: int) -> int:
    """Least connections, random, or the less loaded of two drawn at random (Mitzenmacher, 2001)."""
    node = w.nodes[n]
    usable = 0
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        usable += 1 if w.edges[e].open & TAKES_READS else 0
    if usable == 0:
        return int64(-1)
    if node.algorithm == LEAST_CONNECTIONS:
        return _least_connected(w, n)
    bits = mixed(w.slots[s].key ^ _CHOICE_SALT)  # the key stays: what comes later is drawn from it
    first = int64(bits >> _HALF) % usable
    one = _usable_edge(w, n, first)
    if node.algorithm == RANDOM or usable == 1:
        return one
    second = int64(bits & _LOW) % (usable - 1)
    other = _usable_edge(w, n, second + 1 if second >= first else second)
    return other if w.edges[other].waiting < w.edges[one].waiting else one


@cold
def _least_connected(w: Any, n: int) -> int:
    """The open edge with the fewest connections; among equals, the next in turn."""
    node = w.nodes[n]
    best = int64(-1)
    for step in range(node.edge_count):
        e = int64(node.first_edge + (node.read_turn + step) % node.edge_count)
        if w.edges[e].open & TAKES_READS and (
            best < 0 or w.edges[e].waiting < w.edges[best].waiting
        ):
            best = e
    node.read_turn = (best - node.first_edge + 1) % node.edge_count
    return best


@cold
def _usable_edge(w: Any, n: int, place: int) -> int:
    """The open edge at a place among the open ones."""
    node = w.nodes[n]
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        if w.edges[e].open & TAKES_READS:
            if place == 0:
                return int64(e)
            place -= 1
    return int64(-1)
