"""A load balancer: forwards requests to the servers that it believes to be up."""

from typing import Any

from app.engine.kernel.faulty import AN_ANSWER, hangs, keep
from app.engine.kernel.hanging import turn_away
from app.engine.kernel.jit import cold, hot, int64
from app.engine.kernel.link import can_connect, send
from app.engine.kernel.request import fail, not_reached
from app.engine.kernel.station import leave, visit
from app.engine.records import BOUNCE, HOLDS_BACK, NO_SERVER, REFUSED
from app.kinds.load_balancer.choosing import choose_server
from app.kinds.load_balancer.dispatching import came_back, dispatch, follow
from app.kinds.load_balancer.vrrp import answering


@hot
def arrive(w: Any, n: int, s: int, t: int) -> None:
    """A request comes in. Forwarding that takes no time needs no core."""
    node, slot = w.nodes[n], w.slots[s]
    if slot.phase == BOUNCE:
        _came_back(w, n, s, t)
        return
    if node.holder != 0:
        n = answering(w, n, s)
        if n < 0:
            return
        node = w.nodes[n]
    if not node.up:
        _turn_away(w, n, s, t)
        return
    slot.balancer = n
    slot.epoch += node.epoch
    if node.read_ns > 0.0:
        visit(w, n, s, t)
    else:
        node.reads += 1
        _forward(w, n, s, t)


@cold
def _turn_away(w: Any, n: int, s: int, t: int) -> None:
    """A balancer that is down refuses; one that hangs takes the connection."""
    if turn_away(w, n, s, t, REFUSED):
        w.slots[s].balancer = n
        w.slots[s].epoch += w.nodes[n].epoch


@cold
def _came_back(w: Any, n: int, s: int, t: int) -> None:
    """The news of a failed attempt is back; a balancer that hangs hears of it when it goes on."""
    if hangs(w, n):
        keep(w, n, s, int64(AN_ANSWER))
    else:
        came_back(w, n, s, t)


@hot
def finish(w: Any, n: int, s: int, t: int) -> None:
    """A core has done the forwarding work."""
    leave(w, n, s, t)
    _forward(w, n, s, t)


@hot
def _forward(w: Any, n: int, s: int, t: int) -> None:
    managed = w.nodes[n].managed
    if managed & HOLDS_BACK:
        dispatch(w, n, s, t)
        return
    e = choose_server(w, n, s)
    if e < 0:
        fail(w, s, n, NO_SERVER)
    elif not can_connect(w, e):
        not_reached(w, s, n, e)
    else:
        if managed:
            follow(w, n, s, e, t)
        send(w, s, e, t)
