"""Health checks: a watcher asks a target at its own interval and believes only the answers.

Balancers check servers, web servers check databases, replicas check their primary: one mechanism.
A probe's event is its arrival at the target; the answer needs the way back. A check that is
answered begins an interval after the one before began; one that is not ends with its timeout, and
the next begins an interval after that, as HAProxy's do.
"""

from typing import Any

from app.engine.loop.dispatch import due
from app.kernel.counters import incident
from app.kernel.events.event_queue import NO_SUBJECT, event_of, schedule
from app.kernel.jit.decorators import cold, int64
from app.kernel.network.link import can_connect, set_routable
from app.kernel.network.message_faults import is_hanging, passes_backward, passes_forward
from app.kernel.random_draws import GOLDEN, U, mixed
from app.kernel.requests.request import CHECK_PASSED, ROUND_MASK, ROUND_SHIFT
from app.kernel.resilience.usable_servers import mark
from app.kernel.slots.slots import take_slot
from app.kernel.state.codes.choices import CheckDepth
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.codes.nodes import CheckAnswer, CheckPurpose, Routable
from app.kernel.state.codes.requests import Phase, Purpose
from app.kernel.state.constants import NO_FIGURE
from app.kernel.stations.station import visit

_SILENCE, _LATER = -1, -2
"""No answer will come; or it comes when the target has worked on it."""


@cold
def probe(w: Any, k: int, t: int) -> None:
    """Check `k` reaches its target: note what it would answer, send that back, plan the next."""
    check = w.checks[k]
    if not check.active:
        check.armed = 0
        return
    if check.asking or not w.nodes[check.watcher].up:
        schedule(w, t + check.interval, event_of(EventType.HEALTH_CHECK, k, NO_SUBJECT))
        return
    check.asking = 1
    check.asked_at = t - check.delay
    if check.purpose == CheckPurpose.PRIMARY:
        due(w, EventType.HEARTBEAT, int64(check.watcher), k, t)
        return
    answer = _answer(w, k, t)
    if answer >= 0:
        if check.fast > 0:
            check.armed = 0
        else:
            schedule(w, t + check.interval, event_of(EventType.HEALTH_CHECK, k, NO_SUBJECT))
        schedule(w, t + check.delay, event_of(EventType.CHECK_ANSWER, k, answer))
        return
    check.armed = 0
    check.turn = check.turn % ROUND_MASK + 1
    ends = max(t, check.asked_at + check.timeout)
    schedule(w, ends, event_of(EventType.CHECK_TIMEOUT, k, int64(check.turn)))
    if answer == _LATER:
        _ask_deeply(w, k, t)


@cold
def _answer(w: Any, k: int, t: int) -> int:
    """Return a target's answer to a check: `Routable` bits of what it takes, 0 for a refused
    connection, _SILENCE or _LATER.
    """
    check = w.checks[k]
    node, e = w.nodes[check.target], int64(check.edge)
    if not can_connect(w, e):
        return int64(0)
    if not passes_forward(w, e) or not passes_backward(w, e):
        return int64(_SILENCE)
    if is_hanging(w, int64(check.target)):
        if check.depth == CheckDepth.CONNECT and node.queue_length < node.queue_limit:
            return CheckAnswer.ALIVE | Routable.READS | Routable.WRITES
        return int64(_SILENCE)
    if check.strict and 2 * check.delay > check.timeout:
        return int64(_SILENCE)
    if not node.up:
        return int64(0)
    if check.depth == CheckDepth.DEEP and node.cores > 0 and w.control[0].free_count > 1:
        return int64(_LATER)
    check.takes = Routable.READS | Routable.WRITES | Routable.FALLBACK
    due(w, EventType.CHECKED, int64(check.target), k, t)
    return int64(CheckAnswer.ALIVE | check.takes)


@cold
def _ask_deeply(w: Any, k: int, t: int) -> None:
    """Queue a deep check at its target as work like any other request's."""
    check = w.checks[k]
    s = take_slot(w)
    slot = w.slots[s]
    slot.created_at = t
    slot.attempt_at = t
    slot.return_delay = 0
    slot.key = mixed(check.key + U(int64(check.turn)) * GOLDEN)
    slot.check_round = check.turn
    slot.check = k
    slot.edge = -1
    slot.server_edge = -1
    slot.balancer = -1
    slot.web = -1
    slot.purpose = Purpose.HEALTH_CHECK
    slot.phase = Phase.FORWARD
    slot.orphaned_work = 0
    slot.slot_flags = 0
    slot.request_flags = 0
    visit(w, int64(check.target), s, t)


@cold
def timed_out(w: Any, k: int, round: int, t: int) -> None:
    """Check `k` has waited long enough, if it still waits."""
    check = w.checks[k]
    if not check.asking or check.turn != round:
        return
    check.turn = check.turn % ROUND_MASK + 1  # an answer that comes now is too late
    _conclude(w, k, int64(0), t, t)


@cold
def receive_check_answer(w: Any, k: int, answer: int, t: int) -> None:
    """Take in the answer to check `k`: the watcher's belief may change."""
    check = w.checks[k]
    if check.purpose == CheckPurpose.PRIMARY:
        check.asking = 0
        if check.active and w.nodes[check.watcher].up:
            due(w, EventType.HEARTBEAT_ANSWER, k, answer, t)
        return
    if not check.asking:
        return  # whoever asked has restarted since
    round = answer >> ROUND_SHIFT
    if round > 0:
        if not check.asking or check.turn != round:
            return
        check.turn = check.turn % ROUND_MASK + 1
        answer = CHECK_PASSED if answer & CheckAnswer.ALIVE else int64(0)
    _conclude(w, k, answer, int64(check.asked_at), t)


@cold
def _conclude(w: Any, k: int, answer: int, since: int, t: int) -> None:
    """End a check; the next one begins an interval after `since`."""
    check = w.checks[k]
    check.asking = 0
    if check.active and w.nodes[check.watcher].up:
        _learn(w, check, answer, t)
    if not check.armed and check.active:
        gap = check.fast if check.fast > 0 and check.streak > 0 else check.interval
        check.armed = 1
        schedule(
            w, max(t, since + gap) + check.delay, event_of(EventType.HEALTH_CHECK, k, NO_SUBJECT)
        )


@cold
def _learn(w: Any, check: Any, answer: int, t: int) -> None:
    passes = 1 if answer & CheckAnswer.ALIVE else 0
    changed = False
    if passes == check.passing:
        check.streak = 0
    else:
        check.streak += 1
        if check.streak >= (check.rise if passes else check.fall):
            check.passing = passes
            check.streak = 0
            changed = True
            code = IncidentCode.MARKED_UP if passes else IncidentCode.MARKED_DOWN
            incident(w, code, int64(check.watcher), int64(check.target), NO_FIGURE)
    if check.purpose == CheckPurpose.ADDRESS:
        return  # a name server looks at the check itself
    if check.purpose == CheckPurpose.SERVER:
        if changed:
            mark(w, int64(check.watcher), int64(check.edge), passes, t)
        return
    w.edges[check.edge].lag = check.lag
    if not check.passing:
        set_routable(w, int64(check.edge), int64(0))
    elif passes:
        set_routable(w, int64(check.edge), answer & ~CheckAnswer.ALIVE)


@cold
def answer_pending_checks(w: Any, n: int, t: int) -> None:
    """Let node `n`, which hung, answer the checks that it took in meanwhile and that still wait."""
    for k in range(w.control[0].checks_used):
        check = w.checks[k]
        e = int64(check.edge)
        waits = check.target == n and check.active and check.asking and not check.armed
        server = check.purpose == CheckPurpose.SERVER or check.purpose == CheckPurpose.ADDRESS
        if waits and server and passes_forward(w, e) and passes_backward(w, e):
            answer = int64(check.turn) << ROUND_SHIFT | CHECK_PASSED
            schedule(w, t + check.delay, event_of(EventType.CHECK_ANSWER, int64(k), answer))


@cold
def forget_checks(w: Any, n: int, t: int) -> None:
    """Lose what node `n` has learnt by its checks with its process: it starts as if all had passed,
    and asks anew.
    """
    for k in range(w.control[0].checks_used):
        check = w.checks[k]
        if check.watcher != n or not check.active or check.purpose == CheckPurpose.PRIMARY:
            continue
        if check.purpose == CheckPurpose.DATA and not check.passing:
            set_routable(w, int64(check.edge), int64(check.takes))
        check.passing, check.streak, check.asking = 1, 0, 0
        check.lag = 0
        check.turn = check.turn % ROUND_MASK + 1
        if not check.armed:
            check.armed = 1
            at = t + check.interval + check.delay
            schedule(w, at, event_of(EventType.HEALTH_CHECK, int64(k), NO_SUBJECT))
