"""Numbers as people write them in a language: digit groups and the decimal mark of the CLDR."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.texts.languages import ENGLISH, Language, cldr

DIGITS = 6
"""Significant digits of a number that is not whole."""

_LENGTH_MAX = 24


@dataclass(frozen=True, slots=True)
class Fixed:
    """A number that is written with so many decimal places."""

    value: float
    places: int


def number(value: float | Fixed, language: Language) -> str:
    """`value` as written in `language`: ``1,234.5``; what is not finite as Python writes it."""
    if isinstance(value, Fixed):
        return _written(f"{value.value:,.{value.places}f}", language)
    if isinstance(value, int) or (math.isfinite(value) and value == int(value)):
        return _written(f"{int(value):,}", language)
    return _written(f"{value:,.{DIGITS}g}", language)


def _written(english: str, language: Language) -> str:
    """A number in English digits and marks, with the marks of `language`; one that is not made of
    these, or too long for decimals of the usual precision, as it is.
    """
    usual = set(english) <= set("-0123456789,.") and len(english) <= _LENGTH_MAX
    if language == ENGLISH or not usual:
        return english
    # Only who reads another language pays for the tables of all.
    from babel.numbers import format_decimal

    places = len(english.partition(".")[2])
    pattern = f"#,##0.{'0' * places}" if places else "#,##0"
    return format_decimal(english.replace(",", ""), format=pattern, locale=cldr(language))
