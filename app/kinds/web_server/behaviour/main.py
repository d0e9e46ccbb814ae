"""A web server: works on the request, then asks a database; its core is free meanwhile."""

from typing import Any

from app.kernel.events.event_queue import event_of, schedule
from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.network.link import can_connect, round_robin, send
from app.kernel.network.message_faults import HELD_ANSWER, is_hanging, keep
from app.kernel.requests.fan_out import call_all, reply
from app.kernel.requests.request import (
    CHECK_PASSED,
    answer_check,
    complete,
    fail,
    fail_unreachable,
    return_path_crashed,
)
from app.kernel.slots.slots import clone_slot
from app.kernel.state.codes.events import TICKET_MASK, EventType
from app.kernel.state.codes.nodes import Routable, Trait
from app.kernel.state.codes.requests import Moves, Outcome, Phase, Purpose, SlotFlag
from app.kernel.stations.station import leave, visit
from app.kernel.stations.unavailable_nodes import visit_unavailable
from app.kinds.web_server.behaviour.cache_and_store_calls import (
    cache_times_out,
    continue_request,
    shard_of,
    start_calls,
)
from app.kinds.web_server.behaviour.database_calls import (
    forget_databases,
    lose_calls,
    pool_timer,
    route_call,
    serve_pool,
)


@hot
def arrive(w: Any, n: int, s: int, t: int) -> None:
    """Take in a request; a server that is down refuses the connection."""
    node, slot = w.nodes[n], w.slots[s]
    if slot.phase != Phase.FORWARD:
        call_returned(w, n, s, t)
        return
    if not node.up:
        _turn_away(w, n, s, t)
        return
    slot.web = n
    slot.epoch += node.epoch
    if node.traits & Trait.WORKERS and not _takes_worker(w, n, s):
        return
    visit(w, n, s, t)


@cold
def _takes_worker(w: Any, n: int, s: int) -> bool:
    """Take a worker for a request until it is answered. Return False, having failed it, if none is
    left.
    """
    node = w.nodes[n]
    if node.workers_busy >= node.workers:
        fail(w, s, n, Outcome.AT_CAPACITY)
        return False
    node.workers_busy += 1
    w.slots[s].slot_flags |= SlotFlag.WORKER
    return True


@cold
def _turn_away(w: Any, n: int, s: int, t: int) -> None:
    """Refuse a request at a server that is down; one that hangs takes the connection."""
    node, slot = w.nodes[n], w.slots[s]
    if visit_unavailable(w, n, s, t, Outcome.REFUSED):
        slot.web = n
        slot.epoch += node.epoch
        if node.workers > 0 and node.workers_busy < node.workers:
            node.workers_busy += 1
            slot.slot_flags |= SlotFlag.WORKER


@hot
def finish(w: Any, n: int, s: int, t: int) -> None:
    """Call the data for a computed page.

    Writes go to the primary; reads to a replica, or, when none takes reads, to the primary. A
    server without databases answers by itself.
    """
    leave(w, n, s, t)
    if w.slots[s].purpose == Purpose.HEALTH_CHECK:
        answer_check(w, s, CHECK_PASSED)
        return
    if w.nodes[n].edge_count == 0:
        complete(w, s, n, t)
    elif not w.nodes[n].traits & Trait.FURTHER_CALLS:
        _call_database(w, n, s, t)
    elif not start_calls(w, n, s, t):
        _call_data(w, n, s, t)


@cold
def _call_data(w: Any, n: int, s: int, t: int) -> None:
    """Ask whoever has the data; where each node has some of the keys, the one that has this."""
    if w.nodes[n].shards == 0:
        _call_database(w, n, s, t)
        return
    e = shard_of(w, n, s)
    takes = Routable.WRITES if w.slots[s].purpose == Purpose.WRITE else Routable.READS
    if not w.edges[e].routable & takes:
        fail(w, s, n, Outcome.NO_DATABASE)
        return
    if not can_connect(w, e):
        fail_unreachable(w, s, n, e)
        return
    if w.nodes[n].data_timeout > 0:
        at = t + w.nodes[n].data_timeout
        schedule(w, at, event_of(EventType.ATTEMPT, int64(w.slots[s].ticket), s))
    send(w, s, e, t)


@cold
def call_returned(w: Any, n: int, s: int, t: int) -> None:
    """Take in an answer that this server asked for: a reply of several, or what its request needs
    to go on.
    """
    slot = w.slots[s]
    if slot.phase == Phase.BRANCH_REPLY:
        reply(w, s, t)
        return
    if is_hanging(w, n):
        keep(w, n, s, int64(HELD_ANSWER))
        return
    slot.ticket = (slot.ticket + 1) & TICKET_MASK
    crashed = not slot.orphaned_work and return_path_crashed(w, s)
    if crashed or not w.nodes[n].up:
        slot.slot_flags &= ~SlotFlag.CACHE_CALL
        slot.phase = Phase.FORWARD
        fail(w, s, n, Outcome.LOST_IN_CRASH)
        return
    continue_request(w, n, s)
    _call_data(w, n, s, t)


@hot
def _call_database(w: Any, n: int, s: int, t: int) -> None:
    """Ask whoever has the data."""
    traits = w.nodes[n].traits
    if traits & Trait.FAN_OUT and w.slots[s].purpose == Purpose.READ and call_all(w, n, s, t):
        return
    if traits & Trait.ROUTED_CALLS:
        route_call(w, n, s, t)
        return
    if w.slots[s].purpose == Purpose.WRITE:
        e = round_robin(w, n, Routable.WRITES)
    else:
        e = round_robin(w, n, Routable.READS)
        if e < 0:
            e = round_robin(w, n, Routable.FALLBACK)
    if e < 0:
        fail(w, s, n, Outcome.NO_DATABASE)
    elif not can_connect(w, e):
        fail_unreachable(w, s, n, e)
    else:
        send(w, s, e, t)


@cold
def call_times_out(w: Any, s: int) -> None:
    """Time out a call to a database or cache, which goes on with what it has."""
    if w.slots[s].slot_flags & SlotFlag.CACHE_CALL:
        b = cache_times_out(w, s)
        if b >= 0:
            n = int64(w.slots[b].web)
            continue_request(w, n, b)
            _call_data(w, n, b, int64(w.control[0].now))
        return
    node = int64(w.slots[s].node)
    if w.slots[s].edge >= 0:
        node = int64(w.edges[w.slots[s].edge].node)
    if w.slots[s].orphaned_work:  # nobody to tell, but the worker is free
        if w.slots[s].slot_flags & SlotFlag.WORKER:
            w.slots[s].slot_flags &= ~SlotFlag.WORKER
            w.nodes[w.slots[s].web].workers_busy -= 1
        return
    if w.slots[s].phase != Phase.SUSPENDED:
        guarded = w.slots[s].slot_flags & SlotFlag.BREAKER
        w.slots[s].slot_flags &= ~SlotFlag.BREAKER
        if w.nodes[w.slots[s].web].traits & Trait.FURTHER_CALLS:
            w.data_calls[s].superseded = 1
        s = clone_slot(w, s, Moves.SERVER_CONNECTION | Moves.WORKER)
        w.slots[s].slot_flags |= guarded
    w.slots[s].phase = Phase.FORWARD
    fail(w, s, node, Outcome.GATEWAY_TIMEOUT)


@cold
def crashed(w: Any, n: int, hung: int, t: int) -> None:
    """Lose the requests that wait in the server, or hold a worker or connection of it, and what it
    knew of the databases; not if it hangs.
    """
    node = w.nodes[n]
    if hung:
        return
    forget_databases(w, n)
    if node.workers > 0 or node.pool > 0 or node.traits & Trait.ROUTED_CALLS:
        lose_calls(w, n)


@cold
def healed(w: Any, n: int, hung: int, t: int) -> None:
    """Serve those who wait for a connection, if the server hung."""
    if hung and w.nodes[n].pool > 0:
        serve_pool(w, n, t)


@cold
def due(w: Any, event_type: int, n: int, subject: int, t: int) -> None:
    """A timer of a call, or of the pool of connections; or the answer to one that hung."""
    if event_type == EventType.TIMER:
        pool_timer(w, n, subject, t)
    elif event_type == EventType.ATTEMPT:
        call_times_out(w, subject)
    elif event_type == EventType.HELD_ANSWER:
        call_returned(w, n, subject, t)
