"""Behaviour of users: one acts, and its request sets out or looks up a name first."""

from typing import Any

from app.kernel.counters import hop, visit_hop
from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.random_draws import GOLDEN, U, mixed, stream_bits, unit
from app.kernel.requests.request import fail_between_attempts
from app.kernel.requests.retry import earn_retry_budget, return_user
from app.kernel.slots.slots import start_deadline, take_slot
from app.kernel.state.codes.choices import ArrivalProcess, Backoff
from app.kernel.state.codes.events import TICKET_MASK, EventType
from app.kernel.state.codes.requests import Outcome, Phase, Purpose, RequestFlag
from app.kernel.state.constants import SLOTS_RESERVE
from app.kinds.client.behaviour.arrivals import schedule_next, user_back
from app.kinds.client.behaviour.connect import connecting_ends
from app.kinds.client.behaviour.dns_cache import answered, forget_answers, resolve_address


@hot
def issue_request(w: Any, row: int, t: int) -> int:
    """Issue a user's request at `t`. Return its slot when it stands at its first node already (a
    client with one address and no name lookup), else -1: it is on its way.
    """
    source, control = w.sources[row], w.control[0]
    node = w.nodes[source.node]
    record = int64(source.record_next)
    if source.loop == ArrivalProcess.CLOSED and node.up:
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
    slot.created_at = t - source.lead
    slot.attempt_at = slot.created_at
    slot.return_delay = 0
    slot.key = mixed(source.key + U(source.number) * GOLDEN)
    slot.number = control.requests
    slot.edge = -1
    slot.server_edge = -1
    slot.source = row
    slot.balancer = -1
    slot.web = -1
    slot.epoch = node.epoch
    slot.purpose = Purpose.WRITE if writes else Purpose.READ
    slot.phase = Phase.FORWARD
    slot.orphaned_work = 0
    slot.attempts = 0
    slot.tries = 0
    slot.request_flags = RequestFlag.SAMPLED if slot.key < control.hop_below else 0
    if source.loop == ArrivalProcess.RECORDED:
        _take_from_record(w, s, record)
    if source.retry != Backoff.NEVER:
        earn_retry_budget(w, row)
    start_deadline(w, s, row)
    if slot.request_flags & RequestFlag.SAMPLED:
        visit_hop(w, s, int64(source.node), int64(slot.created_at), int64(slot.created_at))
    if source.immediate:
        return _arrive_at_first_hop(w, s, int64(node.first_edge), t)
    resolve_address(w, row, s, t)
    return -1


@cold
def try_again(w: Any, s: int, ticket: int, t: int) -> None:
    """Send the same request once more, as if it were new: the client's pause is over."""
    slot = w.slots[s]
    if slot.ticket & TICKET_MASK != ticket or slot.phase != Phase.SUSPENDED:
        return
    row = int64(slot.source)
    source = w.sources[row]
    node = w.nodes[source.node]
    if not node.up or node.down_since > slot.attempt_at:
        fail_between_attempts(w, s, int64(source.node), Outcome.LOST_IN_CRASH)
        return
    source.retried += 1
    slot.attempts += 1
    slot.tries = 0
    slot.attempt_at = t
    slot.return_delay = 0
    slot.edge = slot.balancer = slot.web = -1
    slot.epoch = node.epoch
    slot.phase = Phase.FORWARD
    if slot.request_flags & RequestFlag.RECORDED_WORK:
        _rewind_record(w, s)
    else:
        slot.key = mixed(slot.key + GOLDEN)
    start_deadline(w, s, row)
    if slot.request_flags & RequestFlag.SAMPLED:
        visit_hop(w, s, int64(source.node), t, t)
    resolve_address(w, row, s, t)


@cold
def _rewind_record(w: Any, s: int) -> None:
    """Give a recorded request that is made again all of its work again."""
    place = int64(w.slots[s].works_at)
    while place > 0 and w.works[place - 1] >= 0:
        place -= 1
    w.slots[s].works_at = U(place)


@cold
def _take_from_record(w: Any, s: int, record: int) -> None:
    """Take a recorded request: its work is looked up, not drawn; its key counts its visits."""
    slot, row = w.slots[s], w.records[record]
    slot.purpose = row.writes
    slot.works_at = U(row.works_first)
    slot.request_flags |= RequestFlag.RECORDED_WORK


@hot
def _arrive_at_first_hop(w: Any, s: int, e: int, t: int) -> int:
    """The event stands for the arrival at the only address: the first hop needs no event."""
    edge, slot = w.edges[e], w.slots[s]
    edge.sent += 1
    slot.edge = e
    slot.return_delay = edge.delay
    slot.node = edge.node
    if slot.request_flags & RequestFlag.SAMPLED:
        hop(w, s, int64(edge.link), int64(edge.node), slot.created_at, t)
    return s


@cold
def _turn_away(w: Any, row: int) -> None:
    """The run's limit of requests in flight: refused here, counted, never dropped in silence."""
    source, control = w.sources[row], w.control[0]
    control.failed += 1
    source.failed += 1
    w.nodes[source.node].failed += 1
    w.failures[source.node, Outcome.OVER_LIMIT] += 1
    return_user(w, row, int64(0))


@hot
def arrive(w: Any, n: int, s: int, t: int) -> None:
    """Take in an answer at a client: a name's address, an open connection, or a page's part."""
    answered(w, s, t)


@hot
def finish(w: Any, n: int, s: int, t: int) -> None:
    """Do nothing: a client has no cores."""


@hot
def crashed(w: Any, n: int, hung: int, t: int) -> None:
    """Lose cached answers. Requests under way are void, since their client's epoch is another."""
    if not hung:
        forget_answers(w, n)


@hot
def healed(w: Any, n: int, hung: int, t: int) -> None:
    """Do nothing: arrivals went on."""


@cold
def due(w: Any, event_type: int, n: int, subject: int, t: int) -> None:
    """Let a user act again, try again, or give up the wait for a connection."""
    if event_type == EventType.THINK_END:
        user_back(w, n, t)
    elif event_type == EventType.RETRY:
        try_again(w, subject, n, t)
    elif event_type == EventType.CONNECT_TIMEOUT:
        connecting_ends(w, subject, n, t)
