"""Leadership: who takes writes is what each database believes, and what it hears from the others.

A primary that is replaced while it cannot be reached goes on as one, unless it is fenced or gives
up by itself when its lease ends: a split brain.
"""

from typing import Any

from app.engine.incident import (
    DIVERGED_WRITES,
    REJOINED,
    REWOUND,
    SPLIT_BRAIN,
    SPLIT_BRAIN_OVER,
    STOOD_DOWN,
)
from app.engine.kernel.faulty import hangs
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.tally import incident
from app.engine.records import DIVERGED, FENCED, IN, NO_FIGURE, NOT_PRIMARY, NOWHERE
from app.kinds.database.commit import refuse_waiting
from app.kinds.database.content import rejoin
from app.kinds.database.replication import LACKS_LOG, NANOSECONDS, ask_for_log, path_between
from app.kinds.database.strays import forget, tell_of_untold


@cold
def hear_each_other(w: Any, group: Any, one: int, other: int) -> bool:
    """Whether messages of two members of a group get through, both ways."""
    a, b = w.databases[one].member, w.databases[other].member
    return a == b or not (path_between(w, group, a, b).cut or path_between(w, group, b, a).cut)


@cold
def note_leaders(w: Any, g: int, n: int, t: int) -> None:
    """Somebody has begun or ceased to take writes, at last node `n`: more than one who does is a
    split brain, whose seconds are counted.
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
    if leaders > 1 and group.two_since == 0:
        group.two_since = t
        incident(w, SPLIT_BRAIN, n, other, NO_FIGURE)
    elif leaders < 2 and group.two_since > 0:
        since = t - group.two_since
        group.two_ns += since
        group.two_since = 0
        incident(w, SPLIT_BRAIN_OVER, n, other, since * NANOSECONDS)


@cold
def stand_down(w: Any, row: int, t: int) -> None:
    """Database `row` takes no writes from now on, and follows nobody yet."""
    database = w.databases[row]
    g = int64(database.group)
    refuse_waiting(w, row, NOT_PRIMARY)
    database.leads = 0
    database.streaming = 0
    database.leader = NOWHERE
    if w.groups[g].lead == database.node and w.groups[g].blocked_since == 0:
        w.groups[g].blocked_since = t
    note_leaders(w, g, int64(database.node), t)


@cold
def beat(w: Any, row: int, t: int) -> None:
    """A primary looks who else is there: it yields to a newer one, and, where a majority must
    stand behind it, it gives up once it has not heard from one for its lease, or hears of a newer
    term than its own (Raft, section 5.1).
    """
    if learn(w, row, t):
        return
    database = w.databases[row]
    group = w.groups[database.group]
    if group.lead == database.node:
        group.published = database.received
    if not database.quorum:
        return
    heard, newest = 0, int64(database.timeline)
    for place in range(group.member_first, group.member_first + group.member_count):
        other = int64(w.members[place])
        one = w.databases[other]
        if w.nodes[one.node].up and hear_each_other(w, group, row, other):
            heard += 1
            newest = max(newest, int64(one.timeline))
    replaced = newest > database.timeline
    if 2 * heard > group.member_count and not replaced:
        database.lease_until = t + database.lease
    elif replaced or t >= database.lease_until:
        incident(w, STOOD_DOWN, int64(database.node), NOWHERE, float(heard))
        stand_down(w, row, t)


@cold
def learn(w: Any, row: int, t: int) -> bool:
    """Whether database `row` hears of a newer primary than that of its own line; it follows it."""
    database = w.databases[row]
    group = w.groups[database.group]
    if database.out > FENCED:
        return False
    best, timeline = int64(NOWHERE), int64(database.timeline)
    for place in range(group.member_first, group.member_first + group.member_count):
        other = int64(w.members[place])
        one = w.databases[other]
        if not one.leads or one.timeline <= timeline or not w.nodes[one.node].up:
            continue
        if hear_each_other(w, group, row, other):
            best, timeline = other, int64(one.timeline)
    if best < 0:
        return False
    follow(w, row, best, t)
    return True


@cold
def surplus_of(w: Any, row: int) -> int:
    """How many writes a database has that are not on the main line."""
    database = w.databases[row]
    if database.timeline == w.groups[database.group].timeline:
        return int64(0)
    return max(int64(database.received - database.common), int64(0))


@cold
def follow(w: Any, row: int, lead: int, t: int) -> None:
    """Database `row` follows a new primary. What it has and that one never got, it discards, or it
    waits for people to decide.
    """
    database = w.databases[row]
    g = int64(database.group)
    led = database.leads
    refuse_waiting(w, row, NOT_PRIMARY)
    surplus = surplus_of(w, row)
    database.leads = 0
    database.streaming = 0
    database.leader = w.databases[lead].node
    if led:
        note_leaders(w, g, int64(database.node), t)
    if database.out > FENCED:
        return
    if surplus > 0:
        tell_of_untold(w, g, int64(database.node))
    if surplus > 0 and database.waits:
        database.out = DIVERGED
        database.catching_up = LACKS_LOG
        database.ready = 0
        incident(w, DIVERGED_WRITES, int64(database.node), int64(database.leader), float(surplus))
        return
    database.out = IN
    if surplus > 0:
        forget(w, row, int64(database.common))
    end = int64(database.common if surplus > 0 else database.received)
    rejoin(w, database, w.databases[lead], end)
    database.flushed = min(database.flushed, database.received)
    database.acked = 0
    database.timeline = w.databases[lead].timeline
    if not w.nodes[database.node].up:
        return
    if surplus > 0:
        incident(w, REWOUND, int64(database.node), int64(database.leader), float(surplus))
        database.catching_up = LACKS_LOG
        database.ready = 0
    ask_for_log(w, row, int64(t + database.repoint))


@cold
def come_back(w: Any, row: int, t: int) -> None:
    """A database has started again, or goes on. Who takes writes now is what it can hear; what it
    has missed it gets first. A repair that a crash has cut short has to begin anew.
    """
    database = w.databases[row]
    if database.out > FENCED:
        database.out = DIVERGED
        return
    node = int64(database.node)
    before = surplus_of(w, row)
    if learn(w, row, t):
        if database.out:
            return
        if before == 0:
            incident(w, REJOINED, node, int64(database.leader), NO_FIGURE)
    elif database.leads and database.quorum and database.automatic and t >= database.lease_until:
        incident(w, STOOD_DOWN, node, NOWHERE, 0.0)  # it may have been replaced: others must elect
        stand_down(w, row, t)
        return
    elif database.leads:
        database.lease_until = t + database.lease
        note_leaders(w, int64(database.group), node, t)
        return
    else:
        incident(w, REJOINED, node, int64(database.leader), NO_FIGURE)
        ask_for_log(w, row, t)
    database.catching_up = LACKS_LOG
    database.ready = 0


@cold
def answers_as_primary(w: Any, row: int) -> bool:
    """Whether the primary that database `row` follows says something to it."""
    database = w.databases[row]
    if database.leader < 0:
        return False
    lead = int64(w.nodes[database.leader].row)
    one = w.databases[lead]
    if one.group != database.group or not one.leads or not w.nodes[one.node].up:
        return False
    return not hangs(w, int64(one.node)) and hear_each_other(w, w.groups[database.group], row, lead)
