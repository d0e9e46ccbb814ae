"""A cache: answers what it holds, sends the rest back, and forgets by age and by use.

What it holds stands in a list by use; of the keys that it may be asked for, each has an entry.
"""

from typing import Any

from app.engine.kernel.agenda import TICKET_MASK
from app.engine.kernel.errand import DROP, called_back
from app.engine.kernel.hanging import turn_away
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.request import complete
from app.engine.kernel.slot import release_slot
from app.engine.kernel.station import leave, visit
from app.engine.records import ASKS, NEVER, REFUSED, SHIP


@cold
def arrive(w: Any, n: int, s: int, t: int) -> None:
    """A request asks for a key, or a message says what has become of one."""
    if w.nodes[n].up:
        visit(w, n, s, t)
    else:
        turn_away(w, n, s, t, REFUSED)


@cold
def finish(w: Any, n: int, s: int, t: int) -> None:
    """The key is looked up, or the message read."""
    leave(w, n, s, t)
    if w.slots[s].purpose != SHIP:
        _look_up(w, n, s, t)
        return
    k, cache = int64(w.slots[s].number), w.caches[w.nodes[n].row]
    message, read_at = int64(w.slots[s].attempts), int64(w.slots[s].born)
    release_slot(w, s)
    if k >= cache.keys:  # there were more once
        return
    if message == DROP:
        _drop(w, cache, k)
    else:
        _fill(w, n, k, read_at, t)


@cold
def _look_up(w: Any, n: int, s: int, t: int) -> None:
    cache, errand, slot = w.caches[w.nodes[n].row], w.errands[s], w.slots[s]
    k = min(int64(errand.key), int64(cache.keys) - 1)
    entry = w.entries[cache.first + k]
    if entry.until > t:
        cache.hits += 1
        if entry.read_at < entry.written_at:
            cache.stale += 1
        _unlist(w, cache, k)
        _list(w, cache, k)
        slot.holds &= ~ASKS
        complete(w, s, n, t)
        return
    _drop(w, cache, k)
    cache.misses += 1
    if cache.lease > 0 and not errand.gone:
        if entry.fetched_until > t:
            cache.waited += 1
            slot.ticket = (slot.ticket + 1) & TICKET_MASK
            errand.next = -1
            if entry.head < 0:
                entry.head = s
            else:
                w.errands[entry.tail].next = s
            entry.tail = s
            return
        entry.fetched_until = t + cache.lease
        errand.leads = 1
    called_back(w, s, t)


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
        after = int64(w.errands[f].next)
        w.slots[f].holds &= ~ASKS
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
def crashed(w: Any, n: int) -> None:
    """The process is gone, with all that it held; whoever waited for a key goes without."""
    shrink(w, n, int64(0))
    cache = w.caches[w.nodes[n].row]
    for k in range(cache.first, cache.first + cache.keys):
        entry = w.entries[k]
        f = int64(entry.head)
        entry.head = -1
        entry.fetched_until = 0
        while f >= 0:
            after = int64(w.errands[f].next)
            called_back(w, f, int64(w.control[0].now))
            f = after
