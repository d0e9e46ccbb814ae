"""Attempts of a balancer: what it does when the server that it sent a request to fails it.

The server's refusal travels back like an answer; silence shows only when a timeout ends. Whether
the request is then tried again, where, and when is up to the balancer's settings, and to what it
believes of its servers at that moment.
"""

from typing import Any

from app.kernel.counters import failed_hop
from app.kernel.jit.decorators import cold, int64
from app.kernel.network.link import travel
from app.kernel.network.message_faults import edge_between
from app.kernel.network.relays import front_relay
from app.kernel.state.codes.choices import RetryOn
from app.kernel.state.codes.requests import Outcome, Phase, Purpose, RequestFlag, SlotFlag
from app.kernel.state.constants import NOWHERE


@cold
def delay_to_client(w: Any, s: int) -> int:
    """Return the delay of an answer from the balancer to the client, in nanoseconds."""
    slot = w.slots[s]
    before, delay = int64(slot.balancer), int64(0)
    front = front_relay(w, s)
    if front >= 0:
        e = edge_between(w, front, before)
        delay = int64(w.edges[e].delay) if e >= 0 else int64(0)
        before = front
    e = edge_between(w, int64(w.sources[slot.source].node), before)
    return delay + int64(w.edges[e].delay) if e >= 0 else delay


@cold
def may_retry_at_balancer(w: Any, s: int, connecting: bool, broken: bool) -> bool:
    """Return whether the balancer of a failed attempt makes another one. The server never had the
    request if it was `connecting`; otherwise it was `broken` if no answer has come.
    """
    slot = w.slots[s]
    if w.nodes[slot.balancer].managed == 0:
        return False
    balancer = w.balancers[w.nodes[slot.balancer].row]
    if slot.tries >= balancer.retries:
        return False
    if connecting:
        return True
    if slot.purpose == Purpose.WRITE and not balancer.retry_writes:
        return False
    return balancer.retry_on == RetryOn.ALL or (broken and balancer.retry_on == RetryOn.BROKEN)


@cold
def crashed_since_sent(w: Any, s: int) -> bool:
    """Return whether the balancer that sent a request has crashed since."""
    node = w.nodes[w.slots[s].balancer]
    return not (node.up or node.hanging) or node.down_since >= w.slots[s].sent_at


@cold
def return_rejection(w: Any, s: int, node: int, outcome: int) -> bool:
    """Send the news that an attempt failed at `node` back to the balancer, if that will do
    something about it.
    """
    slot = w.slots[s]
    if slot.phase != Phase.FORWARD and slot.phase != Phase.CALL:
        return False
    if slot.server_edge < 0 or node == slot.balancer or outcome == Outcome.RATE_LIMITED:
        return False
    edge = w.edges[slot.server_edge]
    connecting = outcome == Outcome.REFUSED and edge.node == node
    broken = outcome == Outcome.LOST_IN_CRASH and edge.node == node
    if not may_retry_at_balancer(w, s, connecting, broken) or crashed_since_sent(w, s):
        return False
    if slot.slot_flags & SlotFlag.WORKER:
        w.nodes[slot.web].workers_busy -= 1
        slot.slot_flags &= ~SlotFlag.WORKER
    slot.phase = Phase.REJECTION
    slot.return_delay -= delay_to_client(w, s)
    if slot.request_flags & RequestFlag.SAMPLED:
        failed_hop(w, s, node, outcome, 0)
    w.nodes[node].retried += 1
    edge.failed += 1
    line = int64(edge.delay_line) if slot.return_delay == edge.delay else int64(NOWHERE)
    travel(w, s, line, max(int64(slot.return_delay), 0), int64(slot.balancer), w.control[0].now)
    return True
