"""Links: constant delays wait in first-in-first-out lines, one per distinct latency.

The line's head is all that the loop has to look at, so a hop costs no heap operation.
"""

from typing import Any

from app.engine.kernel.agenda import ARRIVAL, event_of, next_serial, schedule
from app.engine.kernel.faulty import way_of
from app.engine.kernel.jit import cold, fetch, hot, int64
from app.engine.kernel.lost import vanish
from app.engine.kernel.tally import hop
from app.engine.records import BAD_LINE, NEVER, REACHABLE, SAMPLED, TAKES_WRITES


@hot
def wait_on_line(w: Any, s: int, line: int, delay: int, target: int, t: int) -> None:
    """Slot `s` reaches node `target` after `delay`; no line stands for the agenda."""
    slot = w.slots[s]
    slot.node = target
    slot.due = t + delay
    if line < 0:
        _travel_alone(w, s, line, target, t)
        return
    slot.serial = next_serial(w.control[0])
    slot.follower = -1
    row = w.lines[line]
    if row.head < 0:
        row.head = s
        w.line_at[line] = slot.due
        w.line_serial[line] = slot.serial
    else:
        w.slots[row.tail].follower = s
    row.tail = s


@cold
def _travel_alone(w: Any, s: int, line: int, target: int, t: int) -> None:
    """A slot that stands in no line: it is the agenda's, or is late, or never arrives."""
    slot = w.slots[s]
    if line == BAD_LINE:
        later = way_of(w, s, t)
        if later >= NEVER:
            vanish(w, s)
            return
        slot.due += later
        if slot.traced & SAMPLED and slot.edge >= 0:
            hop(w, s, int64(w.edges[slot.edge].link), target, t, slot.due)
    schedule(w, slot.due, event_of(ARRIVAL, target, s))


@hot
def next_on_line(w: Any, line: int) -> int:
    """Take the slot at the head of a line that is not empty."""
    row = w.lines[line]
    s = int64(row.head)
    after = w.slots[s].follower
    row.head = after
    if after >= 0:
        w.line_at[line] = w.slots[after].due
        w.line_serial[line] = w.slots[after].serial
        fetch(w.nodes, int64(w.slots[after].node))
        fetch(w.slots, int64(w.slots[after].follower))
    else:
        w.line_at[line] = NEVER
    return s


@hot
def send(w: Any, s: int, e: int, t: int) -> None:
    """A request travels along an edge; its answer will need the same time back."""
    edge, slot = w.edges[e], w.slots[s]
    edge.sent += 1
    slot.edge = e
    slot.back += edge.delay
    if slot.traced & SAMPLED and edge.line != BAD_LINE:
        hop(w, s, int64(edge.link), int64(edge.node), t, t + edge.delay)
    wait_on_line(w, s, int64(edge.line), edge.delay, int64(edge.node), t)


@hot
def can_connect(w: Any, e: int) -> bool:
    """Whether the networks at both ends of edge `e` let a connection through at all."""
    return w.edges[e].open & REACHABLE != 0


@cold
def believe(w: Any, e: int, takes: int) -> None:
    """From now on the source of edge `e` believes its target to take this; what can be reached
    is no belief.
    """
    edge = w.edges[e]
    edge.open = (edge.open & REACHABLE) | takes


@hot
def choose(w: Any, n: int, wanted: int) -> int:
    """Round robin over the edges of node `n` that are open for what is wanted; -1 if none is."""
    node = w.nodes[n]
    writing = wanted == TAKES_WRITES
    count = node.edge_count
    turn = node.write_turn if writing else node.read_turn
    for _ in range(count):
        if turn >= count:
            turn = 0
        e = node.first_edge + turn
        turn += 1
        if w.edges[e].open & wanted:
            if writing:
                node.write_turn = turn
            else:
                node.read_turn = turn
            return e
    return -1
