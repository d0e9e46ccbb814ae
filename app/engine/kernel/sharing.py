"""Processor sharing: every request present is worked on at once, at rate cores / requests.

No request gets more than one core. Progress is one virtual clock per station, which says how much
work each request present has got, in 1/1024 ns; requests stand in the queue's list in order of the
reading of that clock at which they will be done, which their slots keep in `serial`.
"""

import math
from typing import Any

from app.engine.kernel.agenda import SHARED_END, event_of, schedule
from app.engine.kernel.jit import cold, hot, int64

FINE = 1024
"""Units of a virtual clock in a nanosecond."""
VERSION_MASK = 0x3FFFFFFF
"""A station's plan of its next end has a version, which must fit an event."""


@cold
def settle(w: Any, n: int, t: int) -> None:
    """Bring a sharing station's virtual clock and its tallies up to now."""
    node = w.nodes[n]
    elapsed = t - node.updated_at
    node.updated_at = t
    if node.silent:
        node.wait_ns += elapsed * node.busy
    elif node.busy <= node.cores:
        node.virtual += elapsed * FINE
        node.busy_ns += elapsed * node.busy
    else:
        node.virtual += elapsed * FINE * node.cores // node.busy
        node.busy_ns += elapsed * node.cores
        node.wait_ns += elapsed * (node.busy - node.cores)


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
    """Schedule the end of whoever is done first; what was scheduled before is void."""
    node = w.nodes[n]
    node.version = (node.version + 1) & VERSION_MASK
    node.queue_length = max(node.busy - node.cores, 0)
    if node.queue_head < 0 or not node.up:
        return
    left = float(w.slots[node.queue_head].serial - node.virtual) / FINE
    stretch = max(1.0, node.busy / node.cores)
    due = t + int64(math.ceil(max(left, 0.0) * stretch))
    schedule(w, due, event_of(SHARED_END, n, int64(node.version)))


@cold
def shared_end(w: Any, n: int, version: int, t: int) -> int:
    """The slot that is done at a sharing station; -1 when the event was void."""
    node = w.nodes[n]
    if node.version != version or not node.sharing:
        return int64(-1)
    settle(w, n, t)
    s = int64(node.queue_head)
    node.queue_head = w.slots[s].follower
    _count_present(node, -1)
    plan_next_end(w, n, t)
    return s
