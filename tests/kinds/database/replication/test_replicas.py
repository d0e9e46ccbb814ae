"""Replicas: which of them reads go to, how far behind they are, and what that costs."""

import random

import pytest

from app.schema import Value
from app.topology.edits.apply import AddLink, RemoveLink
from tests.support.databases.ledger import Ledger, quiet
from tests.support.drawings import edited, node, replica, replicated
from tests.support.runs import SECOND, Run
from tests.support.statistics.samples import must_average, must_be_uniform, seeds

CHECKS: dict[str, Value] = {"check_interval_s": 0.5, "check_fall": 3, "check_rise": 2}
BACK_S = 0.00025
SLOW = replica("db-2", apply_ms=20.0, distribution="constant", max_lag_s=5.0)


def one_at(run: Run, code: str, since_s: float) -> float:
    """When the only incident of this sort since then was."""
    (at_s,) = (one.at_ns / SECOND for one in run.incidents(code) if one.at_ns >= since_s * SECOND)
    return at_s


def test_with_a_replica_reads_go_to_it_and_writes_to_the_primary() -> None:
    window = Run(replicated(400.0, write_share=20.0)).to(5.0).watch(20.0)
    assert window.failed == 0
    primary, second = window.node("db-1"), window.node("db-2")
    assert (primary["role"], second["role"]) == ("primary", "replica")
    assert (primary["reads"], second["writes"]) == (0.0, 0.0)
    assert primary["writes"] == pytest.approx(80, rel=0.1)
    assert second["reads"] == pytest.approx(320, rel=0.1)


def test_several_replicas_share_the_reads_evenly() -> None:
    drawn = replicated(600.0, [replica("db-2"), replica("db-3"), replica("db-4")], write_share=0.0)
    window = Run(drawn).to(5.0).watch(20.0)
    for name in ("db-2", "db-3", "db-4"):
        assert window.node(name)["reads"] == pytest.approx(window.offered / 60, abs=0.2)


def test_reads_go_to_the_primary_once_the_death_of_the_only_replica_is_noticed() -> None:
    chance, places = random.Random(3), []
    run = Run(replicated(200.0, write_share=20.0, server=CHECKS)).to(5.0)
    for _ in range(120):
        run.on(chance.uniform(1.0, 1.5))
        crashed_s, before = run.now_s, run.read()
        run.crash("db-2").on(3 * 0.5 + BACK_S)
        noticed_s = one_at(run, "marked_down", crashed_s) - crashed_s
        assert 1.0 < noticed_s <= 1.5 + BACK_S
        places.append((noticed_s - BACK_S) / 0.5 - 2)
        reads_lost = run.read().failed - before.failed
        assert reads_lost == pytest.approx(160 * noticed_s, abs=5 * (160 * noticed_s) ** 0.5)
        window = run.watch(0.5)
        assert window.failed == 0
        assert window.node("db-1")["reads"] > 80
        run.heal("db-2").on(2.0)
    must_be_uniform(places)
    assert run.incidents("elected", "promoted", "writes_lost") == []


@pytest.mark.parametrize("max_lag_s", [5.0, 600.0])
def test_a_replica_that_is_back_catches_up_before_it_takes_reads(max_lag_s: float) -> None:
    """20 s of 80 writes/s are 1,600 entries; applying 400/s while 80/s come, it needs 5 s. That its
    lag would be tolerated in a replica that was never away does not matter.
    """
    second = replica("db-2", max_lag_s=max_lag_s, apply_ms=2.5, distribution="constant", cores=8)
    drawn = replicated(400.0, [second], server=CHECKS)
    for seed in (1, 2, 3):
        run = Run(drawn, seed).to(5.0).crash("db-2").on(20.0)
        missing = Ledger.of(run).written - Ledger.of(run).applied["db-2"]
        assert missing == pytest.approx(1600, rel=0.1)
        healed_s = run.now_s
        run.heal("db-2")
        while not run.incidents("caught_up"):
            window = run.watch(0.1)
            if not run.incidents("caught_up"):
                assert window.node("db-2")["reads"] == 0.0
                assert window.node("db-2")["state"] == "recovering"
                assert window.node("db-1")["reads"] > 0.0
            assert window.failed == 0
            assert run.now_s < 60.0
        caught_up_s = run.incidents("caught_up")[0].at_ns / SECOND
        assert caught_up_s - healed_s == pytest.approx(missing / (400 - 80), abs=1.0)
        assert one_at(run, "rejoined", healed_s) == pytest.approx(healed_s)
        window = run.on(1.0).watch(10.0)
        assert window.failed == 0
        assert window.node("db-1")["reads"] == 0.0
        assert window.node("db-2")["reads"] == pytest.approx(320, rel=0.1)
        assert quiet(run, 5.0).agrees
        assert Ledger.of(run).lost == 0


def too_far_behind_at_s(run: Run) -> float:
    """When the replica said that it takes no more reads."""
    (lagging,) = run.incidents("lagging")
    assert lagging.node == "db-2"
    assert 5.0 < lagging.value < 5.5
    return lagging.at_ns / SECOND


def test_a_replica_takes_reads_until_its_lag_passes_the_limit() -> None:
    """A lag of 3/8 t passes 5 s at 13.3 s, give or take what 667 random writes need; a check
    notices within 0.5 s.
    """
    drawn = replicated(400.0, [SLOW], server={"check_interval_s": 0.5})
    found = [too_far_behind_at_s(Run(drawn, seed).to(25.0)) for seed in seeds(40)]
    must_average(found, 13.33 + 0.25, 667**0.5 / 80 / (3 / 8))


def test_a_replica_that_cannot_apply_as_fast_as_others_write_falls_behind() -> None:
    """80 writes/s, 50 applied: after t seconds it applies what was written at 5/8 t, so its lag
    is 3/8 t, until it takes no more reads; with 20 writes/s it catches up.
    """
    run = Run(replicated(400.0, [SLOW], server={"check_interval_s": 0.5}))
    window = run.to(10.0).watch(0.1)
    assert run.node("db-2")["lag_s"] == pytest.approx(10 * 3 / 8, rel=0.1)
    assert window.node("db-2")["lag"] == pytest.approx(10 * 3 / 8, rel=0.1)
    assert window.node("db-2")["reads"] > 0
    run.to(20.0)
    assert 10.0 < too_far_behind_at_s(run) < 20.0
    assert run.incidents("caught_up", "marked_down") == []
    window = run.watch(10.0)
    assert window.failed == 0
    assert window.node("db-2")["reads"] == 0.0
    assert window.node("db-1")["reads"] == pytest.approx(320, rel=0.1)
    run.engine.set_load(0.25)  # 20 writes/s: it gains 30 entries each second
    missing = Ledger.of(run).written - Ledger.of(run).applied["db-2"]
    assert missing == pytest.approx(30 * 30, rel=0.15)
    run.on(missing / 30 + 5.0)
    (caught_up,) = run.incidents("caught_up")
    assert caught_up.node == "db-2"
    window = run.watch(10.0)
    assert window.node("db-1")["reads"] == 0.0
    assert window.node("db-2")["reads"] == pytest.approx(80, rel=0.1)
    assert quiet(run, 2.0).agrees


def test_replication_lag_is_link_latency_plus_apply_time() -> None:
    """A replica 500 ms away is 500 ms behind, which it cannot know: it takes reads."""
    run = Run(replicated(400.0, replication_ms=500.0)).to(10.0)
    lags = [run.on(0.01).node("db-2")["lag_s"] for _ in range(200)]
    assert sum(lags) / 200 == pytest.approx(0.5, abs=0.03)
    assert run.watch(1.0).node("db-2")["reads"] == pytest.approx(320, rel=0.2)


def test_applying_the_log_takes_cores_from_reads() -> None:
    """One core: 0.32 of it reads, 0.4 of it applies what the primary wrote."""
    run = Run(
        replicated(200.0, [replica("db-2", cores=1, apply_ms=10.0, read_ms=2.0, max_lag_s=600.0)])
    )
    assert run.to(100.0).node("db-2")["utilisation"] == pytest.approx(0.32 + 0.4, abs=0.03)
    assert run.node("db-2")["served"] == run.node("db-2")["reads"]


def test_reads_fail_while_all_databases_are_down_and_recover_by_themselves() -> None:
    run = Run(replicated(400.0, server=CHECKS)).to(5.0)
    run.crash("db-1").crash("db-2").on(3.0)
    window = run.watch(5.0)
    assert window.failures.keys() == {"no_database"}
    assert window.failed == pytest.approx(window.offered, abs=30)
    assert window.completed == 0
    run.heal("db-1").on(2.0)
    window = run.watch(5.0)
    assert window.failed == 0
    assert window.node("db-1")["reads"] > 0
    run.heal("db-2").on(5.0)
    assert run.watch(5.0).node("db-1")["reads"] == 0.0
    assert quiet(run, 3.0).agrees
    assert Ledger.of(run).lost == 0


def test_the_lag_is_right_for_a_replica_behind_all_that_the_log_keeps() -> None:
    """The log remembers 32,768 writes; of a replica behind all of them the lag is still told."""
    drawn = replicated(
        4000.0,
        [replica("db-2", apply_ms=5.0, max_lag_s=1.0)],
        write_share=100.0,
        primary={"cores": 64},
        server={"cores": 64},
    )
    run = Run(drawn).to(5.0)
    assert [one.node for one in run.incidents("lagging")] == ["db-2"]
    before = 0.0
    for _ in range(20):
        lag_s = run.on(1.0).node("db-2")["lag_s"]
        assert lag_s > before or lag_s > 6.0
        before = lag_s
    ledger = Ledger.of(run)
    assert ledger.written - ledger.applied["db-2"] > 2 * 32_768
    assert run.incidents("caught_up") == []


def test_log_in_transit_is_dropped_when_its_replica_moves_to_another_group() -> None:
    """A replica that is given to another primary starts from that one's data."""
    drawn = edited(
        replicated(400.0, replication_ms=500.0, write_share=100.0, primary={"cores": 16}),
        node("database", "db-9"),
    )
    run = Run(drawn).to(10.0)
    run.edit(RemoveLink(link="db-1_db-2"), AddLink(source="db-9", target="db-2"))
    run.on(2.0)
    databases = run.read().databases
    assert databases["received"].tolist()[1:] == databases["applied"].tolist()[1:] == [0, 0]
