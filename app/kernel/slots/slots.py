"""Slots: what a request in flight stands in, and its place in the line of its client's patience."""

from typing import Any

from app.kernel.events.event_queue import expect_timeout
from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.slots.held_resources import move_server_connection, release
from app.kernel.state.codes.events import TICKET_MASK
from app.kernel.state.codes.requests import Moves, RequestFlag, SlotFlag
from app.kernel.state.constants import NEVER


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
    if slot.server_edge >= 0 or slot.slot_flags:
        release(w, s)
    slot.ticket = (slot.ticket + 1) & TICKET_MASK
    slot.follower = control.free_head
    control.free_head = s
    control.free_count += 1


@cold
def append_to_queue(w: Any, s: int, head: int, tail: int) -> int:
    """Append a slot to a queue of slots that wait. Return the head of the queue now."""
    w.slots[s].follower = -1
    if head < 0:
        return s
    w.slots[tail].follower = s
    return head


@hot
def start_deadline(w: Any, s: int, source_row: int) -> None:
    """Begin a request's deadline. One client's patience is constant, so its deadlines queue up."""
    slot, source = w.slots[s], w.sources[source_row]
    tail = int64(source.deadline_tail)
    if tail >= 0 and w.slots[tail].attempt_at > slot.attempt_at:
        _insert_deadline(w, s, source_row, tail)
        return
    slot.younger = -1
    slot.older = tail
    if tail >= 0:
        w.slots[tail].younger = s
    else:
        source.deadline_head = s
        w.deadline_at[source_row] = slot.attempt_at + source.patience
        expect_timeout(w, w.deadline_at[source_row])
    source.deadline_tail = s


@cold
def _insert_deadline(w: Any, s: int, source_row: int, younger: int) -> None:
    """Insert a request whose first hop needed no event before others that are in the list
    already.
    """
    slot, source = w.slots[s], w.sources[source_row]
    older = int64(w.slots[younger].older)
    while older >= 0 and w.slots[older].attempt_at > slot.attempt_at:
        younger = older
        older = int64(w.slots[older].older)
    slot.younger, slot.older = younger, older
    w.slots[younger].older = s
    if older >= 0:
        w.slots[older].younger = s
    else:
        source.deadline_head = s
        w.deadline_at[source_row] = slot.attempt_at + source.patience
        expect_timeout(w, w.deadline_at[source_row])


@hot
def cancel_deadline(w: Any, s: int) -> None:
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
            max(w.slots[younger].attempt_at + source.patience, w.control[0].now)
            if younger >= 0
            else NEVER
        )
        expect_timeout(w, w.deadline_at[slot.source])


@cold
def count_waiting(w: Any) -> int:
    """Count the requests in the lists of deadlines of all clients, one by one; -1 if a list is
    broken, circular, or has an orphaned request in it.
    """
    count, room = int64(0), int64(w.control[0].slots_room)
    for row in range(w.control[0].sources_used):
        older, s = int64(-1), int64(w.sources[row].deadline_head)
        while s >= 0:
            if s >= room or count == room:
                return int64(-1)
            slot = w.slots[s]
            if slot.older != older or slot.source != row or slot.orphaned_work:
                return int64(-1)
            count += 1
            older, s = s, int64(slot.younger)
        if w.sources[row].deadline_tail != older:
            return int64(-1)
    return count


@cold
def clone_slot(w: Any, s: int, moving: int) -> int:
    """Move a request to another slot, in its place in the list of deadlines. The first one is
    orphaned: whoever works on it does so for nothing.

    `moving` says what the request takes along of what it held: Moves.SERVER_CONNECTION,
    Moves.WORKER.
    """
    b = take_slot(w)
    slot, other = w.slots[s], w.slots[b]
    other.created_at, other.attempt_at, other.sent_at = (
        slot.created_at,
        slot.attempt_at,
        slot.sent_at,
    )
    other.key, other.number, other.resolver = slot.key, slot.number, slot.resolver
    other.source, other.balancer, other.epoch = slot.source, slot.balancer, slot.epoch
    other.purpose, other.phase, other.request_flags = slot.purpose, slot.phase, slot.request_flags
    other.attempts, other.tries = slot.attempts, slot.tries
    other.return_delay, other.web, other.edge = slot.return_delay, slot.web, slot.edge
    other.answers_needed = 0
    other.server_edge = -1
    other.orphaned_work = other.slot_flags = 0
    if slot.request_flags & RequestFlag.PAGE_PART:
        w.parts_left[b] = w.parts_left[s]
    if w.control[0].relays > 0:
        _copy_relays(w, s, b)
    if slot.request_flags & RequestFlag.READ_OWN_WRITE:
        own, other_own = w.own_writes[s], w.own_writes[b]
        other_own.position, other_own.acknowledged_at = own.position, own.acknowledged_at
        other_own.key, other_own.group = own.key, own.group
    _move_deadline(w, s, b)
    if moving & Moves.SERVER_CONNECTION:
        move_server_connection(w, s, b)
    if moving & Moves.WORKER:
        other.slot_flags |= slot.slot_flags & SlotFlag.WORKER
        slot.slot_flags &= ~SlotFlag.WORKER
    slot.orphaned_work = 1
    w.control[0].orphaned_work += 1
    return b


@cold
def _copy_relays(w: Any, s: int, b: int) -> None:
    """Slot `b` goes on with a request that has passed these relays."""
    row, other = w.relays[s], w.relays[b]
    other.number, other.attempt, other.tries = row.number, row.attempt, row.tries
    other.front, other.front_epoch = row.front, row.front_epoch
    other.back, other.back_epoch = row.back, row.back_epoch


@cold
def _move_deadline(w: Any, s: int, b: int) -> None:
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
