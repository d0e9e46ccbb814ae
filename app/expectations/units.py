"""Units of what can be measured, by the dimension of the figure."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Final


class Dimension(StrEnum):
    """Sort of quantity, which decides the units that fit."""

    SHARE = "share"
    DURATION = "duration"
    RATE = "rate"
    COUNT = "count"
    MONEY = "money"


UNITS: Final[dict[Dimension, dict[str, Decimal]]] = {
    Dimension.SHARE: {"%": Decimal("0.01")},
    Dimension.DURATION: {
        "us": Decimal("0.000001"),
        "ms": Decimal("0.001"),
        "s": Decimal(1),
        "min": Decimal(60),
        "h": Decimal(3600),
    },
    Dimension.RATE: {"/s": Decimal(1), "/min": Decimal(1) / 60},
    Dimension.COUNT: {"": Decimal(1)},
    Dimension.MONEY: {"USD": Decimal(1)},
}
"""Units by dimension, each with its size in the first one that has the size 1."""

SYNONYMS: Final = {
    "µs": "us",
    "sec": "s",
    "second": "s",
    "seconds": "s",
    "minute": "min",
    "minutes": "min",
    "hour": "h",
    "hours": "h",
    "rps": "/s",
    "writes": "",
    "reads": "",
    "usd": "USD",
}
"""Other ways to write a unit."""


def unit_named(written: str, dimension: Dimension) -> str | None:
    """Return the unit of a dimension that somebody has written; None when it is of another."""
    bare = "".join(written.lower().split())
    unit = SYNONYMS.get(bare, bare)
    return unit if unit in UNITS[dimension] else None
