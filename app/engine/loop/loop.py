"""The loop: the earliest event, its consequences, and again; it stops, it never ticks.

It draws nothing and changes nothing because a step ended, so the size of steps is invisible.
"""

from typing import Any

from app.engine.loop.dispatch import arrive, due, finish, issue_request
from app.engine.loop.health_checks import probe, receive_check_answer, timed_out
from app.kernel.counters import book_visits
from app.kernel.events.calendar_queue import advance_bucket, start_calendar
from app.kernel.events.event_queue import (
    event_of,
    node_of,
    schedule,
    subject_of,
    take_first,
    type_of,
)
from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.network.link import leave_delay_line
from app.kernel.network.message_faults import is_hanging
from app.kernel.requests.request import client_times_out
from app.kernel.state.codes.events import EventSource, EventType, StopReason
from app.kernel.state.constants import INCIDENTS, LOOK_AGAIN_NS, NEVER, NO_HORIZON, SLOTS_RESERVE
from app.kernel.stations.processor_sharing import shared_end
from app.kernel.stations.station import abort


@hot
def _heap_event(w: Any, t: int) -> bool:
    """Return whether it is the end of a fault, which is dealt with outside, now."""
    event = take_first(w)
    event_type, node, subject = type_of(event), node_of(event), subject_of(event)
    if event_type == EventType.SERVICE_END or event_type == EventType.SHARED_END:
        s = subject if event_type == EventType.SERVICE_END else shared_end(w, node, subject, t)
        if s >= 0:
            finish(w, node, s, t)
    elif event_type == EventType.HEALTH_CHECK:
        probe(w, node, t)
    elif event_type == EventType.CHECK_ANSWER:
        receive_check_answer(w, node, subject, t)
    elif event_type == EventType.CHECK_TIMEOUT:
        timed_out(w, node, subject, t)
    elif event_type == EventType.ATTEMPT:
        _attempt_timer(w, node, subject, t)
    elif event_type == EventType.ABORT:
        abort(w, subject, t)
    elif event_type == EventType.FAULT_END:
        w.control[0].ended = event
        return True
    elif event_type != EventType.CANCELLED:
        due(w, event_type, node, subject, t)
    return False


@cold
def _attempt_timer(w: Any, ticket: int, s: int, t: int) -> None:
    """Pass on the timer of an attempt to the server or balancer whose limit it is."""
    slot = w.slots[s]
    if slot.ticket != ticket:
        return
    n = int64(slot.web if slot.web >= 0 else slot.balancer)
    if is_hanging(w, n):
        schedule(w, t + LOOK_AGAIN_NS, event_of(EventType.ATTEMPT, ticket, s))
        return
    due(w, EventType.ATTEMPT, n, s, t)


@hot
def _earliest(w: Any) -> Any:
    """Time, source and index of the next event but timeouts, in the total order (time, serial)."""
    control = w.control[0]
    at, serial, source, index = w.heap_at[0], w.heap_serial[0], EventSource.AGENDA, 0
    for line in range(control.delay_lines_used):
        due = w.delay_line_at[line]
        if due <= at and (due < at or w.delay_line_serial[line] < serial):
            at, serial, source, index = due, w.delay_line_serial[line], EventSource.DELAY_LINE, line
    for row in range(control.sources_used):
        due = w.arrival_at[row]
        if due <= at and (due < at or w.arrival_serial[row] < serial):
            at, serial, source, index = due, w.arrival_serial[row], EventSource.ARRIVAL, row
    return at, source, index


@cold
def _look_further(w: Any, at: int, source: int, index: int) -> Any:
    """Return the next event among those beyond the horizon and the timeouts of clients and
    balancers, if it is before `at`.
    """
    control = w.control[0]
    while at >= control.horizon:
        advance_bucket(w)
        at, source, index = _earliest(w)
    first = NEVER
    for row in range(control.sources_used):
        due = w.deadline_at[row]
        first = min(first, due)
        if due < at:
            at, source, index = due, EventSource.DEADLINE, row
    for row in range(control.balancers_used):
        due = w.reply_by[row]
        first = min(first, due)
        if due < at:
            at, source, index = due, EventSource.REPLY_TIMEOUT, row
    control.quiet_until = min(first, control.horizon)
    return at, source, index


@hot
def run(w: Any, until: int, events_max: int, incidents_seen: int) -> int:
    """Run to `until` (nanoseconds) or for `events_max` events; return a StopReason."""
    control = w.control[0]
    incidents_max = incidents_seen + INCIDENTS // 2
    stop_at = control.events + events_max
    control.quiet_until = 0
    if control.heap_size > control.calendar_from and control.horizon == NO_HORIZON:
        start_calendar(w)
    while True:
        at, source, index = _earliest(w)
        if at >= control.quiet_until:
            at, source, index = _look_further(w, at, source, index)
        if at > until:
            reason = StopReason.REACHED
            break
        if control.events >= stop_at:
            reason = StopReason.BUDGET
            break
        if control.free_count <= SLOTS_RESERVE and not control.at_limit:
            reason = StopReason.GROW
            break
        if control.heap_size + control.calendar_count + SLOTS_RESERVE > control.heap_room:
            reason = StopReason.GROW
            break
        if control.incidents_written > incidents_max:
            reason = StopReason.READ_INCIDENTS
            break
        control.now = at
        control.events += 1
        n: Any = -1
        s: Any = -1
        if source == EventSource.DELAY_LINE:
            s = leave_delay_line(w, index)
            n = int64(w.slots[s].node)
        elif source == EventSource.ARRIVAL:
            s = issue_request(w, index, at)
            if s >= 0:
                n = int64(w.slots[s].node)
        elif source == EventSource.DEADLINE:
            client_times_out(w, index)
        elif source == EventSource.REPLY_TIMEOUT:
            due(w, EventType.RESPONSE_TIMEOUT, int64(w.balancers[index].node), index, at)
        elif type_of(w.heap_event[0]) == EventType.ARRIVAL:
            s = subject_of(take_first(w))
            n = int64(w.slots[s].node)
        elif _heap_event(w, at):
            reason = StopReason.FAULT_ENDED
            break
        if s >= 0:
            arrive(w, n, s, at)
    book_visits(w)
    return reason
