"""Asynchronous log shipping: the primary streams positions, a replica applies them one by one.

The log itself keeps, per position, when it was written and whether a client was told so.
"""

from typing import Any

from app.engine.incident import CAUGHT_UP, LAGGING
from app.engine.kernel.agenda import RESYNC, event_of, schedule
from app.engine.kernel.draw import GOLDEN, U, mixed
from app.engine.kernel.faulty import hangs, late
from app.engine.kernel.jit import cold, hot, int64
from app.engine.kernel.link import wait_on_line
from app.engine.kernel.slot import release_slot, take_slot
from app.engine.kernel.station import visit
from app.engine.kernel.tally import incident
from app.engine.records import APPLY, NEVER, NO_FIGURE, NOWHERE, SHIP

_SLOTS_KEPT = 2
NANOSECONDS = 1e-9
LACKS_LOG, HAS_LOG = 2, 1
"""How far a database is with `catching_up`: it waits for the log, or applies what came of it."""


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
            lead = int64(w.nodes[database.leader].row)
            if w.nodes[database.leader].up and database.received < w.databases[lead].received:
                ship(w, g, lead, int64(w.members[place]), t)


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
        database.received = slot.number
    if database.catching_up:
        database.catching_up = HAS_LOG
    if node.up:
        apply_more(w, n, row, t)


@hot
def apply_more(w: Any, n: int, row: int, t: int) -> None:
    """Start on the next log entry unless one is being applied, or there is none."""
    database = w.databases[row]
    if database.applying:
        return
    if database.apply_ns <= 0.0 or w.control[0].free_count <= _SLOTS_KEPT:
        database.applied = database.received
    if database.applied >= database.received:
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
