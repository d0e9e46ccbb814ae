"""Keys that requests write in groups with several primaries, and where each has its home."""

from typing import Any

from app.kernel.jit.decorators import cold, int64
from app.kernel.random_draws import GOLDEN, U, mixed, unit
from app.kernel.state.codes.choices import ReplicationMode
from app.kernel.state.constants import NOWHERE

_KEY_SALT = U(0x2545F4914F6CDD1D)


@cold
def bits_of(w: Any, s: int) -> Any:
    """Return the bits that decide what a request writes: the same at any node and attempt."""
    slot = w.slots[s]
    return mixed((w.sources[slot.source].key + U(slot.number) * GOLDEN) ^ _KEY_SALT)


@cold
def key_of(w: Any, group: Any, bits: Any) -> int:
    """The key that a request writes, by how popular each is."""
    share = unit(bits)
    if group.popular_first < 0:
        return int64(share * group.keys)
    low, high = int64(0), int64(group.keys) - 1
    while low < high:
        middle = (low + high) >> 1
        if w.popular[group.popular_first + middle] > share:
            high = middle
        else:
            low = middle + 1
    return low


@cold
def home_of(w: Any, s: int, n: int) -> int:
    """The node that a request's key has its home at, in the group of database `n`; NOWHERE where
    that has not several primaries, or `n` is no database.
    """
    row = int64(w.nodes[n].row)
    if row < 0 or row >= w.control[0].databases_used or w.databases[row].node != n:
        return int64(NOWHERE)
    group = w.groups[w.databases[row].group]
    if group.mode == ReplicationMode.PRIMARY_REPLICA:
        return int64(NOWHERE)
    key = key_of(w, group, bits_of(w, s))
    return int64(w.databases[w.members[group.member_first + key % group.member_count]].node)
