"""A cache: answers what it holds, sends the rest back, and forgets by age and by use.

What it holds stands in a list by use; of the keys that it may be asked for, each has an entry.
"""

from typing import Any

from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.requests.cache_aside import return_call
from app.kernel.requests.request import complete
from app.kernel.slots.slots import release_slot
from app.kernel.state.codes.events import TICKET_MASK
from app.kernel.state.codes.requests import CacheMessage, Outcome, Purpose, SlotFlag
from app.kernel.state.constants import NEVER
from app.kernel.stations.station import leave, visit
from app.kernel.stations.unavailable_nodes import visit_unavailable


@cold
def arrive(w: Any, n: int, s: int, t: int) -> None:
    """Take in a request for a key, or a message about one that was written or fetched."""
    if w.nodes[n].up:
        visit(w, n, s, t)
    else:
        visit_unavailable(w, n, s, t, Outcome.REFUSED)


@cold
def finish(w: Any, n: int, s: int, t: int) -> None:
    """Look up the key, or act on the message."""
    leave(w, n, s, t)
    if w.slots[s].purpose != Purpose.SHIP:
        _look_up(w, n, s, t)
        return
    k, cache = int64(w.slots[s].cached_key), w.caches[w.nodes[n].row]
    message, read_at = int64(w.slots[s].cache_message), int64(w.slots[s].read_at)
    release_slot(w, s)
    if k >= cache.keys:  # there were more once
        return
    if message == CacheMessage.DROP:
        _drop(w, cache, k)
    else:
        _fill(w, n, k, read_at, t)


@cold
def _look_up(w: Any, n: int, s: int, t: int) -> None:
    cache, call, slot = w.caches[w.nodes[n].row], w.data_calls[s], w.slots[s]
    k = min(int64(call.key), int64(cache.keys) - 1)
    entry = w.entries[cache.first + k]
    if entry.until > t:
        cache.hits += 1
        if entry.read_at < entry.written_at:
            cache.stale += 1
        _unlist(w, cache, k)
        _list(w, cache, k)
        slot.slot_flags &= ~SlotFlag.CACHE_CALL
        complete(w, s, n, t)
        return
    _drop(w, cache, k)
    cache.misses += 1
    if cache.lease > 0 and not call.superseded:
        if entry.fetched_until > t:
            cache.waited += 1
            slot.ticket = (slot.ticket + 1) & TICKET_MASK
            call.next_waiter = -1
            if entry.head < 0:
                entry.head = s
            else:
                w.data_calls[entry.tail].next_waiter = s
            entry.tail = s
            return
        entry.fetched_until = t + cache.lease
        call.fetches = 1
    return_call(w, s, t)


@cold
def _fill(w: Any, n: int, k: int, read_at: int, t: int) -> None:
    """Keep a key, at the cost of what has not been asked for for longest, and answer whoever
    waits for it.
    """
    cache = w.caches[w.nodes[n].row]
    entry = w.entries[cache.first + k]
    _drop(w, cache, k)
    entry.until = t + cache.ttl if cache.ttl > 0 else int64(NEVER)
    entry.read_at = read_at
    entry.fetched_until = 0
    _list(w, cache, k)
    cache.evicted += max(int64(cache.held) - cache.capacity, 0)
    shrink(w, n, int64(cache.capacity))
    f = int64(entry.head)
    entry.head = -1
    while f >= 0:
        after = int64(w.data_calls[f].next_waiter)
        w.slots[f].slot_flags &= ~SlotFlag.CACHE_CALL
        complete(w, f, n, t)
        f = after


@cold
def _list(w: Any, cache: Any, k: int) -> None:
    """Key `k` is the one that was used last."""
    entry = w.entries[cache.first + k]
    entry.newer, entry.older = -1, cache.newest
    if cache.newest >= 0:
        w.entries[cache.first + cache.newest].newer = k
    else:
        cache.oldest = k
    cache.newest = k
    cache.held += 1


@cold
def _unlist(w: Any, cache: Any, k: int) -> None:
    entry = w.entries[cache.first + k]
    if entry.newer >= 0:
        w.entries[cache.first + entry.newer].older = entry.older
    else:
        cache.newest = entry.older
    if entry.older >= 0:
        w.entries[cache.first + entry.older].newer = entry.newer
    else:
        cache.oldest = entry.newer
    cache.held -= 1


@cold
def _drop(w: Any, cache: Any, k: int) -> None:
    """Forget a key, if it is held."""
    entry = w.entries[cache.first + k]
    if entry.until > 0:
        entry.until = 0
        _unlist(w, cache, k)


@cold
def shrink(w: Any, n: int, most: int) -> None:
    """Forget what has not been asked for for longest, but for so many keys; what is being fetched
    is still waited for.
    """
    cache = w.caches[w.nodes[n].row]
    while cache.held > most:
        _drop(w, cache, int64(cache.oldest))


@cold
def crashed(w: Any, n: int, hung: int, t: int) -> None:
    """Lose all entries, unless it hangs; whoever waited for a key goes without."""
    if hung:
        return
    shrink(w, n, int64(0))
    cache = w.caches[w.nodes[n].row]
    for k in range(cache.first, cache.first + cache.keys):
        entry = w.entries[k]
        f = int64(entry.head)
        entry.head = -1
        entry.fetched_until = 0
        while f >= 0:
            after = int64(w.data_calls[f].next_waiter)
            return_call(w, f, t)
            f = after


@hot
def healed(w: Any, n: int, hung: int, t: int) -> None:
    """Start empty, or, having hung, with the entries kept."""


@hot
def due(w: Any, event_type: int, n: int, subject: int, t: int) -> None:
    """Do nothing: an expired entry is dropped when somebody asks for it."""
