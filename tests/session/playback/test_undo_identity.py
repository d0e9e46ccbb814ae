"""Edits and undos at second 0 leave no trace: the run is the one without them, to the bit."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.actions import Crash, Pause, Resume, SetLoad, SetSpeed
from app.engine.engine import Engine, Stop
from app.scenarios.document import Scenario, scenario_to_json
from app.session.explain.timeline import YOU
from app.session.history.journal import Record
from app.session.session import Session
from app.topology.edits.apply import (
    AddLink,
    AddNode,
    Edit,
    EditError,
    MoveNode,
    RemoveNode,
    SetGroups,
)
from app.topology.model import Topology
from tests.session.conftest import alive
from tests.session.playback.test_repeatable import fingerprint
from tests.support.generated.scripts import busy_drawings, live_edits

SECOND = 1_000_000_000


def ran(engine: Engine, until_ns: int) -> str:
    while engine.advance(until_ns) is Stop.BUDGET:
        pass
    return engine.fingerprint()


@settings(max_examples=40)
@given(st.data(), busy_drawings())
def test_a_run_after_edits_and_undos_has_the_same_fingerprint(
    data: st.DataObject, start: Topology
) -> None:
    record = Record(Scenario("Identity", start))
    engine = Engine(start, seed=1)
    before = json.dumps(scenario_to_json(record.scenario()))
    for number in range(data.draw(st.integers(1, 5))):
        edit: Edit = data.draw(live_edits(record.situation.topology))
        try:
            record.accept(edit, YOU, float(number * 9))
        except EditError:
            continue
        if data.draw(st.booleans()):
            record.undo()
            record.redo()
    while record.history.undo:
        record.undo()
    for entry in record.apply_due(0):
        if isinstance(entry.intervention, Topology):
            engine.edit(entry.intervention)
    assert json.dumps(scenario_to_json(record.scenario())) == before
    until_ns = SECOND // 4
    assert ran(engine, until_ns) == ran(Engine(start, seed=1), until_ns)


@pytest.mark.anyio
async def test_a_session_before_its_first_event(session: Session, final_design: Scenario) -> None:
    session.submit(Pause())
    session.submit(SetSpeed(speed=20))
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["ready"])
        edits = (
            RemoveNode(node="lb-1"),
            MoveNode(node="web-1", x=1, y=2),
            SetGroups(node="web-2", groups={"machine": "box"}),
            AddNode(kind="web_server", id="web-9"),
            AddLink(source="web-9", target="db-1"),
        )
        for edit in edits:
            assert session.submit(edit).accepted
            await watcher.until(lambda _: not session.record.pending)
        session.submit(SetLoad(factor=3.0))
        for _ in (*edits, "load"):
            assert session.undo().accepted
            await watcher.until(lambda _: not session.record.pending)
        assert not session.undo().accepted
        session.submit(Resume())
        await watcher.until(lambda frame: frame["t"] > 2.0)
        session.submit(Pause())
        await watcher.until(lambda frame: not frame["running"])
        plain = Engine(final_design.topology, seed=1, load=final_design.load)
        assert fingerprint(session) == ran(plain, session.player.now_ns)


def test_a_fault_at_second_0_stays_when_the_drawing_is_edited(final_design: Scenario) -> None:
    engine = Engine(final_design.topology, seed=1)
    assert engine.is_at_start
    engine.fault(Crash(node="web-1"))
    assert not engine.is_at_start
    engine.edit(final_design.topology)
    assert not engine.is_up("web-1")
    resumed = Engine.resume(engine.checkpoint())
    assert not resumed.is_at_start
