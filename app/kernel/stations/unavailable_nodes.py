"""Requests at a node that does not work: refused, or, if it hangs, taken and kept."""

from typing import Any

from app.kernel.counters import incident
from app.kernel.jit.decorators import cold
from app.kernel.network.lost_requests import drop
from app.kernel.network.message_faults import is_hanging
from app.kernel.requests.request import fail
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.codes.nodes import Discipline
from app.kernel.state.codes.requests import Purpose
from app.kernel.state.constants import NOWHERE
from app.kernel.stations.processor_sharing import advance_clocks, insert_shared
from app.kernel.stations.station import SHED_QUIET_NS, enqueue, work_of


@cold
def visit_unavailable(w: Any, n: int, s: int, t: int, outcome: int) -> bool:
    """Bring a slot to a node that is not up. Return True if it waits there now.

    A node that is down makes it fail for `outcome`. Where one hangs, the operating system accepts
    the connection while the backlog (the queue limit) lasts; beyond it drops what comes, and nobody
    is told (listen(2)).
    """
    if not is_hanging(w, n):
        fail(w, s, n, outcome)
        return False
    node, slot = w.nodes[n], w.slots[s]
    slot.node = n
    slot.arrives_at = t
    if node.queue_length >= node.queue_limit and slot.purpose != Purpose.APPLY:
        if t - node.shed_at > SHED_QUIET_NS or node.shed_at == 0:
            incident(w, IncidentCode.BACKLOG_FULL, n, NOWHERE, float(node.queue_limit))
        node.shed_at = t
        drop(w, s)
        return False
    if node.discipline & Discipline.PROCESSOR_SHARING:
        advance_clocks(w, n, t)
        insert_shared(w, n, s, work_of(w, n, s))
    else:
        enqueue(w, n, s)
    return True
