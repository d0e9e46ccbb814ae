"""Errands: what a web server's request does besides one call to one database.

It may ask a cache first, and it may need several round trips to the data. Between two calls it
travels back to its web server (``CALLED``). A cache hears of what its web server has read or
written by a message of its own, which sets out when the answer is there.
"""

from typing import Any

from app.engine.kernel.circuit import call_succeeded
from app.engine.kernel.faulty import edge_between, gets_through
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.link import can_connect, wait_on_line
from app.engine.kernel.slot import release_slot, take_slot
from app.engine.records import ASKS, CALLED, GUARDED, KEYED, NOWHERE, SHIP, TRAVEL, WRITE

FILL, DROP = 0, 1
"""What a message to a cache says (in its slot's `attempts`): keep this key, or forget it."""
_SLOTS_KEPT = 2


@cold
def called_back(w: Any, s: int, t: int) -> None:
    """Whom a web server asked sends the request back to it."""
    slot = w.slots[s]
    if w.errands[s].gone:
        w.control[0].zombies -= 1
        release_slot(w, s)
        return
    if slot.holds & GUARDED:
        call_succeeded(w, s)
    slot.phase = CALLED
    line, delay = int64(NOWHERE), int64(0)
    if slot.edge >= 0:  # else an edit has taken the link away
        line, delay = int64(w.edges[slot.edge].line), int64(w.edges[slot.edge].delay)
    slot.back -= delay
    wait_on_line(w, s, line, delay, int64(slot.web), t)


@cold
def falls_open(w: Any, s: int, node: int) -> bool:
    """A request that fails at the cache that it asks goes on without."""
    slot = w.slots[s]
    if w.errands[s].cache != node or slot.phase != TRAVEL:
        slot.holds &= ~ASKS
        return False
    called_back(w, s, int64(w.control[0].now))
    return True


@cold
def answered(w: Any, s: int, node: int, t: int) -> None:
    """What a request has read or written is there, at `node`: its cache hears of it when its web
    server has.
    """
    slot, errand = w.slots[s], w.errands[s]
    slot.holds &= ~KEYED
    n, c = int64(slot.web), int64(errand.cache)
    if slot.purpose == WRITE:
        for row in range(w.caches[0].rows):
            if errand.key < w.caches[row].keys:
                w.entries[w.caches[row].first + errand.key].written_at = t
    e = edge_between(w, n, c)
    lost = e < 0 or not w.nodes[n].up or not can_connect(w, e) or not gets_through(w, e)
    if lost or w.control[0].free_count <= _SLOTS_KEPT:
        _pass_on_lead(w, s)
        return
    delay = int64(w.edges[e].delay)
    if node != n and slot.edge >= 0:
        delay += w.edges[slot.edge].delay
    m = take_slot(w)
    message = w.slots[m]
    message.purpose = SHIP
    message.phase = TRAVEL
    message.attempts = DROP if slot.purpose == WRITE else FILL
    message.number = errand.key
    message.born = t
    message.key = slot.key
    message.source = slot.source
    message.edge = message.front = message.balancer = message.web = -1
    message.abandoned = message.holds = message.traced = 0
    wait_on_line(w, m, int64(NOWHERE), delay, c, t)


@cold
def fetch_failed(w: Any, s: int) -> None:
    """A request that has missed in a cache brings nothing for it."""
    w.slots[s].holds &= ~KEYED
    _pass_on_lead(w, s)


@cold
def _pass_on_lead(w: Any, s: int) -> None:
    """If others wait for what a request was to fetch, the first of them goes instead."""
    errand = w.errands[s]
    if not errand.leads:
        return
    errand.leads = 0
    t = int64(w.control[0].now)
    cache = w.caches[w.nodes[errand.cache].row]
    entry = w.entries[cache.first + errand.key]
    entry.fetched_until = 0
    f = int64(entry.head)
    if f >= 0:
        entry.head = w.errands[f].next
        entry.fetched_until = t + cache.lease
        w.errands[f].leads = 1
        called_back(w, f, t)
