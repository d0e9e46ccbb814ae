"""A name server: a station for lookups, each answered with one of the client's addresses."""

from typing import Any

from app.kernel.jit.decorators import hot, int64
from app.kernel.network.address_lists import keep_list
from app.kernel.network.address_order import first_address
from app.kernel.network.link import travel
from app.kernel.requests.request import fail
from app.kernel.state.codes.requests import Outcome, Phase
from app.kernel.stations.station import leave, visit
from app.kernel.stations.unavailable_nodes import visit_unavailable


@hot
def arrive(w: Any, n: int, s: int, t: int) -> None:
    """Take in a lookup; a name server that is down answers nothing."""
    if w.nodes[n].up:
        visit(w, n, s, t)
    else:
        visit_unavailable(w, n, s, t, Outcome.LOOKUP_FAILED)


@hot
def finish(w: Any, n: int, s: int, t: int) -> None:
    """Send the answer to a lookup back over the link it came by."""
    leave(w, n, s, t)
    if w.slots[s].orphaned_work or w.slots[s].edge < 0:  # an edit may have taken the link away
        fail(w, s, n, Outcome.LOOKUP_FAILED)
    else:
        _answer(w, n, s, int64(w.slots[s].edge), t)


@hot
def _answer(w: Any, n: int, s: int, e: int, t: int) -> None:
    """Name server `n` answers a lookup that came over edge `e`: the answer travels back."""
    slot = w.slots[s]
    row = int64(slot.source)
    address = first_address(w, n, row, s)
    if address < 0:
        fail(w, s, n, Outcome.LOOKUP_FAILED)
        return
    if w.sources[row].lists:
        keep_list(w, n, row, s, address)
    slot.phase = Phase.LOOKUP_ANSWER
    slot.dns_answer = w.edges[address].node
    slot.ttl = w.nodes[n].ttl_ns
    edge = w.edges[e]
    travel(w, s, int64(edge.delay_line), edge.delay, int64(w.sources[row].node), t)


@hot
def crashed(w: Any, n: int, hung: int, t: int) -> None:
    """Do nothing: a name server holds only what it works on and what waits."""


@hot
def healed(w: Any, n: int, hung: int, t: int) -> None:
    """Do nothing: its checks went on by themselves."""


@hot
def due(w: Any, event_type: int, n: int, subject: int, t: int) -> None:
    """Do nothing: a name server has no timers."""
