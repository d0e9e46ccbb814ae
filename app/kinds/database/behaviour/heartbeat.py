"""Answers of a database to a group's heartbeats and to health checks."""

from typing import Any

from app.kernel.events.event_queue import NO_SUBJECT, event_of, schedule
from app.kernel.jit.decorators import cold, int64
from app.kernel.network.message_faults import is_hanging
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.nodes import CheckAnswer, Routable
from app.kinds.database.behaviour.failover import call_election
from app.kinds.database.behaviour.leadership import follow_newer_primary, primary_heartbeat
from app.kinds.database.behaviour.replication import (
    path_between,
    request_log,
    takes_reads,
    timeline_lag_ns,
)

_ASKED_SHIFT = 4
"""A heartbeat's answer also carries, above its bits, which node was asked (its number plus one)."""
_SILENCE = -1


@cold
def answer_check(w: Any, n: int, k: int, t: int) -> None:
    """Check `k` asks database `n` what requests it takes."""
    check, row = w.checks[k], int64(w.nodes[n].row)
    database = w.databases[row]
    if w.groups[database.group].mode:
        return
    if database.leads:
        writes = Routable.WRITES | Routable.FALLBACK
        check.takes = writes if t >= database.announced_at else 0
        return
    check.lag = timeline_lag_ns(w, row, t)
    check.takes = Routable.READS if takes_reads(w, row, t) else 0


@cold
def ask_primary(w: Any, k: int, t: int) -> None:
    """Send a heartbeat; one that is not answered is missed when the next one is due."""
    check = w.checks[k]
    row = int64(w.nodes[check.watcher].row)
    if w.databases[row].leads:
        primary_heartbeat(w, row, t)
    answer, delay = _asked(w, check)
    if delay < 0:
        schedule(w, t + check.interval, event_of(EventType.CHECK_ANSWER, k, answer))
        schedule(w, t + check.interval, event_of(EventType.HEALTH_CHECK, k, NO_SUBJECT))
    else:
        schedule(w, t + check.interval, event_of(EventType.HEALTH_CHECK, k, NO_SUBJECT))
        schedule(w, t + delay, event_of(EventType.CHECK_ANSWER, k, answer))


@cold
def _asked(w: Any, check: Any) -> Any:
    """Return whether the primary of the watcher's group answers, and how long that takes; -1 if
    nobody says anything.
    """
    database = w.databases[w.nodes[check.watcher].row]
    group = w.groups[database.group]
    asked = int64(database.leader + 1) << _ASKED_SHIFT
    if database.leader < 0:
        return asked, int64(0)
    if database.leads:
        return asked | CheckAnswer.ALIVE, int64(0)
    lead = w.databases[w.nodes[database.leader].row]
    if lead.group != database.group or not w.nodes[lead.node].placed:
        return asked, int64(0)  # an edit has taken it away, and there is no path to it
    if is_hanging(w, int64(lead.node)):
        return asked, int64(_SILENCE)
    path = path_between(w, group, database.member, lead.member)
    back = path_between(w, group, lead.member, database.member)
    if path.cut or back.cut:
        return asked, int64(_SILENCE)
    return asked | (CheckAnswer.ALIVE if w.nodes[lead.node].up and lead.leads else 0), path.delay


@cold
def receive_heartbeat_answer(w: Any, k: int, answer: int, t: int) -> None:
    """Take in the answer to heartbeat `k`, or that none came."""
    check = w.checks[k]
    row = int64(w.nodes[check.watcher].row)
    if (answer >> _ASKED_SHIFT) != w.databases[row].leader + 1:
        check.streak = 0  # somebody else is its primary by now
        return
    if answer & CheckAnswer.ALIVE:
        check.streak = 0
        lacks_log = not w.databases[row].streaming and not w.databases[row].membership
        if lacks_log and not follow_newer_primary(
            w, row, t
        ):  # it may have been replaced and be back since
            request_log(w, row, t)
        return
    if follow_newer_primary(w, row, t):
        check.streak = 0
        return
    check.streak += 1
    if check.streak >= check.fall:
        call_election(w, row, int64(check.streak - check.fall), t)
