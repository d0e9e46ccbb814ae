"""A Verdict: a row of one run, what it measured, and the sentence about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from app.expectations.rows import FIGURES, Comparison, Row
from app.expectations.units import UNITS, Dimension
from app.texts.languages import ENGLISH, Language
from app.texts.numbers import Fixed
from app.texts.text import Text, verbatim

NANOSECONDS: Final = 1_000_000_000

_SECONDS: Final = (("us", 1e-6), ("ms", 1e-3), ("s", 1.0))


@dataclass(frozen=True, slots=True)
class Verdict:
    """A row judged in one run.

    `measured` and `wanted` are in the base unit of the row's dimension (of a deadline: seconds
    after the event), None without a measurement. `at_ns` is the time from which on the row did not
    hold, None if it does or if nobody can say. `said` is the sentence.
    """

    holds: bool
    measured: float | None
    wanted: float
    at_ns: int | None
    said: Text

    @property
    def off_by(self) -> float | None:
        """Distance between measured and wanted."""
        return None if self.measured is None else abs(self.measured - self.wanted)


def verdict_to_json(verdict: Verdict, language: Language = ENGLISH) -> dict[str, Any]:
    """A verdict as JSON values."""
    return {
        "holds": verdict.holds,
        "measured": verdict.measured,
        "wanted": verdict.wanted,
        "off_by": verdict.off_by,
        "at_s": None if verdict.at_ns is None else verdict.at_ns / NANOSECONDS,
        "text": verdict.said.say(language),
    }


def dimension_of(row: Row) -> Dimension:
    """Return the dimension of what a row measures, as its quantity has it."""
    if not isinstance(row, Comparison):
        return Dimension.SHARE
    return row.quantity.dimension if row.of_offered else FIGURES[row.figure.name]


def value_text(value: float, dimension: Dimension, unit: str = "") -> Text:
    """A measured value with a unit that suits its size, or with the one that is asked for."""
    if dimension is Dimension.COUNT:
        return verbatim(Fixed(value, 0))
    if dimension is Dimension.DURATION:
        return seconds_text(value, unit)
    if dimension is Dimension.SHARE:
        return _amount(value * 100, "%")
    if dimension is Dimension.MONEY:
        return Text("{number} {unit}", number=Fixed(value, 0), unit="USD")
    unit = unit or "/s"
    return _amount(value / float(UNITS[dimension][unit]), unit)


def seconds_text(value: float, unit: str = "") -> Text:
    """A time in the unit that is asked for; else in one that suits it."""
    sizes = dict(_SECONDS) | {"min": 60.0, "h": 3600.0}
    if not unit:
        unit = next((name for name, size in _SECONDS if value < 1000 * size), "s")
    return _amount(value / sizes[unit], unit)


def instant_text(at_ns: int) -> Text:
    """A moment of a run."""
    return Text("{number} {unit}", number=Fixed(at_ns / NANOSECONDS, 1), unit="s")


def _amount(number: float, unit: str) -> Text:
    size = abs(number)
    places = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 1 or not size else 3
    return Text("{number} {unit}", number=Fixed(number, places), unit=unit)
