"""The language of expectations: every row is read back as it was written, and errors say where."""

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.expectations.errors import ExpectationError
from app.expectations.limits import ROW_LENGTH_MAX, ROWS_MAX
from app.expectations.parse import canonical, parsed
from app.expectations.rows import (
    EVENTS,
    FIGURES,
    OF_NODE,
    OF_USERS,
    Comparison,
    Deadline,
    Event,
    Figure,
    Instant,
    Operator,
    Quantity,
    Recovery,
    Span,
)
from app.expectations.units import UNITS, Dimension
from app.expectations.write import written

WORDS = st.sampled_from(["web", "users", "db-1", "웹", "사용자", "in", "Zone", "1", "p99", "a(b)"])
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)


def quantities(dimension: Dimension, most: int = 1000) -> st.SearchStrategy[Quantity]:
    low = 2 if dimension is Dimension.DURATION else 0
    highest = 100 if dimension is Dimension.SHARE else most
    numbers = st.decimals(low, highest, places=2) | st.integers(low, highest).map(Decimal)
    units = st.sampled_from(list(UNITS[dimension]))
    return st.builds(Quantity, numbers, units, st.just(dimension))


SECONDS = quantities(Dimension.DURATION).map(
    lambda one: Quantity(one.number, "s", Dimension.DURATION)
)
SIGNS: tuple[Operator, ...] = get_args(Operator)
EVENTS_OF = st.builds(Event, st.sampled_from(EVENTS), NAMES)
INSTANTS = st.builds(Instant, SECONDS, st.none() | EVENTS_OF) | st.builds(
    Instant, st.none(), EVENTS_OF
)
AFTER_EVENTS = st.builds(Instant, st.none(), EVENTS_OF)
SPANS = (
    st.just(Span())
    | st.builds(Span, INSTANTS)
    | st.builds(Span, st.none(), INSTANTS)
    | st.builds(Span, AFTER_EVENTS, INSTANTS)
)
DEADLINES = st.builds(Deadline, SECONDS, EVENTS_OF)
SEEDS = st.none() | st.integers(1, 100).map(Decimal)


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    name = draw(st.sampled_from(list(FIGURES)))
    percentile = draw(st.sampled_from([Decimal(50), Decimal("99.9")])) if name == "p" else None
    subject = draw(NAMES) if name in OF_NODE else ""
    if name in OF_USERS:
        subject = draw(st.just("") | NAMES)
    return Figure(name, percentile, subject)


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    figure = draw(figures())
    of_offered = figure.name == "goodput" and draw(st.booleans())
    dimension = Dimension.SHARE if of_offered else FIGURES[figure.name]
    operator = draw(st.sampled_from(SIGNS))
    every = draw(st.none() | SECONDS)
    when = draw(SPANS | DEADLINES)
    amount = draw(quantities(dimension, 10**6))
    seeds = draw(SEEDS)
    return Comparison(figure, operator, amount, of_offered, every, when, seeds)


@given(comparisons() | st.builds(Recovery, DEADLINES, SEEDS))
def test_a_row_is_read_back_as_it_was_written(row: Comparison | Recovery) -> None:
    text = written(row)
    if len(text) <= ROW_LENGTH_MAX:
        again = parsed(text)
        assert again == row
        assert written(again) == text


@given(st.text(max_size=ROW_LENGTH_MAX + 50))
def test_any_text_is_a_row_or_an_error_with_a_column(text: str) -> None:
    row, error = None, None
    try:
        row = parsed(text)
    except ExpectationError as refused:
        error = refused
    if row:
        assert parsed(written(row)) == row
    else:
        assert error
        assert 1 <= error.column <= len(text) + 1


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("availability>=99.9%", "availability >= 99.9 %"),
        ("P99( web  users )≤300ms FROM 60s", "p99(web users) <= 300 ms from 60 s"),
        ("recovered after crash db-1 within 15 s", "recovered within 15 s after crash db-1"),
        ("goodput > 95 % of offered between 30 s and 60 s", None),
        ("errors < 1 % within 10 s after crash db-1", None),
        ("lost writes == 0 writes", "lost writes = 0"),
        ("cost < $1500", "cost < 1,500 USD"),
        ("p99.9(웹 사용자) < 2 s in every 10 s until crash 데이터베이스 1 in 90 % of seeds", None),
        ('utilisation("in") < 80 % after heal web 2', 'utilisation("in") < 80 % from heal web 2'),
        ("goodput > 120 rps", "goodput > 120 /s"),
        ("mean < 3 seconds", "mean < 3 s"),
    ],
)
def test_rows_are_kept_in_one_way(text: str, kept: str | None) -> None:
    assert written(parsed(text)) == (kept or text)


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("availabilty > 3 %", 1, "Did you mean availability?"),
        ("p99 < 300", 10, "The unit is missing. Use us, ms, s, min, h."),
        ("p99 < 300 %", 11, "“%” is no unit of this. Use us, ms"),
        ("p99 300 ms", 5, "“300” does not fit here. Here stands one of < <= > >= =."),
        ("availability >= 101 %", 17, "Use a share from 0 to 100 %."),
        ("goodput > 95 %", 14, "Write 95 % of offered."),
        ("errors < 1 % of offered", 14, "Only goodput"),
        ("lag < 1 s", 4, "Write lag(db-1)."),
        ("cost(web) < 1 USD", 1, "whole drawing"),
        ("errors < 1 % within 10 s", 25, "after crash db-1"),
        ("errors < 1 % between 5 s and 3 s", 14, "not after the first"),
        ("errors < 1 % in every 0.5 s", 23, "once a second"),
        ("errors < 1 % in 101 % of seeds", 17, "Use a share from 0 to 100 %."),
        ("lost writes < 1.1234567", 15, "too long"),
        ("p99 < 3 ms from 3000000 s", 17, "No run is that long."),
        ("errors\t< 1 %", 7, "no place"),
        ("", 1, "The row ends too early."),
    ],
)
def test_an_error_has_its_column_and_a_hint(text: str, column: int, said: str) -> None:
    with pytest.raises(ExpectationError) as caught:
        parsed(text)
    assert caught.value.column == column
    assert said in caught.value.text.en
    assert caught.value.text.en.startswith(f"Column {column}: ")


def test_rows_that_are_too_long_or_too_many_are_refused_before_they_are_parsed() -> None:
    with pytest.raises(ExpectationError) as caught:
        parsed("(" * (ROW_LENGTH_MAX + 1))
    assert caught.value.column == ROW_LENGTH_MAX + 1
    with pytest.raises(ExpectationError) as caught:
        canonical(["lost writes = 0"] * ROWS_MAX + ["never parsed"])
    assert str(ROWS_MAX) in caught.value.text.en
