"""Closed product-form networks against mean value analysis and their Markov chains."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.theory.queues.closed_network import WORK_MAX, Chain, ClosedState, Visited, solve, work_of
from tests.support.theory import formulas
from tests.support.theory.markov import State, steady_state

TANDEM = [Visited((demand,), 1) for demand in (0.005, 0.020, 0.010)]


@pytest.mark.parametrize("users", [1, 2, 10, 50, 200, 5000])
def test_a_network_of_single_cores_equals_mean_value_analysis(users: int) -> None:
    expected = formulas.closed([0.005, 0.020, 0.010], 1.0, users)
    found = solve([Chain(users, 1.0)], TANDEM)
    assert found.throughputs[0] == pytest.approx(expected.rate, rel=1e-9)
    response = sum(found.closed_present) / found.throughputs[0]
    assert response == pytest.approx(expected.response, rel=1e-8)


def test_a_network_without_think_time_is_solved() -> None:
    found = solve([Chain(3, 0.0)], [Visited((1.0,), 1), Visited((1.0,), 1)])
    assert found.throughputs[0] == pytest.approx(3.0 / 4.0)
    assert found.closed_present == pytest.approx((1.5, 1.5))


@pytest.mark.parametrize(
    ("users", "cores", "think"), [(6, 2, 5.0), (3, 4, 1.0), (40, 8, 2.0), (300, 96, 1.5)]
)
def test_one_multi_core_station_equals_the_machine_repair_model(
    users: int, cores: int, think: float
) -> None:
    expected = formulas.repairs(users, cores, think)
    found = solve([Chain(users, think)], [Visited((1.0,), cores)])
    assert found.throughputs[0] == pytest.approx(expected.rate, rel=1e-9)
    assert users / found.throughputs[0] - think == pytest.approx(expected.response, rel=1e-9)


def test_open_requests_in_front_of_one_core_slow_it_down() -> None:
    """Each closed request takes 1 / (1 - used) as long (Reiser and Lavenberg 1980)."""
    expected = formulas.closed([0.4 / (1.0 - 0.6), 0.3], 2.0, 7)
    found = solve([Chain(7, 2.0)], [Visited((0.4,), 1, 0.6), Visited((0.3,), 1)])
    assert found.throughputs[0] == pytest.approx(expected.rate, rel=1e-9)
    assert found.open_present[0] == pytest.approx(0.6 / 0.4 * (1.0 + found.closed_present[0]))


USERS, DELAYS = (2, 3), (1.5, 0.7)
WORK = ((0.5, 0.8), (0.3, 0.4))
"""Seconds of each chain at the first station, of two cores, and at the second, of one."""
OPEN_RATE, OPEN_WORK, OPEN_MOST = 1.1, 0.6, 24


def moves(state: State) -> Iterator[tuple[State, float]]:
    """How many of each chain are at the first station, at the second, and how many open requests:
    both stations share their cores, so that says everything.
    """
    first, second, others = state[:2], state[2:4], state[4]
    there = sum(first) + others
    each = min(there, 2) / there if there else 0.0
    for chain in (0, 1):
        gone = list(state)
        thinking = USERS[chain] - first[chain] - second[chain]
        if thinking:
            gone[chain] += 1
            yield tuple(gone), thinking / DELAYS[chain]
    for chain in (0, 1):
        if first[chain]:
            gone = list(state)
            gone[chain] -= 1
            gone[2 + chain] += 1
            yield tuple(gone), first[chain] * each / WORK[0][chain]
        if second[chain]:
            gone = list(state)
            gone[2 + chain] -= 1
            yield tuple(gone), second[chain] / sum(second) / WORK[1][chain]
    if others < OPEN_MOST:
        yield (*state[:4], others + 1), OPEN_RATE
    if others:
        yield (*state[:4], others - 1), others * each / OPEN_WORK


def test_two_closed_clients_and_open_requests_over_two_cores_equal_their_markov_chain() -> None:
    shares = steady_state((0, 0, 0, 0, 0), moves)
    found = solve(
        [Chain(*one) for one in zip(USERS, DELAYS, strict=True)],
        [Visited(WORK[0], 2, OPEN_RATE * OPEN_WORK), Visited(WORK[1], 1)],
    )

    def mean(*places: int) -> float:
        return sum(share * sum(state[k] for k in places) for state, share in shares.items())

    for chain in (0, 1):
        thinking = USERS[chain] - mean(chain, 2 + chain)
        assert found.throughputs[chain] == pytest.approx(thinking / DELAYS[chain], rel=1e-6)
    assert found.closed_present == pytest.approx((mean(0, 1), mean(2, 3)), rel=1e-6)
    assert found.open_present == pytest.approx((mean(4), 0.0), rel=1e-6, abs=1e-12)


def test_several_clients_of_one_sort_are_one_client() -> None:
    """Whoever thinks alike and works alike may be split among clients as one likes."""
    whole = solve([Chain(30, 2.0)], [Visited((0.3,), 4), Visited((0.05,), 1)])
    parts = solve(
        [Chain(10, 2.0), Chain(5, 2.0), Chain(15, 2.0)],
        [Visited((0.3,) * 3, 4), Visited((0.05,) * 3, 1)],
    )
    assert sum(parts.throughputs) == pytest.approx(whole.throughputs[0], rel=1e-9)
    assert parts.closed_present == pytest.approx(whole.closed_present, rel=1e-9)
    shares = [one / sum(parts.throughputs) for one in parts.throughputs]
    assert shares == pytest.approx([10 / 30, 5 / 30, 15 / 30])


def test_clients_that_share_no_station_do_not_affect_each_other() -> None:
    apart = solve([Chain(6, 10.0), Chain(4, 1.0)], [Visited((2.0, 0.0), 2), Visited((0.0, 0.5), 1)])
    first, second = (
        solve([Chain(6, 10.0)], [Visited((2.0,), 2)]),
        solve([Chain(4, 1.0)], [Visited((0.5,), 1)]),
    )
    assert apart.throughputs == pytest.approx((*first.throughputs, *second.throughputs))
    assert apart.closed_present == pytest.approx((*first.closed_present, *second.closed_present))


def test_many_users_and_cores_cost_no_precision() -> None:
    """Where mean value analysis with marginal probabilities has lost all of its digits."""
    found: ClosedState = solve([Chain(20_000, 20.0)], [Visited((0.192,), 192), Visited((0.02,), 1)])
    assert found.throughputs[0] == pytest.approx(50.0, rel=1e-9)
    assert found.closed_present[0] == pytest.approx(9.6, rel=1e-6)


def test_the_cost_of_solving_a_network_is_known_beforehand() -> None:
    assert work_of([Chain(6, 10.0)], [Visited((2.0,), 2)]) == 7 * 3
    assert work_of([Chain(9, 1.0), Chain(9, 1.0)], [Visited((1.0, 1.0), 1)]) == 100 * 3
    assert work_of([Chain(1000, 1.0)] * 3, [Visited((1.0,) * 3, 1)]) > WORK_MAX
