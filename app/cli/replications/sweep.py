"""The command `sweep`: runs a drawing with other values, on all cores or on a Dask cluster."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from app.cli.replications.arguments import add_executor_arguments, executor_of, figures_in
from app.cli.source import SourceError, scenario_from
from app.expectations.limits import SEEDS, SEEDS_MAX

_FIGURES = "goodput,p99"


def add_sweep_arguments(
    parser: argparse.ArgumentParser, whole: Callable[[int, int], Callable[[str], int]]
) -> None:
    """Add the arguments of the command; `whole` reads whole numbers in a range."""
    parser.add_argument(
        "--vary",
        action="append",
        required=True,
        metavar="NAME=VALUES",
        help="web-1.cores=1,2,4,8 or load=0.5..2/16; more than once for more factors",
    )
    parser.add_argument(
        "--read", default=_FIGURES, metavar="FIGURES", help=f"figures, by commas ({_FIGURES})"
    )
    parser.add_argument(
        "--seeds", type=whole(1, SEEDS_MAX), default=SEEDS, metavar="N", help=f"seeds ({SEEDS})"
    )
    parser.add_argument("--until", type=float, metavar="S", help="simulated seconds of a run")
    parser.add_argument(
        "--warmup", type=float, default=0.0, metavar="S", help="seconds left out of figures (0)"
    )
    parser.add_argument(
        "--design",
        choices=("grid", "lhs", "sobol"),
        default="grid",
        help="every combination (grid), or --points between the ends of ranges",
    )
    parser.add_argument(
        "--points", type=whole(1, 1_000_000), default=64, metavar="N", help="points of lhs, sobol"
    )
    parser.add_argument("--out", metavar="FILE", help="a .csv or .parquet file, to go on with")
    parser.add_argument("--chart", metavar="FILE", help="draw a chart (.svg or .png)")
    add_executor_arguments(parser, whole)


def sweep(options: argparse.Namespace) -> int:
    """Carry out the command: 0 when every result is there. Raises SourceError."""
    # Here and not above: these load the engine, and no other command needs them.
    from app.sweeps.errors import SweepError

    scenario = scenario_from(options.scenario)
    if options.out and Path(options.out).suffix not in (".csv", ".parquet"):
        raise SourceError(f"{options.out}: name a .csv or a .parquet file.")
    try:
        return _sweep(options, scenario)
    except SweepError as error:
        raise SourceError(str(error)) from None
    except OSError as error:
        raise SourceError(f"{error.filename or options.out}: {error.strerror or error}.") from None


def _sweep(options: argparse.Namespace, scenario: Any) -> int:
    import sys
    from tempfile import TemporaryDirectory

    from app.sweeps.chart import Chart
    from app.sweeps.design import points
    from app.sweeps.execution import carry_out
    from app.sweeps.factors import factor
    from app.sweeps.plan import plan
    from app.sweeps.table import Table

    factors = [factor(text) for text in options.vary]
    asked = plan(
        scenario,
        points(scenario, factors, options.design, options.points, scenario.seed),
        figures_in(options.read),
        seeds=options.seeds,
        until_s=options.until,
        warmup_s=options.warmup,
    )
    chart = Chart(asked, Path(options.chart)) if options.chart else None
    with TemporaryDirectory() as folder:
        path = Path(options.out) if options.out else Path(folder) / "results.csv"
        table = Table(asked, path)
        with executor_of(options) as executor:
            left = carry_out(asked, executor, range(table.known))
            table.write(_followed((row for _, row in left), table.known, asked.runs))
        if chart:
            chart.draw(table.rows())
        table.finish()
        if not options.out:
            sys.stdout.write(path.read_text("utf-8"))
    return 0


def _followed(rows: Iterator[list[Any]], known: int, runs: int) -> Iterator[list[Any]]:
    """The same rows, with a bar and the time left on standard error, if that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=runs, completed=known)
        for row in rows:
            yield row
            bar.advance(task)
