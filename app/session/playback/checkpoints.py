"""The Past of a run: checkpoints to go back to, few enough to keep and dense enough to be near."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.session.history.journal import JournalPosition
from app.session.limits import (
    CHECKPOINT_BYTES_MAX,
    CHECKPOINT_BYTES_MIN,
    CHECKPOINT_ENTRIES,
    CHECKPOINT_EVENTS,
    CHECKPOINT_S,
    CHECKPOINT_SHARE,
    CHECKPOINT_SHARE_IDLE,
    CHECKPOINTS_MAX,
    RUN_BYTES_MAX,
)
from app.session.playback.frames import NS_PER_S

if TYPE_CHECKING:
    from app.engine.engine import Checkpoint


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A run at one instant: states of the engine and the record, and how many incidents so far."""

    checkpoint: Checkpoint
    position: JournalPosition
    incidents: int

    @property
    def at_ns(self) -> int:
        """Return the simulated time of the checkpoint."""
        return self.checkpoint.at_ns


class Past:
    """The bookmarks of one run, oldest first.

    The first one stays. When they are too many or too large, every other one goes, and new ones
    come half as often: the longer the run, the wider they stand, and always about evenly.
    """

    def __init__(self) -> None:
        self.marks: list[Bookmark] = []
        self._sparser = 1
        # What the last one cost, when it was made, and how much the run has worked since then.
        self._cost_s = self._made_s = self._worked_s = 0.0

    @property
    def bytes(self) -> int:
        """Return the memory of the checkpoints in bytes."""
        return sum(len(mark.checkpoint.packed) for mark in self.marks)

    def due(self, now_ns: int, events: int, entries: int) -> bool:
        """Return whether a bookmark of this instant is wanted; only the newest part of a run gets
        any.
        """
        if not self.marks:
            return True
        last = self.marks[-1]
        if now_ns < last.at_ns or not self._affordable:
            return False
        return (
            now_ns - last.at_ns >= CHECKPOINT_S * NS_PER_S * self._sparser
            or events - last.checkpoint.events >= CHECKPOINT_EVENTS * self._sparser
            or entries - last.position.entries >= CHECKPOINT_ENTRIES * self._sparser
        )

    def worked(self, cpu_s: float) -> None:
        """The run took `cpu_s` of processor time."""
        self._worked_s += cpu_s

    def add(self, mark: Bookmark, cost_s: float) -> None:
        """Keep a bookmark that took `cost_s` of processor time to make."""
        self.marks.append(mark)
        self._cost_s, self._made_s, self._worked_s = cost_s, time.monotonic(), 0.0
        room = max(RUN_BYTES_MAX - mark.checkpoint.size, CHECKPOINT_BYTES_MIN)
        room = min(room, CHECKPOINT_BYTES_MAX)
        while len(self.marks) > 1 and (len(self.marks) > CHECKPOINTS_MAX or self.bytes > room):
            del self.marks[1::2]
            self._sparser *= 2

    def before(self, at_ns: int) -> Bookmark | None:
        """The last bookmark at or before an instant; None when there is none."""
        found = None
        for mark in self.marks:
            if mark.at_ns > at_ns:
                break
            found = mark
        return found

    def branch(self, now_ns: int) -> None:
        """Forget what came after `now_ns`."""
        self.marks = [mark for mark in self.marks if mark.at_ns <= now_ns]

    @property
    def _affordable(self) -> bool:
        """True if a bookmark costs little beside the run itself, or beside the time that passes."""
        passed_s = time.monotonic() - self._made_s
        return (
            self._cost_s <= CHECKPOINT_SHARE * self._worked_s
            or self._cost_s <= CHECKPOINT_SHARE_IDLE * passed_s
        )
