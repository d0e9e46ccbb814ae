"""Going back in a run with the real engine: the same state to the bit, replay, and branches."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.actions import (
    Crash,
    Heal,
    Pause,
    Recorded,
    Reset,
    Resume,
    Seek,
    SetLoad,
    SetSeed,
    SetSpeed,
    Step,
)
from app.engine.engine import Engine, Stop
from app.scenarios.document import Scenario, TimedAction, scenario_to_json
from app.session.session import Session
from app.session.situation import carry_out
from app.session.warmup import Warmup
from app.topology.edits import (
    AddLink,
    AddNode,
    MoveNode,
    RemoveNode,
    RenameNode,
    SetLink,
    SetNode,
)
from tests.session.conftest import WITHIN_S, Watcher, alive
from tests.session.test_repeatable import fingerprint, with_script

pytestmark = pytest.mark.anyio

S = 1_000_000_000

SCRIPT = (
    TimedAction(3 * S, Crash(node="web-2")),
    TimedAction(9 * S, Heal(node="web-2")),
    TimedAction(47 * S, AddNode(id="web-9", kind="web_server")),
    TimedAction(47 * S, AddLink(id="link-90", source="lb-1", target="web-9")),
    TimedAction(47 * S, AddLink(id="link-91", source="web-9", target="db-1")),
    TimedAction(95 * S, RemoveNode(node="web-9")),
)


def scripted(scenario: Scenario, pool: ThreadPoolExecutor, ready: Warmup) -> Session:
    return Session("s" * 22, with_script(scenario, *SCRIPT), pool, ready)


def headless(session: Session, times_ns: list[int]) -> dict[int, str]:
    """The states at these times of one run of the engine alone, with the session's journal."""
    scenario = session.scenario()
    start = session.player.past.marks[0].place.situation
    engine = Engine(start.topology, seed=scenario.seed, load=start.load)
    situation = start

    def advance(to_ns: int) -> None:
        while engine.advance(to_ns) is Stop.BUDGET:
            pass

    moments: list[tuple[int, int, Recorded | None]] = [(at_ns, 1, None) for at_ns in times_ns]
    moments += [(one.at_ns, 0, one.action) for one in session.record.journal.entries]
    prints = {}
    for at_ns, _, action in sorted(moments, key=lambda moment: moment[:2]):
        advance(at_ns)
        if action is None:
            prints[at_ns] = engine.fingerprint()
            continue
        situation = carry_out(situation, action).after
        if isinstance(action, Crash | Heal):
            engine.fault(action)
        elif isinstance(action, SetLoad):
            engine.set_load(action.factor)
        elif not isinstance(action, MoveNode | RenameNode):
            engine.edit(situation.topology)
    return prints


async def run_to(watcher: Watcher, at_s: float, speed: float | None = 40.0) -> None:
    """Run past a time, then stop; the faster, the further past."""
    session = watcher.session
    session.submit(SetSpeed(speed=speed))
    session.submit(Resume())
    await watcher.until(lambda frame: frame["t"] > at_s)
    session.submit(Pause())
    await watcher.until(lambda frame: not frame["running"])


async def do(watcher: Watcher, *actions: Recorded) -> None:
    """Do these now, and see that the run has them."""
    for action in actions:
        assert watcher.session.submit(action).accepted
    await watcher.until(lambda _: not watcher.session.record._pending)


async def seek(watcher: Watcher, at_s: float) -> float:
    """Go to a time and wait for the frame of it; how many wall seconds that took."""
    session = watcher.session
    started_s = time.monotonic()
    session.submit(Seek(at_s=at_s))
    goal_s = session.player.now_ns / S
    await watcher.until(lambda frame: not frame["seeking"] and frame["t"] == goal_s)
    return time.monotonic() - started_s


async def eventful(watcher: Watcher) -> None:
    """Ten minutes in which people and the script do all sorts of things."""
    session = watcher.session
    await run_to(watcher, 1)
    await do(watcher, Crash(node="db-1"), MoveNode(node="web-1", x=5, y=5))
    await run_to(watcher, 20)
    await do(watcher, SetLoad(factor=1.4), Heal(node="db-1"))
    await run_to(watcher, 60)
    await do(watcher, AddNode(id="web-7", kind="web_server"))
    await do(watcher, AddLink(source="lb-1", target="web-7"))
    session.undo()
    session.undo()
    session.redo()
    await run_to(watcher, 130, None)
    await do(watcher, SetNode(node="web-1", parameters={"service_ms": 30}))
    await do(watcher, SetLink(link="link-3", parameters={"latency_ms": 4}))
    await do(watcher, RenameNode(node="web-1", name="front"), Crash(node="lb-1"))
    session.submit(Step(events=777))
    await watcher.until(lambda _: session.player.steps == 0)
    await do(watcher, Heal(node="lb-1"))
    await run_to(watcher, 300, None)
    await do(watcher, RemoveNode(node="db-3"), SetLoad(factor=0.7))
    await run_to(watcher, 600, None)


async def test_any_second_of_ten_minutes_comes_back_to_the_bit(
    final_design: Scenario,
    pool: ThreadPoolExecutor,
    engine_ready: Warmup,
    capsys: pytest.CaptureFixture[str],
) -> None:
    session = scripted(final_design, pool, engine_ready)
    async with alive(session) as watcher:
        await eventful(watcher)
        head_ns = session.player.now_ns
        live = fingerprint(session)
        entries = session.record.journal.entries
        exactly = [one.at_ns / S for one in entries]
        seconds = [599, 0, 301, 12, 13, 11.5, 444, 2, 598, 61, 300, 150, 47, 46.999999999, 599.9, 1]
        order = [*seconds, *exactly, *reversed(seconds), 5, 350, 6, 349]
        expected = headless(session, [*(round(at_s * S) for at_s in order), head_ns])
        took_s = []
        for at_s in order:
            took_s.append(await seek(watcher, at_s))
            assert session.player.now_ns == round(at_s * S)
            assert fingerprint(session) == expected[round(at_s * S)], f"at {at_s} s"
        await seek(watcher, 1e9)
        assert session.player.now_ns == head_ns
        assert fingerprint(session) == live == expected[head_ns]
        assert not watcher.frames[-1]["past"]
        ranked = sorted(took_s)
        past = session.player.past
        with capsys.disabled():
            print(
                f"\n{len(order)} seeks in {head_ns / S:.0f} s of final-design, in wall ms:"
                f" median {ranked[len(ranked) // 2] * 1e3:.0f}, worst {ranked[-1] * 1e3:.0f};"
                f" {len(past.marks)} checkpoints, {past.bytes / 2**20:.1f} MB"
            )


async def test_seeks_that_overtake_each_other_end_at_the_last(
    final_design: Scenario, pool: ThreadPoolExecutor, engine_ready: Warmup
) -> None:
    session = scripted(final_design, pool, engine_ready)
    async with alive(session) as watcher:
        await run_to(watcher, 100)
        await do(watcher, Crash(node="web-1"))
        await run_to(watcher, 120)
        for at_s in (90, 10, 50, 48, 110, 3, 119, 47, 60, 8):
            session.submit(Seek(at_s=at_s))
            await asyncio.sleep(0.004 * (at_s % 3))
        await seek(watcher, 88)
        assert fingerprint(session) == headless(session, [88 * S])[88 * S]


async def test_what_was_recorded_happens_again_and_then_the_run_is_live(
    final_design: Scenario, pool: ThreadPoolExecutor, engine_ready: Warmup
) -> None:
    session = scripted(final_design, pool, engine_ready)
    async with alive(session) as watcher:
        await run_to(watcher, 30)
        await do(watcher, Crash(node="db-1"), AddNode(kind="web_server"))
        await run_to(watcher, 80)
        head_ns = session.player.now_ns
        rows, entries = list(watcher.rows), list(session.record.journal.entries)
        await seek(watcher, 5)
        assert watcher.frames[-1]["past"]
        assert watcher.frames[-1]["head"] == head_ns / S
        await run_to(watcher, 40)
        await seek(watcher, 20)
        await run_to(watcher, 79.5)
        # Nothing that was told before is told again; there may be news from beyond the head.
        assert watcher.rows[: len(rows)] == rows
        assert all(row.at_ns >= head_ns for row in watcher.rows[len(rows) :])
        assert session.record.journal.entries == entries
        await run_to(watcher, head_ns / S + 5)
        assert not watcher.frames[-1]["past"]
        now_ns = session.player.now_ns
        assert watcher.frames[-1]["head"] == watcher.frames[-1]["t"] == now_ns / S
        assert fingerprint(session) == headless(session, [now_ns])[now_ns]
        await do(watcher, Heal(node="db-1"))
        assert session.record.branches == 0


async def test_everything_on_the_screen_follows(session: Session, final_design: Scenario) -> None:
    async with alive(session) as watcher:
        await run_to(watcher, 10)
        await do(watcher, Crash(node="web-1"))
        await run_to(watcher, 20)
        await do(watcher, SetLoad(factor=2), AddNode(kind="web_server"))
        session.undo()
        await run_to(watcher, 30)
        revision = watcher.revision

        async def shown(at_s: float) -> tuple[int, float, bool, bool, str, int]:
            await seek(watcher, at_s)
            frame = watcher.frames[-1]
            states = {node["id"]: node["state"] for node in frame["n"]}
            return (
                frame["faults"],
                frame["load"],
                frame["undo"],
                frame["redo"],
                states["web-1"],
                len(session.topology.nodes),
            )

        crashed_s, added_s = (session.record.journal.entries[k].at_ns / S for k in (0, 1))
        before = await shown(crashed_s - 0.1)
        assert before == (0, 1.0, False, False, before[4], 9)
        assert before[4] != "down"
        assert await shown(crashed_s) == (1, 1.0, True, False, "down", 9)
        assert watcher.frames[-1]["rev"] == watcher.revision == revision
        assert await shown(added_s - 1) == (1, 1.0, True, False, "down", 9)
        assert await shown(added_s) == (1, 2.0, True, True, "down", 9)
        assert await shown(crashed_s - 1) == (0, 1.0, False, False, before[4], 9)
        assert await shown(1e6) == (1, 2.0, True, True, "down", 9)
        assert not watcher.frames[-1]["past"]
        assert not watcher.frames[-1]["running"]


async def test_the_drawing_of_a_moment_is_a_new_revision(session: Session) -> None:
    async with alive(session) as watcher:
        await run_to(watcher, 5)
        await do(watcher, AddNode(kind="web_server"))
        await run_to(watcher, 10)
        revision, added_s = watcher.revision, session.record.journal.entries[0].at_ns / S
        await seek(watcher, 3)
        assert watcher.revision == session.record.revision == revision + 1
        assert not session.topology.has_node("web-3")
        await seek(watcher, 4)
        assert watcher.revision == revision + 1
        await seek(watcher, added_s)
        assert watcher.revision == revision + 2
        assert session.topology.has_node("web-3")


async def test_a_frame_measures_the_second_before(session: Session) -> None:
    async with alive(session) as watcher:
        await run_to(watcher, 40)
        session.submit(SetSpeed(speed=1))
        await seek(watcher, 12)
        frame = watcher.frames[-1]
        assert frame["w"] == 1.0
        assert frame["m"]["offered_rps"] > 100
        assert frame["m"]["p95"] is not None
        await seek(watcher, 33)
        await seek(watcher, 12)
        assert {**watcher.frames[-1], "h": []} == {**frame, "h": []}


async def test_doing_something_in_the_past_begins_a_branch(
    final_design: Scenario, pool: ThreadPoolExecutor, engine_ready: Warmup
) -> None:
    session = scripted(final_design, pool, engine_ready)
    async with alive(session) as watcher:
        await run_to(watcher, 15)
        await do(watcher, SetNode(node="web-1", parameters={"cores": 2}))
        await run_to(watcher, 30)
        await do(watcher, Crash(node="db-1"), RemoveNode(node="db-3"))
        await run_to(watcher, 60)
        assert "web-9" in {node.id for node in session.topology.nodes}
        stored = scenario_to_json(session.scenario())
        changed_s = session.changed_s
        await seek(watcher, 20.25)
        assert scenario_to_json(session.scenario()) == stored
        assert session.changed_s == changed_s
        seen = [row for row in watcher.rows if row.at_ns <= 20.25 * S]

        assert session.submit(Crash(node="web-1")).accepted
        branch = await watcher.until_row("Branch from 20.2 s")
        assert (branch.who, branch.at_ns) == ("you", 20_250_000_000)
        crashed = await watcher.until_row("web-1 crashed")
        assert watcher.rows == [*seen, branch, crashed]
        frame = await watcher.until(lambda frame: frame["faults"] == 1)
        assert (frame["t"], frame["head"], frame["past"]) == (20.25, 20.25, False)
        assert (frame["branch"], frame["branched"]) == (1, 20.25)
        # What was done later is forgotten; what was done before is still to be undone.
        assert [one.action.type for one in session.record.journal.entries] == [
            "crash", "heal", "set_node", "crash",
        ]  # fmt: skip
        scenario = session.scenario()
        assert scenario.topology.has_node("db-3")
        assert scenario.topology.node("web-1").parameters["cores"] == 2
        assert session.changed_s > changed_s
        assert session.undo().done == crashed.text
        assert session.undo().accepted
        assert not session.undo().accepted
        # The script plays in the branch as well.
        await run_to(watcher, 96)
        names = [one.action.type for one in session.record.journal.entries]
        assert names[4:] == ["heal", "set_node", "add_node", "add_link", "add_link", "remove_node"]
        now_ns = session.player.now_ns
        times = [19 * S, 48 * S, now_ns]
        expected = headless(session, times)
        assert fingerprint(session) == expected[now_ns]
        for at_ns in times:
            await seek(watcher, at_ns / S)
            assert fingerprint(session) == expected[at_ns]


async def test_an_action_that_follows_a_seek_at_once_is_done_there(session: Session) -> None:
    async with alive(session) as watcher:
        await run_to(watcher, 40)
        session.submit(Seek(at_s=17))
        session.submit(Crash(node="db-1"))
        session.submit(Seek(at_s=12))
        session.submit(Seek(at_s=30))
        session.submit(SetLoad(factor=3))
        await watcher.until(lambda frame: not frame["seeking"] and not session.record._pending)
        entries = [(one.at_ns, one.action.type) for one in session.record.journal.entries]
        assert entries == [(17 * S, "crash"), (17 * S, "set_load")]
        await run_to(watcher, 35)
        now_ns = session.player.now_ns
        assert fingerprint(session) == headless(session, [now_ns])[now_ns]
        assert [row.text.en for row in watcher.rows].count("db-1 crashed") == 1


async def test_an_action_while_the_past_is_replayed_begins_a_branch(session: Session) -> None:
    async with alive(session) as watcher:
        await run_to(watcher, 30)
        await do(watcher, Crash(node="db-1"))
        await run_to(watcher, 60)
        await seek(watcher, 10)
        session.submit(SetSpeed(speed=2))
        session.submit(Resume())
        await watcher.until(lambda frame: frame["t"] > 11)
        await do(watcher, Crash(node="web-1"))
        await run_to(watcher, 40)
        assert [one.action for one in session.record.journal.entries] == [Crash(node="web-1")]
        now_ns = session.player.now_ns
        assert fingerprint(session) == headless(session, [now_ns])[now_ns]
        incidents = [row for row in watcher.rows if row.number]
        assert [row.number for row in incidents] == list(range(1, len(incidents) + 1))


async def test_stepping_in_the_past_is_replay(session: Session) -> None:
    async with alive(session) as watcher:
        await run_to(watcher, 20)
        await do(watcher, Crash(node="web-1"))
        await run_to(watcher, 25)
        rows = list(watcher.rows)
        crashed_ns = session.record.journal.entries[0].at_ns
        await seek(watcher, crashed_ns / S - 0.01)
        for _ in range(20):
            session.submit(Step(events=25))
            await watcher.until(lambda _: session.player.steps == 0)
        assert session.player.now_ns > crashed_ns
        assert session.record.situation.crashed == {"web-1"}
        assert watcher.rows == rows
        await do(watcher, Heal(node="web-1"))
        now_ns = session.player.now_ns
        assert fingerprint(session) == headless(session, [now_ns])[now_ns]


async def test_a_new_run_has_no_past(session: Session) -> None:
    async with alive(session) as watcher:
        await run_to(watcher, 30)
        await do(watcher, SetNode(node="web-1", parameters={"cores": 2}))
        await run_to(watcher, 40)
        for again in (Reset(), SetSeed(seed=9)):
            await seek(watcher, 12)
            session.submit(again)
            frame = await watcher.until(lambda frame: frame["t"] == frame["head"] == 0)
            assert not frame["past"]
            # The newest drawing, not the one of the moment that was looked at.
            assert session.topology.node("web-1").parameters["cores"] == 2
            assert watcher.rows == []
            await run_to(watcher, 40)
        assert watcher.frames[-1]["branch"] == 2
        assert session.undo().accepted


async def test_before_there_is_a_run_there_is_nothing_to_go_back_to(
    final_design: Scenario, pool: ThreadPoolExecutor
) -> None:
    session = Session("s" * 22, final_design, pool, Warmup())
    async with alive(session) as watcher:
        session.submit(Crash(node="web-1"))
        assert session.submit(Seek(at_s=10)).accepted
        frame = await watcher.until(lambda frame: not frame["running"])
        assert (frame["t"], frame["head"], frame["past"], frame["seeking"]) == (0, 0, False, False)
        assert session.record.situation.crashed == {"web-1"}


async def test_a_seek_never_waits_on_the_event_loop(session: Session) -> None:
    async with alive(session) as watcher:
        await run_to(watcher, 600, None)
        session.player.past.marks[1:] = []
        seeking = asyncio.create_task(seek(watcher, 599))
        gaps_s = []
        async with asyncio.timeout(WITHIN_S):
            while not seeking.done():
                before_s = time.monotonic()
                await asyncio.sleep(0.005)
                gaps_s.append(time.monotonic() - before_s)
        await seeking
        # Replaying ten minutes takes the engine hundreds of milliseconds, in slices of its own.
        assert sorted(gaps_s)[len(gaps_s) // 2] < 0.05
