"""Requests in flight: how they end, well or badly, and what their clients make of that."""

from typing import Any

from app.kernel.consistency.quorum import store_hint
from app.kernel.counters import answered_hop, failed_hop, latency_bucket
from app.kernel.events.event_queue import event_of, schedule
from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.network.link import travel
from app.kernel.network.lost_requests import drop, drop_branch, free_worker
from app.kernel.network.message_faults import (
    follow_answer,
    passes_backward,
    rejection_stops,
)
from app.kernel.network.relays import relay_crashed
from app.kernel.requests.attempts import delay_to_client, return_rejection
from app.kernel.requests.cache_aside import answered, fail_open, fetch_failed
from app.kernel.requests.crashed_nodes import asker_crashed, crashed_on_way
from app.kernel.requests.page_parts import notify_client
from app.kernel.requests.retry import close_connection, may_retry, wait_to_retry
from app.kernel.resilience.circuit_breaker import call_failed, call_succeeded
from app.kernel.resilience.outlier_detection import record_outcome
from app.kernel.slots.slots import cancel_deadline, clone_slot, release_slot
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.requests import (
    Moves,
    Outcome,
    Phase,
    Purpose,
    RejectionPath,
    RequestFlag,
    ReturnPath,
    SlotFlag,
)

CHECK_PASSED = 11
"""A server's answer to a health check: it is alive and takes reads and writes."""
ROUND_SHIFT, ROUND_MASK = 4, 0x3FFFFFF
"""The answer to a deep check carries its round above that."""


@hot
def return_path_crashed(w: Any, s: int) -> bool:
    """Return whether a node that the answer must pass has crashed since the request went through
    it.
    """
    slot = w.slots[s]
    epoch = w.nodes[w.sources[slot.source].node].epoch
    if slot.balancer >= 0:
        epoch += w.nodes[slot.balancer].epoch
    if slot.web >= 0:
        epoch += w.nodes[slot.web].epoch
    return epoch != slot.epoch or (w.control[0].relays > 0 and relay_crashed(w, s))


@cold
def fail(w: Any, s: int, node: int, outcome: int) -> None:
    """End a request without an answer, at `node`, for a reason. Other slots are just freed.

    What a crash has cost is the crashed node's failure, wherever on the way it shows.
    """
    control = w.control[0]
    if w.slots[s].purpose >= Purpose.APPLY:
        if w.slots[s].purpose == Purpose.HEALTH_CHECK:
            answer_check(w, s, 0)
        else:
            release_slot(w, s)
        return
    if w.slots[s].slot_flags & SlotFlag.CACHE_CALL and fail_open(w, s, node):
        return
    cut = rejection_stops(w, s, node) if control.disturbances > 0 else int64(RejectionPath.FREE)
    if cut == RejectionPath.BEFORE_BALANCER:
        free_worker(w, s)
        drop(w, s)
        return
    if w.slots[s].phase == Phase.BRANCH:
        if w.slots[s].purpose == Purpose.WRITE and node != w.slots[s].web:
            store_hint(w, s, node)
        s = drop_branch(w, s)
        if s < 0:
            return
        if w.slots[s].request_flags & RequestFlag.QUORUM:
            w.slots[s].request_flags &= ~RequestFlag.QUORUM
            node, outcome = int64(w.slots[s].node), int64(Outcome.NO_QUORUM)
    slot = w.slots[s]
    if slot.slot_flags & SlotFlag.CACHE_KEY:
        fetch_failed(w, s)
    if slot.orphaned_work:
        control.orphaned_work -= 1
        release_slot(w, s)
        return
    if outcome == Outcome.LOST_IN_CRASH:
        node = crashed_on_way(w, s, node)
    answered = outcome == Outcome.TIMED_OUT or outcome == Outcome.RATE_LIMITED
    if slot.server_edge >= 0 and not answered and not asker_crashed(w, s):
        record_outcome(w, int64(slot.server_edge), True, control.now)
    if slot.slot_flags & SlotFlag.BREAKER:
        call_failed(w, s, node)
    if slot.balancer >= 0 and return_rejection(w, s, node, outcome):
        return
    if cut == RejectionPath.AFTER_BALANCER:
        free_worker(w, s)
        drop(w, s)
        return
    if outcome == Outcome.REFUSED and slot.balancer < 0 and try_next_address(w, s):
        return
    end_attempt(w, s, node, outcome, int64(slot.return_delay))


@cold
def try_next_address(w: Any, s: int) -> bool:
    """Let a client whose own connection was refused try the next address, once it has heard. Return
    True if it does.
    """
    slot = w.slots[s]
    source = w.sources[slot.source]
    if slot.web >= 0 or slot.edge < 0 or not source.next_address:
        return False
    if w.edges[slot.edge].owner != source.node:  # it was a relay's connection
        return False
    slot.phase = Phase.REJECTION
    line = int64(w.edges[slot.edge].delay_line)
    now = w.control[0].now
    travel(w, s, line, int64(w.edges[slot.edge].delay), int64(source.node), now)
    return True


@cold
def fail_unreachable(w: Any, s: int, n: int, e: int) -> None:
    """Node `n` cannot open a connection along edge `e`: no network leads there."""
    slot = w.slots[s]
    slot.edge = e
    slot.node = w.edges[e].node
    fail(w, s, n, Outcome.UNREACHABLE)


@cold
def end_attempt(w: Any, s: int, node: int, outcome: int, back: int) -> None:
    """Fail the client's attempt, of which it hears after `back`. It may try again."""
    cancel_deadline(w, s)
    if may_retry(w, s):
        count_failed_attempt(w, s, node, outcome)
        wait_to_retry(w, s, back)
        return
    _count_failure(w, s, node, outcome)
    notify_client(w, s, back, False)
    release_slot(w, s)


@cold
def fail_between_attempts(w: Any, s: int, node: int, outcome: int) -> None:
    """Fail a request that no deadline runs for: between two attempts."""
    _count_failure(w, s, node, outcome)
    notify_client(w, s, int64(0), False)
    release_slot(w, s)


@cold
def answer_check(w: Any, s: int, answer: int) -> None:
    """Send the answer to a deep health check back to the watcher."""
    slot = w.slots[s]
    k = int64(slot.check)
    check = w.checks[k]
    if passes_backward(w, int64(check.edge)):
        said = int64(slot.check_round) << ROUND_SHIFT | answer
        schedule(w, w.control[0].now + check.delay, event_of(EventType.CHECK_ANSWER, k, said))
    release_slot(w, s)


@hot
def _count_failure(w: Any, s: int, node: int, outcome: int) -> None:
    slot, control = w.slots[s], w.control[0]
    control.failed += 1
    w.sources[slot.source].failed += 1
    w.nodes[node].failed += 1
    w.failures[node, outcome] += 1
    if slot.edge >= 0:
        w.edges[slot.edge].failed += 1
    if slot.request_flags & RequestFlag.SAMPLED:
        failed_hop(w, s, node, outcome, 1)


@cold
def count_failed_attempt(w: Any, s: int, node: int, outcome: int) -> None:
    """Count an attempt that failed, but is made again: the request has not failed."""
    slot = w.slots[s]
    w.nodes[node].retried += 1
    if slot.edge >= 0:
        w.edges[slot.edge].failed += 1
    if slot.request_flags & RequestFlag.SAMPLED:
        failed_hop(w, s, node, outcome, 0)


@cold
def client_times_out(w: Any, source_row: int) -> None:
    """Time out the request with the earliest deadline of a client; the servers go on with it."""
    source = w.sources[source_row]
    s = int64(source.deadline_head)
    again = may_retry(w, s)
    if again:
        count_failed_attempt(w, s, int64(source.node), Outcome.TIMED_OUT)
    else:
        _count_failure(w, s, int64(source.node), Outcome.TIMED_OUT)
        notify_client(w, s, int64(0), False)
    if w.slots[s].phase == Phase.SUSPENDED:
        cancel_deadline(w, s)
        if again:
            wait_to_retry(w, s, int64(0))
        else:
            release_slot(w, s)
        return
    close_connection(w, s)
    if again:
        b = clone_slot(w, s, Moves.NOTHING)
        cancel_deadline(w, b)
        wait_to_retry(w, b, int64(0))
    else:
        cancel_deadline(w, s)
        w.slots[s].orphaned_work = 1
        w.control[0].orphaned_work += 1


@cold
def _answer_passes(w: Any, s: int, node: int, t: int) -> bool:
    """Return whether an answer passes every link and node on its way to the client."""
    met = follow_answer(w, s, node, t)
    if met == ReturnPath.LOST:
        free_worker(w, s)
        drop(w, s)
    return met == ReturnPath.FREE


@hot
def complete(w: Any, s: int, node: int, t: int) -> bool:
    """Send a request's answer back from `node`. Return True if the client gets it."""
    slot, control = w.slots[s], w.control[0]
    if slot.orphaned_work:
        control.orphaned_work -= 1
        if slot.slot_flags & SlotFlag.CACHE_KEY:
            answered(w, s, node, t)
        release_slot(w, s)
        return False
    if control.crashes > 0 and return_path_crashed(w, s):
        fail(w, s, node, Outcome.LOST_IN_CRASH)
        return False
    if control.disturbances > 0 and not _answer_passes(w, s, node, t):
        return False
    if slot.slot_flags and not _reaches_balancer(w, s, node, t):
        slot.phase = Phase.SUSPENDED
        return False
    source = w.sources[slot.source]
    latency = t + slot.return_delay - slot.created_at
    if (
        t + slot.return_delay - slot.attempt_at > source.patience
    ):  # too late by the time that it arrives
        left = slot.attempt_at + source.patience - t if source.retries > 0 else slot.return_delay
        end_attempt(w, s, int64(source.node), Outcome.TIMED_OUT, int64(left))
        return False
    if slot.server_edge >= 0:
        record_outcome(w, int64(slot.server_edge), False, t)
    if slot.request_flags & RequestFlag.SAMPLED:
        answered_hop(w, s, node, int64(slot.return_delay))
    cancel_deadline(w, s)
    control.completed += 1
    control.latency_ns += latency
    source.completed += 1
    w.latencies[slot.source, latency_bucket(latency)] += 1
    if source.tells:
        notify_client(w, s, int64(slot.return_delay), True)
    release_slot(w, s)
    return True


@cold
def _reaches_balancer(w: Any, s: int, node: int, t: int) -> bool:
    """Return whether the balancer will still wait when the answer reaches it. The web server has
    it.
    """
    slot = w.slots[s]
    if slot.slot_flags & SlotFlag.CACHE_KEY:
        answered(w, s, node, t)
    if slot.slot_flags & SlotFlag.BREAKER:
        call_succeeded(w, s)
    if not slot.slot_flags & SlotFlag.RESPONSE_TIMER:
        return True
    arrives = t + slot.return_delay - delay_to_client(w, s)
    return arrives - slot.sent_at <= w.balancers[w.nodes[slot.balancer].row].response_timeout


@hot
def is_read(slot: Any) -> bool:
    """Return whether a request only reads."""
    return slot.purpose == Purpose.READ
