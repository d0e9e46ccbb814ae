"""A web server: works on the request, then asks a database; its core is free meanwhile."""

from typing import Any

from app.engine.kernel.agenda import ATTEMPT, TICKET_MASK, event_of, schedule
from app.engine.kernel.branches import ask_all, reply
from app.engine.kernel.faulty import AN_ANSWER, hangs, keep
from app.engine.kernel.hanging import turn_away
from app.engine.kernel.jit import cold, hot, int64
from app.engine.kernel.link import can_connect, choose, send
from app.engine.kernel.request import (
    PROBE_PASSED,
    answer_probe,
    complete,
    fail,
    not_reached,
    way_back_broken,
)
from app.engine.kernel.slot import MOVES_FRONT, MOVES_WORKER, twin
from app.engine.kernel.station import leave, visit
from app.engine.records import (
    ASKS,
    ASKS_SEVERAL,
    AT_CAPACITY,
    CAREFUL,
    DETOURS,
    GATEWAY_TIMEOUT,
    GUARDED,
    HAS_WORKERS,
    HOLDS_WORKER,
    LIMBO,
    LOST_IN_CRASH,
    NO_DATABASE,
    PROBE_WORK,
    READ,
    REFUSED,
    REPLY,
    TAKES_FALLBACK,
    TAKES_READS,
    TAKES_WRITES,
    TRAVEL,
    WRITE,
)
from app.kinds.web_server.calls import call_with_care
from app.kinds.web_server.errands import cache_overdue, goes_on, sets_out, shard_of


@hot
def arrive(w: Any, n: int, s: int, t: int) -> None:
    """A request comes in; a server that is down refuses the connection."""
    node, slot = w.nodes[n], w.slots[s]
    if slot.phase != TRAVEL:
        came_back(w, n, s, t)
        return
    if not node.up:
        _turn_away(w, n, s, t)
        return
    slot.web = n
    slot.epoch += node.epoch
    if node.traits & HAS_WORKERS and not _takes_worker(w, n, s):
        return
    visit(w, n, s, t)


@cold
def _takes_worker(w: Any, n: int, s: int) -> bool:
    """A request holds a worker until it is answered; with none left, one more is turned away."""
    node = w.nodes[n]
    if node.in_hand >= node.workers:
        fail(w, s, n, AT_CAPACITY)
        return False
    node.in_hand += 1
    w.slots[s].holds |= HOLDS_WORKER
    return True


@cold
def _turn_away(w: Any, n: int, s: int, t: int) -> None:
    """A server that is down refuses the connection; one that hangs takes it."""
    node, slot = w.nodes[n], w.slots[s]
    if turn_away(w, n, s, t, REFUSED):
        slot.web = n
        slot.epoch += node.epoch
        if node.workers > 0 and node.in_hand < node.workers:
            node.in_hand += 1
            slot.holds |= HOLDS_WORKER


@hot
def finish(w: Any, n: int, s: int, t: int) -> None:
    """The page is computed. Writes go to the primary; reads to a replica, or, when none takes
    reads, to the primary. A server without databases answers by itself.
    """
    leave(w, n, s, t)
    if w.slots[s].purpose == PROBE_WORK:
        answer_probe(w, s, PROBE_PASSED)
        return
    if w.nodes[n].edge_count == 0:
        complete(w, s, n, t)
    elif not w.nodes[n].traits & DETOURS:
        _ask(w, n, s, t)
    elif not sets_out(w, n, s, t):
        _ask_one_of_several(w, n, s, t)


@cold
def _ask_one_of_several(w: Any, n: int, s: int, t: int) -> None:
    """Ask whoever has the data; where each node has some of the keys, the one that has this."""
    if w.nodes[n].shards == 0:
        _ask(w, n, s, t)
        return
    e = shard_of(w, n, s)
    takes = TAKES_WRITES if w.slots[s].purpose == WRITE else TAKES_READS
    if not w.edges[e].open & takes:
        fail(w, s, n, NO_DATABASE)
        return
    if not can_connect(w, e):
        not_reached(w, s, n, e)
        return
    if w.nodes[n].data_timeout > 0:
        at = t + w.nodes[n].data_timeout
        schedule(w, at, event_of(ATTEMPT, int64(w.slots[s].ticket), s))
    send(w, s, e, t)


@cold
def came_back(w: Any, n: int, s: int, t: int) -> None:
    """What this server has asked for is here: a reply of several, or what it needs to go on."""
    slot = w.slots[s]
    if slot.phase == REPLY:
        reply(w, s, t)
        return
    if hangs(w, n):
        keep(w, n, s, int64(AN_ANSWER))
        return
    slot.ticket = (slot.ticket + 1) & TICKET_MASK
    crashed = not slot.abandoned and way_back_broken(w, s)
    if crashed or not w.nodes[n].up:
        slot.holds &= ~ASKS
        slot.phase = TRAVEL
        fail(w, s, n, LOST_IN_CRASH)
        return
    goes_on(w, n, s)
    _ask_one_of_several(w, n, s, t)


@hot
def _ask(w: Any, n: int, s: int, t: int) -> None:
    """Ask whoever has the data."""
    traits = w.nodes[n].traits
    if traits & ASKS_SEVERAL and w.slots[s].purpose == READ and ask_all(w, n, s, t):
        return
    if traits & CAREFUL:
        call_with_care(w, n, s, t)
        return
    if w.slots[s].purpose == WRITE:
        e = choose(w, n, TAKES_WRITES)
    else:
        e = choose(w, n, TAKES_READS)
        if e < 0:
            e = choose(w, n, TAKES_FALLBACK)
    if e < 0:
        fail(w, s, n, NO_DATABASE)
    elif not can_connect(w, e):
        not_reached(w, s, n, e)
    else:
        send(w, s, e, t)


@cold
def call_overdue(w: Any, s: int) -> None:
    """A database has not answered in time; it goes on with what it has."""
    if w.slots[s].holds & ASKS:
        b = cache_overdue(w, s)
        if b >= 0:
            n = int64(w.slots[b].web)
            goes_on(w, n, b)
            _ask_one_of_several(w, n, b, int64(w.control[0].now))
        return
    node = int64(w.slots[s].node)
    if w.slots[s].edge >= 0:
        node = int64(w.edges[w.slots[s].edge].node)
    if w.slots[s].abandoned:  # nobody to tell, but the worker is free
        if w.slots[s].holds & HOLDS_WORKER:
            w.slots[s].holds &= ~HOLDS_WORKER
            w.nodes[w.slots[s].web].in_hand -= 1
        return
    if w.slots[s].phase != LIMBO:
        guarded = w.slots[s].holds & GUARDED
        w.slots[s].holds &= ~GUARDED
        if w.nodes[w.slots[s].web].traits & DETOURS:
            w.errands[s].gone = 1
        s = twin(w, s, MOVES_FRONT | MOVES_WORKER)
        w.slots[s].holds |= guarded
    w.slots[s].phase = TRAVEL
    fail(w, s, node, GATEWAY_TIMEOUT)
