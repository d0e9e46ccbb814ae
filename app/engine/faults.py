"""Faults: what one does at its instant. Everything after it is the system's own reaction."""

from typing import Any

from app.engine.hangs import divide_cores, freeze, interrupt, lose_held, thaw
from app.engine.kernel.dispatch import CACHE, DATABASE, LOAD_BALANCER, STORE
from app.engine.kernel.faulty import hangs
from app.engine.kernel.hold import wake
from app.engine.kernel.jit import cold, int64
from app.engine.kernel.request import fail
from app.engine.kernel.sharing import settle
from app.engine.kernel.votes import deliver_hints
from app.engine.records import CAREFUL, LOST_IN_CRASH, SHARES
from app.kinds.cache.behaviour import crashed as crashed_cache
from app.kinds.database.behaviour import crashed, healed, hung, unhung
from app.kinds.load_balancer.dispatching import crashed as crashed_balancer
from app.kinds.load_balancer.vrrp import rejoin
from app.kinds.web_server.calls import crashed as crashed_server
from app.kinds.web_server.calls import serve_pool


@cold
def crash(w: Any, n: int) -> None:
    """Node `n` dies now: what it works on and what waits there is lost."""
    control, node = w.control[0], w.nodes[n]
    if not node.up and not hangs(w, n):
        return
    if node.discipline & SHARES:
        settle(w, n, control.now)
    node.up, node.silent, node.slow = 0, 0, 1.0
    node.epoch += 1
    node.down_since = control.now
    control.crashes += 1
    lose_held(w, n)
    s = int64(node.queue_head)
    while s >= 0:
        after = int64(w.slots[s].follower)
        if not node.discipline & SHARES:
            node.wait_ns += control.now - w.slots[s].due
        fail(w, s, n, LOST_IN_CRASH)
        s = after
    node.queue_head, node.queue_length, node.queued_at_ns = -1, 0, 0
    s = interrupt(w, n, control.now)
    node.busy = 0
    while s >= 0:
        after = int64(w.slots[s].follower)
        fail(w, s, n, LOST_IN_CRASH)
        s = after
    divide_cores(w, n, control.now)
    if node.kind == DATABASE:
        crashed(w, n)
    elif node.kind == LOAD_BALANCER:
        crashed_balancer(w, n)
    elif node.kind == CACHE:
        crashed_cache(w, n)
    elif node.workers > 0 or node.pool > 0 or node.traits & CAREFUL:
        crashed_server(w, n)


@cold
def heal(w: Any, n: int) -> None:
    """Node `n` starts again, empty; what it had begun to suspect is forgotten."""
    control, node = w.control[0], w.nodes[n]
    if node.up or hangs(w, n):
        return
    node.up = 1
    for k in range(control.checks_used):
        check = w.checks[k]
        if check.watcher == n:
            check.streak = 0
    rejoin(w, n)
    if node.kind == DATABASE:
        healed(w, n)
    elif node.kind == STORE:
        deliver_hints(w, int64(w.stores[node.row].rows))


@cold
def hang(w: Any, n: int) -> None:
    """Node `n` stops answering; it keeps what it has."""
    if not w.nodes[n].up:
        return
    freeze(w, n, w.control[0].now)
    if w.nodes[n].kind == DATABASE:
        hung(w, n)


@cold
def go_on(w: Any, n: int) -> None:
    """Node `n` answers again and works off what it holds; it has heard nothing meanwhile."""
    control = w.control[0]
    if not hangs(w, n):
        return
    thaw(w, n, control.now)
    for k in range(control.checks_used):
        check = w.checks[k]
        if check.watcher == n:
            check.streak = 0
    if w.nodes[n].kind == DATABASE:
        unhung(w, n)
    elif w.nodes[n].managed:
        wake(w, n, control.now)
    elif w.nodes[n].pool > 0:
        serve_pool(w, n, control.now)
