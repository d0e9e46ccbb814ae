"""Library experiments about servers behind a balancer show their lesson."""

import pytest

from app.kernel.state.codes.requests import Outcome
from tests.scenarios.test_experiments import Experiment
from tests.support.runs import Run
from tests.support.statistics.samples import must_average, seeds


def refused(run: Run, name: str) -> int:
    """Requests that a server has refused."""
    return int(run.read().failures[run.engine.numbering.nodes[name], Outcome.REFUSED])


def test_an_alb_notices_nine_times_as_late_as_haproxy() -> None:
    """Half of 100 requests a second, for 4 to 6 s and for 30 to 60 s: 250 and 2,250 of them."""
    quick, slow = [], []
    for seed in seeds(16):
        run = Experiment("kill-one-of-two", seed).to(99.0)
        assert run.watch(0.5).node("web-2")["util"] > 0.97
        quick.append(refused(run, "web-1"))
        slow.append(refused(run, "web-3"))
    must_average(quick, 250.0, ((50 / 12**0.5 * 2) ** 2 + 250) ** 0.5)
    must_average(slow, 2250.0, ((50 / 12**0.5 * 30) ** 2 + 2250) ** 0.5)


def test_a_healed_server_is_back_after_the_passes_each_preset_requires() -> None:
    """Two of HAProxy's, 2 to 4 s; five of the ALB's, 120 to 150 s. Then nobody fails any more."""
    experiment = Experiment("kill-one-of-two")
    run = experiment.to(270.0)
    back = {one.other: one.at_ns / 1e9 - 100.0 for one in run.incidents("marked_up")}
    assert 2.0 <= back["web-1"] <= 4.01
    assert 120.0 <= back["web-3"] <= 150.01
    assert run.watch(10.0).failed == 0


def test_a_gray_failure_passes_shallow_checks() -> None:
    experiment = Experiment("gray-server")
    assert experiment.to(20.0).read().failed == 0
    gray = experiment.watch(30.0, 60.0)
    run = experiment.run
    assert run.incidents("marked_down") == []
    assert gray.failed / gray.offered == pytest.approx(1 / 3, abs=0.05)
    connections = experiment.watch(70.0, 100.0)
    assert run.incidents("marked_down") == []
    assert connections.failed / connections.offered < 0.01
    assert connections.node("web-1")["rps"] < 10.0
    deep = experiment.watch(120.0, 140.0)
    assert [one.other for one in run.incidents("marked_down")] == ["web-1"]
    assert deep.failed == 0
    assert deep.node("web-1")["rps"] == 0.0
    well = experiment.watch(160.0, 180.0)
    assert [one.other for one in run.incidents("marked_up")] == ["web-1"]
    assert well.failed == 0
    assert well.node("web-1")["rps"] > 30.0
