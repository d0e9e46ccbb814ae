"""A live session with the real engine: pacing, and actions while it runs."""

import asyncio
import time

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
from app.session import session as session_module
from app.session.session import Session
from app.topology.edits import AddLink, AddNode, RemoveNode, SetNode
from tests.session.conftest import alive

pytestmark = pytest.mark.anyio


async def test_a_run_follows_the_wall_clock(session: Session) -> None:
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["t"] > 0.5)
        wall_s, sim_s = time.monotonic(), watcher.frames[-1]["t"]
        frame = await watcher.until(lambda frame: frame["t"] > sim_s + 2.0)
        passed_s = time.monotonic() - wall_s
        # Simulated time must not run ahead; on a starved machine it may fall behind.
        assert frame["t"] - sim_s <= passed_s + 0.3
        assert frame["rate"] <= 1.2
        assert frame["running"]
        assert frame["ready"]
        assert 0 < len(watcher.frames) <= 12 * (time.monotonic() - wall_s + 5)


async def test_frames_carry_measurements_and_traces(session: Session) -> None:
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


async def test_a_dot_comes_to_stand_for_many_requests(session: Session) -> None:
    async with alive(session) as watcher:
        frame = await watcher.until(lambda frame: frame["dot"] > 1)
        traced = frame["m"]["offered_rps"] * frame["rate"] / frame["dot"]
        assert traced < 100


async def test_pausing_stops_the_clock_and_keeps_the_picture(session: Session) -> None:
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["m"]["p95"] is not None)
        session.submit(Pause())
        stopped = await watcher.until(lambda frame: not frame["running"])
        later = await watcher.until(lambda _: True)
        assert later["t"] == stopped["t"]
        assert later["rate"] == 0
        assert later["m"]["p95"] == stopped["m"]["p95"]
        session.submit(Resume())
        moved = await watcher.until(lambda frame: frame["t"] > stopped["t"])
        # What the pause took is not made up for.
        assert moved["t"] < stopped["t"] + 1.0


async def test_while_paused_a_fault_shows_at_once(session: Session) -> None:
    session.submit(Pause())
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["ready"])
        assert session.submit(Crash(node="web-1")).accepted
        frame = await watcher.until(lambda frame: frame["faults"] == 1)
        assert {node["id"]: node["state"] for node in frame["n"]}["web-1"] == "down"
        row = await watcher.until_row("web-1 crashed")
        assert (row.who, row.severity, row.name) == ("you", "down", "web-1")
        assert frame["undo"]
        assert not frame["redo"]


async def test_steps_go_event_by_event(session: Session) -> None:
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


@pytest.mark.parametrize("speed", [0.1, 20.0])
async def test_speeds(session: Session, speed: float) -> None:
    session.submit(SetSpeed(speed=speed))
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["rate"] > 0)
        first, wall_s = watcher.frames[-1]["t"], time.monotonic()
        frame = await watcher.until(lambda frame: frame["t"] > first + speed)
        assert frame["speed"] == speed
        assert frame["t"] - first <= (time.monotonic() - wall_s + 0.3) * speed
        assert 0.2 * speed < frame["rate"] < 1.3 * speed


async def test_full_speed_is_far_faster_and_leaves_the_loop_alone(session: Session) -> None:
    session.submit(SetSpeed(speed=None))
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["rate"] > 20)
        late_s = []
        for _ in range(40):
            due_s = time.monotonic() + 0.01
            await asyncio.sleep(0.01)
            late_s.append(time.monotonic() - due_s)
        # The engine works in other threads, without the interpreter's lock.
        assert sorted(late_s)[len(late_s) // 2] < 0.05
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
    assert outcome.errors[0].text.ko
    assert session.submit(Crash(node="nobody")).errors[0].field == "node"
    assert session.submit(Heal(node="web-1")).errors[0].field == "node"
    assert session.record.revision == 1
    assert session.undo().errors[0].text == session_module.NOTHING_TO_UNDO


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


async def test_heal_all(session: Session) -> None:
    for node in ("web-1", "db-1"):
        session.submit(Crash(node=node))
    assert session.heal_all().accepted
    assert session.record.situation.crashed == frozenset()


async def test_what_is_broken_is_counted_until_it_heals_itself(session: Session) -> None:
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


async def test_undo_takes_a_fault_of_a_link_back(session: Session) -> None:
    async with alive(session) as watcher:
        session.submit(CutLink(link="link-3"))
        await watcher.until(lambda frame: frame["x"] == {"link-3": ["both", 0.0, 0.0]})
        assert session.undo().accepted
        await watcher.until(lambda frame: frame["x"] == {})
        assert session.redo().accepted
        await watcher.until(lambda frame: frame["x"] != {})


async def test_the_system_reacts_by_itself(session: Session) -> None:
    session.submit(SetSpeed(speed=20))
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["t"] > 5)
        session.submit(Crash(node="db-1"))
        crashed = await watcher.until_row("db-1 crashed")
        promoted = await watcher.until_row("promoted")
        assert promoted.at_ns > crashed.at_ns
        assert promoted.who == ""
        assert promoted.id != crashed.id


async def test_reset_starts_again_with_todays_drawing(session: Session) -> None:
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
        assert session.record.journal.entries == []
        frame = await watcher.until(lambda frame: frame["t"] > 1)
        assert frame["m"]["offered"] > 0
