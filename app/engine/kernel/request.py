"""Requests in flight: how they end, well or badly, and what their clients make of that."""

from typing import Any

from app.engine.kernel.agenda import PROBE_ANSWER, event_of, schedule
from app.engine.kernel.attempt import bounce, way_to_client
from app.engine.kernel.circuit import call_failed, call_succeeded
from app.engine.kernel.errand import answered, falls_open, fetch_failed
from app.engine.kernel.faulty import (
    AFTER_BALANCER,
    BEFORE_BALANCER,
    FREE,
    LOST,
    comes_back,
    cut_off,
    way_back,
)
from app.engine.kernel.jit import cold, hot, int64
from app.engine.kernel.link import wait_on_line
from app.engine.kernel.lost import free_worker, lose_branch, vanish
from app.engine.kernel.outlier import note_outcome
from app.engine.kernel.page import tell
from app.engine.kernel.retry import hang_up, may_retry, wait_to_retry
from app.engine.kernel.slot import MOVES_NOTHING, end_patience, release_slot, twin
from app.engine.kernel.tally import answered_hop, failed_hop, latency_bucket
from app.engine.kernel.votes import keep_hint
from app.engine.records import (
    APPLY,
    ASKS,
    BOUNCE,
    BRANCH,
    GUARDED,
    KEYED,
    LIMBO,
    LOST_IN_CRASH,
    NO_QUORUM,
    PROBE_WORK,
    READ,
    REFUSED,
    SAMPLED,
    TIMED,
    TIMED_OUT,
    UNREACHABLE,
    VOTES,
    WRITE,
)

PROBE_PASSED = 11
"""What a server's answer to a health check says: it is alive and takes reads and writes."""
ROUND_SHIFT, ROUND_MASK = 4, 0x3FFFFFF
"""The answer to a deep check carries its round above that."""


@hot
def way_back_broken(w: Any, s: int) -> bool:
    """Whether a node that the answer must pass has crashed since the request went through it."""
    slot = w.slots[s]
    epoch = w.nodes[w.sources[slot.source].node].epoch
    if slot.balancer >= 0:
        epoch += w.nodes[slot.balancer].epoch
    if slot.web >= 0:
        epoch += w.nodes[slot.web].epoch
    return epoch != slot.epoch


@cold
def fail(w: Any, s: int, node: int, outcome: int) -> None:
    """A request ends without an answer, at `node`, for a reason. Other slots are just freed."""
    control = w.control[0]
    if w.slots[s].purpose >= APPLY:
        if w.slots[s].purpose == PROBE_WORK:
            answer_probe(w, s, 0)
        else:
            release_slot(w, s)
        return
    if w.slots[s].holds & ASKS and falls_open(w, s, node):
        return
    cut = cut_off(w, s, node) if control.disturbed > 0 else int64(FREE)
    if cut == BEFORE_BALANCER:
        free_worker(w, s)
        vanish(w, s)
        return
    if w.slots[s].phase == BRANCH:
        if w.slots[s].purpose == WRITE and node != w.slots[s].web:
            keep_hint(w, s, node)
        s = lose_branch(w, s)
        if s < 0:
            return
        if w.slots[s].traced & VOTES:
            w.slots[s].traced &= ~VOTES
            node, outcome = int64(w.slots[s].node), int64(NO_QUORUM)
    slot = w.slots[s]
    if slot.holds & KEYED:
        fetch_failed(w, s)
    if slot.abandoned:
        control.zombies -= 1
        release_slot(w, s)
        return
    if slot.front >= 0 and outcome != TIMED_OUT:
        note_outcome(w, int64(slot.front), True, control.now)
    if slot.holds & GUARDED:
        call_failed(w, s, node)
    if slot.balancer >= 0 and bounce(w, s, node, outcome):
        return
    if cut == AFTER_BALANCER:
        free_worker(w, s)
        vanish(w, s)
        return
    if outcome == REFUSED and slot.balancer < 0 and goes_on(w, s):
        return
    attempt_over(w, s, node, outcome, int64(slot.back))


@cold
def goes_on(w: Any, s: int) -> bool:
    """A client whose own connection was refused may try the next address, once it has heard."""
    slot = w.slots[s]
    source = w.sources[slot.source]
    if slot.web >= 0 or slot.edge < 0 or not source.next_address:
        return False
    slot.phase = BOUNCE
    line = int64(w.edges[slot.edge].line)
    now = w.control[0].now
    wait_on_line(w, s, line, int64(w.edges[slot.edge].delay), int64(source.node), now)
    return True


@cold
def not_reached(w: Any, s: int, n: int, e: int) -> None:
    """Node `n` cannot open a connection along edge `e`: no network leads there."""
    slot = w.slots[s]
    slot.edge = e
    slot.node = w.edges[e].node
    fail(w, s, n, UNREACHABLE)


@cold
def attempt_over(w: Any, s: int, node: int, outcome: int, back: int) -> None:
    """The client's attempt has failed; it hears of that after `back`. It may try again."""
    end_patience(w, s)
    if may_retry(w, s):
        count_attempt(w, s, node, outcome)
        wait_to_retry(w, s, back)
        return
    _count_failure(w, s, node, outcome)
    tell(w, s, back, False)
    release_slot(w, s)


@cold
def end_unheard(w: Any, s: int, node: int, outcome: int) -> None:
    """A request ends while nobody's patience runs: between two attempts."""
    _count_failure(w, s, node, outcome)
    tell(w, s, int64(0), False)
    release_slot(w, s)


@cold
def answer_probe(w: Any, s: int, answer: int) -> None:
    """The work of a deep health check has ended: the answer travels back to the watcher."""
    slot = w.slots[s]
    k = int64(slot.older)
    check = w.checks[k]
    if comes_back(w, int64(check.edge)):
        said = int64(slot.number) << ROUND_SHIFT | answer
        schedule(w, w.control[0].now + check.delay, event_of(PROBE_ANSWER, k, said))
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
    if slot.traced & SAMPLED:
        failed_hop(w, s, node, outcome, 1)


@cold
def count_attempt(w: Any, s: int, node: int, outcome: int) -> None:
    """An attempt that failed, but is made again: the request has not failed."""
    slot = w.slots[s]
    w.nodes[node].retried += 1
    if slot.edge >= 0:
        w.edges[slot.edge].failed += 1
    if slot.traced & SAMPLED:
        failed_hop(w, s, node, outcome, 0)


@cold
def give_up(w: Any, source_row: int) -> None:
    """The client at the head of the line loses patience; the servers go on with its request."""
    source = w.sources[source_row]
    s = int64(source.deadline_head)
    again = may_retry(w, s)
    if again:
        count_attempt(w, s, int64(source.node), TIMED_OUT)
    else:
        _count_failure(w, s, int64(source.node), TIMED_OUT)
        tell(w, s, int64(0), False)
    if w.slots[s].phase == LIMBO:
        end_patience(w, s)
        if again:
            wait_to_retry(w, s, int64(0))
        else:
            release_slot(w, s)
        return
    hang_up(w, s)
    if again:
        b = twin(w, s, MOVES_NOTHING)
        end_patience(w, b)
        wait_to_retry(w, b, int64(0))
    else:
        end_patience(w, s)
        w.slots[s].abandoned = 1
        w.control[0].zombies += 1


@cold
def _goes_home(w: Any, s: int, node: int, t: int) -> bool:
    """Whether an answer passes every link and node on its way to the client."""
    met = way_back(w, s, node, t)
    if met == LOST:
        free_worker(w, s)
        vanish(w, s)
    return met == FREE


@hot
def complete(w: Any, s: int, node: int, t: int) -> bool:
    """A request's work is done at `node`: the answer travels back. True if the client gets it."""
    slot, control = w.slots[s], w.control[0]
    if slot.abandoned:
        control.zombies -= 1
        if slot.holds & KEYED:
            answered(w, s, node, t)
        release_slot(w, s)
        return False
    if control.crashes > 0 and way_back_broken(w, s):
        fail(w, s, node, LOST_IN_CRASH)
        return False
    if control.disturbed > 0 and not _goes_home(w, s, node, t):
        return False
    if slot.holds and not _passes_on(w, s, node, t):
        slot.phase = LIMBO
        return False
    source = w.sources[slot.source]
    latency = t + slot.back - slot.born
    if t + slot.back - slot.since > source.patience:  # too late by the time that it arrives
        left = slot.since + source.patience - t if source.retries > 0 else slot.back
        attempt_over(w, s, int64(source.node), TIMED_OUT, int64(left))
        return False
    if slot.front >= 0:
        note_outcome(w, int64(slot.front), False, t)
    if slot.traced & SAMPLED:
        answered_hop(w, s, node, int64(slot.back))
    end_patience(w, s)
    control.completed += 1
    control.latency_ns += latency
    source.completed += 1
    w.latencies[slot.source, latency_bucket(latency)] += 1
    if source.tells:
        tell(w, s, int64(slot.back), True)
    release_slot(w, s)
    return True


@cold
def _passes_on(w: Any, s: int, node: int, t: int) -> bool:
    """Whether the balancer will still wait when the answer reaches it. The web server has it."""
    slot = w.slots[s]
    if slot.holds & KEYED:
        answered(w, s, node, t)
    if slot.holds & GUARDED:
        call_succeeded(w, s)
    if not slot.holds & TIMED:
        return True
    arrives = t + slot.back - way_to_client(w, s)
    return arrives - slot.sent <= w.balancers[w.nodes[slot.balancer].row].response_timeout


@hot
def is_read(slot: Any) -> bool:
    """Whether a request only reads."""
    return slot.purpose == READ
