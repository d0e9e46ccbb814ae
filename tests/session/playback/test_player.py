"""One run and its calls into the engine: resets in the middle, and exact instants."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.actions import Crash
from app.scenarios.document import Scenario
from app.session.engine_startup import Warmup
from app.session.entry import carry_out
from app.session.history.script import NEVER_NS
from app.session.playback.player import Player
from app.session.playback.run import Run, Slice
from app.session.situation import Situation
from app.topology.edits.apply import AddLink, AddNode, Batch
from app.topology.model import Topology


@pytest.mark.anyio
async def test_a_run_dropped_while_being_built_is_not_used(
    final_design: Scenario, engine_ready: Warmup
) -> None:
    with ThreadPoolExecutor(1) as pool:
        free = threading.Event()
        blocker = pool.submit(free.wait)
        player = Player(pool)
        loading = asyncio.create_task(player.load(Situation(final_design.topology), seed=1))
        await asyncio.sleep(0)
        player.drop()
        free.set()
        await loading
        assert blocker.done()
        assert not player.loaded
        await player.load(Situation(final_design.topology), seed=2)
        assert player.loaded


@pytest.mark.anyio
async def test_reports_of_a_dropped_run_are_ignored(
    final_design: Scenario, engine_ready: Warmup
) -> None:
    with ThreadPoolExecutor(1) as pool:
        player = Player(pool)
        await player.load(Situation(final_design.topology), seed=1)
        free = threading.Event()
        pool.submit(free.wait)
        player.step(1_000)
        playing = asyncio.create_task(player.play(False, 1e12, lambda: ((), NEVER_NS)))
        await asyncio.sleep(0)
        player.drop()
        free.set()
        await playing
        assert player.now_ns == 0
        assert player.incidents == []
        assert player.take_hops() == ()


def test_an_action_takes_effect_after_every_event_of_its_instant(engine_ready: Warmup) -> None:
    trace = "\n".join(["1,0,5"] * 10 + ["2,0,5"])
    recorded = {"arrivals": "recorded", "trace": trace}
    situation = carry_out(
        Situation(Topology()),
        Batch(
            edits=(
                AddNode(kind="client", parameters=recorded),
                AddNode(kind="web_server", parameters={"exposure": "public"}),
                AddLink(source="users-1", target="web-1", parameters={"latency_ms": 0}),
            )
        ),
    ).after

    def crashed_at_once(events: int) -> tuple[int, str]:
        """Crash the server after that many events of second 1, then see how the run ends."""
        run = Run(situation, seed=1)
        engine = run._engine
        while engine.now_ns < 1_000_000_000:
            engine.step(1)
        engine.step(events)
        assert engine.now_ns == 1_000_000_000, "the test needs events at the same moment"
        report = run.work(Slice((Crash(node="web-1"),), engine.now_ns, 1, 1))
        assert report.now_ns == 1_000_000_000
        run.work(Slice((), 3_000_000_000, 1_000_000, 1))
        return engine.events, engine.fingerprint()

    # However many of the moment's events were processed before, the crash comes after them all.
    assert crashed_at_once(0) == crashed_at_once(3) == crashed_at_once(5)


def test_a_slice_reports_its_time_hops_and_unspent_budget(
    final_design: Scenario, engine_ready: Warmup
) -> None:
    run = Run(Situation(final_design.topology, 1.0, {"web-1": Crash(node="web-1")}), seed=1)
    whole = run.work(Slice((), 500_000_000, 10_000_000, 1))
    assert (whole.now_ns, whole.reached, whole.unspent) == (500_000_000, True, 0)
    assert whole.hops
    partly = run.work(Slice((), 100_000_000_000, 10, 1))
    assert not partly.reached
    assert partly.now_ns < 100_000_000_000
    stepping = run.work(Slice((), partly.now_ns + 1, 1_000, 1, stepping=True))
    assert stepping.now_ns == partly.now_ns + 1
    assert stepping.unspent > 900
    nodes = {
        node: bool(stepping.reading.nodes[number]["up"])
        for number, node in enumerate(stepping.reading.node_ids)
    }
    assert nodes["web-1"] is False
    assert nodes["web-2"] is True
