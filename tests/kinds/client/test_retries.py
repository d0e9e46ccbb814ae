"""Retries of clients: amplification, metastable overload, and the remedies that end it."""

import pytest

from app.schema import Value
from app.topology.edits.apply import SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, link, users, web
from tests.support.runs import Run
from tests.support.statistics.samples import must_average, seeds

PATIENCE_S = 1.0
AT_ONCE: dict[str, Value] = {"retry": "at_once", "retries": 3}


def one_server(
    rate: float,
    client: dict[str, Value] | None = None,
    server: dict[str, Value] | None = None,
    latency_ms: float = 0.0,
) -> Topology:
    """One first-come server that does a hundred requests a second, and impatient users."""
    return drawing(
        users(rate, patience_s=PATIENCE_S, **(client or {})),
        web(**{"service_ms": 10.0, "cores": 1, "queue_limit": 1_000_000, **(server or {})}),
        link("users-1", "web-1", latency_ms),
    )


def goodput_after_a_dip(drawn: Topology, settle_s: float = 60.0) -> float:
    """Completed per offered request, a minute after ten seconds at a fifth of the capacity."""
    service_ms = float(drawn.node("web-1").parameters["service_ms"])
    run = Run(drawn).to(20.0)
    run.edit(SetNode(node="web-1", parameters={"service_ms": 5 * service_ms}))
    run.on(10.0)
    run.edit(SetNode(node="web-1", parameters={"service_ms": service_ms}))
    run.on(settle_s)
    window = run.watch(30.0)
    return window.completed / window.offered


def test_without_retries_a_short_overload_passes() -> None:
    assert goodput_after_a_dip(one_server(70.0)) > 0.99


def test_retries_keep_a_short_overload_going_for_ever() -> None:
    """Four attempts for each of 70 requests are more than the 100 a second that it can do: the
    queue is longer than anybody's patience, so all of its work is for nothing.
    """
    assert goodput_after_a_dip(one_server(70.0, AT_ONCE), 120.0) < 0.01


def test_back_off_with_jitter_alone_does_not_end_the_overload() -> None:
    jitter: dict[str, Value] = {"retry": "full_jitter", "retries": 3, "backoff_ms": 100.0}
    assert goodput_after_a_dip(one_server(70.0, jitter), 120.0) < 0.01


@pytest.mark.parametrize(("rate", "heals"), [(24.0, True), (40.0, False)])
def test_the_overload_ends_when_the_capacity_covers_every_attempt(rate: float, heals: bool) -> None:
    """The boundary is capacity over attempts: 100 / 4 = 25 a second."""
    goodput = goodput_after_a_dip(one_server(rate, AT_ONCE), 150.0)
    assert goodput > 0.99 if heals else goodput < 0.01


@pytest.mark.parametrize(
    ("client", "server"),
    [
        pytest.param({"retry_budget": 10.0}, {}, id="retry-budget"),
        pytest.param({}, {"drop_expired": "dropped"}, id="expired-work-dropped"),
        pytest.param({}, {"cancels": "on"}, id="cancellation"),
        pytest.param({}, {"queue_limit": 20}, id="short-queue"),
        pytest.param({}, {"wait_limit_s": 0.2}, id="queue-timeout"),
    ],
)
def test_each_remedy_ends_the_overload(client: dict[str, Value], server: dict[str, Value]) -> None:
    assert goodput_after_a_dip(one_server(70.0, {**AT_ONCE, **client}, server)) > 0.95


def test_cancellation_of_requests_from_far_away_does_not_end_the_overload() -> None:
    """First come, first served works on whoever is about to give up; with 20 ms each way to the
    users, the server hears of that, and they of its answer, after it is of no use.
    """
    drawn = one_server(70.0, AT_ONCE, {"cancels": "on"}, 20.0)
    assert goodput_after_a_dip(drawn, 120.0) < 0.5


def attempts_per_request(client: dict[str, Value], seconds: float = 60.0) -> float:
    """How often a request is sent whose server is down for good."""
    run = Run(one_server(100.0, client)).to(0.5).crash("web-1")
    before = run.read().sources["retried"].sum()
    window = run.watch(seconds)
    retried = run.read().sources["retried"].sum()
    assert run.summary()["requests"]["retried"] == retried
    return 1.0 + float(retried - before) / window.offered


@pytest.mark.parametrize("retries", [1, 3])
def test_each_request_is_attempted_as_often_as_configured(retries: int) -> None:
    found = attempts_per_request({"retry": "at_once", "retries": retries})
    assert found == pytest.approx(1 + retries, rel=0.002)


def test_a_retry_budget_bounds_the_retries_of_all_requests() -> None:
    """A tenth of a token per request, after what had been saved up: at most ten."""
    found = attempts_per_request({**AT_ONCE, "retry_budget": 10.0})
    assert found == pytest.approx(1.1, abs=10.0 / 6000.0 + 0.002)


@pytest.mark.parametrize(
    ("client", "pauses_s", "sigma_s"),
    [
        ({"retry": "at_once"}, 0.0, 0.0),
        ({"retry": "fixed", "backoff_ms": 400.0}, 0.4 + 0.4 + 0.4, 0.0),
        ({"retry": "exponential", "backoff_ms": 400.0}, 0.4 + 0.8 + 1.6, 0.0),
        (
            {"retry": "exponential", "backoff_ms": 400.0, "backoff_max_s": 1.0},
            0.4 + 0.8 + 1.0,
            0.0,
        ),
        (
            {"retry": "full_jitter", "backoff_ms": 400.0},
            0.2 + 0.4 + 0.8,
            ((0.4**2 + 0.8**2 + 1.6**2) / 12) ** 0.5,
        ),
    ],
)
def test_pauses_between_attempts_follow_the_back_off(
    client: dict[str, Value], pauses_s: float, sigma_s: float
) -> None:
    """A closed loop of one user who does not think: from failure to failure it takes the pauses
    and four round trips.
    """
    drawn = drawing(
        users(1.0, patience_s=60.0, arrivals="closed", think_s=0.001, retries=3, **client),
        web(),
        link("users-1", "web-1", 5.0),
    )
    drawn_one = Run(drawn)
    drawn_one.edit(SetNode(node="users-1", parameters={"users": 1}))
    cycles = []
    for seed in seeds(8):
        run = Run(drawn_one.engine.topology, seed).crash("web-1").to(1.0)
        window = run.watch(200.0)
        cycles.append(window.seconds / window.failed)
    mean_s = pauses_s + 4 * 0.01 + 0.001
    counted = (2.0 / 12.0) ** 0.5 * mean_s**2 / window.seconds  # a count has two ragged ends
    must_average(cycles, mean_s, counted + sigma_s * (mean_s / window.seconds) ** 0.5)


def test_a_retry_finds_a_server_that_is_back() -> None:
    run = Run(one_server(50.0, {"retry": "fixed", "backoff_ms": 500.0, "retries": 3})).to(5.0)
    run.crash("web-1").on(0.8).heal("web-1").on(10.0)
    reading = run.read()
    assert reading.failed == 0
    assert reading.latency_ns / reading.completed < 0.2e9


def test_servers_work_for_users_who_gave_up_unless_requests_are_cancelled() -> None:
    """At one and a half times the capacity, nearly everybody gives up in the queue."""
    busy = {}
    for cancels in ("off", "on"):
        run = Run(one_server(150.0, {}, {"cancels": cancels})).to(10.0)
        run.edit(SetNode(node="users-1", parameters={"users": 0}))
        run.on(1.5)
        busy[cancels] = run.watch(1.0).node("web-1")["util"] or 0.0
    assert busy["off"] > 0.99
    assert busy["on"] == 0.0
