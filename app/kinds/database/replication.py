"""Log shipping: the primary streams positions, a replica applies them one by one, and says how far
it is to a primary that wants to know.

The log itself keeps, per position, when it was written and whether a client was told so.
"""

from typing import Any

from app.engine.incident import CAUGHT_UP, LAGGING
from app.engine.kernel.agenda import DUE, RESYNC, event_of, schedule
from app.engine.kernel.draw import GOLDEN, U, mixed
from app.engine.kernel.faulty import hangs, late
from app.engine.kernel.jit import cold, hot, int64
from app.engine.kernel.link import wait_on_line
from app.engine.kernel.slot import release_slot, take_slot
from app.engine.kernel.station import visit
from app.engine.kernel.tally import incident
from app.engine.records import (
    ACK,
    APPLY,
    APPLY_DUE,
    FLUSH_DUE,
    NEVER,
    NO_FIGURE,
    NOWHERE,
    SHIP,
    SYNC_APPLY,
    SYNC_FLUSH,
)
from app.kinds.database.content import copy_log, move_to

_SLOTS_KEPT = 2
NANOSECONDS = 1e-9
LACKS_LOG, HAS_LOG = 2, 1
"""How far a database is with `catching_up`: it waits for the log, or applies what came of it."""
DUE_MASK, EPOCH_SHIFT, EPOCH_MASK = 15, 4, (1 << 26) - 1
"""An event that is due at a database says what it is, and how often that had crashed."""


@hot
def path_between(w: Any, group: Any, sender: int, receiver: int) -> Any:
    """The path from one member of a group to another, by their places in it."""
    return w.paths[group.path_first + sender * group.member_count + receiver]


@hot
def ship(w: Any, g: int, sender_row: int, receiver_row: int, t: int) -> None:
    """Send the log up to its end to one replica."""
    group, receiver, sender = w.groups[g], w.databases[receiver_row], w.databases[sender_row]
    if w.control[0].free_count <= _SLOTS_KEPT:
        receiver.streaming = 0  # it will ask again with its next heartbeat
        return
    s = take_slot(w)
    slot = w.slots[s]
    slot.purpose = SHIP
    slot.number = sender.received
    slot.born = sender.timeline
    slot.epoch = w.nodes[receiver.node].epoch + w.nodes[sender.node].epoch
    slot.source = g
    slot.origin = sender_row
    slot.abandoned = 0
    slot.traced = 0
    slot.edge = -1
    slot.front = -1
    path = path_between(w, group, sender.member, receiver.member)
    if path.cut or path.loss > 0.0:
        _ship_badly(w, s, path, int64(receiver.node), t)
        return
    wait_on_line(w, s, int64(path.line), path.delay, int64(receiver.node), t)


@cold
def _ship_badly(w: Any, s: int, path: Any, target: int, t: int) -> None:
    """A piece of log sets out over links that are cut or lose messages. What is lost with a link
    comes with the next piece that arrives, since each says how far the log goes.
    """
    later = NEVER if path.cut else late(w, path.loss, U(w.slots[s].number), t)
    if later >= NEVER:
        release_slot(w, s)
    else:
        wait_on_line(w, s, NOWHERE, path.delay + later, target, t)


@cold
def reconnect(w: Any, t: int) -> None:
    """A link carries messages again: replicas that stream get what they have missed."""
    for g in range(w.control[0].groups_used):
        group = w.groups[g]
        for place in range(group.member_first, group.member_first + group.member_count):
            database = w.databases[w.members[place]]
            if not database.streaming or database.leads or database.leader < 0:
                continue
            lead, row = int64(w.nodes[database.leader].row), int64(w.members[place])
            if w.nodes[database.leader].up and database.received < w.databases[lead].received:
                ship(w, g, lead, row, t)
            elif w.databases[lead].commit:
                acknowledge(w, row, t)


@hot
def ship_to_all(w: Any, g: int, sender_row: int, t: int) -> None:
    """Send the log's end to every replica that is streaming."""
    group = w.groups[g]
    leader = w.databases[sender_row].node
    for place in range(group.member_first, group.member_first + group.member_count):
        row = int64(w.members[place])
        if row != sender_row and w.databases[row].streaming and w.databases[row].leader == leader:
            ship(w, g, sender_row, row, t)


@cold
def ask_for_log(w: Any, row: int, t: int) -> None:
    """A replica that is not streaming connects to the primary: its request travels there."""
    database = w.databases[row]
    group = w.groups[database.group]
    if database.leads or database.leader < 0 or database.asking:
        return
    lead = w.databases[w.nodes[database.leader].row]
    if lead.group != database.group or not w.nodes[lead.node].placed:
        return
    database.asking = 1
    path = path_between(w, group, database.member, lead.member)
    schedule(w, t + path.delay, event_of(RESYNC, row, int64(w.nodes[database.node].epoch)))


@cold
def resync(w: Any, row: int, epoch: int, t: int) -> None:
    """A replica's request for the log reaches the primary; from now on it streams."""
    database = w.databases[row]
    database.asking = 0
    group = w.groups[database.group]
    if database.leads or database.leader < 0 or database.streaming:
        return
    lead_row = int64(w.nodes[database.leader].row)
    lead = w.databases[lead_row]
    if lead.group != database.group or not lead.leads or not w.nodes[lead.node].up:
        return
    if path_between(w, group, database.member, lead.member).cut:
        return
    if w.nodes[database.node].epoch == epoch and lead.timeline == database.timeline:
        database.streaming = 1
        ship(w, int64(database.group), lead_row, row, t)


@hot
def receive(w: Any, n: int, s: int, t: int) -> None:
    """Log reaches a replica. It is void if either end has crashed since it was sent, for that cut
    the connection, or if it comes from a past primary or another group.
    """
    node, slot = w.nodes[n], w.slots[s]
    row = int64(node.row)
    database, sender = w.databases[row], w.databases[slot.origin]
    if not (node.up or hangs(w, n)) or slot.source != database.group:
        return
    if sender.node != database.leader or not sender.leads or sender.timeline != slot.born:
        return
    if slot.epoch != node.epoch + w.nodes[sender.node].epoch:
        return
    if slot.number > database.received:
        copy_log(w, database, sender, int64(slot.number))
        database.received = slot.number
    if database.catching_up:
        database.catching_up = HAS_LOG
    if node.up:
        apply_more(w, n, row, t)
        if sender.commit:
            has_received(w, n, row, t)


@cold
def has_received(w: Any, n: int, row: int, t: int) -> None:
    """A replica has log that its primary wants to hear of: of its receipt now, or once it is
    flushed. One flush takes what has come until it begins; what comes meanwhile waits for the next.
    """
    database = w.databases[row]
    lead = int64(database.leader)
    if lead < 0 or database.leads or not w.databases[w.nodes[lead].row].commit:
        return
    primary = w.databases[w.nodes[lead].row]
    if primary.commit == SYNC_APPLY and database.applied < database.received:
        return  # it says so entry by entry
    if primary.commit != SYNC_FLUSH:
        acknowledge(w, row, t)
    elif database.flushed >= database.received:
        acknowledge(w, row, t)  # it may not know yet
    elif database.flushing == 0:
        database.flushing = database.received
        schedule(w, t + primary.replica_flush, event_of(DUE, n, due_of(w, n, FLUSH_DUE)))


@cold
def due_of(w: Any, n: int, what: int) -> int:
    """What an event that is due at a database says: void once that has crashed."""
    return what | (int64(w.nodes[n].epoch) & EPOCH_MASK) << EPOCH_SHIFT


@cold
def database_due(w: Any, n: int, what: int, t: int) -> None:
    """A flush has ended at a database, or the next entry of a delayed replica is old enough."""
    row = int64(w.nodes[n].row)
    database = w.databases[row]
    if due_of(w, n, what & DUE_MASK) != what:
        return
    if what & DUE_MASK == APPLY_DUE:
        database.delaying = 0
        if w.nodes[n].up:
            apply_more(w, n, row, t)
            has_applied(w, row, t)
        return
    database.flushed = max(database.flushed, min(database.flushing, database.received))
    database.flushing = 0
    if w.nodes[n].up:
        acknowledge(w, row, t)
        if database.flushed < database.received:
            has_received(w, n, row, t)


@hot
def has_applied(w: Any, row: int, t: int) -> None:
    """A replica has applied an entry: some primaries want to hear of that."""
    lead = int64(w.databases[row].leader)
    if lead >= 0 and w.databases[w.nodes[lead].row].commit == SYNC_APPLY:
        acknowledge(w, row, t)


@cold
def acknowledge(w: Any, row: int, t: int) -> None:
    """A replica tells its primary how far it is, as the primary counts: what it has received,
    flushed or applied. Each message says it all, so one that is lost comes with the next.
    """
    database = w.databases[row]
    n, lead = int64(database.node), int64(database.leader)
    if lead < 0 or database.leads or w.control[0].free_count <= _SLOTS_KEPT:
        return
    primary = w.databases[w.nodes[lead].row]
    if primary.group != database.group or not w.nodes[lead].placed:
        return
    position = int64(database.received)
    if primary.commit == SYNC_FLUSH:
        position = int64(database.flushed)
    elif primary.commit == SYNC_APPLY:
        position = int64(database.applied)
    s = take_slot(w)
    slot = w.slots[s]
    slot.purpose = ACK
    slot.number = position
    slot.born = database.timeline
    slot.epoch = w.nodes[n].epoch + w.nodes[lead].epoch
    slot.source = database.group
    slot.origin = row
    slot.abandoned = 0
    slot.traced = 0
    slot.edge = -1
    slot.front = -1
    path = path_between(w, w.groups[database.group], database.member, primary.member)
    if path.cut or path.loss > 0.0:
        _ship_badly(w, s, path, lead, t)
    else:
        wait_on_line(w, s, int64(path.line), path.delay, lead, t)


@hot
def apply_more(w: Any, n: int, row: int, t: int) -> None:
    """Start on the next log entry unless one is being applied, or there is none."""
    database = w.databases[row]
    if database.applying:
        return
    until = database.received
    if database.apply_delay > 0:
        until = _old_enough(w, n, row, t)
    if database.apply_ns <= 0.0 or w.control[0].free_count <= _SLOTS_KEPT:
        move_to(w, database, int64(until))
    if database.applied >= until:
        if database.catching_up == HAS_LOG:
            database.catching_up = 0
        return
    s = take_slot(w)
    slot = w.slots[s]
    slot.purpose = APPLY
    slot.key = mixed(database.key + U(database.applied) * GOLDEN)
    slot.abandoned = 0
    slot.traced = 0
    slot.edge = -1
    slot.front = -1
    database.applying = 1
    visit(w, n, s, t)


@cold
def _old_enough(w: Any, n: int, row: int, t: int) -> int:
    """How far a delayed replica may apply the log by now; it looks again when one more entry is old
    enough. What the log no longer holds is, and so is what another line than the main one has.
    """
    database = w.databases[row]
    group = w.groups[database.group]
    if database.timeline != group.timeline:
        return int64(database.received)
    until = int64(database.applied)
    while until < database.received:
        if until + 1 > group.written - group.log_size:
            at = written_at(w, group, until + 1) + database.apply_delay
            if at > t:
                if not database.delaying:
                    database.delaying = 1
                    schedule(w, at, event_of(DUE, n, due_of(w, n, APPLY_DUE)))
                return until
        until += 1
        if database.apply_ns > 0.0:
            return until
    return until


@hot
def written_at(w: Any, group: Any, position: int) -> int:
    """When a log position was written (0 for what the log no longer holds)."""
    return w.log[group.log_first + position % group.log_size].written_at


@cold
def lag_ns(w: Any, row: int, t: int) -> int:
    """How far a replica is behind what it has received: age of its oldest unapplied write, or of
    the oldest that the log still holds.
    """
    database = w.databases[row]
    group = w.groups[database.group]
    if database.applied >= database.received or database.timeline != group.timeline:
        return 0
    held = group.written - group.log_size + 1
    return t - written_at(w, group, max(database.applied + 1, held))


@cold
def behind_ns(w: Any, row: int, t: int) -> int:
    """Age of the oldest write of the main line that a database has not applied, as a heartbeat that
    the primary writes into a table would tell.
    """
    database = w.databases[row]
    group = w.groups[database.group]
    if database.applied >= group.written:
        return int64(0)
    oldest = max(database.applied + 1, group.written - group.log_size + 1)
    return int64(t - written_at(w, group, int64(oldest)))


@cold
def takes_reads(w: Any, row: int, t: int) -> bool:
    """Whether a replica is close enough to the primary to serve reads, as it says when asked."""
    database = w.databases[row]
    lag = lag_ns(w, row, t)
    ready = lag <= database.max_lag and database.catching_up == 0
    if ready and not database.ready:
        incident(w, CAUGHT_UP, int64(database.node), NOWHERE, NO_FIGURE)
    elif database.ready and not ready:
        incident(w, LAGGING, int64(database.node), NOWHERE, lag * NANOSECONDS)
    database.ready = 1 if ready else 0
    return ready
