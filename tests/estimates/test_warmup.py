"""MSER-5 against its definition, and on series whose warm-up is known."""

import numpy as np
import pytest

from app.estimates.warmup import mser5


def test_of_known_batches_the_cut_with_the_least_squared_error_is_taken() -> None:
    # Squared errors: 4 / 49 without the first batch, 17 / 6 / 36 without two, 2 / 25 without three.
    values = np.repeat([9.0, 1.0, 3.0, 2.0, 2.0, 3.0, 1.0, 2.0], 5)
    assert mser5(values) == 10


def test_a_series_that_begins_in_its_steady_state_is_kept_whole() -> None:
    assert mser5(np.ones(100)) == 0


@pytest.mark.parametrize("seed", range(5))
def test_an_exponential_warm_up_is_left_out(seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0.0, 1.0, 1000)
    cut = mser5(10.0 + noise - 10.0 * np.exp(-np.arange(1000) / 40))
    # After 40 to 240 values the rest of the rise is between a third and a fortieth of the noise.
    assert cut is not None
    assert 40 <= cut <= 240


def test_a_series_that_rises_to_its_end_has_no_steady_state() -> None:
    assert mser5(np.arange(200.0)) is None
