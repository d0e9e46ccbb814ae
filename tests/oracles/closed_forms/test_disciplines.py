"""Processor sharing: the mean time depends on the mean of work only, not on its variance."""

from __future__ import annotations

from itertools import pairwise

import pytest

from app.engine.engine import Engine
from tests.support.drawings import drawing, link, node, web
from tests.support.statistics.intervals import Estimate
from tests.support.statistics.sampling import (
    EVERYBODY,
    Effort,
    efforts,
    moments,
    one_station,
    people,
    runs,
    to,
)
from tests.support.theory import formulas as theory


@pytest.mark.parametrize(
    ("distribution", "window_s"),
    [("exponential", 250.0), ("constant", 150.0), ("hyperexponential", 400.0)],
)
@efforts
def test_processor_sharing_on_one_core_is_insensitive_to_the_variance_of_work(
    distribution: str, window_s: float, effort: Effort
) -> None:
    topology = one_station(
        0.8, 1, distribution=distribution, scv=10.0, discipline="processor_sharing"
    )
    expected = theory.station(0.8)
    assert expected.time == pytest.approx(5.0)
    seen = runs(topology, 5.0, window_s, effort)
    off = 0.03 * effort.precision
    name = f"M/G/1-PS {distribution}"
    seen.of(lambda run: run.latency_ms).must_be(f"{name}, T", expected.time, off)
    seen.of(lambda run: run.at("web-1").present).must_be(f"{name}, L", expected.present, off)
    seen.of(lambda run: run.at("web-1").used).must_be(f"{name}, used", 0.8, off)


@pytest.mark.parametrize(
    ("distribution", "cores", "rho", "window_s"),
    [("exponential", 2, 0.9, 150.0), ("hyperexponential", 2, 0.8, 80.0)],
)
@efforts
def test_processor_sharing_on_several_cores_has_the_mean_of_m_m_c(
    distribution: str, cores: int, rho: float, window_s: float, effort: Effort
) -> None:
    """Nobody gets more than one core, so the number present is a birth-death chain: M/M/c's."""
    topology = one_station(
        rho * cores, cores, distribution=distribution, scv=4.0, discipline="processor_sharing"
    )
    expected = theory.station(rho * cores, cores)
    seen = runs(topology, 5.0, window_s, effort)
    off = 0.03 * effort.precision
    name = f"M/G/{cores}-PS {rho} {distribution}"
    seen.of(lambda run: run.latency_ms).must_be(f"{name}, T", expected.time, off)
    seen.of(lambda run: run.at("web-1").used).must_be(f"{name}, used", rho, off)


@efforts
def test_processor_sharing_delays_work_in_proportion_to_its_size(effort: Effort) -> None:
    """Work of size x takes x / (1 - rho) on average, whoever else is there: a symmetric queue
    [Kelly]. Readers of 1 ms and writers of 4 ms share a core that is busy for 0.8 of the time.
    """
    rates = {"readers": 400.0, "writers": 100.0}
    works_ms = {"readers": 1.0, "writers": 4.0}
    topology = drawing(
        people(rates["readers"], "readers"),
        people(rates["writers"], "writers", write_share=100.0),
        web(service_ms=0.0),
        node(
            "database",
            "db-1",
            read_ms=1.0,
            write_ms=4.0,
            distribution="constant",
            cores=1,
            queue_limit=EVERYBODY,
            discipline="processor_sharing",
        ),
        *(link(a, b, 0.0) for a, b in pairwise(["readers", "web-1", "db-1"])),
        link("writers", "web-1", 0.0),
    )
    seen: dict[str, list[float]] = {name: [] for name in rates}
    for seed in range(1, effort.runs + 1):
        engine = Engine(topology, seed=seed)
        to(engine, 5.0)
        before = engine.world["latencies"].copy()
        to(engine, 5.0 + 250.0 * effort.scale)
        for name, values in seen.items():
            row = engine.numbering.sources[name]
            values.append(moments(engine.world["latencies"][row] - before[row])[0])
    for name, values in seen.items():
        Estimate.of(values).must_be(
            f"M/D/1-PS, T of {name}", works_ms[name] / (1.0 - 0.8), 0.03 * effort.precision
        )
