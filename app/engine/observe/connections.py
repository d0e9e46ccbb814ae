"""Connections in use, of the nodes that count them: balancers, pools, databases with a limit."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.kernel.state.codes.nodes import ConnectionLimit
from app.kinds import KINDS

UNCOUNTED: Final = -1
"""Connections of a node that does not count them."""


def connections(nodes: NDArray[Any], edges: NDArray[Any]) -> NDArray[np.int64]:
    """By node, the connections in use: a balancer's to all of its servers, those of a pool, and
    those that a database with a limit has given out; `UNCOUNTED` for any other node.
    """
    found = np.full(len(nodes), UNCOUNTED, np.int64)
    limited = edges["allowed"] != ConnectionLimit.NONE
    given = np.bincount(edges["node"][limited], edges["using"][limited], minlength=len(nodes))
    ends = set(edges["node"][limited].tolist())
    for n, node in enumerate(nodes):
        if KINDS[int(node["kind"])].balances:
            first = int(node["first_edge"])
            own = edges["connections"][first : first + int(node["edge_count"])]
            found[n] = max(int(own.sum()), 0)
        elif n in ends:
            found[n] = int(node["pool_used"]) + int(given[n])
        elif node["pool"] > 0:
            found[n] = int(node["pool_used"])
    return found
