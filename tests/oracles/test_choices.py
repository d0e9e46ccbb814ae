"""Ten servers that are busy for nine tenths of the time: what a balancer's choice is worth."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest

from app.topology.model import NODES_MAX, Topology
from tests.drawings import drawing, link, node
from tests.oracles import theory
from tests.oracles.sampling import EVERYBODY, Effort, efforts, people, runs
from tests.oracles.statistics import Estimate

RHO, SERVERS = 0.9, 10


def choosing(algorithm: str, servers: int = SERVERS) -> Topology:
    """Servers of one core and mean work 1 ms behind a balancer that takes no time."""
    names = [f"web-{number}" for number in range(1, servers + 1)]
    return drawing(
        people(1000.0 * RHO * servers),
        node("load_balancer", "lb-1", forward_ms=0.0, algorithm=algorithm),
        *(
            node("web_server", name, service_ms=1.0, cores=1, queue_limit=EVERYBODY)
            for name in names
        ),
        link("users-1", "lb-1", 0.0),
        *(link("lb-1", name, 0.0) for name in names),
    )


@cache
def time_with(algorithm: str, window_s: float, effort: Effort) -> Estimate:
    return runs(choosing(algorithm), 5.0, window_s, effort).of(lambda run: run.latency_ms)


def random(effort: Effort) -> Estimate:
    return time_with("random", 20.0, effort)


def round_robin(effort: Effort) -> Estimate:
    return time_with("round_robin", 12.0, effort)


def two_choices(effort: Effort) -> Estimate:
    return time_with("two_choices", 7.0, effort)


def least_connections(effort: Effort) -> Estimate:
    return time_with("least_connections", 7.0, effort)


@efforts
def test_random_is_one_queue_each(effort: Effort) -> None:
    """What is dealt out at random from a Poisson stream is Poisson at every server."""
    random(effort).must_be("random, T", theory.station(RHO).time, 0.04 * effort.precision)


@efforts
def test_in_turn_makes_gaps_even(effort: Effort) -> None:
    round_robin(effort).must_be(
        "round robin, T", theory.erlang_arrivals(RHO, SERVERS), 0.04 * effort.precision
    )


@efforts
def test_each_choice_is_better_than_the_one_before(effort: Effort) -> None:
    pooled = theory.station(RHO * SERVERS, SERVERS).time
    in_order = [least_connections, two_choices, round_robin, random]
    times = [one(effort) for one in in_order]
    assert pooled < times[0].mean - times[0].half
    for better, worse in pairwise(times):
        assert better.below(worse), (better, worse)
    assert 2.93 <= two_choices(effort).mean <= 3.05
    assert 1.85 <= least_connections(effort).mean <= 1.95


@pytest.mark.long
def test_two_choices_among_very_many() -> None:
    seen = runs(choosing("two_choices", NODES_MAX - 2), 5.0, 5.0, Effort(1.0, 1.0))
    time = seen.of(lambda run: run.latency_ms)
    assert theory.two_choices(RHO) == pytest.approx(2.614, abs=5e-4)
    assert time.mean - time.half >= 2.61
    assert time.mean + time.half <= 2.68
