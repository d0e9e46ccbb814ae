"""What reaches a node that does not work: it is refused, or, if the node hangs, taken and kept."""

from typing import Any

from app.engine.incident import BACKLOG_FULL
from app.engine.kernel.faulty import hangs
from app.engine.kernel.jit import cold
from app.engine.kernel.lost import vanish
from app.engine.kernel.request import fail
from app.engine.kernel.sharing import settle, share
from app.engine.kernel.station import SHED_QUIET_NS, enqueue, work_of
from app.engine.kernel.tally import incident
from app.engine.records import APPLY, NOWHERE, SHARES


@cold
def turn_away(w: Any, n: int, s: int, t: int, outcome: int) -> bool:
    """A slot reaches a node that is not up: whether it waits there now. One that is down makes it
    fail for `outcome`. Where one hangs, the operating system accepts the connection while the
    backlog (the queue limit) lasts; beyond it drops what comes, and nobody is told (listen(2)).
    """
    if not hangs(w, n):
        fail(w, s, n, outcome)
        return False
    node, slot = w.nodes[n], w.slots[s]
    slot.node = n
    slot.due = t
    if node.queue_length >= node.queue_limit and slot.purpose != APPLY:
        if t - node.shed_at > SHED_QUIET_NS or node.shed_at == 0:
            incident(w, BACKLOG_FULL, n, NOWHERE, float(node.queue_limit))
        node.shed_at = t
        vanish(w, s)
        return False
    if node.discipline & SHARES:
        settle(w, n, t)
        share(w, n, s, work_of(w, n, s))
    else:
        enqueue(w, n, s)
    return True
