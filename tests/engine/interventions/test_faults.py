"""Faults short of a crash: hanging, slow, cut off, lossy; and how such a fault ends."""

import math
from typing import Literal

import pytest

from app.actions import (
    Crash,
    CutLink,
    Degrade,
    HealLink,
    Silence,
    Slow,
)
from app.schema import Value
from app.topology.model import Topology
from tests.support.drawings import (
    balanced,
    drawing,
    final_design,
    link,
    node,
    replica,
    replicated,
    web,
)
from tests.support.drawings import users as clients
from tests.support.runs import SECOND, Run, Window
from tests.support.statistics.samples import SIGMAS, seeds

LINK = "users-1_web-1"


def one_server(rate: float, patience_s: float = 60.0, **server: Value) -> Topology:
    """Users on a server that does 100 requests a second, one after the other."""
    steady: dict[str, Value] = {"service_ms": 10.0, "cores": 1, "distribution": "constant"}
    return drawing(
        clients(rate, patience_s=patience_s),
        web(**{**steady, "queue_limit": 1_000_000, **server}),
        link("users-1", "web-1", 5.0),
    )


def mean_ms(window: Window) -> float:
    """The mean latency of a window."""
    spent_ns = window.now.latency_ns - window.before.latency_ns
    return spent_ns / window.completed / 1e6


# Silence


@pytest.mark.parametrize("discipline", ["fifo", "processor_sharing"])
def test_a_hanging_server_takes_connections_and_serves_them_first_after_its_heal(
    discipline: str,
) -> None:
    """At half its capacity, what came in 4 s takes another 4 s to work off beside what comes."""
    for seed in seeds(5):
        run = Run(one_server(50.0, discipline=discipline), seed).to(10.0)
        run.fault(Silence(node="web-1"))
        hung = run.watch(4.0)
        assert hung.node("web-1")["rps"] == 0.0
        assert hung.completed <= 1  # what was on its way back
        assert hung.failed == 0
        assert hung.node("web-1")["state"] == "down"
        held = hung.offered
        run.heal("web-1")
        back = run.watch(2.0)
        if discipline == "fifo":  # shared out, all of it is done late
            assert back.node("web-1")["rps"] == pytest.approx(100.0, abs=1.0)
        assert back.node("web-1")["util"] == pytest.approx(1.0)
        drain_s = held / 50.0
        assert run.on(drain_s + 2.0).watch(10.0).node("web-1")["queue"] <= 8
        assert run.read().failed == 0


def test_work_under_way_on_a_hanging_server_resumes_where_it_stopped() -> None:
    """A server that hangs for ten seconds is ten seconds late with everything it had."""
    still = Run(one_server(20.0, service_ms=400.0, cores=8)).to(5.0)
    hung = Run(one_server(20.0, service_ms=400.0, cores=8)).to(5.0).fault(Silence(node="web-1"))
    for run in (still, hung):
        run.engine.set_load(0.0)
    hung.on(10.0).heal("web-1")
    still.on(10.0)
    hung.on(10.0)
    late_ns = hung.read().latency_ns - still.read().latency_ns
    assert hung.read().completed == still.read().completed == hung.read().offered
    assert late_ns % (10 * SECOND) == 0
    assert late_ns >= 8 * 10 * SECOND


def test_a_hanging_server_drops_connections_beyond_its_backlog_silently() -> None:
    run = Run(one_server(50.0, patience_s=2.0, queue_limit=20)).to(5.0)
    run.fault(Silence(node="web-1"))
    window = run.watch(1.9)
    assert window.failed == 0
    assert window.node("web-1")["queue"] == 20
    (full,) = run.incidents("backlog_full")
    assert (full.node, full.value) == ("web-1", 20.0)
    window = run.watch(10.0)
    assert window.failures.keys() == {"timed_out"}
    assert window.completed == 0
    run.heal("web-1").on(3.0)
    assert run.watch(10.0).failures == {}


def erlang_b(servers: int, load: float) -> float:
    """The share of arrivals that find all servers busy (Erlang's loss formula)."""
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = load * blocked / (count + load * blocked)
    return blocked


def pooled(timeout_s: float) -> Topology:
    """90 reads a second on a server with 50 workers, spread over three databases."""
    server: dict[str, Value] = {
        "workers": 50,
        "data_timeout_s": timeout_s,
        "check_interval_s": 300.0,
        "service_ms": 0.0,
    }
    names = ("db-2", "db-3", "db-4")
    replicas = [replica(name, read_ms=1.0, cores=8) for name in names]
    return replicated(90.0, replicas, write_share=0.0, server=server)


@pytest.mark.parametrize(("timeout_s", "full"), [(1.0, False), (3.0, True)])
def test_a_silent_dependency_takes_all_workers_when_rate_times_timeout_exceeds_the_pool(
    timeout_s: float, full: bool
) -> None:
    """A third of 90/s for 1 s holds 30 of 50 workers; for 3 s it would take 90, and requests that
    need not the silent database fail as well, as many as Erlang's loss formula says.
    """
    for seed in seeds(3):
        run = Run(pooled(timeout_s), seed).fault(Silence(node="db-3")).to(10.0)
        window = run.watch(100.0)
        blocked = window.failures.get("at_capacity", 0) / window.offered
        expected = erlang_b(50, 30.0 * timeout_s + 90.0 * 2 / 3 * 0.0015 + 30.0 * 0.0005)
        # Times between losses are correlated over a timeout: fewer independent samples.
        sigma = math.sqrt(expected / (window.offered / (1 + 90 * timeout_s * blocked)) + 1e-7)
        assert blocked == pytest.approx(expected, abs=SIGMAS * sigma)
        assert (blocked > 0.4) == full
        late = window.failures["gateway_timeout"] / (window.offered * (1 - blocked))
        assert late == pytest.approx(1 / 3, abs=0.03)


def test_a_crashed_dependency_takes_no_workers() -> None:
    run = Run(pooled(3.0)).fault(Crash(node="db-3")).to(10.0)
    window = run.watch(50.0)
    assert window.failures.keys() == {"refused"}
    assert window.failed / window.offered == pytest.approx(1 / 3, abs=0.02)


def test_requests_and_answers_wait_in_a_hanging_balancer() -> None:
    """Nothing passes a balancer that hangs, in either direction; then everything does."""
    run = Run(balanced(200.0)).to(5.0).fault(Silence(node="lb-1"))
    window = run.watch(3.0)
    assert window.completed <= 10  # what was past it already
    assert window.failed == 0
    run.heal("lb-1")
    assert run.watch(1.0).completed >= 600
    assert run.on(5.0).read().failed == 0


def test_a_silent_primary_is_replaced_and_comes_back_as_a_replica() -> None:
    run = Run(final_design(200.0)).to(5.0).fault(Silence(node="db-1"))
    run.on(10.0)
    (promoted,) = run.incidents("promoted")
    assert promoted.other == "db-1"
    assert 2.0 <= promoted.at_ns / SECOND - 5.0 <= 8.0
    before = run.node("db-1")
    run.heal("db-1").on(10.0)
    after = run.node("db-1")
    assert (before["role"], after["role"]) == ("replica", "replica")
    assert run.incidents("rejoined", "rewound")
    assert after["lag_s"] < 0.1


def test_a_silent_replica_receives_the_log_and_applies_none_of_it() -> None:
    topology = replicated(100.0, [replica("db-2", apply_ms=0.1)], write_share=100.0)
    run = Run(topology).to(5.0).fault(Silence(node="db-2")).on(2.0)
    (_, row) = run.read().databases
    assert row["received"] - row["applied"] == pytest.approx(200, abs=SIGMAS * 200**0.5)
    assert run.node("db-2")["lag_s"] == pytest.approx(2.0, abs=0.2)
    run.heal("db-2").on(1.0)
    assert run.node("db-2")["lag_s"] < 0.05


# Slow


@pytest.mark.parametrize("factor", [2.0, 3.0])
def test_a_slow_server_is_a_slower_mm1_and_no_check_notices(factor: float) -> None:
    """At 20 requests a second, 10 ms of mean work takes k times as long: T = 1 / (mu/k - lambda),
    and the 99th percentile is ln 100 times that.
    """
    topology = drawing(
        clients(20.0, patience_s=60.0, write_share=0.0),
        node("load_balancer", "lb-1", forward_ms=0.0),
        web(service_ms=10.0, cores=1),
        link("users-1", "lb-1", 0.0),
        link("lb-1", "web-1", 0.0),
    )
    mean = 1000.0 / (100.0 / factor - 20.0)
    means = []
    for seed in seeds(3):
        run = Run(topology, seed).fault(Slow(node="web-1", factor=factor)).to(20.0)
        window = run.watch(1000.0)
        means.append(mean_ms(window))
        assert window.node("web-1")["state"] != "down"
        assert window.frame["m"]["p99"] == pytest.approx(mean * math.log(100.0), rel=0.15)
    assert sum(means) / len(means) == pytest.approx(mean, rel=0.06)
    run = Run(topology).fault(Slow(node="web-1", factor=factor)).to(60.0)
    assert run.incidents("marked_down") == []


# Links


@pytest.mark.parametrize(
    ("direction", "served"), [("forth", False), ("both", False), ("back", True)]
)
def test_a_cut_link_swallows_requests_or_answers(
    direction: Literal["forth", "back", "both"], served: bool
) -> None:
    """Cut towards the server, it hears nothing; cut back, it does all the work for nobody."""
    run = Run(one_server(50.0, patience_s=1.0)).to(5.0)
    run.fault(CutLink(link=LINK, direction=direction)).on(1.0)
    window = run.watch(10.0)
    assert window.completed == 0
    assert window.failures.keys() == {"timed_out"}
    assert window.node("web-1")["rps"] == pytest.approx(50.0 if served else 0.0, rel=0.2)
    assert window.link_rps(LINK) == pytest.approx(50.0, rel=0.2)
    run.fault(HealLink(link=LINK)).on(1.5)
    window = run.watch(10.0)
    assert window.failures == {}
    assert window.completed > 400


def test_a_refusal_is_lost_on_a_cut_link() -> None:
    run = Run(one_server(50.0, patience_s=1.0)).to(5.0)
    run.fault(CutLink(link=LINK, direction="back")).crash("web-1").on(1.0)
    assert run.watch(10.0).failures.keys() == {"timed_out"}


@pytest.mark.parametrize("percent", [1.0, 5.0])
def test_lost_messages_arrive_late_by_the_retransmission_timeouts(percent: float) -> None:
    """Each of two messages waits 200 ms x (2^k - 1) after k losses in a row, which is
    200 ms x p / (1 - 2p) on average.
    """
    p = percent / 100.0
    mean = 200.0 * p / (1.0 - 2.0 * p)
    second_moment = 0.04e6 * ((1 - p) / (1 - 4 * p) - 2 * (1 - p) / (1 - 2 * p) + 1)
    for seed in seeds(3):
        plain = Run(one_server(50.0, cores=64), seed).to(5.0).watch(400.0)
        lossy = Run(one_server(50.0, cores=64), seed).fault(
            Degrade(link=LINK, loss_percent=percent)
        )
        window = lossy.to(5.0).watch(400.0)
        sigma = math.sqrt(2 * (second_moment - mean * mean) / window.completed)
        assert mean_ms(window) - mean_ms(plain) == pytest.approx(2 * mean, abs=SIGMAS * sigma)
        assert window.failed == 0


def test_a_link_that_loses_every_message_fails_requests_like_a_cut_one() -> None:
    run = (
        Run(one_server(50.0, patience_s=1.0)).fault(Degrade(link=LINK, loss_percent=100.0)).to(5.0)
    )
    window = run.watch(10.0)
    assert (window.completed, window.node("web-1")["rps"]) == (0, 0.0)


def test_extra_latency_of_a_link_adds_exactly_to_both_directions() -> None:
    plain = Run(one_server(50.0, cores=64)).to(1.0).watch(20.0)
    slow = Run(one_server(50.0, cores=64)).fault(Degrade(link=LINK, extra_ms=30.0)).to(1.0)
    assert mean_ms(slow.watch(20.0)) == pytest.approx(mean_ms(plain) + 60.0, abs=1e-6)
    slow.fault(HealLink(link=LINK)).on(1.0)
    assert mean_ms(slow.watch(20.0)) == pytest.approx(mean_ms(plain), abs=1e-6)


def test_replication_stops_on_a_cut_link_and_catches_up_after_its_heal() -> None:
    """What is not shipped while the link is cut is shipped when it heals."""
    topology = replicated(100.0, [replica("db-2", heartbeat_s=60.0)], write_share=100.0)
    run = Run(topology).to(5.0).fault(CutLink(link="db-1_db-2", direction="forth")).on(2.0)
    (_, row) = run.read().databases
    behind = int(run.read().groups[0]["written"]) - int(row["received"])
    assert behind == pytest.approx(200, abs=SIGMAS * 200**0.5)
    run.engine.set_load(0.0)
    run.fault(HealLink(link="db-1_db-2")).on(2.0)
    (_, row) = run.read().databases
    assert row["received"] == row["applied"] == run.read().groups[0]["written"]
