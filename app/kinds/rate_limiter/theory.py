"""A token bucket under Poisson arrivals: how many requests pass, and how long they wait.

The time until the bucket is full again is the unfinished work of an M/D/1 queue whose service time
is a token's, and which turns away whoever finds more than a bound. Up to the bound, its law is in
proportion to that of the queue without one, at any load (O. Brun, J. M. Garcia, Analytical solution
of finite capacity M/D/1 queues, Journal of Applied Probability 37, 2000).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from app.schema import Admission, Value, case_of

_HEAVY: Final = 25.0
"""A load from which on the bucket is as good as always empty, to within exp(-25)."""
_CRITICAL: Final = 1e-6
"""A load so near to 1 that it counts as 1."""
_QUEUES: Final = {"reject": False, "queue": True}
"""Choices of an empty bucket: whether requests wait for a token."""
_FAR: Final = 12.0
"""From here on the two real poles of the law's transform say all, to within exp(-25)."""


def admit(parameters: Mapping[str, Value], rate: float) -> Admission:
    """Return what passes of `rate` Poisson requests a second; exact for any burst and queue."""
    limit, burst = float(parameters["rate"]), int(parameters["burst"])
    bound, model = burst - 1.0, f"M/D/1/{burst}"
    if case_of("when_empty", parameters["when_empty"], _QUEUES):
        room, longest_s = float(parameters["queue_limit"]), float(parameters["wait_max_s"])
        room = min(room, longest_s * limit) if longest_s > 0.0 else room
        bound, model = bound + room, f"{model}+{math.floor(room)}"
    share, wait, waits = passage(rate / limit, burst - 1.0, bound)
    return Admission(model, 1000.0 / limit, share, 1000.0 * wait / limit, waits)


def passage(load: float, at_once: float, bound: float) -> tuple[float, float, float]:
    """The share that passes, their mean wait in token times, and the share of them that waits. A
    request passes if the bucket lacks at most `bound` tokens, at once if at most `at_once`.
    """
    room = bound - at_once
    if load <= 0.0:
        return 1.0, 0.0, 0.0
    if load > _HEAVY:
        waiting = -math.expm1(-load * room)
        return 1.0 / (math.exp(-load * bound) + load), room - waiting / load, waiting
    law = _Law(1.0 if abs(load - 1.0) < _CRITICAL else load)
    top = law.log_at(bound)
    share = 1.0 / (math.exp(-top) + law.load)
    wait = room - (law.integral(bound, top) - law.integral(at_once, top))
    waiting = abs(math.expm1(min(law.log_at(at_once) - top, 0.0)))
    return min(share, 1.0), max(wait, 0.0), waiting


class _Law:
    """P(unfinished work <= x) of an M/D/1 queue with services of length 1, divided by P(none).

    Its transform is 1 / (s - load + load exp(-s)).
    """

    def __init__(self, load: float) -> None:
        self.load = load
        self.pole = _second_pole(load)

    def log_at(self, x: float) -> float:
        """The logarithm of the law at `x`, 0 or more."""
        if x < _FAR:
            return math.log(self._near(x))
        if self.load == 1.0:
            return math.log(2.0 * x + 2.0 / 3.0)
        constant, factor = self._residues()
        if self.pole > 0.0:
            growth = self.pole * x
            return growth + math.log(factor + constant * math.exp(-growth))
        return math.log(constant + factor * math.exp(self.pole * x))

    def integral(self, x: float, top: float) -> float:
        """The integral of the law from 0 to `x`, divided by exp(`top`). Since its slope is load
        (F(x) - F(x - 1)), over a unit it is (F(x) - 1) / load.
        """
        if x < _FAR:
            steps = range(math.floor(x) + 1)
            total = math.fsum(self._near(x - step) - 1.0 for step in steps)
            return total / self.load * math.exp(-top)
        before, one = self.integral(math.nextafter(_FAR, 0.0), top), math.exp(-top)
        if self.load == 1.0:
            return before + (x**2 - _FAR**2 + 2.0 / 3.0 * (x - _FAR)) * one
        constant, factor = self._residues()
        grown = math.exp(self.pole * x - top) - math.exp(self.pole * _FAR - top)
        return before + constant * (x - _FAR) * one + factor / self.pole * grown

    def _near(self, x: float) -> float:
        """The law as the sum of its first terms (Erlang 1909)."""
        return math.fsum(
            (self.load * (k - x)) ** k / math.factorial(k) * math.exp(self.load * (x - k))
            for k in range(math.floor(x) + 1)
        )

    def _residues(self) -> tuple[float, float]:
        return 1.0 / (1.0 - self.load), 1.0 / (1.0 - self.load + self.pole)


def _second_pole(load: float) -> float:
    """The root other than 0 of s = load (1 - exp(-s)), which has the sign of load - 1 (Newton)."""
    if load == 1.0:
        return 0.0
    root = load if load > 1.0 else 2.0 * math.log(load)
    for _ in range(100):
        step = (root + load * math.expm1(-root)) / (1.0 - load * math.exp(-root))
        root -= step
        if abs(step) <= 1e-15 * abs(root):
            break
    return root
