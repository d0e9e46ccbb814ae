"""Library experiments with machines show their lesson."""

from __future__ import annotations

import pytest

from app.actions import Crash, GroupOf
from app.kinds.machine_sizes import BY_NAME
from app.topology.edits.apply import SetGroups
from app.topology.servers.cost import cost
from tests.kinds.web_server.test_sizes import speed_up
from tests.scenarios.test_experiments import Experiment
from tests.support.statistics.samples import seeds


def test_a_database_that_moves_out_relieves_the_box_of_web_database_and_cache() -> None:
    for seed in seeds(3):
        run = Experiment("single-server", seed).to(10.0)
        box = run.engine.topology.in_group("machine", "box")
        assert len(box) == 3
        together, mean_ms = run.watch(50.0), run.summary()["latency_ms"]["mean"]
        busy = sum(together.node(one.id)["util"] for one in box)
        assert busy == pytest.approx(0.84, abs=0.04)
        assert together.failed == 0
        split = Experiment("single-server", seed).run
        split.edit(SetGroups(node="db-1", groups={"machine": ""}))
        apart = split.to(10.0).watch(50.0)
        left = sum(apart.node(one.id)["util"] for one in box if one.id != "db-1")
        assert left < busy - 0.1
        assert split.summary()["latency_ms"]["mean"] < 0.9 * mean_ms
        # A machine of its own for each, as in the next drawing, relieves them further.
        assert Experiment("split-database", seed).to(60.0).summary()["latency_ms"]["mean"] < mean_ms


def test_a_crash_of_the_box_takes_everything_with_it() -> None:
    run = Experiment("single-server").to(10.0)
    run.fault(Crash(group=GroupOf(sort="machine", name="box")))
    assert run.watch(10.0).completed < 20


def test_one_box_carries_100_a_second_and_two_carry_167() -> None:
    for seed in seeds(3):
        experiment = Experiment("single-box", seed)
        easy = experiment.watch(10.0, 30.0)
        assert easy.failed == 0
        assert easy.node("web-1")["util"] == pytest.approx(0.3, rel=0.15)
        assert easy.node("db-1")["util"] == pytest.approx(0.2, rel=0.15)
        hard = experiment.watch(40.0, 80.0)
        assert hard.failed == 0
        assert hard.node("web-1")["util"] + hard.node("db-1")["util"] > 0.8
        drowned = experiment.watch(100.0, 109.0)
        assert drowned.node("db-1")["state"] == drowned.node("web-1")["state"] == "saturated"
        assert drowned.completed / drowned.seconds < 105.0
        apart = experiment.watch(135.0, 160.0)
        assert apart.failed == 0
        assert apart.node("web-1")["util"] == pytest.approx(0.72, rel=0.1)
        assert apart.node("db-1")["util"] == pytest.approx(0.48, rel=0.1)
        full = experiment.watch(180.0, 200.0)
        assert full.completed / full.seconds == pytest.approx(1000.0 / 6.0, rel=0.06)
        assert full.node("db-1")["state"] != "saturated"


def test_a_larger_server_is_faster_up_to_the_peak_of_the_scalability_law() -> None:
    experiment = Experiment("scale-up")
    assert experiment.watch(10.0, 30.0).failed == 0
    small = experiment.watch(40.0, 50.0)
    assert small.completed / 10.0 == pytest.approx(100.0 * speed_up(2), rel=0.08)
    assert experiment.watch(51.0, 79.0).completed == 0, "it restarts"
    large = experiment.watch(85.0, 100.0)
    assert large.failed == 0
    assert cost(experiment.run.engine.topology).total == BY_NAME["l"].usd
    assert experiment.watch(110.0, 120.0).failed > 0
    best = experiment.watch(164.0, 189.0)
    assert best.failed == 0
    assert best.node("web-1")["util"] == pytest.approx(1920.0 / 100.0 / speed_up(96), rel=0.02)
    worse = experiment.watch(229.0, 259.0)
    assert worse.completed / 30.0 == pytest.approx(100.0 * speed_up(192), rel=0.02)
    assert worse.completed / 30.0 < best.completed / 25.0
    assert cost(experiment.run.engine.topology).total == 2 * BY_NAME["xxl"].usd
    dead = experiment.watch(261.0, 300.0)
    assert dead.completed == 0 < dead.failed


def test_an_autoscaler_relieves_a_spike_after_four_minutes() -> None:
    for seed in seeds(3):
        experiment = Experiment("autoscale", seed)
        calm = experiment.watch(10.0, 60.0)
        assert calm.failed == 0
        assert calm.node("web-1")["inst"] == [2, 2]
        drowning = experiment.watch(120.0, 295.0)
        assert drowning.completed / drowning.seconds < 205.0
        assert drowning.failed > 0
        run = experiment.to(330.0)
        assert [one.at_ns / 1e9 for one in run.incidents("scaled_out")] == pytest.approx([240.0])
        trusted = [one.at_ns / 1e9 for one in run.incidents("marked_up")]
        assert len(trusted) == 2
        assert all(235.0 < at_s - 60.0 < 250.0 for at_s in trusted), "about four minutes"
        relieved = experiment.watch(330.0, 500.0)
        assert relieved.failed == 0
        assert relieved.node("web-1")["util"] == pytest.approx(0.75, rel=0.05)
        assert experiment.watch(660.0, 899.0).node("web-1")["inst"] == [6, 6]
        run = experiment.to(1500.0)
        ins = run.incidents("scaled_in")
        assert [one.at_ns / 1e9 for one in ins] == pytest.approx([1080.0, 1380.0])
        assert [one.value for one in ins] == [4.0, 2.0]
        assert run.read().failed == experiment.watch(1500.0, 1500.0).before.failed
        assert cost(run.engine.deployed).total == 25.0 + 2 * 35.0
