"""A witness of a run without a browser: it traces requests, and says afterwards why some failed."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, Final

from app.engine.engine import Engine, Stop
from app.engine.hop import Hop
from app.engine.incident import Incident
from app.engine.trace import Trace, Tracer
from app.scenarios.document import Scenario
from app.schema import Language
from app.session.cause import Chronicle
from app.session.situation import Situation

TRACED_MAX: Final = 50_000
"""About how many requests of a run are watched at most; of more, evenly one in so many."""
_EVENTS_AT_ONCE: Final = 1000
"""So few that the engine's ring of hops holds whatever they leave behind."""
_SECOND: Final = 1e9


class Witness:
    """Watches a run from its start; never changes it."""

    def __init__(self, engine: Engine, scenario: Scenario, until_ns: int, count: int) -> None:
        self._engine = engine
        self._count = count
        self._tracer = Tracer(max(count, 100))
        self._chronicle = Chronicle(Situation(scenario.topology, scenario.load))
        rate = sum(
            float(one.parameters["users"]) * float(one.parameters["requests_per_user"])
            for one in scenario.topology.of_kind("client")
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

    def changed(self, situation: Situation) -> None:
        """How things stand from now on."""
        self._chronicle.changed(self._engine.now_ns, situation)

    def heard(self, incidents: Iterable[Incident]) -> None:
        """What the system did up to now."""
        self._chronicle.heard(incidents)

    def to_json(self, language: Language) -> list[dict[str, Any]]:
        """The traces, oldest end first, failed ones with the causes of every failed attempt."""
        return [self._trace(trace, language) for trace in self._tracer.pick(self._count)]

    def _trace(self, trace: Trace, language: Language) -> dict[str, Any]:
        steps = [self._step(trace, hop, language) for hop in trace.hops]
        for (hop, after), step in zip(pairwise(trace.hops), steps, strict=False):
            if hop.link and after.begins_ns > hop.ends_ns:
                step["there_ms"] = (after.begins_ns - hop.ends_ns) / 1e6
        return {
            "request": trace.request,
            "writes": trace.end.writes,
            "outcome": trace.end.outcome or "answered",
            "began_s": trace.began_ns / _SECOND,
            "took_ms": (trace.end.ends_ns - trace.began_ns) / 1e6,
            "steps": steps,
            "causes": [cause.to_json(language) for cause in self._chronicle.causes(trace)],
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
            causes = self._chronicle.causes_of(trace, hop)
            step["failed"] = hop.outcome
            step["causes"] = [cause.to_json(language) for cause in causes]
        elif hop.last:
            step["answered"] = True
        return step
