"""Name resolution of users: cached answers, lookups at a name server, addresses in turn."""

from typing import Any

from app.kernel.counters import visit_hop
from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.network.address_lists import address_from_list
from app.kernel.network.address_order import next_in_turn
from app.kernel.network.link import can_connect, send
from app.kernel.network.virtual_ips import way_to_holder
from app.kernel.random_draws import U, mixed
from app.kernel.requests.request import fail, fail_unreachable
from app.kernel.requests.retry import earn_retry_budget
from app.kernel.slots.slots import release_slot, start_deadline
from app.kernel.state.codes.choices import Backoff
from app.kernel.state.codes.requests import Outcome, Phase, RequestFlag
from app.kinds.client.behaviour.connect import back_at_client, open_connection

_CACHE_SALT = U(0xD1B54A32D192ED03)
_LOW = U(0x7FFFFFFF)


@hot
def resolve_address(w: Any, row: int, s: int, t: int) -> None:
    """Find a request's address: in the client's cache, from the name server, or as drawn."""
    source, slot = w.sources[row], w.slots[s]
    if source.lookup_count == 0:
        _go(w, row, s, next_in_turn(w, row), t)
        return
    if slot.attempts == 0 and not slot.request_flags & (
        RequestFlag.PAGE_PART | RequestFlag.READ_OWN_WRITE
    ):  # a user asks the same cache again
        slot.resolver = int64(mixed(slot.key ^ _CACHE_SALT) & _LOW)
    cache = source.cache_first + int64(slot.resolver) % int64(source.cache_count)
    if w.cache_until[cache] > t:
        target = (
            address_from_list(w, row, s, cache) if source.list_order else int64(w.cache_node[cache])
        )
        e = _edge_to(w, int64(source.node), target)
        if e >= 0:
            source.cache_hits += 1
            _go(w, row, s, e, t)
            return
    source.cache_misses += 1
    slot.phase = Phase.LOOKUP
    slot.dns_cache = cache
    if source.turn >= source.lookup_count:
        source.turn = 0
    e = int64(w.nodes[source.node].first_edge + source.turn)
    source.turn += 1
    if not can_connect(w, e):
        fail_unreachable(w, s, int64(source.node), e)
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
        fail(w, s, int64(w.sources[row].node), Outcome.UNREACHABLE)
        return
    slot = w.slots[s]
    if w.nodes[w.edges[e].node].holder != 0:
        e = way_to_holder(w, int64(w.sources[row].node), e)
    if not can_connect(w, e):
        fail_unreachable(w, s, int64(w.sources[row].node), e)
        return
    slot.first_address = w.edges[e].node
    if w.sources[row].connects:
        open_connection(w, row, s, e, t)
        return
    slot.phase = Phase.FORWARD
    slot.web = -1
    slot.return_delay = 0
    slot.node = w.edges[e].node
    send(w, s, e, t)


@hot
def answered(w: Any, s: int, t: int) -> None:
    """Cache the answer of the name server, and send the request on."""
    slot = w.slots[s]
    if slot.phase == Phase.NEXT_REQUEST:
        _fetch_part(w, s, t)
        return
    if slot.phase != Phase.LOOKUP_ANSWER:
        back_at_client(w, s, t)
        return
    row = int64(slot.source)
    source = w.sources[row]
    cache, target, ttl = slot.dns_cache, int64(slot.dns_answer), int64(slot.ttl)
    slot.web = -1
    slot.balancer = -1
    slot.return_delay = 0
    died = w.nodes[source.node].epoch != slot.epoch
    if not died:
        w.cache_until[cache] = t + _kept_for(source, int64(cache), ttl)
        w.cache_node[cache] = target
    if slot.orphaned_work or died:
        fail(w, s, int64(source.node), Outcome.LOST_IN_CRASH)
        return
    _go(w, row, s, _edge_to(w, int64(source.node), target), t)


@hot
def _kept_for(source: Any, cache: int, ttl: int) -> int:
    """Return the time to live of an answer in a cache: within bounds, unless it ignores the TTL."""
    if cache - source.cache_first < source.ignoring:
        return source.ttl_ignored
    return max(min(ttl, source.ttl_max), source.ttl_min)


@cold
def _fetch_part(w: Any, s: int, t: int) -> None:
    """Send a page's next request after an answer: for its next part, or a read of an own write."""
    slot, control = w.slots[s], w.control[0]
    row = int64(slot.source)
    source = w.sources[row]
    node = w.nodes[source.node]
    is_part = slot.request_flags & RequestFlag.PAGE_PART
    if not node.up or node.epoch != slot.epoch or (is_part and source.parts == 0):
        release_slot(w, s)
        return
    if is_part:
        w.parts_left[s] -= 1
    source.offered += 1
    control.requests += 1
    slot.number = control.requests
    slot.created_at = t
    slot.attempt_at = t
    slot.phase = Phase.FORWARD
    if slot.key < control.hop_below:
        slot.request_flags |= RequestFlag.SAMPLED
    if slot.request_flags & RequestFlag.SAMPLED:
        visit_hop(w, s, int64(source.node), t, t)
    if source.retry != Backoff.NEVER:
        earn_retry_budget(w, row)
    start_deadline(w, s, row)
    resolve_address(w, row, s, t)


@cold
def forget_answers(w: Any, n: int) -> None:
    """Lose the cached answers of a client whose machines die, and its budget of retries."""
    for row in range(w.control[0].sources_used):
        source = w.sources[row]
        if source.node == n:
            source.budget = 0.0
            for cache in range(source.cache_first, source.cache_first + source.cache_count):
                w.cache_until[cache] = 0
