"""Distributions of work: solitary visits, whose times are the draws themselves."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from app.engine.engine import Engine
from tests.support.drawings import web
from tests.support.statistics.intervals import Estimate, must_fit
from tests.support.statistics.sampling import Effort, edges_ms, efforts, moments, people, row_of, to
from tests.support.theory import formulas as theory

ENOUGH = 1024
RATE = 100_000.0
"""Requests a second that need 1 ms each: a hundred of a thousand cores are at work."""
SHAPES = [("exponential", 1.0), ("lognormal", 0.25), ("lognormal", 4.0), ("hyperexponential", 10.0)]
shapes = pytest.mark.parametrize(("distribution", "scv"), SHAPES)


def visits(distribution: str, scv: float, effort: Effort) -> list[NDArray[np.int64]]:
    """Times of visits that never wait, a histogram per run; the last ones are waited for, since
    those that take longest would be missing.
    """
    seconds = 0.5 * effort.scale
    topology = row_of(
        people(0.0, arrivals="table", rates=f"0,{RATE}\n{seconds},{RATE}\n{seconds},0"),
        web(service_ms=1.0, cores=ENOUGH, distribution=distribution, scv=scv),
    )
    seen = []
    for seed in range(1, effort.runs + 1):
        now = to(Engine(topology, seed=seed), seconds + 10.0)
        assert now.in_flight == 0
        assert not now.wait_ns.any()
        seen.append(now.latencies)
    return seen


@shapes
@efforts
def test_mean_and_variation_of_work_are_the_configured_ones(
    distribution: str, scv: float, effort: Effort
) -> None:
    seen = [moments(one) for one in visits(distribution, scv, effort)]
    off = effort.precision
    name = f"{distribution} {scv:g}"
    Estimate.of([mean for mean, _ in seen]).must_be(f"{name}, mean", 1.0, 0.01 * off)
    if (distribution, scv) != ("lognormal", 4.0):  # its fourth power is too rare to be averaged
        Estimate.of([found for _, found in seen]).must_be(f"{name}, SCV", scv, 0.03 * off)


@shapes
@efforts
def test_work_times_follow_the_whole_distribution(
    distribution: str, scv: float, effort: Effort
) -> None:
    """Every part of it, tails included, in cells of about a thousandth each."""
    total = np.sum(visits(distribution, scv, effort), axis=0)
    below = [theory.distribution_of_work(distribution, scv, float(x)) for x in edges_ms()]
    below[0], below[-1] = 0.0, 1.0  # the ends of the histogram collect what is beyond
    shares = np.diff(below)
    cells: list[tuple[float, float]] = []
    count = mean = 0.0
    for seen, share in zip(total.tolist(), shares.tolist(), strict=True):
        count, mean = count + seen, mean + share * float(total.sum())
        if mean >= 0.001 * float(total.sum()):
            cells.append((count, mean))
            count = mean = 0.0
    assert len(cells) > 100
    must_fit(f"{distribution} {scv:g}", [one for one, _ in cells], [mean for _, mean in cells])


def test_constant_work_takes_the_same_time_at_every_visit() -> None:
    for one in visits("constant", 0.01, Effort(1.0, 1.0, 3)):
        assert np.count_nonzero(one) == 1
        assert moments(one)[0] == pytest.approx(1.0, rel=0.02)
