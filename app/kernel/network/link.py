"""Links: constant delays wait in first-in-first-out lines, one per distinct latency.

The line's head is all that the loop has to look at, so a hop costs no heap operation.
"""

from typing import Any

from app.kernel.counters import hop
from app.kernel.events.event_queue import event_of, next_serial, schedule
from app.kernel.jit.decorators import cold, fetch, hot, int64
from app.kernel.network.lost_requests import drop
from app.kernel.network.message_faults import lateness
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.nodes import Routable
from app.kernel.state.codes.requests import RequestFlag
from app.kernel.state.constants import FAULTY_LINE, NEVER


@hot
def travel(w: Any, s: int, line: int, delay: int, target: int, t: int) -> None:
    """Send slot `s` to node `target`, which it reaches after `delay`; no line stands for the
    heap.
    """
    slot = w.slots[s]
    slot.node = target
    slot.arrives_at = t + delay
    if line < 0:
        _travel_by_heap(w, s, line, target, t)
        return
    slot.serial = next_serial(w.control[0])
    slot.follower = -1
    row = w.delay_lines[line]
    if row.head < 0:
        row.head = s
        w.delay_line_at[line] = slot.arrives_at
        w.delay_line_serial[line] = slot.serial
    else:
        w.slots[row.tail].follower = s
    row.tail = s


@cold
def _travel_by_heap(w: Any, s: int, line: int, target: int, t: int) -> None:
    """Send a slot on its way by the heap: its delay line is none, or faulty, so it may be late or
    lost.
    """
    slot = w.slots[s]
    if line == FAULTY_LINE:
        later = lateness(w, s, t)
        if later >= NEVER:
            drop(w, s)
            return
        slot.arrives_at += later
        if slot.request_flags & RequestFlag.SAMPLED and slot.edge >= 0:
            hop(w, s, int64(w.edges[slot.edge].link), target, t, slot.arrives_at)
    schedule(w, slot.arrives_at, event_of(EventType.ARRIVAL, target, s))


@hot
def leave_delay_line(w: Any, line: int) -> int:
    """Take the slot at the head of a line that is not empty."""
    row = w.delay_lines[line]
    s = int64(row.head)
    after = w.slots[s].follower
    row.head = after
    if after >= 0:
        w.delay_line_at[line] = w.slots[after].arrives_at
        w.delay_line_serial[line] = w.slots[after].serial
        fetch(w.nodes, int64(w.slots[after].node))
        fetch(w.slots, int64(w.slots[after].follower))
    else:
        w.delay_line_at[line] = NEVER
    return s


@hot
def send(w: Any, s: int, e: int, t: int) -> None:
    """Send a request along an edge; its answer will need the same time back."""
    edge, slot = w.edges[e], w.slots[s]
    edge.sent += 1
    slot.edge = e
    slot.return_delay += edge.delay
    if slot.request_flags & RequestFlag.SAMPLED and edge.delay_line != FAULTY_LINE:
        hop(w, s, int64(edge.link), int64(edge.node), t, t + edge.delay)
    travel(w, s, int64(edge.delay_line), edge.delay, int64(edge.node), t)


@hot
def can_connect(w: Any, e: int) -> bool:
    """Return whether the networks at both ends of edge `e` let a connection through at all."""
    return w.edges[e].routable & Routable.REACHABLE != 0


@cold
def set_routable(w: Any, e: int, takes: int) -> None:
    """Set the requests that the source of edge `e` believes its target to take; reachability stays,
    which is no belief.
    """
    edge = w.edges[e]
    edge.routable = (edge.routable & Routable.REACHABLE) | takes


@hot
def round_robin(w: Any, n: int, wanted: int) -> int:
    """Round robin over the edges of node `n` that are open for what is wanted; -1 if none is."""
    node = w.nodes[n]
    writing = wanted == Routable.WRITES
    count = node.edge_count
    turn = node.write_turn if writing else node.read_turn
    for _ in range(count):
        if turn >= count:
            turn = 0
        e = node.first_edge + turn
        turn += 1
        if w.edges[e].routable & wanted:
            if writing:
                node.write_turn = turn
            else:
                node.read_turn = turn
            return e
    return -1
