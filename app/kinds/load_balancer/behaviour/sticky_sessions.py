"""Users and their sessions: who sent a request, and which server a balancer's cookie names.

Cookies are numbers of servers plus one, 0 for none, in one table: per balancer a pair for each
client, of where the cookies of its users begin and how many there are; then the cookies.
"""

from typing import Any

from app.kernel.jit.decorators import cold, int64
from app.kernel.network.message_faults import edge_between
from app.kernel.random_draws import U, mixed
from app.kernel.state.codes.nodes import Routable

USER_SALT = U(0x3C79AC492BA7B653)


@cold
def user_of(w: Any, s: int) -> int:
    """Return the user of its client who sent a request, from 0: all are equally busy.

    It follows from when the request was first sent, so a retry comes from the same user.
    """
    slot = w.slots[s]
    source = w.sources[slot.source]
    bits = mixed(source.key ^ mixed(U(int64(slot.created_at)) + USER_SALT))
    return int64(bits % U(max(int64(source.users), 1)))


@cold
def remembered(w: Any, n: int, s: int) -> int:
    """The edge to the server that the user's cookie names, as long as the balancer uses it and has
    not just failed to reach it; else -1.
    """
    server = int64(w.cookies[_cookie_of(w, n, s)]) - 1
    if server < 0 or w.slots[s].tries > 0:
        return int64(-1)
    e = edge_between(w, n, server)
    return e if e >= 0 and w.edges[e].routable & Routable.READS else int64(-1)


@cold
def remember(w: Any, n: int, s: int, e: int) -> None:
    """Make the user's cookie name the server behind edge `e`; what another server knew of the user
    is lost.
    """
    place = _cookie_of(w, n, s)
    before, now = int64(w.cookies[place]), int64(w.edges[e].node) + 1
    if before > 0 and before != now:
        w.nodes[n].sessions_lost += 1
    w.cookies[place] = now


@cold
def _cookie_of(w: Any, n: int, s: int) -> int:
    pair = int64(w.nodes[n].cookies) + 2 * int64(w.slots[s].source)
    first, count = int64(w.cookies[pair]), int64(w.cookies[pair + 1])
    return first + user_of(w, s) % count
