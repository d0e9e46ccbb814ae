"""Several primaries: each member takes writes, logs its own, and applies what the others send.

A member knows of every key the version that it has, and of every other member how far it has come
with its writes. What two members write without knowing of each other is found when it arrives.
"""

from typing import Any

from app.engine.incident import CONFLICT_REJECTED, DUPLICATE_KEY, LOG_GONE
from app.engine.kernel.draw import GOLDEN, U, mixed, unit
from app.engine.kernel.faulty import hangs, late
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.link import wait_on_line
from app.engine.kernel.request import complete
from app.engine.kernel.slot import take_slot
from app.engine.kernel.station import visit
from app.engine.kernel.tally import incident
from app.engine.records import (
    ACKNOWLEDGED,
    APPLY,
    LAST_WRITER_WINS,
    LIMBO,
    MERGE,
    NEVER,
    NO_FIGURE,
    NOWHERE,
    ONE_PRIMARY,
    RING,
    SHIP,
    TRAVEL,
    UNHEARD,
    constants,
)
from app.kinds.database.content import rewrite
from app.kinds.database.replication import path_between

CIRCLES = LIMBO
"""The phase of what stands for a write that goes round, not for a log."""
HELD, SENT = constants(1, 2)
"""Of a write that goes round: it waits to be applied where it is, or for its journey on."""
(_OURS,) = constants(-2)
"""In place of a web server: what a slot stands for is of several primaries."""
_KEY_SALT = U(0x2545F4914F6CDD1D)
MARK_MASK = 0x7FFFFFFF
(ROWS,) = constants(1 << 40)
"""What new rows have in front of their numbers, so that they are not taken for keys."""
_SLOTS_KEPT = 2
_QUIET_NS = 5_000_000_000
"""A rejection within this time of the last belongs to the same incident."""


@cold
def write_here(w: Any, n: int, s: int, t: int) -> None:
    """A member has done a write: it is in its log, acknowledged, and on its way to the others."""
    row = int64(w.nodes[n].row)
    database = w.databases[row]
    g = int64(database.group)
    group = w.groups[g]
    database.own += 1
    group.written += 1
    change = w.changes[database.change_first + database.own % database.log_held]
    change.at, change.row, change.replaces = t, 0, 0
    change.mark = _mark(row, int64(database.own))
    bits = _bits_of(w, s)
    change.key = _key_of(w, group, bits)
    if unit(mixed(bits + GOLDEN)) < group.insert_share:
        change.row = _next_row(w, g, row)
        place = database.change_first + change.row % database.log_held
        w.changes[place].taken = change.row
        rewrite(database, int64(change.row + ROWS), int64(0), int64(change.mark))
    else:
        version = w.versions[database.version_first + change.key]
        change.replaces = version.mark
        version.at, version.origin = t, row
        kept = int64(version.mark) if group.policy == MERGE else int64(0)
        version.mark = (kept + change.mark) & MARK_MASK
        rewrite(database, int64(change.key), int64(change.replaces), int64(version.mark))
    if complete(w, s, n, t):
        change.acknowledged = ACKNOWLEDGED
        group.acknowledged += 1
    else:
        change.acknowledged = UNHEARD
        group.unknown += 1
    if group.mode == RING:
        if database.successor >= 0:
            send(w, row, int64(database.successor), row, int64(database.own), t)
        return
    for place in range(group.member_first, group.member_first + group.member_count):
        other = int64(w.members[place])
        if other != row:
            send(w, row, other, row, int64(database.own), t)


@cold
def _bits_of(w: Any, s: int) -> Any:
    """What decides about a request what it writes, whoever asks, and at every attempt alike."""
    slot = w.slots[s]
    return mixed((w.sources[slot.source].key + U(slot.number) * GOLDEN) ^ _KEY_SALT)


@cold
def _key_of(w: Any, group: Any, bits: Any) -> int:
    """The key that a request writes, by how popular each is."""
    share = unit(bits)
    if group.popular_first < 0:
        return int64(share * group.keys)
    low, high = int64(0), int64(group.keys) - 1
    while low < high:
        middle = (low + high) >> 1
        if w.popular[group.popular_first + middle] > share:
            high = middle
        else:
            low = middle + 1
    return low


@cold
def home_of(w: Any, s: int, n: int) -> int:
    """The node that a request's key has its home at, in the group of database `n`; NOWHERE where
    that has not several primaries, or `n` is no database.
    """
    row = int64(w.nodes[n].row)
    if row < 0 or row >= w.control[0].databases_used or w.databases[row].node != n:
        return int64(NOWHERE)
    group = w.groups[w.databases[row].group]
    if group.mode == ONE_PRIMARY:
        return int64(NOWHERE)
    key = _key_of(w, group, _bits_of(w, s))
    return int64(w.databases[w.members[group.member_first + key % group.member_count]].node)


@cold
def _mark(row: int, position: int) -> int:
    """What tells a write's version from others'."""
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
    """One member tells another how far the log of `origin` goes, and so sends what it lacks; with
    `origin` NOWHERE, that write which goes round and has the number `position`.
    """
    database, other = w.databases[sender], w.databases[receiver]
    group = w.groups[database.group]
    if w.control[0].free_count <= _SLOTS_KEPT:
        return  # what comes next says it too
    path = path_between(w, group, int64(database.member), int64(other.member))
    later = int64(0)
    if path.cut or path.loss > 0.0:
        later = NEVER if path.cut else late(w, path.loss, U(position) ^ U(sender), t)
    if later >= NEVER:
        return
    s = take_slot(w)
    slot = w.slots[s]
    slot.purpose, slot.phase = SHIP, TRAVEL if origin >= 0 else CIRCLES
    slot.number, slot.born = position, group.term
    slot.epoch = w.nodes[database.node].epoch + w.nodes[other.node].epoch
    slot.source, slot.older, slot.younger = database.group, sender, origin
    slot.abandoned, slot.traced, slot.edge, slot.front = 0, 0, -1, -1
    line = int64(path.line) if later == 0 else int64(NOWHERE)
    wait_on_line(w, s, line, path.delay + later, int64(other.node), t)


@cold
def take_in(w: Any, n: int, s: int, t: int) -> None:
    """Log reaches a member, and the slot is the caller's again; it is void if either end has
    crashed since it was sent.
    """
    node, slot = w.nodes[n], w.slots[s]
    row, g, sender = int64(node.row), int64(slot.source), int64(slot.older)
    origin, position, phase = int64(slot.younger), int64(slot.number), int64(slot.phase)
    group, database = w.groups[g], w.databases[row]
    valid = slot.born == group.term and database.group == g and (node.up or hangs(w, n))
    valid = valid and slot.epoch == node.epoch + w.nodes[w.databases[sender].node].epoch
    if not valid:
        return
    if phase == CIRCLES:
        _take_in_circling(w, row, position, sender)
    else:
        column = column_of(w, g, origin)
        if column >= 0 and origin != row:
            stream = w.streams[stream_of(group, int64(database.member), column)]
            stream.received = max(int64(stream.received), position)
    if node.up:
        apply_next(w, row, t)


@cold
def _take_in_circling(w: Any, row: int, k: int, sender: int) -> None:
    """A write that goes round reaches the next member, unless it has done so before."""
    loop, database = w.loops[k], w.databases[row]
    if loop.state != SENT or loop.holder != sender:
        return
    if database.filters:
        loop.state = 0
        return
    loop.state, loop.holder, loop.follower = HELD, row, -1
    if database.loop_head < 0:
        database.loop_head = k
    else:
        w.loops[database.loop_tail].follower = k
    database.loop_tail = k


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
    """Where it is noted how far a member has come with the writes in a column."""
    return int64(group.stream_first + member * group.origin_count + column)


@cold
def _next_column(w: Any, row: int) -> int:
    """Whose write a member applies next: the oldest that it has; -1 if there is none. In a ring all
    come by one connection, so one that cannot be applied holds up all.
    """
    database = w.databases[row]
    group = w.groups[database.group]
    best, best_at = int64(NOWHERE), int64(NEVER)
    for column in range(group.origin_count):
        stream = w.streams[stream_of(group, int64(database.member), int64(column))]
        if stream.stopped and group.mode == RING:
            return int64(NOWHERE)
        if stream.stopped or stream.applied >= stream.received:
            continue
        origin = w.databases[w.origins[group.origin_first + column]]
        gone = origin.own - origin.log_held - stream.applied
        if gone > 0:
            incident(w, LOG_GONE, int64(database.node), int64(origin.node), float(gone))
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
        loop = int64(database.loop_head)
        if column < 0 and loop < 0:
            return
        at_once = w.control[0].free_count <= _SLOTS_KEPT or database.apply_ns <= 0.0
        if at_once and column >= 0:
            _apply(w, row, column, t)
            continue
        s = take_slot(w)
        slot = w.slots[s]
        slot.purpose, slot.web = APPLY, _OURS
        slot.key = mixed(w.databases[row].key + U(database.applied) * GOLDEN)
        slot.phase, slot.origin, slot.number = CIRCLES, 0, loop
        if column >= 0:
            stream = w.streams[stream_of(group, int64(database.member), column)]
            slot.phase, slot.number = TRAVEL, stream.applied + 1
            slot.origin = w.origins[group.origin_first + column]
        slot.abandoned, slot.traced, slot.edge, slot.front = 0, 0, -1, -1
        database.applying = 1
        visit(w, int64(database.node), s, t)


@cold
def applied_one(w: Any, row: int, s: int, t: int) -> None:
    """The work of applying a write is done; the slot is the caller's again."""
    slot, database = w.slots[s], w.databases[row]
    database.applying = 0
    if slot.web != _OURS:
        return
    if slot.phase == CIRCLES:
        _go_round(w, row, int64(slot.number), t)
        return
    column = column_of(w, int64(database.group), int64(slot.origin))
    group = w.groups[database.group]
    if column >= 0:
        stream = w.streams[stream_of(group, int64(database.member), column)]
        if stream.applied + 1 == slot.number and not stream.stopped:
            _apply(w, row, column, t)


@cold
def _go_round(w: Any, row: int, k: int, t: int) -> None:
    """A write that goes round has been applied once more, and sets out to the next member."""
    database, loop = w.databases[row], w.loops[k]
    if database.loop_head != k:
        return
    database.loop_head = loop.follower
    database.applied += 1
    w.groups[database.group].circled += 1
    loop.state = SENT
    origin = w.databases[loop.origin]
    change = w.changes[origin.change_first + loop.position % origin.log_held]
    if change.row == 0:
        keep_version(w, row, change, int64(loop.origin), t)
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
            rewrite(database, int64(change.row + ROWS), int64(0), int64(change.mark))
            database.highest = max(int64(database.highest), int64(change.row))
        elif not database.skips:
            stream.stopped = 1
            other = int64(w.databases[origin].node)
            incident(w, DUPLICATE_KEY, int64(database.node), other, float(change.row))
            return
    else:
        keep_version(w, row, change, origin, t)
    stream.applied += 1
    database.applied += 1
    if group.mode == RING and database.successor >= 0 and database.successor != origin:
        send(w, row, int64(database.successor), origin, int64(stream.applied), t)


@cold
def keep_version(w: Any, row: int, change: Any, origin: int, t: int) -> None:
    """A write of a key arrives. If it replaces another version than the one here, its writer did
    not know of that. Each two such writes count once: where the older of them was made.
    """
    database = w.databases[row]
    group = w.groups[database.group]
    if change.key < 0:  # it empties every table
        rewrite(database, int64(ROWS + ROWS), int64(0), int64(change.mark))
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
    if group.policy == MERGE:
        group.merged += 1 if counts else 0
        version.mark = (int64(version.mark) + change.mark) & MARK_MASK
    elif group.policy == LAST_WRITER_WINS:
        if counts:
            group.dropped += 1
            group.conflicted += 1
        if newer:
            version.mark = change.mark
    elif strange:
        group.rejected += 1
        if group.told_at == 0 or t - group.told_at > _QUIET_NS:
            other = int64(w.databases[origin].node)
            incident(w, CONFLICT_REJECTED, int64(database.node), other, NO_FIGURE)
        group.told_at = t
        return
    else:
        version.mark = change.mark
    rewrite(database, int64(change.key), before, int64(version.mark))
    if newer:
        version.at, version.origin = change.at, origin
