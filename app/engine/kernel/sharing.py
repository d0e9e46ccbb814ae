"""Processor sharing: every request present is worked on at once, at rate cores / requests.

No request gets more than one core. Progress is one virtual clock per station, which says how much
work each request present has got, in 1/1024 ns; requests stand in the queue's list in order of the
reading of that clock at which they will be done, which their slots keep in `serial`. Nodes on one
machine are a ring of stations whose clocks go at one rate: cores / requests of all of them.
"""

import math
from typing import Any

from app.engine.kernel.agenda import SHARED_END, event_of, schedule
from app.engine.kernel.jit import cold, hot, int64
from app.engine.records import NEVER, SHARES

FINE = 1024
"""Units of a virtual clock in a nanosecond."""
VERSION_MASK = 0x3FFFFFFF
"""A station's plan of its next end has a version, which must fit an event."""


@cold
def working(w: Any, n: int) -> int:
    """Cores that the nodes of a ring keep busy, or ask for: a node that hangs needs none."""
    total, m = int64(0), n
    while True:
        member = w.nodes[m]
        if not member.silent:
            total += member.busy
        m = int64(member.neighbour)
        if m == n:
            return total


@cold
def settle(w: Any, n: int, t: int) -> None:
    """Bring the virtual clocks of a ring of sharing stations and their tallies up to now."""
    total, m = working(w, n), n
    while True:
        node = w.nodes[m]
        elapsed = t - node.updated_at
        node.updated_at = t
        if node.silent:
            node.wait_ns += elapsed * node.busy
        elif total <= node.cores:
            node.virtual += elapsed * FINE
            node.busy_ns += elapsed * node.busy
        else:
            node.virtual += elapsed * FINE * node.cores // total
            worked = int64(elapsed * (float(node.cores) * node.busy / total))
            node.busy_ns += worked
            node.wait_ns += elapsed * node.busy - worked
        m = int64(node.neighbour)
        if m == n:
            return


@cold
def join(w: Any, n: int, s: int, work: int, t: int) -> None:
    """A slot with this much work joins a sharing station."""
    settle(w, n, t)
    share(w, n, s, work)
    plan_next_end(w, n, t)


@cold
def share(w: Any, n: int, s: int, work: int) -> None:
    """Put a slot with this much work left into the list of those present."""
    node, slot = w.nodes[n], w.slots[s]
    slot.serial = node.virtual + work * FINE
    before, after = int64(-1), int64(node.queue_head)
    while after >= 0 and w.slots[after].serial <= slot.serial:
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
def plan_next_end(w: Any, n: int, t: int) -> None:
    """Schedule the end of whoever is done first in a ring; what was scheduled before is void."""
    total, m = working(w, n), n
    first, due = int64(-1), int64(NEVER)
    while True:
        node = w.nodes[m]
        node.version = (node.version + 1) & VERSION_MASK
        asking = max(total, int64(node.busy), int64(1))
        at_work = min(int64(node.busy), int64(node.cores) * node.busy // asking)
        node.queue_length = node.busy - at_work
        if node.queue_head >= 0 and node.up:
            left = float(w.slots[node.queue_head].serial - node.virtual) / FINE
            stretch = max(1.0, total / node.cores)
            ends = t + int64(math.ceil(max(left, 0.0) * stretch))
            if ends < due:
                first, due = m, ends
        m = int64(node.neighbour)
        if m == n:
            break
    if first >= 0:
        schedule(w, due, event_of(SHARED_END, first, int64(w.nodes[first].version)))


@cold
def shared_end(w: Any, n: int, version: int, t: int) -> int:
    """The slot that is done at a sharing station; -1 when the event was void."""
    node = w.nodes[n]
    if node.version != version or not node.discipline & SHARES:
        return int64(-1)
    settle(w, n, t)
    s = int64(node.queue_head)
    node.queue_head = w.slots[s].follower
    _count_present(node, -1)
    plan_next_end(w, n, t)
    return s
