"""Crashes on a request's way: which node died, so that it is blamed, and nobody else."""

from typing import Any

from app.kernel.jit.decorators import cold, int64
from app.kernel.network.relays import back_relay, front_relay
from app.kernel.state.codes.requests import Phase
from app.kernel.state.constants import NOWHERE


@cold
def crashed_on_way(w: Any, s: int, node: int) -> int:
    """Return the node of a request's way that crashed last since its attempt began; `node`, where
    that showed, if no other did later than this one.
    """
    slot = w.slots[s]
    if slot.phase == Phase.LOOKUP or slot.phase == Phase.LOOKUP_ANSWER:
        return node  # it has passed nobody yet
    last, at = node, _crashed_at(w, node, int64(slot.attempt_at))
    client = int64(w.sources[slot.source].node)
    for place in range(5):
        other = client
        if place == 0:
            other = int64(slot.web)
        elif place == 1:
            other = int64(slot.balancer)
        elif place == 2:
            other = front_relay(w, s)
        elif place == 3:
            other = back_relay(w, s)
        since = _crashed_at(w, other, int64(slot.attempt_at))
        if since > at:
            last, at = other, since
    return int64(last)


@cold
def asker_crashed(w: Any, s: int) -> bool:
    """Return whether a node that had asked a server for a request, its balancer or whoever stands
    before that, has crashed since: what the server makes of it says nothing about the server.
    """
    slot = w.slots[s]
    since = int64(slot.attempt_at)
    return (
        _crashed_at(w, int64(slot.balancer), since) >= 0
        or _crashed_at(w, int64(w.sources[slot.source].node), since) >= 0
        or _crashed_at(w, front_relay(w, s), since) >= 0
    )


@cold
def _crashed_at(w: Any, n: int, since: int) -> int:
    """Return when a node crashed last, if that was at `since` or later; else -1."""
    if n < 0 or w.nodes[n].epoch == 0 or w.nodes[n].down_since < since:
        return int64(NOWHERE)
    return int64(w.nodes[n].down_since)
