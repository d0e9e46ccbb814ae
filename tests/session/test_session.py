"""A live session with the real engine: pacing, and actions while it runs."""

import asyncio
from concurrent.futures import Executor

import pytest

from app.actions import (
    Crash,
    CutLink,
    Heal,
    Pause,
    Reset,
    Resume,
    SetSpeed,
    Silence,
    Slow,
    Step,
)
from app.scenarios.document import Scenario
from app.session.engine_startup import Warmup
from app.session.limits import FRAME_S
from app.session.outcome import NOTHING_TO_UNDO
from app.session.session import Session
from app.topology.edits.apply import AddLink, AddNode, RemoveNode, SetNode
from tests.session.conftest import alive
from tests.support.machine.virtual_clock import Machine, machine

__all__ = ["machine"]

pytestmark = pytest.mark.anyio

PAUSE_S = 5.0


@pytest.mark.parametrize("machine", [2], indirect=True)
def test_a_run_follows_the_clock_with_ten_frames_a_second(
    machine: Machine, final_design: Scenario, engine_ready: Warmup
) -> None:
    async def scene() -> None:
        async with alive(Session("s" * 22, final_design, Executor(), engine_ready)) as watcher:
            await watcher.until(lambda frame: frame["t"] > 0.5)
            seen, begun_s, begun_t = len(watcher.frames), machine.now_s, watcher.frames[-1]["t"]
            frame = await watcher.until(lambda frame: frame["t"] > begun_t + 2.0)
            passed_s = machine.now_s - begun_s
            assert frame["t"] - begun_t == pytest.approx(passed_s, abs=FRAME_S)
            assert frame["rate"] == pytest.approx(1.0, abs=0.1)
            assert frame["running"]
            assert frame["ready"]
            assert len(watcher.frames) - seen == pytest.approx(10 * passed_s, abs=2)

    machine.run_until_complete(scene())


@pytest.mark.parametrize("machine", [2], indirect=True)
def test_frames_carry_measurements_and_traces(
    machine: Machine, final_design: Scenario, engine_ready: Warmup
) -> None:
    async def scene() -> None:
        session = Session("s" * 22, final_design, Executor(), engine_ready)
        async with alive(session) as watcher:
            frame = await watcher.until(lambda frame: frame["t"] > 1.5 and frame["h"])
        assert frame["m"]["offered_rps"] > 100
        assert frame["m"]["p95"] is not None
        assert {node["id"] for node in frame["n"]} == {node.id for node in session.topology.nodes}
        assert 0.3 < frame["w"] <= 2.5
        links = {link.id for link in session.topology.links}
        for number, link, node, begins, ends, sort, ok in frame["h"]:
            assert number >= 0
            assert (link in links) if link else node
            assert begins <= ends
            assert sort in ("r", "w")
            assert ok in (0, 1)

    machine.run_until_complete(scene())


async def test_a_dot_stands_for_more_requests_at_a_higher_load(session: Session) -> None:
    async with alive(session) as watcher:
        frame = await watcher.until(lambda frame: frame["dot"] > 1)
        traced = frame["m"]["offered_rps"] * frame["rate"] / frame["dot"]
        assert traced < 100


@pytest.mark.parametrize("machine", [2], indirect=True)
def test_pausing_stops_the_clock_and_keeps_the_picture(
    machine: Machine, final_design: Scenario, engine_ready: Warmup
) -> None:
    async def scene() -> None:
        session = Session("s" * 22, final_design, Executor(), engine_ready)
        async with alive(session) as watcher:
            await watcher.until(lambda frame: frame["m"]["p95"] is not None)
            session.submit(Pause())
            stopped = await watcher.until(lambda frame: not frame["running"])
            await asyncio.sleep(PAUSE_S)
            later = await watcher.until(lambda _: True)
            assert later["t"] == stopped["t"]
            assert later["rate"] == 0
            assert later["m"]["p95"] == stopped["m"]["p95"]
            session.submit(Resume())
            moved = await watcher.until(lambda frame: frame["t"] > stopped["t"])
            # What the pause took is not made up for.
            assert moved["t"] < stopped["t"] + 2 * FRAME_S

    machine.run_until_complete(scene())


async def test_while_paused_a_fault_shows_at_once(session: Session) -> None:
    session.submit(Pause())
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["ready"])
        assert session.submit(Crash(node="web-1")).accepted
        frame = await watcher.until(lambda frame: frame["faults"] == 1)
        assert {node["id"]: node["state"] for node in frame["n"]}["web-1"] == "down"
        row = await watcher.until_row("web-1 crashed")
        assert (row.author, row.person, row.severity, row.name) == ("you", 1, "down", "web-1")
        assert (frame["undo"], frame["redo"]) == (["you"], [])


async def test_a_paused_run_steps_event_by_event(session: Session) -> None:
    session.submit(Pause())
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["ready"])
        run = None
        while run is None:
            await watcher.see()
            run = session.player._run
        assert run._engine.events == 0
        session.submit(Step(events=1))
        await watcher.until(lambda frame: frame["t"] > 0)
        assert run._engine.events == 1
        session.submit(Step(events=250))
        await watcher.until(lambda _: run._engine.events >= 251)
        frame = await watcher.until(lambda _: True)
        assert run._engine.events == 251
        assert not frame["running"]


@pytest.mark.parametrize("machine", [2], indirect=True)
@pytest.mark.parametrize("speed", [0.1, 20.0])
def test_a_run_keeps_the_speed_it_is_set_to(
    machine: Machine, final_design: Scenario, engine_ready: Warmup, speed: float
) -> None:
    async def scene() -> None:
        session = Session("s" * 22, final_design, Executor(), engine_ready)
        session.submit(SetSpeed(speed=speed))
        async with alive(session) as watcher:
            await watcher.until(lambda frame: frame["rate"] > 0)
            begun_s, begun_t = machine.now_s, watcher.frames[-1]["t"]
            frame = await watcher.until(lambda frame: frame["t"] > begun_t + 2 * speed)
            assert frame["speed"] == speed
            passed_s = machine.now_s - begun_s
            assert frame["t"] - begun_t == pytest.approx(speed * passed_s, abs=speed * FRAME_S)
            assert frame["rate"] == pytest.approx(speed, rel=0.1)

    machine.run_until_complete(scene())


@pytest.mark.parametrize("machine", [2], indirect=True)
def test_full_speed_is_far_faster(
    machine: Machine, final_design: Scenario, engine_ready: Warmup
) -> None:
    async def scene() -> None:
        session = Session("s" * 22, final_design, Executor(), engine_ready)
        session.submit(SetSpeed(speed=None))
        async with alive(session) as watcher:
            await watcher.until(lambda frame: frame["rate"] > 20)

    machine.run_until_complete(scene())


async def test_full_speed_leaves_the_loop_alone(session: Session) -> None:
    session.submit(SetSpeed(speed=None))
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["t"] > 0)
        turns, then_s = 0, watcher.frames[-1]["t"]
        waiting = asyncio.create_task(watcher.until(lambda frame: frame["t"] > then_s + 20))
        while not waiting.done():
            await asyncio.sleep(0)
            turns += 1
        await waiting
        # The engine works in other threads, without the interpreter's lock.
        assert turns > 1_000
        frame = await watcher.until(lambda _: True)
        assert frame["speed"] is None


async def test_an_edit_while_it_runs_does_not_restart_it(session: Session) -> None:
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["t"] > 0.5)
        t = watcher.frames[-1]["t"]
        added = session.submit(AddNode(kind="web_server"))
        linked = session.submit(AddLink(source="lb-1", target=added.ids[0]))
        assert linked.revision == added.revision + 1
        frame = await watcher.until(
            lambda frame: any(node["id"] == added.ids[0] and node["rps"] > 0 for node in frame["n"])
        )
        assert frame["t"] > t
        assert frame["rev"] == linked.revision == watcher.revision
        assert frame["m"]["offered"] > 0


async def test_a_refused_action_changes_nothing(session: Session) -> None:
    outcome = session.submit(SetNode(node="web-1", parameters={"cores": 0}))
    assert not outcome.accepted
    assert outcome.errors[0].field == "parameters.cores"
    assert outcome.errors[0].text.say("ko")
    assert session.submit(Crash(node="nobody")).errors[0].field == "node"
    assert session.submit(Heal(node="web-1")).errors[0].field == "node"
    assert session.record.revision == 1
    assert session.undo().errors[0].text == NOTHING_TO_UNDO


async def test_undo_and_redo_reach_the_run(session: Session) -> None:
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["t"] > 0.2)
        session.submit(Crash(node="web-1"))
        await watcher.until(lambda frame: frame["faults"] == 1)
        outcome = session.undo()
        assert outcome.done is not None
        assert outcome.done.en == "web-1 crashed"
        frame = await watcher.until(lambda frame: frame["faults"] == 0)
        assert frame["redo"]
        session.redo()
        frame = await watcher.until(
            lambda frame: {node["id"]: node["state"] for node in frame["n"]}["web-1"] == "down"
        )
        assert frame["undo"]


async def test_heal_all_ends_every_fault(session: Session) -> None:
    for node in ("web-1", "db-1"):
        session.submit(Crash(node=node))
    assert session.heal_all().accepted
    assert session.record.situation.crashed == frozenset()


async def test_the_count_of_faults_falls_when_one_heals_by_itself(session: Session) -> None:
    session.submit(SetSpeed(speed=20))
    async with alive(session) as watcher:
        session.submit(Silence(node="web-1", for_s=4.0))
        session.submit(CutLink(link="link-3", for_s=2.0))
        session.submit(Slow(node="db-1", factor=2.0))
        await watcher.until(lambda frame: frame["faults"] == 3)
        await watcher.until(lambda frame: frame["faults"] == 1)
        await watcher.until_row("its fault is over, by itself")
        assert session.heal_all().accepted
        await watcher.until(lambda frame: frame["faults"] == 0)
        told = [row.text.en for row in watcher.rows]
        assert "web-1 hangs, for 4 s" in told
        assert "db-1 started again" in told
        assert "web-1 started again" not in told  # nobody had to


async def test_undo_ends_a_fault_of_a_link(session: Session) -> None:
    async with alive(session) as watcher:
        session.submit(CutLink(link="link-3"))
        await watcher.until(lambda frame: frame["link_faults"] == {"link-3": ["both", 0.0, 0.0]})
        assert session.undo().accepted
        await watcher.until(lambda frame: frame["link_faults"] == {})
        assert session.redo().accepted
        await watcher.until(lambda frame: frame["link_faults"] != {})


async def test_reactions_of_the_system_appear_as_rows(session: Session) -> None:
    session.submit(SetSpeed(speed=20))
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["t"] > 5)
        session.submit(Crash(node="db-1"))
        crashed = await watcher.until_row("db-1 crashed")
        promoted = await watcher.until_row("promoted")
        assert promoted.at_ns > crashed.at_ns
        assert (promoted.author, promoted.person) == ("", 0)
        assert promoted.id != crashed.id


async def test_reset_restarts_the_run_with_the_present_drawing(session: Session) -> None:
    session.submit(SetSpeed(speed=20))
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["t"] > 3)
        session.submit(RemoveNode(node="web-1"))
        session.submit(Crash(node="web-2"))
        await watcher.until_row("web-2 crashed")
        session.submit(Reset())
        frame = await watcher.until(lambda frame: frame["t"] < 3)
        assert frame["faults"] == 0
        assert watcher.rows == []
        assert "web-1" not in {node["id"] for node in frame["n"]}
        assert session.record.journal == []
        frame = await watcher.until(lambda frame: frame["t"] > 1)
        assert frame["m"]["offered"] > 0
