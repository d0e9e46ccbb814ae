"""Faults: what one does at its instant. Everything after it is the system's own reaction."""

from typing import Any

from app.engine.loop.dispatch import crashed, healed
from app.engine.loop.hang import divide_cores, freeze, interrupt, lose_held, release_held
from app.engine.loop.health_checks import answer_pending_checks, forget_checks
from app.kernel.jit.decorators import cold, int64
from app.kernel.network.message_faults import is_hanging
from app.kernel.requests.request import fail
from app.kernel.state.codes.nodes import Discipline
from app.kernel.state.codes.requests import Outcome
from app.kernel.stations.processor_sharing import advance_clocks


@cold
def crash(w: Any, n: int) -> None:
    """Node `n` dies now: what it works on and what waits there is lost."""
    control, node = w.control[0], w.nodes[n]
    if not node.up and not is_hanging(w, n):
        return
    if node.discipline & Discipline.PROCESSOR_SHARING:
        advance_clocks(w, n, control.now)
    node.up, node.hanging, node.slow = 0, 0, 1.0
    node.epoch += 1
    node.read_turn = node.write_turn = 0
    node.down_since = control.now
    control.crashes += 1
    lose_held(w, n)
    s = int64(node.queue_head)
    while s >= 0:
        after = int64(w.slots[s].follower)
        if not node.discipline & Discipline.PROCESSOR_SHARING:
            node.wait_ns += control.now - w.slots[s].arrives_at
        fail(w, s, n, Outcome.LOST_IN_CRASH)
        s = after
    node.queue_head, node.queue_length, node.queued_at_ns = -1, 0, 0
    s = interrupt(w, n, control.now)
    node.busy = 0
    while s >= 0:
        after = int64(w.slots[s].follower)
        fail(w, s, n, Outcome.LOST_IN_CRASH)
        s = after
    divide_cores(w, n, control.now)
    forget_checks(w, n, int64(control.now))
    crashed(w, n, 0, control.now)


@cold
def heal(w: Any, n: int) -> None:
    """Node `n` starts again, empty; what it had begun to suspect is forgotten."""
    control, node = w.control[0], w.nodes[n]
    if node.up or is_hanging(w, n):
        return
    node.up = 1
    for k in range(control.checks_used):
        check = w.checks[k]
        if check.watcher == n:
            check.streak = 0
    healed(w, n, 0, control.now)


@cold
def hang(w: Any, n: int) -> None:
    """Node `n` stops answering; it keeps what it has."""
    if not w.nodes[n].up:
        return
    freeze(w, n, w.control[0].now)
    crashed(w, n, 1, w.control[0].now)


@cold
def end_hang(w: Any, n: int) -> None:
    """Let node `n` answer again and work off what it holds; it has heard nothing meanwhile."""
    control = w.control[0]
    if not is_hanging(w, n):
        return
    release_held(w, n, control.now)
    for k in range(control.checks_used):
        check = w.checks[k]
        if check.watcher == n:
            check.streak = 0
    answer_pending_checks(w, n, int64(control.now))
    healed(w, n, 1, control.now)
