"""Errors of a row: the column, the reason, and a hint at what would do."""

from __future__ import annotations

from app.texts.text import Text, joined


class ExpectationError(ValueError):
    """A row that is refused. `column` counts characters from 1; `hint` says what would do.

    `row` is the number of the row, from 0, in a list that has several.
    """

    def __init__(self, column: int, reason: Text, hint: Text | None = None) -> None:
        self.column = column
        self.reason = reason
        self.hint = hint
        self.row = 0
        self.text = joined(
            Text("Column {column}: {reason}", column=column, reason=reason),
            *((hint,) if hint else ()),
        )
        super().__init__(self.text.en)
