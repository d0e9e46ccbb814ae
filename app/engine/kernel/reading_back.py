"""Users who look at what they have just written: a read of the same key, after a while."""

import math
from typing import Any

from app.engine.kernel.agenda import ARRIVAL, event_of, schedule
from app.engine.kernel.draw import GOLDEN, U, mixed, unit
from app.engine.kernel.freshness import key_of
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.slot import take_slot
from app.engine.records import FOLLOWED, NEXT, OWN, READ

_SALT = U(0x27D4EB2F165667C5)
_SLOTS_KEPT = 8


@cold
def read_back(w: Any, s: int, back: int) -> None:
    """A user's write was answered, which it hears after `back`. A share of the users read it back,
    after an exponential while.
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
    other.source, other.node, other.origin = slot.source, client, slot.origin
    other.key = mixed(bits + GOLDEN)
    other.epoch = w.nodes[client].epoch
    other.purpose, other.phase, other.traced = READ, NEXT, OWN
    other.back = 0
    other.edge = other.front = other.balancer = other.web = -1
    other.older = other.younger = -1
    other.abandoned = other.attempts = other.tries = other.holds = 0
    heard_at = w.control[0].now + back
    own = w.own_writes[b]
    own.position, own.key, own.group = 0, -1, -1
    own.told_at = heard_at
    if node.traits & FOLLOWED:
        g = int64(w.databases[node.row].group)
        own.group = g
        own.position = slot.serial
        if w.groups[g].latest_count > 0:
            own.key = key_of(w, s, g)
    pause = -math.log(1.0 - unit(bits)) * source.read_back_ns
    other.due = heard_at + int64(pause + 0.5)
    schedule(w, other.due, event_of(ARRIVAL, client, b))
