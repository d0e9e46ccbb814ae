"""The Script: what a scenario's own journal does to a run, each action at its exact time."""

from __future__ import annotations

from bisect import bisect_right

from app.actions import AnyFault, SetLoad
from app.scenarios.document import TimedAction, missing
from app.topology.edits.apply import EditError
from app.topology.edits.draft import Draft
from app.topology.model import Topology

NEVER_NS = 1 << 62


class Script:
    """Timed actions, oldest first, and how far the run has played them."""

    def __init__(self, entries: tuple[TimedAction, ...]) -> None:
        self.entries = entries
        self._next = 0

    @property
    def next_ns(self) -> int:
        """Simulated time of the next action; NEVER_NS when all are played."""
        return self.entries[self._next].at_ns if self._next < len(self.entries) else NEVER_NS

    def due(self, now_ns: int, at_most: int | None = None) -> list[TimedAction]:
        """The actions whose time has come, each given out once; the first `at_most` of them."""
        first = self._next
        while self.next_ns <= now_ns and (at_most is None or self._next - first < at_most):
            self._next += 1
        return list(self.entries[first : self._next])

    def rewind(self) -> None:
        """Arm every action again for a run that starts at 0."""
        self._next = 0

    def skip(self, count: int) -> None:
        """Take the first `count` actions as played."""
        self._next = count

    def branch(self, now_ns: int) -> None:
        """Arm every action after `now_ns` again, and none before."""
        self._next = bisect_right(self.entries, now_ns, key=lambda timed: timed.at_ns)


def fitting(topology: Topology, entries: tuple[TimedAction, ...]) -> tuple[TimedAction, ...]:
    """The entries that still fit, played in order from `topology`; a document holds no others."""
    draft = Draft(topology)
    kept = []
    for timed in entries:
        action = timed.action
        if isinstance(action, AnyFault):
            if missing(draft, action):
                continue
        elif not isinstance(action, SetLoad):
            try:
                draft.apply(action)
            except EditError:
                continue
        kept.append(timed)
    return tuple(kept)
