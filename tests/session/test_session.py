"""A live session with the real engine: pacing, actions while it runs, undo, restarts, failures."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from app.actions import (
    Crash,
    Heal,
    Pause,
    Reset,
    Resume,
    SetLoad,
    SetSeed,
    SetSpeed,
    Step,
)
from app.engine.engine import Engine, Stop
from app.scenarios.document import Scenario, TimedAction
from app.session import session as session_module
from app.session.run import Run, Turn
from app.session.session import Session
from app.session.situation import Situation, carry_out
from app.session.warmup import Warmup
from app.topology.edits import AddLink, AddNode, MoveNode, RemoveNode, SetNode
from app.topology.model import Topology
from tests.session.conftest import alive

pytestmark = pytest.mark.anyio

S = 1_000_000_000


@pytest.fixture
def session(
    anyio_backend: str, final_design: Scenario, pool: ThreadPoolExecutor, engine_ready: Warmup
) -> Session:
    return Session("s" * 22, final_design, pool, engine_ready)


def with_script(scenario: Scenario, *entries: TimedAction) -> Scenario:
    return Scenario(scenario.name, scenario.topology, 1, scenario.load, 60.0, entries)


def fingerprint(session: Session) -> str:
    """The state of a paused session's run, between events."""
    run = session.player._run
    assert run is not None
    engine = run._engine
    engine.advance(engine.now_ns)
    return engine.fingerprint()


def headless(scenario: Scenario, entries: list[TimedAction], until_ns: int) -> str:
    """The state of a run of the engine alone with these timed actions."""
    engine = Engine(scenario.topology, seed=scenario.seed, load=scenario.load)
    situation = Situation(scenario.topology, scenario.load)

    def advance(to_ns: int) -> None:
        while engine.advance(to_ns) is Stop.BUDGET:
            pass

    for timed in entries:
        if timed.at_ns > until_ns:
            break
        advance(timed.at_ns)
        change = carry_out(situation, timed.action)
        situation = change.after
        if isinstance(timed.action, Crash | Heal):
            engine.fault(timed.action)
        elif isinstance(timed.action, SetLoad):
            engine.set_load(timed.action.factor)
        else:
            engine.edit(situation.topology)
    advance(until_ns)
    return engine.fingerprint()


def stepped_with(session: Session, seed: int, frame: dict[str, Any]) -> bool:
    return bool(frame["seed"] == seed and session.player.steps == 0 and frame["t"] > 0)


def later_than(t: float, frame: dict[str, Any]) -> bool:
    return bool(frame["t"] > t)


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


async def test_the_same_seed_gives_the_same_run(session: Session) -> None:
    async with alive(session) as watcher:
        prints = []
        for seed in (7, 7, 8):
            session.submit(SetSeed(seed=seed))
            session.submit(Step(events=10_000))
            frame = await watcher.until(partial(stepped_with, session, seed))
            prints.append((frame["t"], fingerprint(session)))
        assert prints[0] == prints[1] != prints[2]


async def test_the_script_is_played_to_the_bit(
    final_design: Scenario, pool: ThreadPoolExecutor, engine_ready: Warmup
) -> None:
    script = (
        TimedAction(0, SetLoad(factor=1.3)),
        TimedAction(1_234_567_891, Crash(node="db-1")),
        TimedAction(1_234_567_891, Crash(node="web-1")),
        TimedAction(2_000_000_000, MoveNode(node="web-2", x=5, y=5)),
        TimedAction(4_111_111_111, AddNode(id="web-9", kind="web_server")),
        TimedAction(4_111_111_112, AddLink(id="link-99", source="lb-1", target="web-9")),
        TimedAction(7_000_000_000, Heal(node="web-1")),
        TimedAction(9_500_000_001, SetNode(node="web-2", parameters={"cores": 2})),
        TimedAction(15_000_000_000, Heal(node="db-1")),
    )
    scenario = with_script(final_design, *script)
    session = Session("s" * 22, scenario, pool, engine_ready)
    session.submit(SetSpeed(speed=7.3))
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["t"] > 6)
        # Speed, pauses and steps are nobody's business but the watcher's.
        session.submit(Pause())
        await watcher.until(lambda frame: not frame["running"])
        session.submit(Step(events=3_000))
        await watcher.until(lambda _: session.player.steps == 0)
        session.submit(SetSpeed(speed=None))
        session.submit(Resume())
        await watcher.until(lambda frame: frame["t"] > 25)
        session.submit(Pause())
        await watcher.until(lambda frame: not frame["running"])
        until_ns = session.player.now_ns
        assert fingerprint(session) == headless(scenario, list(script), until_ns)
        entries = [(one.at_ns, one.action.type) for one in session.record.journal.entries]
        assert entries == [(one.at_ns, one.action.type) for one in script]
        assert [row.who for row in watcher.rows if row.id.startswith("e")] == ["script"] * 8


async def test_a_crowded_moment_of_the_script_is_played_whole(
    final_design: Scenario, pool: ThreadPoolExecutor, engine_ready: Warmup
) -> None:
    moment = 1 * S
    script = [
        TimedAction(moment, SetNode(node="web-1", parameters={"service_ms": n + 1}))
        for n in range(130)
    ]
    script += [TimedAction(moment, MoveNode(node="web-1", x=n, y=0)) for n in range(130)]
    script.append(TimedAction(moment, Crash(node="db-1")))
    scenario = with_script(final_design, *script)
    session = Session("s" * 22, scenario, pool, engine_ready)
    session.submit(SetSpeed(speed=None))
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["t"] > 2)
        session.submit(Pause())
        await watcher.until(lambda frame: not frame["running"])
        assert {one.at_ns for one in session.record.journal.entries} == {moment}
        assert len(session.record.journal.entries) == len(script)
        assert fingerprint(session) == headless(scenario, script, session.player.now_ns)


async def test_stepping_does_not_pass_a_scripted_moment(
    final_design: Scenario, pool: ThreadPoolExecutor, engine_ready: Warmup
) -> None:
    script = (
        TimedAction(5_000_000, Crash(node="web-1")),
        TimedAction(6_000_000, Heal(node="web-1")),
    )
    scenario = with_script(final_design, *script)
    session = Session("s" * 22, scenario, pool, engine_ready)
    session.submit(Step(events=2_000))
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["t"] > 0.006 and session.player.steps == 0)
        run = session.player._run
        assert run is not None
        assert run._engine.events == 2_000
        assert fingerprint(session) == headless(scenario, list(script), session.player.now_ns)


async def test_what_people_did_replays_from_the_journal(
    session: Session, final_design: Scenario
) -> None:
    session.submit(SetSpeed(speed=None))
    async with alive(session) as watcher:
        await watcher.until(lambda frame: frame["t"] > 1)
        for action in (
            Crash(node="db-1"),
            SetNode(node="web-1", parameters={"service_ms": 30}),
            MoveNode(node="web-1", x=1, y=1),
            SetLoad(factor=1.7),
            Heal(node="db-1"),
            RemoveNode(node="db-3"),
        ):
            t = watcher.frames[-1]["t"]
            assert session.submit(action).accepted
            await watcher.until(partial(later_than, t + 1))
        session.undo()
        await watcher.until(lambda _: True)
        session.submit(Pause())
        await watcher.until(lambda frame: not frame["running"])
        entries = [TimedAction(one.at_ns, one.action) for one in session.record.journal.entries]
        assert len(entries) == 7
        assert fingerprint(session) == headless(final_design, entries, session.player.now_ns)


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
        frame = await watcher.until(lambda frame: frame["engine"] == "failed")
        assert not frame["ready"]
        for _ in range(10):
            assert session.undo().accepted
        frame = await watcher.until(lambda frame: frame["ready"] and frame["t"] > 0)
        assert len(frame["n"]) == 60


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
        frame = await watcher.until(lambda frame: frame["engine"] == "failed")
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
