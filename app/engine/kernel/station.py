"""Stations: cores that work, and a bounded queue before them.

First in, first out: a core takes one request and finishes it. Processor sharing lives in
`sharing`; both answer to `visit`, `leave` and `call_next`. On a machine that several nodes share,
each has a queue of its own, and a free core takes whoever has waited longest in any of them.
"""

from typing import Any

from app.engine.incident import SHEDDING
from app.engine.kernel.agenda import FAULT, SERVICE_END, event_of, schedule
from app.engine.kernel.draw import ONE, work_factor
from app.engine.kernel.horizon import take_back
from app.engine.kernel.jit import cold, hot, int64
from app.engine.kernel.request import fail
from app.engine.kernel.sharing import join, working
from app.engine.kernel.tally import incident, note_visit
from app.engine.records import (
    APPLY,
    BRANCH,
    DROPS_EXPIRED,
    DROPS_ORPHANS,
    EXPIRED,
    KILLED,
    LIMITS_WAIT,
    NEVER,
    NOWHERE,
    ORPHAN,
    PAGED,
    QUEUE_FULL,
    QUEUE_TIMEOUT,
    READ,
    REPLAYED,
    SHARES,
    TIMED_OUT,
    TRAVEL,
    WATCHED,
    WRITE,
)

_SPECIAL = REPLAYED | PAGED
SHED_QUIET_NS = 5_000_000_000
"""A node that refuses again within this time is still in the same incident."""


@hot
def work_of(w: Any, n: int, s: int) -> int:
    """How long a core is busy with a slot at this node, in nanoseconds."""
    node, slot = w.nodes[n], w.slots[s]
    if slot.traced & _SPECIAL:
        return _special_work(w, n, s)
    if slot.purpose == WRITE:
        mean_ns = node.write_ns
    elif slot.purpose == APPLY:
        mean_ns = w.databases[node.row].apply_ns
    else:
        mean_ns = node.read_ns
    return int64(work_factor(node, slot) * mean_ns * node.slow + 0.5)


@cold
def _special_work(w: Any, n: int, s: int) -> int:
    """A recorded request brings its work along; a name lookup, which is not recorded, its mean.
    What a page takes where the data is, the edge to it says.
    """
    slot = w.slots[s]
    if not slot.traced & REPLAYED:
        node = w.nodes[n]
        mean_ns = node.write_ns if slot.purpose == WRITE else node.read_ns
        if slot.phase == BRANCH:
            mean_ns += float(w.errands[s].need) * node.stretch
        elif slot.purpose == READ and slot.edge >= 0 and w.edges[slot.edge].node == n:
            mean_ns += w.edges[slot.edge].more_ns * node.stretch
        return int64(work_factor(node, slot) * mean_ns * node.slow + 0.5)
    if slot.phase != TRAVEL:
        return int64(w.nodes[n].read_ns)
    place = int64(slot.key)
    work = w.works[place]
    if work < 0:  # the end of what was recorded for it
        return int64(0)
    slot.key += ONE
    return int64(work * w.nodes[n].slow * w.nodes[n].stretch + 0.5)


@hot
def begin(w: Any, n: int, s: int, t: int) -> None:
    """A core takes up a slot's work. Its time is booked now; readings subtract what is to come."""
    work = work_of(w, n, s)
    w.nodes[n].busy_ns += work
    schedule(w, t + work, event_of(SERVICE_END, n, s))


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
    node.queued_at_ns += slot.due


@hot
def dequeue(w: Any, n: int, t: int) -> int:
    """Take the head of a queue that is not empty."""
    node = w.nodes[n]
    head = int64(node.queue_head)
    slot = w.slots[head]
    node.queue_head = slot.follower
    node.queue_length -= 1
    node.queued_at_ns -= slot.due
    node.wait_ns += t - slot.due
    return head


@hot
def visit(w: Any, n: int, s: int, t: int) -> None:
    """A slot comes to a station: it is worked on, waits, or is refused when the queue is full."""
    node, slot = w.nodes[n], w.slots[s]
    slot.node = n
    slot.due = t
    if node.discipline:
        _visit_shared(w, n, s, t)
    elif node.busy < node.cores:
        node.busy += 1
        begin(w, n, s, t)
    elif node.queue_length < node.queue_limit or slot.purpose == APPLY:
        enqueue(w, n, s)
    else:
        refuse(w, n, s, t)


@cold
def _visit_shared(w: Any, n: int, s: int, t: int) -> None:
    """A visit to a station whose requests share its cores, or that shares them with others."""
    node, slot = w.nodes[n], w.slots[s]
    if node.discipline & WATCHED:
        weigh(w, n, t)
    shares = node.discipline & SHARES
    if not shares and working(w, n) < node.cores:
        node.busy += 1
        begin(w, n, s, t)
    elif node.queue_length >= node.queue_limit and slot.purpose != APPLY:
        refuse(w, n, s, t)
    elif shares:
        join(w, n, s, work_of(w, n, s), t)
    else:
        enqueue(w, n, s)


@cold
def weigh(w: Any, n: int, t: int) -> None:
    """What requests leave of a machine's memory holds data, and reads of what is not there take
    longer. When they leave less than nothing, whoever takes most is killed.
    """
    memory, used, sets = int64(w.nodes[n].memory), int64(0), int64(0)
    largest, most, m = int64(-1), int64(0), n
    while True:
        node = w.nodes[m]
        present = int64(node.in_hand) if node.workers > 0 else int64(node.busy)
        if node.workers == 0 and not node.discipline & SHARES:
            present += node.queue_length
        taken = present * node.request_memory
        if taken > most:
            largest, most = m, taken
        used += taken
        sets += node.working_set
        m = int64(node.neighbour)
        if m == n:
            break
    if used > memory and not w.nodes[largest].doomed:
        w.nodes[largest].doomed = used
        schedule(w, t, event_of(FAULT, largest << 1, KILLED))
    missing = 1.0 - min(max(memory - used, 0) / max(sets, 1), 1.0)
    while True:
        node = w.nodes[m]
        if node.working_set > 0:
            node.read_ns = node.warm_ns + missing * node.disk_ns
        m = int64(node.neighbour)
        if m == n:
            return


@cold
def refuse(w: Any, n: int, s: int, t: int) -> None:
    """The queue is full: the request fails; the first refusal in a while is an incident."""
    node = w.nodes[n]
    if t - node.shed_at > SHED_QUIET_NS or node.shed_at == 0:
        incident(w, SHEDDING, n, NOWHERE, float(node.queue_limit))
    node.shed_at = t
    fail(w, s, n, QUEUE_FULL)


@hot
def leave(w: Any, n: int, s: int, t: int) -> None:
    """A slot's work at a station is done: book it, and let the next in the queue begin."""
    node = w.nodes[n]
    slot = w.slots[s]
    if slot.purpose < APPLY:
        if slot.purpose == WRITE:
            node.writes += 1
        else:
            node.reads += 1
        sojourn = t - slot.due
        node.sojourn_ns += sojourn
        note_visit(w, n, sojourn)
    call_next(w, n, t)


@hot
def call_next(w: Any, n: int, t: int) -> None:
    """A core is free: the queue's head begins; a core too many after an edit goes quiet."""
    node = w.nodes[n]
    if node.discipline:
        if not node.discipline & SHARES:
            node.busy -= 1
            take_up(w, n, t)
        return
    if node.queue_head >= 0 and node.busy <= node.cores:
        s = next_wanted(w, n, t) if node.rules else dequeue(w, n, t)
        if s >= 0:
            begin(w, n, s, t)
            return
    node.busy -= 1


@cold
def take_up(w: Any, n: int, t: int) -> None:
    """Free cores of a ring of first-come stations begin with whoever has waited longest."""
    cores = int64(w.nodes[n].cores)
    while working(w, n) < cores:
        first, since, m = int64(-1), int64(NEVER), n
        while True:
            member = w.nodes[m]
            if member.up and member.queue_head >= 0 and w.slots[member.queue_head].due < since:
                first, since = m, int64(w.slots[member.queue_head].due)
            m = int64(member.neighbour)
            if m == n:
                break
        if first < 0:
            return
        s = next_wanted(w, first, t)
        if s >= 0:
            w.nodes[first].busy += 1
            begin(w, first, s, t)


@cold
def next_wanted(w: Any, n: int, t: int) -> int:
    """The first in the queue whose work somebody still waits for, as far as the node can tell and
    cares; those before it are dropped. -1 when nobody is left.
    """
    node = w.nodes[n]
    while node.queue_head >= 0:
        s = dequeue(w, n, t)
        slot = w.slots[s]
        if slot.purpose == APPLY:
            return s
        late = slot.purpose < APPLY and t > slot.since + w.sources[slot.source].patience
        if node.rules & DROPS_ORPHANS and slot.holds & ORPHAN and _hears_of_it(w, n, s):
            fail(w, s, n, TIMED_OUT)
        elif node.rules & LIMITS_WAIT and t - slot.due > node.queue_timeout:
            fail(w, s, n, QUEUE_TIMEOUT)
        elif node.rules & DROPS_EXPIRED and late:
            fail(w, s, n, EXPIRED)
        else:
            return s
    return int64(-1)


@cold
def _hears_of_it(w: Any, n: int, s: int) -> bool:
    """Whether a closed connection was passed on as far as this node."""
    web = w.slots[s].web
    return web < 0 or web == n or w.nodes[web].cancels == 1


@cold
def abort(w: Any, s: int, t: int) -> None:
    """Work in service stops if it is for nobody; whoever waits is dropped when its turn comes."""
    slot = w.slots[s]
    n = int64(slot.node)
    node = w.nodes[n]
    if not slot.abandoned or node.discipline & SHARES or not _is_dropped(w, n, s, t):
        return
    ends = take_back(w, event_of(SERVICE_END, n, s))
    if ends < NEVER:
        node.busy_ns -= ends - t
        fail(w, s, n, TIMED_OUT)
        call_next(w, n, t)


@cold
def _is_dropped(w: Any, n: int, s: int, t: int) -> bool:
    """Whether a node may stop working on a request that nobody waits for."""
    node, slot = w.nodes[n], w.slots[s]
    if node.rules & DROPS_ORPHANS and slot.holds & ORPHAN and _hears_of_it(w, n, s):
        return True
    if not node.rules & DROPS_EXPIRED:
        return False
    return t >= slot.since + w.sources[slot.source].patience
