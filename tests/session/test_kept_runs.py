"""A run outlives the process: its drawing, faults, undo, timeline and time are there again."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.actions import Crash, Pause, Seek, SetLoad, SetSpeed
from app.scenarios import library
from app.scenarios.document import Scenario, scenario_to_json
from app.session.engine_startup import Warmup
from app.session.explain.timeline import Row
from app.session.outcome import Outcome
from app.session.persistence.vault import Vault
from app.session.registry import Registry
from app.session.session import Session
from app.settings import Settings
from app.topology.edits.apply import AddNode, RemoveNode
from tests.session.conftest import WITHIN_S, Watcher

pytestmark = pytest.mark.anyio


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'sessions.db'}"


@asynccontextmanager
async def server(url: str, warmup: Warmup) -> AsyncIterator[Registry]:
    settings = Settings(database_url=url)
    registry = Registry(Vault(settings), warmup, settings)
    await registry.start(warm_up=False)
    try:
        yield registry
    finally:
        await registry.stop()


async def found(registry: Registry, session_id: str) -> Session:
    session = await registry.find(session_id)
    assert session is not None
    return session


async def at_rest(session: Session) -> Watcher:
    """Somebody who watches the session once its run stands where its clock says."""
    watcher = Watcher(session)
    await watcher.until(lambda frame: frame["ready"] and not frame["seeking"])
    return watcher


def told(rows: list[Row]) -> list[tuple[int, str, str, str]]:
    return sorted((row.at_ns, row.severity, row.author, row.text.en) for row in rows)


def fingerprint(session: Session) -> str:
    """The fingerprint of the engine behind a session."""
    run = session.player._run
    assert run is not None
    return run._engine.fingerprint()


def later(at_s: float, frame: dict[str, Any]) -> bool:
    return bool(frame["t"] >= at_s)


async def lively(registry: Registry, scenario: Scenario) -> tuple[Session, Watcher]:
    """A session to which much was done, at rest."""
    session = await registry.create(scenario)
    watcher = await at_rest(session)
    session.submit(SetSpeed(speed=10.0))
    deeds: list[tuple[int, Callable[[], Outcome]]] = [
        (2, lambda: session.submit(Crash(node="web-1"), "ann")),
        (4, lambda: session.submit(AddNode(kind="web_server", x=10.0, y=20.0), "bob")),
        (5, lambda: session.submit(SetLoad(factor=2.5), "ann")),
        (6, lambda: session.submit(RemoveNode(node="web-2"), "ann")),
        (7, lambda: session.undo("ann")),
        (9, lambda: session.submit(Pause())),
    ]
    for at_s, act in deeds:
        await watcher.until(partial(later, at_s))
        act()
    await watcher.until(lambda frame: not frame["running"])
    # What is not told yet is told with the next frame.
    await watcher.until(lambda frame: not frame["running"])
    return session, watcher


@pytest.mark.parametrize("name", ["final-design", "primary-dies-async"])
async def test_a_run_goes_on_after_a_restart_as_if_nothing_had_been(
    url: str, engine_ready: Warmup, name: str
) -> None:
    async with server(url, engine_ready) as registry:
        session, watcher = await lively(registry, library.load(name))
        before = {
            "document": scenario_to_json(session.scenario()),
            "t": session.player.now_ns,
            "broken": session.broken,
            "load": session.record.situation.load,
            "undo": [step.inverse for step in session.record.history.undo],
            "redo": [step.inverse for step in session.record.history.redo],
            "speed": session.player.speed,
            "rows": told(watcher.rows),
            "state": fingerprint(session),
        }
    async with server(url, engine_ready) as registry:
        again = await found(registry, session.id)
        watcher = await at_rest(again)
        after = {
            "document": scenario_to_json(again.scenario()),
            "t": again.player.now_ns,
            "broken": again.broken,
            "load": again.record.situation.load,
            "undo": [step.inverse for step in again.record.history.undo],
            "redo": [step.inverse for step in again.record.history.redo],
            "speed": again.player.speed,
            "rows": told(watcher.rows),
            "state": fingerprint(again),
        }
        assert after == before
        assert not again.running
        assert again.undo("ann").accepted


async def test_a_run_in_its_past_is_in_its_past_after_a_restart(
    url: str, engine_ready: Warmup, final_design: Scenario
) -> None:
    async with server(url, engine_ready) as registry:
        session, watcher = await lively(registry, final_design)
        head_ns, document = session.record.head_ns, scenario_to_json(session.scenario())
        crashed_ns = session.record.journal[0].at_ns
        session.submit(Seek(at_s=crashed_ns / 1e9 + 0.1))
        await watcher.until(lambda frame: frame["past"] and not frame["seeking"])
        state = fingerprint(session)
    async with server(url, engine_ready) as registry:
        again = await found(registry, session.id)
        watcher = await at_rest(again)
        assert (again.player.now_ns, again.record.head_ns) == (crashed_ns + 100_000_000, head_ns)
        assert again.record.past
        assert again.broken == ("web-1",)
        assert fingerprint(again) == state
        assert scenario_to_json(again.scenario()) == document
        again.submit(Seek(at_s=9e9))
        frame = await watcher.until(lambda frame: not frame["past"] and not frame["seeking"])
        assert frame["t"] == head_ns / 1e9
        assert again.record.situation.load == 2.5


async def test_an_action_while_the_run_is_on_its_way_back_is_part_of_it(
    url: str, final_design: Scenario, engine_ready: Warmup
) -> None:
    async with server(url, engine_ready) as registry:
        session, _ = await lively(registry, final_design)
        t = session.player.now_ns
    cold = Warmup()
    async with server(url, cold) as registry:
        again = await found(registry, session.id)
        assert again.submit(Crash(node="db-1")).accepted
        await asyncio.sleep(0)
    async with server(url, engine_ready) as registry:
        third = await found(registry, session.id)
        await at_rest(third)
        assert third.broken == ("db-1", "web-1")
        assert third.record.journal[-1].at_ns == t == third.player.now_ns


async def test_a_branch_replaces_the_saved_entries_after_it(
    url: str, final_design: Scenario, engine_ready: Warmup
) -> None:
    async with server(url, engine_ready) as registry:
        session, watcher = await lively(registry, final_design)
        async with asyncio.timeout(WITHIN_S):
            while session.record.unsaved:
                await asyncio.sleep(0.05)
        crashed_ns = session.record.journal[0].at_ns
        session.submit(Seek(at_s=crashed_ns / 1e9 + 0.1))
        await watcher.until(lambda frame: frame["past"] and not frame["seeking"])
        session.submit(Crash(node="db-1"))
        await watcher.until(lambda frame: not frame["past"])
        entries = [entry.action for entry in session.record.journal]
        assert len(entries) == 2
    async with server(url, engine_ready) as registry:
        again = await found(registry, session.id)
        assert [entry.action for entry in again.record.journal] == entries
        assert again.record.branches == session.record.branches


async def test_a_run_that_cannot_be_read_begins_again_with_its_drawing(
    url: str, engine_ready: Warmup, final_design: Scenario, caplog: pytest.LogCaptureFixture
) -> None:
    async with server(url, engine_ready) as registry:
        session, _ = await lively(registry, final_design)
        nodes = {node.id for node in session.topology.nodes}
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE journal SET entry = '{}' WHERE number = 1")
    connection.close()
    async with server(url, engine_ready) as registry:
        again = await found(registry, session.id)
        assert {node.id for node in again.topology.nodes} == nodes
        assert again.player.now_ns == 0
        assert "cannot be read" in caplog.text
