"""A name server: a station for lookups, each answered with one of the client's addresses."""

from typing import Any

from app.engine.kernel.hanging import turn_away
from app.engine.kernel.jit import hot, int64
from app.engine.kernel.request import fail
from app.engine.kernel.station import leave, visit
from app.engine.records import LOOKUP_FAILED
from app.kinds.client.names import answer


@hot
def arrive(w: Any, n: int, s: int, t: int) -> None:
    """A lookup comes in; a name server that is down answers nothing."""
    if w.nodes[n].up:
        visit(w, n, s, t)
    else:
        turn_away(w, n, s, t, LOOKUP_FAILED)


@hot
def finish(w: Any, n: int, s: int, t: int) -> None:
    """The lookup is done: the answer goes back over the link it came by."""
    leave(w, n, s, t)
    if w.slots[s].abandoned or w.slots[s].edge < 0:  # an edit may have taken the link away
        fail(w, s, n, LOOKUP_FAILED)
    else:
        answer(w, n, s, int64(w.slots[s].edge), t)
