"""The pacer: speeds, pauses, debt, the rate achieved and the budget of events."""

import pytest

from app.session.limits import DEBT_S, FRAME_S, SLICE_S
from app.session.playback.pacer import AT_MOST_S, EVENTS_MAX, EVENTS_MIN, Budget, Pacer

S = 1_000_000_000


@pytest.mark.parametrize("speed", [0.01, 1.0, 1000.0])
def test_the_target_advances_with_the_wall_clock_times_the_speed(speed: float) -> None:
    pacer = Pacer(100.0, speed)
    pacer.rebase(100.0, 5 * S)
    assert pacer.target_ns(100.0) == 5 * S
    assert pacer.target_ns(102.5) == 5 * S + round(2.5 * speed * S)


def test_at_full_speed_the_target_is_out_of_reach_but_finite() -> None:
    pacer = Pacer(0.0, None)
    pacer.rebase(0.0, 7 * S)
    assert pacer.target_ns(0.0) == 7 * S + round(FRAME_S * AT_MOST_S * S)


def test_a_run_slower_than_its_speed_piles_up_no_debt() -> None:
    pacer = Pacer(0.0, 10.0)
    # Ten wall seconds in which only half of what was asked got done.
    for tenth in range(1, 101):
        pacer.arrived(tenth / 10, round(tenth / 10 * 5 * S))
    behind_s = (pacer.target_ns(10.0) - 50 * S) / S / 10.0
    assert 0 <= behind_s <= DEBT_S
    assert pacer.rate == pytest.approx(5.0)


def test_a_short_delay_is_caught_up() -> None:
    pacer = Pacer(0.0, 1.0)
    pacer.arrived(0.3, 0)
    assert pacer.target_ns(0.4) == round(0.4 * S)


def test_the_achieved_rate_is_that_of_the_last_second() -> None:
    pacer = Pacer(0.0, 1.0)
    for tenth in range(1, 31):
        pacer.arrived(tenth / 10, round(min(tenth, 20) / 10 * S))
    assert pacer.rate == pytest.approx(0.0)
    pacer.rebase(9.0, 2 * S)
    pacer.arrived(9.001, 2 * S)
    assert pacer.rate == 1.0
    pacer.arrived(9.1, round(2.1 * S))
    assert pacer.rate == pytest.approx(1.0)


def test_the_budget_of_events_converges_to_slices_of_the_right_length() -> None:
    budget = Budget()
    events_per_s = 3_000_000.0
    for _ in range(30):
        budget.spent(budget.events / events_per_s, all_used=True)
    assert 0.5 * SLICE_S <= budget.events / events_per_s <= SLICE_S
    for _ in range(30):
        budget.spent(budget.events / 20_000.0, all_used=True)
    assert budget.events / 20_000.0 <= SLICE_S


def test_the_budget_of_events_stays_within_bounds() -> None:
    budget = Budget()
    for _ in range(100):
        budget.spent(0.0, all_used=True)
    assert budget.events == EVENTS_MAX
    for _ in range(100):
        budget.spent(10.0, all_used=False)
    assert budget.events == EVENTS_MIN
    # A turn that was not limited by its budget says nothing about a larger one.
    budget.spent(0.0, all_used=False)
    assert budget.events == EVENTS_MIN
