"""Rows of tables about requests: when clients send them, and whom they have passed."""

from __future__ import annotations

import numpy as np

# A client's rate over time, linear between points, in requests per nanosecond.
POINT = np.dtype([("at", "i8"), ("rate", "f8")], align=True)
# One recorded request; its work per visit begins in the works there, and a negative number ends it.
RECORD = np.dtype([("at", "i8"), ("works_first", "i4"), ("writes", "i4")], align=True)
# By slot, the relays that an attempt has passed: nodes that pass requests and answers on and are no
# balancer. `number`, `attempt` and `tries` say of which attempt; a relay is a node, or -1.
RELAY = np.dtype(
    [
        ("number", "i8"),
        ("attempt", "i4"),
        ("tries", "i4"),
        ("front", "i4"),  # before the balancer, or the only one
        ("front_epoch", "i4"),  # how often it had crashed when the request passed it
        ("back", "i4"),  # behind the balancer
        ("back_epoch", "i4"),
    ],
    align=True,
)
