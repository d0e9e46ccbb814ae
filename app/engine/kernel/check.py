"""Health checks: a watcher asks a target at its own interval and believes only the answers.

Balancers check servers, web servers check databases, replicas check their primary: one mechanism.
A probe's event is its arrival at the target; the answer needs the way back. A check that is
answered begins an interval after the one before began; one that is not ends with its timeout, and
the next begins an interval after that, as HAProxy's do.
"""

from typing import Any

from app.engine.incident import MARKED_DOWN, MARKED_UP
from app.engine.kernel.agenda import (
    CHECK_TIMEOUT,
    NOBODY,
    PROBE,
    PROBE_ANSWER,
    event_of,
    schedule,
)
from app.engine.kernel.draw import GOLDEN, U, mixed
from app.engine.kernel.faulty import comes_back, gets_through, hangs
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.link import believe, can_connect
from app.engine.kernel.request import PROBE_PASSED, ROUND_MASK, ROUND_SHIFT
from app.engine.kernel.slot import take_slot
from app.engine.kernel.standing import judge
from app.engine.kernel.station import visit
from app.engine.kernel.tally import incident
from app.engine.records import (
    CHECK_ADDRESS,
    CHECK_PRIMARY,
    CHECK_SERVER,
    CHECK_STORE,
    CONNECT,
    DEEP,
    NO_FIGURE,
    PROBE_WORK,
    TAKES_FALLBACK,
    TAKES_READS,
    TAKES_WRITES,
    TRAVEL,
)
from app.kinds.database.failover import call_election
from app.kinds.database.leadership import beat, learn
from app.kinds.database.replication import ask_for_log, behind_ns, path_between, takes_reads

_ALIVE = 8
"""The bit of an answer that says that there was one."""
_ASKED_SHIFT = 4
"""A heartbeat's answer also carries, above its bits, which node was asked (its number plus one)."""
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
        schedule(w, t + check.interval, event_of(PROBE, k, NOBODY))
        return
    check.asking = 1
    check.asked_at = t - check.delay
    if check.purpose == CHECK_PRIMARY:
        _ask_primary(w, k, t)
        return
    answer = _answer(w, k, t)
    if answer >= 0:
        if check.fast > 0:
            check.armed = 0
        else:
            schedule(w, t + check.interval, event_of(PROBE, k, NOBODY))
        schedule(w, t + check.delay, event_of(PROBE_ANSWER, k, answer))
        return
    check.armed = 0
    check.turn = check.turn % ROUND_MASK + 1
    ends = max(t, check.asked_at + check.timeout)
    schedule(w, ends, event_of(CHECK_TIMEOUT, k, int64(check.turn)))
    if answer == _LATER:
        _ask_deeply(w, k, t)


@cold
def _answer(w: Any, k: int, t: int) -> int:
    """What the target says it takes; 0 when the connection is refused."""
    check = w.checks[k]
    node, e = w.nodes[check.target], int64(check.edge)
    if not can_connect(w, e):
        return int64(0)
    if not gets_through(w, e) or not comes_back(w, e):
        return int64(_SILENCE)
    if hangs(w, int64(check.target)):
        if check.depth == CONNECT and node.queue_length < node.queue_limit:
            return _ALIVE | TAKES_READS | TAKES_WRITES
        return int64(_SILENCE)
    if check.strict and 2 * check.delay > check.timeout:
        return int64(_SILENCE)
    if not node.up:
        return int64(0)
    if check.purpose == CHECK_ADDRESS:
        return _ALIVE | TAKES_READS | TAKES_WRITES
    if check.purpose == CHECK_STORE:
        return _ALIVE | TAKES_READS | TAKES_WRITES | TAKES_FALLBACK
    if check.purpose == CHECK_SERVER:
        if check.depth == DEEP and w.control[0].free_count > 1:
            return int64(_LATER)
        return _ALIVE | TAKES_READS | TAKES_WRITES
    if w.groups[w.databases[node.row].group].mode:
        return _ALIVE | TAKES_READS | TAKES_WRITES | TAKES_FALLBACK
    if w.databases[node.row].leads:
        if t < w.databases[node.row].announced_at:
            return int64(_ALIVE)
        return _ALIVE | TAKES_WRITES | TAKES_FALLBACK
    check.lag = behind_ns(w, int64(node.row), t)
    if takes_reads(w, int64(node.row), t):
        return _ALIVE | TAKES_READS
    return _ALIVE


@cold
def _ask_deeply(w: Any, k: int, t: int) -> None:
    """A deep check is work like any other request's: it waits, or is refused, like them."""
    check = w.checks[k]
    s = take_slot(w)
    slot = w.slots[s]
    slot.born = t
    slot.since = t
    slot.back = 0
    slot.key = mixed(check.key + U(int64(check.turn)) * GOLDEN)
    slot.number = check.turn
    slot.older = k
    slot.edge = -1
    slot.front = -1
    slot.balancer = -1
    slot.web = -1
    slot.purpose = PROBE_WORK
    slot.phase = TRAVEL
    slot.abandoned = 0
    slot.holds = 0
    slot.traced = 0
    visit(w, int64(check.target), s, t)


@cold
def _ask_primary(w: Any, k: int, t: int) -> None:
    """A heartbeat that is not answered is missed when the next one is due."""
    check = w.checks[k]
    row = int64(w.nodes[check.watcher].row)
    if w.databases[row].leads:
        beat(w, row, t)
    answer, delay = _heartbeat(w, check)
    if delay < 0:
        schedule(w, t + check.interval, event_of(PROBE_ANSWER, k, answer))
        schedule(w, t + check.interval, event_of(PROBE, k, NOBODY))
    else:
        schedule(w, t + check.interval, event_of(PROBE, k, NOBODY))
        schedule(w, t + delay, event_of(PROBE_ANSWER, k, answer))


@cold
def _heartbeat(w: Any, check: Any) -> Any:
    """Whether the primary of the watcher's group answers, and how long that takes; -1 if nobody
    says anything.
    """
    database = w.databases[w.nodes[check.watcher].row]
    group = w.groups[database.group]
    asked = int64(database.leader + 1) << _ASKED_SHIFT
    if database.leader < 0:
        return asked, int64(0)
    if database.leads:
        return asked | _ALIVE, int64(0)
    lead = w.databases[w.nodes[database.leader].row]
    if lead.group != database.group or not w.nodes[lead.node].placed:
        return asked, int64(0)  # an edit has taken it away, and there is no path to it
    if hangs(w, int64(lead.node)):
        return asked, int64(_SILENCE)
    path = path_between(w, group, database.member, lead.member)
    back = path_between(w, group, lead.member, database.member)
    if path.cut or back.cut:
        return asked, int64(_SILENCE)
    return asked | (_ALIVE if w.nodes[lead.node].up and lead.leads else 0), path.delay


@cold
def timed_out(w: Any, k: int, round: int, t: int) -> None:
    """Check `k` has waited long enough, if it still waits."""
    check = w.checks[k]
    if not check.asking or check.turn != round:
        return
    check.turn = check.turn % ROUND_MASK + 1  # an answer that comes now is too late
    _conclude(w, k, int64(0), t, t)


@cold
def heard(w: Any, k: int, answer: int, t: int) -> None:
    """The answer to check `k` is back: the watcher's belief may change."""
    check = w.checks[k]
    if check.purpose == CHECK_PRIMARY:
        check.asking = 0
        if check.active and w.nodes[check.watcher].up:
            _heard_primary(w, check, answer, t)
        return
    round = answer >> ROUND_SHIFT
    if round > 0:
        if not check.asking or check.turn != round:
            return
        check.turn = check.turn % ROUND_MASK + 1
        answer = PROBE_PASSED if answer & _ALIVE else int64(0)
    _conclude(w, k, answer, int64(check.asked_at), t)


@cold
def _conclude(w: Any, k: int, answer: int, since: int, t: int) -> None:
    """A check is over; the next one begins an interval after `since`."""
    check = w.checks[k]
    check.asking = 0
    if check.active and w.nodes[check.watcher].up:
        _learn(w, check, answer, t)
    if not check.armed and check.active:
        gap = check.fast if check.fast > 0 and check.streak > 0 else check.interval
        check.armed = 1
        schedule(w, max(t, since + gap) + check.delay, event_of(PROBE, k, NOBODY))


@cold
def _learn(w: Any, check: Any, answer: int, t: int) -> None:
    passes = 1 if answer & _ALIVE else 0
    changed = False
    if passes == check.passing:
        check.streak = 0
    else:
        check.streak += 1
        if check.streak >= (check.rise if passes else check.fall):
            check.passing = passes
            check.streak = 0
            changed = True
            code = MARKED_UP if passes else MARKED_DOWN
            incident(w, code, int64(check.watcher), int64(check.target), NO_FIGURE)
    if check.purpose == CHECK_ADDRESS:
        return  # a name server looks at the check itself
    if check.purpose == CHECK_SERVER:
        if changed:
            judge(w, int64(check.watcher), int64(check.edge), passes, t)
        return
    w.edges[check.edge].lag = check.lag
    if not check.passing:
        believe(w, int64(check.edge), int64(0))
    elif passes:
        believe(w, int64(check.edge), answer & ~_ALIVE)


@cold
def _heard_primary(w: Any, check: Any, answer: int, t: int) -> None:
    row = int64(w.nodes[check.watcher].row)
    if (answer >> _ASKED_SHIFT) != w.databases[row].leader + 1:
        check.streak = 0  # somebody else is its primary by now
        return
    if answer & _ALIVE:
        check.streak = 0
        lacks_log = not w.databases[row].streaming and not w.databases[row].out
        if lacks_log and not learn(w, row, t):  # it may have been replaced and be back since
            ask_for_log(w, row, t)
        return
    if learn(w, row, t):
        check.streak = 0
        return
    check.streak += 1
    if check.streak >= check.fall:
        call_election(w, row, int64(check.streak - check.fall), t)
