"""Attempts of a balancer: retries, redispatch, timeouts, its queue, limits and circuits."""

import math

import pytest

from app.schema import Value
from app.topology.edits.apply import SetLink, SetNode
from app.topology.model import Topology
from tests.support.drawings import balanced, drawing, edited, link, node, replicated, users
from tests.support.runs import Run
from tests.support.statistics.samples import must_average, seeds
from tests.support.theory import formulas as theory

UNDETECTED: dict[str, Value] = {"check_interval_s": 300.0}


def servers(drawn: Topology, **parameters: Value) -> Topology:
    """The drawing with these parameters set at every web server."""
    names = [one.id for one in drawn.of_kind("web_server")]
    return edited(drawn, *(SetNode(node=name, parameters=parameters) for name in names))


def failed_share(balancer: dict[str, Value], seconds: float = 20.0, seed: int = 1) -> float:
    """Share of requests that fail while one of two servers is dead and nobody has noticed."""
    drawn = servers(balanced(200.0, 2, **UNDETECTED, **balancer), service_ms=2.0)
    run = Run(drawn, seed).to(1.0).crash("web-1").on(5.0)
    window = run.watch(seconds)
    return window.failed / window.offered


def test_without_retries_requests_for_the_dead_one_of_two_servers_fail() -> None:
    assert failed_share({}) == pytest.approx(0.5, abs=0.005)


def test_retries_at_the_same_server_fail_like_the_first_attempt() -> None:
    assert failed_share({"retries": 3, "redispatch": "same"}) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(("retries", "share"), [(1, 0.25), (2, 0.125), (3, 0.0625)])
def test_a_retry_at_a_random_server_fails_half_of_the_time(retries: int, share: float) -> None:
    """Every attempt is a fair coin between the dead server and the other one."""
    balancer: dict[str, Value] = {
        "retries": retries,
        "redispatch": "other",
        "algorithm": "random",
    }
    found = [failed_share(balancer, 20.0, seed) for seed in seeds(6)]
    must_average(found, share, math.sqrt(share * (1 - share) / 4000))


def test_with_redispatch_only_the_last_retry_goes_to_another_server() -> None:
    """Two attempts at the dead server, then the coin: a quarter of all fail in the end."""
    balancer: dict[str, Value] = {"retries": 3, "redispatch": "last", "algorithm": "random"}
    found = [failed_share(balancer, 20.0, seed) for seed in seeds(6)]
    must_average(found, 0.25, math.sqrt(0.25 * 0.75 / 4000))


def test_a_refusing_server_attracts_traffic_under_least_connections() -> None:
    """Least connections sends nearly everything where nothing is ever in hand, retries too."""
    busy: dict[str, Value] = {"algorithm": "least_connections", "retries": 1, "redispatch": "other"}
    drawn = servers(balanced(350.0, 2, **UNDETECTED, **busy), service_ms=10.0)
    run = Run(drawn).to(1.0).crash("web-1").on(2.0)
    window = run.watch(10.0)
    assert window.failed / window.offered > 0.65


def test_redispatch_picks_the_dead_server_when_all_others_are_at_their_limit() -> None:
    """One connection per server: while the live one has its request, all others meet the dead."""
    balancer: dict[str, Value] = {"max_connections": 1, "retries": 3, "redispatch": "other"}
    drawn = servers(balanced(150.0, 2, **UNDETECTED, **balancer), service_ms=20.0, cores=1)
    run = Run(drawn).to(1.0).crash("web-1").on(2.0)
    window = run.watch(20.0)
    assert window.failed / window.offered > 0.6
    assert window.failures.keys() == {"refused"}


def test_the_same_server_is_tried_again_after_the_turn_around_wait() -> None:
    drawn = balanced(100.0, 1, **UNDETECTED, retries=3, redispatch="same", retry_wait_s=1.0)
    run = Run(drawn).to(2.0)
    run.crash("web-1").on(0.9)
    before = run.read()
    run.heal("web-1").on(5.0)
    now = run.read()
    assert now.failed <= 1  # whatever was in the server when it died
    waited = now.latency_ns - before.latency_ns
    assert waited > 80 * 0.9e9  # ninety requests, nearly a second each


@pytest.mark.parametrize("timeout_s", [0.02, 0.05])
def test_a_response_timeout_cuts_off_the_tail_of_latencies(timeout_s: float) -> None:
    """Time at an M/M/1 station is exponential with mean S / (1 - rho). The server goes on with
    what the balancer has given up on, so it is as busy as before.
    """
    drawn = servers(
        balanced(60.0, 1, response_timeout_s=timeout_s, forward_ms=0.0),
        service_ms=10.0,
        cores=1,
        queue_limit=1_000_000,
    )
    drawn = edited(drawn, SetNode(node="users-1", parameters={"patience_s": 600.0}))
    shares, used = [], []
    for seed in seeds(8):
        run = Run(drawn, seed).to(5.0)
        window = run.watch(200.0)
        assert window.failures.keys() == {"gateway_timeout"}
        shares.append(window.failed / window.offered)
        used.append(run.node("web-1")["utilisation"])
    at_server_s = timeout_s - 2 * 0.00025
    must_average(shares, math.exp(-at_server_s * (100.0 - 60.0)), 0.02)
    must_average(used, 0.6, 0.012)


def test_a_response_timeout_is_retried_only_with_retries_of_all_failures() -> None:
    slow: dict[str, Value] = {"response_timeout_s": 0.03, "retries": 2, "redispatch": "other"}
    failed = {}
    for retry_on in ("connection", "all"):
        drawn = servers(balanced(100.0, 2, **slow, retry_on=retry_on), service_ms=10.0)
        run = Run(drawn).to(1.0)
        window = run.watch(60.0)
        failed[retry_on] = window.failed / window.offered
    chance = math.exp(-(0.03 - 0.0005) / 0.01)  # four cores each, hardly used: service time alone
    assert failed["connection"] == pytest.approx(chance, abs=0.01)
    assert failed["all"] == pytest.approx(chance**3, abs=0.001)


def test_one_connection_per_server_makes_one_queue_for_all_servers() -> None:
    """Servers with one core, one request each, and the rest in the balancer: an M/M/10 queue."""
    drawn = balanced(900.0, 10, max_connections=1, forward_ms=0.0, algorithm="least_connections")
    drawn = servers(drawn, service_ms=10.0, cores=1)
    for name in (one.id for one in drawn.links_from("lb-1")):
        drawn = edited(drawn, _no_latency(name))
    drawn = edited(
        drawn, _no_latency("users-1_lb-1"), SetNode(node="users-1", parameters={"patience_s": 600})
    )
    expected = theory.station(9.0, 10).time * 10.0
    found = []
    for seed in seeds(10):
        run = Run(drawn, seed).to(5.0)
        window = run.watch(60.0)
        mean_ns = (window.now.latency_ns - window.before.latency_ns) / window.completed
        found.append(mean_ns / 1e6)
    must_average(found, expected, 1.0)


def test_a_balancer_refuses_requests_beyond_its_queue_limit() -> None:
    """One server, one connection, room for four: the loss of an M/M/1/5."""
    drawn = balanced(120.0, 1, max_connections=1, queue_max=4, forward_ms=0.0)
    drawn = edited(servers(drawn, service_ms=10.0, cores=1), _no_latency("lb-1_web-1"))
    found = []
    for seed in seeds(8):
        window = Run(drawn, seed).to(2.0).watch(100.0)
        assert window.failures.keys() == {"queue_full"}
        found.append(window.failed / window.offered)
    must_average(found, theory.station(1.2, 1, 5).loss, 0.012)


def test_a_request_that_waits_too_long_in_the_balancers_queue_times_out() -> None:
    """M/M/1 with constant patience (Baccelli and Hebuterne, 1981): overloaded one and a half
    times, a third has to go, and nobody who fails or is served has waited longer than allowed.
    """
    drawn = balanced(150.0, 1, max_connections=1, queue_timeout_s=0.5, forward_ms=0.0)
    drawn = edited(servers(drawn, service_ms=10.0, cores=1), _no_latency("lb-1_web-1"))
    run = Run(drawn).to(5.0)
    window = run.watch(60.0)
    assert window.failures.keys() == {"queue_timeout"}
    assert window.failed / window.offered == pytest.approx(1 / 3, abs=0.02)
    mean_ns = (window.now.latency_ns - window.before.latency_ns) / window.completed
    assert mean_ns / 1e9 == pytest.approx(0.5, abs=0.08)


@pytest.mark.parametrize("workers", [2, 5])
def test_a_web_server_holds_a_worker_while_its_database_works(workers: int) -> None:
    """Nobody waits for a worker: Erlang's loss formula, whatever the time in hand is made of."""
    drawn = replicated(
        300.0,
        write_share=0.0,
        primary={"queue_limit": 1_000_000},
        server={"workers": workers, "service_ms": 4.0, "cores": 64},
    )
    drawn = edited(drawn, SetNode(node="db-2", parameters={"cores": 64, "read_ms": 5.5}))
    workers_busy = 0.3 * (4.0 + 5.5 + 0.25)  # the answer's way back is not the worker's time here
    found = []
    for seed in seeds(8):
        run = Run(drawn, seed).to(2.0)
        window = run.watch(60.0)
        assert window.failures.keys() == {"at_capacity"}
        found.append(window.failed / window.offered)
    must_average(found, theory.station(workers_busy, workers, workers).loss, 0.006)


def test_an_open_circuit_lets_single_calls_probe_the_database() -> None:
    """Five failures open it; then one call each two seconds, until one succeeds and closes it."""
    care: dict[str, Value] = {
        "breaker_failures": 5,
        "breaker_open_s": 2.0,
        "check_interval_s": 300.0,
    }
    run = Run(replicated(200.0, [], write_share=0.0, server=care)).to(1.0).crash("db-1")
    window = run.watch(9.9)
    called = run.read().failed - window.failures["circuit_open"]
    assert called == 5 + 4  # and after 2, 4, 6 and 8 seconds a call that tries
    assert window.failures["circuit_open"] == pytest.approx(1980, rel=0.1)
    run.heal("db-1")
    run.on(2.5)
    assert run.watch(5.0).failed == 0
    assert [one.code for one in run.incidents("circuit_opened", "circuit_closed")] == [
        "circuit_opened",
        "circuit_closed",
    ]


def test_a_database_timeout_frees_the_worker_and_not_the_database() -> None:
    """Reads take 50 ms on average; the web server waits for 20 ms of that."""
    drawn = replicated(
        100.0, [], write_share=0.0, primary={"read_ms": 50.0, "cores": 64}, server={}
    )
    busy, failed = {}, {}
    for timeout_s in (0.0, 0.02):
        run = Run(edited(drawn, SetNode(node="web-1", parameters={"data_timeout_s": timeout_s})))
        window = run.to(2.0).watch(60.0)
        failed[timeout_s] = window.failed / window.offered
        busy[timeout_s] = run.node("db-1")["utilisation"]
    assert failed[0.0] == 0.0
    assert failed[0.02] == pytest.approx(math.exp(-(0.02 - 0.00025) / 0.05), abs=0.02)
    assert busy[0.02] == pytest.approx(busy[0.0], rel=0.03)


@pytest.mark.parametrize("hop", ["lb-1", "web-1", "db-1"])
def test_cancellation_ends_at_the_first_hop_that_does_not_pass_it_on(hop: str) -> None:
    """A slow database behind a server behind a balancer: it stops early only if all hops do."""

    def database_busy(*without: str) -> float:
        cancels: dict[str, dict[str, Value]] = {
            name: {"cancels": "off" if name in without else "on"}
            for name in ("lb-1", "web-1", "db-1")
        }
        drawn = drawing(
            users(60.0, patience_s=0.05, write_share=0.0),
            node("load_balancer", "lb-1", "", **cancels["lb-1"]),
            node("web_server", "web-1", "", service_ms=1.0, **cancels["web-1"]),
            node("database", "db-1", "", read_ms=100.0, cores=64, **cancels["db-1"]),
            link("users-1", "lb-1", 0.25),
            link("lb-1", "web-1"),
            link("web-1", "db-1"),
        )
        run = Run(drawn).to(60.0)
        return float(run.node("db-1")["utilisation"])

    whole = 60.0 * 0.1 / 64
    kept = whole * (1 - math.exp(-0.05 / 0.1))
    assert database_busy() == pytest.approx(kept, rel=0.06)
    assert database_busy(hop) == pytest.approx(whole, rel=0.06)


def _no_latency(link_id: str) -> SetLink:
    return SetLink(link=link_id, parameters={"latency_ms": 0.0})
