"""A chart of a sweep: each figure over the first factor, a line for each value of the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import fmean
from typing import Any, Final

from app.replications.interval import half_width
from app.sweeps.errors import SweepError
from app.sweeps.plan import Plan

FORMATS: Final = (".svg", ".png")
LINES_MAX: Final = 12


class Chart:
    """The chart of a plan in a file, checked before anything is run. Raises SweepError."""

    def __init__(self, plan: Plan, path: Path) -> None:
        if path.suffix not in FORMATS:
            raise SweepError(f"{path}: a chart is a .svg or a .png file.")
        if find_spec("matplotlib") is None:
            raise SweepError("A chart needs matplotlib: pip install 'loadground[charts]'.")
        lines = len({point[1:] for point in plan.points})
        if lines > LINES_MAX:
            raise SweepError(f"A chart has at most {LINES_MAX} lines, this one {lines}.")
        self._path = path
        self._factors = [name for name, _ in plan.points[0]]
        self._figures = plan.header[len(self._factors) + 1 : -1]

    def draw(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Draw the means over seeds with their 95 % intervals (Student)."""
        from matplotlib import rc_context
        from matplotlib.figure import Figure

        with rc_context({"svg.hashsalt": "loadground", "svg.fonttype": "none"}):
            page = Figure(figsize=(8, 3 * len(self._figures)), layout="constrained")
            axes = page.subplots(len(self._figures), squeeze=False)[:, 0]
            for axis, figure in zip(axes, self._figures, strict=True):
                _plot(axis, rows, self._factors, figure)
            metadata = {"Date": None} if self._path.suffix == ".svg" else None
            page.savefig(self._path, metadata=metadata)


def _plot(
    axis: Any, rows: Sequence[Mapping[str, str]], factors: Sequence[str], figure: str
) -> None:
    lines: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        name = ", ".join(f"{one}={row[one]}" for one in factors[1:])
        if row[figure]:
            lines[name][row[factors[0]]].append(float(row[figure]))
    for name, values in lines.items():
        over = _in_order(values)
        means = [fmean(one) for _, one in over]
        bars = [half_width(one) or 0.0 for _, one in over]
        numbers = [number for number, _ in over]
        axis.errorbar(numbers, means, bars, marker="o", markersize=3, capsize=2, label=name)
    axis.set_xlabel(factors[0])
    axis.set_ylabel(figure)
    axis.set_ylim(bottom=0)
    if len(factors) > 1:
        axis.legend(fontsize="small")


def _in_order(values: Mapping[str, list[float]]) -> list[tuple[float | str, list[float]]]:
    """The values of a figure by those of a factor, from its least number on if it has numbers."""
    try:
        return sorted((float(one), found) for one, found in values.items())
    except ValueError:
        return list(values.items())
