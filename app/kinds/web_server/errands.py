"""What a web server's request does before and between its calls to the data."""

from typing import Any

from app.engine.kernel.agenda import ATTEMPT, event_of, schedule
from app.engine.kernel.draw import GOLDEN, U, mixed, unit
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.link import can_connect, send
from app.engine.kernel.slot import MOVES_FRONT, MOVES_WORKER, twin
from app.engine.records import ASKS, CALL, KEYED, LIMBO, PAGED, READ, TRAVEL

_KEY_SALT = U(0x8CB92BA72F3D8DD7)
_CACHE_SALT, _SHARD_SALT = U(0xD6E8FEB86659FD93), U(0xE7037ED1A0B428DB)


@cold
def drawn_key(w: Any, s: int, first: int, count: int) -> int:
    """Which of `count` keys a request is about, by their popularity: `ranks` from `first` on."""
    trip = U(int64(w.errands[s].left))
    share = unit(mixed((w.slots[s].key ^ _KEY_SALT) + trip * GOLDEN))
    low, high = int64(0), int64(count) - 1
    while low < high:
        middle = (low + high) >> 1
        if w.ranks[first + middle] > share:
            high = middle
        else:
            low = middle + 1
    return low


@cold
def sets_out(w: Any, n: int, s: int, t: int) -> bool:
    """Begin a request's errand at web server `n`; True if it asks a cache first."""
    slot, errand = w.slots[s], w.errands[s]
    slot.holds &= ~(ASKS | KEYED)
    errand.cache = errand.next = -1
    errand.left = errand.leads = errand.gone = 0
    e = _cache_of(w, n, s)
    if e < 0 or not can_connect(w, e):
        begin_page(w, n, s)
        return False
    c = int64(w.edges[e].node)
    errand.cache = c
    if slot.purpose != READ:
        slot.holds |= KEYED
        begin_page(w, n, s)
        return False
    slot.holds |= ASKS
    errand.back = slot.back
    timeout = w.caches[w.nodes[c].row].timeout
    if timeout > 0:
        schedule(w, t + timeout, event_of(ATTEMPT, int64(slot.ticket), s))
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
                w.errands[s].key = drawn_key(w, s, first, keys)
            count += 1
    if count == 0:
        return int64(-1)
    place = int64(mixed(U(int64(w.errands[s].key)) ^ _CACHE_SALT) % U(count))
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
    slot.phase = TRAVEL
    slot.traced &= ~PAGED
    if trips > 0 and slot.purpose == READ:
        slot.traced |= PAGED
        w.errands[s].left = trips - 1
        if trips > 1:
            slot.phase = CALL


@cold
def goes_on(w: Any, n: int, s: int) -> None:
    """A request is back at its web server from a cache that does not have it, or from one of its
    round trips: the next one follows.
    """
    slot, errand = w.slots[s], w.errands[s]
    if slot.holds & ASKS:
        slot.holds = slot.holds & ~ASKS | KEYED
        begin_page(w, n, s)
        return
    errand.left -= 1
    slot.phase = CALL if errand.left > 0 else TRAVEL


@cold
def cache_overdue(w: Any, s: int) -> int:
    """A cache has not answered in time: the request goes on without. Its slot from now on, -1 if
    nobody waits for it any more.
    """
    if w.slots[s].abandoned:
        return int64(-1)
    b = s
    if w.slots[s].phase != LIMBO:
        b = twin(w, s, MOVES_FRONT | MOVES_WORKER)
        errand, other = w.errands[s], w.errands[b]
        other.key, other.cache, other.back = errand.key, errand.cache, errand.back
        other.next = -1
        other.left = other.leads = other.gone = 0
        errand.gone = 1
        w.slots[s].holds &= ~ASKS
    w.slots[b].back = w.errands[b].back
    w.slots[b].holds |= ASKS
    return b
