"""Requests that are lost on their way: nobody is told, and whoever waits finds out by itself."""

from typing import Any

from app.kernel.events.event_queue import event_of, schedule
from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.slots.slots import release_slot
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.requests import Phase, Purpose, SlotFlag


@hot
def is_awaited(w: Any, b: int) -> bool:
    """Return whether the request that branch `b` belongs to still waits for it (see `fan_out`)."""
    branch = w.slots[b]
    parent = w.slots[branch.parent]
    same = parent.number == branch.number and parent.purpose == branch.purpose
    now = parent.ticket == branch.parent_ticket and parent.attempt_at == branch.attempt_at
    parked = parent.phase == Phase.FORWARD or parent.phase == Phase.CALL
    return same and now and parked and parent.answers_needed > 0


@cold
def drop_branch(w: Any, b: int) -> int:
    """Drop a branch without an answer. Return its request if that can no longer succeed, else
    -1.
    """
    s = int64(w.slots[b].parent)
    awaited = is_awaited(w, b)
    release_slot(w, b)
    if not awaited:
        return int64(-1)
    parent = w.slots[s]
    parent.branches_out -= 1
    if parent.branches_out >= parent.answers_needed:
        return int64(-1)
    parent.answers_needed = 0
    return s


@cold
def drop(w: Any, s: int) -> None:
    """Lose a request on its way: whoever waits for it finds out when its deadline ends."""
    if w.slots[s].purpose >= Purpose.APPLY:
        release_slot(w, s)
        return
    if w.slots[s].phase == Phase.BRANCH or w.slots[s].phase == Phase.BRANCH_REPLY:
        s = drop_branch(w, s)
        if s < 0:
            return
    slot = w.slots[s]
    if slot.orphaned_work:
        w.control[0].orphaned_work -= 1
        release_slot(w, s)
        return
    slot.phase = Phase.SUSPENDED
    if slot.server_edge >= 0 and slot.web < 0 and slot.edge == slot.server_edge:
        _expect_no_connection(w, s)


@cold
def free_worker(w: Any, s: int) -> None:
    """Free the worker of a web server that has done its part, whatever becomes of the answer."""
    slot = w.slots[s]
    if slot.slot_flags & SlotFlag.WORKER:
        w.nodes[slot.web].workers_busy -= 1
        slot.slot_flags &= ~SlotFlag.WORKER


@cold
def _expect_no_connection(w: Any, s: int) -> None:
    """Schedule the connect timeout of a balancer whose request never got to the server."""
    slot = w.slots[s]
    if w.nodes[slot.balancer].managed:
        timeout = w.balancers[w.nodes[slot.balancer].row].connect_timeout
        if timeout > 0:
            at = max(slot.sent_at + timeout, w.control[0].now)
            schedule(w, at, event_of(EventType.ATTEMPT, int64(slot.ticket), s))
