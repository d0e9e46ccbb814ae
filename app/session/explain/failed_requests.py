"""Reasons for the latest failures, for a session's page: of requests that are traced anyway."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from app.session.limits import INCIDENTS_MAX, SITUATION_PARTS_MAX, SITUATIONS_MAX
from app.session.situation import Situation

if TYPE_CHECKING:
    from app.engine.observe.hop import Hop
    from app.engine.observe.incident import Incident
    from app.engine.observe.traces import Trace
    from app.session.explain.root_cause import Cause, StateHistory

FAILURES_KEPT: Final = 300
ANSWERED_KEPT: Final = 600
OPEN_KEPT: Final = 2_000
"""Requests that are followed at the same time."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A failed request: its number, when it failed and where, and the chain behind that."""

    request: int
    at_ns: int
    node: str
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Requests that somebody wants to see: `outcome` is answered, failed or one of the engine's,
    `client` and `node` are ids, `sort` is read or write; nothing means any. `slower_ms` is a time
    that they took at least.
    """

    outcome: str = ""
    client: str = ""
    node: str = ""
    sort: str = ""
    slower_ms: float = 0.0

    def takes(self, trace: Trace) -> bool:
        """Return whether a trace is one of them."""
        end, first = trace.end, trace.hops[0]
        return (
            self.outcome in ("", "failed" if trace.failed else "answered", end.outcome)
            and self.client in ("", first.node)
            and (not self.node or any(self.node in (hop.node, hop.at) for hop in trace.hops))
            and self.sort in ("", "write" if end.writes else "read")
            and end.ends_ns - trace.began_ns >= self.slower_ms * 1e6
        )


class Reasons:
    """Follows one run, from a situation on. Nothing of the engine is imported before a request
    failed.
    """

    def __init__(self, situation: Situation, at_ns: int = 0) -> None:
        self._situations: deque[tuple[int, Situation]] = deque([(at_ns, situation)])
        self._incidents: deque[Incident] = deque(maxlen=INCIDENTS_MAX)
        self._open: dict[int, list[Hop]] = {}
        self._failed: deque[Trace] = deque(maxlen=FAILURES_KEPT)
        self._answered: deque[Trace] = deque(maxlen=ANSWERED_KEPT)

    def set_situation(self, at_ns: int, situation: Situation) -> None:
        """Note how things stand from `at_ns` on. Entries that are played again are known."""
        if at_ns < self._situations[-1][0]:
            return
        if at_ns == self._situations[-1][0] and len(self._situations) > 1:
            self._situations.pop()
        self._situations.append((at_ns, situation))
        parts = sum(_parts(one) for _, one in self._situations)
        while len(self._situations) > 2 and (
            parts > SITUATION_PARTS_MAX or len(self._situations) > SITUATIONS_MAX
        ):
            parts -= _parts(self._situations.popleft()[1])

    def on_incident(self, incident: Incident) -> None:
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
        """Drop what came after `at_ns`: somebody did something in the past."""
        self._open.clear()
        for known in (self._failed, self._answered):
            kept = [trace for trace in known if trace.end.ends_ns <= at_ns]
            known.clear()
            known.extend(kept)
        while len(self._situations) > 1 and self._situations[-1][0] > at_ns:
            self._situations.pop()
        while self._incidents and self._incidents[-1].at_ns > at_ns:
            self._incidents.pop()

    def of(self, node: str, until_ns: int, count: int) -> tuple[Reason, ...]:
        """The last `count` that failed at `node` ("" for anywhere) up to a time, newest first."""
        traces = self._failures(node, -1, until_ns)[:count]
        if not traces:
            return ()
        state_history = self.state_history()
        return tuple(
            Reason(one.request, one.end.ends_ns, one.end.node, tuple(state_history.causes(one)))
            for one in traces
        )

    def newer(self, node: str, after_ns: int, until_ns: int) -> int:
        """Count of those that failed at `node` after one time and up to another."""
        return len(self._failures(node, after_ns, until_ns))

    def chosen(self, choice: Choice, after_ns: int, until_ns: int) -> list[Trace]:
        """Requests of a choice that ended after one time and up to another, newest first."""
        ended = (
            trace
            for known in (self._failed, self._answered)
            for trace in known
            if after_ns < trace.end.ends_ns <= until_ns and choice.takes(trace)
        )
        return sorted(ended, key=lambda trace: (-trace.end.ends_ns, -trace.request))

    def find(self, request: int) -> Trace | None:
        """The trace of a request by its number, if it is still known."""
        every = (*self._failed, *self._answered)
        return next((one for one in reversed(every) if one.request == request), None)

    def first_of(self, client: str, after_ns: int, until_ns: int) -> Trace | None:
        """The first request that users have sent after one time and that ended before another."""
        ended = self.chosen(Choice(client=client), after_ns, until_ns)
        sent = [trace for trace in ended if trace.began_ns >= after_ns]
        return min(sent, key=lambda trace: trace.began_ns, default=None)

    def state_history(self) -> StateHistory:
        """Everything drawn, broken and believed in the run so far."""
        from app.session.explain.root_cause import StateHistory

        state_history = StateHistory(self._situations[0][1])
        for at_ns, situation in islice(self._situations, 1, None):
            state_history.set_situation(at_ns, situation)
        state_history.on_incidents(self._incidents)
        return state_history

    def _failures(self, node: str, after_ns: int, until_ns: int) -> list[Trace]:
        return [
            trace
            for trace in reversed(self._failed)
            if after_ns < trace.end.ends_ns <= until_ns
            if node in ("", trace.end.node, trace.end.at)
        ]

    def _finish(self, request: int) -> None:
        from app.engine.observe.traces import Trace

        trace = Trace(request, tuple(self._open.pop(request)))
        if not trace.failed and not trace.whole:
            return
        kept = self._failed if trace.failed else self._answered
        # Seen again, on a way through the past.
        if not any(one.request == request and one.hops == trace.hops for one in kept):
            kept.append(trace)


def _parts(situation: Situation) -> int:
    """Number of nodes and links of a drawing, which it may share with others: its memory, about."""
    return len(situation.topology.nodes) + len(situation.topology.links)
