"""Arguments that commands of runs share: simulated time, figures, and where many runs go."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import AbstractContextManager

from app.scenarios.limits import DURATION_MAX_S

Whole = Callable[[int, int], Callable[[str], int]]
"""A reader of whole numbers in a range."""


def add_executor_arguments(parser: argparse.ArgumentParser, whole: Whole) -> None:
    """Add the arguments that say where runs go."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--jobs", type=whole(1, 256), metavar="N", help="processes, instead of one per core"
    )
    where.add_argument("--dask", metavar="ADDRESS", help="run on a Dask cluster")


def executor_of(options: argparse.Namespace) -> AbstractContextManager[Executor]:
    """The executor that was asked for: processes of this machine, or a Dask cluster."""
    if options.dask:
        from app.sweeps.cluster import dask_executor

        return dask_executor(options.dask)
    from app.replications.suite import local_processes

    return local_processes(options.jobs)


def simulated_seconds(text: str) -> float:
    """An amount of simulated time. Raises ArgumentTypeError."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0.0 < seconds <= DURATION_MAX_S:
        raise argparse.ArgumentTypeError(
            f"use seconds, more than 0 and at most {DURATION_MAX_S:,.0f}, instead of {text!r}"
        )
    return seconds


def figures_in(text: str) -> list[str]:
    """Figures between commas, but for those inside brackets."""
    found, depth = [""], 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            found.append("")
        else:
            found[-1] += sign
    return found
