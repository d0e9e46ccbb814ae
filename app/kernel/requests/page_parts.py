"""Pages: when one has been answered, its further requests follow, over a few connections.

A browser has six of them to one server (HTTP/1.1; domain.md A5). Each fetches its share of the
parts, one after the other; what is left for it to do is written beside its slot.
"""

from typing import Any

from app.kernel.consistency.read_your_writes import read_back
from app.kernel.events.event_queue import event_of, schedule
from app.kernel.jit.decorators import cold, int64
from app.kernel.random_draws import GOLDEN, U, mixed
from app.kernel.requests.retry import return_user
from app.kernel.slots.slots import take_slot
from app.kernel.state.codes.choices import ArrivalProcess
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.requests import Phase, Purpose, RequestFlag

CONNECTIONS = 6
_SLOTS_KEPT = 8


@cold
def notify_client(w: Any, s: int, back: int, answered: bool) -> None:
    """Tell the client after `back` how a request has ended, and do what comes next."""
    slot = w.slots[s]
    source = w.sources[slot.source]
    if source.loop == ArrivalProcess.CLOSED:
        return_user(w, int64(slot.source), back)
    if slot.request_flags & RequestFlag.PAGE_PART:
        _fetch_next_part(w, s, back, int64(w.parts_left[s]), int64(0), answered)
    elif answered and not slot.request_flags & (
        RequestFlag.RECORDED_WORK | RequestFlag.READ_OWN_WRITE
    ):
        if slot.purpose == Purpose.WRITE and source.read_back > 0.0:
            read_back(w, s, back)
        for lane in range(min(int64(source.parts), CONNECTIONS)):
            share = (int64(source.parts) - lane + CONNECTIONS - 1) // CONNECTIONS
            _fetch_next_part(w, s, back, int64(share), int64(lane), lane == 0)


@cold
def _fetch_next_part(w: Any, s: int, back: int, left: int, lane: int, connected: bool) -> None:
    """Fetch, after `back`, the next of the parts that are left for one connection."""
    slot = w.slots[s]
    if left <= 0 or w.sources[slot.source].parts == 0 or w.control[0].free_count <= _SLOTS_KEPT:
        return
    b = take_slot(w)
    other = w.slots[b]
    node = int64(w.sources[slot.source].node)
    other.source, other.node, other.resolver = slot.source, node, slot.resolver
    other.key = mixed(slot.key + GOLDEN * U(lane + 1))
    other.epoch = w.nodes[node].epoch
    other.purpose, other.phase = Purpose.READ, Phase.NEXT_REQUEST
    other.request_flags = (
        RequestFlag.PAGE_PART | RequestFlag.CONNECTED if connected else RequestFlag.PAGE_PART
    )
    other.return_delay = 0
    other.edge = other.server_edge = other.balancer = other.web = -1
    other.older = other.younger = -1
    other.orphaned_work = other.attempts = other.tries = other.slot_flags = 0
    w.parts_left[b] = left
    other.arrives_at = w.control[0].now + back
    schedule(w, other.arrives_at, event_of(EventType.ARRIVAL, node, b))
