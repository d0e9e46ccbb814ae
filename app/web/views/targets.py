"""Targets as the dialog shows them: rows with their present state, and the parts of a new one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.session.session import Session
from app.texts.languages import Language
from app.texts.text import Text
from app.verdicts.names import TYPES
from app.verdicts.names import events_of as events_in

_BUILDER: Final = {
    "availability": Text("Availability (%)"),
    "errors": Text("Errors (%)"),
    "p50": Text("Latency p50 (ms)"),
    "p95": Text("Latency p95 (ms)"),
    "p99": Text("Latency p99 (ms)"),
    "goodput": Text("Goodput (% of offered)"),
    "cost": Text("Cost (USD a month)"),
    "lost writes": Text("Lost writes"),
}
"""Figures that the form offers, each with its unit."""


@dataclass(frozen=True, slots=True)
class RowView:
    """A row as it was written; `look` is the glyph of its state now, "" if it has none."""

    text: str
    look: str
    error: str


@dataclass(frozen=True, slots=True)
class TargetsView:
    """A list of rows, and what the form for one more offers."""

    of: str
    rows: list[RowView]
    figures: list[tuple[str, str]]
    events: list[str]
    saved: bool
    error: str


def targets_view(
    session: Session,
    of: str,
    language: Language,
    *,
    typed: tuple[str, ...] | None = None,
    wrong: tuple[str, Text] | None = None,
    saved: bool = False,
) -> TargetsView:
    """The rows of a list, as they are or as they were `typed`, with what is `wrong` with one."""
    texts = session.topology.rows.get(of, ()) if typed is None else typed
    states = {one.text: one.holds for one in session.targets.watched if one.wanted}
    field, reason = wrong or ("", None)
    said = reason.say(language) if reason else ""
    fields = [f"rows[{number}]" for number in range(len(texts))]
    rows = [
        RowView(text, _look(states.get(text)) if of == "targets" else "", said * (field == name))
        for name, text in zip(fields, texts, strict=True)
    ]
    figures = [(name, label.say(language)) for name, label in _BUILDER.items()]
    left = "" if field in fields else said
    return TargetsView(of, rows, figures, _events(session), saved, left)


def _look(holds: bool | None) -> str:
    return "" if holds is None else "healthy" if holds else "saturated"


def _events(session: Session) -> list[str]:
    """Every event of the journal so far, as a row names it."""
    found = [
        f"{sort} {target if isinstance(target, str) else f'{target.sort} {target.name}'}"
        for timed in session.scenario().journal
        for sort, target in events_in(timed.action)
        if sort in TYPES.values()
    ]
    return list(dict.fromkeys(found))
