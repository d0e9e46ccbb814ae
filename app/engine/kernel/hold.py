"""What a request holds on its way: a connection of its balancer, on which a timeout may run, and a
worker of its web server.
"""

from typing import Any

from app.engine.kernel.agenda import ATTEMPT, TICKET_MASK, event_of, schedule
from app.engine.kernel.jit import cold, hot, int64
from app.engine.records import HOLDS_BACK, HOLDS_WORKER, NEVER, TIMED

WAKE = TICKET_MASK + 1
"""In the place of an event's ticket: a balancer's connection is free for whoever waits."""
ABORT = WAKE + 1
"""In the same place: nobody waits any more for what a slot stands for."""


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


@cold
def wake(w: Any, n: int, t: int) -> None:
    """A connection of balancer `n` is free: if somebody waits for one, that is an event of now."""
    balancer = w.balancers[w.nodes[n].row]
    if balancer.queue_head >= 0 and not balancer.woken:
        balancer.woken = 1
        schedule(w, t, event_of(ATTEMPT, WAKE, n))


@hot
def let_go(w: Any, s: int) -> None:
    """A request needs nothing any more of what it held."""
    slot = w.slots[s]
    if slot.holds & TIMED:
        end_reply_timer(w, s)
    if slot.holds & HOLDS_WORKER:
        w.nodes[slot.web].in_hand -= 1
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
