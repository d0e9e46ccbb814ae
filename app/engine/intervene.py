"""The one way into a World: to let it run, and to change it between events.

Every compiled function that Python calls is optimised with all that it reaches, so there is one for
everything, told what to do by a number.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from app.engine import faults, levers, machine_code
from app.engine.kernel import loop, slot, standing
from app.engine.kernel.agenda import event_of, schedule
from app.engine.kernel.build import PLAIN, compiles
from app.engine.kernel.jit import entry, open_tables
from app.engine.kernel.tally import incident
from app.engine.kernel.votes import deliver_hints
from app.kinds.cache import behaviour as caches
from app.kinds.client.arrivals import schedule_next
from app.kinds.database import commit, content, ring

_CRASH, _HEAL, _CORES, _SHARING, _AGENDA, _ARRIVAL, _NOTE, _SWITCH, _STOCK = range(9)
_HANG, _GO_ON, _RECONNECT, _RUN, _SHRINK, _COMMIT, _CATCH_UP, _SKIP = range(9, 17)
_REJOIN, _WRITE, _DESTROY, _COUNT = range(17, 21)
_NOTHING: Final = -1

_crash, _heal = faults.crash, faults.heal
_hang, _go_on = faults.hang, faults.go_on
_reconnect, _catch_up, _skip, _destroy = ring.reconnect, ring.catch_up, ring.skip, ring.destroy
_let_commit = commit.let_commit
_rejoin, _add_write = content.rejoin, content.add_write
_shrink = caches.shrink
_count_patient = slot.count_patient
_set_cores, _set_sharing = levers.set_cores, levers.set_sharing
_switch_primary = levers.switch_primary
_take_stock = standing.take_stock
_run = loop.run


@entry
def enter(place: Any, what: int, a: int, b: int, c: int, d: int, figure: float) -> int:
    """Do `what`, with up to four numbers and a figure; `place` is the buffer, or its address."""
    w = open_tables(place)
    if what == _RUN:
        return _run(w, a, b, c)
    if what == _COUNT:
        return _count_patient(w)
    if what == _CRASH:
        _crash(w, a)
    elif what == _HEAL:
        _heal(w, a)
    elif what == _CORES:
        _set_cores(w, a, b)
    elif what == _SHARING:
        _set_sharing(w, a, b)
    elif what == _AGENDA:
        schedule(w, d, event_of(a, b, c))
    elif what == _ARRIVAL:
        schedule_next(w, a, w.control[0].now + w.sources[a].lead)
    elif what == _NOTE:
        incident(w, a, b, c, figure)
    elif what == _STOCK:
        _take_stock(w, a)
    elif what == _SWITCH:
        _switch_primary(w, a, b)
    elif what == _HANG:
        _hang(w, a)
    elif what == _GO_ON:
        _go_on(w, a)
    elif what == _SHRINK:
        _shrink(w, a, b)
    elif what == _COMMIT:
        _let_commit(w, a, w.control[0].now)
    elif what == _CATCH_UP:
        _catch_up(w, a, w.control[0].now)
    elif what == _SKIP:
        _skip(w, a, w.control[0].now)
    elif what == _DESTROY:
        _destroy(w, a, b, w.control[0].now)
    elif what == _REJOIN:
        _rejoin(w, w.databases[a], w.databases[b], c)
    elif what == _WRITE:
        _add_write(w, w.databases[a], b)
    else:
        _reconnect(w, w.control[0].now)
        if a > 0:
            deliver_hints(w, a)
    return 0


@cache
def _door() -> Callable[..., int]:
    """What to call with a buffer, what to do and how."""
    if PLAIN:
        return enter
    if compiles():
        return lambda buffer, *arguments: enter(buffer.ctypes.data, *arguments)
    return machine_code.load()


def advance(buffer: Any, until: int, events_max: int, incidents_seen: int) -> int:
    """Let time pass (see `loop.run`)."""
    return _do(buffer, _RUN, until, events_max, incidents_seen)


def crash(buffer: Any, n: int) -> None:
    """Node `n` dies now (see `faults`)."""
    _do(buffer, _CRASH, n)


def heal(buffer: Any, n: int) -> None:
    """Node `n` starts again (see `faults`)."""
    _do(buffer, _HEAL, n)


def hang(buffer: Any, n: int) -> None:
    """Node `n` stops answering (see `faults`)."""
    _do(buffer, _HANG, n)


def go_on(buffer: Any, n: int) -> None:
    """Node `n` answers again (see `faults`)."""
    _do(buffer, _GO_ON, n)


def shrink(buffer: Any, n: int, most: int) -> None:
    """Cache `n` forgets what it holds, but for so many keys (see the cache's behaviour)."""
    _do(buffer, _SHRINK, n, most)


def count_patient(buffer: Any) -> int:
    """How many requests' clients wait for them; -1 if their lines are in disorder (see `slot`)."""
    return _do(buffer, _COUNT)


def reconnect(buffer: Any, stores: int = 0) -> None:
    """A link carries messages again: replicas, and so many stores, get what they have missed."""
    _do(buffer, _RECONNECT, stores)


def catch_up(buffer: Any, g: int) -> None:
    """Members of group `g`, which has several primaries, send each other what they lack."""
    _do(buffer, _CATCH_UP, g)


def skip_write(buffer: Any, row: int) -> None:
    """Database `row` leaves out the writes that it cannot apply, and goes on."""
    _do(buffer, _SKIP, row)


def destroy(buffer: Any, row: int, rows: int) -> None:
    """A destructive write at database `row`, one of several primaries, empties so many rows."""
    _do(buffer, _DESTROY, row, rows)


def rejoin(buffer: Any, row: int, lead: int, position: int) -> None:
    """Database `row` is on the line of database `lead`, up to a position (see its `content`)."""
    _do(buffer, _REJOIN, row, lead, position)


def add_write(buffer: Any, row: int, number: int) -> None:
    """The newest write in the log of database `row` is that of a request with this number."""
    _do(buffer, _WRITE, row, number)


def set_cores(buffer: Any, n: int, cores: int) -> None:
    """Give node `n` this many cores (see `levers`)."""
    _do(buffer, _CORES, n, cores)


def set_sharing(buffer: Any, n: int, sharing: int) -> None:
    """Change a node's discipline (see `levers`)."""
    _do(buffer, _SHARING, n, sharing)


def let_commit(buffer: Any, row: int) -> None:
    """Database `row` looks anew at whether the writes that wait there still have to."""
    _do(buffer, _COMMIT, row)


def put_on_agenda(buffer: Any, at: int, sort: int, place: int, who: int) -> None:
    """Schedule an event from outside the loop."""
    _do(buffer, _AGENDA, sort, place, who, at)


def first_arrival(buffer: Any, row: int) -> None:
    """Draw the first arrival of a client that begins, or begins again, to send requests."""
    _do(buffer, _ARRIVAL, row)


def note(buffer: Any, code: int, node: int, other: int, figure: float) -> None:
    """Write an incident from outside the loop."""
    _do(buffer, _NOTE, code, node, other, figure=figure)


def switch_primary(buffer: Any, g: int, row: int) -> None:
    """Make database `row` the primary of its group (see `levers`)."""
    _do(buffer, _SWITCH, g, row)


def take_stock(buffer: Any, n: int) -> None:
    """Balancer `n` looks anew at which of its servers it uses (see `standing`)."""
    _do(buffer, _STOCK, n)


def _do(
    buffer: Any,
    what: int,
    a: int = _NOTHING,
    b: int = _NOTHING,
    c: int = _NOTHING,
    d: int = _NOTHING,
    figure: float = 0.0,
) -> int:
    return int(_door()(buffer, what, int(a), int(b), int(c), int(d), float(figure)))
