"""From a session to what the store keeps of it, and back."""

from __future__ import annotations

import json
from dataclasses import dataclass

from app.scenarios.document import (
    Scenario,
    parse_json,
    scenario_from_json,
    scenario_to_json,
)
from app.session.history.kept_run import (
    KeptRun,
    entries_from_json,
    entry_to_json,
    origin_from_json,
    origin_to_json,
)
from app.session.session import Session
from app.store.saved import Clock, SavedRun, SavedSession


@dataclass(frozen=True, slots=True)
class Change:
    """Part of a session to save: all of it but entries of the journal before number `first`."""

    session_id: str
    name: str
    document: str
    run: SavedRun
    first: int


def clock_of(session: Session) -> Clock:
    """Return where a session's run stands."""
    record, player = session.record, session.player
    record.reach(player.now_ns)
    return Clock(record.now_ns, record.head_ns, session.running, player.speed)


def take_change(session: Session) -> Change:
    """Return what is to be saved; the entries of its journal count as saved from now on."""
    record, scenario = session.record, session.scenario()
    first, entries = record.take_unsaved()
    return Change(
        session_id=session.id,
        name=scenario.name,
        document=json.dumps(scenario_to_json(scenario), ensure_ascii=False),
        run=SavedRun(
            origin=origin_to_json(record.origin),
            branches=record.branches,
            clock=clock_of(session),
            entries=tuple(entry_to_json(entry) for entry in entries),
        ),
        first=first,
    )


def scenario_of(saved: SavedSession) -> Scenario:
    """Return the scenario that was saved. Raises DocumentError when it cannot be read."""
    return scenario_from_json(parse_json(saved.document))


def run_of(saved: SavedSession) -> KeptRun | None:
    """Return the run that was saved; None without one. Raises KeptRunError for one unreadable."""
    run = saved.run
    if run is None:
        return None
    entries = entries_from_json(run.entries)
    now_ns = max(0, run.clock.now_ns)
    last_ns = entries[-1].at_ns if entries else 0
    return KeptRun(
        origin=origin_from_json(run.origin),
        entries=entries,
        now_ns=now_ns,
        head_ns=max(run.clock.head_ns, now_ns, last_ns),
        branches=run.branches,
        running=run.clock.running,
        speed=run.clock.speed,
    )
