"""Stations: nodes as queueing theory sees them, and what can be said of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from app.texts.text import Text
from app.theory.queues.streams import Arrivals

Quality = Literal["exact", "approximation"]

NEGLIGIBLE: Final = 1e-9
"""A queue whose bound refuses a smaller share than this counts as unbounded."""


@dataclass(frozen=True, slots=True)
class Station:
    """A node as queueing theory sees it. Rates are per second, work is in ms. `unsettled` says why
    none of the forms here fits it, whatever else it is, and `unknown` why nothing can be said.

    `works` has the (rate, mean work) of every class of request; `applying` that of the log, whose
    entries a replica applies one at a time; `beside` what others on its machine ask of its cores.
    Where requests are `rationed`, work is the time that what one takes needs to come again, which
    no request spends there.
    """

    name: str
    works: tuple[tuple[float, float], ...]
    cores: int
    queue_limit: int
    arrivals: Arrivals
    distribution: str = "exponential"
    scv: float = 1.0
    sharing: bool = False
    applying: tuple[float, float] = (0.0, 0.0)
    unsettled: Text | None = None
    unknown: Text | None = None
    beside: tuple[tuple[float, float], ...] = ()
    rationed: bool = False

    @property
    def loads(self) -> tuple[tuple[float, float], ...]:
        """Everything that keeps the cores busy: requests of every class, and the log."""
        return tuple(load for load in (*self.works, self.applying) if load[0] > 0.0)

    @property
    def rate(self) -> float:
        """Everything that asks for a core, per second."""
        return sum(rate for rate, _ in self.loads)

    @property
    def work_ms(self) -> float:
        """Mean work of what asks for a core."""
        return sum(rate * work for rate, work in self.loads) / self.rate if self.rate else 0.0

    @property
    def share(self) -> float:
        """The utilisation law: rate x work / cores, of this node alone."""
        return self.rate * self.work_ms / 1000.0 / self.cores

    @property
    def utilisation(self) -> float:
        """The utilisation of the machine. Above 1 there is more work than can be done."""
        others = sum(rate * work for rate, work in self.beside)
        return self.share + others / 1000.0 / self.cores

    @property
    def log_utilisation(self) -> float:
        """The share of time that the one lane of the log needs at least."""
        return self.applying[0] * self.applying[1] / 1000.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """Mean values at a station in steady state, of the requests it accepts.

    `model` is Kendall's name. `wait_ms` is what others add to a request's own work.
    """

    model: str
    quality: Quality
    wait_ms: float
    time_ms: float
    queue_mean: float
    wait_probability: float | None = None
    refused: float = 0.0
    sharing: bool = False

    def time_of(self, work_ms: float) -> float:
        """Mean time at the station of a class with this mean work."""
        if not self.sharing:
            return self.wait_ms + work_ms
        mean = self.time_ms - self.wait_ms
        return work_ms * self.time_ms / mean if mean else 0.0


@dataclass(frozen=True, slots=True)
class Solution:
    """Theory of a station: waiting times or None, a statement, and the departures."""

    waiting: Waiting | None
    statement: Text
    departures: Arrivals
