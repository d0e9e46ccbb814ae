"""Overload: full queues refuse, impatient users leave, and their work goes on."""

import pytest

from app.schema import Value
from app.topology.edits.apply import SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, link, users, web
from tests.support.runs import SECOND, Run
from tests.support.statistics.samples import SIGMAS, seeds


def one_server(rate: float, queue_limit: int, patience_s: float, **server: Value) -> Topology:
    """Users on a server that does 100 requests a second, one after the other."""
    return drawing(
        users(rate, patience_s=patience_s),
        web(service_ms=10.0, cores=1, queue_limit=queue_limit, distribution="constant", **server),
        link("users-1", "web-1", 0.0),
    )


def test_a_full_queue_refuses_the_excess_and_raises_one_incident() -> None:
    run = Run(one_server(200.0, 20, 30.0)).to(5.0)
    window = run.watch(60.0)
    assert window.failures.keys() == {"queue_full"}
    assert window.node("web-1")["rps"] == pytest.approx(100, rel=0.005)
    assert window.node("web-1")["util"] >= 0.999
    assert window.failed == pytest.approx(window.offered - 6000, abs=30)
    (shedding,) = run.incidents()
    assert (shedding.code, shedding.node, shedding.value) == ("shedding", "web-1", 20.0)
    assert run.node("web-1")["latency_ms"] <= 210.0
    for _ in range(100):
        assert run.watch(0.01).node("web-1")["queue"] <= 20


def test_shedding_after_a_quiet_period_raises_a_new_incident() -> None:
    run = Run(one_server(200.0, 20, 30.0)).to(5.0)
    for quiet_s, incidents in ((4.0, 1), (6.0, 2), (6.0, 3)):
        run.engine.set_load(0.1)
        run.on(quiet_s).engine.set_load(1.0)
        run.on(1.0)
        assert len(run.incidents("shedding")) == incidents


def test_a_queue_limit_of_zero_follows_erlangs_loss_formula() -> None:
    """Erlang's loss formula for one server: of an offered load of 2, 2/3 are refused."""
    run = Run(one_server(200.0, 0, 30.0)).to(500.0)
    reading = run.read()
    assert reading.failed / reading.offered == pytest.approx(2 / 3, abs=0.01)
    assert run.node("web-1")["queue_mean"] == 0.0


def test_work_for_users_who_gave_up_is_done_and_counted_as_abandoned() -> None:
    """Past one second of queue, everybody waits longer than they would: the server is busy all
    the time and serves no one. Nothing is lost in the books, and it all drains in the end.
    """
    for seed in seeds(5):
        run = Run(one_server(200.0, 1_000_000, 1.0), seed).to(20.0)
        window = run.watch(20.0)
        assert window.node("web-1")["util"] == 1.0
        assert window.node("web-1")["rps"] == pytest.approx(100, rel=0.01)
        assert window.completed == 0
        assert window.failures.keys() == {"timed_out"}
        assert window.failed == pytest.approx(4000, abs=SIGMAS * 4000**0.5)
        present = window.node("web-1")["queue"] + 1
        assert run.read().in_flight + _orphaned_work(run) == present
        assert run.read().in_flight == pytest.approx(200, abs=SIGMAS * 200**0.5)
        run.engine.set_load(0.0)
        drain_s = present / 100
        window = run.watch(drain_s - 0.1)
        assert window.node("web-1")["util"] >= 0.999
        assert window.completed == 0
        assert run.read().in_flight == 0
        assert _orphaned_work(run) == pytest.approx(10, abs=1)
        run.on(0.2)
        assert _orphaned_work(run) == 0
        run.engine.set_load(0.5)
        window = run.watch(5.0)
        assert window.failed == 0
        assert window.completed > 400


def _orphaned_work(run: Run) -> int:
    return int(run.engine.world.control["orphaned_work"])


def test_a_short_queue_serves_more_within_patience_than_a_long_one() -> None:
    """With places for as much as users will wait for, the same overload serves 100 a second."""
    good = {}
    for limit in (50, 1_000_000):
        run = Run(one_server(200.0, limit, 1.0)).to(20.0)
        good[limit] = run.watch(20.0).completed
    assert good[50] == pytest.approx(2000, rel=0.01)
    assert good[1_000_000] == 0


def test_users_give_up_exactly_when_their_patience_ends() -> None:
    run = Run(one_server(50.0, 1_000_000, 2.0)).to(5.0)
    run.edit(SetNode(node="web-1", parameters={"service_ms": 60_000.0}))
    run.on(1.9)
    assert run.read().failed == 0
    window = run.on(0.2).watch(10.0)
    assert window.failures.keys() == {"timed_out"}
    assert run.read().in_flight == pytest.approx(100, abs=40)
    run.engine.set_load(0.0)
    run.on(2.0 + 1 / SECOND)
    assert run.read().in_flight == 0


def test_a_crash_clears_the_queue_including_abandoned_requests() -> None:
    run = Run(one_server(200.0, 1_000_000, 1.0)).to(20.0)
    assert _orphaned_work(run) > 1000
    waiting = run.read().in_flight
    before = run.read()
    run.crash("web-1")
    assert _orphaned_work(run) == run.read().in_flight == 0
    assert run.read().failures_by_outcome()["lost_in_crash"] == waiting
    assert run.read().failed - before.failed == waiting
    run.heal("web-1")
    window = run.watch(0.5)
    assert window.node("web-1")["rps"] == pytest.approx(100, rel=0.1)
    assert window.completed > 30
