"""A run without a browser: the scenario's own journal, played at its exact simulated times."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.actions import AnyFault, SetLoad
from app.cli.traces import TraceCollector
from app.engine.engine import Engine, EngineLimit, Stop
from app.engine.observe.frames.frame import frame
from app.engine.observe.frames.users import addresses_by_client
from app.engine.observe.incident import Incident
from app.engine.observe.reading import Reading
from app.engine.observe.summary import summary
from app.engine.observe.writes.failovers import failovers
from app.findings import present as of_findings
from app.findings.finding import finding_to_json
from app.findings.findings import findings
from app.scenarios.document import NANOSECONDS, Scenario, TimedAction
from app.session.analysis.present_outage import present_outage
from app.session.analysis.theory_cache import Present, theories
from app.session.entry import carry_out
from app.session.explain.timeline import change_words, incident_words, skipped_words
from app.session.history.script import Script
from app.session.playback.frames import broken, measured
from app.session.situation import Situation
from app.texts.languages import Language
from app.theory.analysis import Theory, theory_to_json
from app.topology.edits.apply import EditError
from app.topology.servers.cost import cost, cost_to_json

__all__ = ["EngineLimit", "run"]

SCRIPT, SYSTEM = "script", "system"
WINDOW_NS = NANOSECONDS
"""Findings are about the last second of a run."""


def run(
    scenario: Scenario,
    until_ns: int,
    seed: int,
    steps: int,
    language: Language,
    traces: int = 0,
) -> dict[str, Any]:
    """Return the report of `run --json`: the summary of the run at `until_ns`, the theory of the
    drawing and the load as they are by then, the cost, the timeline, and so many `traces`.

    Raises EngineLimit when the drawing, or one that an edit leads to, is too much for the engine.
    """
    engine = Engine(scenario.topology, seed=seed, load=scenario.load)
    collector = TraceCollector(engine, scenario, until_ns, traces) if traces else None
    so_far: list[Incident] = []
    script, situation = Script(scenario.journal), Situation(scenario.topology, scenario.load)
    timeline: list[dict[str, Any]] = []
    stops = [until_ns * step // steps for step in range(1, steps + 1)]
    late_ns = max(0, until_ns - WINDOW_NS)
    early = [at for at in stops if at < late_ns]
    for until in ([*early, late_ns], stops[len(early) :]):
        before = engine.read()
        rows, situation = _play(engine, script, situation, until, language, collector, so_far)
        timeline += rows
    whole, now = _theories(engine, situation)
    found_out = findings(_subject(engine, situation, whole, before))
    paid = cost_to_json(cost(engine.deployed))
    found = {
        **summary(engine),
        "failovers": failovers(so_far),
        "cost_usd_per_month": paid,
        "theory": {**theory_to_json(whole), "now": theory_to_json(now) if now else None},
        "findings": [finding_to_json(one, language) for one in found_out],
        "timeline": timeline,
    }
    return {**found, "traces": collector.to_json(language)} if collector else found


def _theories(engine: Engine, situation: Situation) -> tuple[Theory, Theory | None]:
    """Theory of the drawing and the load as they are, and that of what is up, None if all is."""
    reading = engine.read()
    parts = measured(reading, reading)
    faults = situation.unhealed(broken(parts))
    outage = present_outage(situation.topology, faults, parts)
    present = Present(situation, engine.servers, outage, engine.now_ns / NANOSECONDS)
    return theories(present)


def _subject(
    engine: Engine, situation: Situation, theory: Theory, before: Reading
) -> of_findings.Present:
    """The end of a run, with its rates since `before`."""
    now = engine.read()
    faults = frozenset(situation.faults) & {
        node for n, node in enumerate(now.node_ids) if not now.nodes[n]["up"]
    }
    seen = of_findings.measured_of(frame(before, now), addresses_by_client(now))
    return of_findings.Present(engine.topology, theory, faults, engine.servers, seen)


def _play(
    engine: Engine,
    script: Script,
    situation: Situation,
    stops_ns: Iterable[int],
    language: Language,
    collector: TraceCollector | None,
    so_far: list[Incident],
) -> tuple[list[dict[str, Any]], Situation]:
    """Run to each stop in turn; rows of the timeline, oldest first, and the situation then."""
    rows: list[dict[str, Any]] = []
    for stop_ns in stops_ns:
        while script.next_ns <= stop_ns:
            at_ns = script.next_ns
            if at_ns > 0:  # at second 0 the script comes before the first event
                rows += _advance(engine, at_ns, situation, language, collector, so_far)
            for timed in script.due(at_ns):
                situation, row = _act(engine, situation, timed, language)
                rows.append(row)
                if collector:
                    collector.set_situation(situation)
        rows += _advance(engine, stop_ns, situation, language, collector, so_far)
    return rows, situation


def _advance(
    engine: Engine,
    until_ns: int,
    situation: Situation,
    language: Language,
    collector: TraceCollector | None,
    so_far: list[Incident],
) -> list[dict[str, Any]]:
    if collector:
        collector.advance(until_ns)
    while engine.advance(until_ns) is Stop.BUDGET:
        pass
    rows = []
    incidents = engine.incidents()
    so_far += incidents
    if collector:
        collector.on_incidents(incidents)
    for incident in incidents:
        words = incident_words(incident, situation.topology)
        text = words.text.say(language)
        rows.append(_row(incident.at_ns, incident.code, incident.node, text, SYSTEM))
    return rows


def _act(
    engine: Engine, situation: Situation, timed: TimedAction, language: Language
) -> tuple[Situation, dict[str, Any]]:
    """Carry out an action; one that changes nothing any more leaves only a row that says so."""
    action = timed.action
    try:
        entry = carry_out(situation, action)
    except EditError as error:
        words = skipped_words(action, error.text)
        text = words.text.say(language)
        return situation, _row(timed.at_ns, action.type, getattr(action, "node", ""), text, SCRIPT)
    if isinstance(entry.action, SetLoad):
        engine.set_load(entry.action.factor)
    elif isinstance(entry.action, AnyFault):
        engine.fault(entry.action)
    else:
        engine.edit(entry.after.topology)
    said = change_words(entry)
    text = said.text.say(language)
    return entry.after, _row(timed.at_ns, action.type, said.node, text, SCRIPT)


def _row(at_ns: int, code: str, node: str, text: str, who: str) -> dict[str, Any]:
    return {"at_s": at_ns / NANOSECONDS, "type": code, "node": node, "text": text, "who": who}
