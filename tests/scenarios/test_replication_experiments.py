"""Library experiments with replicas show their lesson."""

import pytest

from tests.scenarios.test_experiments import Experiment
from tests.support.runs import Run
from tests.support.statistics.samples import must_be_poisson, seeds


def visit_ms(run: Run, name: str) -> tuple[float, int]:
    """Time spent at a node so far, in all, and visits."""
    reading = run.read()
    node = reading.nodes[reading.node_ids.index(name)]
    return float(node["sojourn_ns"]) / 1e6, int(node["reads"] + node["writes"])


def mean_ms(experiment: Experiment, name: str, from_s: float, to_s: float) -> float:
    before = visit_ms(experiment.to(from_s), name)
    after = visit_ms(experiment.to(to_s), name)
    return (after[0] - before[0]) / (after[1] - before[1])


def test_reads_of_the_only_replica_slow_down_every_write() -> None:
    """M/M/1 at 0.2 and at 0.9: 12.5 and 100 ms. With two replicas the primary notices nothing."""
    quiet, loud, spared = [], [], []
    for seed in seeds(12):
        experiment = Experiment("only-replica-dies", seed)
        quiet.append(mean_ms(experiment, "db-1", 5.0, 30.0))
        before = experiment.to(45.0).read()
        loud.append(mean_ms(experiment, "db-1", 45.0, 130.0))
        assert experiment.run.read().failed == before.failed
        spared.append(mean_ms(Experiment("only-replica-dies", seed), "db-3", 45.0, 130.0))
    assert sum(quiet) / 12 == pytest.approx(12.5, rel=0.05)
    assert sum(loud) / 12 == pytest.approx(100.0, rel=0.3)
    assert sum(spared) / 12 == pytest.approx(12.5, rel=0.05)
    experiment = Experiment("only-replica-dies")
    assert experiment.watch(10.0, 30.0).node("db-1")["util"] == pytest.approx(0.2, abs=0.04)
    assert experiment.watch(45.0, 125.0).node("db-1")["util"] == pytest.approx(0.9, abs=0.05)
    back = experiment.watch(140.0, 160.0)
    assert back.node("db-1")["util"] == pytest.approx(0.2, abs=0.04)
    assert back.node("db-4")["reads"] > 25


def test_a_dead_primary_loses_the_writes_that_were_on_their_way() -> None:
    """100 writes a second, 0.4 s and a commit's time from the replica."""
    for seed in seeds(4):
        run = Experiment("primary-dies", seed).to(59.0)
        (told,) = run.incidents("writes_lost")
        assert told.value == run.summary()["ledger"]["lost"]
        assert 25 <= told.value <= 75
        (resumed,) = run.incidents("writes_resumed")
        assert 4.5 < resumed.value < 6.5
        assert [one.node for one in run.incidents("promoted")] == ["db-2"]
        assert run.watch(1.0).failed == 0


def test_a_dead_asynchronous_primary_loses_its_last_second() -> None:
    lost = []
    for seed in seeds(8):
        run = Experiment("primary-dies-async", seed).to(59.0)
        (told,) = run.incidents("writes_lost")
        lost.append(run.summary()["ledger"]["lost"])
        assert told.value == lost[-1]
        (resumed,) = run.incidents("writes_resumed")
        assert 4.0 < resumed.value < 10.0  # a heartbeat takes two seconds there and back
        assert run.watch(1.0).failed == 0
    must_be_poisson(lost, 200)
    run = Experiment("primary-dies-async").to(90.0)
    assert [one.node for one in run.incidents("rewound")] == ["db-1"]


def test_synchronous_commits_lose_nothing_and_semi_synchronous_ones_do_after_their_timeout() -> (
    None
):
    for seed in seeds(4):
        experiment = Experiment("primary-dies-sync", seed)
        stalled = experiment.watch(20.1, 29.9)
        assert stalled.failed == 0
        assert stalled.completed / stalled.seconds == pytest.approx(200, rel=0.05)  # one of two
        flood = experiment.watch(29.9, 44.9)
        assert flood.failed == 0
        assert flood.completed == pytest.approx(15 * 400 + 2000, rel=0.03)
        run = experiment.to(69.0)
        assert run.incidents("semi_sync_off")[0].node == "db-4"
        (told,) = run.incidents("writes_lost")
        assert told.other == "db-4"
        assert told.value == pytest.approx(25 * 200, rel=0.1)
        assert {one.node for one in run.incidents("promoted")} >= {"db-5"}
        assert run.read().groups["lost"].tolist()[0] == 0
        assert run.watch(1.0).failed == 0
