"""Retries of a client whose attempt has failed: backoff, and a budget.

A budget is a bucket of tokens: a new request adds a share of one, a retry takes a whole one (as in
Finagle's RetryBudget and gRPC's retry throttling, which also has 10 for its size in the example).
"""

from typing import Any

from app.kernel.events.event_queue import NO_SUBJECT, event_of, schedule
from app.kernel.jit.decorators import cold, int64
from app.kernel.random_draws import GOLDEN, U, mixed, unit
from app.kernel.slots.held_resources import close_server_connection, release
from app.kernel.state.codes.choices import ArrivalProcess, Backoff
from app.kernel.state.codes.events import TICKET_MASK, EventType
from app.kernel.state.codes.nodes import QueueRule
from app.kernel.state.codes.requests import Phase, SlotFlag

BUDGET_MAX = 10.0
"""Tokens of a full bucket."""
_WAIT_SALT = U(0xA0761D6478BD642F)
_DOUBLINGS_MAX = 40
_SLOTS_KEPT = 2


@cold
def earn_retry_budget(w: Any, row: int) -> None:
    """Add a new request's share to the client's retry budget."""
    source = w.sources[row]
    source.budget = min(source.budget + source.budget_share, BUDGET_MAX)


@cold
def may_retry(w: Any, s: int) -> bool:
    """Return whether the client of a failed attempt makes another one; that takes from its
    budget.
    """
    slot = w.slots[s]
    source = w.sources[slot.source]
    if source.retry == Backoff.NEVER or slot.attempts >= source.retries:
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
    """Tell the client of the failure after `back`; it tries again after its own pause."""
    slot = w.slots[s]
    release(w, s)
    slot.phase = Phase.SUSPENDED
    slot.edge = -1
    slot.ticket = (slot.ticket + 1) & TICKET_MASK  # no timer of this attempt ends the next one
    at = w.control[0].now + back + _pause(w, s)
    schedule(w, at, event_of(EventType.RETRY, int64(slot.ticket & TICKET_MASK), s))


@cold
def _pause(w: Any, s: int) -> int:
    """Nothing, a fixed time, or one that doubles; with full jitter a uniform share of that."""
    slot = w.slots[s]
    source = w.sources[slot.source]
    if source.retry == Backoff.AT_ONCE:
        return int64(0)
    if source.retry == Backoff.FIXED:
        return int64(source.backoff_ns + 0.5)
    doublings = min(int64(slot.attempts), _DOUBLINGS_MAX)
    pause = min(source.backoff_ns * float(int64(1) << doublings), source.backoff_max_ns)
    if source.retry == Backoff.FULL_JITTER:
        pause *= unit(mixed(slot.key ^ (_WAIT_SALT + GOLDEN * U(slot.attempts))))
    return int64(pause + 0.5)


@cold
def close_connection(w: Any, s: int) -> None:
    """The client closes its connection. Whoever works on its request hears of that over the same
    way, as far as it is passed on; a deadline that came along with the request it knows itself.
    """
    slot = w.slots[s]
    rules, now = w.nodes[slot.node].rules, w.control[0].now
    if slot.balancer < 0 or w.nodes[slot.balancer].cancels:
        if slot.server_edge >= 0:
            close_server_connection(w, s)
        slot.slot_flags |= SlotFlag.ORPHANED
        if rules & QueueRule.DROP_ORPHANS:
            schedule(w, now + slot.return_delay, event_of(EventType.ABORT, int64(slot.node), s))
    if rules & QueueRule.DROP_EXPIRED:
        schedule(w, now, event_of(EventType.ABORT, int64(slot.node), s))


@cold
def return_user(w: Any, source_row: int, delay: int) -> None:
    """Begin the think time of a closed loop's user when the answer arrives."""
    if w.sources[source_row].loop == ArrivalProcess.CLOSED:
        at = w.control[0].now + delay
        w.sources[source_row].returning += 1
        schedule(w, at, event_of(EventType.THINK_END, source_row, NO_SUBJECT))
