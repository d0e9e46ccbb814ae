"""Plain text for a terminal: columns that line up, and nothing that could steer the terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def table(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """`rows` as columns, the columns numbered in `right` aligned at their right edge."""
    cleaned = [[printable(cell) for cell in row] for row in rows]
    widths = [max(_width(cell) for cell in column) for column in zip(*cleaned, strict=True)]
    lines = (
        "  ".join(
            _pad(cell, width, position in right)
            for position, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cleaned
    )
    return "\n".join(line.rstrip() for line in lines)


def printable(text: str) -> str:
    """`text` on one line: names are typed by people, and a terminal obeys control characters."""
    return "".join(c if c.isprintable() or c == "\N{NO-BREAK SPACE}" else "?" for c in text)


def _pad(cell: str, width: int, right: bool) -> str:
    space = " " * (width - _width(cell))
    return space + cell if right else cell + space


def _width(text: str) -> int:
    """Columns a terminal gives to `text`: two for each Korean character."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
