"""Pages: when one has been answered, its further requests follow, over a few connections.

A browser has six of them to one server (HTTP/1.1; domain.md A5). Each fetches its share of the
parts, one after the other; what is left for it to do is written beside its slot.
"""

from typing import Any

from app.engine.kernel.agenda import ARRIVAL, event_of, schedule
from app.engine.kernel.draw import GOLDEN, U, mixed
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.reading_back import read_back
from app.engine.kernel.retry import send_user_back
from app.engine.kernel.slot import take_slot
from app.engine.records import CLOSED, CONNECTED, NEXT, OWN, PART, READ, REPLAYED, WRITE

CONNECTIONS = 6
_SLOTS_KEPT = 8


@cold
def tell(w: Any, s: int, back: int, answered: bool) -> None:
    """The client hears after `back` how a request has ended, and does what comes next."""
    slot = w.slots[s]
    source = w.sources[slot.source]
    if source.loop == CLOSED:
        send_user_back(w, int64(slot.source), back)
    if slot.traced & PART:
        _go_on(w, s, back, int64(w.parts_left[s]), int64(0), answered)
    elif answered and not slot.traced & (REPLAYED | OWN):
        if slot.purpose == WRITE and source.read_back > 0.0:
            read_back(w, s, back)
        for lane in range(min(int64(source.parts), CONNECTIONS)):
            share = (int64(source.parts) - lane + CONNECTIONS - 1) // CONNECTIONS
            _go_on(w, s, back, int64(share), int64(lane), lane == 0)


@cold
def _go_on(w: Any, s: int, back: int, left: int, lane: int, connected: bool) -> None:
    """After `back`, one connection fetches the next of the parts that are left for it."""
    slot = w.slots[s]
    if left <= 0 or w.sources[slot.source].parts == 0 or w.control[0].free_count <= _SLOTS_KEPT:
        return
    b = take_slot(w)
    other = w.slots[b]
    node = int64(w.sources[slot.source].node)
    other.source, other.node, other.origin = slot.source, node, slot.origin
    other.key = mixed(slot.key + GOLDEN * U(lane + 1))
    other.epoch = w.nodes[node].epoch
    other.purpose, other.phase = READ, NEXT
    other.traced = PART | CONNECTED if connected else PART
    other.back = 0
    other.edge = other.front = other.balancer = other.web = -1
    other.older = other.younger = -1
    other.abandoned = other.attempts = other.tries = other.holds = 0
    w.parts_left[b] = left
    other.due = w.control[0].now + back
    schedule(w, other.due, event_of(ARRIVAL, node, b))
