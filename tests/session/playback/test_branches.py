"""Branches: acting in the past of a run forgets what came later."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.actions import Crash, Heal, Reset, Resume, Seek, SetLoad, SetSeed, SetSpeed, Step
from app.scenarios.document import Scenario, scenario_to_json
from app.session.engine_startup import Warmup
from app.session.session import Session
from app.topology.edits.apply import RemoveNode, SetNode
from tests.session.conftest import alive
from tests.session.playback.test_repeatable import fingerprint
from tests.support.rewinding import S, do, headless, run_to, scripted, seek

pytestmark = pytest.mark.anyio


async def test_an_action_in_the_past_begins_a_branch(
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
        assert (branch.author, branch.at_ns) == ("you", 20_250_000_000)
        crashed = await watcher.until_row("web-1 crashed")
        assert watcher.rows == [*seen, branch, crashed]
        frame = await watcher.until(lambda frame: frame["faults"] == 1)
        assert (frame["t"], frame["head"], frame["past"]) == (20.25, 20.25, False)
        assert (frame["branch"], frame["branched"]) == (1, 20.25)
        # What was done later is forgotten; what was done before is still to be undone.
        assert [one.action.type for one in session.record.journal] == [
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
        names = [one.action.type for one in session.record.journal]
        assert names[4:] == ["heal", "set_node", "add_node", "add_link", "add_link", "remove_node"]
        now_ns = session.player.now_ns
        times = [19 * S, 48 * S, now_ns]
        expected = headless(session, times)
        assert fingerprint(session) == expected[now_ns]
        for at_ns in times:
            await seek(watcher, at_ns / S)
            assert fingerprint(session) == expected[at_ns]


async def test_an_action_right_after_a_seek_takes_effect_at_its_target(session: Session) -> None:
    async with alive(session) as watcher:
        await run_to(watcher, 40)
        session.submit(Seek(at_s=17))
        session.submit(Crash(node="db-1"))
        session.submit(Seek(at_s=12))
        session.submit(Seek(at_s=30))
        session.submit(SetLoad(factor=3))
        await watcher.until(lambda frame: not frame["seeking"] and not session.record.pending)
        entries = [(one.at_ns, one.action.type) for one in session.record.journal]
        assert entries == [(17 * S, "crash"), (17 * S, "set_load")]
        await run_to(watcher, 35)
        now_ns = session.player.now_ns
        assert fingerprint(session) == headless(session, [now_ns])[now_ns]
        assert [row.text.en for row in watcher.rows].count("db-1 crashed") == 1


async def test_an_action_right_before_a_seek_is_not_lost(session: Session) -> None:
    async with alive(session) as watcher:
        await run_to(watcher, 20)
        head_s = session.player.now_ns / S
        session.submit(Crash(node="web-1"))
        session.submit(Seek(at_s=head_s))
        frame = await watcher.until(lambda frame: frame["faults"] == 1)
        assert {node["id"]: node["state"] for node in frame["n"]}["web-1"] == "down"
        session.submit(Crash(node="db-1"))
        await seek(watcher, 5)
        assert watcher.frames[-1]["faults"] == 0
        await seek(watcher, head_s)
        states = {node["id"]: node["state"] for node in watcher.frames[-1]["n"]}
        assert (states["web-1"], states["db-1"]) == ("down", "down")
        assert [one.at_ns for one in session.record.journal] == [round(head_s * S)] * 2
        now_ns = session.player.now_ns
        assert fingerprint(session) == headless(session, [now_ns])[now_ns]
        assert session.record.branches == 0


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
        assert [one.action for one in session.record.journal] == [Crash(node="web-1")]
        now_ns = session.player.now_ns
        assert fingerprint(session) == headless(session, [now_ns])[now_ns]
        incidents = [row for row in watcher.rows if row.number]
        assert [row.number for row in incidents] == list(range(1, len(incidents) + 1))


async def test_stepping_in_the_past_replays_recorded_events(session: Session) -> None:
    async with alive(session) as watcher:
        await run_to(watcher, 20)
        await do(watcher, Crash(node="web-1"))
        await run_to(watcher, 25)
        rows = list(watcher.rows)
        crashed_ns = session.record.journal[0].at_ns
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


async def test_a_restarted_run_has_no_past(session: Session) -> None:
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
