"""Attempts of a balancer: what it does when the server that it sent a request to fails it.

The server's refusal travels back like an answer; silence shows only when a timeout ends. Whether
the request is then tried again, where, and when is up to the balancer's settings, and to what it
believes of its servers at that moment.
"""

from typing import Any

from app.engine.kernel.jit import cold, int64
from app.engine.kernel.link import wait_on_line
from app.engine.kernel.tally import failed_hop
from app.engine.records import (
    BOUNCE,
    CALL,
    HOLDS_WORKER,
    NOWHERE,
    ON_ANYTHING,
    REFUSED,
    SAMPLED,
    TRAVEL,
)


@cold
def way_to_client(w: Any, s: int) -> int:
    """How long an answer takes from the balancer to the client."""
    slot = w.slots[s]
    node = w.nodes[w.sources[slot.source].node]
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        if w.edges[e].node == slot.balancer:
            return int64(w.edges[e].delay)
    return int64(0)


@cold
def may_try_again(w: Any, s: int, connecting: bool) -> bool:
    """Whether the balancer of a failed attempt makes another one."""
    slot = w.slots[s]
    if w.nodes[slot.balancer].managed == 0:
        return False
    balancer = w.balancers[w.nodes[slot.balancer].row]
    if slot.tries >= balancer.retries:
        return False
    return connecting or balancer.retry_on == ON_ANYTHING


@cold
def has_forgotten(w: Any, s: int) -> bool:
    """Whether the balancer that sent a request has crashed since."""
    node = w.nodes[w.slots[s].balancer]
    return not (node.up or node.silent) or node.down_since >= w.slots[s].sent


@cold
def bounce(w: Any, s: int, node: int, outcome: int) -> bool:
    """Send the news that an attempt failed at `node` back to the balancer, if that will do
    something about it.
    """
    slot = w.slots[s]
    if slot.phase != TRAVEL and slot.phase != CALL:
        return False
    if slot.front < 0 or node == slot.balancer:
        return False
    edge = w.edges[slot.front]
    connecting = outcome == REFUSED and edge.node == node
    if not may_try_again(w, s, connecting) or has_forgotten(w, s):
        return False
    if slot.holds & HOLDS_WORKER:
        w.nodes[slot.web].in_hand -= 1
        slot.holds &= ~HOLDS_WORKER
    slot.phase = BOUNCE
    slot.back -= way_to_client(w, s)
    if slot.traced & SAMPLED:
        failed_hop(w, s, node, outcome, 0)
    w.nodes[node].retried += 1
    edge.failed += 1
    line = int64(edge.line) if slot.back == edge.delay else int64(NOWHERE)
    wait_on_line(w, s, line, max(int64(slot.back), 0), int64(slot.balancer), w.control[0].now)
    return True
