"""Branches: a request asks several nodes at once and goes on after enough replies.

The request itself is parked: it stands in no line and no queue, only its patience goes on. Its slot
counts the replies it still needs (`serial`) and the branches still out (`due`). A branch knows its
request by slot (`older`) and number, since the slot may serve somebody else by the time it is back.
"""

from typing import Any

from app.engine.kernel.draw import GOLDEN, U, mixed
from app.engine.kernel.errand import called_back
from app.engine.kernel.faulty import AN_ANSWER, hangs, keep
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.link import can_connect, send, wait_on_line
from app.engine.kernel.lost import is_awaited
from app.engine.kernel.request import complete, fail
from app.engine.kernel.slot import release_slot, take_slot
from app.engine.kernel.votes import decide
from app.engine.records import (
    BRANCH,
    CALL,
    LOST_IN_CRASH,
    NOWHERE,
    REPLY,
    SAMPLED,
    TAKES_READS,
    VOTES,
)

_SLOTS_KEPT = 2


@cold
def ask_all(w: Any, n: int, s: int, t: int) -> bool:
    """Ask every database that takes reads; False when there is none, or no room for branches."""
    node, parent = w.nodes[n], w.slots[s]
    targets = 0
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        targets += 1 if _takes_reads(w, int64(e)) else 0
    if targets == 0 or w.control[0].free_count <= targets + _SLOTS_KEPT:
        return False
    parent.serial = min(targets, int64(node.replies))
    parent.due = targets
    parent.node = n
    parent.traced &= ~VOTES
    for e in range(node.first_edge, node.first_edge + node.edge_count):
        if _takes_reads(w, int64(e)):
            _branch(w, s, int64(e), t)
    return True


@cold
def _takes_reads(w: Any, e: int) -> bool:
    return can_connect(w, e) and w.edges[e].open & TAKES_READS != 0


@cold
def _branch(w: Any, s: int, e: int, t: int) -> None:
    parent = w.slots[s]
    b = take_slot(w)
    branch = w.slots[b]
    place = e - w.nodes[parent.web].first_edge
    branch.key = mixed(parent.key + U(place) * GOLDEN)
    branch.number = parent.number
    branch.born, branch.since = parent.born, parent.since
    branch.sent = parent.ticket  # what is asked for later has another
    branch.back = 0
    branch.source = parent.source
    branch.older = s
    branch.balancer = -1
    branch.web = parent.web
    branch.front = -1
    branch.epoch = w.nodes[parent.web].epoch
    branch.purpose = parent.purpose
    branch.phase = BRANCH
    branch.abandoned = 0
    branch.traced = parent.traced & SAMPLED
    send(w, b, e, t)


@cold
def branch_done(w: Any, b: int, t: int) -> None:
    """A database has answered a branch, or one call of several: the answer travels back to the
    server that asked.
    """
    branch = w.slots[b]
    if branch.phase == CALL:
        called_back(w, b, t)
        return
    branch.phase = REPLY
    if branch.edge < 0:  # an edit has taken the link away: the answer goes the way that it came
        wait_on_line(w, b, NOWHERE, branch.back, int64(branch.web), t)
        return
    edge = w.edges[branch.edge]
    wait_on_line(w, b, int64(edge.line), edge.delay, int64(branch.web), t)


@cold
def reply(w: Any, b: int, t: int) -> None:
    """A branch's answer is back. The last one that was needed completes the request."""
    branch = w.slots[b]
    s, n = int64(branch.older), int64(branch.web)
    if hangs(w, n):
        keep(w, n, b, int64(AN_ANSWER))
        return
    if w.nodes[n].epoch != branch.epoch:
        branch.phase = BRANCH
        fail(w, b, n, LOST_IN_CRASH)
        return
    awaited = is_awaited(w, b)
    if awaited and w.slots[s].traced & VOTES:
        w.errands[s].seen = max(w.errands[s].seen, w.errands[b].seen)
    release_slot(w, b)
    if not awaited:
        return
    w.slots[s].serial -= 1
    w.slots[s].due -= 1
    if w.slots[s].serial > 0:
        return
    if w.slots[s].traced & VOTES:
        decide(w, s, n)
    if w.slots[s].phase == CALL:
        called_back(w, s, t)
    else:
        complete(w, s, n, t)
