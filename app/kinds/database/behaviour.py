"""A database: reads and writes at a station; a write's end is a commit, shipped to the replicas."""

from typing import Any

from app.engine.incident import WRITES_RESUMED
from app.engine.kernel.branches import branch_done
from app.engine.kernel.freshness import has_read
from app.engine.kernel.hanging import turn_away
from app.engine.kernel.jit import cold, hot, int64
from app.engine.kernel.request import complete, fail
from app.engine.kernel.slot import release_slot
from app.engine.kernel.station import call_next, leave, visit
from app.engine.kernel.tally import incident
from app.engine.records import (
    ACKNOWLEDGED,
    APPLY,
    FOLLOWED,
    LOST_IN_CRASH,
    NOT_PRIMARY,
    NOWHERE,
    PENDING,
    REFUSED,
    SHIP,
    TRAVEL,
    UNHEARD,
    WRITE,
)
from app.kinds.database.commit import commit_later, hear, let_commit, refuse_waiting
from app.kinds.database.content import add_write, move_to
from app.kinds.database.leadership import come_back, note_leaders
from app.kinds.database.multi import applied_one, apply_next, take_in, write_here
from app.kinds.database.replication import (
    NANOSECONDS,
    apply_more,
    has_applied,
    has_received,
    receive,
    ship_to_all,
)
from app.kinds.database.ring import catch_up


@hot
def arrive(w: Any, n: int, s: int, t: int) -> None:
    """A statement or a piece of log comes in. Only the primary takes writes."""
    node, slot = w.nodes[n], w.slots[s]
    if slot.purpose >= SHIP:
        if slot.purpose != SHIP:
            hear(w, n, s, t)
        elif w.groups[slot.source].mode:
            take_in(w, n, s, t)
        else:
            receive(w, n, s, t)
        release_slot(w, s)
    elif not node.up:
        turn_away(w, n, s, t, REFUSED)
    elif slot.purpose == WRITE and not _leads(w, n):
        fail(w, s, n, NOT_PRIMARY)
    else:
        visit(w, n, s, t)


@hot
def _leads(w: Any, n: int) -> bool:
    return w.databases[w.nodes[n].row].leads != 0


@hot
def finish(w: Any, n: int, s: int, t: int) -> None:
    """A core has done a read, a write or the application of one log entry."""
    purpose = w.slots[s].purpose
    if purpose == APPLY:
        _applied(w, n, s, t)
        return
    leave(w, n, s, t)
    if purpose == WRITE:
        _commit(w, n, s, t)
        return
    if w.nodes[n].traits & FOLLOWED:
        has_read(w, n, s)
    if w.slots[s].phase != TRAVEL:
        branch_done(w, s, t)
    else:
        complete(w, s, n, t)


@hot
def _applied(w: Any, n: int, s: int, t: int) -> None:
    """One entry is applied; the next one joins the queue behind the reads that wait."""
    database = w.databases[w.nodes[n].row]
    if w.groups[database.group].mode:
        applied_one(w, int64(w.nodes[n].row), s, t)
        release_slot(w, s)
        call_next(w, n, t)
        apply_next(w, int64(w.nodes[n].row), t)
        return
    move_to(w, database, int64(min(database.applied + 1, database.received)))
    database.applying = 0
    release_slot(w, s)
    call_next(w, n, t)
    apply_more(w, n, int64(w.nodes[n].row), t)
    has_applied(w, int64(w.nodes[n].row), t)


@hot
def _commit(w: Any, n: int, s: int, t: int) -> None:
    row = int64(w.nodes[n].row)
    database = w.databases[row]
    g = int64(database.group)
    group = w.groups[g]
    if group.mode:
        write_here(w, n, s, t)
        return
    if not database.leads:
        fail(w, s, n, NOT_PRIMARY)
        return
    if database.timeline != group.timeline:
        _commit_astray(w, n, s, t)
        return
    group.written += 1
    database.received = group.written
    database.applied = group.written
    add_write(w, database, int64(w.slots[s].number))
    entry = w.log[group.log_first + group.written % group.log_size]
    entry.written_at = t
    entry.number = w.slots[s].number
    if database.cares:
        entry.acknowledged = PENDING
        commit_later(w, n, s, t)
        return
    if group.blocked_since > 0:
        incident(w, WRITES_RESUMED, n, NOWHERE, (t - group.blocked_since) * NANOSECONDS)
        group.blocked_since = 0
    if complete(w, s, n, t):
        entry.acknowledged = ACKNOWLEDGED
        group.acknowledged += 1
    else:
        entry.acknowledged = UNHEARD
        group.unknown += 1
    if group.member_count > 1:
        ship_to_all(w, g, row, t)


@cold
def _commit_astray(w: Any, n: int, s: int, t: int) -> None:
    """A primary that another one has replaced, unknown to it, takes a write."""
    row = int64(w.nodes[n].row)
    database = w.databases[row]
    g = int64(database.group)
    group = w.groups[g]
    group.divergent += 1
    database.received += 1
    database.applied = database.received
    add_write(w, database, int64(w.slots[s].number))
    if group.stray_count < group.stray_size:
        stray = w.strays[group.stray_first + group.stray_count]
        group.stray_count += 1
        stray.position, stray.timeline = database.received, database.timeline
        stray.written_at, stray.number = t, w.slots[s].number
        stray.acknowledged = PENDING
    else:
        group.untold += 1
    commit_later(w, n, s, t)


@cold
def crashed(w: Any, n: int) -> None:
    """The process is gone: nothing is being applied, and its connections are cut."""
    row = int64(w.nodes[n].row)
    database = w.databases[row]
    group = w.groups[database.group]
    database.applying = 0
    database.streaming = 0
    if group.mode:
        return
    database.delaying = 0
    database.flushing = 0
    refuse_waiting(w, row, LOST_IN_CRASH)
    if not database.leads:
        return
    if group.lead == n and group.blocked_since == 0:
        group.blocked_since = w.control[0].now
    for place in range(group.member_first, group.member_first + group.member_count):
        if w.databases[w.members[place]].leader == n:
            w.databases[w.members[place]].streaming = 0
    note_leaders(w, int64(database.group), n, w.control[0].now)


@cold
def hung(w: Any, n: int) -> None:
    """The process stops, but no connection of it is cut."""
    database = w.databases[w.nodes[n].row]
    group = w.groups[database.group]
    if group.mode or not database.leads:
        return
    if group.lead == n and group.blocked_since == 0:
        group.blocked_since = w.control[0].now
    note_leaders(w, int64(database.group), n, w.control[0].now)


@cold
def unhung(w: Any, n: int) -> None:
    """It goes on: a replica that still streams with what came meanwhile, a primary as such until
    it hears of another one, anybody else as after a crash.
    """
    row, now = int64(w.nodes[n].row), w.control[0].now
    g = int64(w.databases[row].group)
    let_commit(w, row, now)
    if w.groups[g].mode:
        catch_up(w, g, now)
    elif w.databases[row].leads:
        note_leaders(w, g, n, now)
    elif w.databases[row].streaming:
        apply_more(w, n, row, now)
        has_received(w, n, row, now)
    else:
        healed(w, n)


@cold
def healed(w: Any, n: int) -> None:
    """Back with its disk: the primary goes on as such, anybody else catches up first."""
    row = int64(w.nodes[n].row)
    g = int64(w.databases[row].group)
    if w.groups[g].mode:
        catch_up(w, g, w.control[0].now)
        return
    come_back(w, row, w.control[0].now)
    if not w.databases[row].leads:
        apply_more(w, n, row, w.control[0].now)
