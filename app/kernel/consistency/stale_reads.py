"""Stale reads: an acknowledged write of the key, or the user's own, is missing where it is read.

Each group may follow keys: the position of the newest acknowledged write of each. A read is stale
where the database that serves it has not applied that. The key of a request follows from its
number alone, so that following keys draws nothing anew.
"""

from typing import Any

from app.kernel.jit.decorators import cold, int64
from app.kernel.random_draws import GOLDEN, U, mixed, unit
from app.kernel.state.codes.requests import Phase, RequestFlag

_KEY_SALT = U(0x6C62272E07BB0142)


@cold
def key_of(w: Any, s: int, g: int) -> int:
    """The row of the key that slot `s` is about, of those that group `g` follows."""
    group, slot = w.groups[g], w.slots[s]
    first = int64(group.latest_first)
    key = w.sources[slot.source].key
    share = unit(mixed((key ^ _KEY_SALT) + U(slot.number) * GOLDEN))
    low, high = first, first + int64(group.latest_count) - 1
    while low < high:
        middle = (low + high) // 2
        if w.latest[middle].share_until > share:
            high = middle
        else:
            low = middle + 1
    return low


@cold
def count_stale_read(w: Any, n: int, s: int) -> None:
    """Count a database's read as stale if an acknowledged write of its key is missing there."""
    database = w.databases[w.nodes[n].row]
    g = int64(database.group)
    asker = s
    if w.slots[s].phase == Phase.BRANCH and w.slots[w.slots[s].parent].number == w.slots[s].number:
        asker = int64(w.slots[s].parent)
    followed = w.groups[g].latest_count > 0
    sees = int64(database.applied)
    if database.timeline != w.groups[g].timeline:
        sees = min(sees, int64(database.fork_position))  # what it has beyond that is another story
    stale = False
    if w.slots[asker].request_flags & RequestFlag.READ_OWN_WRITE and w.own_writes[asker].group == g:
        own = w.own_writes[asker]
        database.own_reads += 1
        if own.position > sees:
            database.own_stale += 1
            stale = True
        followed = followed and own.key >= 0
        if followed and w.latest[own.key].position > sees:
            stale = True
    elif followed and w.latest[key_of(w, asker, g)].position > sees:
        stale = True
    if stale:
        database.stale_reads += 1


@cold
def truncate_latest(w: Any, g: int, position: int) -> None:
    """Forget acknowledged writes beyond the position from which a log goes on: they are lost, so no
    read can miss them.
    """
    group = w.groups[g]
    for k in range(group.latest_first, group.latest_first + group.latest_count):
        w.latest[k].position = min(w.latest[k].position, position)
