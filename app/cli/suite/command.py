"""The command `test`: runs documents against what they expect."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from app.cli.source import SourceError
from app.expectations.limits import SEEDS, SEEDS_MAX
from app.replications.outcome import RowOutcome, outcomes_to_json


def add_arguments(
    parser: argparse.ArgumentParser, whole: Callable[[int, int], Callable[[str], int]]
) -> None:
    """Add the arguments of the command; `whole` reads whole numbers in a range."""
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="a document, a folder of *.loadground.json, or a name of the library",
    )
    parser.add_argument(
        "--seeds",
        type=whole(1, SEEDS_MAX),
        default=SEEDS,
        metavar="N",
        help=f"seeds of each document ({SEEDS})",
    )
    parser.add_argument(
        "--jobs", type=whole(1, 256), metavar="N", help="processes, instead of one per core"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--junit", metavar="FILE", help="write JUnit XML for a CI system")
    parser.add_argument("--badge", metavar="FILE", help="write a badge (SVG)")


def test(options: argparse.Namespace) -> int:
    """Carry out the command: 0 if every row holds, 1 if one is missed. Raises SourceError."""
    # Here and not above: these load the engine and what prints, and no other command needs them.
    from app.cli.suite.badge import badge
    from app.cli.suite.documents import documents
    from app.cli.suite.junit import write_junit
    from app.cli.suite.report import Report
    from app.engine.engine import EngineLimit
    from app.replications.suite import local_processes, outcomes

    scenarios = documents(options.paths)
    report = Report(options.lang)
    told = _say_nothing if options.json else report.document
    try:
        with local_processes(options.jobs) as executor:
            found = outcomes(scenarios, options.seeds, executor, told)
    except EngineLimit as error:
        raise SourceError(error.text.say(options.lang)) from None
    if options.junit:
        _write(options.junit, lambda path: write_junit(path, found, options.lang))
    if options.badge:
        _write(options.badge, lambda path: path.write_text(badge(found), encoding="utf-8"))
    holds = all(one.holds for rows in found.values() for one in rows)
    if options.json:
        said = {name: outcomes_to_json(rows, options.lang) for name, rows in found.items()}
        whole = {"holds": holds, "seeds": options.seeds, "documents": said}
        print(json.dumps(whole, ensure_ascii=False, allow_nan=False))
    else:
        report.end(found)
    return 0 if holds else 1


def _say_nothing(_source: str, _outcomes: list[RowOutcome]) -> None:
    """Print nothing yet: JSON is one object at the end."""


def _write(target: str, write: Callable[[Path], object]) -> None:
    try:
        write(Path(target))
    except OSError as error:
        raise SourceError(f"{target} cannot be written: {error.strerror}.") from None
