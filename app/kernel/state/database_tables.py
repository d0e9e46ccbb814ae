"""Rows of the tables of databases, their groups, and what the groups write."""

import numpy as np

from app.kernel.state import fields as blocks

DATABASE_ROW = np.dtype(
    [
        ("received", "i8"),
        ("applied", "i8"),
        ("apply_ns", "f8"),
        ("max_lag", "i8"),
        ("promotion", "i8"),
        ("key", "u8"),
        ("node", "i4"),
        ("group", "i4"),
        ("member", "i4"),
        ("streaming", "i4"),
        ("applying", "i4"),
        ("catching_up", "i4"),
        ("ready", "i4"),
        ("asking", "i4"),
        *blocks.LEADERSHIP,
        *blocks.COMMIT,
        *blocks.PRIMARY,
        *blocks.CONTENT,
    ],
    align=True,
)

GROUP = np.dtype(
    [
        ("written", "i8"),  # position of the newest write in the primary's log
        ("acknowledged", "i8"),
        ("lost", "i8"),
        ("blocked_since", "i8"),
        ("log_first", "i8"),
        ("log_size", "i8"),
        ("primary", "i4"),
        ("electing", "i4"),
        ("candidate", "i4"),
        ("term", "i4"),
        ("member_first", "i4"),
        ("member_count", "i4"),
        ("path_first", "i4"),
        ("spare", "i4"),
        *blocks.SPLIT,
        *blocks.FRESHNESS,
        *blocks.PRIMARIES,
    ],
    align=True,
)

# `cut`: nothing sent along it arrives; `relays_down`: members between its ends that are down, and
# pass on no log.
PATH = np.dtype(
    [
        ("delay", "i8"),
        ("delay_line", "i4"),
        ("cut", "i4"),
        ("loss", "f8"),
        ("relays_down", "i4"),
        ("spare", "i4"),
    ],
    align=True,
)
# A write of a group's current timeline; `number` is its request's.
LOG = np.dtype([("written_at", "i8"), ("acknowledged", "i4"), ("number", "i4")], align=True)
# A write on another timeline than the current one.
DIVERGENT_WRITE = np.dtype(
    [
        ("written_at", "i8"),
        ("position", "i8"),
        ("timeline", "i4"),
        ("number", "i4"),
        ("acknowledged", "i4"),
        ("spare", "i4"),
    ],
    align=True,
)
