"""What faults short of a crash do to messages: who hangs, what gets through, what comes late."""

from typing import Any

from app.engine.kernel.draw import GOLDEN, U, mixed, unit
from app.engine.kernel.jit import cold, int64
from app.engine.records import (
    ANSWER,
    BOUNCE,
    BRANCH,
    CALLED,
    CUT_BACK,
    CUT_FORTH,
    LOOKUP,
    NEVER,
    NOWHERE,
    REPLY,
    constants,
)

RETRANSMIT_NS = 200_000_000
"""TCP's first wait before it sends something again: Linux' smallest (``TCP_RTO_MIN``, HZ / 5)."""
RETRANSMIT_MAX_NS = 120_000_000_000
"""Each wait is twice the one before, up to Linux' ``TCP_RTO_MAX``."""
RETRANSMISSIONS = 15
"""Linux gives a connection up after so many (``TCP_RETR2``)."""
FREE, LOST, KEPT = constants(0, 1, 2)
BEFORE_BALANCER, AFTER_BALANCER = constants(1, 2)
(AN_ANSWER,) = constants(-1)
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


@cold
def keep(w: Any, n: int, s: int, left: int) -> None:
    """A hanging node holds a slot: its work with so much left, or an answer (`AN_ANSWER`)."""
    slot, node = w.slots[s], w.nodes[n]
    slot.serial = left
    slot.node = n
    slot.follower = node.held
    node.held = s


@cold
def _next_back(w: Any, s: int, stage: int, here: int) -> int:
    """Whom an answer from `here` passes next: the server that asked, the balancer, the client;
    -1 where it is past that already.
    """
    slot = w.slots[s]
    client = int64(w.sources[slot.source].node)
    there = client
    if stage == 0:
        there = int64(slot.web) if slot.phase != LOOKUP and here != slot.balancer else here
    elif stage == 1:
        there = int64(slot.balancer)
    return int64(NOWHERE) if there == here or here == client else there


@cold
def way_back(w: Any, s: int, node: int, t: int) -> int:
    """What the answer of `node` meets on its way to the client: LOST where a link is cut, KEPT by
    the first node that hangs, else FREE; links that lose messages make it later.
    """
    slot = w.slots[s]
    here, passed = int64(node), int64(0)
    for stage in range(3):
        there = _next_back(w, s, stage, here)
        if there < 0:
            continue
        e = edge_between(w, there, here)
        if e >= 0:
            more = _delay_back(w, e, slot, t)
            if more >= NEVER:
                return int64(LOST)
            slot.back += more
            passed += w.edges[e].delay
        here = there
        if hangs(w, here):
            slot.back = max(slot.back - passed, int64(0))
            keep(w, here, s, int64(AN_ANSWER))
            return int64(KEPT)
    return int64(FREE)


@cold
def cut_off(w: Any, s: int, node: int) -> int:
    """Where the news of a request's failure at `node` is stopped on its way back, by a cut link or
    a node that hangs: BEFORE_BALANCER, AFTER_BALANCER (or the only hop), or nowhere (FREE).
    """
    slot = w.slots[s]
    if slot.phase == BRANCH:
        reaches = comes_back(w, int64(slot.edge)) and not hangs(w, int64(slot.web))
        return int64(FREE if reaches else BEFORE_BALANCER)
    here = int64(node)
    for stage in range(3):
        there = _next_back(w, s, stage, here)
        if there < 0:
            continue
        if not comes_back(w, edge_between(w, there, here)) or hangs(w, there):
            return int64(AFTER_BALANCER if stage == 2 else BEFORE_BALANCER)
        here = there
    return int64(FREE)


@cold
def _delay_back(w: Any, e: int, slot: Any, t: int) -> int:
    edge = w.edges[e]
    if not comes_back(w, e):
        return int64(NEVER)
    if edge.loss > 0.0:
        return late(w, edge.loss, slot.key ^ U(edge.link), t + 1)
    return int64(0)


@cold
def way_of(w: Any, s: int, t: int) -> int:
    """How much later a slot arrives that sets out on its edge now, forth or back, since that edge
    is cut (NEVER) or loses messages.
    """
    slot = w.slots[s]
    if slot.edge < 0:
        return int64(0)
    phase = slot.phase
    if phase == ANSWER or phase == REPLY or phase == BOUNCE or phase == CALLED:
        return _delay_back(w, int64(slot.edge), slot, t)
    edge = w.edges[slot.edge]
    if not gets_through(w, int64(slot.edge)):
        return int64(NEVER)
    return late(w, edge.loss, slot.key ^ U(edge.link), t)
