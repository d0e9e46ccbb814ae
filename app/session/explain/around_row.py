"""The rows around one of the timeline: those that led to it, and those that followed from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from app.session.explain.timeline import Row

BEFORE_MAX: Final = 3
AFTER_MAX: Final = 6


@dataclass(frozen=True, slots=True)
class AroundRow:
    """Rows `before` a row that concern what it is about, from the act on that began it, and those
    `after` it until the next act; oldest first.
    """

    row: Row
    before: tuple[Row, ...]
    after: tuple[Row, ...]


def around_row(rows: Iterable[Row], row_id: str) -> AroundRow | None:
    """The rows around the one with this id; None when it is not there."""
    ordered = sorted(rows, key=lambda row: row.at_ns)
    place = next((i for i, row in enumerate(ordered) if row.id == row_id), None)
    if place is None:
        return None
    row = ordered[place]
    before = () if _is_act(row) else _led_to(row, ordered[:place])
    return AroundRow(row, before, _followed(row, ordered[place + 1 :]))


def _is_act(row: Row) -> bool:
    """True if a person or the script did it, rather than the system."""
    return row.id.startswith(("e", "b"))


def _subjects(row: Row) -> set[str]:
    return {one for one in (row.node, row.other) if one}


def _led_to(row: Row, earlier: Sequence[Row]) -> tuple[Row, ...]:
    """The last act that concerns the row's subjects, or all (a load), and what came of it till
    then; without one, what the system did about them just before.
    """
    subjects = _subjects(row)
    chain: list[Row] = []
    for one in reversed(earlier):
        if _is_act(one):
            if not _subjects(one) or _subjects(one) & subjects:
                chain.append(one)
                break
        elif _subjects(one) & subjects and len(chain) < BEFORE_MAX - 1:
            subjects |= _subjects(one)
            chain.append(one)
    return tuple(reversed(chain))


def _followed(row: Row, later: Iterable[Row]) -> tuple[Row, ...]:
    """Rows of the system about its subjects, and those that they draw in, until the next act."""
    subjects = _subjects(row)
    found: list[Row] = []
    for one in later:
        if _is_act(one) or len(found) == AFTER_MAX:
            break
        if not subjects or _subjects(one) & subjects:
            subjects |= _subjects(one)
            found.append(one)
    return tuple(found)
