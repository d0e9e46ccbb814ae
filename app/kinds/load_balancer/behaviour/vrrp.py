"""A virtual IP: balancers that share an address, of which one answers.

VRRP version 2 (RFC 3768), as keepalived runs it: the master sends an advert every interval; a
backup that has heard none for three intervals and a skew takes over. Adverts of a lower priority
count for nothing, so whoever has the highest takes the address back. Until somebody does, nobody
answers for the address, and what is sent there is lost.
"""

from typing import Any

from app.kernel.counters import incident
from app.kernel.events.event_queue import event_of, schedule
from app.kernel.jit.decorators import cold, int64
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.constants import NO_FIGURE

_PRIORITIES = 256
_ADVERTS = 3
_TICKET_MASK = 0x3FFFFFFF


@cold
def advert_due(w: Any, n: int, ticket: int, t: int) -> None:
    """Handle a member's timer: a master advertises, a backup looks how long it has heard
    nothing.
    """
    node = w.nodes[n]
    if node.vip == 0 or node.vrrp_ticket != ticket:
        return
    if not node.up:
        if node.hanging:  # it hangs, but its clock goes on
            node.heard_at = t
            schedule(w, t + node.advert_ns, event_of(EventType.VRRP_ADVERT, n, ticket))
        return
    if not node.master:
        due = int64(node.heard_at + _patience(node))
        if t < due:
            schedule(w, due, event_of(EventType.VRRP_ADVERT, n, ticket))
            return
        node.master = 1
        incident(w, IncidentCode.TOOK_ADDRESS, n, int64(node.holder - 1), NO_FIGURE)
        _hold(w, n)
    _advertise(w, n, t)
    schedule(w, t + node.advert_ns, event_of(EventType.VRRP_ADVERT, n, ticket))


@cold
def rejoin(w: Any, n: int) -> None:
    """Restart a member as a backup that has just begun to listen."""
    if w.nodes[n].vip != 0:
        w.nodes[n].master = 0
        _listen(w, n, int64(w.control[0].now))


@cold
def _listen(w: Any, n: int, t: int) -> None:
    node = w.nodes[n]
    node.heard_at = t
    node.vrrp_ticket = (node.vrrp_ticket + 1) & _TICKET_MASK
    schedule(w, t + _patience(node), event_of(EventType.VRRP_ADVERT, n, int64(node.vrrp_ticket)))


@cold
def _patience(node: Any) -> int:
    """Return a backup's wait for an advert: three intervals and a skew by its priority (VRRP's
    master down interval).
    """
    skew = (_PRIORITIES - node.priority) * node.advert_ns // _PRIORITIES
    return int64(_ADVERTS * node.advert_ns + skew)


@cold
def _hold(w: Any, n: int) -> None:
    """Make `n` the holder of its virtual IP from now on (gratuitous ARP)."""
    vip = w.nodes[n].vip
    for m in range(w.control[0].nodes_used):
        if w.nodes[m].vip == vip:
            w.nodes[m].holder = n + 1


@cold
def _advertise(w: Any, n: int, t: int) -> None:
    """Send the master's advert to every other live member; one with another interval ignores it."""
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
