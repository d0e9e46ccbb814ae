"""Rows of the tables of databases that all take writes."""

import numpy as np

# A write in the log of a member that is one of several primaries: of a key, or of a new row. Where
# it stands by its position, `taken` is something else: a row number that the member has, by that.
CHANGE = np.dtype(
    [
        ("at", "i8"),
        ("row", "i8"),  # the number of a new row; 0: it writes a key
        ("taken", "i8"),
        ("key", "i4"),
        ("acknowledged", "i4"),
        ("replaces", "i4"),  # the mark of the version that it replaces
        ("mark", "i4"),
    ],
    align=True,
)
# What one member has of a key: who wrote it, when, and a mark that no other version has.
VERSION = np.dtype([("at", "i8"), ("mark", "i4"), ("origin", "i4")], align=True)
# How far one member has come with the writes of one origin.
STREAM = np.dtype(
    [("received", "i8"), ("applied", "i8"), ("stopped", "i4"), ("spare", "i4")], align=True
)
# A write of a member that is gone, which goes round in a ring: who holds it, and who waits behind.
CIRCULATING_WRITE = np.dtype(
    [("position", "i8"), ("origin", "i4"), ("holder", "i4"), ("follower", "i4"), ("state", "i4")],
    align=True,
)
