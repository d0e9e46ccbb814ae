"""Load balancing algorithms: the choice among the servers that a balancer believes to be up.

A server that is warming up (slow start) has a growing part of a full share under every algorithm.
"""

import math
from typing import Any

from app.kernel.jit.decorators import cold, fetch_line, hot, int64
from app.kernel.network.link import round_robin
from app.kernel.random_draws import GOLDEN, U, mixed, unit
from app.kernel.resilience.outlier_detection import begin_probe
from app.kernel.state.codes.choices import Algorithm
from app.kernel.state.codes.nodes import Probe, Routable
from app.kinds.load_balancer.behaviour.sticky_sessions import (
    USER_SALT,
    remember,
    remembered,
    user_of,
)

_CHOICE_SALT = U(0x8CB92BA72F3D8DD7)
_HALF, _LOW = U(33), U(0x7FFFFFFF)
_COLDEST = 1e-3
"""The least part of a full share: whoever is back is asked now and then."""


@hot
def choose_server(w: Any, n: int, s: int) -> int:
    """The edge to the server that balancer `n` sends request `s` to; -1 when none is left."""
    if w.nodes[n].needs_choice:
        return _choose_counting(w, n, s)
    e = round_robin(w, n, Routable.READS)
    fetch_line(w.edges, e + 1)  # whose turn is next
    return e


@cold
def _choose_counting(w: Any, n: int, s: int) -> int:
    """The edge that the balancer's algorithm chooses, with its connection counted; -1 for none.

    Connections are those of this balancer since it counts them: it cannot see what others send.
    """
    e = _choose_or_remember(w, n, s)
    if e >= 0:
        w.slots[s].server_edge = e
        w.edges[e].connections += 1
        if w.edges[e].probing == Probe.AWAITED:
            begin_probe(w, n, e)
    return e


@cold
def _choose_or_remember(w: Any, n: int, s: int) -> int:
    if not w.nodes[n].sticky:
        return _by_algorithm(w, n, s)
    e = remembered(w, n, s)
    if e < 0:
        e = _by_algorithm(w, n, s)
        if e >= 0:
            remember(w, n, s, e)
    return e


@cold
def _by_algorithm(w: Any, n: int, s: int) -> int:
    node = w.nodes[n]
    if node.algorithm == Algorithm.ROUND_ROBIN and w.control[0].now >= node.warm_at:
        return round_robin(w, n, Routable.READS)
    usable = 0
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        usable += 1 if w.edges[e].routable & Routable.READS else 0
    if usable == 0:
        return int64(-1)
    if node.algorithm == Algorithm.ROUND_ROBIN or node.algorithm == Algorithm.WEIGHTED:
        return _weighted_turn(w, n)
    if node.algorithm == Algorithm.LEAST_CONNECTIONS:
        return _least_connected(w, n)
    if node.algorithm == Algorithm.SOURCE_HASH:
        return _hashed(w, n, s, usable)
    if node.algorithm == Algorithm.CONSISTENT_HASH:
        return _rendezvous(w, n, s)
    return _drawn(w, n, s, usable)


@cold
def _weight(w: Any, n: int, e: int) -> float:
    """The part of the traffic that an edge should have, against others'; 1 for one like all."""
    node, edge, now = w.nodes[n], w.edges[e], w.control[0].now
    by_weight = (
        node.algorithm == Algorithm.WEIGHTED or node.algorithm == Algorithm.LEAST_CONNECTIONS
    )
    by_weight = by_weight or node.algorithm == Algorithm.TWO_CHOICES
    weight = edge.weight if by_weight or node.algorithm == Algorithm.RANDOM_TWO else 1.0
    if now < node.warm_at and edge.returned_at > 0:
        age = now - edge.returned_at
        if age < node.slow_start:
            weight *= max(float(age) / float(node.slow_start), _COLDEST)
    return weight


@cold
def _weighted_turn(w: Any, n: int) -> int:
    """Smooth weighted round robin, as nginx does it: everybody gains its weight, the richest is
    chosen and pays what all have gained. (nginx, ngx_http_upstream_get_peer.)
    """
    node = w.nodes[n]
    best, total = int64(-1), 0.0
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        edge = w.edges[e]
        if edge.routable & Routable.READS:
            weight = _weight(w, n, int64(e))
            edge.credit += weight
            total += weight
            if best < 0 or edge.credit > w.edges[best].credit:
                best = int64(e)
    w.edges[best].credit -= total
    return best


@cold
def _least_connected(w: Any, n: int) -> int:
    """The open edge with the fewest connections by weight; among equals, the next in turn."""
    node = w.nodes[n]
    best = int64(-1)
    for step in range(node.edge_count):
        e = int64(node.first_edge + (node.read_turn + step) % node.edge_count)
        if w.edges[e].routable & Routable.READS and (best < 0 or _is_lighter(w, n, e, best)):
            best = e
    node.read_turn = (best - node.first_edge + 1) % node.edge_count
    return best


@cold
def _is_lighter(w: Any, n: int, e: int, other: int) -> bool:
    """Return whether one more connection would load a server less, for its weight, than another
    one.

    HAProxy orders by (connections + 1) / weight too, and so does Envoy's least request.
    """
    mine, others = w.edges[e].connections + 1, w.edges[other].connections + 1
    return mine * _weight(w, n, other) < others * _weight(w, n, e)


@cold
def _drawn(w: Any, n: int, s: int, usable: int) -> int:
    """At random, or the less loaded of two drawn at random (Mitzenmacher, 2001): of two others, as
    Envoy does it, or of two draws that may be the same server, as HAProxy's ``random(2)``.
    """
    node, slot = w.nodes[n], w.slots[s]
    # The key stays, since what comes later is drawn from it; another try draws anew.
    bits = mixed((slot.key ^ _CHOICE_SALT) + U(int64(slot.tries)) * GOLDEN)
    if node.algorithm == Algorithm.RANDOM and w.control[0].now < node.warm_at:
        return _drawn_by_weight(w, n, unit(bits))
    first = int64(bits >> _HALF) % usable
    one = _usable_edge(w, n, first)
    if node.algorithm == Algorithm.RANDOM or usable == 1:
        return one
    if node.algorithm == Algorithm.RANDOM_TWO:
        again = _usable_edge(w, n, int64(bits & _LOW) % usable)
        return again if _is_lighter(w, n, again, one) else one
    second = int64(bits & _LOW) % (usable - 1)
    other = _usable_edge(w, n, second + 1 if second >= first else second)
    return other if _is_lighter(w, n, other, one) else one


@cold
def _weights(w: Any, n: int) -> float:
    """Return the sum of the weights of all routable edges."""
    node = w.nodes[n]
    total = 0.0
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        total += _weight(w, n, int64(e)) if w.edges[e].routable & Routable.READS else 0.0
    return total


@cold
def _drawn_by_weight(w: Any, n: int, place: float) -> int:
    node = w.nodes[n]
    left, found = place * _weights(w, n), int64(-1)
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        if w.edges[e].routable & Routable.READS and left >= 0.0:
            found = int64(e)
            left -= _weight(w, n, found)
    return found


@cold
def _usable_edge(w: Any, n: int, place: int) -> int:
    """The open edge at a place among the open ones."""
    node = w.nodes[n]
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        if w.edges[e].routable & Routable.READS:
            if place == 0:
                return int64(e)
            place -= 1
    return int64(-1)


@cold
def _address_of(w: Any, s: int) -> Any:
    """The address that a user comes from, as 64 well-mixed bits."""
    return mixed(w.sources[w.slots[s].source].key + U(user_of(w, s) + 1) * USER_SALT)


@cold
def _hashed(w: Any, n: int, s: int, usable: int) -> int:
    """The user's address modulo the servers left: nearly everybody moves when one comes or goes."""
    address = _address_of(w, s)
    place = int64(address % U(usable))
    e = _usable_edge(w, n, place)
    again = mixed(address)
    if usable == 1 or unit(again) * _weights(w, n) < _weight(w, n, e) * usable:
        return e
    other = int64(mixed(again) % U(usable - 1))
    return _usable_edge(w, n, other + 1 if other >= place else other)


@cold
def _rendezvous(w: Any, n: int, s: int) -> int:
    """Consistent hashing without a table: the highest hash of user and server wins, so only those
    move whose server went, or who like the new one best. (Thaler and Ravishankar, 1998; weighted by
    -log(u) / weight: Schindelhauer and Schomaker, 2005.)
    """
    node = w.nodes[n]
    address = _address_of(w, s)
    warm = w.control[0].now >= node.warm_at
    best, farthest = int64(-1), 0.0
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        edge = w.edges[e]
        if edge.routable & Routable.READS:
            u = unit(mixed(address ^ (U(int64(edge.node) + 1) * GOLDEN)))
            way = u if warm else -math.log(1.0 - u) / _weight(w, n, int64(e))
            if best < 0 or way < farthest:
                best, farthest = int64(e), way
    return best
