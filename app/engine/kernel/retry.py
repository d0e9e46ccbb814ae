"""What a client does when an attempt has failed: it may wait a while and try again.

A budget is a bucket of tokens: a new request adds a share of one, a retry takes a whole one (as in
Finagle's RetryBudget and gRPC's retry throttling, which also has 10 for its size in the example).
"""

from typing import Any

from app.engine.kernel.agenda import (
    ATTEMPT,
    NOBODY,
    RETRY,
    TICKET_MASK,
    USER_BACK,
    event_of,
    schedule,
)
from app.engine.kernel.draw import GOLDEN, U, mixed, unit
from app.engine.kernel.hold import ABORT, let_go
from app.engine.kernel.jit import cold, int64
from app.engine.records import (
    AT_ONCE,
    CLOSED,
    DROPS_EXPIRED,
    DROPS_ORPHANS,
    FIXED,
    FULL_JITTER,
    LIMBO,
    NEVER_AGAIN,
    ORPHAN,
)

BUDGET_MAX = 10.0
"""Tokens of a full bucket."""
_WAIT_SALT = U(0xA0761D6478BD642F)
_DOUBLINGS_MAX = 40
_SLOTS_KEPT = 2


@cold
def earn_retries(w: Any, row: int) -> None:
    """A new request adds its share to the client's budget."""
    source = w.sources[row]
    source.budget = min(source.budget + source.budget_share, BUDGET_MAX)


@cold
def may_retry(w: Any, s: int) -> bool:
    """Whether the client of a failed attempt makes another one; that takes from its budget."""
    slot = w.slots[s]
    source = w.sources[slot.source]
    if source.retry == NEVER_AGAIN or slot.attempts >= source.retries:
        return False
    if w.control[0].free_count <= _SLOTS_KEPT or not w.nodes[source.node].up:
        return False
    if source.budget_share > 0.0:
        if source.budget < 1.0:
            return False
        source.budget -= 1.0
    return True


@cold
def wait_to_retry(w: Any, s: int, back: int) -> None:
    """The client hears of the failure after `back`, and tries again after its own pause."""
    slot = w.slots[s]
    let_go(w, s)
    slot.phase = LIMBO
    slot.edge = -1
    slot.ticket = (slot.ticket + 1) & TICKET_MASK  # no timer of this attempt ends the next one
    at = w.control[0].now + back + _pause(w, s)
    schedule(w, at, event_of(RETRY, int64(slot.ticket & TICKET_MASK), s))


@cold
def _pause(w: Any, s: int) -> int:
    """Nothing, a fixed time, or one that doubles; with full jitter a uniform share of that."""
    slot = w.slots[s]
    source = w.sources[slot.source]
    if source.retry == AT_ONCE:
        return int64(0)
    if source.retry == FIXED:
        return int64(source.backoff_ns + 0.5)
    doublings = min(int64(slot.attempts), _DOUBLINGS_MAX)
    pause = min(source.backoff_ns * float(int64(1) << doublings), source.backoff_max_ns)
    if source.retry == FULL_JITTER:
        pause *= unit(mixed(slot.key ^ (_WAIT_SALT + GOLDEN * U(slot.attempts))))
    return int64(pause + 0.5)


@cold
def hang_up(w: Any, s: int) -> None:
    """The client closes its connection. Whoever works on its request hears of that over the same
    way, as far as it is passed on; a deadline that came along with the request it knows itself.
    """
    slot = w.slots[s]
    rules, now = w.nodes[slot.node].rules, w.control[0].now
    if slot.balancer < 0 or w.nodes[slot.balancer].cancels:
        slot.holds |= ORPHAN
        if rules & DROPS_ORPHANS:
            schedule(w, now + slot.back, event_of(ATTEMPT, ABORT, s))
    if rules & DROPS_EXPIRED:
        schedule(w, now, event_of(ATTEMPT, ABORT, s))


@cold
def send_user_back(w: Any, source_row: int, delay: int) -> None:
    """In a closed loop, whoever waited for a request begins to think when its answer arrives."""
    if w.sources[source_row].loop == CLOSED:
        at = w.control[0].now + delay
        w.sources[source_row].returning += 1
        schedule(w, at, event_of(USER_BACK, source_row, NOBODY))
