"""Balancing algorithms over ten servers at 90 % load: the latency each gives."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise

import pytest

from app.topology.model import NODES_MAX, Topology
from tests.support.drawings import drawing, link, node
from tests.support.statistics.intervals import Estimate
from tests.support.statistics.sampling import EVERYBODY, Effort, Sample, efforts, people, runs
from tests.support.theory import formulas as theory

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


WINDOWS_S = {"random": 20.0, "round_robin": 12.0, "two_choices": 7.0, "least_connections": 7.0}


@cache
def sample(algorithm: str, effort: Effort) -> Sample:
    return runs(choosing(algorithm), 5.0, WINDOWS_S[algorithm], effort)


def time_with(algorithm: str, effort: Effort) -> Estimate:
    return sample(algorithm, effort).of(lambda run: run.latency_ms)


@efforts
def test_random_balancing_gives_an_m_m_1_queue_per_server(effort: Effort) -> None:
    """What is dealt out at random from a Poisson stream is Poisson at every server."""
    time_with("random", effort).must_be(
        "random, T", theory.station(RHO).time, 0.04 * effort.precision
    )


@efforts
def test_round_robin_balancing_gives_erlang_arrivals_at_each_server(effort: Effort) -> None:
    expected, off = theory.erlang_arrivals(RHO, SERVERS), 0.04 * effort.precision
    assert expected == pytest.approx(5.66, abs=0.005)
    time_with("round_robin", effort).must_be("round robin, T", expected, off)
    # The time at a GI/M/1 is exponential, whatever the gaps between arrivals [Kleinrock].
    p99 = sample("round_robin", effort).of(lambda run: run.percentile_ms(0.99))
    assert expected * math.log(100.0) == pytest.approx(26.1, abs=0.05)
    p99.must_be("round robin, p99", expected * math.log(100.0), 2.0 * off)


@efforts
def test_latency_falls_from_random_to_round_robin_to_two_choices_to_least_connections(
    effort: Effort,
) -> None:
    pooled = theory.station(RHO * SERVERS, SERVERS).time
    in_order = ["least_connections", "two_choices", "round_robin", "random"]
    times = [time_with(one, effort) for one in in_order]
    assert pooled < times[0].mean - times[0].half
    for better, worse in pairwise(times):
        assert better.below(worse), (better, worse)
    assert 2.93 <= times[1].mean <= 3.05
    assert 1.85 <= times[0].mean <= 1.95
    p99 = sample("two_choices", effort).of(lambda run: run.percentile_ms(0.99))
    assert 10.2 <= p99.mean <= 10.8


@pytest.mark.long
def test_two_choices_among_many_servers_follow_the_mean_field_limit() -> None:
    seen = runs(choosing("two_choices", NODES_MAX - 2), 5.0, 5.0, Effort(1.0, 1.0))
    time = seen.of(lambda run: run.latency_ms)
    assert theory.two_choices(RHO) == pytest.approx(2.614, abs=5e-4)
    assert time.mean - time.half >= 2.61
    assert time.mean + time.half <= 2.68
