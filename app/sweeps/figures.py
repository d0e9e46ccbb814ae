"""Figures that a sweep or a series reads from a run, in the language of expectations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.expectations.errors import ExpectationError
from app.expectations.parse import figure_of
from app.expectations.rows import FIGURES, Comparison, Figure, Quantity
from app.expectations.units import Dimension
from app.sweeps.errors import SweepError
from app.topology.model import Topology
from app.verdicts.figures import measured
from app.verdicts.names import problem_of
from app.verdicts.samples import Sample

FIGURES_MAX: Final = 50
_UNITS: Final = {
    Dimension.SHARE: ("share", 1.0),
    Dimension.DURATION: ("ms", 1000.0),
    Dimension.RATE: ("per_s", 1.0),
    Dimension.COUNT: ("count", 1.0),
    Dimension.MONEY: ("usd", 1.0),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A figure with its unit: as ``p99_ms`` or ``p99_ms(web users)``."""

    name: str
    row: Comparison
    scale: float

    def between(self, samples: Sequence[Sample]) -> float | None:
        """Return the figure from the first to the last of some samples; None without a value."""
        found = measured(self.row, samples)
        return None if found is None else found * self.scale


def columns(texts: Iterable[str], topology: Topology) -> list[Column]:
    """Return a column for each figure. Raises SweepError for one that the drawing has not."""
    found = []
    for text in texts:
        try:
            figure = figure_of(text)
        except ExpectationError as error:
            raise SweepError(f"{text!r}: {error.text.en}") from None
        column = _column(figure)
        if problem := problem_of(column.row, topology):
            raise SweepError(f"{text!r}: {problem.en}")
        found.append(column)
    if not 0 < len(found) <= FIGURES_MAX:
        raise SweepError(f"Read 1 to {FIGURES_MAX} figures.")
    return found


def _column(figure: Figure) -> Column:
    dimension = FIGURES[figure.name]
    unit, scale = _UNITS[dimension]
    word = figure.name.replace(" ", "_")
    if figure.percentile is not None:
        word = f"p{figure.percentile.normalize():f}"
    of_whom = f"({figure.subject})" if figure.subject else ""
    row = Comparison(figure, ">=", Quantity(Decimal(0), "", dimension))
    return Column(f"{word}_{unit}{of_whom}", row, scale)
