"""A store that is not relational. Most answer by themselves; a node of a wide-column store asks
every node that has a copy of the key, and answers when enough of them have.
"""

from typing import Any

from app.kernel.consistency.quorum import deliver_hint, deliver_hints, path_of, store_hint
from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.network.link import travel
from app.kernel.network.lost_requests import drop, is_awaited
from app.kernel.network.message_faults import is_hanging
from app.kernel.random_draws import GOLDEN, U, mixed
from app.kernel.requests.cache_aside import return_call
from app.kernel.requests.fan_out import branch_done, reply
from app.kernel.requests.key_popularity import drawn_key
from app.kernel.requests.request import complete, fail
from app.kernel.slots.slots import take_slot
from app.kernel.state.codes.choices import StoreFamily
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.requests import Outcome, Phase, Purpose, RequestFlag
from app.kernel.state.constants import constants
from app.kernel.stations.station import leave, visit
from app.kernel.stations.unavailable_nodes import visit_unavailable

_SLOTS_KEPT = 2
_NEWEST, _OLDER_SHIFT = constants(0xFFFF, 16)
_RING_SALT = U(0x589965CC75374CC3)


@cold
def arrive(w: Any, n: int, s: int, t: int) -> None:
    """Take in a request, a vote that another node asks for, or the answer to one."""
    phase = w.slots[s].phase
    if phase == Phase.BRANCH_REPLY:
        _compare(w, s, t)
        reply(w, s, t)
    elif not w.nodes[n].up:
        visit_unavailable(w, n, s, t, Outcome.REFUSED)
    elif phase != Phase.BRANCH and w.stores[w.nodes[n].row].family == StoreFamily.WIDE_COLUMN:
        _gather(w, n, s, t)
    else:
        visit(w, n, s, t)


@cold
def finish(w: Any, n: int, s: int, t: int) -> None:
    """End a read, a write or a vote."""
    leave(w, n, s, t)
    if w.slots[s].phase == Phase.BRANCH:
        _vote(w, n, s, t)
    elif w.stores[w.nodes[n].row].family == StoreFamily.WIDE_COLUMN:  # it came while the node hung
        _gather(w, n, s, t)
    elif w.slots[s].phase == Phase.CALL:
        return_call(w, s, t)
    else:
        complete(w, s, n, t)


@cold
def _gather(w: Any, n: int, s: int, t: int) -> None:
    """Ask all nodes that have a copy of the key, this one last if it is among them."""
    slot, call, row = w.slots[s], w.data_calls[s], int64(w.nodes[n].row)
    store = w.stores[row]
    count = min(int64(store.copies), int64(store.members))
    if w.control[0].free_count <= count + _SLOTS_KEPT:
        fail(w, s, n, Outcome.OVER_LIMIT)
        return
    key = drawn_key(w, s, int64(store.ranks_first), int64(store.keys))
    ring = w.stores[store.ring]
    call.store_key, call.newest_seen, call.copies_answered = key, 0, 0
    if slot.purpose == Purpose.WRITE:
        ring.stamps += 1
        call.stamp = ring.stamps
        slot.answers_needed = min(int64(store.write_copies), count)
    else:
        call.stamp_needed = w.key_copies[ring.first + key].acked
        slot.answers_needed = min(int64(store.read_copies), count)
    slot.branches_out = count
    slot.node = n
    slot.request_flags |= RequestFlag.QUORUM
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
        if w.slots[s].ticket != ticket or not w.slots[s].request_flags & RequestFlag.QUORUM:
            return
    if own >= 0:
        _ask(w, s, row, row, U(own), t)


@cold
def _ask(w: Any, s: int, row: int, member: int, place: Any, t: int) -> None:
    """Ask one of the copies for its vote."""
    parent, call = w.slots[s], w.data_calls[s]
    n = int64(w.stores[row].node)
    path = w.ring_paths[path_of(w, row, member)]
    b = take_slot(w)
    branch, vote = w.slots[b], w.data_calls[b]
    vote.store_key, vote.stamp, vote.newest_seen, vote.superseded = call.store_key, call.stamp, 0, 0
    vote.copy_asked = int64(place)
    branch.key = mixed(parent.key + place * GOLDEN)
    branch.number = parent.number
    branch.created_at, branch.attempt_at = parent.created_at, parent.attempt_at
    branch.parent_ticket = parent.ticket  # what is asked for later has another
    branch.return_delay = path.delay
    branch.source = parent.source
    branch.parent = s
    branch.balancer = branch.server_edge = branch.edge = -1
    branch.coordinator = n
    branch.epoch = w.nodes[n].epoch
    branch.purpose = parent.purpose
    branch.phase = Phase.BRANCH
    branch.orphaned_work = branch.request_flags = 0
    if parent.request_flags & RequestFlag.PAGE_WORK and parent.edge >= 0:
        branch.request_flags = RequestFlag.PAGE_WORK
        vote.page_ns = int64(w.edges[parent.edge].more_ns)
    if member == row:
        visit(w, n, b, t)
    elif path.cut:
        if parent.purpose == Purpose.WRITE:
            store_hint(w, b, int64(w.stores[member].node))
        drop(w, b)
    else:
        travel(w, b, int64(path.delay_line), path.delay, int64(w.stores[member].node), t)


@cold
def _vote(w: Any, n: int, b: int, t: int) -> None:
    """Read or write this node's copy, and send the answer to the coordinator."""
    row = int64(w.nodes[n].row)
    store, vote, branch = w.stores[row], w.data_calls[b], w.slots[b]
    if vote.store_key < store.keys:
        version = w.key_copies[store.first + vote.store_key]
        if branch.purpose != Purpose.WRITE:
            vote.newest_seen = version.stamp
        elif version.stamp > vote.stamp:
            store.superseded += 1
        else:
            version.stamp = vote.stamp
    if branch.coordinator == n:
        branch.phase = Phase.BRANCH_REPLY
        _compare(w, b, t)
        reply(w, b, t)
        return
    asker = w.nodes[branch.coordinator]
    if (
        w.stores[asker.row].ring == store.ring
        and w.ring_paths[path_of(w, row, int64(asker.row))].cut
    ):
        drop(w, b)
    else:
        branch_done(w, b, t)


@cold
def _compare(w: Any, b: int, t: int) -> None:
    """Send the newest value to whoever answered a read with an older one (read repair).

    It is a write like any other, but nobody waits for it.
    """
    s, n = int64(w.slots[b].parent), int64(w.slots[b].coordinator)
    store = w.stores[w.nodes[n].row]
    if store.repairs == 0 or w.slots[b].purpose == Purpose.WRITE or is_hanging(w, n):
        return
    if w.nodes[n].epoch != w.slots[b].epoch or not is_awaited(w, b):
        return
    call, seen = w.data_calls[s], int64(w.data_calls[b].newest_seen)
    newest, older = (
        int64(call.copies_answered) & _NEWEST,
        int64(call.copies_answered) >> _OLDER_SHIFT,
    )
    bit = int64(1) << int64(w.data_calls[b].copy_asked)
    if seen < call.newest_seen:
        older |= bit
    elif seen == call.newest_seen:
        newest |= bit
    else:
        older |= newest
        newest = bit
        call.newest_seen = seen
    call.copies_answered = newest | older << _OLDER_SHIFT
    if w.slots[s].answers_needed > 1 or older == 0:
        return
    row, members = int64(w.nodes[n].row), int64(store.members)
    first = int64(mixed(U(int64(call.store_key)) ^ _RING_SALT) % U(members))
    parent = w.slots[s]
    needed, purpose, traced, stamp = (
        parent.answers_needed,
        parent.purpose,
        parent.request_flags,
        call.stamp,
    )
    # What sets out now is no answer that the read waits for, whatever becomes of it.
    parent.answers_needed, parent.purpose, parent.request_flags = (
        0,
        Purpose.WRITE,
        traced & ~RequestFlag.PAGE_WORK,
    )
    call.stamp = call.newest_seen
    for k in range(min(int64(store.copies), members)):
        if older >> k & 1 and w.control[0].free_count > _SLOTS_KEPT:
            member = int64(w.ring_members[store.members_first + (first + k) % members])
            store.repaired += 1
            _ask(w, s, row, member, U(k), t)
    parent.answers_needed, parent.purpose, parent.request_flags = needed, purpose, traced
    call.stamp = stamp


@hot
def crashed(w: Any, n: int, hung: int, t: int) -> None:
    """Do nothing: data, and the hints for others, are on disk."""


@cold
def healed(w: Any, n: int, hung: int, t: int) -> None:
    """Begin to deliver hints to members that are up."""
    if not hung:
        deliver_hints(w, int64(w.stores[w.nodes[n].row].rows))


@cold
def due(w: Any, event_type: int, n: int, subject: int, t: int) -> None:
    """Deliver the next hint to a member of a ring."""
    if event_type == EventType.TIMER:
        deliver_hint(w, subject, t)
