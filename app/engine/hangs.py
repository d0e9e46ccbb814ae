"""Hanging: a node's work stops where it is, and goes on from there when the node does.

What it was working on is held with the work that is left; answers that must pass it wait in it.
"""

from typing import Any

from app.engine.kernel.agenda import (
    BLANK,
    SERVICE_END,
    event_of,
    place_of,
    schedule,
    sort_of,
    who_of,
)
from app.engine.kernel.branches import reply
from app.engine.kernel.faulty import AN_ANSWER, keep
from app.engine.kernel.horizon import gather
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.request import complete, fail
from app.engine.kernel.sharing import plan_next_end, settle, working
from app.engine.kernel.station import enqueue, take_up
from app.engine.records import BOUNCE, BRANCH, CALLED, LOST_IN_CRASH, REPLY, SHARES, TRAVEL
from app.kinds.load_balancer.dispatching import came_back
from app.kinds.web_server.behaviour import came_back as back_at_server


@cold
def interrupt(w: Any, n: int, t: int) -> int:
    """What node `n` works on leaves its cores: a list by `follower`, with the work that is left in
    `serial`, in the order in which it would have ended. (Where it stands on the agenda depends on
    what other nodes do, and must not matter.) -1 when there is none.
    """
    gather(w)
    first = int64(-1)
    for position in range(w.control[0].agenda_size):
        event = w.agenda_event[position]
        if sort_of(event) == SERVICE_END and place_of(event) == n:
            s = who_of(event)
            before, after = int64(-1), first
            while after >= 0 and _ends_before(w, int64(w.slots[after].serial), position):
                before, after = after, int64(w.slots[after].follower)
            w.slots[s].serial = position
            w.slots[s].follower = after
            if before < 0:
                first = s
            else:
                w.slots[before].follower = s
    s = first
    while s >= 0:
        position = int64(w.slots[s].serial)
        left = w.agenda_at[position] - t
        w.agenda_event[position] = BLANK
        w.nodes[n].busy_ns -= left
        w.slots[s].serial = left
        s = int64(w.slots[s].follower)
    return first


@cold
def _ends_before(w: Any, position: int, other: int) -> bool:
    at, later = int64(w.agenda_at[position]), int64(w.agenda_at[other])
    return at < later or (at == later and w.agenda_serial[position] < w.agenda_serial[other])


@cold
def freeze(w: Any, n: int, t: int) -> None:
    """Node `n`, which is up, begins to hang: its work stops where it is."""
    node = w.nodes[n]
    if node.discipline & SHARES:
        settle(w, n, t)
    node.up = 0
    node.silent = 1
    node.hung_since = t
    s = interrupt(w, n, t)
    while s >= 0:
        after = int64(w.slots[s].follower)
        keep(w, n, s, int64(w.slots[s].serial))
        s = after
    divide_cores(w, n, t)


@cold
def divide_cores(w: Any, n: int, t: int) -> None:
    """The cores of a ring of stations are divided anew."""
    if w.nodes[n].discipline & SHARES:
        plan_next_end(w, n, t)
    else:
        take_up(w, n, t)


@cold
def thaw(w: Any, n: int, t: int) -> None:
    """A node that hangs goes on: with the work that it had begun, then with what waits. Others on
    its machine may have its cores now: work for which none is left starts again in its turn.
    """
    node = w.nodes[n]
    if node.discipline & SHARES:
        settle(w, n, t)
    node.up = 1
    node.silent = 0
    s = int64(node.held)
    node.held = -1
    while s >= 0:
        slot, after = w.slots[s], int64(w.slots[s].follower)
        late = node.neighbour != n and working(w, n) > node.cores
        if slot.serial != AN_ANSWER and late:
            node.busy -= 1
            slot.due = t
            enqueue(w, n, s)
        elif slot.serial != AN_ANSWER:
            node.busy_ns += slot.serial
            schedule(w, t + slot.serial, event_of(SERVICE_END, n, s))
        elif slot.phase == REPLY:
            reply(w, s, t)
        elif slot.phase == BOUNCE:
            came_back(w, n, s, t)
        elif slot.phase == CALLED:
            back_at_server(w, n, s, t)
        else:
            complete(w, s, n, t)
        s = after
    divide_cores(w, n, t)


@cold
def lose_held(w: Any, n: int) -> None:
    """A node that hangs dies: what it holds is lost. It counts as up when these fail."""
    node = w.nodes[n]
    s = int64(node.held)
    node.held = -1
    while s >= 0:
        after = int64(w.slots[s].follower)
        if w.slots[s].phase == REPLY:
            w.slots[s].phase = BRANCH
        elif w.slots[s].phase == BOUNCE:
            w.slots[s].phase = TRAVEL
        fail(w, s, n, LOST_IN_CRASH)
        s = after
