"""The formulas of queueing theory against known numbers and against one another."""

from __future__ import annotations

import math

import pytest

from app.topology.queueing import (
    Queue,
    allen_cunneen,
    ekmc,
    erlang_b,
    mg1,
    mixed_scv,
    mmc,
    mmck,
    mva,
)

# Work has mean 1 and the numbers are those of the table in domain.md, C1, if not said otherwise.


@pytest.mark.parametrize(
    ("cores", "rho", "waits", "wait"),
    [
        (1, 0.5, 0.5, 1.0),
        (1, 0.8, 0.8, 4.0),
        (1, 0.9, 0.9, 9.0),
        (2, 0.9, 0.8526, 4.2632),
        (4, 0.8, 0.5964, 0.7455),
        (10, 0.9, 0.6687, 0.6687),
    ],
)
def test_m_m_c(cores: int, rho: float, waits: float, wait: float) -> None:
    found = mmc(rho * cores, 1.0, cores)
    assert found.wait_probability == pytest.approx(waits, abs=5e-5)
    assert found.wait_s == pytest.approx(wait, abs=5e-5)
    assert found.length == pytest.approx(rho * cores * wait, rel=1e-4), "Little's law"


@pytest.mark.parametrize(("scv", "wait"), [(0.0, 2.0), (1.0, 4.0), (10.0, 22.0)])
def test_m_g_1(scv: float, wait: float) -> None:
    assert mg1(0.8, 1.0, scv).wait_s == pytest.approx(wait)


@pytest.mark.parametrize(
    ("offered", "cores", "loss"), [(5, 10, 0.01838), (10, 10, 0.21458), (100, 100, 0.07570)]
)
def test_m_m_c_c(offered: float, cores: int, loss: float) -> None:
    assert erlang_b(cores, offered) == pytest.approx(loss, abs=5e-6)
    assert mmck(offered, 1.0, cores, 0).refused == pytest.approx(loss, abs=5e-6)


@pytest.mark.parametrize(("rho", "loss", "present"), [(0.8, 0.02349, 2.966), (1.2, 0.19259, 6.711)])
def test_m_m_1_k(rho: float, loss: float, present: float) -> None:
    found = mmck(rho, 1.0, 1, 9)
    assert found.refused == pytest.approx(loss, abs=5e-6)
    assert found.length + rho * (1 - found.refused) == pytest.approx(present, abs=5e-4)


@pytest.mark.parametrize("cores", [1, 3, 40])
@pytest.mark.parametrize("ratio", [0.3, 0.95, 0.9999, 1.0, 1.0001, 1.05, 2.0])
@pytest.mark.parametrize("places", [0, 1, 7, 999, 3000])
def test_m_m_c_k_is_its_birth_and_death_chain(cores: int, ratio: float, places: int) -> None:
    """Against the chain itself, state by state."""
    offered = ratio * cores
    weights = [0.0]
    for present in range(1, cores + places + 1):
        weights.append(weights[-1] + math.log(offered / min(present, cores)))
    top = max(weights)
    states = [math.exp(weight - top) for weight in weights]
    total = sum(states)
    length = sum(max(n - cores, 0) * state for n, state in enumerate(states)) / total
    found = mmck(offered, 1.0, cores, places)
    assert found.refused == pytest.approx(states[-1] / total, rel=1e-6, abs=1e-12)
    assert found.length == pytest.approx(length, rel=1e-6, abs=1e-12)
    waiting = sum(states[cores:-1]) / sum(states[:-1])
    assert found.wait_probability == pytest.approx(waiting, rel=1e-6, abs=1e-12)


def test_a_long_queue_is_as_good_as_an_endless_one() -> None:
    assert mmck(2.4, 1.0, 3, 1_000_000).wait_s == pytest.approx(mmc(2.4, 1.0, 3).wait_s)
    assert mmck(5.0, 1.0, 1000, 1_000_000) == Queue(0.0, 0.0, 0.0)
    assert mmck(1500.0, 1.0, 1000, 1_000_000).refused == pytest.approx(1 / 3)


def test_e_1_is_poisson() -> None:
    for cores in (1, 2, 7, 64, 1024):
        even, poisson = ekmc(0.9 * cores, 1.0, cores, 1), mmc(0.9 * cores, 1.0, cores)
        assert even.wait_s == pytest.approx(poisson.wait_s, rel=1e-6)
        assert even.wait_probability == pytest.approx(poisson.wait_probability, rel=1e-6)


def test_e_2_m_1_by_its_root() -> None:
    """sigma = (2 rho / (2 rho + 1 - sigma))^2 is a cubic; the wait is sigma / (mu (1 - sigma))."""
    found = ekmc(0.8, 1.0, 1, 2)
    sigma = found.wait_s / (1 + found.wait_s)
    assert sigma == pytest.approx((1.6 / (1.6 + 1 - sigma)) ** 2)


def test_even_arrivals_wait_less_the_more_even_they_are() -> None:
    waits = [ekmc(1.8, 1.0, 2, shape).wait_s for shape in (1, 2, 4, 16, 256)]
    assert waits == sorted(waits, reverse=True)
    assert waits[-1] > 0.4 * waits[0], "even constant gaps leave about half of the wait"


@pytest.mark.parametrize(("rate", "cores"), [(1e-9, 1024), (1023.99, 1024), (4.0, 8), (6.0, 8)])
def test_e_k_m_c_at_the_edges_is_a_number(rate: float, cores: int) -> None:
    found = ekmc(rate, 1.0, cores, 3)
    assert 0.0 <= found.wait_s <= mmc(rate, 1.0, cores).wait_s * (1 + 1e-9)


def test_allen_cunneen_is_exact_where_it_should_be() -> None:
    assert allen_cunneen(1.7, 1.0, 2, 1.0, 1.0).wait_s == pytest.approx(mmc(1.7, 1.0, 2).wait_s)
    assert allen_cunneen(0.8, 1.0, 1, 1.0, 10.0).wait_s == pytest.approx(22.0)


def test_the_variability_of_a_mixture() -> None:
    """A hyperexponential is a mixture of exponentials."""
    assert mixed_scv([(3.0, 2.0)], 0.7) == pytest.approx(0.7)
    assert mixed_scv([(0.5, 1.0), (0.5, 3.0)], 1.0) == pytest.approx(2 * 5.0 / 4.0 - 1.0)
    assert mixed_scv([(0.5, 1.0), (0.5, 3.0)], 0.0) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("population", "throughput", "response_ms"),
    [(10, 9.613, 40), (50, 44.09, 134), (100, 50.00, 1000), (200, 50.00, 3000)],
)
def test_mean_value_analysis(population: int, throughput: float, response_ms: float) -> None:
    found = mva([(0.005, 1), (0.020, 1), (0.010, 1)], 1.0, population)
    assert found.throughput == pytest.approx(throughput, abs=5e-3)
    assert 1000 * found.response_s == pytest.approx(response_ms, rel=0.01)
