"""What a request holds on its way: a connection of its balancer, on which a timeout may run, and a
worker of its web server.
"""

from typing import Any

from app.engine.kernel.agenda import ATTEMPT, DUE, TICKET_MASK, event_of, look_at, schedule
from app.engine.kernel.jit import cold, hot, int64
from app.engine.records import (
    HOLDS_BACK,
    HOLDS_CONNECTION,
    HOLDS_WORKER,
    NEVER,
    SHARED_REST,
    TIMED,
    constants,
)

WAKE = TICKET_MASK + 1
"""In the place of an event's ticket: a balancer's connection is free for whoever waits."""
ABORT = WAKE + 1
"""In the same place: nobody waits any more for what a slot stands for."""
EPOCH_SHIFT, EPOCH_MASK = 4, (1 << 26) - 1
"""What is due at a web server says in its low bits what that is, and how often it had crashed."""
(CONNECTION_FREE,) = constants(0)


@hot
def start_reply_timer(w: Any, n: int, s: int, t: int) -> None:
    """A balancer's response timeout is the same for all, so its requests queue up in order."""
    row = int64(w.nodes[n].row)
    balancer, slot = w.balancers[row], w.slots[s]
    slot.holds |= TIMED
    slot.after = -1
    slot.before = balancer.sent_tail
    if balancer.sent_tail >= 0:
        w.slots[balancer.sent_tail].after = s
    else:
        balancer.sent_head = s
        w.reply_by[row] = t + balancer.response_timeout
        look_at(w, w.reply_by[row])
    balancer.sent_tail = s


@hot
def end_reply_timer(w: Any, s: int) -> None:
    """The answer is there, or nobody waits for it any more."""
    slot = w.slots[s]
    row = int64(w.nodes[slot.balancer].row)
    balancer = w.balancers[row]
    before, after = slot.before, slot.after
    slot.holds &= ~TIMED
    if after >= 0:
        w.slots[after].before = before
    else:
        balancer.sent_tail = before
    if before >= 0:
        w.slots[before].after = after
    else:
        balancer.sent_head = after
        w.reply_by[row] = (
            max(w.slots[after].sent + balancer.response_timeout, w.control[0].now)
            if after >= 0
            else NEVER
        )
        look_at(w, w.reply_by[row])


@cold
def wake(w: Any, n: int, t: int) -> None:
    """A connection of balancer `n` is free: if somebody waits for one, that is an event of now."""
    balancer = w.balancers[w.nodes[n].row]
    if balancer.queue_head >= 0 and not balancer.woken:
        balancer.woken = 1
        schedule(w, t, event_of(ATTEMPT, WAKE, n))


@cold
def drop_connection(w: Any, s: int) -> None:
    """The connection of a call that is over is counted no more where the data is."""
    slot = w.slots[s]
    if not slot.connected:
        return
    slot.connected = 0
    if slot.edge < 0:
        return
    edge = w.edges[slot.edge]
    if edge.allowed == SHARED_REST:
        w.nodes[edge.node].pool_used -= 1
    elif edge.using > 0:
        edge.using -= 1


@cold
def give_back(w: Any, s: int) -> None:
    """A call to a database is over: when its answer is back, the connection is free."""
    drop_connection(w, s)
    slot = w.slots[s]
    n = int64(slot.web)
    if w.nodes[n].pool == 0:
        return
    delay = int64(0)
    if slot.edge >= 0 and w.edges[slot.edge].owner == n:
        delay = int64(w.edges[slot.edge].delay)
    epoch = (int64(w.nodes[n].epoch) & EPOCH_MASK) << EPOCH_SHIFT
    schedule(w, w.control[0].now + delay, event_of(DUE, n, CONNECTION_FREE | epoch))


@hot
def let_go(w: Any, s: int) -> None:
    """A request needs nothing any more of what it held."""
    slot = w.slots[s]
    if slot.holds & TIMED:
        end_reply_timer(w, s)
    if slot.holds & HOLDS_WORKER:
        w.nodes[slot.web].in_hand -= 1
    if slot.holds & HOLDS_CONNECTION:
        give_back(w, s)
    slot.holds = 0
    if slot.front >= 0:
        w.edges[slot.front].waiting -= 1
        slot.front = -1
        if slot.balancer >= 0 and w.nodes[slot.balancer].managed & HOLDS_BACK:
            wake(w, int64(slot.balancer), w.control[0].now)


@cold
def move_front(w: Any, s: int, b: int) -> None:
    """Slot `b` takes over the connection of slot `s`, and the timeout that runs on it."""
    slot, other = w.slots[s], w.slots[b]
    other.front = slot.front
    slot.front = -1
    if not slot.holds & TIMED:
        return
    balancer = w.balancers[w.nodes[slot.balancer].row]
    slot.holds &= ~TIMED
    other.holds |= TIMED
    other.before, other.after = slot.before, slot.after
    if slot.before >= 0:
        w.slots[slot.before].after = b
    else:
        balancer.sent_head = b
    if slot.after >= 0:
        w.slots[slot.after].before = b
    else:
        balancer.sent_tail = b
