"""What many seeds prove about one behaviour: draws that are uniform, counts that are Poisson."""

import math
from collections.abc import Sequence

SIGMAS = 4.0
"""How far a mean over seeds may be off: by chance, one test in 16,000."""
_KOLMOGOROV = 1.95
"""Critical value of the Kolmogorov-Smirnov statistic times the root of n, at 99.9 %."""


def seeds(count: int) -> range:
    """Seeds of independent runs."""
    return range(1, count + 1)


def must_be_uniform(places: Sequence[float]) -> None:
    """Fail unless these numbers may have been drawn evenly from 0 to 1 (Kolmogorov-Smirnov)."""
    count = len(places)
    assert count >= 100
    off = max(
        max((rank + 1) / count - place, place - rank / count)
        for rank, place in enumerate(sorted(places))
    )
    assert off <= _KOLMOGOROV / math.sqrt(count), f"farthest from uniform by {off:.3f}"


def must_average(counts: Sequence[float], mean: float, sigma: float) -> None:
    """Fail unless the mean of independent draws is what it should be, given the sigma of each."""
    found = math.fsum(counts) / len(counts)
    allowed = SIGMAS * sigma / math.sqrt(len(counts))
    assert abs(found - mean) <= allowed, f"{found:.4g} is not {mean:.4g} +- {allowed:.2g}"


def must_be_poisson(counts: Sequence[float], mean: float) -> None:
    """Fail unless counts of independent runs may be Poisson: none too far out, and on average."""
    for count in counts:
        assert abs(count - mean) <= SIGMAS * math.sqrt(mean), (count, mean)
    must_average(counts, mean, math.sqrt(mean))
