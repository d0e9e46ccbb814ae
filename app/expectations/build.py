"""From the parser's tree to a Row: names of figures looked up, units checked, numbers bounded."""

from __future__ import annotations

import re
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, NamedTuple

from lark import Token, Transformer, v_args
from lark.tree import Meta

from app.expectations.errors import ExpectationError
from app.expectations.limits import NUMBER_MAX, PLACES_MAX, TIME_MAX_S
from app.expectations.rows import (
    FIGURES,
    OF_NODE,
    OF_USERS,
    Comparison,
    Deadline,
    Event,
    Figure,
    Instant,
    Quantity,
    Recovery,
    Span,
)
from app.expectations.units import UNITS, Dimension, unit_named
from app.texts.text import Text

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,2})?)")
_OPERATORS = {"≤": "<=", "≥": ">=", "==": "="}
_WHOLE = 100
_LATENCIES = ("p50", "p95", "p99")


class _Amount(NamedTuple):
    """A number and perhaps a unit, before it is known what they are of."""

    number: Decimal
    unit: str
    column: int
    unit_column: int


class _Named(NamedTuple):
    figure: Figure
    column: int


@v_args(meta=True)
class Build(Transformer[Token, Any]):
    """Builds the row that a tree stands for. Raises ExpectationError inside lark's VisitError."""

    def start(self, _: Meta, children: list[Any]) -> Any:
        """The row itself."""
        return children[0]

    def comparison(self, _: Meta, children: list[Any]) -> Comparison:
        """A comparison, its quantity in a unit of its figure."""
        named, sign, amount, of_offered, every, when, seeds = children
        figure: Figure = named.figure
        dimension = FIGURES[figure.name]
        if of_offered is not None:
            if figure.name != "goodput":
                reason = Text("Only goodput is a share of what is offered.")
                raise ExpectationError(of_offered, reason)
            dimension = Dimension.SHARE
        elif figure.name == "goodput" and amount.unit == "%":
            hint = Text("Write {example}.", example=f"{amount.number:f} % of offered")
            raise ExpectationError(amount.unit_column, Text("Goodput is a rate."), hint)
        return Comparison(
            figure,
            _OPERATORS.get(str(sign), str(sign)),  # type: ignore[arg-type]  # the grammar's signs
            _quantity(amount, dimension),
            of_offered is not None,
            every,
            Span() if when is None else when,
            seeds,
        )

    def recovery(self, _: Meta, children: list[Any]) -> Recovery:
        """A recovery, its parts in either order."""
        first, second, seeds = children
        event, within = (first, second) if isinstance(first, Event) else (second, first)
        return Recovery(Deadline(within, event), seeds)

    def figure(self, meta: Meta, children: list[Any]) -> _Named:
        """A known figure, of somebody it can be of."""
        token, subject = children
        written = " ".join(str(token).lower().split())
        name, percentile = written, None
        if found := _PERCENTILE.fullmatch(written):
            name, percentile = "p", Decimal(found[1])
        if name not in FIGURES or (name == "p") != bool(percentile):
            raise ExpectationError(meta.column, *_unknown(written))
        if name in OF_NODE and not subject:
            hint = Text("Write {example}.", example=f"{name}(db-1)")
            raise ExpectationError(meta.end_column, Text("This is of one node."), hint)
        if subject and name not in OF_USERS | OF_NODE:
            raise ExpectationError(meta.column, Text("This is of the whole drawing."))
        return _Named(Figure(name, percentile, subject or ""), meta.column)

    def quantity(self, meta: Meta, children: list[Any]) -> _Amount:
        """A number in bounds, and its unit as written."""
        number, unit = children
        column = unit.column if unit is not None else meta.end_column
        return _Amount(_number(number), str(unit or ""), meta.column, column)

    def dollars(self, meta: Meta, children: list[Any]) -> _Amount:
        """An amount of money with its sign before it."""
        return _Amount(_number(children[0]), "USD", meta.column, meta.column)

    def of_offered(self, meta: Meta, _: list[Any]) -> int:
        """The column of these words."""
        return int(meta.column)

    def stretch(self, _: Meta, children: list[Any]) -> Quantity:
        """The length of a stretch."""
        amount = children[-1]
        found = _time(amount)
        if found.value < 1:
            raise ExpectationError(amount.column, Text("A run is read once a second."))
        return found

    def share(self, _: Meta, children: list[Any]) -> Decimal:
        """The share of seeds, in percent."""
        token = next(one for one in children if one.type == "NUMBER")
        number = _number(token)
        if not 0 < number <= _WHOLE:
            raise ExpectationError(token.column, Text("Use a share from 0 to 100 %."))
        return number

    def deadline(self, _: Meta, children: list[Any]) -> Quantity:
        """The time until a deadline."""
        return _time(children[0])

    def from_(self, _: Meta, children: list[Any]) -> Span:
        """From a moment to the end."""
        return Span(children[0])

    def after(self, _: Meta, children: list[Any]) -> Span:
        """From an event to the end."""
        return Span(Instant(None, children[0]))

    def between(self, meta: Meta, children: list[Any]) -> Span:
        """From a moment to another one."""
        first, last = children
        if first.event is None and last.event is None and first.offset.value >= last.offset.value:
            raise ExpectationError(meta.column, Text("The second time is not after the first."))
        return Span(first, last)

    def until(self, _: Meta, children: list[Any]) -> Span:
        """From the start to a moment."""
        return Span(None, children[0])

    def within(self, _: Meta, children: list[Any]) -> Deadline:
        """From a deadline after an event on."""
        return Deadline(*children)

    def at(self, _: Meta, children: list[Any]) -> Instant:
        """A second of the run."""
        return Instant(_time(children[0]))

    def offset(self, _: Meta, children: list[Any]) -> Instant:
        """A time after an event."""
        return Instant(_time(children[0]), children[1])

    def moment(self, _: Meta, children: list[Any]) -> Instant:
        """An event itself."""
        return Instant(None, children[0])

    def event(self, _: Meta, children: list[Any]) -> Event:
        """An event of a thing."""
        return Event(str(children[0]).lower(), children[1])

    def name(self, _: Meta, children: list[Any]) -> str:
        """A name without its quotes."""
        return " ".join(str(one) for one in children).strip('"')


def _number(token: Token) -> Decimal:
    digits = str(token).replace(",", "")
    if len(digits.partition(".")[2]) > PLACES_MAX or Decimal(digits) > NUMBER_MAX:
        raise ExpectationError(token.column or 1, Text("This number is too long."))
    return Decimal(digits)


def _quantity(amount: _Amount, dimension: Dimension) -> Quantity:
    unit = unit_named(amount.unit, dimension)
    if unit is None:
        known = ", ".join(one for one in UNITS[dimension] if one)
        hint = Text("Use {units}.", units=known) if known else Text("This is a count.")
        if not amount.unit:
            raise ExpectationError(amount.unit_column, Text("The unit is missing."), hint)
        reason = Text("“{unit}” is no unit of this.", unit=amount.unit)
        raise ExpectationError(amount.unit_column, reason, hint)
    if dimension is Dimension.SHARE and amount.number > _WHOLE:
        raise ExpectationError(amount.column, Text("Use a share from 0 to 100 %."))
    return Quantity(amount.number, unit, dimension)


def _time(amount: _Amount) -> Quantity:
    found = _quantity(amount, Dimension.DURATION)
    if found.value > TIME_MAX_S:
        raise ExpectationError(amount.column, Text("No run is that long."))
    return found


def _unknown(written: str) -> tuple[Text, Text]:
    known = [name for name in FIGURES if name != "p"] + list(_LATENCIES)
    near = get_close_matches(written, known, n=1)
    reason = Text("There is no figure “{name}”.", name=written)
    if near:
        return reason, Text("Did you mean {name}?", name=near[0])
    return reason, Text("There are {names}.", names=known)
