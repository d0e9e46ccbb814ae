"""Stations: cores that work, and a bounded queue before them.

First in, first out: a core takes one request and finishes it. Processor sharing lives in
`processor_sharing`; both answer to `visit`, `leave` and `serve_next`. On a machine that several
nodes share, each has a queue of its own, and a free core takes whoever has waited longest in any of
them.
"""

from typing import Any

from app.kernel.counters import incident, record_visit, visit_hop
from app.kernel.events.calendar_queue import cancel_event
from app.kernel.events.event_queue import event_of, schedule
from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.random_draws import ONE, work_factor
from app.kernel.requests.request import fail
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.codes.nodes import Discipline, QueueRule
from app.kernel.state.codes.requests import Outcome, Phase, Purpose, RequestFlag, SlotFlag
from app.kernel.state.constants import NEVER, NOWHERE, OUT_OF_MEMORY_TICKET
from app.kernel.stations.processor_sharing import cores_wanted, join

_SPECIAL = RequestFlag.RECORDED_WORK | RequestFlag.PAGE_WORK
SHED_QUIET_NS = 5_000_000_000
"""A node that refuses again within this time is still in the same incident."""


@hot
def work_of(w: Any, n: int, s: int) -> int:
    """Return the work of a slot at this node on one core, in nanoseconds."""
    node, slot = w.nodes[n], w.slots[s]
    if slot.request_flags & _SPECIAL:
        return _special_work(w, n, s)
    if slot.purpose == Purpose.WRITE:
        mean_ns = node.write_ns
    elif slot.purpose == Purpose.APPLY:
        mean_ns = w.databases[node.row].apply_ns
    else:
        mean_ns = node.read_ns
    return int64(work_factor(node, slot) * mean_ns * node.slow + 0.5)


@cold
def _special_work(w: Any, n: int, s: int) -> int:
    """Return the work of a recorded request, which brings it along, and of a page, which adds that
    of the data at the edge; a name lookup, which is not recorded, takes its mean.
    """
    slot = w.slots[s]
    if not slot.request_flags & RequestFlag.RECORDED_WORK:
        node = w.nodes[n]
        mean_ns = node.write_ns if slot.purpose == Purpose.WRITE else node.read_ns
        if slot.phase == Phase.BRANCH:
            mean_ns += float(w.data_calls[s].page_ns) * node.stretch
        elif slot.purpose == Purpose.READ and slot.edge >= 0 and w.edges[slot.edge].node == n:
            mean_ns += w.edges[slot.edge].more_ns * node.stretch
        return int64(work_factor(node, slot) * mean_ns * node.slow + 0.5)
    if slot.phase != Phase.FORWARD:
        return int64(w.nodes[n].read_ns)
    place = int64(slot.works_at)
    work = w.works[place]
    if work < 0:  # the end of what was recorded for it
        return int64(0)
    slot.works_at += ONE
    return int64(work * w.nodes[n].slow * w.nodes[n].stretch + 0.5)


@hot
def start_service(w: Any, n: int, s: int, t: int) -> None:
    """Start a slot's work on a core. Its time is booked now; readings subtract what is to come."""
    work = work_of(w, n, s)
    w.nodes[n].busy_ns += work
    if w.slots[s].request_flags & RequestFlag.SAMPLED:
        visit_hop(w, s, n, t, t + work)
    schedule(w, t + work, event_of(EventType.SERVICE_END, n, s))


@hot
def enqueue(w: Any, n: int, s: int) -> None:
    """Join the end of the queue."""
    node, slot = w.nodes[n], w.slots[s]
    slot.follower = -1
    if node.queue_head < 0:
        node.queue_head = s
    else:
        w.slots[node.queue_tail].follower = s
    node.queue_tail = s
    node.queue_length += 1
    node.queued_at_ns += slot.arrives_at


@hot
def dequeue(w: Any, n: int, t: int) -> int:
    """Take the head of a queue that is not empty."""
    node = w.nodes[n]
    head = int64(node.queue_head)
    slot = w.slots[head]
    node.queue_head = slot.follower
    node.queue_length -= 1
    node.queued_at_ns -= slot.arrives_at
    node.wait_ns += t - slot.arrives_at
    return head


@hot
def visit(w: Any, n: int, s: int, t: int) -> None:
    """Bring a slot to a station: it is worked on, waits, or is refused when the queue is full."""
    node, slot = w.nodes[n], w.slots[s]
    slot.node = n
    slot.arrives_at = t
    if node.discipline:
        _visit_shared(w, n, s, t)
    elif node.busy < node.cores:
        node.busy += 1
        start_service(w, n, s, t)
    elif node.queue_length < node.queue_limit or slot.purpose == Purpose.APPLY:
        enqueue(w, n, s)
    else:
        refuse(w, n, s, t)


@cold
def _visit_shared(w: Any, n: int, s: int, t: int) -> None:
    """A visit to a station whose requests share its cores, or that shares them with others."""
    node, slot = w.nodes[n], w.slots[s]
    if node.discipline & Discipline.MEMORY_LIMIT:
        check_memory(w, n, t)
    shares = node.discipline & Discipline.PROCESSOR_SHARING
    if not shares and cores_wanted(w, n) < node.cores:
        node.busy += 1
        start_service(w, n, s, t)
    elif node.queue_length >= node.queue_limit and slot.purpose != Purpose.APPLY:
        refuse(w, n, s, t)
    elif shares:
        join(w, n, s, work_of(w, n, s), t)
    else:
        enqueue(w, n, s)


@cold
def check_memory(w: Any, n: int, t: int) -> None:
    """Give the memory that requests leave on a machine to its data: reads of the rest take longer.

    When they leave less than nothing, the node that takes most is killed.
    """
    memory, used, sets = int64(w.nodes[n].memory), int64(0), int64(0)
    largest, most, m = int64(-1), int64(0), n
    while True:
        node = w.nodes[m]
        present = int64(node.workers_busy) if node.workers > 0 else int64(node.busy)
        if node.workers == 0 and not node.discipline & Discipline.PROCESSOR_SHARING:
            present += node.queue_length
        taken = present * node.request_memory
        if taken > most:
            largest, most = m, taken
        used += taken
        sets += node.working_set
        m = int64(node.next_on_machine)
        if m == n:
            break
    if used > memory and not w.nodes[largest].memory_exceeded:
        w.nodes[largest].memory_exceeded = used
        schedule(w, t, event_of(EventType.FAULT_END, largest << 1, OUT_OF_MEMORY_TICKET))
    missing = 1.0 - min(max(memory - used, 0) / max(sets, 1), 1.0)
    while True:
        node = w.nodes[m]
        if node.working_set > 0:
            node.read_ns = node.warm_ns + missing * node.disk_ns
        m = int64(node.next_on_machine)
        if m == n:
            return


@cold
def refuse(w: Any, n: int, s: int, t: int) -> None:
    """Fail a request because the queue is full; the first refusal in a while is an incident."""
    node = w.nodes[n]
    if t - node.shed_at > SHED_QUIET_NS or node.shed_at == 0:
        incident(w, IncidentCode.SHEDDING, n, NOWHERE, float(node.queue_limit))
    node.shed_at = t
    fail(w, s, n, Outcome.QUEUE_FULL)


@hot
def leave(w: Any, n: int, s: int, t: int) -> None:
    """Book a slot's work at a station as done, and let the next in the queue begin."""
    node = w.nodes[n]
    slot = w.slots[s]
    if slot.purpose < Purpose.APPLY:
        if slot.purpose == Purpose.WRITE:
            node.writes += 1
        else:
            node.reads += 1
        sojourn = t - slot.arrives_at
        node.sojourn_ns += sojourn
        record_visit(w, n, sojourn)
        if (
            slot.request_flags & RequestFlag.SAMPLED
            and node.discipline & Discipline.PROCESSOR_SHARING
        ):
            visit_hop(w, s, n, int64(slot.arrives_at), t)
    serve_next(w, n, t)


@hot
def serve_next(w: Any, n: int, t: int) -> None:
    """Begin the work of the queue's head on a free core; a core too many after an edit goes
    quiet.
    """
    node = w.nodes[n]
    if node.discipline:
        if not node.discipline & Discipline.PROCESSOR_SHARING:
            node.busy -= 1
            start_waiting(w, n, t)
        return
    if node.queue_head >= 0 and node.busy <= node.cores:
        s = dequeue_wanted(w, n, t) if node.rules else dequeue(w, n, t)
        if s >= 0:
            start_service(w, n, s, t)
            return
    node.busy -= 1


@cold
def start_waiting(w: Any, n: int, t: int) -> None:
    """Free cores of a ring of first-come stations begin with whoever has waited longest."""
    cores = int64(w.nodes[n].cores)
    while cores_wanted(w, n) < cores:
        first, since, m = int64(-1), int64(NEVER), n
        while True:
            member = w.nodes[m]
            if (
                member.up
                and member.queue_head >= 0
                and w.slots[member.queue_head].arrives_at < since
            ):
                first, since = m, int64(w.slots[member.queue_head].arrives_at)
            m = int64(member.next_on_machine)
            if m == n:
                break
        if first < 0:
            return
        s = dequeue_wanted(w, first, t)
        if s >= 0:
            w.nodes[first].busy += 1
            start_service(w, first, s, t)


@cold
def dequeue_wanted(w: Any, n: int, t: int) -> int:
    """The first in the queue whose work somebody still waits for, as far as the node can tell and
    cares; those before it are dropped. -1 when nobody is left.
    """
    node = w.nodes[n]
    while node.queue_head >= 0:
        s = dequeue(w, n, t)
        slot = w.slots[s]
        if slot.purpose == Purpose.APPLY:
            return s
        late = (
            slot.purpose < Purpose.APPLY and t > slot.attempt_at + w.sources[slot.source].patience
        )
        if (
            node.rules & QueueRule.DROP_ORPHANS
            and slot.slot_flags & SlotFlag.ORPHANED
            and _sees_closed_connection(w, n, s)
        ):
            fail(w, s, n, Outcome.TIMED_OUT)
        elif node.rules & QueueRule.WAIT_LIMIT and t - slot.arrives_at > node.queue_timeout:
            fail(w, s, n, Outcome.QUEUE_TIMEOUT)
        elif node.rules & QueueRule.DROP_EXPIRED and late:
            fail(w, s, n, Outcome.EXPIRED)
        else:
            return s
    return int64(-1)


@cold
def _sees_closed_connection(w: Any, n: int, s: int) -> bool:
    """Return whether a closed connection was passed on as far as this node."""
    web = w.slots[s].web
    return web < 0 or web == n or w.nodes[web].cancels == 1


@cold
def abort(w: Any, s: int, t: int) -> None:
    """Work in service stops if it is for nobody; whoever waits is dropped when its turn comes."""
    slot = w.slots[s]
    n = int64(slot.node)
    node = w.nodes[n]
    if (
        not slot.orphaned_work
        or node.discipline & Discipline.PROCESSOR_SHARING
        or not _is_dropped(w, n, s, t)
    ):
        return
    ends = cancel_event(w, event_of(EventType.SERVICE_END, n, s))
    if ends < NEVER:
        node.busy_ns -= ends - t
        fail(w, s, n, Outcome.TIMED_OUT)
        serve_next(w, n, t)


@cold
def _is_dropped(w: Any, n: int, s: int, t: int) -> bool:
    """Return whether a node may stop working on a request that nobody waits for."""
    node, slot = w.nodes[n], w.slots[s]
    if (
        node.rules & QueueRule.DROP_ORPHANS
        and slot.slot_flags & SlotFlag.ORPHANED
        and _sees_closed_connection(w, n, s)
    ):
        return True
    if not node.rules & QueueRule.DROP_EXPIRED:
        return False
    return t >= slot.attempt_at + w.sources[slot.source].patience
