"""Failover: a replica misses heartbeats, the most advanced replica is elected and promoted.

Nobody looks at the primary's true state: replicas ask it, over the network, at their own interval.
"""

from typing import Any

from app.kernel.consistency.stale_reads import truncate_latest
from app.kernel.counters import incident
from app.kernel.events.event_queue import event_of, schedule
from app.kernel.jit.decorators import cold, int64
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.codes.nodes import Election, Membership
from app.kernel.state.codes.requests import Outcome
from app.kernel.state.constants import NO_FIGURE, NOWHERE
from app.kinds.database.behaviour.checksums import copy_log, move_to
from app.kinds.database.behaviour.commit import refuse_waiting
from app.kinds.database.behaviour.divergent_writes import diverge, report_unlisted, restore_timeline
from app.kinds.database.behaviour.leadership import (
    follow,
    primary_answers,
    reach_each_other,
    step_down,
    update_split_brain,
)
from app.kinds.database.behaviour.replication import NANOSECONDS, apply_next_entry


@cold
def call_election(w: Any, row: int, misses: int, t: int) -> None:
    """Replica `row` has missed so many heartbeats more than it tolerates: those who answer elect
    the most advanced, which may take a while, if a majority is not needed or agrees.
    """
    database = w.databases[row]
    g = int64(database.group)
    group = w.groups[g]
    if group.electing or _is_fenced(w, row):
        return
    if not database.automatic_failover:
        if misses == 0:
            incident(
                w, IncidentCode.LEADERLESS, int64(database.node), int64(database.leader), NO_FIGURE
            )
        return
    candidate = _choose(w, row, misses == 0)
    if candidate < 0:
        return
    incident(w, IncidentCode.SUSPECTED, int64(database.node), int64(group.primary), NO_FIGURE)
    group.electing = Election.VOTING
    group.candidate = row
    group.term += 1
    if database.election > 0:
        schedule(w, t + database.election, event_of(EventType.PROMOTION, g, int64(group.term)))
    else:
        _elect(w, g, candidate, t)


@cold
def _elect(w: Any, g: int, candidate: int, t: int) -> None:
    """Elect a candidate, who prepares to take writes."""
    group = w.groups[g]
    elected = w.databases[candidate]
    incident(w, IncidentCode.ELECTED, int64(elected.node), int64(group.primary), NO_FIGURE)
    group.electing = Election.PROMOTING
    group.candidate = candidate
    schedule(w, t + elected.promotion, event_of(EventType.PROMOTION, g, int64(group.term)))


@cold
def _choose(w: Any, row: int, tell: bool) -> int:
    """Return the database elected by those who answer database `row`; -1 for none."""
    database = w.databases[row]
    group = w.groups[database.group]
    candidate, votes = int64(NOWHERE), 0
    for place in range(group.member_first, group.member_first + group.member_count):
        other = int64(w.members[place])
        one = w.databases[other]
        if not w.nodes[one.node].up or not reach_each_other(w, group, row, other):
            continue
        if other == row or not (one.leads or primary_answers(w, other)):
            votes += 1
        if one.leads or one.membership or one.node == database.leader:
            continue
        if one.candidate_lag > 0 and group.published - one.received > one.candidate_lag:
            continue
        if candidate < 0 or _has_more_log(one, w.databases[candidate]):
            candidate = other
    if database.quorum and 2 * votes <= group.member_count:
        if tell:
            incident(
                w,
                IncidentCode.NO_QUORUM,
                int64(database.node),
                int64(database.leader),
                float(votes),
            )
        return int64(NOWHERE)
    return candidate


@cold
def _is_fenced(w: Any, row: int) -> bool:
    """Return whether a database is still kept away by a primary that it cannot hear."""
    database = w.databases[row]
    if database.membership != Membership.FENCED:
        return False
    group = w.groups[database.group]
    lead = int64(w.nodes[group.primary].row)
    gone = not w.nodes[group.primary].placed or w.databases[lead].group != database.group
    if gone or reach_each_other(w, group, row, lead):
        database.membership = Membership.ACTIVE
    return int64(database.membership) != Membership.ACTIVE


@cold
def _has_more_log(one: Any, other: Any) -> bool:
    """Return whether a database has more of the log: of a newer line, or of the same one."""
    if one.timeline != other.timeline:
        return one.timeline > other.timeline
    return one.received > other.received


@cold
def promote(w: Any, g: int, term: int, t: int) -> None:
    """Make the elected replica the primary, if it lives and the election still holds."""
    group = w.groups[g]
    if not group.electing or group.term != term:
        return
    voting = group.electing == Election.VOTING
    group.electing = 0
    elected = w.databases[group.candidate]
    if voting and elected.group == g and w.nodes[elected.node].up:
        candidate = _choose(w, int64(group.candidate), False)
        if candidate >= 0:
            _elect(w, g, candidate, t)
        return
    if elected.group != g or not w.nodes[elected.node].up:
        return
    _open_for_writes(w, g, int64(group.candidate), int64(elected.fencing), t)


@cold
def _open_for_writes(w: Any, g: int, row: int, fenced: int, t: int) -> None:
    """Make database `row` the primary once it has applied all that it has received, as a server
    that leaves recovery does; nobody sends it any more.
    """
    group, database = w.groups[g], w.databases[row]
    group.electing = Election.APPLYING
    group.candidate = row
    left = int64(database.received - database.applied)
    database.streaming = 0
    apply_next_entry(w, int64(database.node), row, t)
    if database.applied < database.received:
        incident(w, IncidentCode.APPLYING_LOG, int64(database.node), NOWHERE, float(left))
        return
    group.electing = 0
    take_over(w, g, row, fenced, t)


@cold
def all_applied(w: Any, row: int, t: int) -> None:
    """Promote a database that was elected and had only its log to apply, if that is done."""
    database = w.databases[row]
    g = int64(database.group)
    group = w.groups[g]
    if group.candidate == row and database.applied >= database.received:
        group.electing = 0
        take_over(w, g, row, int64(database.fencing), t)


@cold
def take_over(w: Any, g: int, row: int, fenced: int, t: int) -> None:
    """Make database `row` its group's primary and its timeline the current one; what it never
    received is lost.

    Whoever can hear it follows; with `fenced`, no other takes writes any more.
    """
    group, database = w.groups[g], w.databases[row]
    before, node = int64(group.primary), int64(database.node)
    incident(w, IncidentCode.PROMOTED, node, before, NO_FIGURE)
    diverged = database.timeline != group.timeline
    fork = int64(database.fork_position if diverged else database.received)
    for place in range(group.member_first, group.member_first + group.member_count):
        other = w.databases[w.members[place]]
        if w.members[place] == row:
            continue
        if other.timeline == database.timeline:
            other.fork_position = min(other.received, database.received)
        else:
            main = other.timeline == group.timeline
            other.fork_position = min(other.received if main else other.fork_position, fork)
    lost = diverge(w, g, fork)
    if diverged:
        restore_timeline(w, row)
    if group.destroyed_at > fork:  # what destroyed them is itself lost
        group.destroyed = group.destroyed_at = 0
    if lost > 0:
        incident(w, IncidentCode.WRITES_LOST, node, before, float(lost))
        failed = group.blocked_since if group.blocked_since > 0 else group.lost_last
        since = max(failed - group.lost_first, 0) * NANOSECONDS
        incident(w, IncidentCode.RECOVERY_POINT, node, before, since)
    report_unlisted(w, g, before)
    group.primary = database.node
    group.written = database.received
    truncate_latest(w, g, fork)
    group.timeline = group.term
    database.timeline = group.term
    move_to(w, database, int64(database.received))
    database.ready = 1
    database.catching_up = 0
    database.leads = 1
    database.fell_back = database.stalled = 0
    database.membership = Membership.ACTIVE
    database.leader = database.node
    database.lease_until = t + database.lease
    database.announced_at = t + database.reaim
    for place in range(group.member_first, group.member_first + group.member_count):
        other_row = int64(w.members[place])
        other = w.databases[other_row]
        if other_row == row:
            continue
        if fenced and other.leads:
            refuse_waiting(w, other_row, Outcome.NOT_PRIMARY)
            other.leads = 0
            other.streaming = 0
            other.leader = NOWHERE
        if not reach_each_other(w, group, row, other_row):
            if fenced and other.leader < 0:
                other.membership = Membership.FENCED
        elif w.nodes[other.node].up:
            follow(w, other_row, row, t)
        else:
            other.streaming = 0
    update_split_brain(w, g, node, t)


@cold
def switch_over(w: Any, g: int, row: int) -> None:
    """Make database `row` the primary of its group; from a primary that it hears it first gets all
    log, and that one steps back. While it applies that, nobody takes writes.
    """
    group = w.groups[g]
    t = w.control[0].now
    before = int64(group.primary)
    lead = int64(w.nodes[before].row) if before >= 0 else int64(-1)
    fenced = int64(w.databases[row].fencing)
    if lead >= 0 and w.nodes[before].up and reach_each_other(w, group, row, lead):
        if w.databases[row].timeline != group.timeline:
            follow(w, row, lead, t)
        if group.written > w.databases[row].received:
            copy_log(w, w.databases[row], w.databases[lead], int64(group.written))
        w.databases[row].received = group.written
        incident(w, IncidentCode.SWITCHED, int64(w.databases[row].node), before, NO_FIGURE)
        fenced = int64(1)
        if w.databases[row].applied < group.written:
            step_down(w, lead, t)
    group.term += 1
    _open_for_writes(w, g, row, fenced, t)
