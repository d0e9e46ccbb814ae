"""Users who look at what they have just written: a read of the same key, after a while."""

import math
from typing import Any

from app.kernel.consistency.stale_reads import key_of
from app.kernel.events.event_queue import event_of, schedule
from app.kernel.jit.decorators import cold, int64
from app.kernel.random_draws import GOLDEN, U, mixed, unit
from app.kernel.slots.slots import take_slot
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.nodes import Trait
from app.kernel.state.codes.requests import Phase, Purpose, RequestFlag

_SALT = U(0x27D4EB2F165667C5)
_SLOTS_KEPT = 8


@cold
def read_back(w: Any, s: int, back: int) -> None:
    """Let a share of the users read back a write, an exponential while after its answer, which
    comes after `back`.
    """
    slot = w.slots[s]
    source, node = w.sources[slot.source], w.nodes[slot.node]
    bits = mixed(slot.key ^ _SALT)
    if unit(bits) >= source.read_back or w.control[0].free_count <= _SLOTS_KEPT:
        return
    bits = mixed(bits + GOLDEN)
    b = take_slot(w)
    other = w.slots[b]
    client = int64(source.node)
    other.source, other.node, other.resolver = slot.source, client, slot.resolver
    other.key = mixed(bits + GOLDEN)
    other.epoch = w.nodes[client].epoch
    other.purpose, other.phase, other.request_flags = (
        Purpose.READ,
        Phase.NEXT_REQUEST,
        RequestFlag.READ_OWN_WRITE,
    )
    other.return_delay = 0
    other.edge = other.server_edge = other.balancer = other.web = -1
    other.older = other.younger = -1
    other.orphaned_work = other.attempts = other.tries = other.slot_flags = 0
    heard_at = w.control[0].now + back
    own = w.own_writes[b]
    own.position, own.key, own.group = 0, -1, -1
    own.acknowledged_at = heard_at
    if node.traits & Trait.STALENESS:
        g = int64(w.databases[node.row].group)
        own.group = g
        own.position = slot.log_position
        if w.groups[g].latest_count > 0:
            own.key = key_of(w, s, g)
    pause = -math.log(1.0 - unit(bits)) * source.read_back_ns
    other.arrives_at = heard_at + int64(pause + 0.5)
    schedule(w, other.arrives_at, event_of(EventType.ARRIVAL, client, b))
