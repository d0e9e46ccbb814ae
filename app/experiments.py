"""Loadground for programs and notebooks: load a scenario, change it, run it, sweep over it.

    import loadground

    shop = loadground.Scenario.load("final-design")
    run = shop.edit("web-1", cores=4).run(until_s=60, seed=3)
    run["p99_ms"]                     # an array, a value per window
    run.totals["availability_share"]

Figures are those of the language of expectations (docs/expectations.md); the unit of each is in the
name of its column.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.expectations.limits import SEEDS
from app.replications.outcome import RowOutcome
from app.replications.suite import local_processes, outcomes
from app.scenarios import library
from app.scenarios.document import Scenario as Document
from app.scenarios.document import scenario_from_json, scenario_to_json
from app.schema import Value
from app.sweeps.design import points
from app.sweeps.execution import carry_out
from app.sweeps.factors import LOAD, Factor, factor, varied
from app.sweeps.plan import plan
from app.sweeps.series import Series, series
from app.topology.edits.apply import Edit, apply

FIGURES: Final = ("offered", "goodput", "availability", "errors", "mean", "p50", "p95", "p99")
"""Figures of a run, if none are named."""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: figures by window as arrays, of the whole run as `totals`."""

    series: Series

    def __getitem__(self, column: str) -> NDArray[np.float64]:
        """The figure of a column, a value per window. Raises KeyError."""
        return self.series.windows[column]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the figures, with their units."""
        return tuple(self.series.windows)

    @property
    def t_s(self) -> NDArray[np.float64]:
        """Ends of the windows in simulated seconds."""
        return self.series.t_s

    @property
    def totals(self) -> Mapping[str, float | None]:
        """Figures of everything after the warm-up; None where there is no value."""
        return self.series.totals

    @property
    def fingerprint(self) -> str:
        """A hash of the whole state at the end; equal for equal runs."""
        return self.series.fingerprint

    def to_pandas(self) -> Any:
        """A `pandas.DataFrame` with a row per window. Raises ImportError without pandas."""
        import pandas

        return pandas.DataFrame({"t_s": self.t_s, **self.series.windows})

    def to_arrow(self) -> Any:
        """A `pyarrow.Table` with a row per window. Raises ImportError without pyarrow."""
        import pyarrow

        return pyarrow.table({"t_s": self.t_s, **self.series.windows})


@dataclass(frozen=True, slots=True)
class Scenario:
    """A drawing with what drives it and what happens to it. Nothing changes one: `edit` and
    `at_load` give another.
    """

    document: Document

    @classmethod
    def load(cls, source: str | Path | Mapping[str, Any]) -> Scenario:
        """A scenario of the library by name, of a share code, of a JSON file, or of its document.

        Raises DocumentError, ShareError, and OSError for a file that cannot be read.
        """
        if isinstance(source, Mapping):
            return cls(scenario_from_json(source))
        return cls(library.named(str(source), lambda path: Path(path).read_bytes()))

    def edit(self, target: str | Edit, **parameters: Value) -> Scenario:
        """The scenario after an edit, or with other parameters of a node or link, by id or name.

        Raises EditError, or SweepError for a parameter.
        """
        if isinstance(target, str):
            given = {f"{target}.{name}": value for name, value in parameters.items()}
            return Scenario(varied(self.document, given))
        if parameters:
            raise TypeError("parameters go with the name of a node")
        topology, _, _ = apply(self.document.topology, target)
        return Scenario(replace(self.document, topology=topology))

    def at_load(self, factor: float) -> Scenario:
        """The scenario with another load, 1 being that of the drawing. Raises SweepError."""
        return Scenario(varied(self.document, {LOAD: factor}))

    def to_json(self) -> dict[str, Any]:
        """The document, as JSON values."""
        return scenario_to_json(self.document)

    def save(self, path: str | Path) -> None:
        """Write the document into a file."""
        text = json.dumps(self.to_json(), ensure_ascii=False, indent=1)
        Path(path).write_text(text + "\n", encoding="utf-8")

    def run(
        self,
        until_s: float | None = None,
        seed: int | None = None,
        *,
        figures: Sequence[str] = FIGURES,
        warmup_s: float = 0.0,
        window_s: float = 1.0,
    ) -> Run:
        """Run it, with what its journal does, and read figures in windows.

        Raises SweepError for figures it has not, and EngineLimit for a drawing that is too much.
        """
        return Run(
            series(
                self.document,
                figures,
                seed=self.document.seed if seed is None else seed,
                until_s=self.document.until_s if until_s is None else until_s,
                warmup_s=warmup_s,
                window_s=window_s,
            )
        )

    def expect(self, seeds: int = SEEDS, executor: Executor | None = None) -> list[RowOutcome]:
        """Run it with several seeds; an outcome for each row of what the document expects."""
        used = nullcontext(executor) if executor else local_processes()
        with used as chosen:
            found = outcomes({self.document.name: self.document}, seeds, chosen, _say_nothing)
        return found[self.document.name]


def sweep(
    scenario: Scenario,
    vary: Mapping[str, Iterable[Value]] | Sequence[str],
    *,
    figures: Sequence[str] = ("goodput", "p99"),
    seeds: int = SEEDS,
    until_s: float | None = None,
    warmup_s: float = 0.0,
    executor: Executor | None = None,
) -> list[dict[str, Any]]:
    """Run every combination of values with the same seeds; a result per run, by column.

    `vary` is ``{"web-1.cores": [1, 2, 4]}``, or texts as of the command: ``["load=0.5..2/4"]``.
    Without an `executor`, on all cores. Raises SweepError.
    """
    if isinstance(vary, Mapping):
        factors = [Factor(name, tuple(values)) for name, values in vary.items()]
    else:
        factors = [factor(text) for text in vary]
    chosen = points(scenario.document, factors, "grid", 0, 0)
    asked = plan(
        scenario.document, chosen, figures, seeds=seeds, until_s=until_s, warmup_s=warmup_s
    )
    used = nullcontext(executor) if executor else local_processes()
    with used as running:
        return [dict(zip(asked.header, row, strict=True)) for _, row in carry_out(asked, running)]


def _say_nothing(_source: str, _outcomes: list[RowOutcome]) -> None:
    """Print nothing: the outcomes are returned."""
