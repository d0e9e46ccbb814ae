"""The command line: serve the pages, or run, check and list things without a browser.

Exit codes: 0 done; 1 `check` found problems; 2 what was given is not acceptable, and one line on
standard error says why; 3 a run contradicted itself, and so do lines there; 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NoReturn

from app.actions import SEED_MAX
from app.cli.kinds import kinds_table, kinds_to_json
from app.cli.report import report_text
from app.cli.source import SourceError, scenario_from
from app.cli.table import printable, table
from app.engine.invariants import BREACHES, CONTRADICTION
from app.scenarios.document import NANOSECONDS
from app.scenarios.limits import DURATION_MAX_S
from app.schema import LANGUAGES, Text
from app.topology.validation import problems

Serve = Callable[[str, int], None]
Command = Callable[[argparse.Namespace], int]

STEPS_MAX = 1_000_000
TRACES_MAX = 1000

_FINE = Text("No problems.", "문제가 없습니다.")
_SOURCE_HELP = "a file, - for standard input, a name of the library, or the code of a share link"


def main(arguments: Sequence[str] | None = None, *, serve: Serve) -> int:
    """Carry out one command and give its exit code.

    `serve` starts the web server on a host and a port: the web stands beside this package, not
    under it, so whoever starts the program brings the two together.
    """
    options = _parser(serve).parse_args(arguments)
    act: Command = options.act
    try:
        code = act(options)
        sys.stdout.flush()
    except SourceError as error:
        print(f"loadground: {printable(str(error))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader left (`... | head`). Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without repeating the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {printable(message)}\n")


def _parser(serve: Serve) -> argparse.ArgumentParser:
    parser = _Parser("loadground", description="Draw a system, load it, break it, and watch.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, about: str, act: Command) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=about, description=about)
        added.set_defaults(act=act)
        return added

    def says(added: argparse.ArgumentParser) -> None:
        added.add_argument("--lang", choices=LANGUAGES, default="en", help="language of texts")

    def start(options: argparse.Namespace) -> int:
        serve(options.host, options.port)
        return 0

    serving = command("serve", "Serve the pages.", start)
    serving.add_argument("--host", default="127.0.0.1", help="address to listen on")
    serving.add_argument("--port", type=_whole(0, 65_535), default=8000, help="port to listen on")

    running = command("run", "Run a scenario without a browser and sum it up.", _run)
    running.add_argument("scenario", metavar="SCENARIO", help=_SOURCE_HELP)
    running.add_argument("--until", type=_seconds, metavar="S", help="simulated seconds to run")
    running.add_argument("--seed", type=_whole(0, SEED_MAX), metavar="N", help="another seed")
    running.add_argument(
        "--steps",
        type=_whole(1, STEPS_MAX),
        default=1,
        metavar="K",
        help="run in K stretches; the outcome is the same",
    )
    running.add_argument("--json", action="store_true", help="print one JSON object")
    running.add_argument(
        "--traces",
        type=_whole(0, TRACES_MAX),
        default=0,
        metavar="N",
        help="print N requests hop by hop, half of them failed, with the causes",
    )
    says(running)

    checking = command("check", "Check a scenario; print the problems of its drawing.", _check)
    checking.add_argument("scenario", metavar="SCENARIO", help=_SOURCE_HELP)
    says(checking)

    listing = command("kinds", "List every kind of node and its parameters.", _kinds)
    listing.add_argument("--json", action="store_true", help="print one JSON object")
    says(listing)

    command("warmup", "Compile the engine, once per machine.", _warmup)

    benching = command("bench", "Measure the engine, beside other simulators.", _bench)
    benching.add_argument("--rounds", type=_whole(1, 100), metavar="N", help="measure N times")
    benching.add_argument("--quick", action="store_true", help="measure less, in half a minute")
    form = benching.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--markdown", action="store_true", help="print the table for the README")
    return parser


def _run(options: argparse.Namespace) -> int:
    scenario = scenario_from(options.scenario)
    # Here and not above: importing the engine takes seconds, and no other command needs it.
    from app.cli.play import EngineLimit, run

    until_ns = round((options.until or scenario.until_s) * NANOSECONDS)
    seed = scenario.seed if options.seed is None else options.seed
    try:
        report = run(scenario, until_ns, seed, options.steps, options.lang, options.traces)
    except EngineLimit as error:
        raise SourceError(f"{options.scenario}: {error.text.say(options.lang)}") from None
    print(_json(report) if options.json else report_text(scenario.name, report, options.lang))
    for name in report["breaches"]:
        said = (CONTRADICTION.say(options.lang), BREACHES[name].say(options.lang))
        print("loadground:", *said, file=sys.stderr)
    return 3 if report["breaches"] else 0


def _check(options: argparse.Namespace) -> int:
    scenario = scenario_from(options.scenario)
    found = problems(scenario.topology)
    rows = [(one.code, one.link or one.node, one.text.say(options.lang)) for one in found]
    print(table(rows) if rows else _FINE.say(options.lang))
    return 1 if rows else 0


def _kinds(options: argparse.Namespace) -> int:
    print(_json(kinds_to_json()) if options.json else kinds_table(options.lang))
    return 0


def _warmup(_: argparse.Namespace) -> int:
    from app.engine.warmup import compile_all

    compile_all()
    return 0


def _bench(options: argparse.Namespace) -> int:
    from app.cli.bench import FULL, QUICK, BenchError, bench

    effort = QUICK if options.quick else FULL
    try:
        found = bench(replace(effort, rounds=options.rounds or effort.rounds))
    except BenchError as error:
        print(f"loadground: {printable(str(error))}", file=sys.stderr)
        return 1
    if options.json:
        print(_json(found.json))
    else:
        print(found.markdown if options.markdown else found.text)
    return 0


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _seconds(text: str) -> float:
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


def _whole(low: int, high: int) -> Callable[[str], int]:
    """A reader of whole numbers from `low` to `high`. The reader raises ArgumentTypeError."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 20 and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(
                f"use a whole number from {low:,} to {high:,} instead of {text!r}"
            )
        return int(text)

    return read
