"""Rows of expectations as data: what is compared with what, and over which part of a run."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from app.expectations.units import UNITS, Dimension

Operator = Literal["<", "<=", ">", ">=", "="]

FIGURES: Final[dict[str, Dimension]] = {
    "availability": Dimension.SHARE,
    "errors": Dimension.SHARE,
    "goodput": Dimension.RATE,
    "offered": Dimension.RATE,
    "mean": Dimension.DURATION,
    "p": Dimension.DURATION,
    "utilisation": Dimension.SHARE,
    "lag": Dimension.DURATION,
    "lost writes": Dimension.COUNT,
    "stale reads": Dimension.COUNT,
    "conflicting writes": Dimension.COUNT,
    "divergent writes": Dimension.COUNT,
    "two primaries": Dimension.DURATION,
    "cost": Dimension.MONEY,
}
"""Figures that a row may be about, with their dimension; ``p`` is any percentile of latency."""

OF_USERS: Final = frozenset(("availability", "errors", "goodput", "offered", "p"))
"""Figures that may be of some users only."""

OF_NODE: Final = frozenset(("utilisation", "lag"))
"""Figures that are of one node."""

EVENTS: Final = (
    *("crash", "silence", "slow", "heal", "flush", "cut", "degrade", "destroy", "recover"),
)
"""Sorts of what people do to a run, as a row names them."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as it was written."""

    number: Decimal
    unit: str
    dimension: Dimension

    @property
    def value(self) -> float:
        """The quantity in the dimension's base unit: shares of 1, seconds, per second, USD."""
        return float(self.number * UNITS[self.dimension][self.unit])


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a run; `percentile` of latency, `subject` the users or the node, "" for all."""

    name: str
    percentile: Decimal | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that people do to a node, link or group: every such entry of the journal."""

    type: str
    subject: str


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment of a run: so long after its start, or after each such event."""

    offset: Quantity | None
    event: Event | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a run between two moments; None is its start, or its end."""

    start: Instant | None = None
    end: Instant | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """The latest time after each such event from which on a comparison holds."""

    within: Quantity
    event: Event


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure compared with a quantity, over a span or from a deadline on.

    `of_offered` makes a goodput a share of what was offered. With `every`, each stretch of that
    length has to hold by itself. `seeds` is the share of seeds in which it has to hold, in percent.
    """

    figure: Figure
    operator: Operator
    quantity: Quantity
    of_offered: bool = False
    every: Quantity | None = None
    when: Span | Deadline = Span()
    seeds: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Recovery:
    """Users served again, in time after an event: fewer than one request in a hundred fails."""

    deadline: Deadline
    seeds: Decimal | None = None


Row = Comparison | Recovery
