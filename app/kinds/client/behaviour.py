"""How users behave: one acts, and its request sets out or looks up a name first."""

from typing import Any

from app.engine.kernel.agenda import TICKET_MASK
from app.engine.kernel.draw import GOLDEN, U, mixed, stream_bits, unit
from app.engine.kernel.jit import cold, hot, int64
from app.engine.kernel.request import end_unheard
from app.engine.kernel.retry import earn_retries, send_user_back
from app.engine.kernel.slot import start_patience, take_slot
from app.engine.kernel.tally import hop
from app.engine.records import (
    CLOSED,
    LIMBO,
    LOST_IN_CRASH,
    NEVER_AGAIN,
    OVER_LIMIT,
    READ,
    RECORDED,
    REPLAYED,
    SAMPLED,
    SLOTS_RESERVE,
    TRAVEL,
    WRITE,
)
from app.kinds.client.arrivals import schedule_next
from app.kinds.client.names import look_up_or_go


@hot
def fire(w: Any, row: int, t: int) -> int:
    """One user acts at `t`. The new request's slot when it stands at its first node already
    (a client with one address and no name lookup), else -1: it is on its way.
    """
    source, control = w.sources[row], w.control[0]
    node = w.nodes[source.node]
    record = int64(source.record_next)
    if source.loop == CLOSED and node.up:
        source.thinking -= 1
    schedule_next(w, row, t)
    writes = unit(stream_bits(source)) < source.write_share
    if not node.up:
        return -1
    source.number += 1
    source.offered += 1
    control.requests += 1
    if control.free_count <= SLOTS_RESERVE:
        _turn_away(w, row)
        return -1
    s = take_slot(w)
    slot = w.slots[s]
    slot.born = t - source.lead
    slot.since = slot.born
    slot.back = 0
    slot.key = mixed(source.key + U(source.number) * GOLDEN)
    slot.number = control.requests
    slot.edge = -1
    slot.front = -1
    slot.source = row
    slot.balancer = -1
    slot.web = -1
    slot.epoch = node.epoch
    slot.purpose = WRITE if writes else READ
    slot.phase = TRAVEL
    slot.abandoned = 0
    slot.attempts = 0
    slot.tries = 0
    slot.traced = SAMPLED if slot.key < control.hop_below else 0
    if source.loop == RECORDED:
        _take_from_record(w, s, record)
    if source.retry != NEVER_AGAIN:
        earn_retries(w, row)
    start_patience(w, s, row)
    if source.folded:
        return _arrive_folded(w, s, int64(node.first_edge), t)
    look_up_or_go(w, row, s, t)
    return -1


@cold
def try_again(w: Any, s: int, ticket: int, t: int) -> None:
    """The client's pause is over: the same request sets out once more, as if it were new."""
    slot = w.slots[s]
    if slot.ticket & TICKET_MASK != ticket or slot.phase != LIMBO:
        return
    row = int64(slot.source)
    source = w.sources[row]
    node = w.nodes[source.node]
    if not node.up or node.down_since > slot.since:
        end_unheard(w, s, int64(source.node), LOST_IN_CRASH)
        return
    source.retried += 1
    slot.attempts += 1
    slot.tries = 0
    slot.since = t
    slot.back = 0
    slot.edge = slot.balancer = slot.web = -1
    slot.epoch = node.epoch
    slot.phase = TRAVEL
    if slot.traced & REPLAYED:
        _rewind_record(w, s)
    else:
        slot.key = mixed(slot.key + GOLDEN)
    start_patience(w, s, row)
    look_up_or_go(w, row, s, t)


@cold
def _rewind_record(w: Any, s: int) -> None:
    """A recorded request that is made again brings all of its work along again."""
    place = int64(w.slots[s].key)
    while place > 0 and w.works[place - 1] >= 0:
        place -= 1
    w.slots[s].key = U(place)


@cold
def _take_from_record(w: Any, s: int, record: int) -> None:
    """A recorded request: its work is looked up, not drawn; its key counts its visits."""
    slot, row = w.slots[s], w.records[record]
    slot.purpose = row.writes
    slot.key = U(row.works_first)
    slot.traced |= REPLAYED


@hot
def _arrive_folded(w: Any, s: int, e: int, t: int) -> int:
    """The event stands for the arrival at the only address: the first hop needs no event."""
    edge, slot = w.edges[e], w.slots[s]
    edge.sent += 1
    slot.edge = e
    slot.back = edge.delay
    slot.node = edge.node
    if slot.traced & SAMPLED:
        hop(w, s, int64(edge.link), int64(edge.node), slot.born, t)
    return s


@cold
def _turn_away(w: Any, row: int) -> None:
    """The run's limit of requests in flight: refused here, counted, never dropped in silence."""
    source, control = w.sources[row], w.control[0]
    control.failed += 1
    source.failed += 1
    w.nodes[source.node].failed += 1
    w.failures[source.node, OVER_LIMIT] += 1
    send_user_back(w, row, int64(0))
