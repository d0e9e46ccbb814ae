"""Arrivals of a client: open loop at a rate that may change, closed loop, or a recorded trace."""

import math
from typing import Any

from app.kernel.events.event_queue import next_serial
from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.random_draws import stream_exponential
from app.kernel.state.codes.choices import ArrivalProcess
from app.kernel.state.constants import NEVER

_SLOWEST = 1e-17
"""A rate (requests per nanosecond) below which nobody comes: once in three years."""
_FLAT = 1e-30
"""A slope (requests per nanosecond squared) below which a rate counts as constant."""


@hot
def schedule_next(w: Any, row: int, t: int) -> None:
    """Plan when the next user of a client acts after `t`; never, if nobody does."""
    source = w.sources[row]
    w.arrival_serial[row] = next_serial(w.control[0])
    if source.loop != ArrivalProcess.OPEN or source.curve_count > 0:
        w.arrival_at[row] = _next_of_others(w, row, t)
    elif source.gap_ns > 0.0:
        w.arrival_at[row] = t + int64(stream_exponential(source) * source.gap_ns + 0.5)
    else:
        w.arrival_at[row] = NEVER


@cold
def _next_of_others(w: Any, row: int, t: int) -> int:
    source = w.sources[row]
    if source.loop == ArrivalProcess.OPEN:
        # The curve is about when users send; with a lead, `t` is when a request arrives.
        return min(_next_on_curve(w, row, t - source.lead) + source.lead, int64(NEVER))
    if source.loop == ArrivalProcess.CLOSED:
        if source.thinking <= 0:
            return int64(NEVER)
        mean_ns = source.think_ns / source.thinking
        return t + int64(stream_exponential(source) * mean_ns + 0.5)
    source.record_next += 1
    if source.record_next >= source.record_first + source.record_count:
        return int64(NEVER)
    return max(t, int64(w.records[source.record_next].at))


@cold
def user_back(w: Any, row: int, t: int) -> None:
    """Let one more user of a closed loop think.

    Exponential think times have no memory: with one more of them, what is left until the first acts
    shrinks in proportion, and nothing is drawn.
    """
    source = w.sources[row]
    source.returning -= 1
    if source.loop != ArrivalProcess.CLOSED:
        return
    source.thinking += 1
    if source.thinking <= 1:
        schedule_next(w, row, t)
    else:
        left = (w.arrival_at[row] - t) * (float(source.thinking - 1) / float(source.thinking))
        w.arrival_at[row] = t + int64(left + 0.5)


@cold
def _next_on_curve(w: Any, row: int, t: int) -> int:
    """The next point of a Poisson process whose rate follows the client's curve.

    By inversion of the cumulative rate, exactly: over each straight piece it is a quadratic.
    """
    source = w.sources[row]
    left = stream_exponential(source)
    period = int64(source.curve_period)
    begins = t - t % period if period > 0 else int64(0)
    last = int64(source.curve_first + source.curve_count - 1)
    place = int64(source.curve_first)
    while place < last and w.points[place + 1].at <= t - begins:
        place += 1
    at = float(t - begins)
    while True:
        if place >= last:
            if period > 0:
                whole = _area(w, row)
                if whole < _SLOWEST * period:
                    return int64(NEVER)
                turns = math.floor(left / whole)
                left -= turns * whole
                begins += period * int64(1 + turns)
                place, at = int64(source.curve_first), 0.0
                continue
            rate = w.points[last].rate
            return begins + int64(at + left / rate + 0.5) if rate > _SLOWEST else int64(NEVER)
        here, there = w.points[place], w.points[place + 1]
        width = float(there.at - here.at)
        slope = (there.rate - here.rate) / width if width > 0.0 else 0.0
        rate = here.rate + slope * (at - here.at)
        rest = float(there.at) - at
        area = (rate + 0.5 * slope * rest) * rest
        if area >= left and area > 0.0:
            return begins + int64(at + _solve(rate, slope, left) + 0.5)
        left -= area
        at = float(there.at)
        place += 1


@cold
def _area(w: Any, row: int) -> float:
    """Return the number of requests of a curve over its whole length."""
    source = w.sources[row]
    area = 0.0
    for place in range(source.curve_first, source.curve_first + source.curve_count - 1):
        here, there = w.points[place], w.points[place + 1]
        area += 0.5 * (here.rate + there.rate) * float(there.at - here.at)
    return area


@cold
def _solve(rate: float, slope: float, area: float) -> float:
    """Return the time in which a rate from `rate` on, changing by `slope`, adds up to `area`."""
    if abs(slope) < _FLAT:
        return area / rate
    root = math.sqrt(max(rate * rate + 2.0 * slope * area, 0.0))
    return 2.0 * area / (rate + root)
