"""How users find their server: cached answers, lookups at a name server, addresses in turn."""

from typing import Any

from app.engine.kernel.draw import U, mixed
from app.engine.kernel.jit import cold, hot, int64
from app.engine.kernel.link import can_connect, send, wait_on_line
from app.engine.kernel.request import fail, not_reached
from app.engine.kernel.retry import earn_retries
from app.engine.kernel.slot import release_slot, start_patience
from app.engine.records import (
    ANSWER,
    LOOKUP,
    LOOKUP_FAILED,
    LOST_IN_CRASH,
    NEVER_AGAIN,
    NEXT,
    OWN,
    PART,
    SAMPLED,
    TRAVEL,
    UNREACHABLE,
)
from app.kinds.client.answers import first_address, next_in_turn
from app.kinds.client.connect import back_at_client, open_connection
from app.kinds.client.lists import keep_list, spun
from app.kinds.load_balancer.vrrp import way_to_holder

_CACHE_SALT = U(0xD1B54A32D192ED03)
_LOW = U(0x7FFFFFFF)


@hot
def look_up_or_go(w: Any, row: int, s: int, t: int) -> None:
    """A request needs an address: from the client's cache, from the name server, or as drawn."""
    source, slot = w.sources[row], w.slots[s]
    if source.lookup_count == 0:
        _go(w, row, s, next_in_turn(w, row), t)
        return
    if slot.attempts == 0 and not slot.traced & (PART | OWN):  # a user asks the same cache again
        slot.origin = int64(mixed(slot.key ^ _CACHE_SALT) & _LOW)
    cache = source.cache_first + int64(slot.origin) % int64(source.cache_count)
    if w.cache_until[cache] > t:
        target = spun(w, row, s, cache) if source.spins else int64(w.cache_node[cache])
        e = _edge_to(w, int64(source.node), target)
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
    if not can_connect(w, e):
        not_reached(w, s, int64(source.node), e)
        return
    send(w, s, e, t)


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
    if w.nodes[w.edges[e].node].holder != 0:
        e = way_to_holder(w, int64(w.sources[row].node), e)
    if not can_connect(w, e):
        not_reached(w, s, int64(w.sources[row].node), e)
        return
    slot.sent = w.edges[e].node  # the address that it tried first
    if w.sources[row].connects:
        open_connection(w, row, s, e, t)
        return
    slot.phase = TRAVEL
    slot.web = -1
    slot.back = 0
    slot.node = w.edges[e].node
    send(w, s, e, t)


@hot
def answer(w: Any, n: int, s: int, e: int, t: int) -> None:
    """Name server `n` answers a lookup that came over edge `e`: the answer travels back."""
    slot = w.slots[s]
    row = int64(slot.source)
    address = first_address(w, n, row, s)
    if address < 0:
        fail(w, s, n, LOOKUP_FAILED)
        return
    if w.sources[row].lists:
        keep_list(w, n, row, s, address)
    slot.phase = ANSWER
    slot.balancer = w.edges[address].node  # the answer, until the request sets out
    slot.back = w.nodes[n].ttl_ns
    edge = w.edges[e]
    wait_on_line(w, s, int64(edge.line), edge.delay, int64(w.sources[row].node), t)


@hot
def arrive(w: Any, s: int, t: int) -> None:
    """An answer from the name server reaches the client: it is cached, and the request sets out."""
    slot = w.slots[s]
    if slot.phase == NEXT:
        _fetch_part(w, s, t)
        return
    if slot.phase != ANSWER:
        back_at_client(w, s, t)
        return
    row = int64(slot.source)
    source = w.sources[row]
    cache, target = slot.web, int64(slot.balancer)
    slot.web = -1
    slot.balancer = -1
    w.cache_until[cache] = t + _kept_for(source, int64(cache), int64(slot.back))
    slot.back = 0
    w.cache_node[cache] = target
    if slot.abandoned or w.nodes[source.node].epoch != slot.epoch:
        fail(w, s, int64(source.node), LOST_IN_CRASH)
        return
    _go(w, row, s, _edge_to(w, int64(source.node), target), t)


@hot
def _kept_for(source: Any, cache: int, ttl: int) -> int:
    """How long a cache keeps an answer: the TTL within bounds, unless it is one that ignores it."""
    if cache - source.cache_first < source.ignoring:
        return source.ttl_ignored
    return max(min(ttl, source.ttl_max), source.ttl_min)


@cold
def _fetch_part(w: Any, s: int, t: int) -> None:
    """A page has been answered, or one of its parts: the next part is asked for. Or a user reads
    what it has written.
    """
    slot, control = w.slots[s], w.control[0]
    row = int64(slot.source)
    source = w.sources[row]
    node = w.nodes[source.node]
    is_part = slot.traced & PART
    if not node.up or node.epoch != slot.epoch or (is_part and source.parts == 0):
        release_slot(w, s)
        return
    if is_part:
        w.parts_left[s] -= 1
    source.offered += 1
    control.requests += 1
    slot.number = control.requests
    slot.born = t
    slot.since = t
    slot.phase = TRAVEL
    if slot.key < control.hop_below:
        slot.traced |= SAMPLED
    if source.retry != NEVER_AGAIN:
        earn_retries(w, row)
    start_patience(w, s, row)
    look_up_or_go(w, row, s, t)
