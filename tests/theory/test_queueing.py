"""Formulas of queueing theory against known numbers and against one another."""

from __future__ import annotations

import math

import pytest

from app.theory.queues.queueing import (
    Queue,
    allen_cunneen,
    ekmc,
    erlang_b,
    mdc,
    mg1,
    mixed_scv,
    mmc,
    mmck,
    two_choices,
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
def test_m_m_c_equals_known_figures(cores: int, rho: float, waits: float, wait: float) -> None:
    found = mmc(rho * cores, 1.0, cores)
    assert found.wait_probability == pytest.approx(waits, abs=5e-5)
    assert found.wait_s == pytest.approx(wait, abs=5e-5)
    assert found.length == pytest.approx(rho * cores * wait, rel=1e-4), "Little's law"


@pytest.mark.parametrize(("scv", "wait"), [(0.0, 2.0), (1.0, 4.0), (10.0, 22.0)])
def test_m_g_1_equals_known_figures(scv: float, wait: float) -> None:
    assert mg1(0.8, 1.0, scv).wait_s == pytest.approx(wait)


@pytest.mark.parametrize(
    ("offered", "cores", "loss"), [(5, 10, 0.01838), (10, 10, 0.21458), (100, 100, 0.07570)]
)
def test_m_m_c_c_equals_known_figures(offered: float, cores: int, loss: float) -> None:
    assert erlang_b(cores, offered) == pytest.approx(loss, abs=5e-6)
    assert mmck(offered, 1.0, cores, 0).refused == pytest.approx(loss, abs=5e-6)


@pytest.mark.parametrize(("rho", "loss", "present"), [(0.8, 0.02349, 2.966), (1.2, 0.19259, 6.711)])
def test_m_m_1_k_equals_known_figures(rho: float, loss: float, present: float) -> None:
    found = mmck(rho, 1.0, 1, 9)
    assert found.refused == pytest.approx(loss, abs=5e-6)
    assert found.length + rho * (1 - found.refused) == pytest.approx(present, abs=5e-4)


@pytest.mark.parametrize("cores", [1, 3, 40])
@pytest.mark.parametrize("ratio", [0.3, 0.95, 0.9999, 1.0, 1.0001, 1.05, 2.0])
@pytest.mark.parametrize("places", [0, 1, 7, 999, 3000])
def test_m_m_c_k_equals_its_birth_death_chain(cores: int, ratio: float, places: int) -> None:
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


def test_m_m_c_k_with_a_long_queue_equals_m_m_c() -> None:
    assert mmck(2.4, 1.0, 3, 1_000_000).wait_s == pytest.approx(mmc(2.4, 1.0, 3).wait_s)
    assert mmck(5.0, 1.0, 1000, 1_000_000) == Queue(0.0, 0.0, 0.0)
    assert mmck(1500.0, 1.0, 1000, 1_000_000).refused == pytest.approx(1 / 3)


def test_e_1_m_c_equals_m_m_c() -> None:
    for cores in (1, 2, 7, 64, 1024):
        even, poisson = ekmc(0.9 * cores, 1.0, cores, 1), mmc(0.9 * cores, 1.0, cores)
        assert even.wait_s == pytest.approx(poisson.wait_s, rel=1e-6)
        assert even.wait_probability == pytest.approx(poisson.wait_probability, rel=1e-6)


def test_e_2_m_1_equals_the_root_of_its_cubic() -> None:
    """sigma = (2 rho / (2 rho + 1 - sigma))^2 is a cubic; the wait is sigma / (mu (1 - sigma))."""
    found = ekmc(0.8, 1.0, 1, 2)
    sigma = found.wait_s / (1 + found.wait_s)
    assert sigma == pytest.approx((1.6 / (1.6 + 1 - sigma)) ** 2)


def test_the_wait_of_e_k_m_c_falls_with_k() -> None:
    waits = [ekmc(1.8, 1.0, 2, shape).wait_s for shape in (1, 2, 4, 16, 256)]
    assert waits == sorted(waits, reverse=True)
    assert waits[-1] > 0.4 * waits[0], "even constant gaps leave about half of the wait"


@pytest.mark.parametrize(("rate", "cores"), [(1e-9, 1024), (1023.99, 1024), (4.0, 8), (6.0, 8)])
def test_e_k_m_c_at_extreme_loads_is_finite(rate: float, cores: int) -> None:
    found = ekmc(rate, 1.0, cores, 3)
    assert 0.0 <= found.wait_s <= mmc(rate, 1.0, cores).wait_s * (1 + 1e-9)


def test_allen_cunneen_is_exact_for_m_m_c_and_m_g_1() -> None:
    assert allen_cunneen(1.7, 1.0, 2, 1.0, 1.0).wait_s == pytest.approx(mmc(1.7, 1.0, 2).wait_s)
    assert allen_cunneen(0.8, 1.0, 1, 1.0, 10.0).wait_s == pytest.approx(22.0)


def test_the_variation_of_a_mixture_equals_that_of_a_hyperexponential() -> None:
    """A hyperexponential is a mixture of exponentials."""
    assert mixed_scv([(3.0, 2.0)], 0.7) == pytest.approx(0.7)
    assert mixed_scv([(0.5, 1.0), (0.5, 3.0)], 1.0) == pytest.approx(2 * 5.0 / 4.0 - 1.0)
    assert mixed_scv([(0.5, 1.0), (0.5, 3.0)], 0.0) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("cores", "rho", "wait"),
    [(1, 0.8, 2.0), (2, 0.8, 0.90328), (4, 0.8, 0.38609), (10, 0.9, 0.34458)],
)
def test_m_d_c_is_crommelin_s_series(cores: int, rho: float, wait: float) -> None:
    found = mdc(rho * cores, 1.0, cores)
    assert found.wait_s == pytest.approx(wait, abs=5e-6)
    assert found.length == pytest.approx(rho * cores * wait, rel=1e-4)
    assert found.wait_s == pytest.approx(crommelin(rho * cores, cores), rel=1e-4)


def crommelin(offered: float, cores: int) -> float:
    """Mean wait of M/D/c in units of the work: a sum over how many works ago whoever is ahead came
    (C. D. Crommelin, Delay probability formulae, Post Office Electrical Engineers' Journal 26).
    """
    wait = 0.0
    for turn in range(1, 400):
        mean, places = turn * offered, turn * cores
        logs = (n * math.log(mean) - mean - math.lgamma(n + 1) for n in range(places + 1))
        *before, full = (math.exp(one) for one in logs)
        behind = 1.0 - math.fsum(before)
        wait += behind - cores / offered * (behind - full)
    return wait


@pytest.mark.parametrize("rho", [1e-6, 0.3, 0.9, 0.999])
@pytest.mark.parametrize("cores", [1, 3, 64, 1024])
def test_constant_work_waits_about_half_as_long_as_exponential(cores: int, rho: float) -> None:
    constant, exponential = mdc(rho * cores, 1.0, cores), mmc(rho * cores, 1.0, cores)
    assert 0.0 <= constant.wait_s <= exponential.wait_s + 1e-9
    if rho == 0.999:
        assert constant.wait_s == pytest.approx(exponential.wait_s / 2.0, rel=0.05)


def test_two_choices_in_the_limit_of_many_servers() -> None:
    """One core each: the sum of rho^(2^k - 2) (Mitzenmacher), 2.614 at 90 %; several cores: no
    longer than a random choice, and no shorter than one queue for all.
    """
    for rho in (0.1, 0.5, 0.9, 0.99):
        series = math.fsum(rho ** (2.0**level - 2.0) for level in range(1, 60))
        assert two_choices(rho, 1.0, 1).wait_s + 1.0 == pytest.approx(series, rel=1e-9)
    assert two_choices(0.9, 1.0, 1).wait_s == pytest.approx(1.614, abs=5e-4)
    for cores in (2, 4, 16, 64, 1024):
        for rho in (1e-6, 0.5, 0.95):
            alone = mmc(rho * cores, 1.0, cores).wait_s
            assert 0.0 <= two_choices(rho * cores, 1.0, cores).wait_s <= alone + 1e-12
