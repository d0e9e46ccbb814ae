"""Votes: several nodes have a copy of a key, and enough of them have to answer.

Every write has a stamp, and a copy keeps the newest (last write wins). A read that has heard of
no stamp as new as the newest acknowledged write when it began is stale. For a member that cannot
take a write, whoever coordinates it keeps a hint, for a time. When the member is back it is handed
its hints, the newest of each key, one at a time.
"""

from typing import Any

from app.engine.kernel.agenda import DUE, event_of, schedule
from app.engine.kernel.jit import cold, int64
from app.engine.records import VOTES, WIDE_COLUMN, WRITE


@cold
def decide(w: Any, s: int, n: int) -> None:
    """Enough copies have answered what node `n` has asked for a request."""
    slot, errand = w.slots[s], w.errands[s]
    slot.traced &= ~VOTES
    store = w.stores[w.nodes[n].row]
    if slot.purpose != WRITE:
        store.answered += 1
        if errand.seen < errand.need:
            store.stale += 1
        return
    if errand.place < store.keys:
        version = w.key_copies[w.stores[store.ring].first + errand.place]
        version.acked = max(int64(version.acked), int64(errand.stamp))


@cold
def keep_hint(w: Any, b: int, node: int) -> None:
    """A member of a ring does not get the write of branch `b`."""
    vote, t = w.errands[b], int64(w.control[0].now)
    coordinator = w.nodes[w.slots[b].web]
    holder, store = w.stores[coordinator.row], w.stores[w.nodes[node].row]
    late = not w.nodes[node].up and t - w.nodes[node].down_since > holder.hint_window
    if holder.hint_window == 0 or late or not coordinator.up or vote.place >= store.keys:
        holder.unhinted += 1
        return
    version = w.key_copies[store.first + vote.place]
    if vote.stamp > version.hint:
        version.hint = vote.stamp
        version.holder = coordinator.row
    holder.hinted += 1


@cold
def deliver_hints(w: Any, rows: int) -> None:
    """Members that are there begin to get what is kept for them, from whoever can reach them: the
    first hint when it has travelled, and then one after the other.
    """
    for row in range(rows):
        store = w.stores[row]
        if store.family != WIDE_COLUMN or not w.nodes[store.node].up:
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
        schedule(w, at, event_of(DUE, int64(store.node), int64(row)))


@cold
def hand_over(w: Any, row: int, t: int) -> None:
    """A member gets a hint, and the next one is on its way."""
    store = w.stores[row]
    store.handing = 0
    if store.family != WIDE_COLUMN or not w.nodes[store.node].up:
        return
    k = _next_hint(w, row)
    if k < 0:
        return
    version = w.key_copies[k]
    version.stamp = max(int64(version.stamp), int64(version.hint))
    version.hint = 0
    store.delivered += 1
    store.handing = 1
    schedule(w, t + int64(store.hint_gap), event_of(DUE, int64(store.node), row))


@cold
def _next_hint(w: Any, row: int) -> int:
    """Where the next hint for a member stands that can be handed over now; -1 without any."""
    store = w.stores[row]
    first = int64(store.first)
    for k in range(first + int64(store.cursor), first + int64(store.keys)):
        version = w.key_copies[k]
        if version.hint == 0:
            continue
        holder = w.stores[version.holder]
        away = (
            holder.ring != store.ring or holder.family != WIDE_COLUMN or not w.nodes[holder.node].up
        )
        if away or w.ring_paths[path_of(w, int64(version.holder), row)].cut:
            continue
        store.cursor = k + 1 - first
        return int64(k)
    store.cursor = store.keys
    return int64(-1)


@cold
def path_of(w: Any, sender: int, receiver: int) -> int:
    """Where the path between two members of one ring stands, by their rows."""
    store = w.stores[sender]
    return int64(store.paths_first + store.place * store.members + w.stores[receiver].place)
