"""Life of a session: before the engine is ready, after errors, asleep, beside others."""

import asyncio
from concurrent.futures import Executor, ThreadPoolExecutor

import pytest

from app.actions import (
    Crash,
    Reset,
    SetLoad,
    SetSpeed,
    Step,
)
from app.scenarios.document import Scenario
from app.session.engine_startup import Warmup
from app.session.playback.run import Run, Slice
from app.session.session import Session
from app.topology.edits.apply import AddLink, AddNode, SetNode
from app.topology.model import Topology
from tests.session.conftest import alive
from tests.support.machine.virtual_clock import Machine, machine

__all__ = ["machine"]

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
        assert [one.at_ns for one in session.record.journal] == [0] * 5


async def test_a_failed_warm_up_is_shown_in_frames(
    final_design: Scenario, pool: ThreadPoolExecutor
) -> None:
    warmup = Warmup()
    warmup.status = "failed"
    session = Session("s" * 22, final_design, pool, warmup)
    async with alive(session) as watcher:
        frame = await watcher.until(lambda _: True)
        assert (frame["ready"], frame["engine"]) == (False, "failed")
        assert session.submit(AddNode(kind="dns")).accepted


async def test_an_empty_drawing_has_a_run(pool: ThreadPoolExecutor, engine_ready: Warmup) -> None:
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


async def test_a_drawing_too_large_for_the_engine_is_reported_and_can_be_undone(
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

        def broken(run: Run, piece: Slice) -> None:
            raise RuntimeError("a bolt came loose")

        with monkeypatch.context() as patch:
            patch.setattr(Run, "work", broken)
            await watcher.until_row("error in the program")
        frame = await watcher.settled(lambda frame: frame["engine"] == "failed")
        assert not frame["ready"]
        assert "a bolt came loose" in caplog.text
        session.submit(Reset())
        await watcher.until(lambda frame: frame["ready"] and frame["t"] > 0.2)


@pytest.mark.parametrize("machine", [2], indirect=True)
def test_a_session_that_nobody_watches_goes_to_sleep(
    machine: Machine, final_design: Scenario, engine_ready: Warmup
) -> None:
    async def scene() -> None:
        session = Session("s" * 22, final_design, Executor(), engine_ready)
        session.pauses_after_s = 0.3
        task = asyncio.create_task(session.live())
        try:
            await asyncio.sleep(1.0)
            assert session.asleep
            stopped_ns = session.player.now_ns
            assert 0 < stopped_ns < 1 * S
            await asyncio.sleep(5.0)
            assert session.player.now_ns == stopped_ns
            assert session.running
            # An action of somebody without a page is carried out all the same.
            session.submit(SetNode(node="web-1", parameters={"cores": 2}))
            await asyncio.sleep(1.0)
            assert session.record.journal
            assert session.asleep
            stopped_ns = session.player.now_ns
            session.watch()
            await asyncio.sleep(1.0)
            # The sleep is not made up for.
            assert stopped_ns < session.player.now_ns < stopped_ns + 1.2 * S
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    machine.run_until_complete(scene())
