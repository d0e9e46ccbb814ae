"""Closed loops of users who wait for answers, against mean value analysis."""

from __future__ import annotations

import pytest

from app.engine.engine import Engine
from app.schema import Value
from app.theory.analysis import analyse
from app.topology.model import Topology
from tests.support.drawings import drawing, link, node, web
from tests.support.statistics.intervals import Estimate
from tests.support.statistics.sampling import (
    EVERYBODY,
    Effort,
    Window,
    efforts,
    people,
    row_of,
    runs,
    to,
)
from tests.support.theory import formulas as theory

DEMANDS_MS = {"lb-1": 5.0, "web-1": 20.0, "db-1": 10.0}
THINK_S = 1.0


def network(users: int) -> Topology:
    """Balancer, web server and database of one core each, and nothing lost on the way."""
    return row_of(
        node(
            "client",
            "users-1",
            users=users,
            arrivals="closed",
            think_s=THINK_S,
            write_share=0.0,
            patience_s=600.0,
        ),
        node("load_balancer", "lb-1", forward_ms=5.0, cores=1),
        web(service_ms=20.0, cores=1, queue_limit=EVERYBODY),
        node("database", "db-1", read_ms=10.0, cores=1),
    )


@pytest.mark.parametrize(
    ("users", "window_s", "tolerance", "rate", "response_ms"),
    [
        (1, 4000.0, 0.02, 0.966, 35.0),
        (10, 1000.0, 0.02, 9.613, 40.0),
        (50, 500.0, 0.02, 44.09, 134.0),
        (100, 200.0, 0.02, 50.0, 1000.0),
        (200, 200.0, 0.02, 50.0, 3000.0),
    ],
)
@efforts
def test_a_closed_loop_agrees_with_mean_value_analysis(
    users: int, window_s: float, tolerance: float, rate: float, response_ms: float, effort: Effort
) -> None:
    expected = theory.closed(list(DEMANDS_MS.values()), 1000.0 * THINK_S, users)
    assert 1000.0 * expected.rate == pytest.approx(rate, abs=0.005)
    assert expected.response == pytest.approx(response_ms, abs=0.5)
    seen = runs(network(users), 60.0, window_s, effort)
    off, name = tolerance * effort.precision, f"closed {users}"
    seen.of(lambda run: run.rate).must_be(f"{name}, X", 1000.0 * expected.rate, off)
    seen.of(lambda run: run.latency_ms).must_be(f"{name}, R", expected.response, off)
    for station, busy in zip(DEMANDS_MS, expected.busy, strict=True):
        Estimate.of([run.at(station).used for run in seen.windows]).must_be(
            f"{name}, used {station}", busy, off
        )


def shared() -> Topology:
    """Two sorts of users in closed loops, and a third in an open one, at a server of two cores."""
    closed: dict[str, Value] = {"arrivals": "closed", "write_share": 0.0, "patience_s": 600.0}
    return drawing(
        node("client", "users-1", users=4, think_s=0.2, **closed),
        node("client", "users-2", users=10, think_s=2.0, **closed),
        people(10.0, "users-3"),
        web(service_ms=60.0, cores=2, queue_limit=EVERYBODY),
        *(link(f"users-{number}", "web-1", 0.0) for number in (1, 2, 3)),
    )


@efforts
def test_closed_loops_beside_each_other_and_an_open_one(effort: Effort) -> None:
    said, seen = analyse(shared()), runs(shared(), 30.0, 200.0, effort)
    off = 0.02 * effort.precision
    for row, client in enumerate(said.clients):
        assert client.quality == "exact"
        rates = [
            int(run.now.sources["completed"][row] - run.before.sources["completed"][row])
            / run.seconds
            for run in seen.windows
        ]
        Estimate.of(rates).must_be(f"{client.node}, X", client.offered_rps, off)
    spent = sum(client.offered_rps * (client.latency_ms or 0.0) for client in said.clients)
    seen.of(lambda run: run.latency_ms).must_be("R of all", spent / said.offered_rps, off)
    (server,) = said.nodes
    assert server.waiting is not None
    assert (server.waiting.model, server.waiting.quality) == ("BCMP", "exact")
    seen.of(lambda run: run.at("web-1").used).must_be("used", server.utilisation, off)
    seen.of(lambda run: run.at("web-1").time_ms).must_be("R", server.waiting.time_ms, off)


@pytest.mark.parametrize("discipline", ["fifo", "processor_sharing"])
@efforts
def test_a_closed_loop_agrees_with_the_machine_repair_model(
    discipline: str, effort: Effort
) -> None:
    """Six machines, two people who mend them: M/M/2//6, and M/M/2//6: 2.283 s."""
    drawn = row_of(
        node(
            "client",
            "users-1",
            users=6,
            arrivals="closed",
            think_s=10.0,
            write_share=0.0,
            patience_s=600.0,
        ),
        web(service_ms=2000.0, cores=2, queue_limit=EVERYBODY, discipline=discipline),
    )
    expected = theory.repairs(6, 2, 5.0)
    assert 2.0 * expected.response == pytest.approx(2.2834, abs=5e-5)
    (client,) = analyse(drawn).clients
    assert client.latency_ms == pytest.approx(2000.0 * expected.response)
    seen = runs(drawn, 100.0, 4000.0, effort)
    seen.of(lambda run: run.latency_ms).must_be(
        "M/M/2//6, R", 2000.0 * expected.response, 0.02 * effort.precision
    )


MILLIONS = 10_000_000
WORK_MS = 0.8


def crowd(users: int) -> Topology:
    """Users who together send about 1000 requests a second to one core, however many they are."""
    return row_of(
        node(
            "client",
            "users-1",
            users=users,
            arrivals="closed",
            think_s=users / 1000.0,
            write_share=0.0,
            patience_s=600.0,
        ),
        web(service_ms=WORK_MS, cores=1, queue_limit=EVERYBODY),
    )


@efforts
def test_a_closed_loop_of_millions_of_users_is_nearly_a_poisson_stream(effort: Effort) -> None:
    """So many that one waiting more or less makes no difference: the limit is an M/M/1."""
    seen = runs(crowd(MILLIONS), 5.0, 200.0, effort)
    expected, off = theory.station(WORK_MS), 0.02 * effort.precision
    seen.of(lambda run: run.rate).must_be("10^7 users, X", 1000.0, off)
    seen.of(lambda run: run.latency_ms).must_be("10^7 users, T", WORK_MS * expected.time, off)
    seen.of(lambda run: run.at("web-1").present).must_be("10^7 users, L", expected.present, off)


def test_thinking_users_cost_no_events_and_no_memory() -> None:
    """No event, no memory and no look at users one by one: with 10^7 of them, going through all
    for each of these requests would take hours, which nobody needs a stopwatch to notice.
    """
    costs = []
    for users in (1000, MILLIONS):
        engine = Engine(crowd(users), seed=1)
        now = to(engine, 500.0)
        assert now.in_flight < 100
        costs.append((engine.events / now.offered, len(engine.world.buffer), now.offered))
    (few_events, few_bytes, few), (many_events, many_bytes, many) = costs
    assert few_events == pytest.approx(4.0, abs=0.01)  # act, arrive, be served, think again
    assert many_events == pytest.approx(4.0, abs=0.01)
    assert few_bytes == many_bytes
    assert few == pytest.approx(many, rel=0.01)


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_a_change_of_the_load_factor_changes_the_users_of_a_closed_loop_at_once(
    factor: float,
) -> None:
    """The load factor multiplies the users, at once and exactly: the network forgets the others."""
    expected = theory.closed(list(DEMANDS_MS.values()), 1000.0 * THINK_S, round(40 * factor))
    rates = []
    for seed in range(1, 31):
        engine = Engine(network(40), seed=seed)
        to(engine, 10.0)
        engine.set_load(factor)
        before = to(engine, 60.0)
        rates.append(Window(before, to(engine, 360.0)).rate)
    Estimate.of(rates).must_be(f"40 users x {factor}, X", 1000.0 * expected.rate, 0.02)
