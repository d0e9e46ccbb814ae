"""Requests that are lost on their way: nobody is told, and whoever waits finds out by itself."""

from typing import Any

from app.engine.kernel.agenda import ATTEMPT, event_of, schedule
from app.engine.kernel.jit import cold, hot, int64
from app.engine.kernel.slot import release_slot
from app.engine.records import APPLY, BRANCH, CALL, HOLDS_WORKER, LIMBO, REPLY, TRAVEL


@hot
def is_awaited(w: Any, b: int) -> bool:
    """Whether the request that branch `b` belongs to still waits for it (see `branches`)."""
    branch = w.slots[b]
    parent = w.slots[branch.older]
    same = parent.number == branch.number and parent.purpose == branch.purpose
    now = parent.ticket == branch.sent and parent.since == branch.since
    parked = parent.phase == TRAVEL or parent.phase == CALL
    return same and now and parked and parent.serial > 0


@cold
def lose_branch(w: Any, b: int) -> int:
    """A branch brings no answer. Its request, if that can no longer succeed, else -1."""
    s = int64(w.slots[b].older)
    awaited = is_awaited(w, b)
    release_slot(w, b)
    if not awaited:
        return int64(-1)
    parent = w.slots[s]
    parent.due -= 1
    if parent.due >= parent.serial:
        return int64(-1)
    parent.serial = 0
    return s


@cold
def vanish(w: Any, s: int) -> None:
    """A request is lost on its way: whoever waits for it finds out when its patience ends."""
    if w.slots[s].purpose >= APPLY:
        release_slot(w, s)
        return
    if w.slots[s].phase == BRANCH or w.slots[s].phase == REPLY:
        s = lose_branch(w, s)
        if s < 0:
            return
    slot = w.slots[s]
    if slot.abandoned:
        w.control[0].zombies -= 1
        release_slot(w, s)
        return
    slot.phase = LIMBO
    if slot.front >= 0 and slot.web < 0:
        _expect_no_connection(w, s)


@cold
def free_worker(w: Any, s: int) -> None:
    """The web server has done its part, whatever becomes of the answer."""
    slot = w.slots[s]
    if slot.holds & HOLDS_WORKER:
        w.nodes[slot.web].in_hand -= 1
        slot.holds &= ~HOLDS_WORKER


@cold
def _expect_no_connection(w: Any, s: int) -> None:
    """What a balancer sent to a server never got there: that shows when its timeout ends."""
    slot = w.slots[s]
    if w.nodes[slot.balancer].managed:
        timeout = w.balancers[w.nodes[slot.balancer].row].connect_timeout
        if timeout > 0:
            at = max(slot.sent + timeout, w.control[0].now)
            schedule(w, at, event_of(ATTEMPT, int64(slot.ticket), s))
