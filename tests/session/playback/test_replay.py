"""Going back in a run with the real engine: the same state to the bit, and replay from there."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.actions import Crash, CutLink, Degrade, Heal, Seek, SetLoad, SetSpeed, Silence, Step
from app.scenarios.document import Scenario
from app.session.engine_startup import Warmup
from app.session.session import Session
from app.topology.edits.apply import (
    AddLink,
    AddNode,
    MoveNode,
    RemoveNode,
    RenameNode,
    SetLink,
    SetNode,
)
from tests.session.conftest import WITHIN_S, Watcher, alive
from tests.session.playback.test_repeatable import fingerprint
from tests.support.rewinding import S, do, headless, run_to, scripted, seek

pytestmark = pytest.mark.anyio


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
    await do(watcher, Silence(node="web-2", for_s=45.0))
    await do(watcher, Degrade(link="link-4", loss_percent=5.0, extra_ms=10.0, for_s=60.0))
    await do(watcher, CutLink(link="link-14", direction="forth", for_s=70.0))
    await do(watcher, RenameNode(node="web-1", name="front"), Crash(node="lb-1"))
    session.submit(Step(events=777))
    await watcher.until(lambda _: session.player.steps == 0)
    await do(watcher, Heal(node="lb-1"))
    await run_to(watcher, 300, None)
    await do(watcher, RemoveNode(node="db-3"), SetLoad(factor=0.7))
    await run_to(watcher, 600, None)


async def test_a_seek_to_any_second_of_ten_minutes_restores_the_state_to_the_bit(
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
        entries = session.record.journal
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


async def test_several_seeks_at_once_end_at_the_last_target(
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


async def test_a_replay_repeats_recorded_actions_and_then_becomes_live(
    final_design: Scenario, pool: ThreadPoolExecutor, engine_ready: Warmup
) -> None:
    session = scripted(final_design, pool, engine_ready)
    async with alive(session) as watcher:
        await run_to(watcher, 30)
        await do(watcher, Crash(node="db-1"), AddNode(kind="web_server"))
        await run_to(watcher, 80)
        head_ns = session.player.now_ns
        rows, entries = list(watcher.rows), list(session.record.journal)
        await seek(watcher, 5)
        assert watcher.frames[-1]["past"]
        assert watcher.frames[-1]["head"] == head_ns / S
        await run_to(watcher, 40)
        await seek(watcher, 20)
        await run_to(watcher, 79.5)
        # Nothing that was told before is told again; there may be news from beyond the head.
        assert watcher.rows[: len(rows)] == rows
        assert all(row.at_ns >= head_ns for row in watcher.rows[len(rows) :])
        assert session.record.journal == entries
        await run_to(watcher, head_ns / S + 5)
        assert not watcher.frames[-1]["past"]
        now_ns = session.player.now_ns
        assert watcher.frames[-1]["head"] == watcher.frames[-1]["t"] == now_ns / S
        assert fingerprint(session) == headless(session, [now_ns])[now_ns]
        await do(watcher, Heal(node="db-1"))
        assert session.record.branches == 0


async def test_drawing_load_undo_and_faults_follow_a_seek(
    session: Session, final_design: Scenario
) -> None:
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
                bool(frame["undo"]),
                bool(frame["redo"]),
                states["web-1"],
                len(session.topology.nodes),
            )

        crashed_s, added_s = (session.record.journal[k].at_ns / S for k in (0, 1))
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


async def test_a_seek_to_another_drawing_is_a_new_revision(session: Session) -> None:
    async with alive(session) as watcher:
        await run_to(watcher, 5)
        await do(watcher, AddNode(kind="web_server"))
        await run_to(watcher, 10)
        revision, added_s = watcher.revision, session.record.journal[0].at_ns / S
        await seek(watcher, 3)
        assert watcher.revision == session.record.revision == revision + 1
        assert not session.topology.has_node("web-3")
        await seek(watcher, 4)
        assert watcher.revision == revision + 1
        await seek(watcher, added_s)
        assert watcher.revision == revision + 2
        assert session.topology.has_node("web-3")


def measured(frame: dict[str, Any]) -> dict[str, Any]:
    """A frame without hops, and without the parts that are only sent when they have changed."""
    return {key: part for key, part in frame.items() if key not in ("h", "findings", "theory")}


async def test_a_frame_after_a_seek_measures_the_second_before_it(session: Session) -> None:
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
        assert measured(watcher.frames[-1]) == measured(frame)


async def test_theory_is_of_the_moment_that_the_run_goes_to(session: Session) -> None:
    """Of its drawing, load and faults, from the moment on at which somebody asks to go there."""
    async with alive(session) as watcher:
        await run_to(watcher, 5)
        before = session.theory[0]
        await run_to(watcher, 10)
        await do(watcher, SetNode(node="web-1", parameters={"cores": 2}), Crash(node="web-2"))
        await run_to(watcher, 20)
        now = session.theory
        assert now[0] != before
        assert now[1] is not None
        session.submit(Seek(at_s=5))
        assert session.theory == (before, None)
        await seek(watcher, 5)
        assert session.theory == (before, None)
        session.submit(Seek(at_s=20))
        assert session.theory == now
        await seek(watcher, 20)
        assert session.theory == now


async def test_a_seek_before_the_run_exists_is_refused(
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
        turns = 0
        async with asyncio.timeout(WITHIN_S):
            while not seeking.done():
                await asyncio.sleep(0)
                turns += 1
        await seeking
        # Replaying ten minutes takes the engine hundreds of milliseconds, in slices of its own: on
        # the loop they would leave it a turn or two each.
        assert turns > 1_000
