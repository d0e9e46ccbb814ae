"""A Restoration: the way of a run that was kept back to where it stood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.session.entry import Intervention, JournalEntry, interventions_of
from app.session.history.journal import JournalPosition, Record
from app.session.situation import Situation


@dataclass(frozen=True, slots=True)
class Restoration:
    """A run to make at second 0, and the interventions, with their times, that bring it to now.

    `position` is the record's at second 0.
    """

    situation: Situation
    position: JournalPosition
    interventions: list[tuple[int, Intervention]]


def restore(record: Record, now_ns: int, on_entry: Callable[[JournalEntry], None]) -> Restoration:
    """Have a restored record stand at `now_ns`; report every entry up to the head, in order."""
    situation, start = record.situation, record.position
    entries = record.seek(start, record.head_ns)
    for entry in entries:
        on_entry(entry)
    if now_ns < record.head_ns:
        for entry in entries:
            entry.release()
        entries = record.seek(start, now_ns)
    return Restoration(situation, start, interventions_of(entries))
