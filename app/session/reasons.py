"""Why requests failed of late, as a session's page tells it: of those that are traced anyway."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.session.situation import Situation

if TYPE_CHECKING:
    from app.engine.hop import Hop
    from app.engine.incident import Incident
    from app.engine.trace import Trace
    from app.session.cause import Cause, Chronicle

FAILURES_KEPT: Final = 200
OPEN_KEPT: Final = 2_000
"""Requests that are followed at the same time: answered ones are never heard of again."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A failed request: its number, when it failed and where, and the chain behind that."""

    request: int
    at_ns: int
    node: str
    causes: tuple[Cause, ...]


class Reasons:
    """Follows one run, from a situation on. Nothing of the engine is imported before a request
    failed.
    """

    def __init__(self, situation: Situation, at_ns: int = 0) -> None:
        self._situations: list[tuple[int, Situation]] = [(at_ns, situation)]
        self._incidents: list[Incident] = []
        self._open: dict[int, list[Hop]] = {}
        self._failed: deque[Trace] = deque(maxlen=FAILURES_KEPT)

    def stands(self, at_ns: int, situation: Situation) -> None:
        """From `at_ns` on, this is how things stand. What is played again is known already."""
        if at_ns >= self._situations[-1][0]:
            self._situations.append((at_ns, situation))

    def heard(self, incident: Incident) -> None:
        """Take in the next incident."""
        self._incidents.append(incident)

    def follow(self, hops: Iterable[Hop]) -> None:
        """Take in the next hops, in the order in which they happened."""
        for hop in hops:
            steps = self._open.setdefault(hop.request, [])
            steps.append(hop)
            if hop.last:
                self._finish(hop.request)
        while len(self._open) > OPEN_KEPT:
            del self._open[next(iter(self._open))]

    def back_to(self, at_ns: int) -> None:
        """Somebody did something in the past: what came after `at_ns` is void."""
        self._open.clear()
        kept = [trace for trace in self._failed if trace.end.ends_ns <= at_ns]
        self._failed = deque(kept, maxlen=FAILURES_KEPT)
        self._situations = [one for one in self._situations if one[0] <= at_ns]
        self._incidents = [one for one in self._incidents if one.at_ns <= at_ns]

    def of(self, node: str, until_ns: int, count: int) -> tuple[Reason, ...]:
        """The last `count` that failed at `node` ("" for anywhere) up to a time, newest first."""
        traces: list[Trace] = []
        for trace in reversed(self._failed):
            if trace.end.ends_ns <= until_ns and node in ("", trace.end.node, trace.end.at):
                traces.append(trace)
            if len(traces) == count:
                break
        if not traces:
            return ()
        chronicle = self._chronicle()
        return tuple(
            Reason(one.request, one.end.ends_ns, one.end.node, tuple(chronicle.causes(one)))
            for one in traces
        )

    def _finish(self, request: int) -> None:
        from app.engine.trace import Trace

        trace = Trace(request, tuple(self._open.pop(request)))
        # Seen again, on a way through the past.
        known = any(one.request == request and one.hops == trace.hops for one in self._failed)
        if trace.failed and not known:
            self._failed.append(trace)

    def _chronicle(self) -> Chronicle:
        from app.session.cause import Chronicle

        chronicle = Chronicle(self._situations[0][1])
        for at_ns, situation in self._situations[1:]:
            chronicle.changed(at_ns, situation)
        chronicle.heard(self._incidents)
        return chronicle
