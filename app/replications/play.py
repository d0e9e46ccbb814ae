"""One run of a scenario, read as its expectations need, and its verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.actions import SEED_MAX, AnyFault, SetLoad
from app.engine.engine import Engine, Stop
from app.expectations.parse import parsed
from app.expectations.rows import Row
from app.scenarios.document import NANOSECONDS, Scenario
from app.session.entry import carry_out
from app.session.history.script import Script
from app.session.situation import Situation
from app.texts.text import Text
from app.topology.edits.apply import EditError, RemoveNode
from app.topology.model import Topology
from app.verdicts.judge import judged
from app.verdicts.names import problem_of
from app.verdicts.samples import Probe, Sample
from app.verdicts.story import story_of
from app.verdicts.verdict import Verdict

READINGS_MAX: Final = 7200
"""Regular readings of a run; one that is longer than so many seconds is read less often."""


@dataclass(frozen=True, slots=True)
class Played:
    """Samples of a run, and the fingerprint of its end."""

    samples: list[Sample]
    fingerprint: str


def rows_of(scenario: Scenario) -> list[Row]:
    """Return what is expected of a scenario's run."""
    return [parsed(text) for text in scenario.topology.rows.get("expect", ())]


def problems_of(scenario: Scenario) -> list[tuple[int, Text]]:
    """Return the numbers of rows that cannot be judged, each with the reason."""
    named = named_in(scenario)
    found = ((number, problem_of(row, named)) for number, row in enumerate(rows_of(scenario)))
    return [(number, reason) for number, reason in found if reason]


def named_in(scenario: Scenario) -> Topology:
    """Return the drawing with the nodes that its journal adds, and those that it removes."""
    situation = Situation(scenario.topology, scenario.load)
    for timed in scenario.journal:
        if not isinstance(timed.action, AnyFault | SetLoad | RemoveNode):
            try:
                situation = carry_out(situation, timed.action).after
            except EditError:
                continue
    return situation.topology


def seeds_of(scenario: Scenario, count: int) -> list[int]:
    """Return so many seeds, the scenario's own first."""
    return [(scenario.seed + step) % (SEED_MAX + 1) for step in range(count)]


def verdicts(scenario: Scenario, seed: int) -> list[Verdict]:
    """Run a scenario with a seed as far as its rows look, and judge each. Raises EngineLimit."""
    rows = rows_of(scenario)
    entries = [(timed.at_ns, timed.action) for timed in scenario.journal]
    story = story_of(rows, entries, named_in(scenario))
    until_ns = story.horizon(rows, round(scenario.until_s * NANOSECONDS))
    step_ns = NANOSECONDS * max(1, -(-until_ns // (NANOSECONDS * READINGS_MAX)))
    stops = story.stops(rows, until_ns, step_ns)
    samples = played(scenario, seed, Probe(rows), stops).samples
    return [judged(row, samples, story) for row in rows]


def played(scenario: Scenario, seed: int, probe: Probe, stops_ns: Sequence[int]) -> Played:
    """Run a scenario with a seed to the last of some instants, and read it at each of them.

    Each action of its journal is carried out at one of them. Raises EngineLimit.
    """
    engine = Engine(scenario.topology, seed=seed, load=scenario.load)
    script, situation = Script(scenario.journal), Situation(scenario.topology, scenario.load)
    found = []
    last: tuple[int, Mapping[str, int]] | None = None
    deployed = scenario.topology
    for stop_ns in stops_ns:
        while stop_ns > engine.now_ns and engine.advance(stop_ns) is Stop.BUDGET:
            pass
        engine.incidents()
        # Before what people do at this instant: what that leads to counts from here on.
        counts = engine.read() if probe.needs_reading else engine.counts(probe.needs_writes)
        state = id(engine.topology), engine.servers
        if state != last:
            last, deployed = state, engine.deployed
        found.append(probe.sample(counts, deployed))
        for timed in script.due(stop_ns):
            situation = _act(engine, situation, timed.action)
    return Played(found, engine.fingerprint())


def _act(engine: Engine, situation: Situation, action: object) -> Situation:
    """Carry out an action; one that changes nothing any more is left out."""
    try:
        entry = carry_out(situation, action)  # type: ignore[arg-type]  # of a journal
    except EditError:
        return situation
    match entry.intervention:
        case None:
            pass
        case SetLoad() as load:
            engine.set_load(load.factor)
        case Topology() as topology:
            engine.edit(topology)
        case fault:
            engine.fault(fault)
    return entry.after
