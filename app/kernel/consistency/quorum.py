"""Votes: several nodes have a copy of a key, and enough of them have to answer.

Every write has a stamp, and a copy keeps the newest (last write wins). A read that has heard of
no stamp as new as the newest acknowledged write when it began is stale. For a member that cannot
take a write, whoever coordinates it keeps a hint, for a time. When the member is back it is handed
its hints, the newest of each key, one at a time.
"""

from typing import Any

from app.kernel.events.event_queue import event_of, schedule
from app.kernel.jit.decorators import cold, int64
from app.kernel.state.codes.choices import StoreFamily
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.requests import Purpose, RequestFlag


@cold
def reach_quorum(w: Any, s: int, n: int) -> None:
    """Conclude a request whose copies have answered node `n` in sufficient number."""
    slot, call = w.slots[s], w.data_calls[s]
    slot.request_flags &= ~RequestFlag.QUORUM
    store = w.stores[w.nodes[n].row]
    if slot.purpose != Purpose.WRITE:
        store.answered += 1
        if call.newest_seen < call.stamp_needed:
            store.stale += 1
        return
    if call.store_key < store.keys:
        version = w.key_copies[w.stores[store.ring].first + call.store_key]
        version.acked = max(int64(version.acked), int64(call.stamp))


@cold
def store_hint(w: Any, b: int, node: int) -> None:
    """Keep a hint for a member of a ring that does not get the write of branch `b`."""
    vote, t = w.data_calls[b], int64(w.control[0].now)
    coordinator = w.nodes[w.slots[b].coordinator]
    holder, store = w.stores[coordinator.row], w.stores[w.nodes[node].row]
    late = not w.nodes[node].up and t - w.nodes[node].down_since > holder.hint_window
    if holder.hint_window == 0 or late or not coordinator.up or vote.store_key >= store.keys:
        holder.unhinted += 1
        return
    version = w.key_copies[store.first + vote.store_key]
    if vote.stamp > version.hint:
        version.hint = vote.stamp
        version.holder = coordinator.row
    holder.hinted += 1


@cold
def deliver_hints(w: Any, rows: int) -> None:
    """Begin to send hints to the members that are up, from whoever can reach them: the first hint
    when it has travelled, and then one after the other.
    """
    for row in range(rows):
        store = w.stores[row]
        if store.family != StoreFamily.WIDE_COLUMN or not w.nodes[store.node].up:
            continue
        store.cursor = 0
        if store.handing:
            continue
        k = _next_hint(w, int64(row))
        if k < 0:
            continue
        store.cursor, store.handing = 0, 1
        path = w.ring_paths[path_of(w, int64(w.key_copies[k].holder), int64(row))]
        at = int64(w.control[0].now) + int64(path.delay)
        schedule(w, at, event_of(EventType.TIMER, int64(store.node), int64(row)))


@cold
def deliver_hint(w: Any, row: int, t: int) -> None:
    """Hand a hint to a member, and send the next one on its way."""
    store = w.stores[row]
    store.handing = 0
    if store.family != StoreFamily.WIDE_COLUMN or not w.nodes[store.node].up:
        return
    k = _next_hint(w, row)
    if k < 0:
        return
    version = w.key_copies[k]
    version.stamp = max(int64(version.stamp), int64(version.hint))
    version.hint = 0
    store.delivered += 1
    store.handing = 1
    schedule(w, t + int64(store.hint_gap), event_of(EventType.TIMER, int64(store.node), row))


@cold
def _next_hint(w: Any, row: int) -> int:
    """Return the row of the next hint for a member that can be handed over now; -1 without any."""
    store = w.stores[row]
    first = int64(store.first)
    for k in range(first + int64(store.cursor), first + int64(store.keys)):
        version = w.key_copies[k]
        if version.hint == 0:
            continue
        holder = w.stores[version.holder]
        away = (
            holder.ring != store.ring
            or holder.family != StoreFamily.WIDE_COLUMN
            or not w.nodes[holder.node].up
        )
        if away or w.ring_paths[path_of(w, int64(version.holder), row)].cut:
            continue
        store.cursor = k + 1 - first
        return int64(k)
    store.cursor = store.keys
    return int64(-1)


@cold
def path_of(w: Any, sender: int, receiver: int) -> int:
    """Return the row of the path between two members of one ring, given by their rows."""
    store = w.stores[sender]
    return int64(store.paths_first + store.place * store.members + w.stores[receiver].place)
