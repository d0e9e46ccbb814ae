"""Failover: a replica misses heartbeats, the most advanced replica is elected and promoted.

Nobody looks at the primary's true state: replicas ask it, over the network, at their own interval.
"""

from typing import Any

from app.engine.incident import (
    ELECTED,
    LEADERLESS,
    NO_QUORUM,
    PROMOTED,
    RECOVERY_POINT,
    SUSPECTED,
    WRITES_LOST,
)
from app.engine.kernel.agenda import PROMOTION, event_of, schedule
from app.engine.kernel.freshness import forget_beyond
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.tally import incident
from app.engine.records import (
    FENCED,
    IN,
    NO_FIGURE,
    NOT_PRIMARY,
    NOWHERE,
    PROMOTING,
    VOTING,
)
from app.kinds.database.commit import refuse_waiting
from app.kinds.database.content import move_to
from app.kinds.database.leadership import (
    answers_as_primary,
    follow,
    hear_each_other,
    note_leaders,
)
from app.kinds.database.replication import NANOSECONDS
from app.kinds.database.strays import put_back, set_aside, tell_of_untold


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
    if not database.automatic:
        if misses == 0:
            incident(w, LEADERLESS, int64(database.node), int64(database.leader), NO_FIGURE)
        return
    candidate = _choose(w, row, misses == 0)
    if candidate < 0:
        return
    incident(w, SUSPECTED, int64(database.node), int64(group.lead), NO_FIGURE)
    group.electing = VOTING
    group.candidate = row
    group.term += 1
    if database.election > 0:
        schedule(w, t + database.election, event_of(PROMOTION, g, int64(group.term)))
    else:
        _elect(w, g, candidate, t)


@cold
def _elect(w: Any, g: int, candidate: int, t: int) -> None:
    """The votes are counted: the elected one prepares to take writes."""
    group = w.groups[g]
    elected = w.databases[candidate]
    incident(w, ELECTED, int64(elected.node), int64(group.lead), NO_FIGURE)
    group.electing = PROMOTING
    group.candidate = candidate
    schedule(w, t + elected.promotion, event_of(PROMOTION, g, int64(group.term)))


@cold
def _choose(w: Any, row: int, tell: bool) -> int:
    """Whom those who answer database `row` elect; -1 for nobody."""
    database = w.databases[row]
    group = w.groups[database.group]
    candidate, votes = int64(NOWHERE), 0
    for place in range(group.member_first, group.member_first + group.member_count):
        other = int64(w.members[place])
        one = w.databases[other]
        if not w.nodes[one.node].up or not hear_each_other(w, group, row, other):
            continue
        if other == row or not (one.leads or answers_as_primary(w, other)):
            votes += 1
        if one.leads or one.out or one.node == database.leader:
            continue
        if one.candidate_lag > 0 and group.published - one.received > one.candidate_lag:
            continue
        if candidate < 0 or _is_ahead(one, w.databases[candidate]):
            candidate = other
    if database.quorum and 2 * votes <= group.member_count:
        if tell:
            incident(w, NO_QUORUM, int64(database.node), int64(database.leader), float(votes))
        return int64(NOWHERE)
    return candidate


@cold
def _is_fenced(w: Any, row: int) -> bool:
    """Whether a database is still kept away by a primary that it cannot hear."""
    database = w.databases[row]
    if database.out != FENCED:
        return False
    group = w.groups[database.group]
    lead = int64(w.nodes[group.lead].row)
    gone = not w.nodes[group.lead].placed or w.databases[lead].group != database.group
    if gone or hear_each_other(w, group, row, lead):
        database.out = IN
    return int64(database.out) != IN


@cold
def _is_ahead(one: Any, other: Any) -> bool:
    """Whether a database has more of the log: of a newer line, or of the same one."""
    if one.timeline != other.timeline:
        return one.timeline > other.timeline
    return one.received > other.received


@cold
def promote(w: Any, g: int, term: int, t: int) -> None:
    """The elected replica is ready to be primary, if it lives and the election still holds."""
    group = w.groups[g]
    if not group.electing or group.term != term:
        return
    voting = group.electing == VOTING
    group.electing = 0
    elected = w.databases[group.candidate]
    if voting and elected.group == g and w.nodes[elected.node].up:
        candidate = _choose(w, int64(group.candidate), False)
        if candidate >= 0:
            _elect(w, g, candidate, t)
        return
    if elected.group != g or not w.nodes[elected.node].up:
        return
    take_over(w, g, int64(group.candidate), int64(elected.fencing), t)


@cold
def take_over(w: Any, g: int, row: int, fenced: int, t: int) -> None:
    """Database `row` becomes its group's primary and its log the main line; what it never received
    is lost. Whoever can hear it follows; with `fenced`, no other takes writes any more.
    """
    group, database = w.groups[g], w.databases[row]
    before, node = int64(group.lead), int64(database.node)
    incident(w, PROMOTED, node, before, NO_FIGURE)
    astray = database.timeline != group.timeline
    fork = int64(database.common if astray else database.received)
    for place in range(group.member_first, group.member_first + group.member_count):
        other = w.databases[w.members[place]]
        if w.members[place] == row:
            continue
        if other.timeline == database.timeline:
            other.common = min(other.received, database.received)
        else:
            main = other.timeline == group.timeline
            other.common = min(other.received if main else other.common, fork)
    lost = set_aside(w, g, fork)
    if astray:
        put_back(w, row)
    if group.destroyed_at > fork:  # what destroyed them is itself lost
        group.destroyed = group.destroyed_at = 0
    if lost > 0:
        incident(w, WRITES_LOST, node, before, float(lost))
        failed = group.blocked_since if group.blocked_since > 0 else group.lost_last
        since = max(failed - group.lost_first, 0) * NANOSECONDS
        incident(w, RECOVERY_POINT, node, before, since)
    tell_of_untold(w, g, before)
    group.lead = database.node
    group.written = database.received
    forget_beyond(w, g, fork)
    group.timeline = group.term
    database.timeline = group.term
    move_to(w, database, int64(database.received))
    database.ready = 1
    database.catching_up = 0
    database.leads = 1
    database.fallen = database.stalled = 0
    database.out = IN
    database.leader = database.node
    database.lease_until = t + database.lease
    database.announced_at = t + database.reaim
    for place in range(group.member_first, group.member_first + group.member_count):
        other_row = int64(w.members[place])
        other = w.databases[other_row]
        if other_row == row:
            continue
        if fenced and other.leads:
            refuse_waiting(w, other_row, NOT_PRIMARY)
            other.leads = 0
            other.streaming = 0
            other.leader = NOWHERE
        if not hear_each_other(w, group, row, other_row):
            if fenced and other.leader < 0:
                other.out = FENCED
        elif w.nodes[other.node].up:
            follow(w, other_row, row, t)
        else:
            other.streaming = 0
    note_leaders(w, g, node, t)
