"""Health checks: a watcher asks a target at its own interval and believes only the answers.

Balancers check servers, web servers check databases, replicas check their primary: one mechanism.
A probe's event is its arrival at the target; the answer needs the way back.
"""

from typing import Any

from app.engine.incident import MARKED_DOWN, MARKED_UP
from app.engine.kernel.agenda import NOBODY, PROBE, PROBE_ANSWER, event_of, schedule
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.link import believe, can_connect
from app.engine.kernel.tally import incident
from app.engine.records import (
    CHECK_DATABASE,
    CHECK_PRIMARY,
    CHECK_SERVER,
    NO_FIGURE,
    TAKES_FALLBACK,
    TAKES_READS,
    TAKES_WRITES,
)
from app.kinds.database.failover import call_election
from app.kinds.database.replication import ask_for_log, path_between, takes_reads

_ALIVE = 8
"""The bit of an answer that says that there was one."""
_ASKED_SHIFT = 4
"""A heartbeat's answer also carries, above its bits, which node was asked (its number plus one)."""


@cold
def probe(w: Any, k: int, t: int) -> None:
    """Check `k` reaches its target: note what it would answer, send that back, plan the next."""
    check = w.checks[k]
    if not check.active:
        check.armed = 0
        return
    schedule(w, t + check.interval, event_of(PROBE, k, NOBODY))
    if check.asking or not w.nodes[check.watcher].up:
        return
    check.asking = 1
    delay = check.delay
    if check.purpose == CHECK_PRIMARY:
        answer, delay = _heartbeat(w, check)
    else:
        answer = _answer(w, check, t)
    schedule(w, t + delay, event_of(PROBE_ANSWER, k, answer))


@cold
def _answer(w: Any, check: Any, t: int) -> int:
    """What the target says it takes; 0 when the connection is refused."""
    node = w.nodes[check.target]
    if not node.up or not can_connect(w, int64(check.edge)):
        return 0
    if check.purpose == CHECK_SERVER:
        return _ALIVE | TAKES_READS | TAKES_WRITES
    if w.groups[w.databases[node.row].group].lead == check.target:
        return _ALIVE | TAKES_WRITES | TAKES_FALLBACK
    if takes_reads(w, int64(node.row), t):
        return _ALIVE | TAKES_READS
    return _ALIVE


@cold
def _heartbeat(w: Any, check: Any) -> Any:
    """Whether the primary of the watcher's group answers, and how long that takes."""
    database = w.databases[w.nodes[check.watcher].row]
    group = w.groups[database.group]
    asked = int64(group.lead + 1) << _ASKED_SHIFT
    if group.lead < 0:
        return asked, int64(0)
    if group.lead == check.watcher:
        return asked | _ALIVE, int64(0)
    lead_row = w.nodes[group.lead].row
    if w.databases[lead_row].group != database.group or not w.nodes[group.lead].placed:
        return asked, int64(0)  # an edit has taken it away, and there is no path to it
    path = path_between(w, group, database.member, w.databases[lead_row].member)
    return asked | (_ALIVE if w.nodes[group.lead].up else 0), path.delay


@cold
def heard(w: Any, k: int, answer: int, t: int) -> None:
    """The answer to check `k` is back: the watcher's belief may change."""
    check = w.checks[k]
    check.asking = 0
    if not check.active or not w.nodes[check.watcher].up:
        return
    if check.purpose == CHECK_PRIMARY:
        _heard_primary(w, check, answer, t)
        return
    passes = 1 if answer & _ALIVE else 0
    if passes == check.passing:
        check.streak = 0
    else:
        check.streak += 1
        if check.streak >= (check.rise if passes else check.fall):
            check.passing = passes
            check.streak = 0
            code = MARKED_UP if passes else MARKED_DOWN
            incident(w, code, int64(check.watcher), int64(check.target), NO_FIGURE)
    if check.purpose == CHECK_DATABASE and passes and check.passing:
        believe(w, int64(check.edge), answer & ~_ALIVE)
    elif not check.passing:
        believe(w, int64(check.edge), int64(0))
    elif passes:
        believe(w, int64(check.edge), int64(TAKES_READS | TAKES_WRITES))


@cold
def _heard_primary(w: Any, check: Any, answer: int, t: int) -> None:
    row = int64(w.nodes[check.watcher].row)
    if (answer >> _ASKED_SHIFT) != w.groups[w.databases[row].group].lead + 1:
        check.streak = 0  # somebody else is the primary by now
        return
    if answer & _ALIVE:
        check.streak = 0
        if not w.databases[row].streaming:
            ask_for_log(w, row, t)
        return
    check.streak += 1
    if check.streak >= check.fall:
        call_election(w, row, t)
