"""Outcomes of rows over several seeds: in how many each holds, and does that do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.expectations.parse import parsed
from app.texts.languages import ENGLISH, Language
from app.texts.numbers import Fixed
from app.texts.text import Said, Text
from app.verdicts.verdict import Verdict, verdict_to_json

CONFIDENCE: Final = 0.95


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """A row over seeds. `share` is the share of seeds that has to hold, 1 if nothing is said;
    `interval` is then None, else the Clopper-Pearson interval of the share that does.
    """

    row: str
    verdicts: Mapping[int, Verdict]
    share: float
    interval: tuple[float, float] | None

    @property
    def held(self) -> int:
        """The number of seeds in which the row holds."""
        return sum(one.holds for one in self.verdicts.values())

    @property
    def holds(self) -> bool:
        """True if the row holds in as many seeds as it has to."""
        return self.held >= self.share * len(self.verdicts) - 1e-9

    @property
    def worst(self) -> tuple[int, Verdict]:
        """Seed and verdict of the run that misses by most, or that holds by least."""
        missed = {seed: one for seed, one in self.verdicts.items() if not one.holds}
        if missed:
            return max(missed.items(), key=lambda one: _off_by(one[1], float("inf")))
        return min(self.verdicts.items(), key=lambda one: _off_by(one[1], 0.0))

    @property
    def said(self) -> Text:
        """One sentence: in how many seeds, and the worst of them."""
        seed, verdict = self.worst
        values: dict[str, Said] = {
            "held": self.held,
            "seeds": len(self.verdicts),
            "seed": str(seed),
            "said": verdict.said,
        }
        if self.interval is None:
            return _IN_SEEDS.given(**values)
        low, high = (Fixed(100 * one, 0) for one in self.interval)
        return _IN_A_SHARE.given(low=low, high=high, **values)


_IN_SEEDS = Text("in {held} of {seeds} seeds; seed {seed}: {said}")
_IN_A_SHARE = Text(
    "in {held} of {seeds} seeds (95 % interval {low} to {high} %); seed {seed}: {said}"
)


def over_seeds(row: str, verdicts: Mapping[int, Verdict]) -> RowOutcome:
    """The outcome of a row whose verdicts by seed are known."""
    share = parsed(row).seeds
    if share is None:
        return RowOutcome(row, verdicts, 1.0, None)
    held = sum(one.holds for one in verdicts.values())
    return RowOutcome(row, verdicts, float(share) / 100, clopper_pearson(held, len(verdicts)))


def clopper_pearson(held: int, count: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a share of which `held` of `count` is a sample."""
    # Here and not above: importing it takes longer than a run, and few rows state a share.
    from scipy.stats import binomtest

    found = binomtest(held, count).proportion_ci(CONFIDENCE, "exact")
    return float(found.low), float(found.high)


def outcomes_to_json(
    outcomes: Sequence[RowOutcome], language: Language = ENGLISH
) -> list[dict[str, Any]]:
    """Outcomes as JSON values."""
    return [
        {
            "row": one.row,
            "holds": one.holds,
            "held": one.held,
            "share": one.share,
            "interval": one.interval,
            "text": one.said.say(language),
            "seeds": {
                str(seed): verdict_to_json(verdict, language)
                for seed, verdict in one.verdicts.items()
            },
        }
        for one in outcomes
    ]


def _off_by(verdict: Verdict, unknown: float) -> float:
    return unknown if verdict.off_by is None else verdict.off_by
