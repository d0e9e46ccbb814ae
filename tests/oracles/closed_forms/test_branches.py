"""Reads that ask three replicas at once and go on after one, two or three answers."""

from __future__ import annotations

import pytest

from app.topology.model import Topology
from tests.support.drawings import drawing, link, node, replica, web
from tests.support.statistics.intervals import Estimate
from tests.support.statistics.sampling import EVERYBODY, Effort, efforts, people, runs
from tests.support.theory import formulas as theory

REPLICAS = ("db-2", "db-3", "db-4")
ENOUGH = 1024
"""Cores, so that nobody ever waits for one."""


def asking(replies: int, rate: float, back_ms: float = 0.0) -> Topology:
    """A web server that takes no time asks three replicas of mean work 1 ms at once."""
    return drawing(
        people(rate),
        web(service_ms=0.0, cores=ENOUGH, read_replies=replies),
        node("database", "db-1"),
        *(replica(name, read_ms=1.0, cores=ENOUGH, queue_limit=EVERYBODY) for name in REPLICAS),
        link("users-1", "web-1", 0.0),
        *(link("web-1", name, back_ms) for name in ("db-1", *REPLICAS)),
        *(link("db-1", name, 0.0) for name in REPLICAS),
    )


@pytest.mark.parametrize(("replies", "mean"), [(1, 0.3333), (2, 0.8333), (3, 1.8333)])
@efforts
def test_the_time_until_1_2_or_3_of_3_replies_is_the_order_statistic(
    replies: int, mean: float, effort: Effort
) -> None:
    expected = theory.order_statistic(3, replies)
    assert expected == pytest.approx(mean, abs=5e-5)
    seen = runs(asking(replies, 5000.0), 1.0, 1.0, effort)
    seen.of(lambda run: run.latency_ms).must_be(
        f"{replies} of 3 replies, T", expected, 0.015 * effort.precision
    )
    for name in REPLICAS:  # whoever is too late has worked all the same
        Estimate.of([run.at(name).busy for run in seen.windows]).must_be(
            f"{replies} of 3 replies, busy {name}", 5.0, 0.02 * effort.precision
        )


@efforts
def test_asking_for_more_replies_than_replicas_waits_for_all(effort: Effort) -> None:
    seen = runs(asking(16, 5000.0), 1.0, 1.0, effort)
    seen.of(lambda run: run.latency_ms).must_be(
        "16 of 3 replies, T", theory.order_statistic(3, 3), 0.015 * effort.precision
    )


@efforts
def test_a_parallel_read_takes_the_link_latency_both_ways(effort: Effort) -> None:
    seen = runs(asking(2, 5000.0, 2.5), 1.0, 1.0, effort)
    seen.of(lambda run: run.latency_ms - 5.0).must_be(
        "2 of 3 replies over a network, T", theory.order_statistic(3, 2), 0.015 * effort.precision
    )
    assert not any(run.now.failed for run in seen.windows)
