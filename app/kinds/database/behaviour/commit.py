"""Commits that wait for replicas: a write is in the log and shipped before anybody is told.

The request keeps its slot and no core. Replicas say how far they are over their own way back, and
what they say is cumulative, so the list of those who wait is in the order of the log and is let go
from its head. Which stage counts (receipt, flush, application) is up to the primary.
"""

from typing import Any

from app.kernel.consistency.stale_reads import key_of
from app.kernel.counters import incident, sojourn_bucket
from app.kernel.events.event_queue import event_of, schedule
from app.kernel.jit.decorators import cold, int64
from app.kernel.network.message_faults import is_hanging
from app.kernel.requests.request import complete, fail
from app.kernel.slots.slots import append_to_queue
from app.kernel.state.codes.choices import CommitMode
from app.kernel.state.codes.events import DatabaseTimer, EventType
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.codes.requests import Outcome, WriteStatus
from app.kernel.state.constants import NOWHERE
from app.kinds.database.behaviour.replication import NANOSECONDS, ship_to_all


@cold
def begin_commit(w: Any, n: int, s: int, t: int) -> None:
    """The primary has a write that is more than a line in the log: somebody follows its key, or
    the commit mode lets it wait. Then it is shipped first.
    """
    row = int64(w.nodes[n].row)
    database = w.databases[row]
    slot = w.slots[s]
    slot.waiting_since = t
    slot.log_position = database.received
    if database.commit == CommitMode.ASYNC:
        _answer(w, n, s, t)
    ship_to_all(w, int64(database.group), row, t)
    if database.commit == CommitMode.ASYNC:
        return
    if database.fell_back:
        _answer(w, n, s, t)
        return
    first, last = int64(database.waiting_head), int64(database.waiting_tail)
    database.waiting_head = append_to_queue(w, s, first, last)
    database.waiting_tail = s
    database.waiting += 1
    if not database.timeout_scheduled:
        _schedule_timeout(w, n, t)
    while w.slots[database.waiting_head].orphaned_work:  # nobody is left to be told
        _answer(w, n, _next(w, row), t)
        if database.waiting_head < 0:
            return


@cold
def _schedule_timeout(w: Any, n: int, at: int) -> None:
    """Schedule the end of the timeout of the oldest commit that waits."""
    database = w.databases[w.nodes[n].row]
    database.timeout_scheduled = 1
    schedule(w, at + database.commit_timeout, event_of(EventType.TIMER, n, DatabaseTimer.COMMIT))


@cold
def _next(w: Any, row: int) -> int:
    database = w.databases[row]
    s = int64(database.waiting_head)
    database.waiting_head = w.slots[s].follower
    database.waiting -= 1
    return s


@cold
def _answer(w: Any, n: int, s: int, t: int) -> None:
    """Acknowledge a write that is as safe as the primary wants it to be, if its client still
    listens.
    """
    database, slot = w.databases[w.nodes[n].row], w.slots[s]
    group = w.groups[database.group]
    g, position, waited = int64(database.group), int64(slot.log_position), t - slot.waiting_since
    key = key_of(w, s, g) if group.latest_count > 0 else int64(NOWHERE)
    acknowledged = complete(w, s, n, t)
    _record_answer(w, int64(w.nodes[n].row), position, acknowledged)
    if not acknowledged:
        return
    if key >= 0 and database.timeline == group.timeline:
        w.latest[key].position = max(w.latest[key].position, position)
    if database.commit:
        database.commits += 1
        database.commit_ns += waited
        w.commit_waits[int64(w.nodes[n].row), sojourn_bucket(waited)] += 1
    if group.blocked_since > 0 and group.primary == n:
        incident(
            w, IncidentCode.WRITES_RESUMED, n, NOWHERE, (t - group.blocked_since) * NANOSECONDS
        )
        group.blocked_since = 0
    if database.stalled:
        incident(w, IncidentCode.COMMITS_RESUMED, n, NOWHERE, waited * NANOSECONDS)
        database.stalled = 0


@cold
def _record_answer(w: Any, row: int, position: int, acknowledged: bool) -> None:
    """Note a write as acknowledged or failed: in the log, or among the divergent writes if another
    primary has taken over meanwhile.
    """
    database = w.databases[row]
    group = w.groups[database.group]
    group.acknowledged += 1 if acknowledged else 0
    said = WriteStatus.ACKNOWLEDGED if acknowledged else WriteStatus.FAILED
    if database.timeline == group.timeline or position <= database.fork_position:
        group.unknown += 0 if acknowledged else 1
        if position > group.written - group.log_size:
            w.log[group.log_first + position % group.log_size].acknowledged = said
        return
    group.lost += 1 if acknowledged else 0
    for place in range(group.divergent_count):
        write = w.divergent_writes[group.divergent_first + group.divergent_count - 1 - place]
        if write.position == position and write.timeline == database.timeline:
            write.acknowledged = said
            return


@cold
def _has_quorum(w: Any, row: int, position: int) -> bool:
    """Return whether as many replicas as this primary wants have said that they have a position."""
    database = w.databases[row]
    group = w.groups[database.group]
    copies = 0
    for place in range(group.member_first, group.member_first + group.member_count):
        other = w.members[place]
        replica = w.databases[other]
        if other != row and replica.leader == database.node and replica.acked >= position:
            copies += 1
    return copies >= database.copies


@cold
def recheck_commits(w: Any, row: int, t: int) -> None:
    """Answer, in order, every write that primary `row` has waited for long enough; refuse them all
    if it is not the primary any more.
    """
    database = w.databases[row]
    n = int64(database.node)
    if not database.leads:
        refuse_waiting(w, row, Outcome.NOT_PRIMARY)
        return
    if database.fell_back and _has_quorum(w, row, int64(database.received)):
        database.fell_back = 0
        incident(w, IncidentCode.SEMI_SYNC_ON, n, NOWHERE, 0.0)
    free = database.fell_back or database.commit == CommitMode.ASYNC
    while database.waiting_head >= 0:
        position = int64(w.slots[database.waiting_head].log_position)
        if not free and not _has_quorum(w, row, position):
            return
        _answer(w, n, _next(w, row), t)


@cold
def refuse_waiting(w: Any, row: int, outcome: int) -> None:
    """Fail the writes that wait at a database: whether they last is not known to their clients."""
    w.databases[row].fell_back = w.databases[row].stalled = 0
    while w.databases[row].waiting_head >= 0:
        s = _next(w, row)
        _record_answer(w, row, int64(w.slots[s].log_position), False)
        fail(w, s, int64(w.databases[row].node), outcome)


@cold
def receive_acknowledgement(w: Any, n: int, s: int, t: int) -> None:
    """Take in the position that a replica has reached.

    It is void if either end has crashed since, or if somebody else leads by now; a primary that
    hangs acts on it when it goes on.
    """
    node, slot = w.nodes[n], w.slots[s]
    row = int64(node.row)
    replica, primary = w.databases[slot.sender], w.databases[row]
    if not primary.leads or replica.leader != n or slot.group != primary.group:
        return
    if slot.term != primary.timeline:
        return
    if slot.epoch != node.epoch + w.nodes[replica.node].epoch or not (node.up or is_hanging(w, n)):
        return
    replica.acked = max(replica.acked, slot.position)
    if node.up:
        recheck_commits(w, row, t)


@cold
def commit_timeout_ends(w: Any, n: int, t: int) -> None:
    """Check commits for the end of their timeout. Semi-synchronous ones are then acknowledged, all
    of them, and later ones do not wait; strict ones go on waiting, and that is said once.
    """
    row = int64(w.nodes[n].row)
    database = w.databases[row]
    database.timeout_scheduled = 0
    if database.waiting_head < 0:
        return
    since = int64(w.slots[database.waiting_head].waiting_since)
    if not w.nodes[n].up:  # a process that hangs looks at its timers when it goes on
        _schedule_timeout(w, n, t)
        return
    if t < since + database.commit_timeout:
        _schedule_timeout(w, n, since)
        return
    if database.commit == CommitMode.SEMI_SYNC:
        database.fell_back = 1
        incident(w, IncidentCode.SEMI_SYNC_OFF, n, NOWHERE, (t - since) * NANOSECONDS)
        recheck_commits(w, row, t)
        return
    if not database.stalled:
        database.stalled = 1
        incident(w, IncidentCode.COMMITS_STALLED, n, NOWHERE, float(database.copies))
    _schedule_timeout(w, n, t)
