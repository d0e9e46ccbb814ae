"""A chart of a sweep: each figure over the first factor, a line for each value of the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, Final

from app.sweeps.errors import SweepError
from app.sweeps.plan import Plan

FORMATS: Final = (".svg", ".png")
LINES_MAX: Final = 12


def draw(rows: Sequence[Mapping[str, str]], plan: Plan, path: Path) -> None:
    """Draw the means over seeds with their 95 % intervals (Student). Raises SweepError."""
    if path.suffix not in FORMATS:
        raise SweepError(f"{path}: a chart is a .svg or a .png file.")
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError:
        raise SweepError("A chart needs matplotlib: pip install 'loadground[charts]'.") from None
    factors = [name for name, _ in plan.points[0]]
    figures = plan.header[len(factors) + 1 : -1]
    with rc_context({"svg.hashsalt": "loadground", "svg.fonttype": "none"}):
        page = Figure(figsize=(8, 3 * len(figures)), layout="constrained")
        axes = page.subplots(len(figures), squeeze=False)[:, 0]
        for axis, figure in zip(axes, figures, strict=True):
            _plot(axis, rows, factors, figure)
        page.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def _plot(
    axis: Any, rows: Sequence[Mapping[str, str]], factors: Sequence[str], figure: str
) -> None:
    lines: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        name = ", ".join(f"{one}={row[one]}" for one in factors[1:])
        if row[figure]:
            lines[name][row[factors[0]]].append(float(row[figure]))
    if len(lines) > LINES_MAX:
        raise SweepError(f"A chart has at most {LINES_MAX} lines, this one {len(lines)}.")
    for name, values in lines.items():
        numbers = _numbers(list(values))
        means = [fmean(one) for one in values.values()]
        bars = [_half_width(one) for one in values.values()]
        axis.errorbar(numbers, means, bars, marker="o", markersize=3, capsize=2, label=name)
    axis.set_xlabel(factors[0])
    axis.set_ylabel(figure)
    axis.set_ylim(bottom=0)
    if len(factors) > 1:
        axis.legend(fontsize="small")


def _numbers(values: Sequence[str]) -> Sequence[float | str]:
    try:
        return [float(one) for one in values]
    except ValueError:
        return values


def _half_width(values: Sequence[float]) -> float:
    """Half of the 95 % interval of a mean; nothing is known of a single value."""
    if len(values) < 2:
        return 0.0
    # Here and not above: importing it takes longer than reading the results.
    from scipy.stats import t

    width: float = float(t.ppf(0.975, len(values) - 1)) * stdev(values) / len(values) ** 0.5
    return width
