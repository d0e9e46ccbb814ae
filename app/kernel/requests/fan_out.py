"""Branches: a request asks several nodes at once and goes on after enough replies.

The request itself is parked: it stands in no line and no queue, only its patience goes on. Its slot
counts the replies it still needs (`answers_needed`) and the branches still out (`branches_out`). A
branch knows its request by slot (`parent`) and number, since the slot may serve somebody else by
the time it is back.
"""

from typing import Any

from app.kernel.consistency.quorum import reach_quorum
from app.kernel.jit.decorators import cold, int64
from app.kernel.network.link import can_connect, send, travel
from app.kernel.network.lost_requests import is_awaited
from app.kernel.network.message_faults import HELD_ANSWER, is_hanging, keep
from app.kernel.random_draws import GOLDEN, U, mixed
from app.kernel.requests.cache_aside import return_call
from app.kernel.requests.request import complete, fail
from app.kernel.slots.slots import release_slot, take_slot
from app.kernel.state.codes.nodes import Routable
from app.kernel.state.codes.requests import Outcome, Phase, RequestFlag
from app.kernel.state.constants import NOWHERE

_SLOTS_KEPT = 2


@cold
def call_all(w: Any, n: int, s: int, t: int) -> bool:
    """Ask every database that takes reads; False when there is none, or no room for branches."""
    node, parent = w.nodes[n], w.slots[s]
    targets = 0
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        targets += 1 if _takes_reads(w, int64(e)) else 0
    if targets == 0 or w.control[0].free_count <= targets + _SLOTS_KEPT:
        return False
    parent.answers_needed = min(targets, int64(node.replies))
    parent.branches_out = targets
    parent.node = n
    parent.request_flags &= ~RequestFlag.QUORUM
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        if _takes_reads(w, int64(e)):
            _fork(w, s, int64(e), t)
    return True


@cold
def _takes_reads(w: Any, e: int) -> bool:
    return can_connect(w, e) and w.edges[e].routable & Routable.READS != 0


@cold
def _fork(w: Any, s: int, e: int, t: int) -> None:
    parent = w.slots[s]
    b = take_slot(w)
    branch = w.slots[b]
    place = e - w.nodes[parent.web].first_edge
    branch.key = mixed(parent.key + U(place) * GOLDEN)
    branch.number = parent.number
    branch.created_at, branch.attempt_at = parent.created_at, parent.attempt_at
    branch.parent_ticket = parent.ticket  # what is asked for later has another
    branch.return_delay = 0
    branch.source = parent.source
    branch.parent = s
    branch.balancer = -1
    branch.web = parent.web
    branch.server_edge = -1
    branch.epoch = w.nodes[parent.web].epoch
    branch.purpose = parent.purpose
    branch.phase = Phase.BRANCH
    branch.orphaned_work = 0
    branch.request_flags = parent.request_flags & RequestFlag.SAMPLED
    send(w, b, e, t)


@cold
def branch_done(w: Any, b: int, t: int) -> None:
    """Send the answer to a branch, or to one call of several, back to the server that asked."""
    branch = w.slots[b]
    if branch.phase == Phase.CALL:
        return_call(w, b, t)
        return
    branch.phase = Phase.BRANCH_REPLY
    if branch.edge < 0:  # an edit has taken the link away: the answer goes the way that it came
        travel(w, b, NOWHERE, branch.return_delay, int64(branch.web), t)
        return
    edge = w.edges[branch.edge]
    travel(w, b, int64(edge.delay_line), edge.delay, int64(branch.web), t)


@cold
def reply(w: Any, b: int, t: int) -> None:
    """Take in a branch's answer. The last one that was needed completes the request."""
    branch = w.slots[b]
    s, n = int64(branch.parent), int64(branch.web)
    if is_hanging(w, n):
        keep(w, n, b, int64(HELD_ANSWER))
        return
    if w.nodes[n].epoch != branch.epoch:
        branch.phase = Phase.BRANCH
        fail(w, b, n, Outcome.LOST_IN_CRASH)
        return
    awaited = is_awaited(w, b)
    if awaited and w.slots[s].request_flags & RequestFlag.QUORUM:
        w.data_calls[s].newest_seen = max(w.data_calls[s].newest_seen, w.data_calls[b].newest_seen)
    release_slot(w, b)
    if not awaited:
        return
    w.slots[s].answers_needed -= 1
    w.slots[s].branches_out -= 1
    if w.slots[s].answers_needed > 0:
        return
    if w.slots[s].request_flags & RequestFlag.QUORUM:
        reach_quorum(w, s, n)
    if w.slots[s].phase == Phase.CALL:
        return_call(w, s, t)
    else:
        complete(w, s, n, t)
