"""Stores that are not relational: owners of keys, quorums, hints, repair and stale reads."""

from __future__ import annotations

import math

import pytest

from app.actions import CutLink, Silence
from app.schema import Value
from app.theory.traffic.shards import shard_shares
from app.topology.edits.apply import AddLink, AddNode, SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, link, node, users, web
from tests.support.runs import Run
from tests.support.statistics.samples import must_average, seeds

WORK_MS = 100.0


def ring(
    rate: float = 200.0,
    nodes: int = 3,
    *,
    write_share: float = 0.0,
    hop_ms: float = 0.0,
    **of: Value,
) -> Topology:
    """A web server that takes no time over a ring with room to spare, all linked to all."""
    names = [f"store-{number}" for number in range(1, nodes + 1)]
    values: dict[str, Value] = {"cores": 1000, "read_ms": WORK_MS, "write_ms": WORK_MS, **of}
    return drawing(
        users(rate, write_share=write_share, patience_s=20.0),
        web("web-1", cores=1000, service_ms=0.0, check_interval_s=0.5),
        *(node("store", name, "wide_column", **values) for name in names),
        link("users-1", "web-1", 0.0),
        *(link("web-1", name, 0.0) for name in names),
        *(
            link(one, other, hop_ms)
            for place, one in enumerate(names)
            for other in names[place + 1 :]
        ),
    )


def stale(run: Run) -> int:
    """Stale reads that any node has answered."""
    nodes = run.summary()["nodes"].values()
    return sum(int(one.get("stale_reads", 0)) for one in nodes)


@pytest.mark.parametrize(("answers", "law"), [(1, 1 / 3), (2, 5 / 6), (3, 11 / 6)])
@pytest.mark.parametrize("writes", [0.0, 100.0])
def test_the_time_until_r_of_n_copies_have_answered_is_the_order_statistic(
    answers: int, law: float, writes: float
) -> None:
    """domain.md A7: of three exponential times of mean 1, the first, second and last."""
    drawn = ring(write_share=writes, read_copies=answers, write_copies=answers)
    found = Run(drawn).to(100.0).summary()["latency_ms"]["mean"]
    variance = sum(1.0 / k**2 for k in range(4 - answers, 4))
    must_average([found / WORK_MS], law, math.sqrt(variance / 20_000))


def test_answers_of_other_ring_members_take_the_latency_of_their_links() -> None:
    """Two answers of three, at once: the second comes from another node, there and back."""
    drawn = ring(hop_ms=4.0, read_ms=0.0)
    assert Run(drawn).to(20.0).summary()["latency_ms"]["mean"] == pytest.approx(8.0)


@pytest.mark.parametrize(("reads", "writes"), [(2, 2), (1, 3), (3, 1)])
def test_no_read_is_stale_when_r_plus_w_exceeds_n(reads: int, writes: int) -> None:
    for seed in seeds(3):
        drawn = ring(write_share=50.0, keys=5, read_copies=reads, write_copies=writes)
        run = Run(drawn, seed).to(30.0)
        assert run.read().completed > 5000
        assert stale(run) == 0


def test_some_reads_are_stale_when_r_plus_w_does_not_exceed_n() -> None:
    for reads, writes in ((1, 1), (1, 2), (2, 1)):
        drawn = ring(write_share=50.0, keys=5, read_copies=reads, write_copies=writes)
        assert stale(Run(drawn).to(30.0)) > 20


def test_a_quorum_of_three_copies_survives_one_member_down_and_not_two() -> None:
    run = Run(ring(write_share=30.0)).to(5.0).crash("store-3").on(5.0)
    assert run.watch(5.0).failed == 0
    run.crash("store-2").on(5.0)
    window = run.watch(5.0)
    assert window.failures.keys() == {"no_quorum"}
    assert window.failed == window.offered
    run.heal("store-2").heal("store-3").on(5.0)
    assert run.watch(5.0).failed == 0


def missed(
    hint_window_s: float = 10_800.0, seed: int = 1, hop_ms: float = 0.0, hint_rate: float = 1000.0
) -> Run:
    """A ring that reads one copy and writes one."""
    return Run(
        ring(
            write_share=50.0,
            keys=20,
            read_copies=1,
            write_copies=1,
            read_ms=1.0,
            hop_ms=hop_ms,
            hint_window_s=hint_window_s,
            hint_rate=hint_rate,
        ),
        seed,
    )


def behind(run: Run) -> int:
    """Keys of which store-3 has not the newest acknowledged value."""
    world, numbering = run.engine.world, run.engine.numbering
    first, ring_first = (
        int(world["stores"][numbering.stores[name]]["first"]) for name in ("store-3", "store-1")
    )
    stamps = world["key_copies"]["stamp"][first : first + 20]
    acked = world["key_copies"]["acked"][ring_first : ring_first + 20]
    return int((stamps < acked).sum())


def test_hints_bring_a_returning_member_the_writes_it_missed() -> None:
    run = missed().to(5.0).crash("store-3").to(15.0)
    run.engine.set_load(0.0)
    run.on(5.0)
    assert behind(run) > 10
    run.heal("store-3")
    assert behind(run) > 10
    run.on(0.1)
    assert behind(run) == 0
    hinted = sum(run.node(name)["hinted"] for name in ("store-1", "store-2"))
    assert hinted > 500
    assert run.node("store-3")["delivered"] == 20


def away(seed: int, hop_ms: float, hint_rate: float) -> Run:
    """Nobody asks any more, and store-3 is back, of whose 20 keys each has a hint."""
    run = missed(seed=seed, hop_ms=hop_ms, hint_rate=hint_rate).to(5.0).crash("store-3").to(15.0)
    run.engine.set_load(0.0)
    return run.on(5.0).heal("store-3")


def test_hints_arrive_one_by_one_after_the_latency_of_the_link() -> None:
    """The first after the link's latency, the k-th (k - 1) / rate later."""
    for seed in seeds(4):
        run = away(seed, hop_ms=30.0, hint_rate=10.0)
        moments = (0.0299, 0.0301, 0.1299, 0.1301, 0.5301, 1.9299, 1.9301, 5.0)
        back_s = run.now_s
        delivered = [run.to(back_s + at_s).node("store-3")["delivered"] for at_s in moments]
        assert delivered == [0, 1, 1, 2, 6, 19, 20, 20]
        assert behind(run) == 0


def test_hints_wait_while_their_member_or_their_keeper_is_down_again() -> None:
    for seed in seeds(4):
        run = away(seed, hop_ms=30.0, hint_rate=10.0).on(0.5)
        early = run.node("store-3")["delivered"]
        assert 0 < early < 10
        run.crash("store-3").on(3.0)
        assert run.node("store-3")["delivered"] == early
        run.heal("store-3").on(0.4).crash("store-1").crash("store-2").on(3.0)
        later = run.node("store-3")["delivered"]
        assert early < later < 15
        run.heal("store-1").heal("store-2").on(5.0)
        assert (run.node("store-3")["delivered"], behind(run)) == (20, 0)


def test_hints_are_dropped_after_their_window() -> None:
    run = missed(hint_window_s=2.0).to(5.0).crash("store-3").to(15.0)
    run.engine.set_load(0.0)
    run.on(5.0).heal("store-3").on(1.0)
    assert behind(run) > 10
    unhinted = sum(run.node(name)["unhinted"] for name in ("store-1", "store-2"))
    assert unhinted > 300


def test_hints_of_a_keeper_that_was_down_arrive_after_its_heal() -> None:
    run = missed().to(5.0).crash("store-3").to(15.0)
    run.engine.set_load(0.0)
    run.on(5.0).crash("store-1").crash("store-2").heal("store-3").on(1.0)
    assert behind(run) > 10
    run.heal("store-1").heal("store-2").on(0.1)
    assert behind(run) == 0


def test_a_member_behind_a_cut_link_gets_its_hints_after_the_heal() -> None:
    drawn = missed()
    for name in ("store-1_store-3", "store-2_store-3"):
        drawn.fault(CutLink(link=name, for_s=10.0))
    drawn.fault(Silence(node="store-2", for_s=0.1)).to(9.5)
    drawn.engine.set_load(0.0)
    drawn.to(9.9)
    assert behind(drawn) > 10
    drawn.to(10.5)
    assert drawn.node("store-3")["delivered"] > 10


def test_a_hanging_ring_member_is_not_waited_for() -> None:
    run = Run(ring(write_share=30.0)).to(5.0).fault(Silence(node="store-3")).on(3.0)
    window = run.watch(5.0)
    assert window.failed == 0
    assert window.completed == pytest.approx(1000, rel=0.15)
    run.heal("store-3").on(1.0)
    run.engine.set_load(0.0)
    run.on(30.0)
    assert run.read().in_flight == run.engine.world.control["orphaned_work"] == 0


def test_a_node_that_joins_a_ring_starts_with_a_copy() -> None:
    run = Run(ring(write_share=50.0, keys=5, nodes=2, copies=3, read_copies=2)).to(10.0)
    values: dict[str, Value] = {"cores": 1000, "read_ms": WORK_MS, "write_ms": WORK_MS, "keys": 5}
    run.edit(
        AddNode(kind="store", id="store-3", preset="wide_column", parameters=values),
        AddLink(source="store-1", target="store-3"),
        AddLink(source="web-1", target="store-3"),
    )
    run.on(20.0)
    assert stale(run) == 0
    assert run.node("store-3")["served"] > 2000


def shards(rate: float, count: int, **of: Value) -> Topology:
    """A web server over so many nodes that share the keys."""
    names = [f"store-{number}" for number in range(1, count + 1)]
    return drawing(
        users(rate, write_share=0.0),
        web("web-1", cores=64, service_ms=1.0, check_interval_s=0.5),
        *(node("store", name, "", **of) for name in names),
        link("users-1", "web-1"),
        *(link("web-1", name) for name in names),
    )


def test_a_popular_key_loads_its_node_more_than_others() -> None:
    """The hottest of ten has 21.0 % of the requests for 10,000 keys by Zipf's law instead of 10 %:
    what the keys are worth that hash to it.
    """
    run = Run(shards(2000.0, 10, keys=10_000)).to(60.0)
    served = [run.node(f"store-{number}")["served"] for number in range(1, 11)]
    shares = shard_shares(10_000, 1.0, 10)
    assert max(shares) == pytest.approx(0.2098, abs=5e-5)
    for count, share in zip(served, shares, strict=True):
        assert count / sum(served) == pytest.approx(share, abs=0.004)
    even = Run(shards(2000.0, 10, keys=10_000, zipf=0.0)).to(60.0)
    served = [even.node(f"store-{number}")["served"] for number in range(1, 11)]
    assert max(served) / sum(served) == pytest.approx(0.1, abs=0.01)


def test_requests_for_keys_of_a_node_that_is_down_fail_and_no_others() -> None:
    run = Run(shards(1000.0, 4, zipf=0.0)).to(5.0)
    run.crash("store-2").on(5.0)
    window = run.watch(10.0)
    assert window.failures.keys() == {"no_database"}
    assert window.failed / window.offered == pytest.approx(0.25, abs=0.04)
    run.heal("store-2").on(5.0)
    assert run.watch(5.0).failed == 0


def test_a_single_threaded_store_is_an_m_g_1_queue() -> None:
    """M/G/1 with constant work waits half as long as M/M/1 (Pollaczek and Khinchine)."""
    rate, work_ms = 400.0, 2.0
    for distribution, law_ms in (("exponential", 10.0), ("constant", 6.0)):
        drawn = shards(rate, 1, read_ms=work_ms, distribution=distribution, cores=1)
        found = [Run(drawn, seed).to(100.0).node("store-1")["latency_ms"] for seed in seeds(5)]
        must_average(found, law_ms, 1.2)


def unrepaired(seed: int, read_repair: str) -> Run:
    """A ring without hints, of which store-3 has missed what was written for ten seconds; from now
    on everybody reads, and two answers count.
    """
    drawn = ring(
        write_share=50.0,
        keys=20,
        read_copies=2,
        write_copies=2,
        read_ms=1.0,
        hop_ms=10.0,
        hint_window_s=0.0,
        read_repair=read_repair,
    )
    run = Run(drawn, seed).to(5.0).crash("store-3").to(15.0)
    run.engine.set_load(0.0)
    run.on(5.0).heal("store-3").on(5.0)
    run.edit(SetNode(node="users-1", parameters={"write_share": 0.0}))
    run.engine.set_load(1.0)
    return run


def repaired(run: Run) -> int:
    return sum(int(run.node(f"store-{number}")["repaired"]) for number in (1, 2, 3))


def test_reads_that_see_an_old_version_repair_it() -> None:
    """Every key is read often enough to meet the old copy among the first two answers."""
    for seed in seeds(3):
        run = unrepaired(seed, "on")
        missed_keys, done = behind(run), repaired(run)
        assert missed_keys > 10
        run.on(20.0)
        assert behind(run) == 0
        # One for each key at least, and one for each read that comes while it is on its way.
        assert missed_keys <= repaired(run) - done < 1000
        before = repaired(run)
        run.engine.set_load(0.0)
        run.on(30.0)
        assert repaired(run) == before
        assert run.read().in_flight == run.engine.world.control["orphaned_work"] == 0


def test_without_read_repair_an_old_version_stays() -> None:
    run = unrepaired(1, "off")
    missed_keys = behind(run)
    assert missed_keys > 10
    run.on(20.0)
    assert (behind(run), repaired(run)) == (missed_keys, 0)


def test_read_repairs_are_writes_that_no_request_waits_for() -> None:
    """They keep the cores of who gets them busy, and cost the read nothing."""
    found = {}
    for way in ("off", "on"):
        run = unrepaired(2, way)
        window = run.watch(20.0)
        assert window.failed == 0
        found[way] = window.node("store-3")["writes"], window.frame["m"]["p50"]
    assert found["off"][0] == 0.0 < found["on"][0]
    assert found["on"][1] == pytest.approx(found["off"][1], rel=0.02)
