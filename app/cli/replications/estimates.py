"""The command `run --replications`: means over seeds with intervals, after the warm-up."""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING

from app.cli.replications.arguments import (
    Whole,
    add_executor_arguments,
    executor_of,
    figures_in,
    simulated_seconds,
)
from app.cli.source import SourceError
from app.cli.table import printable, table
from app.scenarios.document import Scenario
from app.texts.languages import Language
from app.texts.numbers import Fixed, number
from app.texts.text import Text, plural

if TYPE_CHECKING:
    from app.estimates.estimates import Estimate, Estimates

_FIGURES = "goodput,errors,mean,p50,p99"
_AUTO = "auto"
_REPLICATIONS_MAX = 1000
_NEEDS = ("warmup", "read", "jobs", "dask")
_SINGLE = ("traces", "steps")

_HEAD = Text("{name}: {replications} of {until} s, without the first {warmup} s")
_REPLICATIONS = plural("{count} replication", "{count} replications")
_SETTLED = Text("The warm-up was found by MSER-5.")
_UNSETTLED = Text(
    "MSER-5 found no steady state in the first half: run longer, or look what still changes."
)
_COLUMNS = (Text("figure"), Text("mean"), Text("± (95 %)"), Text("values"))
_UNKNOWN = "-"


def add_estimate_arguments(parser: argparse.ArgumentParser, whole: Whole) -> None:
    """Add the arguments to those of `run`; `whole` reads whole numbers in a range."""
    parser.add_argument(
        "--replications",
        type=whole(1, _REPLICATIONS_MAX),
        metavar="N",
        help="run with N seeds; print means with 95 %% intervals (Student)",
    )
    parser.add_argument(
        "--warmup",
        type=_warmup,
        metavar="S",
        help="seconds left out of figures (0), or auto: found by MSER-5",
    )
    parser.add_argument("--read", metavar="FIGURES", help=f"figures, by commas ({_FIGURES})")
    add_executor_arguments(parser, whole)


def estimate(options: argparse.Namespace, scenario: Scenario) -> int:
    """Carry out the command: 0 when it is printed. Raises SourceError."""
    # Here and not above: these load the engine, and no other command needs them.
    from app.engine.engine import EngineLimit
    from app.estimates.estimates import estimates, estimates_to_json
    from app.sweeps.errors import SweepError

    given = scenario if options.seed is None else replace(scenario, seed=options.seed)
    try:
        with executor_of(options) as executor:
            found = estimates(
                given,
                figures_in(options.read or _FIGURES),
                executor,
                replications=options.replications,
                until_s=options.until or scenario.until_s,
                warmup_s=None if options.warmup == _AUTO else options.warmup or 0.0,
            )
    except SweepError as error:
        raise SourceError(str(error)) from None
    except EngineLimit as error:
        raise SourceError(f"{options.scenario}: {error.text.say(options.lang)}") from None
    if options.json:
        print(json.dumps(estimates_to_json(found), ensure_ascii=False, allow_nan=False))
    else:
        print(_text(scenario.name, found, options.lang))
    return 0


def check_arguments(options: argparse.Namespace) -> None:
    """Refuse what is of a single run only, or of several only. Raises SourceError."""
    if options.replications is None:
        for name in _NEEDS:
            if getattr(options, name) is not None:
                raise SourceError(f"--{name} goes with --replications.")
    elif options.traces or options.steps != 1:
        name = "traces" if options.traces else "steps"
        raise SourceError(f"--{name} is of a single run: leave --replications out.")


def _warmup(text: str) -> float | str:
    return text if text == _AUTO else 0.0 if text == "0" else simulated_seconds(text)


def _text(name: str, found: Estimates, language: Language) -> str:
    head = _HEAD.given(
        name=printable(name),
        replications=_REPLICATIONS.given(count=len(found.seeds)),
        until=found.until_s,
        warmup=round(found.warmup_s, 3),
    )
    lines = [head.say(language)]
    if found.settled is not None:
        lines.append((_SETTLED if found.settled else _UNSETTLED).say(language))
    rows = [tuple(column.say(language) for column in _COLUMNS)]
    rows += [_row(one, language) for one in found.estimates]
    return "\n".join(lines) + "\n\n" + table(rows, right=(1, 2, 3))


def _row(one: Estimate, language: Language) -> tuple[str, ...]:
    """A figure's row, with so many decimal places that two digits of the interval are seen."""
    mean, half = one.mean, one.half_width
    count = number(len(one.values), language)
    if mean is None:
        return one.name, _UNKNOWN, _UNKNOWN, count
    if not half:
        width = _UNKNOWN if half is None else number(0, language)
        return one.name, number(mean, language), width, count
    places = min(6, max(0, 1 - math.floor(math.log10(half))))
    written = (number(Fixed(value, places), language) for value in (mean, half))
    return one.name, *written, count
