"""A Story: what happens to a run, as far as rows of expectations name it, and when to look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from app.actions import Recorded
from app.expectations.rows import Comparison, Deadline, Event, Instant, Row
from app.topology.edits.apply import MoveNode, RenameNode, SetExpectations
from app.topology.model import Topology
from app.verdicts.names import events_in, happens

NANOSECONDS = 1_000_000_000
_UNSEEN = MoveNode | RenameNode | SetExpectations
"""Actions that no run can tell."""


@dataclass(frozen=True, slots=True)
class Story:
    """Times at which events of rows happen, and of everything that happens, in order."""

    times: Mapping[Event, list[int]] = field(default_factory=dict)
    actions: Sequence[int] = ()

    def next_after(self, at_ns: int) -> int:
        """Return the time of the next action, far in the future if there is none."""
        return next((one for one in self.actions if one > at_ns), 1 << 62)

    def stops(self, rows: Iterable[Row], until_ns: int, step_ns: int) -> list[int]:
        """Return the instants at which a run is read, in order: regularly, at each action, and at
        the moments that rows name.
        """
        named = chain.from_iterable(self._moments(row) for row in rows)
        wanted = {*range(0, until_ns, step_ns), *self.actions, *named}
        return sorted({until_ns, *(at for at in wanted if at < until_ns)})

    def horizon(self, rows: Iterable[Row], until_ns: int) -> int:
        """Return the last instant that rows look at: a run need not go on after it."""
        return max((min(self._last(row, until_ns), until_ns) for row in rows), default=until_ns)

    def _last(self, row: Row, until_ns: int) -> int:
        when = row.when if isinstance(row, Comparison) else row.deadline
        if isinstance(when, Deadline):
            due = self._times(Instant(when.within, when.event))
            following = (self.next_after(at) for at in self.times.get(when.event, []))
            return max((*due, *following), default=until_ns)
        return max(self._times(when.end), default=until_ns) if when.end else until_ns

    def _moments(self, row: Row) -> Iterable[int]:
        when = row.when if isinstance(row, Comparison) else row.deadline
        if isinstance(when, Deadline):
            after = Instant(when.within, when.event)
            return self._times(after)
        return chain.from_iterable(self._times(one) for one in (when.start, when.end) if one)

    def _times(self, instant: Instant) -> list[int]:
        offset = round(instant.offset.value * NANOSECONDS) if instant.offset else 0
        starts = self.times.get(instant.event, []) if instant.event else [0]
        return [at + offset for at in starts]


def story_of(
    rows: Iterable[Row], entries: Iterable[tuple[int, Recorded]], topology: Topology
) -> Story:
    """The story of a journal: of its actions with their times, on a drawing with their names."""
    journal = [(at, action) for at, action in entries if not isinstance(action, _UNSEEN)]
    events = {event for row in rows for event in events_in(row)}
    times = {
        event: sorted({at for at, action in journal if happens(event, action, topology)})
        for event in events
    }
    return Story(times, sorted({at for at, _ in journal}))
