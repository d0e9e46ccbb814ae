"""The report of a test for a terminal: every document, its rows, and what is missed by how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text as Styled

from app.cli.table import printable
from app.replications.outcome import RowOutcome
from app.texts.languages import Language
from app.texts.text import Text, plural

_SUMMARY = Text("{documents}, {rows}: {result}")
_DOCUMENTS = plural("{count} document", "{count} documents")
_ROWS = plural("{count} row", "{count} rows")
_ALL = Text("all hold")
_MISSED = plural("{count} is missed", "{count} are missed")


class Report:
    """Prints documents one after the other, as their runs are done."""

    def __init__(self, language: Language, console: Console | None = None) -> None:
        self._language = language
        self._console = console or Console(highlight=False, soft_wrap=True)

    def document(self, source: str, outcomes: Sequence[RowOutcome]) -> None:
        """Print one document with its rows."""
        self._console.print(Styled(printable(source), style="bold"))
        for one in outcomes:
            mark, style = ("✓", "green") if one.holds else ("✗", "red")
            self._console.print(Styled(f"  {mark} ", style=style) + Styled(printable(one.row)))
            said = Styled(f"    {printable(one.said.say(self._language))}")
            said.stylize("dim" if one.holds else style)
            self._console.print(said)

    def end(self, outcomes: Mapping[str, Sequence[RowOutcome]]) -> None:
        """Print the totals."""
        every = [one for rows in outcomes.values() for one in rows]
        missed = sum(not one.holds for one in every)
        said = _SUMMARY.given(
            documents=_DOCUMENTS.given(count=len(outcomes)),
            rows=_ROWS.given(count=len(every)),
            result=_MISSED.given(count=missed) if missed else _ALL,
        )
        style = "red" if missed else "green"
        self._console.print(Styled(said.say(self._language), style=f"bold {style}"))
