"""Parsing of a row of expectations, bounded beforehand, with its units checked."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.expectations.errors import ExpectationError
from app.expectations.limits import ROW_LENGTH_MAX, ROWS_MAX
from app.expectations.rows import Figure, Row
from app.expectations.write import written
from app.texts.text import Text, plural

if TYPE_CHECKING:
    from lark import Lark

_GRAMMAR = Path(__file__).with_name("grammar.lark")

_WANTED: dict[str, Text] = {
    "NUMBER": Text("a number"),
    "UNIT": Text("a unit"),
    "OPERATOR": Text("one of {signs}", signs="< <= > >= ="),
    "FIGURE": Text("a figure, such as availability, p99 or cost"),
    "WORD": Text("a name"),
    "EVENT": Text("an event, such as crash db-1"),
    "_FROM": Text("from, between, until, after or within"),
    "_AFTER": Text("after and an event, such as after crash db-1"),
}
"""Words for what may stand at a place, by the grammar's name of it; the first that fits is said."""


def canonical(rows: Iterable[str]) -> tuple[str, ...]:
    """Return rows in the one way that documents keep. Raises ExpectationError, with the number of
    the row, for one that is not of the language.
    """
    found = []
    for number, text in enumerate(rows):
        if number >= ROWS_MAX:
            raise ExpectationError(1, too_many())
        try:
            found.append(written(parsed(text)))
        except ExpectationError as error:
            error.row = number
            raise
    return tuple(found)


def too_many() -> Text:
    """The refusal of more rows than a list holds."""
    return plural(
        "There is room for {count} row.", "There is room for {count} rows.", count=ROWS_MAX
    )


def parsed(text: str) -> Row:
    """Return a row of expectations as data. Raises ExpectationError with the column of what is
    wrong.
    """
    row: Row = _built(text, "start")
    return row


def figure_of(text: str) -> Figure:
    """Return a figure alone, such as ``p99(web users)``. Raises ExpectationError."""
    figure: Figure = _built(text, "figure").figure
    return figure


def _built(text: str, start: str) -> Any:
    """The data of a text, whose tree begins with the rule `start`."""
    if len(text) > ROW_LENGTH_MAX:
        reason = plural(
            "A row has at most {count} character.",
            "A row has at most {count} characters.",
            count=ROW_LENGTH_MAX,
        )
        raise ExpectationError(ROW_LENGTH_MAX + 1, reason)
    for column, character in enumerate(text, start=1):
        if not character.isprintable():
            raise ExpectationError(column, Text("This character has no place in a row."))
    return _parsed(text, start)


@cache
def _parser() -> Lark:
    # Here and not above: importing it takes longer than most commands.
    from lark import Lark

    grammar = _GRAMMAR.read_text(encoding="utf-8")
    return Lark(
        grammar,
        start=["start", "figure"],
        parser="lalr",
        propagate_positions=True,
        maybe_placeholders=True,
    )


def _parsed(text: str, start: str) -> Any:
    from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedToken, VisitError

    from app.expectations.build import Build

    try:
        tree = _parser().parse(text, start=start)
    except UnexpectedToken as error:
        at_end = error.token.type == "$END"
        column = len(text.rstrip()) + 1 if at_end else int(error.column)
        raise _misplaced(column, "" if at_end else str(error.token), error.expected) from None
    except UnexpectedCharacters as error:
        place = int(error.column) - 1
        raise _misplaced(place + 1, text[place:].split()[0], error.allowed or ()) from None
    except UnexpectedEOF:
        raise _misplaced(len(text.rstrip()) + 1, "", ()) from None
    try:
        return Build().transform(tree)
    except VisitError as error:
        if isinstance(error.orig_exc, ExpectationError):
            raise error.orig_exc from None
        raise


def _misplaced(column: int, found: str, expected: Iterable[str]) -> ExpectationError:
    names = set(expected)
    wanted = next((words for name, words in _WANTED.items() if name in names), None)
    hint = Text("Here stands {wanted}.", wanted=wanted) if wanted else None
    if not found:
        return ExpectationError(column, Text("The row ends too early."), hint)
    return ExpectationError(column, Text("“{found}” does not fit here.", found=found), hint)
