"""A web server: works on the request, then asks a database; its core is free meanwhile."""

from typing import Any

from app.engine.kernel.branches import ask_all, reply
from app.engine.kernel.jit import hot
from app.engine.kernel.link import can_connect, choose, send
from app.engine.kernel.request import complete, fail
from app.engine.kernel.station import leave, visit
from app.engine.records import (
    NO_DATABASE,
    READ,
    REFUSED,
    REPLY,
    TAKES_FALLBACK,
    TAKES_READS,
    TAKES_WRITES,
    UNREACHABLE,
    WRITE,
)


@hot
def arrive(w: Any, n: int, s: int, t: int) -> None:
    """A request comes in; a server that is down refuses the connection."""
    node, slot = w.nodes[n], w.slots[s]
    if slot.phase == REPLY:
        reply(w, s, t)
        return
    if not node.up:
        fail(w, s, n, REFUSED)
        return
    slot.web = n
    slot.epoch += node.epoch
    visit(w, n, s, t)


@hot
def finish(w: Any, n: int, s: int, t: int) -> None:
    """The page is computed. Writes go to the primary; reads to a replica, or, when none takes
    reads, to the primary. A server without databases answers by itself.
    """
    leave(w, n, s, t)
    if w.nodes[n].edge_count == 0:
        complete(w, s, n, t)
        return
    if w.nodes[n].replies > 0 and w.slots[s].purpose == READ and ask_all(w, n, s, t):
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
        w.slots[s].edge = e
        fail(w, s, n, UNREACHABLE)
    else:
        send(w, s, e, t)
