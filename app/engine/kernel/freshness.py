"""What a read sees: whether an acknowledged write of its key, or the user's own, is missing there.

Each group may follow keys: the position of the newest acknowledged write of each. A read is stale
where the database that serves it has not applied that. Which key a request is about follows from
its number alone, so that following keys draws nothing anew.
"""

from typing import Any

from app.engine.kernel.draw import GOLDEN, U, mixed, unit
from app.engine.kernel.jit import cold, int64
from app.engine.records import BRANCH, OWN

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
def has_read(w: Any, n: int, s: int) -> None:
    """A database has done a read: count what it could not see."""
    database = w.databases[w.nodes[n].row]
    g = int64(database.group)
    asker = s
    if w.slots[s].phase == BRANCH and w.slots[w.slots[s].older].number == w.slots[s].number:
        asker = int64(w.slots[s].older)
    followed = w.groups[g].latest_count > 0
    sees = int64(database.applied)
    if database.timeline != w.groups[g].timeline:
        sees = min(sees, int64(database.common))  # what it has beyond that is another story
    stale = False
    if w.slots[asker].traced & OWN and w.own_writes[asker].group == g:
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
def forget_beyond(w: Any, g: int, position: int) -> None:
    """A log goes on from a position: what was written beyond it is lost, and nobody can miss it by
    reading elsewhere.
    """
    group = w.groups[g]
    for k in range(group.latest_first, group.latest_first + group.latest_count):
        w.latest[k].position = min(w.latest[k].position, position)
