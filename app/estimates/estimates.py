"""Estimates of a drawing's figures: replications with different seeds, and what they agree on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.estimates.warmup import BATCH, mser5
from app.replications.interval import half_width
from app.replications.play import seeds_of
from app.replications.suite import scenario_of
from app.scenarios.document import Scenario, scenario_to_json
from app.sweeps.errors import SweepError
from app.sweeps.series import series

REPLICATIONS_MAX: Final = 1000
PILOTS_MAX: Final = 5
"""Replications whose windows, averaged, tell the length of the warm-up."""

WINDOWS: Final = 60 * BATCH
"""Windows of a pilot run."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure in every replication that has a value of it, by column name."""

    name: str
    values: tuple[float, ...]

    @property
    def mean(self) -> float | None:
        """The mean over replications; None without a value."""
        return fmean(self.values) if self.values else None

    @property
    def half_width(self) -> float | None:
        """Half of the mean's 95 % interval (Student); None with fewer than two values."""
        return half_width(self.values)


@dataclass(frozen=True, slots=True)
class Estimates:
    """Estimates over what follows the warm-up; `settled` is None if its length was given, and
    False if no steady state was found, so that half of the run was left out.
    """

    seeds: tuple[int, ...]
    until_s: float
    warmup_s: float
    settled: bool | None
    estimates: tuple[Estimate, ...]
    fingerprints: tuple[str, ...]


def estimates(
    scenario: Scenario,
    figures: Sequence[str],
    executor: Executor,
    *,
    replications: int,
    until_s: float,
    warmup_s: float | None = 0.0,
) -> Estimates:
    """Run a scenario with so many seeds; `warmup_s` None finds the warm-up by MSER-5.

    Raises SweepError, and EngineLimit.
    """
    if not 1 <= replications <= REPLICATIONS_MAX:
        raise SweepError(f"Use 1 to {REPLICATIONS_MAX:,} replications.")
    document = json.dumps(scenario_to_json(scenario), ensure_ascii=False)
    seeds = tuple(seeds_of(scenario, replications))
    settled = None
    if warmup_s is None:
        pilots = [
            executor.submit(_windows, document, tuple(figures), seed, until_s)
            for seed in seeds[:PILOTS_MAX]
        ]
        cuts = _cuts([one.result() for one in pilots])
        settled = None not in cuts
        warmup_s = max(WINDOWS // 2 if cut is None else cut for cut in cuts) * until_s / WINDOWS
    runs = [
        executor.submit(_totals, document, tuple(figures), seed, until_s, warmup_s)
        for seed in seeds
    ]
    totals, fingerprints = zip(*(one.result() for one in runs), strict=True)
    found = tuple(
        Estimate(name, tuple(one[name] for one in totals if one[name] is not None))
        for name in totals[0]
    )
    return Estimates(seeds, until_s, warmup_s, settled, found, fingerprints)


def estimates_to_json(found: Estimates) -> dict[str, Any]:
    """JSON of estimates: every figure with its values, mean and interval."""
    return {
        "seeds": list(found.seeds),
        "until_s": found.until_s,
        "warmup_s": found.warmup_s,
        "steady_state": found.settled,
        "figures": {
            one.name: {
                "mean": one.mean,
                "half_width_95": one.half_width,
                "values": list(one.values),
            }
            for one in found.estimates
        },
        "fingerprints": list(found.fingerprints),
    }


def _windows(
    document: str, figures: Sequence[str], seed: int, until_s: float
) -> Mapping[str, NDArray[np.float64]]:
    """The figures of one run, window by window: a unit of work of an executor."""
    width_s = until_s / WINDOWS
    return series(
        scenario_of(document), figures, seed=seed, until_s=until_s, window_s=width_s
    ).windows


def _totals(
    document: str, figures: Sequence[str], seed: int, until_s: float, warmup_s: float
) -> tuple[Mapping[str, float | None], str]:
    """The figures of one run after the warm-up, and its fingerprint: a unit of work."""
    run = series(
        scenario_of(document),
        figures,
        seed=seed,
        until_s=until_s,
        warmup_s=warmup_s,
        window_s=until_s,
    )
    return run.totals, run.fingerprint


def _cuts(pilots: Sequence[Mapping[str, NDArray[np.float64]]]) -> list[int | None]:
    """Windows to leave out by each figure; none by one that hardly ever has a value."""
    cuts: list[int | None] = [0]
    for name in pilots[0]:
        size = min(len(one[name]) for one in pilots)
        every = np.array([one[name][:size] for one in pilots])
        known = np.flatnonzero(np.isfinite(every).all(axis=0))
        if len(known) >= 4 * BATCH:
            cut = mser5(every[:, known].mean(axis=0))
            cuts.append(None if cut is None else int(known[cut]))
    return cuts
