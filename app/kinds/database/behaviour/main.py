"""A database: reads and writes at a station; a write's end is a commit, shipped to the replicas."""

from typing import Any

from app.kernel.consistency.stale_reads import count_stale_read
from app.kernel.counters import incident
from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.requests.fan_out import branch_done
from app.kernel.requests.request import complete, fail
from app.kernel.slots.slots import release_slot
from app.kernel.state.codes.events import DatabaseTimer, EventType
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.codes.nodes import Election, Trait
from app.kernel.state.codes.requests import Outcome, Phase, Purpose, WriteStatus
from app.kernel.state.constants import NOWHERE
from app.kernel.stations.station import leave, serve_next, visit
from app.kernel.stations.unavailable_nodes import visit_unavailable
from app.kinds.database.behaviour.backups import note_backups
from app.kinds.database.behaviour.checksums import add_write, move_to
from app.kinds.database.behaviour.commit import (
    begin_commit,
    commit_timeout_ends,
    receive_acknowledgement,
    recheck_commits,
    refuse_waiting,
)
from app.kinds.database.behaviour.failover import all_applied, promote
from app.kinds.database.behaviour.heartbeat import (
    answer_check,
    ask_primary,
    receive_heartbeat_answer,
)
from app.kinds.database.behaviour.leadership import rejoin_group, update_split_brain
from app.kinds.database.behaviour.multi_primary import (
    apply_next,
    change_applied,
    commit_change,
    receive_changes,
)
from app.kinds.database.behaviour.replication import (
    NANOSECONDS,
    apply_next_entry,
    database_timer,
    log_applied,
    log_received,
    receive,
    resync,
    ship_to_all,
)
from app.kinds.database.behaviour.resync import catch_up


@hot
def arrive(w: Any, n: int, s: int, t: int) -> None:
    """Take in a statement, an acknowledgement or a piece of log. Only the primary takes writes."""
    node, slot = w.nodes[n], w.slots[s]
    if slot.purpose >= Purpose.SHIP:
        if slot.purpose != Purpose.SHIP:
            receive_acknowledgement(w, n, s, t)
        elif w.groups[slot.group].mode:
            receive_changes(w, n, s, t)
        else:
            receive(w, n, s, t)
        release_slot(w, s)
    elif not node.up:
        visit_unavailable(w, n, s, t, Outcome.REFUSED)
    elif slot.purpose == Purpose.WRITE and not _leads(w, n):
        fail(w, s, n, Outcome.NOT_PRIMARY)
    else:
        visit(w, n, s, t)


@hot
def _leads(w: Any, n: int) -> bool:
    return w.databases[w.nodes[n].row].leads != 0


@hot
def finish(w: Any, n: int, s: int, t: int) -> None:
    """End a read, a write or the application of one log entry."""
    purpose = w.slots[s].purpose
    if purpose == Purpose.APPLY:
        _applied(w, n, s, t)
        return
    leave(w, n, s, t)
    if purpose == Purpose.WRITE:
        _commit(w, n, s, t)
        return
    if w.nodes[n].traits & Trait.STALENESS:
        count_stale_read(w, n, s)
    if w.slots[s].phase != Phase.FORWARD:
        branch_done(w, s, t)
    else:
        complete(w, s, n, t)


@hot
def _applied(w: Any, n: int, s: int, t: int) -> None:
    """Count an applied log entry, and queue the next one behind the reads that wait."""
    database = w.databases[w.nodes[n].row]
    if w.groups[database.group].mode:
        change_applied(w, int64(w.nodes[n].row), s, t)
        release_slot(w, s)
        serve_next(w, n, t)
        apply_next(w, int64(w.nodes[n].row), t)
        return
    move_to(w, database, int64(min(database.applied + 1, database.received)))
    database.applying = 0
    release_slot(w, s)
    serve_next(w, n, t)
    apply_next_entry(w, n, int64(w.nodes[n].row), t)
    log_applied(w, int64(w.nodes[n].row), t)
    if w.groups[database.group].electing == Election.APPLYING:
        all_applied(w, int64(w.nodes[n].row), t)


@hot
def _commit(w: Any, n: int, s: int, t: int) -> None:
    row = int64(w.nodes[n].row)
    database = w.databases[row]
    g = int64(database.group)
    group = w.groups[g]
    if group.mode:
        commit_change(w, n, s, t)
        return
    if not database.leads:
        fail(w, s, n, Outcome.NOT_PRIMARY)
        return
    if t >= group.backup_due:
        note_backups(w, g, t)
    if database.timeline != group.timeline:
        _commit_divergent(w, n, s, t)
        return
    group.written += 1
    database.received = group.written
    database.applied = group.written
    add_write(w, database, int64(w.slots[s].number))
    entry = w.log[group.log_first + group.written % group.log_size]
    entry.written_at = t
    entry.number = w.slots[s].number
    if database.full_commit:
        entry.acknowledged = WriteStatus.PENDING
        begin_commit(w, n, s, t)
        return
    if group.blocked_since > 0:
        incident(
            w, IncidentCode.WRITES_RESUMED, n, NOWHERE, (t - group.blocked_since) * NANOSECONDS
        )
        group.blocked_since = 0
    if complete(w, s, n, t):
        entry.acknowledged = WriteStatus.ACKNOWLEDGED
        group.acknowledged += 1
    else:
        entry.acknowledged = WriteStatus.FAILED
        group.unknown += 1
    if group.member_count > 1:
        ship_to_all(w, g, row, t)


@cold
def _commit_divergent(w: Any, n: int, s: int, t: int) -> None:
    """Commit a write at a primary that another one has replaced, unknown to it."""
    row = int64(w.nodes[n].row)
    database = w.databases[row]
    g = int64(database.group)
    group = w.groups[g]
    group.divergent += 1
    database.received += 1
    database.applied = database.received
    add_write(w, database, int64(w.slots[s].number))
    if group.divergent_count < group.divergent_size:
        write = w.divergent_writes[group.divergent_first + group.divergent_count]
        group.divergent_count += 1
        write.position, write.timeline = database.received, database.timeline
        write.written_at, write.number = t, w.slots[s].number
        write.acknowledged = WriteStatus.PENDING
    else:
        group.divergent_unlisted += 1
    begin_commit(w, n, s, t)


@cold
def crashed(w: Any, n: int, hung: int, t: int) -> None:
    """Stop applying the log and cut the database's connections, unless it hangs."""
    row = int64(w.nodes[n].row)
    database = w.databases[row]
    group = w.groups[database.group]
    if not hung:
        database.applying = 0
        database.streaming = 0
    if group.mode:
        return
    if group.electing == Election.APPLYING and group.candidate == row:
        group.electing = 0
    if not hung:
        database.delay_scheduled = 0
        database.flushing = 0
        refuse_waiting(w, row, Outcome.LOST_IN_CRASH)
    if not database.leads:
        return
    if group.primary == n and group.blocked_since == 0:
        group.blocked_since = t
    if not hung:
        for place in range(group.member_first, group.member_first + group.member_count):
            if w.databases[w.members[place]].leader == n:
                w.databases[w.members[place]].streaming = 0
    update_split_brain(w, int64(database.group), n, t)


@cold
def healed(w: Any, n: int, hung: int, t: int) -> None:
    """Bring a database back with its disk: the primary goes on as such, anybody else catches up
    first.

    One that hung has its connections too: a replica streams on, a primary is one until it hears of
    another.
    """
    row = int64(w.nodes[n].row)
    g = int64(w.databases[row].group)
    if hung:
        recheck_commits(w, row, t)
    if w.groups[g].mode:
        catch_up(w, g, t)
    elif hung and w.databases[row].leads:
        update_split_brain(w, g, n, t)
    elif hung and w.databases[row].streaming:
        apply_next_entry(w, n, row, t)
        log_received(w, n, row, t)
    else:
        rejoin_group(w, row, t)
        if not w.databases[row].leads:
            apply_next_entry(w, n, row, t)


@cold
def due(w: Any, event_type: int, n: int, subject: int, t: int) -> None:
    """A timer of a database or of its group's election; a heartbeat; a health check."""
    if event_type == EventType.TIMER:
        if subject == DatabaseTimer.COMMIT:
            commit_timeout_ends(w, n, t)
        else:
            database_timer(w, n, subject, t)
    elif event_type == EventType.HEARTBEAT:
        ask_primary(w, subject, t)
    elif event_type == EventType.HEARTBEAT_ANSWER:
        receive_heartbeat_answer(w, n, subject, t)
    elif event_type == EventType.PROMOTION:
        promote(w, n, subject, t)
    elif event_type == EventType.RESYNC:
        resync(w, n, subject, t)
    elif event_type == EventType.CHECKED:
        answer_check(w, n, subject, t)
