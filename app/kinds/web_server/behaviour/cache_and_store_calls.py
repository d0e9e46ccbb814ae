"""Calls of a web server's request to caches and stores, before and between those to databases."""

from typing import Any

from app.kernel.events.event_queue import event_of, schedule
from app.kernel.jit.decorators import cold, int64
from app.kernel.network.link import can_connect, send
from app.kernel.random_draws import U, mixed
from app.kernel.requests.key_popularity import drawn_key
from app.kernel.slots.slots import clone_slot
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.requests import Moves, Phase, Purpose, RequestFlag, SlotFlag

_CACHE_SALT, _SHARD_SALT = U(0xD6E8FEB86659FD93), U(0xE7037ED1A0B428DB)


@cold
def start_calls(w: Any, n: int, s: int, t: int) -> bool:
    """Begin a request's call at web server `n`; True if it asks a cache first."""
    slot, call = w.slots[s], w.data_calls[s]
    slot.slot_flags &= ~(SlotFlag.CACHE_CALL | SlotFlag.CACHE_KEY)
    call.cache = call.next_waiter = -1
    call.trips_left = call.fetches = call.superseded = 0
    e = _cache_of(w, n, s)
    if e < 0 or not can_connect(w, e):
        begin_page(w, n, s)
        return False
    c = int64(w.edges[e].node)
    call.cache = c
    if slot.purpose != Purpose.READ:
        slot.slot_flags |= SlotFlag.CACHE_KEY
        begin_page(w, n, s)
        return False
    slot.slot_flags |= SlotFlag.CACHE_CALL
    call.return_delay = slot.return_delay
    timeout = w.caches[w.nodes[c].row].timeout
    if timeout > 0:
        schedule(w, t + timeout, event_of(EventType.ATTEMPT, int64(slot.ticket), s))
    send(w, s, e, t)
    return True


@cold
def _cache_of(w: Any, n: int, s: int) -> int:
    """The edge to the cache that has the request's key, of which the first one says how popular
    keys are; -1 without any.
    """
    node = w.nodes[n]
    count = int64(0)
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        if w.edges[e].caches:
            if count == 0:
                cache = w.caches[w.nodes[w.edges[e].node].row]
                first, keys = int64(cache.ranks_first), int64(cache.keys)
                w.data_calls[s].key = drawn_key(w, s, first, keys)
            count += 1
    if count == 0:
        return int64(-1)
    place = int64(mixed(U(int64(w.data_calls[s].key)) ^ _CACHE_SALT) % U(count))
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        if w.edges[e].caches:
            if place == 0:
                return int64(e)
            place -= 1
    return int64(-1)


@cold
def shard_of(w: Any, n: int, s: int) -> int:
    """The edge to the node that has the key of this call, by its hash; the first one says how
    popular keys are.
    """
    node = w.nodes[n]
    place = int64(-1)
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        if not w.edges[e].shard:
            continue
        if place < 0:
            store = w.stores[w.nodes[w.edges[e].node].row]
            key = drawn_key(w, s, int64(store.ranks_first), int64(store.keys))
            place = int64(mixed(U(key) ^ _SHARD_SALT) % U(int64(node.shards)))
        if place == 0:
            return int64(e)
        place -= 1
    return int64(-1)


@cold
def begin_page(w: Any, n: int, s: int) -> None:
    """The first of the round trips to the data that a page takes."""
    slot, trips = w.slots[s], int64(w.nodes[n].trips)
    slot.phase = Phase.FORWARD
    slot.request_flags &= ~RequestFlag.PAGE_WORK
    if trips > 0 and slot.purpose == Purpose.READ:
        slot.request_flags |= RequestFlag.PAGE_WORK
        w.data_calls[s].trips_left = trips - 1
        if trips > 1:
            slot.phase = Phase.CALL


@cold
def continue_request(w: Any, n: int, s: int) -> None:
    """Go on with a request that is back at its web server from a cache that does not have its key,
    or from one of its round trips.
    """
    slot, call = w.slots[s], w.data_calls[s]
    if slot.slot_flags & SlotFlag.CACHE_CALL:
        slot.slot_flags = slot.slot_flags & ~SlotFlag.CACHE_CALL | SlotFlag.CACHE_KEY
        begin_page(w, n, s)
        return
    call.trips_left -= 1
    slot.phase = Phase.CALL if call.trips_left > 0 else Phase.FORWARD


@cold
def cache_times_out(w: Any, s: int) -> int:
    """Time out a call to a cache: the request goes on without. Return its slot from now on, -1 if
    nobody waits for it any more.
    """
    if w.slots[s].orphaned_work:
        return int64(-1)
    b = s
    if w.slots[s].phase != Phase.SUSPENDED:
        b = clone_slot(w, s, Moves.SERVER_CONNECTION | Moves.WORKER)
        call, other = w.data_calls[s], w.data_calls[b]
        other.key, other.cache, other.return_delay = call.key, call.cache, call.return_delay
        other.next_waiter = -1
        other.trips_left = other.fetches = other.superseded = 0
        call.superseded = 1
        w.slots[s].slot_flags &= ~SlotFlag.CACHE_CALL
    w.slots[b].return_delay = w.data_calls[b].return_delay
    w.slots[b].slot_flags |= SlotFlag.CACHE_CALL
    return b
