"""Rows of the timeline, what is behind one of them, and active faults, for their templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.session.analysis.active_faults import active_faults
from app.session.explain.around_row import around_row
from app.session.explain.fault_messages import fault_words
from app.session.explain.timeline import Row
from app.session.session import Session
from app.texts.languages import Language
from app.texts.numbers import Fixed, number
from app.texts.text import Text


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """A row of the timeline; `at` is simulated seconds, `severity` the name of a glyph.

    `exactly` is the time to the nanosecond, in seconds, to go there. `author` did it, the
    `person`th of the session (0: nobody); an undo took back the step `undone` of `undone_author`.
    """

    id: str
    at: str
    exactly: str
    severity: str
    node: str
    name: str
    text: str
    author: str
    person: int
    undone_author: str
    undone: str


def timeline_row(row: Row, language: Language) -> TimelineRow:
    """A row of the timeline, in one language."""
    return TimelineRow(
        row.id,
        number(Fixed(row.at_ns / 1e9, 1), language),
        f"{row.at_ns / 1e9:.9f}".rstrip("0").rstrip("."),
        row.severity,
        row.node,
        row.name,
        row.text.say(language),
        row.author,
        row.person,
        row.undone.author if row.undone else "",
        row.undone.text.say(language) if row.undone else "",
    )


MEASURED_S: Final = 5.0
"""Simulated seconds before and after a row over which figures are compared."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure over the seconds before a row and after it; "-" where it is not known."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowMore:
    """Surroundings of a row: rows that led to it and that followed, and figures on both sides."""

    acted: bool
    before: list[TimelineRow]
    after: list[TimelineRow]
    figures: list[Comparison]


@dataclass(frozen=True, slots=True)
class FaultRow:
    """An active fault: its words, since when, how long it lasts yet ("" for until it is healed)."""

    node: str
    link: str
    text: str
    since: str
    left: str


def row_more(session: Session, row_id: str, language: Language) -> RowMore | None:
    """Cause and effect of a row of the timeline; None when it is not there."""
    found = around_row(session.channel.rows, row_id)
    if found is None:
        return None
    before, after = (
        [timeline_row(row, language) for row in rows] for rows in (found.before, found.after)
    )
    acted = found.row.id.startswith("e")
    return RowMore(acted, before, after, _figures(session, found.row.at_ns / 1e9, language))


def _figures(session: Session, at_s: float, language: Language) -> list[Comparison]:
    low, high = max(0.0, at_s - MEASURED_S), at_s + MEASURED_S
    times, columns = session.player.samples.columns(low, high)

    def mean(name: str, first_s: float, last_s: float) -> str:
        column = columns.get(name, [None] * len(times))
        values = [
            value
            for t, value in zip(times, column, strict=True)
            if value is not None and first_s <= t <= last_s
        ]
        if not values:
            return "-"
        return number(Fixed(sum(values) / len(values), 1), language)

    return [
        Comparison(label.say(language), mean(name, low, at_s), mean(name, at_s + 1.0, high))
        for name, label in _COMPARED
    ]


_COMPARED: Final = (
    ("failed", Text("failed /s")),
    ("completed", Text("completed /s")),
    ("p95", Text("p95 ms")),
)


def fault_rows(session: Session, language: Language) -> list[FaultRow]:
    """The faults that are active now, the newest first."""
    topologies = (session.topology, session.topology)
    rows = []
    for one in active_faults(session.record, session.broken, session.player.now_ns):
        is_link = session.topology.has_link(one.target)
        said = one.fault.model_copy(update={"for_s": None}) if hasattr(one.fault, "for_s") else None
        rows.append(
            FaultRow(
                "" if is_link else one.target,
                one.target if is_link else "",
                fault_words(said or one.fault, topologies).text.say(language),
                "" if one.since_s is None else number(Fixed(one.since_s, 1), language),
                "" if one.left_s is None else number(Fixed(one.left_s, 0), language),
            )
        )
    return rows
