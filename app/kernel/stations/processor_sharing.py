"""Processor sharing: every request present is worked on at once, at rate cores / requests.

No request gets more than one core. Progress is one virtual clock per station, which says how much
work each request present has got, in 1/1024 ns; requests stand in the queue's list in order of the
reading of that clock at which they will be done, which their slots keep in `finish_reading`. Nodes
on one machine are a ring of stations whose clocks go at one rate: cores / requests of all of them.
"""

import math
from typing import Any

from app.kernel.events.event_queue import event_of, schedule
from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.nodes import Discipline
from app.kernel.state.constants import NEVER

FINE = 1024
"""Units of a virtual clock in a nanosecond."""
VERSION_MASK = 0x3FFFFFFF
"""A station's plan of its next end has a version, which must fit an event."""


@cold
def cores_wanted(w: Any, n: int) -> int:
    """Cores that the nodes of a ring keep busy, or ask for: a node that hangs needs none."""
    total, m = int64(0), n
    while True:
        member = w.nodes[m]
        if not member.hanging:
            total += member.busy
        m = int64(member.next_on_machine)
        if m == n:
            return total


@cold
def advance_clocks(w: Any, n: int, t: int) -> None:
    """Bring the virtual clocks of a ring of sharing stations and their tallies up to now."""
    total, m = cores_wanted(w, n), n
    while True:
        node = w.nodes[m]
        elapsed = t - node.updated_at
        node.updated_at = t
        if node.hanging:
            node.wait_ns += elapsed * node.busy
        elif total <= node.cores:
            node.virtual += elapsed * FINE
            node.busy_ns += elapsed * node.busy
        else:
            node.virtual += elapsed * FINE * node.cores // total
            worked = int64(elapsed * (float(node.cores) * node.busy / total))
            node.busy_ns += worked
            node.wait_ns += elapsed * node.busy - worked
        m = int64(node.next_on_machine)
        if m == n:
            return


@cold
def join(w: Any, n: int, s: int, work: int, t: int) -> None:
    """Add a slot with this much work to a sharing station."""
    advance_clocks(w, n, t)
    insert_shared(w, n, s, work)
    schedule_next_end(w, n, t)


@cold
def insert_shared(w: Any, n: int, s: int, work: int) -> None:
    """Put a slot with this much work left into the list of those present."""
    node, slot = w.nodes[n], w.slots[s]
    slot.finish_reading = node.virtual + work * FINE
    before, after = int64(-1), int64(node.queue_head)
    while after >= 0 and w.slots[after].finish_reading <= slot.finish_reading:
        before, after = after, int64(w.slots[after].follower)
    slot.follower = after
    if before < 0:
        node.queue_head = s
    else:
        w.slots[before].follower = s
    _count_present(node, 1)


@hot
def _count_present(node: Any, change: int) -> None:
    node.busy += change
    node.queue_length = max(node.busy - node.cores, 0)


@cold
def schedule_next_end(w: Any, n: int, t: int) -> None:
    """Schedule the end of whoever is done first in a ring; what was scheduled before is void."""
    total, m = cores_wanted(w, n), n
    first, due = int64(-1), int64(NEVER)
    while True:
        node = w.nodes[m]
        node.version = (node.version + 1) & VERSION_MASK
        asking = max(total, int64(node.busy), int64(1))
        at_work = min(int64(node.busy), int64(node.cores) * node.busy // asking)
        node.queue_length = node.busy - at_work
        if node.queue_head >= 0 and node.up:
            left = float(w.slots[node.queue_head].finish_reading - node.virtual) / FINE
            stretch = max(1.0, total / node.cores)
            ends = t + int64(math.ceil(max(left, 0.0) * stretch))
            if ends < due:
                first, due = m, ends
        m = int64(node.next_on_machine)
        if m == n:
            break
    if first >= 0:
        schedule(w, due, event_of(EventType.SHARED_END, first, int64(w.nodes[first].version)))


@cold
def shared_end(w: Any, n: int, version: int, t: int) -> int:
    """The slot that is done at a sharing station; -1 when the event was void."""
    node = w.nodes[n]
    if node.version != version or not node.discipline & Discipline.PROCESSOR_SHARING:
        return int64(-1)
    advance_clocks(w, n, t)
    s = int64(node.queue_head)
    node.queue_head = w.slots[s].follower
    _count_present(node, -1)
    schedule_next_end(w, n, t)
    return s
