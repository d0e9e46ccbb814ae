"""Virtual IPs: who gets what is sent to an address that several balancers share."""

from typing import Any

from app.kernel.jit.decorators import cold, int64
from app.kernel.network.lost_requests import drop


@cold
def answering(w: Any, n: int, s: int) -> int:
    """The balancer that gets request `s`, sent to the address that `n` shares; -1 when nobody
    answers for it and the request is lost.
    """
    holder = holder_of(w, n)
    if holder < 0:
        drop(w, s)
    else:
        w.slots[s].node = holder
    return holder


@cold
def holder_of(w: Any, n: int) -> int:
    """Return the node that gets what is sent to the address of node `n`: itself, or the holder of
    the virtual IP that it shares; -1 when nobody answers for that.
    """
    if w.nodes[n].holder == 0:
        return int64(n)
    holder = int64(w.nodes[n].holder - 1)
    node = w.nodes[holder]
    answers = node.vip == w.nodes[n].vip and node.master and (node.up or node.hanging)
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
