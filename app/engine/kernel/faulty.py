"""What faults short of a crash do to messages: who hangs, what gets through, what comes late."""

from typing import Any

from app.engine.kernel.draw import GOLDEN, U, mixed, unit
from app.engine.kernel.jit import cold, int64
from app.engine.records import CUT_BACK, CUT_FORTH, NEVER, NOWHERE

RETRANSMIT_NS = 200_000_000
"""TCP's first wait before it sends something again: Linux' smallest (``TCP_RTO_MIN``, HZ / 5)."""
RETRANSMIT_MAX_NS = 120_000_000_000
"""Each wait is twice the one before, up to Linux' ``TCP_RTO_MAX``."""
RETRANSMISSIONS = 15
"""Linux gives a connection up after so many (``TCP_RETR2``)."""
_LOSS_SALT = U(0xA24BAED4963EE407)


@cold
def hangs(w: Any, n: int) -> bool:
    """Whether a node takes connections and answers nothing. Ask before `up`, which is 0 then."""
    return int64(w.nodes[n].silent) != 0


@cold
def gets_through(w: Any, e: int) -> bool:
    """Whether what is sent along edge `e` reaches its target. No edge stands for no obstacle."""
    return e < 0 or int64(w.edges[e].cut) & CUT_FORTH == 0


@cold
def comes_back(w: Any, e: int) -> bool:
    """Whether what the target of edge `e` answers reaches the edge's source."""
    return e < 0 or int64(w.edges[e].cut) & CUT_BACK == 0


@cold
def edge_between(w: Any, source: int, target: int) -> int:
    """The edge from one node to another; -1 when there is none."""
    node = w.nodes[source]
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        if w.edges[e].node == target:
            return int64(e)
    return int64(NOWHERE)


@cold
def late(w: Any, loss: float, key: Any, t: int) -> int:
    """How much later a message arrives because it, or a copy of it, was lost; NEVER if TCP gives
    up. Each try is lost with probability `loss`; `key` and `t` are what the draws depend on.
    """
    total, wait = int64(0), int64(RETRANSMIT_NS)
    bits = mixed((key ^ _LOSS_SALT) + U(t) * GOLDEN)
    for _ in range(RETRANSMISSIONS + 1):
        if unit(bits) >= loss:
            return total
        total += wait
        wait = min(2 * wait, int64(RETRANSMIT_MAX_NS))
        bits = mixed(bits + GOLDEN)
    return int64(NEVER)
