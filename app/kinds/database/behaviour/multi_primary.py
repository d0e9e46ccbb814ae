"""Several primaries: each member takes writes, logs its own, and applies what the others send.

A member knows of every key the version that it has, and of every other member how far it has come
with its writes. What two members write without knowing of each other is found when it arrives.
"""

from typing import Any

from app.kernel.consistency.written_keys import bits_of, key_of
from app.kernel.counters import incident
from app.kernel.jit.decorators import cold, int64
from app.kernel.network.link import travel
from app.kernel.network.message_faults import is_hanging, late
from app.kernel.random_draws import GOLDEN, U, mixed, unit
from app.kernel.requests.request import complete
from app.kernel.slots.slots import take_slot
from app.kernel.state.codes.choices import ConflictPolicy, ReplicationMode
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.codes.nodes import Circulation
from app.kernel.state.codes.requests import Phase, Purpose, WriteStatus
from app.kernel.state.constants import NEVER, NO_FIGURE, NOWHERE, constants
from app.kernel.stations.station import visit
from app.kinds.database.behaviour.backups import note_backups
from app.kinds.database.behaviour.checksums import replace_version
from app.kinds.database.behaviour.replication import path_between

MARK_MASK = 0x7FFFFFFF
(ROWS,) = constants(1 << 40)
"""Bit above the numbers of new rows, so that they are not taken for keys."""
_SLOTS_KEPT = 2
_QUIET_NS = 5_000_000_000
"""A rejection within this time of the last belongs to the same incident."""


@cold
def commit_change(w: Any, n: int, s: int, t: int) -> None:
    """Commit a member's write: put it in its log, acknowledge it, and send it to the others."""
    row = int64(w.nodes[n].row)
    database = w.databases[row]
    g = int64(database.group)
    group = w.groups[g]
    if t >= group.backup_due:
        note_backups(w, g, t)
    database.own += 1
    group.written += 1
    change = w.changes[database.change_first + database.own % database.log_held]
    change.at, change.row, change.replaces = t, 0, 0
    change.mark = _mark(row, int64(database.own))
    bits = bits_of(w, s)
    change.key = key_of(w, group, bits)
    if unit(mixed(bits + GOLDEN)) < group.insert_share:
        change.row = _next_row(w, g, row)
        place = database.change_first + change.row % database.log_held
        w.changes[place].taken = change.row
        replace_version(database, int64(change.row + ROWS), int64(0), int64(change.mark))
    else:
        version = w.versions[database.version_first + change.key]
        change.replaces = version.mark
        version.at, version.origin = t, row
        kept = int64(version.mark) if group.policy == ConflictPolicy.MERGE else int64(0)
        version.mark = (kept + change.mark) & MARK_MASK
        replace_version(database, int64(change.key), int64(change.replaces), int64(version.mark))
    if complete(w, s, n, t):
        change.acknowledged = WriteStatus.ACKNOWLEDGED
        group.acknowledged += 1
    else:
        change.acknowledged = WriteStatus.FAILED
        group.unknown += 1
    if group.mode == ReplicationMode.RING:
        if database.successor >= 0:
            send(w, row, int64(database.successor), row, int64(database.own), t)
        return
    for place in range(group.member_first, group.member_first + group.member_count):
        other = int64(w.members[place])
        if other != row:
            send(w, row, other, row, int64(database.own), t)


@cold
def _mark(row: int, position: int) -> int:
    """Return a hash that tells a write's version from others'."""
    return int64(mixed(U(position) * GOLDEN + U(row)) & U(MARK_MASK))


@cold
def _next_row(w: Any, g: int, row: int) -> int:
    """A number for a new row: the next in steps from the offset that is higher than any this
    member knows of (MySQL's ``auto_increment_increment`` and ``_offset``).
    """
    group, database = w.groups[g], w.databases[row]
    step, offset = int64(database.step), int64(database.offset)
    number = offset
    if database.highest >= offset:
        number = offset + ((database.highest - offset) // step + 1) * step
    database.highest = number
    for place in range(group.member_first, group.member_first + group.member_count):
        other = w.databases[w.members[place]]
        if w.changes[other.change_first + number % other.log_held].taken == number:
            group.collisions += 1
            break
    return number


@cold
def send(w: Any, sender: int, receiver: int, origin: int, position: int, t: int) -> None:
    """Send one member another's log of `origin` up to its end, and so what it lacks; with `origin`
    NOWHERE, the circulating write in row `position`.
    """
    database, other = w.databases[sender], w.databases[receiver]
    group = w.groups[database.group]
    if w.control[0].free_count <= _SLOTS_KEPT:
        return  # what comes next says it too
    path = path_between(w, group, int64(database.member), int64(other.member))
    later = int64(0)
    if path.cut or path.relays_down or path.loss > 0.0:
        stopped = path.cut or path.relays_down
        later = NEVER if stopped else late(w, path.loss, U(position) ^ U(sender), t)
    if later >= NEVER:
        return
    s = take_slot(w)
    slot = w.slots[s]
    slot.purpose, slot.phase = Purpose.SHIP, Phase.FORWARD if origin >= 0 else Phase.CIRCULATING
    slot.position, slot.term = position, group.term
    slot.epoch = w.nodes[database.node].epoch + w.nodes[other.node].epoch
    slot.group, slot.sender, slot.log_origin = database.group, sender, origin
    slot.orphaned_work, slot.request_flags, slot.edge, slot.server_edge = 0, 0, -1, -1
    line = int64(path.delay_line) if later == 0 else int64(NOWHERE)
    travel(w, s, line, path.delay + later, int64(other.node), t)


@cold
def receive_changes(w: Any, n: int, s: int, t: int) -> None:
    """Log reaches a member, and the slot is the caller's again; it is void if either end has
    crashed since it was sent.
    """
    node, slot = w.nodes[n], w.slots[s]
    row, g, sender = int64(node.row), int64(slot.group), int64(slot.sender)
    origin, position, phase = int64(slot.log_origin), int64(slot.position), int64(slot.phase)
    group, database = w.groups[g], w.databases[row]
    valid = slot.term == group.term and database.group == g and (node.up or is_hanging(w, n))
    valid = valid and slot.epoch == node.epoch + w.nodes[w.databases[sender].node].epoch
    if not valid:
        return
    if phase == Phase.CIRCULATING:
        _receive_circulating(w, row, position, sender)
    else:
        column = column_of(w, g, origin)
        if column >= 0 and origin != row:
            stream = w.streams[stream_of(group, int64(database.member), column)]
            stream.received = max(int64(stream.received), position)
    if node.up:
        apply_next(w, row, t)


@cold
def _receive_circulating(w: Any, row: int, k: int, sender: int) -> None:
    """Take in a circulating write at the next member, unless that has had it before."""
    circulating, database = w.circulating_writes[k], w.databases[row]
    if circulating.state != Circulation.SENT or circulating.holder != sender:
        return
    if database.filters:
        circulating.state = 0
        return
    circulating.state, circulating.holder, circulating.follower = (
        Circulation.WAITING,
        row,
        -1,
    )
    if database.circulating_head < 0:
        database.circulating_head = k
    else:
        w.circulating_writes[database.circulating_tail].follower = k
    database.circulating_tail = k


@cold
def column_of(w: Any, g: int, origin: int) -> int:
    """The place of a database among those whose writes a group holds; -1 if it is none."""
    group = w.groups[g]
    for column in range(group.origin_count):
        if w.origins[group.origin_first + column] == origin:
            return int64(column)
    return int64(NOWHERE)


@cold
def stream_of(group: Any, member: int, column: int) -> int:
    """Return the row of `streams` of a member's progress with the writes in a column."""
    return int64(group.stream_first + member * group.origin_count + column)


@cold
def _next_column(w: Any, row: int) -> int:
    """Return the column of the oldest write that a member has yet to apply; -1 if there is none.

    In a ring all come by one connection, so one that cannot be applied holds up all.
    """
    database = w.databases[row]
    group = w.groups[database.group]
    best, best_at = int64(NOWHERE), int64(NEVER)
    for column in range(group.origin_count):
        stream = w.streams[stream_of(group, int64(database.member), int64(column))]
        if stream.stopped and group.mode == ReplicationMode.RING:
            return int64(NOWHERE)
        if stream.stopped or stream.applied >= stream.received:
            continue
        origin = w.databases[w.origins[group.origin_first + column]]
        gone = origin.own - origin.log_held - stream.applied
        if gone > 0:
            incident(
                w, IncidentCode.LOG_GONE, int64(database.node), int64(origin.node), float(gone)
            )
            stream.applied += gone
            stream.received = max(int64(stream.received), int64(stream.applied + 1))
        at = w.changes[origin.change_first + (stream.applied + 1) % origin.log_held].at
        if at < best_at:
            best, best_at = int64(column), int64(at)
    return best


@cold
def apply_next(w: Any, row: int, t: int) -> None:
    """Start on the next write of the others, unless one is being applied, or there is none."""
    database = w.databases[row]
    group = w.groups[database.group]
    while not database.applying:
        column = _next_column(w, row)
        circulating = int64(database.circulating_head)
        if column < 0 and circulating < 0:
            return
        at_once = w.control[0].free_count <= _SLOTS_KEPT or database.apply_ns <= 0.0
        if at_once and column >= 0:
            _apply(w, row, column, t)
            continue
        s = take_slot(w)
        slot = w.slots[s]
        slot.purpose, slot.multi_primary = Purpose.APPLY, 1
        slot.key = mixed(w.databases[row].key + U(database.applied) * GOLDEN)
        slot.phase, slot.log_origin, slot.position = Phase.CIRCULATING, 0, circulating
        if column >= 0:
            stream = w.streams[stream_of(group, int64(database.member), column)]
            slot.phase, slot.position = Phase.FORWARD, stream.applied + 1
            slot.log_origin = w.origins[group.origin_first + column]
        slot.orphaned_work, slot.request_flags, slot.edge, slot.server_edge = 0, 0, -1, -1
        database.applying = 1
        visit(w, int64(database.node), s, t)


@cold
def change_applied(w: Any, row: int, s: int, t: int) -> None:
    """End the work of applying a write; the slot is the caller's again."""
    slot, database = w.slots[s], w.databases[row]
    database.applying = 0
    if not slot.multi_primary:
        return
    if slot.phase == Phase.CIRCULATING:
        _circulate(w, row, int64(slot.position), t)
        return
    column = column_of(w, int64(database.group), int64(slot.log_origin))
    group = w.groups[database.group]
    if column >= 0:
        stream = w.streams[stream_of(group, int64(database.member), column)]
        if stream.applied + 1 == slot.position and not stream.stopped:
            _apply(w, row, column, t)


@cold
def _circulate(w: Any, row: int, k: int, t: int) -> None:
    """Send a circulating write, applied once more, to the next member."""
    database, circulating = w.databases[row], w.circulating_writes[k]
    if database.circulating_head != k:
        return
    database.circulating_head = circulating.follower
    database.applied += 1
    w.groups[database.group].circled += 1
    circulating.state = Circulation.SENT
    origin = w.databases[circulating.origin]
    change = w.changes[origin.change_first + circulating.position % origin.log_held]
    if change.row == 0:
        apply_version(w, row, change, int64(circulating.origin), t)
    if database.successor >= 0:
        send(w, row, int64(database.successor), int64(NOWHERE), k, t)


@cold
def _apply(w: Any, row: int, column: int, t: int) -> None:
    """Apply the next write of one origin; a new row whose number is taken stops that."""
    database = w.databases[row]
    g = int64(database.group)
    group = w.groups[g]
    origin = int64(w.origins[group.origin_first + column])
    first, held = w.databases[origin].change_first, int64(w.databases[origin].log_held)
    stream = w.streams[stream_of(group, int64(database.member), column)]
    change = w.changes[first + (stream.applied + 1) % held]
    if change.row > 0:
        mine = w.changes[database.change_first + change.row % database.log_held]
        if mine.taken != change.row:
            mine.taken = change.row
            replace_version(database, int64(change.row + ROWS), int64(0), int64(change.mark))
            database.highest = max(int64(database.highest), int64(change.row))
        elif not database.skips:
            stream.stopped = 1
            other = int64(w.databases[origin].node)
            incident(w, IncidentCode.DUPLICATE_KEY, int64(database.node), other, float(change.row))
            return
    else:
        apply_version(w, row, change, origin, t)
    stream.applied += 1
    database.applied += 1
    if (
        group.mode == ReplicationMode.RING
        and database.successor >= 0
        and database.successor != origin
    ):
        send(w, row, int64(database.successor), origin, int64(stream.applied), t)


@cold
def _settle_conflict(w: Any, row: int, version: Any) -> None:
    """Book the write of member `row` that made a version, and that is dropped now, as conflicted,
    if its client was told that it is done. A log is in the order of time.
    """
    database = w.databases[row]
    group = w.groups[database.group]
    low = max(int64(database.own - database.log_held), int64(0)) + 1
    high = int64(database.own)
    while low < high:
        middle = (low + high) // 2
        if w.changes[database.change_first + middle % database.log_held].at < version.at:
            low = middle + 1
        else:
            high = middle
    change = w.changes[database.change_first + low % database.log_held]
    if change.at != version.at or change.acknowledged != WriteStatus.ACKNOWLEDGED:
        return
    if group.destroyed_at == 0 or change.at > group.destroyed_ns:
        change.acknowledged = WriteStatus.CONFLICTED
        group.conflicted += 1


@cold
def apply_version(w: Any, row: int, change: Any, origin: int, t: int) -> None:
    """Apply a write of a key. If it replaces another version than its writer knew of, it is a
    conflict.

    Each two such writes count once: where the older of them was made.
    """
    database = w.databases[row]
    group = w.groups[database.group]
    if change.key < 0:  # it empties every table
        replace_version(database, int64(ROWS + ROWS), int64(0), int64(change.mark))
        return
    if change.key >= group.keys:
        return  # written before there were fewer keys
    version = w.versions[database.version_first + change.key]
    before = int64(version.mark)
    strange = before != change.replaces
    newer = change.at > version.at or (change.at == version.at and origin > version.origin)
    counts = strange and newer and version.origin == row
    if counts:
        group.conflicts += 1
    if group.policy == ConflictPolicy.MERGE:
        group.merged += 1 if counts else 0
        version.mark = (int64(version.mark) + change.mark) & MARK_MASK
    elif group.policy == ConflictPolicy.LAST_WRITER_WINS:
        if counts:
            group.dropped += 1
            _settle_conflict(w, row, version)
        if newer:
            version.mark = change.mark
    elif strange:
        group.rejected += 1
        if group.rejection_reported_at == 0 or t - group.rejection_reported_at > _QUIET_NS:
            other = int64(w.databases[origin].node)
            incident(w, IncidentCode.CONFLICT_REJECTED, int64(database.node), other, NO_FIGURE)
        group.rejection_reported_at = t
        return
    else:
        version.mark = change.mark
    replace_version(database, int64(change.key), before, int64(version.mark))
    if newer:
        version.at, version.origin = change.at, origin
