"""First come, first served: stations against their closed forms, alone and in a row."""

from __future__ import annotations

from itertools import combinations
from math import prod
from statistics import fmean

import numpy as np
import pytest

from app.topology.model import Topology
from tests.support.drawings import node, web
from tests.support.statistics.intervals import Estimate
from tests.support.statistics.sampling import (
    EVERYBODY,
    Effort,
    efforts,
    looks,
    one_station,
    people,
    row_of,
    runs,
)
from tests.support.theory import formulas as theory


@pytest.mark.parametrize(
    ("rho", "window_s", "tolerance", "time", "p99"),
    [
        pytest.param(0.5, 100.0, 0.01, 2.0, 9.21, id="half-used"),
        pytest.param(0.8, 250.0, 0.02, 5.0, 23.03, id="four-fifths"),
        pytest.param(0.9, 600.0, 0.02, 10.0, 46.05, id="nine-tenths"),
    ],
)
@efforts
def test_one_core_agrees_with_m_m_1(
    rho: float, window_s: float, tolerance: float, time: float, p99: float, effort: Effort
) -> None:
    expected = theory.station(rho)
    assert expected.time == pytest.approx(time)
    assert theory.percentile(rho, 0.99) == pytest.approx(p99, abs=0.005)
    seen = runs(one_station(rho), 5.0, window_s, effort)
    off = tolerance * effort.precision
    seen.of(lambda run: run.latency_ms).must_be(f"M/M/1 {rho}, T", expected.time, off)
    seen.of(lambda run: run.percentile_ms(0.99)).must_be(
        f"M/M/1 {rho}, p99", theory.percentile(rho, 0.99), 2 * off
    )
    seen.of(lambda run: run.at("web-1").used).must_be(f"M/M/1 {rho}, used", rho, off)
    seen.of(lambda run: run.at("web-1").present).must_be(
        f"M/M/1 {rho}, L", expected.present, 1.5 * off
    )


@pytest.mark.parametrize(
    ("cores", "rho", "window_s", "tolerance", "waits", "wait"),
    [
        pytest.param(2, 0.9, 200.0, 0.03, 0.8526, 4.2632, id="two"),
        pytest.param(4, 0.8, 60.0, 0.03, 0.5964, 0.7455, id="four"),
        pytest.param(10, 0.9, 40.0, 0.03, 0.6687, 0.6687, id="ten"),
    ],
)
@efforts
def test_several_cores_agree_with_m_m_c(
    cores: int,
    rho: float,
    window_s: float,
    tolerance: float,
    waits: float,
    wait: float,
    effort: Effort,
) -> None:
    expected = theory.station(rho * cores, cores)
    assert expected.waits == pytest.approx(waits, abs=5e-5)
    assert expected.wait == pytest.approx(wait, abs=5e-5)
    topology, off = one_station(rho * cores, cores), tolerance * effort.precision
    seen = runs(topology, 5.0, window_s, effort)
    name = f"M/M/{cores} {rho}"
    seen.of(lambda run: run.at("web-1").wait_ms).must_be(f"{name}, Wq", expected.wait, off)
    seen.of(lambda run: run.latency_ms).must_be(f"{name}, T", expected.time, off)
    # Poisson arrivals see time averages: those wait who come while every core is at work.
    full = [
        fmean(int(nodes["busy"][1]) == cores for nodes in look)
        for look in looks(topology, 5.0, min(window_s, 120.0) / 3, 0.025, effort)
    ]
    Estimate.of(full).must_be(f"{name}, P(wait)", expected.waits, off)


@pytest.mark.parametrize(
    ("distribution", "scv", "window_s", "tolerance", "wait"),
    [
        pytest.param("constant", 0.0, 100.0, 0.02, 2.0, id="constant"),
        pytest.param("lognormal", 4.0, 300.0, 0.04, 10.0, id="log-normal"),
        pytest.param("hyperexponential", 10.0, 500.0, 0.03, 22.0, id="hyperexponential"),
    ],
)
@efforts
def test_one_core_with_any_distribution_of_work_agrees_with_m_g_1(
    distribution: str, scv: float, window_s: float, tolerance: float, wait: float, effort: Effort
) -> None:
    topology = one_station(0.8, 1, distribution=distribution, scv=max(scv, 1.0))
    seen = runs(topology, 10.0, window_s, effort)
    assert theory.pollaczek_khinchine(0.8, scv) == pytest.approx(wait)
    seen.of(lambda run: run.at("web-1").wait_ms).must_be(
        f"M/G/1 {distribution}, Wq", wait, tolerance * effort.precision
    )


ROW = {"lb-1": 0.5, "web-1": 0.7, "db-1": 0.8}
"""Balancer, web server and database in a row, and how much of the time each is busy."""


def row() -> Topology:
    """A Jackson network: 1000 requests a second through three cores of exponential work."""
    return row_of(
        people(1000.0),
        node("load_balancer", "lb-1", forward_ms=0.5, cores=1, queue_limit=EVERYBODY),
        web(service_ms=0.7, cores=1, queue_limit=EVERYBODY),
        node("database", "db-1", read_ms=0.8, cores=1, queue_limit=EVERYBODY),
    )


@efforts
def test_latency_over_a_row_of_stations_is_the_sum_of_single_ones(effort: Effort) -> None:
    seen = runs(row(), 10.0, 120.0, effort)
    off = 0.02 * effort.precision
    whole_ms = 0.0
    for name, rho in ROW.items():
        time_ms = theory.station(rho).time * rho
        whole_ms += time_ms
        Estimate.of([run.at(name).time_ms for run in seen.windows]).must_be(
            f"row, T {name}", time_ms, off
        )
    seen.of(lambda run: run.latency_ms).must_be("row, T", whole_ms, off)


@efforts
def test_queue_lengths_of_a_row_of_stations_are_independent(effort: Effort) -> None:
    """At one instant the queues of a row know nothing of each other [Jackson]."""
    used = np.array(list(ROW.values()))
    means = used / (1.0 - used)
    spread = np.sqrt(used) / (1.0 - used)
    empty, short, together = [], [], []
    for look in looks(row(), 10.0, 80.0, 0.025, effort):
        present = np.array([nodes["busy"][1:4] + nodes["queue_length"][1:4] for nodes in look])
        empty.append(float((present == 0).all(axis=1).mean()))
        short.append(float((present <= 2).all(axis=1).mean()))
        off_mean = (present - means) / spread
        together.append([float((off_mean[:, a] * off_mean[:, b]).mean()) for a, b in PAIRS])
    Estimate.of(empty).must_be("row, all idle", prod(1.0 - used), 0.08 * effort.precision)
    Estimate.of(short).must_be("row, all short", prod(1.0 - used**3), 0.05 * effort.precision)
    for pair, values in zip(PAIRS, zip(*together, strict=True), strict=True):
        Estimate.of(values).must_be(f"row, correlation {pair}", 0.0, 0.05 * effort.precision)


PAIRS = list(combinations(range(len(ROW)), 2))
