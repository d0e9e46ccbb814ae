"""What repeated runs prove: confidence intervals over independent seeds, and goodness of fit."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev

LOG = logging.getLogger("oracles")
"""Every comparison is written here: ``pytest --log-cli-level=INFO`` shows theory and measured."""

CONFIDENCE = 0.999
_NORMAL = NormalDist().inv_cdf((1.0 + CONFIDENCE) / 2.0)


def student(freedom: int) -> float:
    """The two-sided 99.9 % quantile of Student's t, for 20 or more degrees of freedom.

    By the expansion about the normal quantile (Abramowitz and Stegun 26.7.5): to four digits.
    """
    z, n = _NORMAL, float(freedom)
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * n**4)
    )


@dataclass(frozen=True)
class Estimate:
    """The mean of a figure over independent runs, and the half-width of its 99.9 % interval."""

    mean: float
    half: float
    runs: int

    @staticmethod
    def of(values: Sequence[float]) -> Estimate:
        """From one value per run."""
        half = student(len(values) - 1) * stdev(values) / math.sqrt(len(values))
        return Estimate(fmean(values), half, len(values))

    def must_be(self, what: str, theory: float, tolerance: float) -> None:
        """Fail unless the theory is inside the interval, and the relative error within tolerance:
        the first finds an engine that is a little wrong, the second a run that is too short.
        """
        error = abs(self.mean - theory) / abs(theory) if theory else abs(self.mean)
        said = f"{what}: theory {theory:.6g}, measured {self.mean:.6g} +- {self.half:.2g}"
        LOG.info("%s (error %.2f %%, tolerance %.2f %%)", said, 100 * error, 100 * tolerance)
        assert self.runs >= 30
        never_varies = 1e-6 * abs(theory)  # such a figure has an interval of no width
        assert abs(self.mean - theory) <= max(self.half, never_varies), said
        assert error <= tolerance, said

    def below(self, other: Estimate) -> bool:
        """Whether this figure is less than another with both intervals to spare."""
        return self.mean + self.half < other.mean - other.half


def chi_square(counts: Sequence[float], expected: Sequence[float]) -> float:
    """The standard normal deviation that a chi-square test of counts comes to: positive when they
    scatter too much for Poisson counts with these means, negative when too little.

    By Wilson and Hilferty's cube root (PNAS 17, 1931). Expect at least five in every cell.
    """
    assert min(expected) >= 5.0
    statistic = math.fsum((o - e) ** 2 / e for o, e in zip(counts, expected, strict=True))
    return deviation(statistic, len(counts))


def deviation(statistic: float, freedom: int) -> float:
    """How many standard deviations of a normal a chi-square value is off (Wilson and Hilferty)."""
    spread = 2.0 / (9.0 * freedom)
    return (math.cbrt(statistic / freedom) - (1.0 - spread)) / math.sqrt(spread)


def must_fit(what: str, counts: Sequence[float], expected: Sequence[float]) -> None:
    """Fail unless counts scatter about their means as Poisson counts do, at 99.9 %."""
    off = chi_square(counts, expected)
    LOG.info("%s: %d cells, %.0f requests, z = %+.2f", what, len(counts), sum(counts), off)
    assert abs(off) <= _NORMAL, (what, off)
