"""Members of a group with several primaries come back, and links are mended: what each sends then.

In a ring each member sends all that it has applied to the next one, and drops what is its own.
"""

from typing import Any

from app.kernel.counters import incident
from app.kernel.jit.decorators import cold, int64
from app.kernel.state.codes.choices import ReplicationMode
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.codes.nodes import Circulation
from app.kernel.state.codes.requests import WriteStatus
from app.kernel.state.constants import NOWHERE
from app.kinds.database.behaviour import replication
from app.kinds.database.behaviour.multi_primary import (
    MARK_MASK,
    apply_next,
    apply_version,
    send,
    stream_of,
)


@cold
def catch_up(w: Any, g: int, t: int) -> None:
    """Send every member's log to those that it sends to, as after a new connection."""
    group = w.groups[g]
    first, end = int64(group.member_first), int64(group.member_first + group.member_count)
    for place in range(first, end):
        row = int64(w.members[place])
        if not w.nodes[w.databases[row].node].up:
            continue
        if group.mode == ReplicationMode.RING:
            if w.databases[row].successor >= 0:
                _send_lacking(w, g, row, int64(w.databases[row].successor), t)
        else:
            for other in range(first, end):
                if other != place:
                    _send_lacking(w, g, row, int64(w.members[other]), t)
        apply_next(w, row, t)
    for k in range(w.control[0].circulating_used):
        circulating = w.circulating_writes[k]
        database = w.databases[circulating.holder]
        waits = (
            circulating.state == Circulation.SENT
            and database.group == g
            and database.successor >= 0
        )
        if waits and w.nodes[database.node].up:
            send(
                w, int64(circulating.holder), int64(database.successor), int64(NOWHERE), int64(k), t
            )


@cold
def reconnect(w: Any, t: int) -> None:
    """Send databases what they have missed: a link carries messages again."""
    replication.reconnect(w, t)
    for g in range(w.control[0].groups_used):
        if w.groups[g].mode:
            catch_up(w, int64(g), t)


@cold
def _send_lacking(w: Any, g: int, row: int, receiver: int, t: int) -> None:
    """Send one member what another has and it has not received."""
    group, member = w.groups[g], int64(w.databases[row].member)
    there = int64(w.databases[receiver].member)
    if not w.nodes[w.databases[receiver].node].up:
        return
    for column in range(group.origin_count):
        origin = int64(w.origins[group.origin_first + column])
        if origin == receiver or (group.mode != ReplicationMode.RING and origin != row):
            continue
        has = int64(w.databases[row].own)
        if origin != row:
            has = int64(w.streams[stream_of(group, member, int64(column))].applied)
        if has > w.streams[stream_of(group, there, int64(column))].received:
            send(w, row, receiver, origin, has, t)


@cold
def destroy(w: Any, row: int, rows: int, t: int) -> None:
    """Commit a statement that empties every table, of so many rows, at one of several primaries:
    its place in the log brings it to the others by the group's own way.
    """
    database = w.databases[row]
    g = int64(database.group)
    group = w.groups[g]
    database.own += 1
    group.written += 1
    group.destroyed += rows
    group.destroyer, group.destroyed_at, group.destroyed_ns = row, database.own, t
    change = w.changes[database.change_first + database.own % database.log_held]
    change.at, change.row, change.replaces = t, 0, 0
    change.key, change.acknowledged = -1, WriteStatus.PENDING
    change.mark = database.own & MARK_MASK
    apply_version(w, row, change, row, t)
    incident(w, IncidentCode.DESTROYED, int64(database.node), NOWHERE, float(rows))
    catch_up(w, g, t)


@cold
def skip(w: Any, row: int, t: int) -> None:
    """Let database `row` leave out what it cannot apply, and go on."""
    database = w.databases[row]
    g = int64(database.group)
    group = w.groups[g]
    for column in range(group.origin_count):
        stream = w.streams[stream_of(group, int64(database.member), int64(column))]
        if stream.stopped:
            stream.stopped = 0
            stream.applied += 1
    apply_next(w, row, t)
