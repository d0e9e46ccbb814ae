"""Commits that wait for replicas: a write is in the log and shipped before anybody is told.

The request keeps its slot and no core. Replicas say how far they are over their own way back, and
what they say is cumulative, so the list of those who wait is in the order of the log and is let go
from its head. Which stage counts (receipt, flush, application) is up to the primary.
"""

from typing import Any

from app.engine.incident import (
    COMMITS_RESUMED,
    COMMITS_STALLED,
    SEMI_SYNC_OFF,
    SEMI_SYNC_ON,
    WRITES_RESUMED,
)
from app.engine.kernel.agenda import DUE, event_of, schedule
from app.engine.kernel.faulty import hangs
from app.engine.kernel.freshness import key_of
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.request import complete, fail
from app.engine.kernel.slot import line_up
from app.engine.kernel.tally import incident, sojourn_bucket
from app.engine.records import (
    ACKNOWLEDGED,
    ASYNC,
    COMMIT_DUE,
    NOT_PRIMARY,
    NOWHERE,
    SEMI_SYNC,
    UNHEARD,
)
from app.kinds.database.replication import NANOSECONDS, ship_to_all


@cold
def commit_later(w: Any, n: int, s: int, t: int) -> None:
    """The primary has a write that is more than a line in the log: somebody follows its key, or
    the commit mode lets it wait. Then it is shipped first.
    """
    row = int64(w.nodes[n].row)
    database = w.databases[row]
    slot = w.slots[s]
    slot.due = t
    slot.serial = database.received
    if database.commit == ASYNC:
        _answer(w, n, s, t)
    ship_to_all(w, int64(database.group), row, t)
    if database.commit == ASYNC:
        return
    if database.fallen:
        _answer(w, n, s, t)
        return
    first, last = int64(database.waiting_head), int64(database.waiting_tail)
    database.waiting_head = line_up(w, s, first, last)
    database.waiting_tail = s
    database.waiting += 1
    if not database.timing:
        _time(w, n, t)
    while w.slots[database.waiting_head].abandoned:  # nobody is left to be told
        _answer(w, n, _next(w, row), t)
        if database.waiting_head < 0:
            return


@cold
def _time(w: Any, n: int, at: int) -> None:
    """See to it that the oldest commit that waits is looked at when its timeout ends."""
    database = w.databases[w.nodes[n].row]
    database.timing = 1
    schedule(w, at + database.commit_timeout, event_of(DUE, n, COMMIT_DUE))


@cold
def _next(w: Any, row: int) -> int:
    database = w.databases[row]
    s = int64(database.waiting_head)
    database.waiting_head = w.slots[s].follower
    database.waiting -= 1
    return s


@cold
def _answer(w: Any, n: int, s: int, t: int) -> None:
    """A write is as safe as the primary wants it to be: its client is told, if it still listens."""
    database, slot = w.databases[w.nodes[n].row], w.slots[s]
    group = w.groups[database.group]
    g, position, waited = int64(database.group), int64(slot.serial), t - slot.due
    key = key_of(w, s, g) if group.latest_count > 0 else int64(NOWHERE)
    heard = complete(w, s, n, t)
    _book(w, int64(w.nodes[n].row), position, heard)
    if not heard:
        return
    if key >= 0 and database.timeline == group.timeline:
        w.latest[key].position = max(w.latest[key].position, position)
    if database.commit:
        database.commits += 1
        database.commit_ns += waited
        w.commit_waits[int64(w.nodes[n].row), sojourn_bucket(waited)] += 1
    if group.blocked_since > 0 and group.lead == n:
        incident(w, WRITES_RESUMED, n, NOWHERE, (t - group.blocked_since) * NANOSECONDS)
        group.blocked_since = 0
    if database.stalled:
        incident(w, COMMITS_RESUMED, n, NOWHERE, waited * NANOSECONDS)
        database.stalled = 0


@cold
def _book(w: Any, row: int, position: int, heard: bool) -> None:
    """Write down whether a write's client was told, on the main line or where the write went astray
    because another primary has taken over meanwhile.
    """
    database = w.databases[row]
    group = w.groups[database.group]
    group.acknowledged += 1 if heard else 0
    said = ACKNOWLEDGED if heard else UNHEARD
    if database.timeline == group.timeline or position <= database.common:
        group.unknown += 0 if heard else 1
        if position > group.written - group.log_size:
            w.log[group.log_first + position % group.log_size].acknowledged = said
        return
    group.lost += 1 if heard else 0
    for place in range(group.stray_count):
        stray = w.strays[group.stray_first + group.stray_count - 1 - place]
        if stray.position == position and stray.timeline == database.timeline:
            stray.acknowledged = said
            return


@cold
def _are_there(w: Any, row: int, position: int) -> bool:
    """Whether as many replicas as this primary wants have said that they have a position."""
    database = w.databases[row]
    group = w.groups[database.group]
    copies = 0
    for place in range(group.member_first, group.member_first + group.member_count):
        other = w.members[place]
        replica = w.databases[other]
        if other != row and replica.leader == database.node and replica.acked >= position:
            copies += 1
    return copies >= database.copies


@cold
def let_commit(w: Any, row: int, t: int) -> None:
    """Answer, in order, every write that primary `row` has waited for long enough; refuse them all
    if it is not the primary any more.
    """
    database = w.databases[row]
    n = int64(database.node)
    if not database.leads:
        refuse_waiting(w, row, NOT_PRIMARY)
        return
    if database.fallen and _are_there(w, row, int64(database.received)):
        database.fallen = 0
        incident(w, SEMI_SYNC_ON, n, NOWHERE, 0.0)
    free = database.fallen or database.commit == ASYNC
    while database.waiting_head >= 0:
        position = int64(w.slots[database.waiting_head].serial)
        if not free and not _are_there(w, row, position):
            return
        _answer(w, n, _next(w, row), t)


@cold
def refuse_waiting(w: Any, row: int, outcome: int) -> None:
    """The writes that wait at a database fail: whether they last is not known to their clients."""
    w.databases[row].fallen = w.databases[row].stalled = 0
    while w.databases[row].waiting_head >= 0:
        s = _next(w, row)
        _book(w, row, int64(w.slots[s].serial), False)
        fail(w, s, int64(w.databases[row].node), outcome)


@cold
def hear(w: Any, n: int, s: int, t: int) -> None:
    """A replica says how far it is. That is void if either end has crashed since, or if somebody
    else leads by now; a primary that hangs acts on it when it goes on.
    """
    node, slot = w.nodes[n], w.slots[s]
    row = int64(node.row)
    replica, primary = w.databases[slot.origin], w.databases[row]
    if not primary.leads or replica.leader != n or slot.source != primary.group:
        return
    if slot.born != primary.timeline:
        return
    if slot.epoch != node.epoch + w.nodes[replica.node].epoch or not (node.up or hangs(w, n)):
        return
    replica.acked = max(replica.acked, slot.number)
    if node.up:
        let_commit(w, row, t)


@cold
def commit_due(w: Any, n: int, t: int) -> None:
    """Some commit may have waited for its whole timeout. Semi-synchronous ones are then answered,
    all of them, and from now on nobody waits; strict ones go on waiting, and that is said once.
    """
    row = int64(w.nodes[n].row)
    database = w.databases[row]
    database.timing = 0
    if database.waiting_head < 0:
        return
    since = int64(w.slots[database.waiting_head].due)
    if not w.nodes[n].up:  # a process that hangs looks at its timers when it goes on
        _time(w, n, t)
        return
    if t < since + database.commit_timeout:
        _time(w, n, since)
        return
    if database.commit == SEMI_SYNC:
        database.fallen = 1
        incident(w, SEMI_SYNC_OFF, n, NOWHERE, (t - since) * NANOSECONDS)
        let_commit(w, row, t)
        return
    if not database.stalled:
        database.stalled = 1
        incident(w, COMMITS_STALLED, n, NOWHERE, float(database.copies))
    _time(w, n, t)
