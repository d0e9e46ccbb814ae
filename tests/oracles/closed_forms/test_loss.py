"""Short queues: the share of refused requests and the number present (M/M/c/K)."""

from __future__ import annotations

import pytest

from tests.support.statistics.sampling import Effort, efforts, one_station, runs
from tests.support.theory import formulas as theory


@pytest.mark.parametrize(
    ("cores", "offered", "window_s", "tolerance", "loss"),
    [
        pytest.param(10, 5.0, 30.0, 0.03, 0.01838, id="light"),
        pytest.param(10, 10.0, 5.0, 0.02, 0.21458, id="heavy"),
        pytest.param(100, 100.0, 1.0, 0.03, 0.07570, id="hundred"),
    ],
)
@pytest.mark.parametrize("distribution", ["exponential", "hyperexponential"])
@efforts
def test_without_a_queue_refusals_follow_erlangs_loss_formula(
    cores: int,
    offered: float,
    window_s: float,
    tolerance: float,
    loss: float,
    distribution: str,
    effort: Effort,
) -> None:
    """Erlang's loss formula, which is as insensitive to how work varies as sharing is."""
    expected = theory.station(offered, cores, cores)
    assert expected.loss == pytest.approx(loss, abs=5e-6)
    topology = one_station(offered, cores, queue_limit=0, distribution=distribution, scv=4.0)
    seen = runs(topology, 1.0, window_s, effort)
    off = tolerance * effort.precision
    name = f"M/G/{cores}/{cores} {offered:g} {distribution}"
    seen.of(lambda run: run.at("web-1").loss).must_be(f"{name}, loss", expected.loss, off)
    seen.of(lambda run: run.at("web-1").busy).must_be(f"{name}, busy", expected.present, off)


@pytest.mark.parametrize(
    ("rho", "window_s", "loss", "present"),
    [(0.8, 40.0, 0.02349, 2.966), (1.2, 15.0, 0.19259, 6.711)],
)
@efforts
def test_with_ten_places_refusals_follow_m_m_c_k(
    rho: float, window_s: float, loss: float, present: float, effort: Effort
) -> None:
    expected = theory.station(rho, 1, 10)
    assert expected.loss == pytest.approx(loss, abs=5e-6)
    assert expected.present == pytest.approx(present, abs=5e-4)
    seen = runs(one_station(rho, 1, queue_limit=9), 1.0, window_s, effort)
    off = 0.02 * effort.precision
    name = f"M/M/1/10 {rho}"
    seen.of(lambda run: run.at("web-1").loss).must_be(f"{name}, loss", expected.loss, 1.5 * off)
    seen.of(lambda run: run.at("web-1").present).must_be(f"{name}, L", expected.present, off)
    seen.of(lambda run: run.latency_ms).must_be(f"{name}, T", expected.time, off)
    seen.of(lambda run: run.at("web-1").used).must_be(
        f"{name}, used", rho * (1.0 - expected.loss), off
    )


def test_refused_requests_are_counted_under_their_own_outcome() -> None:
    (window, *_) = runs(one_station(10.0, 10, queue_limit=0), 1.0, 5.0, Effort(1.0, 1.0, 1)).windows
    failures = window.now.failures_by_outcome()
    assert set(failures) == {"queue_full"}
    assert failures["queue_full"] == window.now.failed
