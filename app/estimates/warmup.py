"""Length of the warm-up: how much of a run's beginning is not yet its steady state."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

BATCH: Final = 5


def mser5(values: NDArray[np.float64]) -> int | None:
    """Return how many of the first values to leave out; None if there is no steady state.

    MSER-5 (White, Cobb and Spratt 2000): of the means of batches of five, so many are left out
    that the squared standard error of the mean of the others is least. A cut in the second half
    says that the run is too short to tell. `values` has at least four batches, all finite.
    """
    count = len(values) // BATCH
    batches = values[: count * BATCH].reshape(count, BATCH).mean(axis=1)
    # Of the last few batches, the error is small by chance.
    errors = [_squared_error(batches[cut:]) for cut in range(count - 3)]
    best = int(np.argmin(errors))
    return None if best > count // 2 else best * BATCH


def _squared_error(values: NDArray[np.float64]) -> float:
    return float(np.sum((values - values.mean()) ** 2) / len(values) ** 2)
