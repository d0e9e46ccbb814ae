"""Confidence interval of a mean over replications."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import stdev
from typing import Final

LEVEL: Final = 0.95


def half_width(values: Sequence[float]) -> float | None:
    """Half of the 95 % interval of the mean (Student); None for a single value."""
    if len(values) < 2:
        return None
    # Here and not above: importing it takes longer than reading the results.
    from scipy.stats import t

    quantile = float(t.ppf((1 + LEVEL) / 2, len(values) - 1))
    return quantile * stdev(values) / math.sqrt(len(values))
