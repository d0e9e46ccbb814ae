"""A virtual IP: balancers that share an address, of which one answers.

VRRP version 2 (RFC 3768), as keepalived runs it: the master sends an advert every interval; a
backup that has heard none for three intervals and a skew takes over. Adverts of a lower priority
count for nothing, so whoever has the highest takes the address back. Until somebody does, nobody
answers for the address, and what is sent there is lost.
"""

from typing import Any

from app.engine.incident import TOOK_ADDRESS
from app.engine.kernel.agenda import ADVERT, event_of, schedule
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.lost import vanish
from app.engine.kernel.tally import incident
from app.engine.records import NO_FIGURE

_PRIORITIES = 256
_ADVERTS = 3
_TICKET_MASK = 0x3FFFFFFF


@cold
def answering(w: Any, n: int, s: int) -> int:
    """The balancer that gets request `s`, sent to the address that `n` shares; -1 when nobody
    answers for it and the request is lost.
    """
    holder = holder_of(w, n)
    if holder < 0:
        vanish(w, s)
    else:
        w.slots[s].node = holder
    return holder


@cold
def holder_of(w: Any, n: int) -> int:
    """Who gets what is sent to the address of node `n`: itself, or who holds the virtual IP that
    it shares; -1 when nobody answers for that.
    """
    if w.nodes[n].holder == 0:
        return int64(n)
    holder = int64(w.nodes[n].holder - 1)
    node = w.nodes[holder]
    answers = node.vip == w.nodes[n].vip and node.master and (node.up or node.silent)
    return holder if answers else int64(-1)


@cold
def way_to_holder(w: Any, n: int, e: int) -> int:
    """Node `n` sends to the address at the end of edge `e`: its edge to whoever has got that, if
    it has one.
    """
    holder = w.nodes[w.edges[e].node].holder - 1
    node = w.nodes[n]
    for other in range(node.first_edge, node.first_edge + node.edge_count):
        if w.edges[other].node == holder:
            return int64(other)
    return int64(e)


@cold
def advert_due(w: Any, n: int, ticket: int, t: int) -> None:
    """A member's timer: a master advertises, a backup looks how long it has heard nothing."""
    node = w.nodes[n]
    if node.vip == 0 or node.vrrp_ticket != ticket:
        return
    if not node.up:
        if node.silent:  # it hangs, but its clock goes on
            node.heard_at = t
            schedule(w, t + node.advert_ns, event_of(ADVERT, n, ticket))
        return
    if not node.master:
        due = int64(node.heard_at + _patience(node))
        if t < due:
            schedule(w, due, event_of(ADVERT, n, ticket))
            return
        node.master = 1
        incident(w, TOOK_ADDRESS, n, int64(node.holder - 1), NO_FIGURE)
        _hold(w, n)
    _advertise(w, n, t)
    schedule(w, t + node.advert_ns, event_of(ADVERT, n, ticket))


@cold
def rejoin(w: Any, n: int) -> None:
    """A member starts again: as a backup that has just begun to listen."""
    if w.nodes[n].vip != 0:
        w.nodes[n].master = 0
        _listen(w, n, int64(w.control[0].now))


@cold
def _listen(w: Any, n: int, t: int) -> None:
    node = w.nodes[n]
    node.heard_at = t
    node.vrrp_ticket = (node.vrrp_ticket + 1) & _TICKET_MASK
    schedule(w, t + _patience(node), event_of(ADVERT, n, int64(node.vrrp_ticket)))


@cold
def _patience(node: Any) -> int:
    """How long a backup waits for an advert: three intervals and a skew by its priority."""
    skew = (_PRIORITIES - node.priority) * node.advert_ns // _PRIORITIES
    return int64(_ADVERTS * node.advert_ns + skew)


@cold
def _hold(w: Any, n: int) -> None:
    """Whatever is sent to the address comes to `n` from now on (its gratuitous ARP says so)."""
    vip = w.nodes[n].vip
    for m in range(w.control[0].nodes_used):
        if w.nodes[m].vip == vip:
            w.nodes[m].holder = n + 1


@cold
def _advertise(w: Any, n: int, t: int) -> None:
    """Every other member that lives hears of the master; one with another interval ignores it."""
    sender = w.nodes[n]
    overruled = False
    for m in range(w.control[0].nodes_used):
        other = w.nodes[m]
        if m == n or other.vip != sender.vip or not other.up or other.advert_ns != sender.advert_ns:
            continue
        if other.master:
            if sender.priority > other.priority or (
                sender.priority == other.priority and sender.rank > other.rank
            ):
                other.master = 0
                _listen(w, int64(m), t)
                overruled = True
        elif sender.priority >= other.priority:
            other.heard_at = t
    if overruled:
        _hold(w, n)
