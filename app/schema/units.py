"""Units of measure, and the values that have them."""

from __future__ import annotations

from dataclasses import dataclass

from app.texts.text import Text, plural

Value = int | float | str
"""A parameter's value: a number in the parameter's unit, the name of a choice, or CSV text."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure: its symbol, counted where it is a word, and how many engine units make
    one.
    """

    symbol: Text
    scale: float = 1.0

    def text(self, value: Value) -> Text:
        """The symbol as it stands behind `value`."""
        return self.symbol if isinstance(value, str) else self.symbol.given(count=value)


MILLISECONDS = Unit(Text("ms"), 1e6)
SECONDS = Unit(Text("s"), 1e9)
PERCENT = Unit(Text("%"), 0.01)
PER_SECOND = Unit(Text("/s"))
BYTES = Unit(plural("byte", "bytes"))
CORES = Unit(plural("core", "cores"))
REQUESTS = Unit(plural("request", "requests"))
USERS = Unit(plural("user", "users"))
TIMES = Unit(plural("time", "times"))
CACHES = Unit(plural("cache", "caches"))
NO_UNIT = Unit(Text(""))
