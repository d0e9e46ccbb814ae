"""The one way into a World: to let it run, and to change it between events.

Every compiled function that Python calls is optimised with all that it reaches, so there is one for
everything, told what to do by a number.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from app.engine.loop import crash as crashes
from app.engine.loop import dispatch, loop, reconfigure
from app.engine.loop.commands import Command
from app.kernel.consistency.quorum import deliver_hints
from app.kernel.counters import incident
from app.kernel.events.event_queue import event_of, schedule
from app.kernel.jit import machine_code
from app.kernel.jit.decorators import entry, open_tables
from app.kernel.jit.mode import PLAIN, compiles
from app.kernel.resilience import usable_servers
from app.kernel.slots import slots
from app.kernel.state.codes.events import EventType

_NOTHING: Final = -1

_crash, _heal = crashes.crash, crashes.heal
_hang, _end_hang = crashes.hang, crashes.end_hang
_count_waiting = slots.count_waiting
_set_cores, _set_sharing = reconfigure.set_cores, reconfigure.set_sharing
_obey, _due = dispatch.obey, dispatch.due
_recount_usable = usable_servers.recount_usable
_run = loop.run


@entry
def enter(place: Any, what: int, arg1: int, arg2: int, arg3: int, arg4: int, figure: float) -> int:
    """Do `what`, with up to four numbers and a figure; `place` is the buffer, or its address."""
    w = open_tables(place)
    if what == Command.RUN:
        return _run(w, arg1, arg2, arg3)
    if what == Command.COUNT_WAITING:
        return _count_waiting(w)
    if what == Command.CRASH:
        _crash(w, arg1)
    elif what == Command.HEAL:
        _heal(w, arg1)
    elif what == Command.SET_CORES:
        _set_cores(w, arg1, arg2)
    elif what == Command.SET_SHARING:
        _set_sharing(w, arg1, arg2)
    elif what == Command.SCHEDULE:
        schedule(w, arg4, event_of(arg1, arg2, arg3))
    elif what == Command.RECORD_INCIDENT:
        incident(w, arg1, arg2, arg3, figure)
    elif what == Command.RECOUNT_USABLE:
        _recount_usable(w, arg1)
    elif what == Command.HANG:
        _hang(w, arg1)
    elif what == Command.RESUME:
        _end_hang(w, arg1)
    elif what == Command.DELIVER_HINTS:
        deliver_hints(w, arg1)
    elif what == Command.EDITED:
        _due(w, EventType.EDITED, arg1, 0, w.control[0].now)
    else:
        _obey(w, what, arg1, arg2, arg3, w.control[0].now)
    return 0


@cache
def _door() -> Callable[..., int]:
    """Return the function to call with a buffer, a command and its arguments."""
    if PLAIN:
        return enter
    if compiles():
        return lambda buffer, *arguments: enter(buffer.ctypes.data, *arguments)
    return machine_code.load()


def advance(buffer: Any, until: int, events_max: int, incidents_seen: int) -> int:
    """Let time pass (see `loop.run`)."""
    return _do(buffer, Command.RUN, until, events_max, incidents_seen)


def crash(buffer: Any, n: int) -> None:
    """Node `n` dies now (see `crash`)."""
    _do(buffer, Command.CRASH, n)


def heal(buffer: Any, n: int) -> None:
    """Node `n` starts again (see `crash`)."""
    _do(buffer, Command.HEAL, n)


def hang(buffer: Any, n: int) -> None:
    """Node `n` stops answering (see `crash`)."""
    _do(buffer, Command.HANG, n)


def end_hang(buffer: Any, n: int) -> None:
    """Node `n` answers again (see `crash`)."""
    _do(buffer, Command.RESUME, n)


def shrink(buffer: Any, n: int, most: int) -> None:
    """Drop all but so many keys of cache `n` (see the cache's behaviour)."""
    _do(buffer, Command.SHRINK_CACHE, n, most)


def count_waiting(buffer: Any) -> int:
    """Count the requests whose clients wait for them; -1 if their list is broken (see `slots`)."""
    return _do(buffer, Command.COUNT_WAITING)


def note_backups(buffer: Any, g: int) -> None:
    """Note what the backups of group `g` hold as of now (see the database's behaviour)."""
    _do(buffer, Command.NOTE_BACKUPS, g)


def reconnect(buffer: Any, stores: int = 0) -> None:
    """Send replicas, and so many stores, what they have missed: a link carries messages again."""
    _do(buffer, Command.RECONNECT)
    if stores > 0:
        _do(buffer, Command.DELIVER_HINTS, stores)


def catch_up(buffer: Any, g: int) -> None:
    """Let the members of group `g`, which has several primaries, send each other what they lack."""
    _do(buffer, Command.CATCH_UP, g)


def skip_write(buffer: Any, row: int) -> None:
    """Let database `row` leave out the writes that it cannot apply, and go on."""
    _do(buffer, Command.SKIP_WRITE, row)


def destroy(buffer: Any, row: int, rows: int) -> None:
    """Empty so many rows by a destructive write at database `row`, one of several primaries."""
    _do(buffer, Command.DESTROY, row, rows)


def rejoin(buffer: Any, row: int, lead: int, position: int) -> None:
    """Put database `row` on the timeline of database `lead`, up to a position (see its
    `checksums`).
    """
    _do(buffer, Command.REJOIN, row, lead, position)


def add_write(buffer: Any, row: int, number: int) -> None:
    """Add a request's write, by its number, to the newest log entry of database `row`."""
    _do(buffer, Command.ADD_WRITE, row, number)


def set_cores(buffer: Any, n: int, cores: int) -> None:
    """Give node `n` this many cores (see `reconfigure`)."""
    _do(buffer, Command.SET_CORES, n, cores)


def set_sharing(buffer: Any, n: int, sharing: int) -> None:
    """Change a node's discipline (see `reconfigure`)."""
    _do(buffer, Command.SET_SHARING, n, sharing)


def recheck_commits(buffer: Any, row: int) -> None:
    """Look anew at whether the writes that wait at database `row` still have to."""
    _do(buffer, Command.RECHECK_COMMITS, row)


def schedule_event(buffer: Any, at: int, event_type: int, node: int, subject: int) -> None:
    """Schedule an event from outside the loop."""
    _do(buffer, Command.SCHEDULE, event_type, node, subject, at)


def first_arrival(buffer: Any, row: int) -> None:
    """Draw the first arrival of a client that begins, or begins again, to send requests."""
    _do(buffer, Command.FIRST_ARRIVAL, row)


def note(buffer: Any, code: int, node: int, other: int, figure: float) -> None:
    """Write an incident from outside the loop."""
    _do(buffer, Command.RECORD_INCIDENT, code, node, other, figure=figure)


def switch_primary(buffer: Any, g: int, row: int) -> None:
    """Make database `row` the primary of its group (see `reconfigure`)."""
    _do(buffer, Command.SWITCH_PRIMARY, g, row)


def edited(buffer: Any, n: int) -> None:
    """The drawing has changed: node `n` looks at its parameters anew."""
    _do(buffer, Command.EDITED, n)


def recount_usable(buffer: Any, n: int) -> None:
    """Look anew at which of its servers balancer `n` uses (see `usable_servers`)."""
    _do(buffer, Command.RECOUNT_USABLE, n)


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
