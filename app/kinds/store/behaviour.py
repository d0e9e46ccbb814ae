"""A store that is not relational. Most answer by themselves; a node of a wide-column store asks
every node that has a copy of the key, and answers when enough of them have.
"""

from typing import Any

from app.engine.kernel.branches import branch_done, reply
from app.engine.kernel.draw import GOLDEN, U, mixed
from app.engine.kernel.errand import called_back
from app.engine.kernel.faulty import hangs
from app.engine.kernel.hanging import turn_away
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.link import wait_on_line
from app.engine.kernel.lost import is_awaited, vanish
from app.engine.kernel.request import complete, fail
from app.engine.kernel.slot import take_slot
from app.engine.kernel.station import leave, visit
from app.engine.kernel.votes import keep_hint, path_of
from app.engine.records import (
    BRANCH,
    CALL,
    OVER_LIMIT,
    PAGED,
    REFUSED,
    REPLY,
    VOTES,
    WIDE_COLUMN,
    WRITE,
    constants,
)
from app.kinds.web_server.errands import drawn_key

_SLOTS_KEPT = 2
_NEWEST, _OLDER_SHIFT = constants(0xFFFF, 16)
_RING_SALT = U(0x589965CC75374CC3)


@cold
def arrive(w: Any, n: int, s: int, t: int) -> None:
    """A request, a vote that another node asks for, or the answer to one."""
    phase = w.slots[s].phase
    if phase == REPLY:
        _compare(w, s, t)
        reply(w, s, t)
    elif not w.nodes[n].up:
        turn_away(w, n, s, t, REFUSED)
    elif phase != BRANCH and w.stores[w.nodes[n].row].family == WIDE_COLUMN:
        _gather(w, n, s, t)
    else:
        visit(w, n, s, t)


@cold
def finish(w: Any, n: int, s: int, t: int) -> None:
    """A core has done a read, a write or a vote."""
    leave(w, n, s, t)
    if w.slots[s].phase == BRANCH:
        _vote(w, n, s, t)
    elif w.stores[w.nodes[n].row].family == WIDE_COLUMN:  # it came while the node hung
        _gather(w, n, s, t)
    elif w.slots[s].phase == CALL:
        called_back(w, s, t)
    else:
        complete(w, s, n, t)


@cold
def _gather(w: Any, n: int, s: int, t: int) -> None:
    """Ask all nodes that have a copy of the key, this one last if it is among them."""
    slot, errand, row = w.slots[s], w.errands[s], int64(w.nodes[n].row)
    store = w.stores[row]
    count = min(int64(store.copies), int64(store.members))
    if w.control[0].free_count <= count + _SLOTS_KEPT:
        fail(w, s, n, OVER_LIMIT)
        return
    key = drawn_key(w, s, int64(store.ranks_first), int64(store.keys))
    ring = w.stores[store.ring]
    errand.place, errand.seen, errand.answers = key, 0, 0
    if slot.purpose == WRITE:
        ring.stamps += 1
        errand.stamp = ring.stamps
        slot.serial = min(int64(store.write_copies), count)
    else:
        errand.need = w.key_copies[ring.first + key].acked
        slot.serial = min(int64(store.read_copies), count)
    slot.due = count
    slot.node = n
    slot.traced |= VOTES
    ticket = int64(slot.ticket)
    first = int64(mixed(U(key) ^ _RING_SALT) % U(int64(store.members)))
    own = int64(-1)
    for k in range(count):
        place = (first + k) % store.members
        member = int64(w.ring_members[store.members_first + place])
        if member == row:
            own = k
        else:
            _ask(w, s, row, member, U(k), t)
        if w.slots[s].ticket != ticket or not w.slots[s].traced & VOTES:
            return
    if own >= 0:
        _ask(w, s, row, row, U(own), t)


@cold
def _ask(w: Any, s: int, row: int, member: int, place: Any, t: int) -> None:
    """One of the copies is asked for its vote."""
    parent, errand = w.slots[s], w.errands[s]
    n = int64(w.stores[row].node)
    path = w.ring_paths[path_of(w, row, member)]
    b = take_slot(w)
    branch, vote = w.slots[b], w.errands[b]
    vote.place, vote.stamp, vote.seen, vote.gone = errand.place, errand.stamp, 0, 0
    vote.left = int64(place)
    branch.key = mixed(parent.key + place * GOLDEN)
    branch.number = parent.number
    branch.born, branch.since = parent.born, parent.since
    branch.sent = parent.ticket  # what is asked for later has another
    branch.back = path.delay
    branch.source = parent.source
    branch.older = s
    branch.balancer = branch.front = branch.edge = -1
    branch.web = n
    branch.epoch = w.nodes[n].epoch
    branch.purpose = parent.purpose
    branch.phase = BRANCH
    branch.abandoned = branch.traced = 0
    if parent.traced & PAGED and parent.edge >= 0:
        branch.traced = PAGED
        vote.need = int64(w.edges[parent.edge].more_ns)
    if member == row:
        visit(w, n, b, t)
    elif path.cut:
        if parent.purpose == WRITE:
            keep_hint(w, b, int64(w.stores[member].node))
        vanish(w, b)
    else:
        wait_on_line(w, b, int64(path.line), path.delay, int64(w.stores[member].node), t)


@cold
def _vote(w: Any, n: int, b: int, t: int) -> None:
    """This node's copy is read or written; the answer goes back to who asked."""
    row = int64(w.nodes[n].row)
    store, vote, branch = w.stores[row], w.errands[b], w.slots[b]
    if vote.place < store.keys:
        version = w.key_copies[store.first + vote.place]
        if branch.purpose != WRITE:
            vote.seen = version.stamp
        elif version.stamp > vote.stamp:
            store.superseded += 1
        else:
            version.stamp = vote.stamp
    if branch.web == n:
        branch.phase = REPLY
        _compare(w, b, t)
        reply(w, b, t)
        return
    asker = w.nodes[branch.web]
    if (
        w.stores[asker.row].ring == store.ring
        and w.ring_paths[path_of(w, row, int64(asker.row))].cut
    ):
        vanish(w, b)
    else:
        branch_done(w, b, t)


@cold
def _compare(w: Any, b: int, t: int) -> None:
    """An answer to a read is back, perhaps the last that is waited for: whoever had an older value
    than others is sent the newest. That is a write like any other, but nobody waits for it.
    """
    s, n = int64(w.slots[b].older), int64(w.slots[b].web)
    store = w.stores[w.nodes[n].row]
    if store.repairs == 0 or w.slots[b].purpose == WRITE or hangs(w, n):
        return
    if w.nodes[n].epoch != w.slots[b].epoch or not is_awaited(w, b):
        return
    errand, seen = w.errands[s], int64(w.errands[b].seen)
    newest, older = int64(errand.answers) & _NEWEST, int64(errand.answers) >> _OLDER_SHIFT
    bit = int64(1) << int64(w.errands[b].left)
    if seen < errand.seen:
        older |= bit
    elif seen == errand.seen:
        newest |= bit
    else:
        older |= newest
        newest = bit
        errand.seen = seen
    errand.answers = newest | older << _OLDER_SHIFT
    if w.slots[s].serial > 1 or older == 0:
        return
    row, members = int64(w.nodes[n].row), int64(store.members)
    first = int64(mixed(U(int64(errand.place)) ^ _RING_SALT) % U(members))
    parent = w.slots[s]
    serial, purpose, traced, stamp = parent.serial, parent.purpose, parent.traced, errand.stamp
    # What sets out now is no answer that the read waits for, whatever becomes of it.
    parent.serial, parent.purpose, parent.traced = 0, WRITE, traced & ~PAGED
    errand.stamp = errand.seen
    for k in range(min(int64(store.copies), members)):
        if older >> k & 1 and w.control[0].free_count > _SLOTS_KEPT:
            member = int64(w.ring_members[store.members_first + (first + k) % members])
            store.repaired += 1
            _ask(w, s, row, member, U(k), t)
    parent.serial, parent.purpose, parent.traced = serial, purpose, traced
    errand.stamp = stamp
