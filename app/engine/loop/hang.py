"""Hanging: a node's work stops where it is, and goes on from there when the node does.

What it was working on is held with the work that is left; answers that must pass it wait in it.
"""

from typing import Any

from app.engine.loop.dispatch import due
from app.kernel.events.calendar_queue import end_calendar
from app.kernel.events.event_queue import event_of, node_of, schedule, subject_of, type_of
from app.kernel.jit.decorators import cold, int64
from app.kernel.network.message_faults import HELD_ANSWER, keep
from app.kernel.requests.fan_out import reply
from app.kernel.requests.request import complete, fail
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.nodes import Discipline
from app.kernel.state.codes.requests import Outcome, Phase
from app.kernel.stations.processor_sharing import advance_clocks, cores_wanted, schedule_next_end
from app.kernel.stations.station import enqueue, start_waiting


@cold
def interrupt(w: Any, n: int, t: int) -> int:
    """Take the work of node `n` off its cores: a list by `follower`, with the work that is left in
    `work_left`, in the order in which it would have ended (not that of the heap, which depends on
    other nodes). Return its first slot; -1 if there is none.
    """
    end_calendar(w)
    first = int64(-1)
    for position in range(w.control[0].heap_size):
        event = w.heap_event[position]
        if type_of(event) == EventType.SERVICE_END and node_of(event) == n:
            s = subject_of(event)
            before, after = int64(-1), first
            while after >= 0 and _ends_before(w, int64(w.slots[after].heap_position), position):
                before, after = after, int64(w.slots[after].follower)
            w.slots[s].heap_position = position
            w.slots[s].follower = after
            if before < 0:
                first = s
            else:
                w.slots[before].follower = s
    s = first
    while s >= 0:
        position = int64(w.slots[s].heap_position)
        left = w.heap_at[position] - t
        w.heap_event[position] = EventType.CANCELLED
        w.nodes[n].busy_ns -= left
        w.slots[s].work_left = left
        s = int64(w.slots[s].follower)
    return first


@cold
def _ends_before(w: Any, position: int, other: int) -> bool:
    at, later = int64(w.heap_at[position]), int64(w.heap_at[other])
    return at < later or (at == later and w.heap_serial[position] < w.heap_serial[other])


@cold
def freeze(w: Any, n: int, t: int) -> None:
    """Node `n`, which is up, begins to hang: its work stops where it is."""
    node = w.nodes[n]
    if node.discipline & Discipline.PROCESSOR_SHARING:
        advance_clocks(w, n, t)
    node.up = 0
    node.hanging = 1
    node.hung_since = t
    s = interrupt(w, n, t)
    while s >= 0:
        after = int64(w.slots[s].follower)
        keep(w, n, s, int64(w.slots[s].work_left))
        s = after
    divide_cores(w, n, t)


@cold
def divide_cores(w: Any, n: int, t: int) -> None:
    """Divide the cores of a ring of stations anew."""
    if w.nodes[n].discipline & Discipline.PROCESSOR_SHARING:
        schedule_next_end(w, n, t)
    else:
        start_waiting(w, n, t)


@cold
def release_held(w: Any, n: int, t: int) -> None:
    """Let a node that hung go on: with the work that it had begun, then with what waits.

    Others on its machine may have its cores now: work for which none is left starts again in its
    turn.
    """
    node = w.nodes[n]
    if node.discipline & Discipline.PROCESSOR_SHARING:
        advance_clocks(w, n, t)
    node.up = 1
    node.hanging = 0
    s = int64(node.held)
    node.held = -1
    while s >= 0:
        slot, after = w.slots[s], int64(w.slots[s].follower)
        late = node.next_on_machine != n and cores_wanted(w, n) > node.cores
        if slot.work_left != HELD_ANSWER and late:
            node.busy -= 1
            slot.arrives_at = t
            enqueue(w, n, s)
        elif slot.work_left != HELD_ANSWER:
            node.busy_ns += slot.work_left
            schedule(w, t + slot.work_left, event_of(EventType.SERVICE_END, n, s))
        elif slot.phase == Phase.BRANCH_REPLY:
            reply(w, s, t)
        elif slot.phase == Phase.REJECTION or slot.phase == Phase.CALL_RETURN:
            due(w, EventType.HELD_ANSWER, n, s, t)
        else:
            complete(w, s, n, t)
        s = after
    divide_cores(w, n, t)


@cold
def lose_held(w: Any, n: int) -> None:
    """Fail what a node that hangs holds, because it dies. It counts as up when these fail."""
    node = w.nodes[n]
    s = int64(node.held)
    node.held = -1
    while s >= 0:
        after = int64(w.slots[s].follower)
        if w.slots[s].phase == Phase.BRANCH_REPLY:
            w.slots[s].phase = Phase.BRANCH
        elif w.slots[s].phase == Phase.REJECTION:
            w.slots[s].phase = Phase.FORWARD
        fail(w, s, n, Outcome.LOST_IN_CRASH)
        s = after
