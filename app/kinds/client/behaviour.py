"""How users behave: Poisson arrivals, cached name lookups, then a request to an address."""

from typing import Any

from app.engine.kernel.draw import GOLDEN, U, mixed, stream_bits, unit
from app.engine.kernel.jit import cold, hot, int64
from app.engine.kernel.link import send, wait_on_line
from app.engine.kernel.request import fail, send_user_back, start_patience, take_slot
from app.engine.kernel.tally import hop
from app.engine.records import (
    ANSWER,
    CLOSED,
    LOOKUP,
    LOOKUP_FAILED,
    LOST_IN_CRASH,
    OVER_LIMIT,
    REACHABLE,
    READ,
    RECORDED,
    REPLAYED,
    SAMPLED,
    SLOTS_RESERVE,
    TRAVEL,
    UNREACHABLE,
    WRITE,
)
from app.kinds.client.arrivals import schedule_next

_CACHE_SALT = U(0xD1B54A32D192ED03)


@hot
def fire(w: Any, row: int, t: int) -> int:
    """One user acts at `t`. The new request's slot when it stands at its first node already
    (a client with one address and no name lookup), else -1: it is on its way.
    """
    source, control = w.sources[row], w.control[0]
    node = w.nodes[source.node]
    record = int64(source.record_next)
    if source.loop == CLOSED and node.up:
        source.thinking -= 1
    schedule_next(w, row, t)
    writes = unit(stream_bits(source)) < source.write_share
    if not node.up:
        return -1
    source.number += 1
    source.offered += 1
    control.requests += 1
    if control.free_count <= SLOTS_RESERVE:
        _turn_away(w, row)
        return -1
    s = take_slot(w)
    slot = w.slots[s]
    slot.born = t - source.lead
    slot.since = slot.born
    slot.back = 0
    slot.key = mixed(source.key + U(source.number) * GOLDEN)
    slot.number = control.requests
    slot.edge = -1
    slot.front = -1
    slot.source = row
    slot.balancer = -1
    slot.web = -1
    slot.epoch = node.epoch
    slot.purpose = WRITE if writes else READ
    slot.phase = TRAVEL
    slot.abandoned = 0
    slot.traced = SAMPLED if slot.key < control.hop_below else 0
    if source.loop == RECORDED:
        _take_from_record(w, s, record)
    start_patience(w, s, row)
    if source.folded:
        return _arrive_folded(w, s, int64(node.first_edge), t)
    _look_up_or_go(w, row, s, t)
    return -1


@cold
def _take_from_record(w: Any, s: int, record: int) -> None:
    """A recorded request: its work is looked up, not drawn; its key counts its visits."""
    slot, row = w.slots[s], w.records[record]
    slot.purpose = row.writes
    slot.key = U(row.works_first)
    slot.traced |= REPLAYED


@hot
def _arrive_folded(w: Any, s: int, e: int, t: int) -> int:
    """The event stands for the arrival at the only address: the first hop needs no event."""
    edge, slot = w.edges[e], w.slots[s]
    edge.sent += 1
    slot.edge = e
    slot.back = edge.delay
    slot.node = edge.node
    if slot.traced & SAMPLED:
        hop(w, s, int64(edge.link), int64(edge.node), slot.born, t)
    return s


@cold
def _turn_away(w: Any, row: int) -> None:
    """The run's limit of requests in flight: refused here, counted, never dropped in silence."""
    source, control = w.sources[row], w.control[0]
    control.failed += 1
    source.failed += 1
    w.nodes[source.node].failed += 1
    w.failures[source.node, OVER_LIMIT] += 1
    send_user_back(w, row, int64(0))


@hot
def _look_up_or_go(w: Any, row: int, s: int, t: int) -> None:
    source, slot = w.sources[row], w.slots[s]
    if source.lookup_count == 0:
        _go(w, row, s, _address_in_turn(w, row), t)
        return
    cache = source.cache_first + int64(mixed(slot.key ^ _CACHE_SALT) % U(source.cache_count))
    if w.cache_until[cache] > t:
        e = _edge_to(w, int64(source.node), int64(w.cache_node[cache]))
        if e >= 0:
            source.cache_hits += 1
            _go(w, row, s, e, t)
            return
    source.cache_misses += 1
    slot.phase = LOOKUP
    slot.web = cache  # unused until the request reaches a web server
    if source.turn >= source.lookup_count:
        source.turn = 0
    e = int64(w.nodes[source.node].first_edge + source.turn)
    source.turn += 1
    send(w, s, e, t)


@hot
def _address_in_turn(w: Any, row: int) -> int:
    """The next of the client's addresses, round robin; -1 when it has none."""
    source = w.sources[row]
    node = w.nodes[source.node]
    addresses = node.edge_count - source.lookup_count
    if addresses <= 0:
        return -1
    if source.answer_turn >= addresses:
        source.answer_turn = 0
    e = int64(node.first_edge + source.lookup_count + source.answer_turn)
    source.answer_turn += 1
    return e


@hot
def _edge_to(w: Any, n: int, target: int) -> int:
    node = w.nodes[n]
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        if w.edges[e].node == target:
            return e
    return -1


@hot
def _go(w: Any, row: int, s: int, e: int, t: int) -> None:
    """Send the request to an address, if there is one and it can be reached from here."""
    if e < 0:
        fail(w, s, int64(w.sources[row].node), UNREACHABLE)
        return
    slot = w.slots[s]
    if not w.edges[e].open & REACHABLE:
        slot.edge = e
        fail(w, s, int64(w.sources[row].node), UNREACHABLE)
        return
    slot.phase = TRAVEL
    slot.web = -1
    slot.back = 0
    slot.node = w.edges[e].node
    send(w, s, e, t)


@hot
def answer(w: Any, s: int, e: int, ttl_ns: int, t: int) -> None:
    """The name server answers a lookup that came over edge `e`: the answer travels back."""
    slot = w.slots[s]
    row = int64(slot.source)
    address = _address_in_turn(w, row)
    if address < 0:
        fail(w, s, int64(slot.node), LOOKUP_FAILED)
        return
    slot.phase = ANSWER
    slot.balancer = w.edges[address].node  # the answer, until the request sets out
    slot.back = ttl_ns
    edge = w.edges[e]
    wait_on_line(w, s, int64(edge.line), edge.delay, int64(w.sources[row].node), t)


@hot
def arrive(w: Any, s: int, t: int) -> None:
    """An answer from the name server reaches the client: it is cached, and the request sets out."""
    slot = w.slots[s]
    row = int64(slot.source)
    source = w.sources[row]
    cache, target = slot.web, int64(slot.balancer)
    slot.web = -1
    slot.balancer = -1
    w.cache_until[cache] = t + slot.back
    slot.back = 0
    w.cache_node[cache] = target
    if slot.abandoned or w.nodes[source.node].epoch != slot.epoch:
        fail(w, s, int64(source.node), LOST_IN_CRASH)
        return
    _go(w, row, s, _edge_to(w, int64(source.node), target), t)
