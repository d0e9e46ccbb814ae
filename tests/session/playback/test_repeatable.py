"""The same run again, by seed, by script and by journal, to the last bit."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from app.actions import (
    AnyFault,
    Crash,
    Heal,
    Pause,
    Resume,
    SetLoad,
    SetSeed,
    SetSpeed,
    Step,
)
from app.engine.engine import Engine, Stop
from app.scenarios.document import Scenario, TimedAction
from app.session.engine_startup import Warmup
from app.session.entry import carry_out
from app.session.session import Session
from app.session.situation import Situation
from app.topology.edits.apply import AddLink, AddNode, MoveNode, RemoveNode, SetNode
from tests.session.conftest import alive

pytestmark = pytest.mark.anyio

S = 1_000_000_000


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
        if isinstance(timed.action, AnyFault):
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


async def test_the_same_seed_gives_the_same_run(session: Session) -> None:
    async with alive(session) as watcher:
        prints = []
        for seed in (7, 7, 8):
            session.submit(SetSeed(seed=seed))
            session.submit(Step(events=10_000))
            frame = await watcher.until(partial(stepped_with, session, seed))
            prints.append((frame["t"], fingerprint(session)))
        assert prints[0] == prints[1] != prints[2]


async def test_a_scripted_run_is_repeated_to_the_bit(
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
        entries = [(one.at_ns, one.action.type) for one in session.record.journal]
        assert entries == [(one.at_ns, one.action.type) for one in script]
        assert [row.author for row in watcher.rows if row.id.startswith("e")] == ["script"] * 8


async def test_hundreds_of_script_entries_of_one_instant_are_all_played(
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
        assert {one.at_ns for one in session.record.journal} == {moment}
        assert len(session.record.journal) == len(script)
        assert fingerprint(session) == headless(scenario, script, session.player.now_ns)


async def test_stepping_stops_at_a_scripted_instant(
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


async def test_a_run_with_actions_replays_from_its_journal(
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
        entries = [TimedAction(one.at_ns, one.action) for one in session.record.journal]
        assert len(entries) == 7
        assert fingerprint(session) == headless(final_design, entries, session.player.now_ns)
