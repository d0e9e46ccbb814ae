"""A Plan: the runs of a sweep, in order, as plain data that any process can carry out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.engine.engine import EngineLimit
from app.replications.play import seeds_of
from app.replications.suite import scenario_of
from app.scenarios.document import Scenario, scenario_to_json
from app.schema import Value
from app.sweeps.design import RUNS_MAX
from app.sweeps.errors import SweepError
from app.sweeps.factors import Point, varied
from app.sweeps.figures import columns
from app.sweeps.series import series
from app.texts.languages import ENGLISH


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that the results of a sweep follow from: equal plans have equal results.

    Every point is run with the same seeds, so that points differ by their values alone (common
    random numbers).
    """

    document: str
    points: tuple[tuple[tuple[str, Value], ...], ...]
    seeds: tuple[int, ...]
    figures: tuple[str, ...]
    until_s: float
    warmup_s: float

    @property
    def runs(self) -> int:
        """The number of runs."""
        return len(self.points) * len(self.seeds)

    @property
    def header(self) -> tuple[str, ...]:
        """Names of the columns of a result."""
        factors = tuple(name for name, _ in self.points[0])
        topology = scenario_of(self.document).topology
        read = (one.name for one in columns(self.figures, topology))
        return (*factors, "seed", *read, "fingerprint")

    @property
    def digest(self) -> str:
        """A name of the plan: another plan has another one."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def result(self, number: int) -> list[Any]:
        """Carry out a run, by its number; the row of its result. Raises SweepError."""
        place, which = divmod(number, len(self.seeds))
        point, seed = dict(self.points[place]), self.seeds[which]
        try:
            run = series(
                varied(scenario_of(self.document), point),
                self.figures,
                seed=seed,
                until_s=self.until_s,
                warmup_s=self.warmup_s,
                window_s=self.until_s,
            )
        except EngineLimit as error:
            raise SweepError(f"{_said(point)}: {error.text.say(ENGLISH)}") from None
        return [*point.values(), seed, *run.totals.values(), run.fingerprint]


def plan(
    scenario: Scenario,
    points: Iterable[Point],
    figures: Sequence[str],
    *,
    seeds: int,
    until_s: float | None = None,
    warmup_s: float = 0.0,
) -> Plan:
    """The plan of a sweep over a scenario. Raises SweepError."""
    chosen = tuple(tuple(one.items()) for one in points)
    if not chosen or len(chosen) * seeds > RUNS_MAX:
        raise SweepError(f"A sweep has 1 to {RUNS_MAX:,} runs.")
    made = Plan(
        json.dumps(scenario_to_json(scenario), ensure_ascii=False),
        chosen,
        tuple(seeds_of(scenario, seeds)),
        tuple(figures),
        scenario.until_s if until_s is None else until_s,
        warmup_s,
    )
    if not made.warmup_s < made.until_s:
        raise SweepError("The warm-up ends before the run does.")
    columns(made.figures, scenario.topology)
    return made


def results(asked: Plan, numbers: Sequence[int]) -> list[list[Any]]:
    """Carry out some runs of a plan: the unit of work of an executor."""
    return [asked.result(number) for number in numbers]


def _said(point: Point) -> str:
    return ", ".join(f"{name}={value}" for name, value in point.items())
