"""Log shipping: the primary streams positions, a replica applies them one by one, and says how far
it is to a primary that wants to know.

The log itself keeps, per position, when it was written and whether a client was told so.
"""

from typing import Any

from app.kernel.counters import incident
from app.kernel.events.event_queue import event_of, schedule
from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.network.link import travel
from app.kernel.network.message_faults import is_hanging, late
from app.kernel.random_draws import GOLDEN, U, mixed
from app.kernel.slots.slots import release_slot, take_slot
from app.kernel.state.codes.choices import CommitMode
from app.kernel.state.codes.events import DatabaseTimer, EventType
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.codes.nodes import CatchUp, Election
from app.kernel.state.codes.requests import Purpose
from app.kernel.state.constants import NEVER, NO_FIGURE, NOWHERE
from app.kernel.stations.station import visit
from app.kinds.database.behaviour.checksums import copy_log, move_to

_SLOTS_KEPT = 2
NANOSECONDS = 1e-9
TIMER_MASK, EPOCH_SHIFT, EPOCH_MASK = 15, 4, (1 << 26) - 1
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
    slot.purpose = Purpose.SHIP
    slot.position = sender.received
    slot.term = sender.timeline
    slot.epoch = w.nodes[receiver.node].epoch + w.nodes[sender.node].epoch
    slot.group = g
    slot.sender = sender_row
    slot.orphaned_work = 0
    slot.request_flags = 0
    slot.edge = -1
    slot.server_edge = -1
    path = path_between(w, group, sender.member, receiver.member)
    if path.cut or path.relays_down or path.loss > 0.0:
        _ship_over_faulty_path(w, s, path, int64(receiver.node), t)
        return
    travel(w, s, int64(path.delay_line), path.delay, int64(receiver.node), t)


@cold
def _ship_over_faulty_path(w: Any, s: int, path: Any, target: int, t: int) -> None:
    """Send a piece of log over links that are cut or lose messages, or through members that are
    down. What is lost so comes with the next piece that arrives, since each says how far the log
    goes.
    """
    stopped = path.cut or path.relays_down
    later = NEVER if stopped else late(w, path.loss, U(w.slots[s].position), t)
    if later >= NEVER:
        release_slot(w, s)
    else:
        travel(w, s, NOWHERE, path.delay + later, target, t)


@cold
def reconnect(w: Any, t: int) -> None:
    """Send replicas that stream what they have missed: a link carries messages again."""
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
def request_log(w: Any, row: int, t: int) -> None:
    """Ask the primary for the log, for a replica that is not streaming: its request travels
    there.
    """
    database = w.databases[row]
    group = w.groups[database.group]
    if database.leads or database.leader < 0 or database.asking:
        return
    lead = w.databases[w.nodes[database.leader].row]
    if lead.group != database.group or not w.nodes[lead.node].placed:
        return
    database.asking = 1
    path = path_between(w, group, database.member, lead.member)
    schedule(
        w, t + path.delay, event_of(EventType.RESYNC, row, int64(w.nodes[database.node].epoch))
    )


@cold
def resync(w: Any, row: int, epoch: int, t: int) -> None:
    """Start streaming to a replica whose request for the log has reached the primary."""
    database = w.databases[row]
    database.asking = 0
    group = w.groups[database.group]
    if database.leads or database.leader < 0 or database.streaming:
        return
    lead_row = int64(w.nodes[database.leader].row)
    lead = w.databases[lead_row]
    if lead.group != database.group or not lead.leads or not w.nodes[lead.node].up:
        return
    path = path_between(w, group, database.member, lead.member)
    if path.cut or path.relays_down:
        return
    if _is_being_promoted(group, row):
        return
    if w.nodes[database.node].epoch == epoch and lead.timeline == database.timeline:
        database.streaming = 1
        ship(w, int64(database.group), lead_row, row, t)


@cold
def _is_being_promoted(group: Any, row: int) -> bool:
    """Return whether a database only applies its log any more, to take writes after that."""
    return bool(group.electing == Election.APPLYING) and bool(group.candidate == row)


@hot
def receive(w: Any, n: int, s: int, t: int) -> None:
    """Log reaches a replica. It is void if either end has crashed since it was sent, for that cut
    the connection, or if it comes from a past primary or another group.
    """
    node, slot = w.nodes[n], w.slots[s]
    row = int64(node.row)
    database, sender = w.databases[row], w.databases[slot.sender]
    if not (node.up or is_hanging(w, n)) or slot.group != database.group:
        return
    if sender.node != database.leader or not sender.leads or sender.timeline != slot.term:
        return
    if slot.epoch != node.epoch + w.nodes[sender.node].epoch:
        return
    if slot.position > database.received:
        copy_log(w, database, sender, int64(slot.position))
        database.received = slot.position
    if database.catching_up:
        database.catching_up = CatchUp.APPLYING
    if node.up:
        apply_next_entry(w, n, row, t)
        if sender.commit:
            log_received(w, n, row, t)


@cold
def log_received(w: Any, n: int, row: int, t: int) -> None:
    """Report received log to a primary that wants to hear of it: its receipt now, or once it is
    flushed.

    One flush takes what has come until it begins; what comes meanwhile waits for the next.
    """
    database = w.databases[row]
    lead = int64(database.leader)
    if lead < 0 or database.leads or not w.databases[w.nodes[lead].row].commit:
        return
    primary = w.databases[w.nodes[lead].row]
    if primary.commit == CommitMode.SYNC_APPLY and database.applied < database.received:
        return  # it says so entry by entry
    if primary.commit != CommitMode.SYNC_FLUSH:
        acknowledge(w, row, t)
    elif database.flushed >= database.received:
        acknowledge(w, row, t)  # it may not know yet
    elif database.flushing == 0:
        database.flushing = database.received
        schedule(
            w,
            t + primary.replica_flush,
            event_of(EventType.TIMER, n, timer_subject(w, n, DatabaseTimer.FLUSH)),
        )


@cold
def timer_subject(w: Any, n: int, what: int) -> int:
    """Return the subject of a timer event at a database: void once that has crashed."""
    return what | (int64(w.nodes[n].epoch) & EPOCH_MASK) << EPOCH_SHIFT


@cold
def database_timer(w: Any, n: int, what: int, t: int) -> None:
    """End a flush at a database, or look at the next entry of a delayed replica."""
    row = int64(w.nodes[n].row)
    database = w.databases[row]
    if timer_subject(w, n, what & TIMER_MASK) != what:
        return
    if what & TIMER_MASK == DatabaseTimer.APPLY:
        database.delay_scheduled = 0
        if w.nodes[n].up:
            apply_next_entry(w, n, row, t)
            log_applied(w, row, t)
        return
    database.flushed = max(database.flushed, min(database.flushing, database.received))
    database.flushing = 0
    if w.nodes[n].up:
        acknowledge(w, row, t)
        if database.flushed < database.received:
            log_received(w, n, row, t)


@hot
def log_applied(w: Any, row: int, t: int) -> None:
    """Report an applied entry to a primary that wants to hear of it."""
    lead = int64(w.databases[row].leader)
    if lead >= 0 and w.databases[w.nodes[lead].row].commit == CommitMode.SYNC_APPLY:
        acknowledge(w, row, t)


@cold
def acknowledge(w: Any, row: int, t: int) -> None:
    """Send a replica's position to its primary, as that counts: received, flushed or applied.

    Each message says it all, so one that is lost comes with the next.
    """
    database = w.databases[row]
    n, lead = int64(database.node), int64(database.leader)
    if lead < 0 or database.leads or w.control[0].free_count <= _SLOTS_KEPT:
        return
    primary = w.databases[w.nodes[lead].row]
    if primary.group != database.group or not w.nodes[lead].placed:
        return
    position = int64(database.received)
    if primary.commit == CommitMode.SYNC_FLUSH:
        position = int64(database.flushed)
    elif primary.commit == CommitMode.SYNC_APPLY:
        position = int64(database.applied)
    s = take_slot(w)
    slot = w.slots[s]
    slot.purpose = Purpose.ACKNOWLEDGE
    slot.position = position
    slot.term = database.timeline
    slot.epoch = w.nodes[n].epoch + w.nodes[lead].epoch
    slot.group = database.group
    slot.sender = row
    slot.orphaned_work = 0
    slot.request_flags = 0
    slot.edge = -1
    slot.server_edge = -1
    path = path_between(w, w.groups[database.group], database.member, primary.member)
    if path.cut or path.relays_down or path.loss > 0.0:
        _ship_over_faulty_path(w, s, path, lead, t)
    else:
        travel(w, s, int64(path.delay_line), path.delay, lead, t)


@hot
def apply_next_entry(w: Any, n: int, row: int, t: int) -> None:
    """Start on the next log entry unless one is being applied, or there is none."""
    database = w.databases[row]
    if database.applying:
        return
    until = database.received
    if database.apply_delay > 0:
        until = _apply_limit(w, n, row, t)
    if database.apply_ns <= 0.0 or w.control[0].free_count <= _SLOTS_KEPT:
        move_to(w, database, int64(until))
    if database.applied >= until:
        if database.catching_up == CatchUp.APPLYING:
            database.catching_up = 0
        return
    s = take_slot(w)
    slot = w.slots[s]
    slot.purpose = Purpose.APPLY
    slot.multi_primary = 0
    slot.key = mixed(database.key + U(database.applied) * GOLDEN)
    slot.orphaned_work = 0
    slot.request_flags = 0
    slot.edge = -1
    slot.server_edge = -1
    database.applying = 1
    visit(w, n, s, t)


@cold
def _apply_limit(w: Any, n: int, row: int, t: int) -> int:
    """Return the position up to which a delayed replica may apply the log by now, and schedule the
    next look when one more entry is old enough.

    Entries that the log no longer holds are free to apply, and so is another timeline's log.
    """
    database = w.databases[row]
    group = w.groups[database.group]
    if database.timeline != group.timeline or _is_being_promoted(group, row):
        return int64(database.received)
    until = int64(database.applied)
    while until < database.received:
        if until + 1 > group.written - group.log_size:
            at = written_at(w, group, until + 1) + database.apply_delay
            if at > t:
                if not database.delay_scheduled:
                    database.delay_scheduled = 1
                    schedule(
                        w,
                        at,
                        event_of(EventType.TIMER, n, timer_subject(w, n, DatabaseTimer.APPLY)),
                    )
                return until
        until += 1
        if database.apply_ns > 0.0:
            return until
    return until


@hot
def written_at(w: Any, group: Any, position: int) -> int:
    """Return the time at which a log position was written (0 for what the log no longer holds)."""
    return w.log[group.log_first + position % group.log_size].written_at


@cold
def lag_ns(w: Any, row: int, t: int) -> int:
    """Return a replica's lag behind what it has received: the age of its oldest unapplied write, or
    of the oldest that the log still holds.
    """
    database = w.databases[row]
    group = w.groups[database.group]
    if database.applied >= database.received or database.timeline != group.timeline:
        return 0
    held = group.written - group.log_size + 1
    return t - written_at(w, group, max(database.applied + 1, held))


@cold
def timeline_lag_ns(w: Any, row: int, t: int) -> int:
    """Age of the oldest write of the current timeline that a database has not applied, as measured
    by a heartbeat that the primary writes into a table.
    """
    database = w.databases[row]
    group = w.groups[database.group]
    if database.applied >= group.written:
        return int64(0)
    oldest = max(database.applied + 1, group.written - group.log_size + 1)
    return int64(t - written_at(w, group, int64(oldest)))


@cold
def takes_reads(w: Any, row: int, t: int) -> bool:
    """Return whether a replica is close enough to the primary to serve reads, as it says when
    asked.
    """
    database = w.databases[row]
    lag = lag_ns(w, row, t)
    ready = lag <= database.max_lag and database.catching_up == 0
    if ready and not database.ready:
        incident(w, IncidentCode.CAUGHT_UP, int64(database.node), NOWHERE, NO_FIGURE)
    elif database.ready and not ready:
        incident(w, IncidentCode.LAGGING, int64(database.node), NOWHERE, lag * NANOSECONDS)
    database.ready = 1 if ready else 0
    return ready
