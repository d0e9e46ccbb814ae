"""Undo and redo: an undo is a new action, the inverse of the last one not yet taken back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from app.actions import Crash, Entry, Heal, Recorded, SetLoad
from app.schema import Text
from app.session.limits import HISTORY_MAX
from app.session.situation import moved_nodes

GESTURE_GAP_S = 0.7
"""Moves of the same nodes, or turns of the load dial, closer together than this are one gesture."""


@dataclass(slots=True)
class Deed:
    """An action that a session accepted, and what people call it.

    `entry` is its place in the journal, once it has one.
    """

    action: Recorded
    inverse: Recorded
    who: str
    text: Text
    undoes: Deed | None = None
    entry: Entry | None = None


@dataclass(slots=True)
class Step:
    """What one undo takes back: a deed, or several of one gesture; `at_s` is its last wall time."""

    deed: Deed
    inverse: Recorded
    at_s: float


@dataclass(slots=True)
class History:
    """What can be taken back and what can be done again, newest last."""

    undo: deque[Step] = field(default_factory=lambda: deque(maxlen=HISTORY_MAX))
    redo: list[Step] = field(default_factory=list)

    def did(self, deed: Deed, at_s: float) -> None:
        """A person did something new: it can be undone, and nothing can be redone any more."""
        self.redo.clear()
        if self.undo and _one_gesture(self.undo[-1], deed, at_s):
            self.undo[-1] = Step(deed, self.undo[-1].inverse, at_s)
        else:
            self.undo.append(Step(deed, deed.inverse, at_s))

    def undid(self, deed: Deed) -> None:
        """`deed` took the newest undo step back."""
        self.undo.pop()
        self.redo.append(Step(deed, deed.inverse, 0.0))

    def redid(self, deed: Deed) -> None:
        """`deed` did the newest redo step again."""
        self.redo.pop()
        self.undo.append(Step(deed, deed.inverse, 0.0))

    def restart(self) -> None:
        """A new run began: what was broken in the old one is healed, so those steps are void."""

        def lasting(step: Step) -> bool:
            step.deed.entry = None
            return not isinstance(step.deed.action, Crash | Heal)

        kept = [step for step in self.undo if lasting(step)]
        self.undo.clear()
        self.undo.extend(kept)
        self.redo = [step for step in self.redo if lasting(step)]


def _one_gesture(last: Step, deed: Deed, at_s: float) -> bool:
    """Whether `deed` goes on with the gesture of `last`: a drag, or a turn of the load dial."""
    if at_s - last.at_s > GESTURE_GAP_S:
        return False
    nodes = moved_nodes(deed.action)
    if nodes:
        return nodes == moved_nodes(last.deed.action)
    return isinstance(deed.action, SetLoad) and isinstance(last.deed.action, SetLoad)
