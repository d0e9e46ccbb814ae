"""Rows of expectations as text, in the one way that documents keep."""

from __future__ import annotations

import re
from decimal import Decimal

from app.expectations.rows import Comparison, Deadline, Event, Figure, Instant, Quantity, Row, Span

_PLAIN_NAME = re.compile(r'[^\s"()<>=≤≥]+( [^\s"()<>=≤≥]+)*')
_KEYWORD = re.compile(r"(^|\s)(from|after|between|and|until|within|every|seeds|in|of)(\s|$)", re.I)


def written(row: Row) -> str:
    """Return the text of a row; parsing it gives the row back."""
    if not isinstance(row, Comparison):
        return f"recovered{_when(row.deadline)}{_seeds(row.seeds)}"
    return "".join(
        (
            f"{figure_text(row.figure)} {row.operator} {quantity_text(row.quantity)}",
            " of offered" if row.of_offered else "",
            f" in every {quantity_text(row.every)}" if row.every else "",
            _when(row.when),
            _seeds(row.seeds),
        )
    )


def figure_text(figure: Figure) -> str:
    """Return the text of a figure: ``p99(web users)``."""
    percentile = f"{figure.percentile:f}" if figure.percentile is not None else ""
    subject = f"({name_text(figure.subject)})" if figure.subject else ""
    return f"{figure.name}{percentile}{subject}"


def quantity_text(quantity: Quantity) -> str:
    """Return a number with its unit: ``1,500 USD``."""
    number = f"{quantity.number:,f}"
    return f"{number} {quantity.unit}".rstrip()


def name_text(name: str) -> str:
    """Return a name as a row has it: between quotes if it would be read otherwise."""
    plain = _PLAIN_NAME.fullmatch(name) and not _KEYWORD.search(name)
    return name if plain else f'"{name}"'


def event_text(event: Event) -> str:
    """Return the text of an event: ``crash db-1``."""
    return f"{event.type} {name_text(event.subject)}"


def instant_text(instant: Instant) -> str:
    """Return the text of a moment: ``10 s after crash db-1``."""
    event = event_text(instant.event) if instant.event else ""
    if instant.offset is None:
        return event
    return " after ".join(part for part in (quantity_text(instant.offset), event) if part)


def _when(when: Span | Deadline) -> str:
    if isinstance(when, Deadline):
        return f" within {quantity_text(when.within)} after {event_text(when.event)}"
    if when.start and when.end:
        return f" between {instant_text(when.start)} and {instant_text(when.end)}"
    if when.start:
        return f" from {instant_text(when.start)}"
    return f" until {instant_text(when.end)}" if when.end else ""


def _seeds(share: Decimal | None) -> str:
    return "" if share is None else f" in {share:f} % of seeds"
