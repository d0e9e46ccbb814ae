"""A run without a browser: the scenario's own journal, played at its exact simulated times."""

from __future__ import annotations

from typing import Any

from app.actions import AnyFault, SetLoad
from app.cli.witness import Witness
from app.engine.engine import Engine, EngineLimit, Stop
from app.engine.failovers import failovers
from app.engine.incident import Incident
from app.engine.summary import summary
from app.scenarios.document import NANOSECONDS, Scenario, TimedAction
from app.schema import Language
from app.session.script import Script
from app.session.situation import Situation, carry_out
from app.session.timeline import change_words, incident_words, skipped_words
from app.topology.analysis import analyse, theory_to_json
from app.topology.cost import cost, cost_to_json
from app.topology.edits import EditError

__all__ = ["EngineLimit", "run"]

SCRIPT, SYSTEM = "script", "system"


def run(
    scenario: Scenario,
    until_ns: int,
    seed: int,
    steps: int,
    language: Language,
    traces: int = 0,
) -> dict[str, Any]:
    """What `run --json` prints: the summary of the run at `until_ns`, what theory says of the
    drawing and the load as they are by then, what it costs, and the timeline; and so many `traces`.

    Raises EngineLimit when the drawing, or one that an edit leads to, is too much for the engine.
    """
    engine = Engine(scenario.topology, seed=seed, load=scenario.load)
    witness = Witness(engine, scenario, until_ns, traces) if traces else None
    told: list[Incident] = []
    timeline = _play(engine, scenario, until_ns, steps, language, witness, told)
    theory = theory_to_json(analyse(engine.topology, engine.load))
    paid = cost_to_json(cost(engine.deployed))
    found = {
        **summary(engine),
        "failovers": failovers(told),
        "cost_usd_per_month": paid,
        "theory": theory,
        "timeline": timeline,
    }
    return {**found, "traces": witness.to_json(language)} if witness else found


def _play(
    engine: Engine,
    scenario: Scenario,
    until_ns: int,
    steps: int,
    language: Language,
    witness: Witness | None,
    told: list[Incident],
) -> list[dict[str, Any]]:
    """Run to `until_ns` in `steps` stretches of equal length; the timeline, oldest row first."""
    script = Script(scenario.journal)
    situation = Situation(scenario.topology, scenario.load)
    rows: list[dict[str, Any]] = []
    for step in range(1, steps + 1):
        stop_ns = until_ns * step // steps
        while script.next_ns <= stop_ns:
            at_ns = script.next_ns
            rows += _advance(engine, at_ns, situation, language, witness, told)
            for timed in script.due(at_ns):
                situation, row = _act(engine, situation, timed, language)
                rows.append(row)
                if witness:
                    witness.changed(situation)
        rows += _advance(engine, stop_ns, situation, language, witness, told)
    return rows


def _advance(
    engine: Engine,
    until_ns: int,
    situation: Situation,
    language: Language,
    witness: Witness | None,
    told: list[Incident],
) -> list[dict[str, Any]]:
    if witness:
        witness.advance(until_ns)
    while engine.advance(until_ns) is Stop.BUDGET:
        pass
    rows = []
    incidents = engine.incidents()
    told += incidents
    if witness:
        witness.heard(incidents)
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
        change = carry_out(situation, action)
    except EditError as error:
        words = skipped_words(action, error.text)
        text = words.text.say(language)
        return situation, _row(timed.at_ns, action.type, getattr(action, "node", ""), text, SCRIPT)
    if isinstance(change.action, SetLoad):
        engine.set_load(change.action.factor)
    elif isinstance(change.action, AnyFault):
        engine.fault(change.action)
    else:
        engine.edit(change.after.topology)
    said = change_words(change)
    text = said.text.say(language)
    return change.after, _row(timed.at_ns, action.type, said.node, text, SCRIPT)


def _row(at_ns: int, code: str, node: str, text: str, who: str) -> dict[str, Any]:
    return {"at_s": at_ns / NANOSECONDS, "type": code, "node": node, "text": text, "who": who}
