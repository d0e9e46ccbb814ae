"""A KeptRun: the beginning of a run, everything that was done to it since, and its clock.

The same beginning, seed and entries lead to the same run, so this is all that a run is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.actions import Recorded
from app.scenarios.document import (
    DocumentError,
    Scenario,
    TimedAction,
    scenario_from_json,
    scenario_to_json,
)
from app.session.entry import JournalEntry
from app.session.situation import Situation
from app.topology.model import Topology

LONG_AGO_S = -1e9
"""Wall time of what was done before a restart: no gesture of now goes on with one of then."""


class KeptRunError(Exception):
    """A run that was kept cannot be read."""


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run as it is kept. `origin` is the scenario at second 0, with the script that plays."""

    origin: Scenario
    entries: tuple[JournalEntry, ...]
    now_ns: int
    head_ns: int
    branches: int = 0
    running: bool = True
    speed: float | None = 1.0


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _EntryShape(_Shape):
    id: int
    at_ns: Annotated[int, Field(ge=0)]
    at_s: float
    author: str
    undoes: int
    turn: Literal["did", "undid", "redid"]
    skipped: bool
    action: Recorded
    inverse: Recorded | None


class _OriginShape(_Shape):
    document: dict[str, Any]
    script: list[tuple[Annotated[int, Field(ge=0)], Recorded]]


def entry_to_json(entry: JournalEntry) -> str:
    """Return an entry of a journal as JSON text."""
    return _EntryShape(
        id=entry.id,
        at_ns=entry.at_ns,
        at_s=entry.at_s,
        author=entry.author,
        undoes=entry.undoes,
        turn=entry.turn,
        skipped=entry.skipped,
        action=entry.action,
        inverse=entry.inverse,
    ).model_dump_json()


def origin_to_json(origin: Scenario) -> str:
    """Return a run's beginning as JSON text.

    Its script is apart from the document, which would refuse actions that fit no more.
    """
    document = scenario_to_json(origin) | {"journal": []}
    script = [(one.at_ns, one.action) for one in origin.journal]
    return _OriginShape(document=document, script=script).model_dump_json()


def entries_from_json(texts: tuple[str, ...]) -> tuple[JournalEntry, ...]:
    """Return the entries that were written by `entry_to_json`. Raises KeptRunError."""
    nothing = Situation(Topology())
    entries = []
    for text in texts:
        try:
            shape = _EntryShape.model_validate_json(text)
        except ValidationError as error:
            raise KeptRunError(str(error).splitlines()[0]) from error
        entry = JournalEntry(nothing, nothing, shape.action, shape.inverse)
        entry.id, entry.at_ns, entry.author = shape.id, shape.at_ns, shape.author
        entry.undoes, entry.turn, entry.skipped = shape.undoes, shape.turn, shape.skipped
        entry.at_s = LONG_AGO_S + shape.at_s
        entries.append(entry)
    return tuple(entries)


def origin_from_json(text: str) -> Scenario:
    """Return the beginning that was written by `origin_to_json`. Raises KeptRunError."""
    try:
        shape = _OriginShape.model_validate_json(text)
        origin = scenario_from_json(shape.document)
    except (DocumentError, ValidationError) as error:
        raise KeptRunError(str(error).splitlines()[0]) from error
    script = tuple(TimedAction(at_ns, action) for at_ns, action in shape.script)
    return replace(origin, journal=script)
