"""Numbers have the digit groups and the decimal mark of the language."""

import math

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from app.texts.numbers import Fixed, number


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        (0, "0", "0"),
        (1_234_567, "1,234,567", "1.234.567"),
        (-1_234.5, "-1,234.5", "-1.234,5"),
        (2.0, "2", "2"),
        (0.1 + 0.2, "0.3", "0,3"),
        (Fixed(2.0, 3), "2.000", "2,000"),
        (Fixed(1_234.56, 1), "1,234.6", "1.234,6"),
        (math.inf, "inf", "inf"),
        (1e-9, "1e-09", "1e-09"),
        (10**30, f"{10**30:,}", f"{10**30:,}"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(
    value: float | Fixed, english: str, german: str
) -> None:
    assert number(value, "en") == english
    assert (
        number(value, "de") == number(value, "de-AT").replace("\N{NO-BREAK SPACE}", ".") == german
    )
    assert number(value, "ko") == english


@given(st.integers(-(10**15), 10**15) | st.floats(-1e5, 1e5).map(lambda value: round(value, 1)))
def test_english_needs_no_tables_to_be_written_as_the_cldr_has_it(value: float) -> None:
    assert number(value, "en") == format_decimal(value or 0, locale="en")


def test_a_language_may_have_a_region() -> None:
    assert number(1_234.5, "pt-BR") == "1.234,5"
    assert number(1_234.5, "de-CH").endswith(".5")
