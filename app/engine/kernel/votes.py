"""Votes: several nodes have a copy of a key, and enough of them have to answer.

Every write has a stamp, and a copy keeps the newest (last write wins). A read that has heard of
no stamp as new as the newest acknowledged write when it began is stale. For a member that cannot
take a write, whoever coordinates it keeps a hint, for a time.
"""

from typing import Any

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
    """Whoever keeps hints for a member that is there hands them over, if it can be reached."""
    for row in range(rows):
        store = w.stores[row]
        if store.family != WIDE_COLUMN or not w.nodes[store.node].up:
            continue
        for k in range(store.first, store.first + store.keys):
            version = w.key_copies[k]
            if version.hint == 0:
                continue
            holder = w.stores[version.holder]
            away = (
                holder.ring != store.ring
                or holder.family != WIDE_COLUMN
                or not w.nodes[holder.node].up
            )
            if away or w.ring_paths[path_of(w, int64(version.holder), row)].cut:
                continue
            version.stamp = max(int64(version.stamp), int64(version.hint))
            version.hint = 0
            store.delivered += 1


@cold
def path_of(w: Any, sender: int, receiver: int) -> int:
    """Where the path between two members of one ring stands, by their rows."""
    store = w.stores[sender]
    return int64(store.paths_first + store.place * store.members + w.stores[receiver].place)
