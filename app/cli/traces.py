"""Traces of a run without a browser: requests hop by hop, and why some of them failed."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, Final

from app.engine.engine import Engine, Stop
from app.engine.observe.hop import Hop
from app.engine.observe.incident import Incident
from app.engine.observe.traces import Trace, Tracer
from app.scenarios.document import Scenario
from app.schema import Role
from app.session.explain.root_cause import StateHistory
from app.session.explain.stages import Stage, stages
from app.session.situation import Situation
from app.texts.languages import Language

TRACED_MAX: Final = 50_000
"""About how many requests of a run are watched at most; of more, evenly one in so many."""
_EVENTS_AT_ONCE: Final = 1000
"""So few that the engine's ring of hops holds whatever they leave behind."""
_SECOND: Final = 1e9


class TraceCollector:
    """Collector of traces of a run from its start; never changes the run."""

    def __init__(self, engine: Engine, scenario: Scenario, until_ns: int, count: int) -> None:
        self._engine = engine
        self._count = count
        self._tracer = Tracer(max(count, 100))
        self._history = StateHistory(Situation(scenario.topology, scenario.load))
        rate = sum(
            float(one.parameters["users"]) * float(one.parameters["requests_per_user"])
            for one in scenario.topology.of_role(Role.SENDS)
        )
        expected = rate * scenario.load * until_ns / _SECOND
        engine.sample_hops(max(1, round(expected / TRACED_MAX)))

    def advance(self, until_ns: int) -> None:
        """Run the engine to `until_ns`, reading along."""
        while True:
            stop = self._engine.advance(until_ns, _EVENTS_AT_ONCE)
            self._tracer.follow(self._engine.hops(answers=True))
            if stop is Stop.REACHED:
                return

    def set_situation(self, situation: Situation) -> None:
        """Note the situation that holds from now on."""
        self._history.set_situation(self._engine.now_ns, situation)

    def on_incidents(self, incidents: Iterable[Incident]) -> None:
        """Note incidents of the run up to now."""
        self._history.on_incidents(incidents)

    def to_json(self, language: Language) -> list[dict[str, Any]]:
        """The traces, oldest end first, failed ones with the causes of every failed attempt."""
        return [self._trace(trace, language) for trace in self._tracer.pick(self._count)]

    def _trace(self, trace: Trace, language: Language) -> dict[str, Any]:
        hops = [hop for hop in trace.hops if not hop.visits]
        steps = [self._step(trace, hop, language) for hop in hops]
        for (hop, after), step in zip(pairwise(hops), steps, strict=False):
            if hop.link and after.begins_ns > hop.ends_ns:
                step["there_ms"] = (after.begins_ns - hop.ends_ns) / 1e6
        return {
            "request": trace.request,
            "writes": trace.end.writes,
            "outcome": trace.end.outcome or "answered",
            "began_s": trace.began_ns / _SECOND,
            "took_ms": (trace.end.ends_ns - trace.began_ns) / 1e6,
            "steps": steps,
            "stages": [_stage(stage, language) for stage in stages(trace, self._history)],
            "causes": [cause.to_json(language) for cause in self._history.causes(trace)],
        }

    def _step(self, trace: Trace, hop: Hop, language: Language) -> dict[str, Any]:
        """A hop, the answer, or a failed attempt with its causes."""
        step: dict[str, Any] = {
            "attempt": hop.attempt + 1,
            "link": hop.link,
            "node": hop.node,
            "begins_s": hop.begins_ns / _SECOND,
            "ends_s": hop.ends_ns / _SECOND,
        }
        if not hop.ok:
            causes = self._history.causes_of(trace, hop)
            step["failed"] = hop.outcome
            step["causes"] = [cause.to_json(language) for cause in causes]
        elif hop.last:
            step["answered"] = True
        return step


def _stage(stage: Stage, language: Language) -> dict[str, Any]:
    """A stage with its title and sentence in `language`."""
    return {
        "sort": stage.sort,
        "node": stage.node,
        "link": stage.link,
        "begins_s": stage.begins_ns / _SECOND,
        "ends_s": stage.ends_ns / _SECOND,
        "title": stage.title.say(language),
        "text": stage.text.say(language),
    }
