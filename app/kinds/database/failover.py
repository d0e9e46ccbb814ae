"""Failover: a replica misses heartbeats, the most advanced replica is elected and promoted.

Nobody looks at the primary's true state: replicas ask it, over the network, at their own interval.
"""

from typing import Any

from app.engine.incident import (
    ELECTED,
    PROMOTED,
    REJOINED,
    REWOUND,
    SUSPECTED,
    WRITES_LOST,
)
from app.engine.kernel.agenda import PROMOTION, event_of, schedule
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.tally import incident
from app.engine.records import NO_FIGURE
from app.kinds.database.replication import LACKS_LOG, ask_for_log, path_between


@cold
def call_election(w: Any, row: int, t: int) -> None:
    """Replica `row` has missed its last heartbeat: those who answer elect the most advanced."""
    g = int64(w.databases[row].group)
    group = w.groups[g]
    if group.electing:
        return
    candidate = _most_advanced(w, g, row)
    if candidate < 0:
        return
    before, elected = int64(group.lead), int64(w.databases[candidate].node)
    incident(w, SUSPECTED, int64(w.databases[row].node), before, NO_FIGURE)
    incident(w, ELECTED, elected, before, NO_FIGURE)
    group.electing = 1
    group.candidate = candidate
    group.term += 1
    schedule(w, t + w.databases[candidate].promotion, event_of(PROMOTION, g, int64(group.term)))


@cold
def _most_advanced(w: Any, g: int, caller: int) -> int:
    """The live replica with the most log of those that answer the caller, the oldest one among
    equals; -1 when none lives.
    """
    group = w.groups[g]
    best = -1
    for place in range(group.member_first, group.member_first + group.member_count):
        row = int64(w.members[place])
        node = w.databases[row].node
        if not w.nodes[node].up or node == group.lead:
            continue
        if not _hear_each_other(w, group, caller, row):
            continue
        if best < 0 or w.databases[row].received > w.databases[best].received:
            best = row
    return best


@cold
def _hear_each_other(w: Any, group: Any, one: int, other: int) -> bool:
    """Whether messages of two members of a group get through, both ways."""
    a, b = w.databases[one].member, w.databases[other].member
    return a == b or not (path_between(w, group, a, b).cut or path_between(w, group, b, a).cut)


@cold
def promote(w: Any, g: int, term: int, t: int) -> None:
    """The elected replica is ready to be primary, if it lives and the election still holds."""
    group = w.groups[g]
    if not group.electing or group.term != term:
        return
    group.electing = 0
    elected = w.databases[group.candidate]
    if elected.group != g or not w.nodes[elected.node].up:
        return
    take_over(w, g, int64(group.candidate), t)


@cold
def take_over(w: Any, g: int, row: int, t: int) -> None:
    """Database `row` becomes its group's primary; what it never received is lost."""
    group, database = w.groups[g], w.databases[row]
    before, fork = int64(group.lead), database.received
    incident(w, PROMOTED, int64(database.node), before, NO_FIGURE)
    lost = _acknowledged_after(w, g, fork)
    if lost > 0:
        group.lost += lost
        incident(w, WRITES_LOST, int64(database.node), before, float(lost))
    if before >= 0 and w.nodes[before].row >= 0:
        w.databases[w.nodes[before].row].received = group.written
    database.applied = fork
    database.ready = 1
    database.catching_up = 0
    group.lead = database.node
    group.written = fork
    for place in range(group.member_first, group.member_first + group.member_count):
        other = int64(w.members[place])
        if other != row:
            follow(w, other, fork, t)


@cold
def _acknowledged_after(w: Any, g: int, position: int) -> int:
    group = w.groups[g]
    lost = 0
    for gone in range(position + 1, group.written + 1):
        lost += w.log[group.log_first + gone % group.log_size].acknowledged
    return lost


@cold
def follow(w: Any, row: int, fork: int, t: int) -> None:
    """Database `row` follows a new primary whose log begins at `fork`: it drops what is beyond."""
    database = w.databases[row]
    if database.received > fork:
        database.discarded += database.received - fork
        database.received = fork
    database.applied = min(database.applied, fork)
    database.streaming = 0
    if w.nodes[database.node].up:
        if database.discarded > 0:
            come_back(w, row)
        ask_for_log(w, row, t)


@cold
def come_back(w: Any, row: int) -> None:
    """A database returns to a group that has another primary: it rewinds, then catches up."""
    database = w.databases[row]
    lead, node = int64(w.groups[database.group].lead), int64(database.node)
    database.catching_up = LACKS_LOG
    database.ready = 0
    if database.discarded > 0:
        incident(w, REWOUND, node, lead, float(database.discarded))
        database.discarded = 0
    else:
        incident(w, REJOINED, node, lead, NO_FIGURE)
