"""A Series: figures of one run, window by window, and of the whole run after its warm-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.replications.play import played
from app.scenarios.document import NANOSECONDS, Scenario
from app.sweeps.errors import SweepError
from app.sweeps.figures import columns
from app.verdicts.figures import LARGEST
from app.verdicts.samples import Probe

WINDOWS_MAX: Final = 100_000


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of a run by column name: arrays by window (NaN where there is no value), and `totals`
    over everything after the warm-up; the ends of the windows in seconds; the fingerprint.
    """

    t_s: NDArray[np.float64]
    windows: Mapping[str, NDArray[np.float64]]
    totals: Mapping[str, float | None]
    fingerprint: str


def series(
    scenario: Scenario,
    figures: Sequence[str],
    *,
    seed: int,
    until_s: float,
    warmup_s: float = 0.0,
    window_s: float = 1.0,
) -> Series:
    """Run a scenario and read its figures in windows of `window_s` after `warmup_s`.

    Units are in the names of the columns. Raises SweepError, and EngineLimit.
    """
    found = columns(figures, scenario.topology)
    until_ns, warmup_ns = _nanoseconds("until", until_s), _nanoseconds("warmup", warmup_s)
    window_ns = _nanoseconds("window", window_s)
    if not warmup_ns < until_ns:
        raise SweepError("The warm-up ends before the run does.")
    if window_ns == 0 or (until_ns - warmup_ns) / window_ns > WINDOWS_MAX:
        raise SweepError(f"A run has 1 to {WINDOWS_MAX:,} windows.")
    ends = [*range(warmup_ns, until_ns, window_ns), until_ns]
    actions = {one.at_ns for one in scenario.journal if one.at_ns < until_ns}
    looks = any(one.row.figure.name in LARGEST for one in found)
    seconds = range(0, until_ns, NANOSECONDS) if looks else ()
    stops = sorted({0, *ends, *actions, *seconds})
    run = played(scenario, seed, Probe([one.row for one in found]), stops)
    measured = [one for one in run.samples if one.at_ns >= warmup_ns]
    places = {one.at_ns: place for place, one in enumerate(measured)}
    cuts = [places[at] for at in ends]
    return Series(
        np.array(ends[1:]) / NANOSECONDS,
        {
            one.name: np.array(
                [_number(one.between(measured[first : last + 1])) for first, last in pairwise(cuts)]
            )
            for one in found
        },
        {one.name: one.between(measured) for one in found},
        run.fingerprint,
    )


def _nanoseconds(name: str, seconds: float) -> int:
    if not 0 <= seconds <= 1e6:
        raise SweepError(f"{name}: use seconds from 0 to 1,000,000.")
    return round(seconds * NANOSECONDS)


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
