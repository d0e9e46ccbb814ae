"""Columns of the tables in which a run records incidents and sampled hops."""

from __future__ import annotations

import numpy as np

INCIDENT = np.dtype(
    [
        ("at", "i8"),
        ("figure", "f8"),
        ("code", "i4"),
        ("node", "i4"),
        ("other", "i4"),
        ("spare", "i4"),
    ],
    align=True,
)
HOP = np.dtype(
    [
        ("request", "i8"),
        ("begins", "i8"),
        ("ends", "i8"),
        ("link", "i4"),
        ("node", "i4"),
        ("purpose", "i4"),
        ("ok", "i4"),
        ("outcome", "i4"),  # of a failure
        ("last", "i4"),  # whether the request ends with it
        ("at", "i4"),  # the node where the request stood, or that it was on its way to
        ("attempt", "i4"),  # of the client, from 0
    ],
    align=True,
)
