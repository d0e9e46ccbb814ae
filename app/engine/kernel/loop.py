"""The loop: the earliest event, its consequences, and again; it stops, it never ticks.

It draws nothing and changes nothing because a step ended, so the size of steps is invisible.
"""

from typing import Any

from app.engine.kernel.agenda import (
    ADVERT,
    ARRIVAL,
    ATTEMPT,
    CHECK_TIMEOUT,
    DUE,
    FAULT,
    PROBE,
    PROBE_ANSWER,
    PROMOTION,
    RESOLVE,
    RESYNC,
    RETRY,
    SERVICE_END,
    SHARED_END,
    USER_BACK,
    place_of,
    sort_of,
    take_first,
    who_of,
)
from app.engine.kernel.check import heard, probe, timed_out
from app.engine.kernel.dispatch import DATABASE, STORE, WEB_SERVER, arrive, finish
from app.engine.kernel.horizon import draw_near, spread
from app.engine.kernel.jit import cold, hot, int64
from app.engine.kernel.link import next_on_line
from app.engine.kernel.outlier import end_ejection
from app.engine.kernel.request import give_up
from app.engine.kernel.sharing import shared_end
from app.engine.kernel.tally import book_visits
from app.engine.kernel.votes import hand_over
from app.engine.records import COMMIT_DUE, INCIDENTS, NEVER, NO_HORIZON, SLOTS_RESERVE
from app.kinds.client.arrivals import user_back
from app.kinds.client.behaviour import fire, try_again
from app.kinds.client.connect import connecting_ends
from app.kinds.database.commit import commit_due
from app.kinds.database.failover import promote
from app.kinds.database.replication import database_due, resync
from app.kinds.load_balancer.dispatching import attempt_event, reply_overdue
from app.kinds.load_balancer.vrrp import advert_due
from app.kinds.web_server.calls import pool_due

REACHED, BUDGET, GROW, DRAIN, OVER = 0, 1, 2, 3, 4
_AGENDA, _LINE, _CLIENT, _DEADLINE, _REPLY_BY = 0, 1, 2, 3, 4


@hot
def _agenda_event(w: Any, t: int) -> bool:
    """Whether it is the end of a fault, which is dealt with outside, now."""
    event = take_first(w)
    sort, place, who = sort_of(event), place_of(event), who_of(event)
    if sort == SERVICE_END or sort == SHARED_END:
        s = who if sort == SERVICE_END else shared_end(w, place, who, t)
        if s >= 0:
            finish(w, place, s, t)
    elif sort == PROBE:
        probe(w, place, t)
    elif sort == PROBE_ANSWER:
        heard(w, place, who, t)
    elif sort == PROMOTION:
        promote(w, place, who, t)
    elif sort == RESYNC:
        resync(w, place, who, t)
    elif sort == USER_BACK:
        user_back(w, place, t)
    elif sort == RETRY:
        try_again(w, who, place, t)
    elif sort == ATTEMPT:
        attempt_event(w, place, who, t)
    elif sort == RESOLVE:
        connecting_ends(w, who, place, t)
    elif sort == ADVERT:
        advert_due(w, place, who, t)
    elif sort == CHECK_TIMEOUT:
        timed_out(w, place, who, t)
    elif sort == DUE:
        if w.nodes[place].kind == WEB_SERVER:
            pool_due(w, place, who, t)
        elif w.nodes[place].kind == STORE:
            hand_over(w, who, t)
        elif w.nodes[place].kind != DATABASE:
            end_ejection(w, place, who, t)
        elif who == COMMIT_DUE:
            commit_due(w, place, t)
        else:
            database_due(w, place, who, t)
    elif sort == FAULT:
        w.control[0].ended = event
        return True
    return False


@hot
def _earliest(w: Any) -> Any:
    """Time, sort and place of the next event but timeouts, in the total order (time, serial)."""
    control = w.control[0]
    at, serial, sort, place = w.agenda_at[0], w.agenda_serial[0], _AGENDA, 0
    for line in range(control.lines_used):
        due = w.line_at[line]
        if due <= at and (due < at or w.line_serial[line] < serial):
            at, serial, sort, place = due, w.line_serial[line], _LINE, line
    for row in range(control.sources_used):
        due = w.arrival_at[row]
        if due <= at and (due < at or w.arrival_serial[row] < serial):
            at, serial, sort, place = due, w.arrival_serial[row], _CLIENT, row
    return at, sort, place


@cold
def _look_further(w: Any, at: int, sort: int, place: int) -> Any:
    """The next event may wait beyond the horizon, or be a timeout: a client's, or a balancer's."""
    control = w.control[0]
    while at >= control.horizon:
        draw_near(w)
        at, sort, place = _earliest(w)
    first = NEVER
    for row in range(control.sources_used):
        due = w.deadline_at[row]
        first = min(first, due)
        if due < at:
            at, sort, place = due, _DEADLINE, row
    for row in range(control.balancers_used):
        due = w.reply_by[row]
        first = min(first, due)
        if due < at:
            at, sort, place = due, _REPLY_BY, row
    control.look_at = min(first, control.horizon)
    return at, sort, place


@hot
def run(w: Any, until: int, events_max: int, incidents_seen: int) -> int:
    """Run to `until` (nanoseconds) or for `events_max` events; says why it stopped.

    GROW asks for more slots before the event that needs them; DRAIN asks to read the incidents;
    OVER to take off the fault that has ended.
    """
    control = w.control[0]
    incidents_max = incidents_seen + INCIDENTS // 2
    stop_at = control.events + events_max
    control.look_at = 0
    if control.agenda_size > control.crowd and control.horizon == NO_HORIZON:
        spread(w)
    while True:
        at, sort, place = _earliest(w)
        if at >= control.look_at:
            at, sort, place = _look_further(w, at, sort, place)
        if at > until:
            reason = REACHED
            break
        if control.events >= stop_at:
            reason = BUDGET
            break
        if control.free_count <= SLOTS_RESERVE and not control.at_limit:
            reason = GROW
            break
        if control.agenda_size + control.later_count + SLOTS_RESERVE > control.agenda_room:
            reason = GROW
            break
        if control.incidents_written > incidents_max:
            reason = DRAIN
            break
        control.now = at
        control.events += 1
        n: Any = -1
        s: Any = -1
        if sort == _LINE:
            s = next_on_line(w, place)
            n = int64(w.slots[s].node)
        elif sort == _CLIENT:
            s = fire(w, place, at)
            if s >= 0:
                n = int64(w.slots[s].node)
        elif sort == _DEADLINE:
            give_up(w, place)
        elif sort == _REPLY_BY:
            reply_overdue(w, place, at)
        elif sort_of(w.agenda_event[0]) == ARRIVAL:
            s = who_of(take_first(w))
            n = int64(w.slots[s].node)
        elif _agenda_event(w, at):
            reason = OVER
            break
        if s >= 0:
            arrive(w, n, s, at)
    book_visits(w)
    return reason
