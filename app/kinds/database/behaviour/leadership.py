"""Leadership: who takes writes is what each database believes, and what it hears from the others.

A primary that is replaced while it cannot be reached goes on as one, unless it is fenced or gives
up by itself when its lease ends: a split brain.
"""

from typing import Any

from app.kernel.counters import incident
from app.kernel.jit.decorators import cold, int64
from app.kernel.network.message_faults import is_hanging
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.codes.nodes import CatchUp, Membership
from app.kernel.state.codes.requests import Outcome
from app.kernel.state.constants import NO_FIGURE, NOWHERE
from app.kinds.database.behaviour.checksums import rejoin
from app.kinds.database.behaviour.commit import refuse_waiting
from app.kinds.database.behaviour.divergent_writes import drop_divergent, report_unlisted
from app.kinds.database.behaviour.replication import (
    NANOSECONDS,
    path_between,
    request_log,
)


@cold
def reach_each_other(w: Any, group: Any, one: int, other: int) -> bool:
    """Return whether messages of two members of a group get through, both ways."""
    a, b = w.databases[one].member, w.databases[other].member
    return a == b or not (path_between(w, group, a, b).cut or path_between(w, group, b, a).cut)


@cold
def update_split_brain(w: Any, g: int, n: int, t: int) -> None:
    """Count the members that take writes, after a change at node `n`: more than one is a split
    brain, whose seconds are counted.
    """
    group = w.groups[g]
    leaders, other = 0, int64(NOWHERE)
    for place in range(group.member_first, group.member_first + group.member_count):
        database = w.databases[w.members[place]]
        if database.leads and w.nodes[database.node].up:
            leaders += 1
            if database.node != n:
                other = int64(database.node)
    group.leaders = leaders
    if leaders > 1 and group.split_since == 0:
        group.split_since = t
        incident(w, IncidentCode.SPLIT_BRAIN, n, other, NO_FIGURE)
    elif leaders < 2 and group.split_since > 0:
        since = t - group.split_since
        group.split_ns += since
        group.split_since = 0
        incident(w, IncidentCode.SPLIT_BRAIN_OVER, n, other, since * NANOSECONDS)


@cold
def step_down(w: Any, row: int, t: int) -> None:
    """Stop writes at database `row`, which follows nobody yet."""
    database = w.databases[row]
    g = int64(database.group)
    refuse_waiting(w, row, Outcome.NOT_PRIMARY)
    database.leads = 0
    database.streaming = 0
    database.leader = NOWHERE
    if w.groups[g].primary == database.node and w.groups[g].blocked_since == 0:
        w.groups[g].blocked_since = t
    update_split_brain(w, g, int64(database.node), t)


@cold
def primary_heartbeat(w: Any, row: int, t: int) -> None:
    """Let a primary yield to a newer one, and, where it needs a majority, give up once it has not
    heard from one for its lease, or hears of a newer term than its own (Raft, section 5.1).
    """
    if follow_newer_primary(w, row, t):
        return
    database = w.databases[row]
    group = w.groups[database.group]
    if group.primary == database.node:
        group.published = database.received
    if not database.quorum:
        return
    reached, newest = 0, int64(database.timeline)
    for place in range(group.member_first, group.member_first + group.member_count):
        other = int64(w.members[place])
        one = w.databases[other]
        if w.nodes[one.node].up and reach_each_other(w, group, row, other):
            reached += 1
            newest = max(newest, int64(one.timeline))
    replaced = newest > database.timeline
    if 2 * reached > group.member_count and not replaced:
        database.lease_until = t + database.lease
    elif replaced or t >= database.lease_until:
        incident(w, IncidentCode.STOOD_DOWN, int64(database.node), NOWHERE, float(reached))
        step_down(w, row, t)


@cold
def follow_newer_primary(w: Any, row: int, t: int) -> bool:
    """Let database `row` follow a newer primary than its own timeline's that it can hear. Return
    True if there is one.
    """
    database = w.databases[row]
    group = w.groups[database.group]
    if database.membership > Membership.FENCED:
        return False
    best, timeline = int64(NOWHERE), int64(database.timeline)
    for place in range(group.member_first, group.member_first + group.member_count):
        other = int64(w.members[place])
        one = w.databases[other]
        if not one.leads or one.timeline <= timeline or not w.nodes[one.node].up:
            continue
        if reach_each_other(w, group, row, other):
            best, timeline = other, int64(one.timeline)
    if best < 0:
        return False
    follow(w, row, best, t)
    return True


@cold
def count_divergent(w: Any, row: int) -> int:
    """Return the number of a database's writes that are not on the current timeline."""
    database = w.databases[row]
    if database.timeline == w.groups[database.group].timeline:
        return int64(0)
    return max(int64(database.received - database.fork_position), int64(0))


@cold
def follow(w: Any, row: int, lead: int, t: int) -> None:
    """Let database `row` follow a new primary. Its writes that the primary never got are discarded,
    or kept for people to decide.
    """
    database = w.databases[row]
    g = int64(database.group)
    led = database.leads
    refuse_waiting(w, row, Outcome.NOT_PRIMARY)
    divergent = count_divergent(w, row)
    database.leads = 0
    database.streaming = 0
    database.leader = w.databases[lead].node
    if led:
        update_split_brain(w, g, int64(database.node), t)
    if database.membership > Membership.FENCED:
        return
    if divergent > 0:
        report_unlisted(w, g, int64(database.node))
    if divergent > 0 and database.keeps_divergent:
        database.membership = Membership.DIVERGED
        database.catching_up = CatchUp.WAITING
        database.ready = 0
        incident(
            w,
            IncidentCode.DIVERGED_WRITES,
            int64(database.node),
            int64(database.leader),
            float(divergent),
        )
        return
    database.membership = Membership.ACTIVE
    if divergent > 0:
        drop_divergent(w, row, int64(database.fork_position))
    end = int64(database.fork_position if divergent > 0 else database.received)
    rejoin(w, database, w.databases[lead], end)
    database.flushed = min(database.flushed, database.received)
    database.acked = 0
    database.timeline = w.databases[lead].timeline
    if not w.nodes[database.node].up:
        return
    if divergent > 0:
        incident(
            w, IncidentCode.REWOUND, int64(database.node), int64(database.leader), float(divergent)
        )
        database.catching_up = CatchUp.WAITING
        database.ready = 0
    request_log(w, row, int64(t + database.repoint))


@cold
def rejoin_group(w: Any, row: int, t: int) -> None:
    """Bring a database back into its group after a start or a hang, under the primary that it can
    hear.

    It gets first what it has missed. A repair that a crash has cut short has to begin anew.
    """
    database = w.databases[row]
    if database.membership > Membership.FENCED:
        database.membership = Membership.DIVERGED
        return
    node = int64(database.node)
    before = count_divergent(w, row)
    if follow_newer_primary(w, row, t):
        if database.membership:
            return
        if before == 0:
            incident(w, IncidentCode.REJOINED, node, int64(database.leader), NO_FIGURE)
    elif (
        database.leads
        and database.quorum
        and database.automatic_failover
        and t >= database.lease_until
    ):
        incident(
            w, IncidentCode.STOOD_DOWN, node, NOWHERE, 0.0
        )  # it may have been replaced: others must elect
        step_down(w, row, t)
        return
    elif database.leads:
        database.lease_until = t + database.lease
        update_split_brain(w, int64(database.group), node, t)
        return
    else:
        incident(w, IncidentCode.REJOINED, node, int64(database.leader), NO_FIGURE)
        request_log(w, row, t)
    database.catching_up = CatchUp.WAITING
    database.ready = 0


@cold
def primary_answers(w: Any, row: int) -> bool:
    """Return whether the primary that database `row` follows says something to it."""
    database = w.databases[row]
    if database.leader < 0:
        return False
    lead = int64(w.nodes[database.leader].row)
    one = w.databases[lead]
    if one.group != database.group or not one.leads or not w.nodes[one.node].up:
        return False
    return not is_hanging(w, int64(one.node)) and reach_each_other(
        w, w.groups[database.group], row, lead
    )
