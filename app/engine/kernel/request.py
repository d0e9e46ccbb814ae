"""Requests in flight: their slots, their clients' patience, and their two ends."""

from typing import Any

from app.engine.kernel.agenda import NOBODY, USER_BACK, event_of, schedule
from app.engine.kernel.jit import cold, hot, int64
from app.engine.kernel.tally import hop, latency_bucket
from app.engine.records import (
    APPLY,
    BRANCH,
    CLOSED,
    LIMBO,
    LOST_IN_CRASH,
    NEVER,
    NOWHERE,
    READ,
    REPLY,
    SAMPLED,
    SHIP,
    TIMED_OUT,
    TRAVEL,
)

TICKET_MASK = 0x7FFFFFF
"""A slot's ticket must fit the place of an event."""


@hot
def take_slot(w: Any) -> int:
    """A free slot. The loop sees to it that there are always some."""
    control = w.control[0]
    s = int64(control.free_head)
    slot = w.slots[s]
    control.free_head = slot.follower
    control.free_count -= 1
    slot.ticket = (slot.ticket + 1) & TICKET_MASK
    return s


@hot
def release_slot(w: Any, s: int) -> None:
    """Give a slot back; the balancer it went through has one connection less."""
    control = w.control[0]
    front = w.slots[s].front
    if front >= 0:
        w.edges[front].waiting -= 1
    w.slots[s].follower = control.free_head
    control.free_head = s
    control.free_count += 1


@hot
def start_patience(w: Any, s: int, source_row: int) -> None:
    """Begin a request's deadline. One client's patience is constant, so its deadlines queue up."""
    slot, source = w.slots[s], w.sources[source_row]
    slot.younger = -1
    slot.older = source.deadline_tail
    if source.deadline_tail >= 0:
        w.slots[source.deadline_tail].younger = s
    else:
        source.deadline_head = s
        w.deadline_at[source_row] = slot.born + source.patience
    source.deadline_tail = s


@hot
def end_patience(w: Any, s: int) -> None:
    """Take a request's deadline back."""
    slot = w.slots[s]
    source = w.sources[slot.source]
    older, younger = slot.older, slot.younger
    if younger >= 0:
        w.slots[younger].older = older
    else:
        source.deadline_tail = older
    if older >= 0:
        w.slots[older].younger = younger
    else:
        source.deadline_head = younger
        w.deadline_at[slot.source] = (
            max(w.slots[younger].born + source.patience, w.control[0].now)
            if younger >= 0
            else NEVER
        )


@hot
def way_back_broken(w: Any, s: int) -> bool:
    """Whether a node that the answer must pass has crashed since the request went through it."""
    slot = w.slots[s]
    epoch = w.nodes[w.sources[slot.source].node].epoch
    if slot.balancer >= 0:
        epoch += w.nodes[slot.balancer].epoch
    if slot.web >= 0:
        epoch += w.nodes[slot.web].epoch
    return epoch != slot.epoch


@cold
def fail(w: Any, s: int, node: int, outcome: int) -> None:
    """A request ends without an answer, at `node`, for a reason. Other slots are just freed."""
    control = w.control[0]
    if w.slots[s].purpose == APPLY or w.slots[s].purpose == SHIP:
        release_slot(w, s)
        return
    if w.slots[s].phase == BRANCH:
        s = _lose_branch(w, s)
        if s < 0:
            return
    slot = w.slots[s]
    if slot.abandoned:
        control.zombies -= 1
        release_slot(w, s)
        return
    end_patience(w, s)
    _count_failure(w, s, node, outcome)
    send_user_back(w, int64(slot.source), int64(slot.back))
    release_slot(w, s)


@hot
def is_awaited(w: Any, b: int) -> bool:
    """Whether the request that branch `b` belongs to still waits for it (see `branches`)."""
    branch = w.slots[b]
    parent = w.slots[branch.older]
    same = parent.number == branch.number and parent.purpose == READ
    return same and parent.phase == TRAVEL and parent.serial > 0


@cold
def _lose_branch(w: Any, b: int) -> int:
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


@hot
def _count_failure(w: Any, s: int, node: int, outcome: int) -> None:
    slot, control = w.slots[s], w.control[0]
    control.failed += 1
    w.sources[slot.source].failed += 1
    w.nodes[node].failed += 1
    w.failures[node, outcome] += 1
    if slot.edge >= 0:
        w.edges[slot.edge].failed += 1
    if slot.traced & SAMPLED:
        hop(w, s, NOWHERE, node, control.now, control.now)


@cold
def give_up(w: Any, source_row: int) -> None:
    """The client at the head of the line loses patience; the servers go on with its request."""
    source = w.sources[source_row]
    s = int64(source.deadline_head)
    end_patience(w, s)
    _count_failure(w, s, int64(source.node), TIMED_OUT)
    send_user_back(w, source_row, int64(0))
    if w.slots[s].phase == LIMBO:
        release_slot(w, s)
        return
    w.slots[s].abandoned = 1
    w.control[0].zombies += 1


@cold
def vanish(w: Any, s: int) -> None:
    """A request is lost on its way: whoever waits for it finds out when its patience ends."""
    slot = w.slots[s]
    if slot.purpose == APPLY or slot.purpose == SHIP or slot.phase == BRANCH or slot.phase == REPLY:
        release_slot(w, s)
    elif slot.abandoned:
        w.control[0].zombies -= 1
        release_slot(w, s)
    else:
        slot.phase = LIMBO


@hot
def complete(w: Any, s: int, node: int, t: int) -> bool:
    """A request's work is done at `node`: the answer travels back. True if the client gets it."""
    slot, control = w.slots[s], w.control[0]
    if slot.abandoned:
        control.zombies -= 1
        release_slot(w, s)
        return False
    if control.crashes > 0 and way_back_broken(w, s):
        fail(w, s, node, LOST_IN_CRASH)
        return False
    source = w.sources[slot.source]
    latency = t + slot.back - slot.born
    if latency > source.patience:
        fail(w, s, int64(source.node), TIMED_OUT)
        return False
    end_patience(w, s)
    control.completed += 1
    control.latency_ns += latency
    source.completed += 1
    w.latencies[slot.source, latency_bucket(latency)] += 1
    if source.loop == CLOSED:
        send_user_back(w, int64(slot.source), int64(slot.back))
    release_slot(w, s)
    return True


@cold
def send_user_back(w: Any, source_row: int, delay: int) -> None:
    """In a closed loop, whoever waited for a request begins to think when its answer arrives."""
    if w.sources[source_row].loop == CLOSED:
        at = w.control[0].now + delay
        w.sources[source_row].returning += 1
        schedule(w, at, event_of(USER_BACK, source_row, NOBODY))


@hot
def is_read(slot: Any) -> bool:
    """Whether a request only reads."""
    return slot.purpose == READ
