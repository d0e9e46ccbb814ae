"""Parameters: dials with a unit, a range, a default and help.

This is the only place where a parameter's value is parsed, checked and printed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from app.schema.units import MILLISECONDS, Unit, Value
from app.texts.languages import ENGLISH, Language
from app.texts.numbers import number
from app.texts.text import Text, joined, plural, verbatim

T = TypeVar("T")

TABLE_LENGTH_MAX = 200_000
"""Characters of a table parameter."""


class ParameterError(ValueError):
    """A value that a parameter does not take. ``text`` says why."""

    def __init__(self, parameter: str, text: Text) -> None:
        super().__init__(f"{parameter}: {text.en}")
        self.parameter = parameter
        self.text = text


class UnknownChoiceError(ValueError):
    """A choice of a parameter for which the code at hand has no case: a fault of the program."""

    def __init__(self, parameter: str, choice: object) -> None:
        super().__init__(f"{parameter}: no case for {choice!r}")


def case_of(parameter: str, choice: Value, cases: Mapping[str, T]) -> T:
    """Return the case of a choice of a parameter. Raises UnknownChoiceError when it has none."""
    try:
        return cases[str(choice)]
    except KeyError:
        raise UnknownChoiceError(parameter, choice) from None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the named values of a parameter."""

    name: str
    label: Text


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dial of a kind: unit, range, default and help.

    Its value is a number; with `choices`, the name of one; with `columns`, a small table as CSV
    text (``rows`` reads it), whose first column is a time in seconds that never goes back and
    whose last column may be repeated. It matters only `when` every parameter named there has one
    of the values given for it, and, with `placed`, for nodes in a group of that sort.
    """

    name: str
    label: Text
    unit: Unit
    default: Value
    help: Text
    low: float = 0.0
    high: float = math.inf
    step: float = 1.0
    whole: bool = False
    choices: tuple[Choice, ...] = ()
    columns: tuple[str, ...] = ()
    rows_max: int = 0
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    group: str = "service"
    placed: str = ""

    def parse(self, raw: object) -> Value:
        """The value that `raw` (text from a form, or a JSON value) stands for.

        Raises ParameterError for anything that is not a finite number in range, or not a choice.
        """
        if self.choices:
            if isinstance(raw, str) and raw in {choice.name for choice in self.choices}:
                return raw
            names = ", ".join(choice.name for choice in self.choices)
            raise ParameterError(self.name, Text("Choose one of {names}.", names=names))
        if self.columns:
            return self._table(raw)
        number = self._number(raw)
        if not self.low <= number <= self.high:
            raise ParameterError(self.name, self._range_text())
        if self.whole:
            if number != int(number):
                raise ParameterError(self.name, Text("Use a whole number."))
            return int(number)
        return float(number)

    def engine_value(self, value: Value) -> float:
        """`value` in the engine's own unit (nanoseconds, fractions, or an index of a choice)."""
        if self.choices:
            return float([choice.name for choice in self.choices].index(str(value)))
        return float(value) * self.unit.scale

    def rows(self, value: Value) -> list[list[float]]:
        """The rows of a table parameter's value, as ``parse`` has checked them."""
        return [[float(cell) for cell in line.split(",")] for line in str(value).splitlines()]

    def text(self, value: Value) -> Text:
        """`value` with its unit as people read it, for example ``1,200 ms``."""
        if self.columns:
            return plural("{count} row", "{count} rows", count=len(str(value).splitlines()))
        for choice in self.choices:
            if choice.name == value:
                return choice.label
        if isinstance(value, str):
            return verbatim(value)
        if not self.unit.symbol.message:
            return verbatim(value)
        return joined(verbatim(value), self.unit.text(value), by="\N{NO-BREAK SPACE}")

    def show(self, value: Value, language: Language = ENGLISH) -> str:
        """``text`` said in `language`."""
        return self.text(value).say(language)

    def _number(self, raw: object) -> float:
        number = math.nan
        if isinstance(raw, int | float | str) and not isinstance(raw, bool):
            with suppress(ValueError, OverflowError):
                number = float(raw.replace(",", "") if isinstance(raw, str) else raw)
        if not math.isfinite(number):
            raise ParameterError(self.name, Text("Use a number."))
        return number

    def _table(self, raw: object) -> str:
        """CSV text in a normal form: one row a line, plain numbers, no header, no blank lines."""
        if not isinstance(raw, str):
            raise ParameterError(self.name, Text("Use CSV text."))
        if len(raw) > TABLE_LENGTH_MAX:
            raise ParameterError(
                self.name,
                plural(
                    "Use at most {count} character.",
                    "Use at most {count} characters.",
                    count=TABLE_LENGTH_MAX,
                ),
            )
        lines: list[str] = []
        before = 0.0
        for row, line in enumerate(raw.splitlines(), start=1):
            cells = [cell.strip().strip('"') for cell in line.split(",")]
            if not any(cells) or (row == 1 and cells[0] == self.columns[0]):
                continue
            values = [self._cell(row, cell) for cell in cells]
            if len(values) < len(self.columns) or values[0] < before:
                raise self._bad_row(row)
            before = values[0]
            lines.append(",".join(f"{value:.12g}" for value in values))
        if len(lines) > self.rows_max:
            raise ParameterError(
                self.name,
                plural(
                    "Use at most {count} row.", "Use at most {count} rows.", count=self.rows_max
                ),
            )
        return "\n".join(lines)

    def _cell(self, number: int, cell: str) -> float:
        try:
            value = float(cell)
        except ValueError:
            raise self._bad_row(number) from None
        if not self.low <= value <= self.high:
            raise self._bad_row(number)
        return value

    def _bad_row(self, number: int) -> ParameterError:
        return ParameterError(
            self.name,
            Text(
                "Line {number}: use {columns}; numbers from {low} to {high}; times must not go "
                "back.",
                number=number,
                columns=self.columns,
                low=self.low,
                high=self.high,
            ),
        )

    def _range_text(self) -> Text:
        return Text("Use {low} to {high}.", low=self.low, high=self.high)


def plain(value: Value) -> str:
    """A number in English without needless digits: ``1,200``, ``0.25``; text unchanged."""
    return value if isinstance(value, str) else number(value, ENGLISH)


LINK_PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "latency_ms",
        Text("Latency, one way"),
        MILLISECONDS,
        0.25,
        Text("Time a message needs from one end to the other."),
        0.0,
        10_000.0,
        0.05,
    ),
)
"""The dials of a link; a kind's Port gives the latency that a new link starts with."""


def parse_all(parameters: tuple[Parameter, ...], raw: Mapping[str, object]) -> dict[str, Value]:
    """Parsed values for the `raw` ones. Raises ParameterError for the first unknown or bad one."""
    known = {parameter.name: parameter for parameter in parameters}
    parsed: dict[str, Value] = {}
    for name, value in raw.items():
        if name not in known:
            raise ParameterError(name, Text("There is no such parameter."))
        parsed[name] = known[name].parse(value)
    return parsed
