"""Relays: nodes on a request's way, before its balancer or behind it, that pass on what comes.

An answer goes back through them. A run without any never looks at their table.
"""

from typing import Any

from app.kernel.jit.decorators import cold, int64
from app.kernel.state.constants import NOWHERE


@cold
def pass_relay(w: Any, n: int, s: int) -> None:
    """Request `s` has come to relay `n`: its answer will pass it."""
    slot, row = w.slots[s], w.relays[s]
    if row.number != slot.number or row.attempt != slot.attempts:
        row.number, row.attempt = slot.number, slot.attempts
        row.front = row.back = NOWHERE
    if slot.balancer < 0:
        row.front, row.front_epoch = n, w.nodes[n].epoch
    else:
        row.back, row.back_epoch, row.tries = n, w.nodes[n].epoch, slot.tries


@cold
def front_relay(w: Any, s: int) -> int:
    """The relay that a request has passed before its balancer; -1 for none."""
    if w.control[0].relays == 0:
        return int64(NOWHERE)
    slot, row = w.slots[s], w.relays[s]
    passed = row.number == slot.number and row.attempt == slot.attempts
    return int64(row.front) if passed else int64(NOWHERE)


@cold
def back_relay(w: Any, s: int) -> int:
    """The relay that a request has passed behind its balancer; -1 for none."""
    if w.control[0].relays == 0:
        return int64(NOWHERE)
    slot, row = w.slots[s], w.relays[s]
    passed = row.number == slot.number and row.attempt == slot.attempts
    return int64(row.back) if passed and row.tries == slot.tries else int64(NOWHERE)


@cold
def relay_crashed(w: Any, s: int) -> bool:
    """Return whether a relay has crashed since the request passed it."""
    row, front, back = w.relays[s], front_relay(w, s), back_relay(w, s)
    if front >= 0 and w.nodes[front].epoch != row.front_epoch:
        return True
    return back >= 0 and w.nodes[back].epoch != row.back_epoch
