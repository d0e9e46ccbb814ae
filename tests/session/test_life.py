"""A session's good and bad days: no engine yet, errors, sleep, and neighbours."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.actions import (
    Crash,
    Reset,
    SetLoad,
    SetSpeed,
    Step,
)
from app.scenarios.document import Scenario
from app.session import session as session_module
from app.session.run import Run, Turn
from app.session.session import Session
from app.session.warmup import Warmup
from app.topology.edits import AddLink, AddNode, SetNode
from app.topology.model import Topology
from tests.session.conftest import alive

pytestmark = pytest.mark.anyio

S = 1_000_000_000


async def test_before_the_engine_is_ready_everything_but_running_works(
    final_design: Scenario, pool: ThreadPoolExecutor, engine_ready: Warmup
) -> None:
    warmup = Warmup()
    warmup.progress = 0.4
    session = Session("s" * 22, final_design, pool, warmup)
    async with alive(session) as watcher:
        frame = await watcher.until(lambda _: True)
        assert not frame["ready"]
        assert (frame["engine"], frame["progress"], frame["t"]) == ("compiling", 0.4, 0.0)
        added = session.submit(AddNode(kind="web_server")).ids[0]
        session.submit(AddLink(source="lb-1", target=added))
        session.submit(Crash(node="db-1"))
        session.submit(SetLoad(factor=2))
        frame = await watcher.until(lambda frame: frame["faults"] == 1)
        states = {node["id"]: node["state"] for node in frame["n"]}
        assert states["db-1"] == "down"
        assert states[added] == "idle"
        assert session.undo().accepted
        warmup.status = "ready"
        frame = await watcher.until(lambda frame: frame["t"] > 0.5)
        assert {node["id"]: node["state"] for node in frame["n"]}["db-1"] == "down"
        assert frame["load"] == 1.0
        assert [one.at_ns for one in session.record.journal.entries] == [0] * 5


async def test_a_failed_warm_up_is_shown(final_design: Scenario, pool: ThreadPoolExecutor) -> None:
    warmup = Warmup()
    warmup.status = "failed"
    session = Session("s" * 22, final_design, pool, warmup)
    async with alive(session) as watcher:
        frame = await watcher.until(lambda _: True)
        assert (frame["ready"], frame["engine"]) == (False, "failed")
        assert session.submit(AddNode(kind="dns")).accepted


async def test_an_empty_drawing_runs(pool: ThreadPoolExecutor, engine_ready: Warmup) -> None:
    session = Session("s" * 22, Scenario("Empty", Topology()), pool, engine_ready)
    async with alive(session) as watcher:
        frame = await watcher.until(lambda frame: frame["t"] > 0.3)
        assert frame["n"] == []
        session.submit(SetSpeed(speed=None))
        await watcher.until(lambda frame: frame["t"] > 1_000)
        session.submit(Step(events=5))
        await watcher.until(lambda frame: not frame["running"] and session.player.steps == 0)
        session.submit(AddNode(kind="client"))
        frame = await watcher.until(lambda frame: bool(frame["n"]))
        assert frame["n"][0]["id"] == "users-1"


async def test_too_large_for_the_engine_is_said_and_can_be_undone(
    pool: ThreadPoolExecutor, engine_ready: Warmup
) -> None:
    session = Session("s" * 22, Scenario("Many", Topology()), pool, engine_ready)
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["t"] > 0)
        for _ in range(70):
            session.submit(AddNode(kind="client", parameters={"dns_caches": 65_536}))
        row = await watcher.until_row("does not fit")
        assert row.severity == "down"
        frame = await watcher.settled(lambda frame: frame["engine"] == "failed")
        assert not frame["ready"]
        for _ in range(40):
            assert session.undo().accepted
        frame = await watcher.until(lambda frame: frame["ready"] and frame["t"] > 0)
        assert len(frame["n"]) == 30


async def test_an_error_in_the_run_is_shown_and_reset_recovers(
    session: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["t"] > 0.2)

        def broken(run: Run, turn: Turn) -> None:
            raise RuntimeError("a bolt came loose")

        with monkeypatch.context() as patch:
            patch.setattr(Run, "work", broken)
            await watcher.until_row("error in the program")
        frame = await watcher.settled(lambda frame: frame["engine"] == "failed")
        assert not frame["ready"]
        assert "a bolt came loose" in caplog.text
        session.submit(Reset())
        await watcher.until(lambda frame: frame["ready"] and frame["t"] > 0.2)


async def test_nobody_watching_puts_the_session_to_sleep(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "ASLEEP_AFTER_S", 0.3)
    task = asyncio.create_task(session.live())
    try:
        async with asyncio.timeout(30):
            while not session.asleep:
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.2)
            stopped_ns = session.player.now_ns
            await asyncio.sleep(0.5)
            assert session.player.now_ns == stopped_ns
            assert session.running
            # An action of somebody without a page is carried out all the same.
            session.submit(SetNode(node="web-1", parameters={"cores": 2}))
            while not session.record.journal.entries:
                await asyncio.sleep(0.02)
            session.watch()
            while session.player.now_ns <= stopped_ns:
                await asyncio.sleep(0.02)
            # The sleep is not made up for.
            assert session.player.now_ns < stopped_ns + 1 * S
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_sessions_share_the_machine_fairly(
    final_design: Scenario, pool: ThreadPoolExecutor, engine_ready: Warmup
) -> None:
    sessions = [Session(f"{n}" * 22, final_design, pool, engine_ready) for n in range(4)]
    for hungry in sessions[1:]:
        hungry.submit(SetSpeed(speed=None))
    async with alive(sessions[1]) as one, alive(sessions[2]) as two, alive(sessions[3]) as three:
        for watcher in (one, two, three):
            await watcher.until(lambda frame: frame["t"] > 1)
        async with alive(sessions[0]) as modest:
            await modest.until(lambda frame: frame["t"] > 0.2)
            first, wall_s = modest.frames[-1]["t"], time.monotonic()
            frame = await modest.until(lambda frame: frame["t"] > first + 2)
            assert frame["t"] - first > 0.5 * (time.monotonic() - wall_s)
        rates = [watcher.session.player.rate for watcher in (one, two, three)]
        assert max(rates) < 6 * min(rates)
