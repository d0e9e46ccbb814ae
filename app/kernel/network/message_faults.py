"""Faults of messages: nodes that hang, links that are cut, lose messages or delay them."""

from typing import Any

from app.kernel.jit.decorators import cold, int64
from app.kernel.network.relays import back_relay, front_relay
from app.kernel.random_draws import GOLDEN, U, mixed, unit
from app.kernel.state.codes.nodes import Cut
from app.kernel.state.codes.requests import Phase, RejectionPath, ReturnPath
from app.kernel.state.constants import NEVER, NOWHERE, constants

RETRANSMIT_NS = 200_000_000
"""TCP's first wait before it sends something again: Linux' smallest (``TCP_RTO_MIN``, HZ / 5)."""
RETRANSMIT_MAX_NS = 120_000_000_000
"""Each wait is twice the one before, up to Linux' ``TCP_RTO_MAX``."""
RETRANSMISSIONS = 15
"""Linux gives a connection up after so many (``TCP_RETR2``)."""
(HELD_ANSWER,) = constants(-1)
_AT_BALANCER, _LAST = constants(2, 4)
"""Stages of the way back: at the balancer, and at the client."""
_LOSS_SALT = U(0xA24BAED4963EE407)


@cold
def is_hanging(w: Any, n: int) -> bool:
    """Return whether a node takes connections and answers nothing. Ask before `up`, which is 0
    then.
    """
    return int64(w.nodes[n].hanging) != 0


@cold
def passes_forward(w: Any, e: int) -> bool:
    """Return whether what is sent along edge `e` reaches its target. No edge stands for no
    obstacle.
    """
    return e < 0 or int64(w.edges[e].cut) & Cut.FORWARD == 0


@cold
def passes_backward(w: Any, e: int) -> bool:
    """Return whether what the target of edge `e` answers reaches the edge's source."""
    return e < 0 or int64(w.edges[e].cut) & Cut.BACKWARD == 0


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
    """Return the delay in nanoseconds of a message that is lost and sent again; NEVER if TCP gives
    up.

    Each try is lost with probability `loss`; `key` and `t` are what the draws depend on.
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
    """Hold a slot at a hanging node: its work with so much left, or an answer (`HELD_ANSWER`)."""
    slot, node = w.slots[s], w.nodes[n]
    slot.work_left = left
    slot.node = n
    slot.follower = node.held
    node.held = s


@cold
def _next_hop_back(w: Any, s: int, stage: int, here: int) -> int:
    """Return the node that an answer from `here` passes next: the server that asked, a relay, the
    balancer, another relay, the client; -1 where it is past that already.
    """
    slot = w.slots[s]
    client = int64(w.sources[slot.source].node)
    there, front = client, front_relay(w, s)
    if here == front:
        there = client if stage == _LAST else here
    elif stage == 0:
        asked = slot.phase != Phase.LOOKUP and here != slot.balancer and here != back_relay(w, s)
        there = int64(slot.web) if asked else here
    elif stage == 1:
        there = back_relay(w, s) if here != slot.balancer else here
    elif stage == _AT_BALANCER:
        there = int64(slot.balancer)
    elif stage == _AT_BALANCER + 1:
        there = front
    return int64(NOWHERE) if there == here or here == client else there


@cold
def follow_answer(w: Any, s: int, node: int, t: int) -> int:
    """Follow the answer of `node` to the client: LOST where a link is cut, HELD by the first node
    that hangs, else FREE; links that lose messages make it later.
    """
    slot = w.slots[s]
    here, passed = int64(node), int64(0)
    for stage in range(_LAST + 1):
        there = _next_hop_back(w, s, stage, here)
        if there < 0:
            continue
        e = edge_between(w, there, here)
        if e >= 0:
            more = _lateness_back(w, e, slot, t)
            if more >= NEVER:
                return int64(ReturnPath.LOST)
            slot.return_delay += more
            passed += w.edges[e].delay
        here = there
        if is_hanging(w, here):
            slot.return_delay = max(slot.return_delay - passed, int64(0))
            keep(w, here, s, int64(HELD_ANSWER))
            return int64(ReturnPath.HELD)
    return int64(ReturnPath.FREE)


@cold
def rejection_stops(w: Any, s: int, node: int) -> int:
    """Return the place where the news of a request's failure at `node` is stopped by a cut link or
    a node that hangs: BEFORE_BALANCER, AFTER_BALANCER (or the only hop), or nowhere (FREE).
    """
    slot = w.slots[s]
    if slot.phase == Phase.BRANCH:
        reaches = passes_backward(w, int64(slot.edge)) and not is_hanging(w, int64(slot.web))
        return int64(RejectionPath.FREE if reaches else RejectionPath.BEFORE_BALANCER)
    here = int64(node)
    for stage in range(_LAST + 1):
        there = _next_hop_back(w, s, stage, here)
        if there < 0:
            continue
        if not passes_backward(w, edge_between(w, there, here)) or is_hanging(w, there):
            return int64(
                RejectionPath.AFTER_BALANCER
                if stage > _AT_BALANCER
                else RejectionPath.BEFORE_BALANCER
            )
        here = there
    return int64(RejectionPath.FREE)


@cold
def _lateness_back(w: Any, e: int, slot: Any, t: int) -> int:
    edge = w.edges[e]
    if not passes_backward(w, e):
        return int64(NEVER)
    if edge.loss > 0.0:
        return late(w, edge.loss, slot.key ^ U(edge.link), t + 1)
    return int64(0)


@cold
def lateness(w: Any, s: int, t: int) -> int:
    """Return the extra delay of a slot that sets out on its edge now, forth or back: NEVER where it
    is cut, else that of lost messages.
    """
    slot = w.slots[s]
    if slot.edge < 0:
        return int64(0)
    phase = slot.phase
    if (
        phase == Phase.LOOKUP_ANSWER
        or phase == Phase.BRANCH_REPLY
        or phase == Phase.REJECTION
        or phase == Phase.CALL_RETURN
    ):
        return _lateness_back(w, int64(slot.edge), slot, t)
    edge = w.edges[slot.edge]
    if not passes_forward(w, int64(slot.edge)):
        return int64(NEVER)
    return late(w, edge.loss, slot.key ^ U(edge.link), t)
