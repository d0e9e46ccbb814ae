"""Columns of the tables about keys: things that requests ask for by name."""

from __future__ import annotations

import numpy as np

from app.kernel.state.fields import DATA_CALL_ALIASES, with_aliases

# A cache: keys 0 to `keys` - 1, of which it has `held` in order of use.
CACHE_ROW = np.dtype(
    [
        ("ttl", "i8"),
        ("lease", "i8"),  # how long whoever fetches a key keeps others waiting; 0: it does not
        ("timeout", "i8"),
        ("hits", "i8"),
        ("stale", "i8"),  # hits on what had been written since it was read
        ("misses", "i8"),
        ("waited", "i8"),  # misses that waited for another one's answer
        ("evicted", "i8"),
        ("first", "i4"),  # its entries in the table
        ("keys", "i4"),
        ("ranks_first", "i4"),
        ("capacity", "i4"),
        ("held", "i4"),
        ("newest", "i4"),
        ("oldest", "i4"),
        ("rows", "i4"),  # of the first cache: how many there are
    ],
    align=True,
)
# What a cache knows of one key. It holds it while `until` is not 0.
ENTRY = np.dtype(
    [
        ("until", "i8"),
        ("read_at", "i8"),
        ("written_at", "i8"),
        ("fetched_until", "i8"),  # somebody fetches it, and others wait
        ("newer", "i4"),
        ("older", "i4"),
        ("head", "i4"),  # slots that wait for it
        ("tail", "i4"),
    ],
    align=True,
)
# What a slot's request does besides one call to one database.
_DATA_CALL = np.dtype(
    [
        ("key", "i4"),
        ("cache", "i4"),
        ("next_waiter", "i4"),  # slot that waits for the same key
        ("trips_left", "i4"),  # round trips to come
        ("fetches", "i4"),  # others wait for what it fetches
        ("superseded", "i4"),  # its request goes on in another slot
        ("return_delay", "i8"),  # time the answer will need from its web server to the client
        ("store_key", "i4"),  # of a read or write by quorum
        ("copies_answered", "i4"),  # bits: newest so far, and from 16 on the older
        ("stamp", "i8"),  # of a write
        ("newest_seen", "i8"),  # the newest stamp among the answers to a read
        ("stamp_needed", "i8"),  # what a read must see so as not to be stale
    ],
    align=True,
)
DATA_CALL = with_aliases(_DATA_CALL, DATA_CALL_ALIASES)

# A node of a store. Nodes that are linked to each other form a ring; what is the ring's is kept by
# its first member, whose row is `ring`.
STORE_ROW = np.dtype(
    [
        ("answered", "i8"),  # reads, as the one that asked the others
        ("stale", "i8"),
        ("hinted", "i8"),
        ("delivered", "i8"),
        ("unhinted", "i8"),
        ("repaired", "i8"),  # old copies that reads it asked for have found, and written anew
        ("superseded", "i8"),  # writes that a newer one was there before
        ("stamps", "i8"),
        ("hint_window", "i8"),
        ("hint_gap", "i8"),  # between two hints that it is handed
        ("node", "i4"),
        ("family", "i4"),
        ("keys", "i4"),
        ("ranks_first", "i4"),
        ("first", "i4"),
        ("ring", "i4"),
        ("place", "i4"),
        ("members_first", "i4"),
        ("members", "i4"),
        ("paths_first", "i4"),
        ("copies", "i4"),
        ("read_copies", "i4"),
        ("write_copies", "i4"),
        ("rows", "i4"),  # how many stores there are
        ("handing", "i4"),  # hints are on their way to it
        ("repairs", "i4"),
        ("spare", "i4"),
        ("cursor", "i4"),  # its keys before this one have been looked at for hints
    ],
    align=True,
)
# What a member of a ring has of one key, and what others keep for it until it is back.
KEY_COPY = np.dtype(
    [
        ("stamp", "i8"),
        ("hint", "i8"),
        ("acked", "i8"),  # of the ring, at its first member: the newest acknowledged write
        ("holder", "i4"),
        ("spare", "i4"),
    ],
    align=True,
)
# A key that a group follows: where the share of requests ends that are about it or more popular
# ones, and the newest write of it that was acknowledged.
LATEST = np.dtype([("share_until", "f8"), ("position", "i8")], align=True)
# What a slot's user had written before it reads: where, and when it was told so.
OWN_WRITE = np.dtype(
    [("position", "i8"), ("acknowledged_at", "i8"), ("key", "i4"), ("group", "i4")], align=True
)
