"""Slots: what a request in flight stands in, and its place in the line of its client's patience."""

from typing import Any

from app.engine.kernel.agenda import TICKET_MASK, look_at
from app.engine.kernel.hold import let_go, move_front
from app.engine.kernel.jit import cold, hot, int64
from app.engine.records import HOLDS_WORKER, NEVER, OWN, PART

MOVES_NOTHING, MOVES_FRONT, MOVES_WORKER = 0, 1, 2


@hot
def take_slot(w: Any) -> int:
    """A free slot. The loop sees to it that there are always some."""
    control = w.control[0]
    s = int64(control.free_head)
    control.free_head = w.slots[s].follower
    control.free_count -= 1
    return s


@hot
def release_slot(w: Any, s: int) -> None:
    """Give a slot back, and what the request in it held on its way."""
    control, slot = w.control[0], w.slots[s]
    if slot.front >= 0 or slot.holds:
        let_go(w, s)
    slot.ticket = (slot.ticket + 1) & TICKET_MASK
    slot.follower = control.free_head
    control.free_head = s
    control.free_count += 1


@cold
def line_up(w: Any, s: int, head: int, tail: int) -> int:
    """A slot goes to the end of a line of slots that wait: the head of that line now."""
    w.slots[s].follower = -1
    if head < 0:
        return s
    w.slots[tail].follower = s
    return head


@hot
def start_patience(w: Any, s: int, source_row: int) -> None:
    """Begin a request's deadline. One client's patience is constant, so its deadlines queue up."""
    slot, source = w.slots[s], w.sources[source_row]
    tail = int64(source.deadline_tail)
    if tail >= 0 and w.slots[tail].since > slot.since:
        _join_inside(w, s, source_row, tail)
        return
    slot.younger = -1
    slot.older = tail
    if tail >= 0:
        w.slots[tail].younger = s
    else:
        source.deadline_head = s
        w.deadline_at[source_row] = slot.since + source.patience
        look_at(w, w.deadline_at[source_row])
    source.deadline_tail = s


@cold
def _join_inside(w: Any, s: int, source_row: int, younger: int) -> None:
    """A request whose first hop needs no event began before others that are in the line already."""
    slot, source = w.slots[s], w.sources[source_row]
    older = int64(w.slots[younger].older)
    while older >= 0 and w.slots[older].since > slot.since:
        younger = older
        older = int64(w.slots[older].older)
    slot.younger, slot.older = younger, older
    w.slots[younger].older = s
    if older >= 0:
        w.slots[older].younger = s
    else:
        source.deadline_head = s
        w.deadline_at[source_row] = slot.since + source.patience
        look_at(w, w.deadline_at[source_row])


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
            max(w.slots[younger].since + source.patience, w.control[0].now)
            if younger >= 0
            else NEVER
        )
        look_at(w, w.deadline_at[slot.source])


@cold
def count_patient(w: Any) -> int:
    """How many requests stand in the lines of patience of all clients, counted one by one; -1 if
    a line is in disorder: broken, in a circle, or with somebody in it who is given up.
    """
    count, room = int64(0), int64(w.control[0].slots_room)
    for row in range(w.control[0].sources_used):
        older, s = int64(-1), int64(w.sources[row].deadline_head)
        while s >= 0:
            if s >= room or count == room:
                return int64(-1)
            slot = w.slots[s]
            if slot.older != older or slot.source != row or slot.abandoned:
                return int64(-1)
            count += 1
            older, s = s, int64(slot.younger)
        if w.sources[row].deadline_tail != older:
            return int64(-1)
    return count


@cold
def twin(w: Any, s: int, moving: int) -> int:
    """Another slot for the same request, in its place in the line of patience. What stands in the
    first one is nobody's request any more, and whoever works on it does so for nothing.

    `moving` says what the request takes along of what it held: MOVES_FRONT, MOVES_WORKER.
    """
    b = take_slot(w)
    slot, other = w.slots[s], w.slots[b]
    other.born, other.since, other.sent = slot.born, slot.since, slot.sent
    other.key, other.number, other.origin = slot.key, slot.number, slot.origin
    other.source, other.balancer, other.epoch = slot.source, slot.balancer, slot.epoch
    other.purpose, other.phase, other.traced = slot.purpose, slot.phase, slot.traced
    other.attempts, other.tries = slot.attempts, slot.tries
    other.back, other.web, other.edge = slot.back, slot.web, slot.edge
    other.serial = 0
    other.front = -1
    other.abandoned = other.holds = 0
    if slot.traced & PART:
        w.parts_left[b] = w.parts_left[s]
    if slot.traced & OWN:
        own, other_own = w.own_writes[s], w.own_writes[b]
        other_own.position, other_own.told_at = own.position, own.told_at
        other_own.key, other_own.group = own.key, own.group
    _take_its_patience(w, s, b)
    if moving & MOVES_FRONT:
        move_front(w, s, b)
    if moving & MOVES_WORKER:
        other.holds |= slot.holds & HOLDS_WORKER
        slot.holds &= ~HOLDS_WORKER
    slot.abandoned = 1
    w.control[0].zombies += 1
    return b


@cold
def _take_its_patience(w: Any, s: int, b: int) -> None:
    slot, other = w.slots[s], w.slots[b]
    source = w.sources[slot.source]
    other.older, other.younger = slot.older, slot.younger
    if slot.older >= 0:
        w.slots[slot.older].younger = b
    else:
        source.deadline_head = b
    if slot.younger >= 0:
        w.slots[slot.younger].older = b
    else:
        source.deadline_tail = b
    slot.older = slot.younger = -1
