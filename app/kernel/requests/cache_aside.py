"""Errands: what a web server's request does besides one call to one database.

It may ask a cache first, and it may need several round trips to the data. Between two calls it
travels back to its web server (``CALLED``). A cache hears of what its web server has read or
written by a message of its own, which sets out when the answer is there.
"""

from typing import Any

from app.kernel.jit.decorators import cold, int64
from app.kernel.network.link import can_connect, travel
from app.kernel.network.message_faults import edge_between, passes_forward
from app.kernel.resilience.circuit_breaker import call_succeeded
from app.kernel.slots.slots import release_slot, take_slot
from app.kernel.state.codes.requests import CacheMessage, Phase, Purpose, SlotFlag
from app.kernel.state.constants import NOWHERE

_SLOTS_KEPT = 2


@cold
def return_call(w: Any, s: int, t: int) -> None:
    """Return the request from the callee to its web server."""
    slot = w.slots[s]
    if w.data_calls[s].superseded:
        w.control[0].orphaned_work -= 1
        release_slot(w, s)
        return
    if slot.slot_flags & SlotFlag.BREAKER:
        call_succeeded(w, s)
    slot.phase = Phase.CALL_RETURN
    line, delay = int64(NOWHERE), int64(0)
    if slot.edge >= 0:  # else an edit has taken the link away
        line, delay = int64(w.edges[slot.edge].delay_line), int64(w.edges[slot.edge].delay)
    slot.return_delay -= delay
    travel(w, s, line, delay, int64(slot.web), t)


@cold
def fail_open(w: Any, s: int, node: int) -> bool:
    """Return a request that failed at its cache to its server. Return False if it did not call a
    cache.
    """
    slot = w.slots[s]
    if w.data_calls[s].cache != node or slot.phase != Phase.FORWARD:
        slot.slot_flags &= ~SlotFlag.CACHE_CALL
        return False
    return_call(w, s, int64(w.control[0].now))
    return True


@cold
def answered(w: Any, s: int, node: int, t: int) -> None:
    """Send the cache of a web server what a request has read or written at `node`."""
    slot, call = w.slots[s], w.data_calls[s]
    slot.slot_flags &= ~SlotFlag.CACHE_KEY
    n, c = int64(slot.web), int64(call.cache)
    if slot.purpose == Purpose.WRITE:
        for row in range(w.caches[0].rows):
            if call.key < w.caches[row].keys:
                w.entries[w.caches[row].first + call.key].written_at = t
    e = edge_between(w, n, c)
    lost = e < 0 or not w.nodes[n].up or not can_connect(w, e) or not passes_forward(w, e)
    if lost or w.control[0].free_count <= _SLOTS_KEPT:
        _pass_on_fetch(w, s)
        return
    delay = int64(w.edges[e].delay)
    if node != n and slot.edge >= 0:
        delay += w.edges[slot.edge].delay
    m = take_slot(w)
    message = w.slots[m]
    message.purpose = Purpose.SHIP
    message.phase = Phase.FORWARD
    message.cache_message = (
        CacheMessage.DROP if slot.purpose == Purpose.WRITE else CacheMessage.FILL
    )
    message.cached_key = call.key
    message.read_at = t
    message.key = slot.key
    message.source = slot.source
    message.edge = message.server_edge = message.balancer = message.web = -1
    message.orphaned_work = message.slot_flags = message.request_flags = 0
    travel(w, m, int64(NOWHERE), delay, c, t)


@cold
def fetch_failed(w: Any, s: int) -> None:
    """Give up the fetch of a request that has missed in a cache and brings nothing for it."""
    w.slots[s].slot_flags &= ~SlotFlag.CACHE_KEY
    _pass_on_fetch(w, s)


@cold
def _pass_on_fetch(w: Any, s: int) -> None:
    """Let the first request that waits for another's fetch do the fetch instead."""
    call = w.data_calls[s]
    if not call.fetches:
        return
    call.fetches = 0
    t = int64(w.control[0].now)
    cache = w.caches[w.nodes[call.cache].row]
    entry = w.entries[cache.first + call.key]
    entry.fetched_until = 0
    f = int64(entry.head)
    if f >= 0:
        entry.head = w.data_calls[f].next_waiter
        entry.fetched_until = t + cache.lease
        w.data_calls[f].fetches = 1
        return_call(w, f, t)
