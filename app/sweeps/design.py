"""Designs of a sweep: which points of the space of its factors are run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import Final

from app.scenarios.document import Scenario
from app.sweeps.errors import SweepError
from app.sweeps.factors import Factor, Point, rounded, varied

DESIGNS: Final = ("grid", "lhs", "sobol")
RUNS_MAX: Final = 1_000_000
"""Runs of one sweep."""


def points(
    scenario: Scenario, factors: Sequence[Factor], design: str, count: int, seed: int
) -> list[Point]:
    """Return the points of a design, each checked against the drawing.

    ``grid`` has every combination of levels; ``lhs`` (Latin hypercube) and ``sobol`` (scrambled)
    have `count` points between the bounds of the factors (`scipy.stats.qmc`). Raises SweepError.
    """
    names = [one.name for one in factors]
    if len(set(names)) < len(names):
        raise SweepError("A factor is varied twice.")
    if design == "grid":
        size = math.prod(len(one.levels) for one in factors)
        if size > RUNS_MAX:
            raise SweepError(f"The grid has {size:,} points; at most {RUNS_MAX:,} are run.")
        combinations = product(*(one.levels for one in factors))
        found: list[Point] = [dict(zip(names, one, strict=True)) for one in combinations]
    else:
        found = _between(scenario, factors, design, count, seed)
    for point in found:
        varied(scenario, point)
    return found


def _between(
    scenario: Scenario, factors: Sequence[Factor], design: str, count: int, seed: int
) -> list[Point]:
    # Here and not above: importing it takes longer than many a sweep.
    from scipy.stats import qmc

    bounds = []
    for one in factors:
        if one.bounds is None:
            raise SweepError(f"{one.name}: this design needs a range, such as 1..8.")
        bounds.append(one.bounds)
    if not 1 <= count <= RUNS_MAX:
        raise SweepError(f"Use 1 to {RUNS_MAX:,} points.")
    if design == "lhs":
        sampler = qmc.LatinHypercube(len(factors), rng=seed)
        unit = sampler.random(count)
    else:
        # A power of two keeps the sequence balanced; what is too much is left out.
        unit = qmc.Sobol(len(factors), rng=seed).random_base2(math.ceil(math.log2(count)))[:count]
    lows, highs = zip(*bounds, strict=True)
    return [
        {
            one.name: rounded(scenario, one.name, float(f"{value:.9g}"))
            for one, value in zip(factors, row, strict=True)
        }
        for row in qmc.scale(unit, lows, highs)
    ]
