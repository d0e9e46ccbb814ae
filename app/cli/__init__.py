"""The command line: serve the pages, or run, check and list things without a browser.

Exit codes: 0 done; 1 `check` found problems, or `test` a row that is missed; 2 what was given is
not acceptable, and one line on standard error says why; 3 a run contradicted itself, and so do
lines there; 70, 71 or 73 the engine could not be compiled (see `compile_failures`); 130
interrupted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NoReturn

from app.actions import SEED_MAX
from app.cli.export import FORMATS, exported
from app.cli.findings import findings_of_drawing, findings_text
from app.cli.kinds import kinds_table, kinds_to_json
from app.cli.model import scope_text, scope_to_json
from app.cli.replications.arguments import simulated_seconds
from app.cli.replications.estimates import add_estimate_arguments, check_arguments, estimate
from app.cli.replications.sweep import add_sweep_arguments, sweep
from app.cli.report import report_text
from app.cli.settings import settings_markdown, settings_table, settings_to_json
from app.cli.source import SourceError, scenario_from
from app.cli.store import add_store_arguments, store
from app.cli.suite.command import add_arguments, test
from app.cli.table import printable, table
from app.engine.observe.invariants import BREACHES, CONTRADICTION
from app.findings.finding import finding_to_json
from app.kernel.jit.compile_failures import EXIT_STATUS, CompileError
from app.scenarios.document import NANOSECONDS
from app.scenarios.json_schema import SCHEMAS
from app.settings import Settings, SettingsError, load, settings
from app.texts.languages import ENGLISH, LANGUAGES
from app.texts.text import Text
from app.topology.validation.validation import problems

Serve = Callable[[Settings], None]
Command = Callable[[argparse.Namespace], int]

STEPS_MAX = 1_000_000
TRACES_MAX = 1000

_FINE = Text("No problems.")
_SOURCE_HELP = "a file, - for standard input, a name of the library, or the code of a share link"


def main(arguments: Sequence[str] | None = None, *, serve: Serve) -> int:
    """Carry out one command and give its exit code.

    `serve` starts the web server: the web stands beside this package, not under it, so whoever
    starts the program brings the two together.
    """
    options = _parser(serve).parse_args(arguments)
    act: Command = options.act
    try:
        for remark in load().remarks:
            print(f"loadground: {printable(remark)}", file=sys.stderr)
        code = act(options)
        sys.stdout.flush()
    except (SourceError, SettingsError) as error:
        print(f"loadground: {printable(str(error))}", file=sys.stderr)
        return 2
    except CompileError as error:
        print(f"loadground: {printable(str(error))}", file=sys.stderr)
        return EXIT_STATUS[error.reason]
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

    def start(options: argparse.Namespace) -> int:
        given = {"host": options.host, "port": options.port}
        changed = {name: value for name, value in given.items() if value is not None}
        serve(settings().model_copy(update=changed))
        return 0

    serving = command("serve", "Serve the pages.", start)
    serving.add_argument("--host", help="address to listen on, instead of the setting's")
    serving.add_argument("--port", type=_whole(0, 65_535), help="port, instead of the setting's")

    _add_run(command)
    _add_many_runs(command)

    checking = command("check", "Check a scenario; print the problems of its drawing.", _check)
    checking.add_argument("scenario", metavar="SCENARIO", help=_SOURCE_HELP)
    _add_language(checking)

    finding = command(
        "findings", "Say what hurts or would hurt, why, and what mends it.", _findings
    )
    finding.add_argument("scenario", metavar="SCENARIO", help=_SOURCE_HELP)
    finding.add_argument(
        "--at", type=simulated_seconds, metavar="S", help="run for so many simulated seconds before"
    )
    finding.add_argument("--json", action="store_true", help="print one JSON object")
    _add_language(finding)

    _add_lists(command)
    _add_export(command)

    storing = command("store", "Look after the store that keeps sessions.", store)
    add_store_arguments(storing, _add_language)

    command("warmup", "Compile the engine, once per machine.", _warmup)

    benching = command("bench", "Measure the engine, beside other simulators.", _bench)
    benching.add_argument("--rounds", type=_whole(1, 100), metavar="N", help="measure N times")
    benching.add_argument("--quick", action="store_true", help="measure less, in half a minute")
    form = benching.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--markdown", action="store_true", help="print the table for docs/speed.md")
    return parser


def _add_run(command: Callable[[str, str, Command], argparse.ArgumentParser]) -> None:
    """Add the command that runs a drawing: once, or with many seeds."""
    running = command("run", "Run a scenario without a browser and sum it up.", _run)
    running.add_argument("scenario", metavar="SCENARIO", help=_SOURCE_HELP)
    running.add_argument(
        "--until", type=simulated_seconds, metavar="S", help="simulated seconds to run"
    )
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
    add_estimate_arguments(running, _whole)
    _add_language(running)


def _add_many_runs(command: Callable[[str, str, Command], argparse.ArgumentParser]) -> None:
    """Add the commands that run a drawing many times."""
    testing = command("test", "Run documents and judge what they expect, with several seeds.", test)
    add_arguments(testing, _whole)
    _add_language(testing)

    sweeping = command("sweep", "Run a drawing many times with other values.", sweep)
    sweeping.add_argument("scenario", metavar="SCENARIO", help=_SOURCE_HELP)
    add_sweep_arguments(sweeping, _whole)


def _add_lists(command: Callable[[str, str, Command], argparse.ArgumentParser]) -> None:
    """Add the commands that print what there is."""
    listing = command("kinds", "List every kind of node and its parameters.", _kinds)
    listing.add_argument("--json", action="store_true", help="print one JSON object")
    _add_language(listing)

    scoping = command("model", "Print what is modelled, as what, and what is not.", _model)
    scoping.add_argument("--json", action="store_true", help="print one JSON object")
    _add_language(scoping)

    shaping = command("schema", "Print the JSON Schema of documents and of actions.", _schema)
    shaping.add_argument(
        "subject", nargs="?", choices=SCHEMAS, help="only this one, instead of both in one object"
    )
    _add_language(shaping)

    showing = command("settings", "Print every setting and its source.", _settings)
    shape = showing.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print one JSON object")
    shape.add_argument("--markdown", action="store_true", help="print the table for docs/")
    _add_language(showing)


def _add_export(command: Callable[[str, str, Command], argparse.ArgumentParser]) -> None:
    """Add the command that prints a drawing for other programs."""
    exporting = command("export", "Print a scenario's drawing for other programs.", _export)
    exporting.add_argument("scenario", metavar="SCENARIO", help=_SOURCE_HELP)
    exporting.add_argument("--format", choices=FORMATS, default="svg", help="svg, unless said")
    exporting.add_argument(
        "--theme", choices=("light", "dark"), default="light", help="colours of a picture"
    )
    _add_language(exporting)


def _add_language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lang", choices=LANGUAGES, default=ENGLISH, help="language of texts")


def _export(options: argparse.Namespace) -> int:
    scenario = scenario_from(options.scenario)
    sys.stdout.write(exported(scenario, options.format, options.theme, options.lang))
    return 0


def _run(options: argparse.Namespace) -> int:
    check_arguments(options)
    scenario = scenario_from(options.scenario)
    if options.replications is not None:
        return estimate(options, scenario)
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


def _findings(options: argparse.Namespace) -> int:
    scenario = scenario_from(options.scenario)
    found = [finding_to_json(one, options.lang) for one in findings_of_drawing(scenario)]
    if options.at is not None:
        from app.cli.play import EngineLimit, run

        try:
            until_ns = round(options.at * NANOSECONDS)
            found = run(scenario, until_ns, scenario.seed, 1, options.lang)["findings"]
        except EngineLimit as error:
            raise SourceError(f"{options.scenario}: {error.text.say(options.lang)}") from None
    print(_json({"findings": found}) if options.json else findings_text(found, options.lang))
    return 0


def _kinds(options: argparse.Namespace) -> int:
    print(_json(kinds_to_json()) if options.json else kinds_table(options.lang))
    return 0


def _model(options: argparse.Namespace) -> int:
    print(_json(scope_to_json()) if options.json else scope_text(options.lang))
    return 0


def _schema(options: argparse.Namespace) -> int:
    found = {name: schema(options.lang) for name, schema in SCHEMAS.items()}
    shown = found[options.subject] if options.subject else found
    print(json.dumps(shown, ensure_ascii=False, indent=2))
    return 0


def _settings(options: argparse.Namespace) -> int:
    if options.markdown:
        print(settings_markdown())
    else:
        print(
            _json(settings_to_json(load()))
            if options.json
            else settings_table(load(), options.lang)
        )
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


def _whole(low: int, high: int) -> Callable[[str], int]:
    """A reader of whole numbers from `low` to `high`. The reader raises ArgumentTypeError."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 20 and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(
                f"use a whole number from {low:,} to {high:,} instead of {text!r}"
            )
        return int(text)

    return read
