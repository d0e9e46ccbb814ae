"""Resources that a request holds on its way: a connection of its balancer, on which a timeout may
run, and a worker of its web server.
"""

from typing import Any

from app.kernel.events.event_queue import NO_SUBJECT, event_of, expect_timeout, schedule
from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.nodes import BalancerFeature, ConnectionLimit
from app.kernel.state.codes.requests import SlotFlag
from app.kernel.state.constants import NEVER, constants

EPOCH_SHIFT, EPOCH_MASK = 4, (1 << 26) - 1
"""A web server's timer has in its low bits its purpose, and the number of crashes before it."""
(CONNECTION_FREE,) = constants(0)


@hot
def start_reply_timer(w: Any, n: int, s: int, t: int) -> None:
    """Start the response timeout of a balancer's request: the same for all, so they are listed in
    order.
    """
    row = int64(w.nodes[n].row)
    balancer, slot = w.balancers[row], w.slots[s]
    slot.slot_flags |= SlotFlag.RESPONSE_TIMER
    slot.after = -1
    slot.before = balancer.sent_tail
    if balancer.sent_tail >= 0:
        w.slots[balancer.sent_tail].after = s
    else:
        balancer.sent_head = s
        w.reply_by[row] = t + balancer.response_timeout
        expect_timeout(w, w.reply_by[row])
    balancer.sent_tail = s


@hot
def end_reply_timer(w: Any, s: int) -> None:
    """End the response timeout: the answer is there, or nobody waits for it any more."""
    slot = w.slots[s]
    row = int64(w.nodes[slot.balancer].row)
    balancer = w.balancers[row]
    before, after = slot.before, slot.after
    slot.slot_flags &= ~SlotFlag.RESPONSE_TIMER
    if after >= 0:
        w.slots[after].before = before
    else:
        balancer.sent_tail = before
    if before >= 0:
        w.slots[before].after = after
    else:
        balancer.sent_head = after
        w.reply_by[row] = (
            max(w.slots[after].sent_at + balancer.response_timeout, w.control[0].now)
            if after >= 0
            else NEVER
        )
        expect_timeout(w, w.reply_by[row])


@cold
def wake_balancer(w: Any, n: int, t: int) -> None:
    """Schedule an event of now if somebody waits for a connection of balancer `n`: one is free."""
    balancer = w.balancers[w.nodes[n].row]
    if balancer.queue_head >= 0 and not balancer.wake_scheduled:
        balancer.wake_scheduled = 1
        schedule(w, t, event_of(EventType.CONNECTION_FREE, n, NO_SUBJECT))


@cold
def uncount_connection(w: Any, s: int) -> None:
    """Uncount the connection of a call that is over, where the data is."""
    slot = w.slots[s]
    if not slot.connected:
        return
    slot.connected = 0
    if slot.edge < 0:
        return
    edge = w.edges[slot.edge]
    if edge.allowed == ConnectionLimit.SHARED:
        w.nodes[edge.node].pool_used -= 1
    elif edge.using > 0:
        edge.using -= 1


@cold
def return_connection(w: Any, s: int) -> None:
    """Return the connection of a call to a database to the pool when its answer is back."""
    uncount_connection(w, s)
    slot = w.slots[s]
    n = int64(slot.web)
    if w.nodes[n].pool == 0:
        return
    delay = int64(0)
    if slot.edge >= 0 and w.edges[slot.edge].owner == n:
        delay = int64(w.edges[slot.edge].delay)
    epoch = (int64(w.nodes[n].epoch) & EPOCH_MASK) << EPOCH_SHIFT
    schedule(w, w.control[0].now + delay, event_of(EventType.TIMER, n, CONNECTION_FREE | epoch))


@hot
def release(w: Any, s: int) -> None:
    """Release everything that a request holds."""
    slot = w.slots[s]
    if slot.slot_flags & SlotFlag.RESPONSE_TIMER:
        end_reply_timer(w, s)
    if slot.slot_flags & SlotFlag.WORKER:
        w.nodes[slot.web].workers_busy -= 1
    if slot.slot_flags & SlotFlag.CONNECTION:
        return_connection(w, s)
    slot.slot_flags = 0
    if slot.server_edge >= 0:
        w.edges[slot.server_edge].connections -= 1
        slot.server_edge = -1
        if slot.balancer >= 0 and w.nodes[slot.balancer].managed & BalancerFeature.QUEUEING:
            wake_balancer(w, int64(slot.balancer), w.control[0].now)


@cold
def close_server_connection(w: Any, s: int) -> None:
    """Close a balancer's connection to the server that works on a request: the server goes on."""
    slot = w.slots[s]
    if slot.slot_flags & SlotFlag.RESPONSE_TIMER:
        end_reply_timer(w, s)
    w.edges[slot.server_edge].connections -= 1
    slot.server_edge = -1
    if w.nodes[slot.balancer].managed & BalancerFeature.QUEUEING:
        wake_balancer(w, int64(slot.balancer), int64(w.control[0].now))


@cold
def move_server_connection(w: Any, s: int, b: int) -> None:
    """Move the connection of slot `s`, and the timeout that runs on it, to slot `b`."""
    slot, other = w.slots[s], w.slots[b]
    other.server_edge = slot.server_edge
    slot.server_edge = -1
    if not slot.slot_flags & SlotFlag.RESPONSE_TIMER:
        return
    balancer = w.balancers[w.nodes[slot.balancer].row]
    slot.slot_flags &= ~SlotFlag.RESPONSE_TIMER
    other.slot_flags |= SlotFlag.RESPONSE_TIMER
    other.before, other.after = slot.before, slot.after
    if slot.before >= 0:
        w.slots[slot.before].after = b
    else:
        balancer.sent_head = b
    if slot.after >= 0:
        w.slots[slot.after].before = b
    else:
        balancer.sent_tail = b
