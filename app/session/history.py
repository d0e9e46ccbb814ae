"""Undo and redo: an undo is a new action, the inverse of the last one not yet taken back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from app.actions import AnyFault, Entry, Recorded, SetLoad
from app.schema import Text
from app.session.limits import HISTORY_MAX
from app.session.situation import moved_nodes

GESTURE_GAP_S = 0.7
"""Moves of the same nodes, or turns of the load dial, closer together than this are one gesture."""


@dataclass(slots=True)
class Deed:
    """An action that a session accepted, and what people call it.

    `entry` is its place in the journal, once it has one. `sort` says how the history took it and
    `at_s` at which wall time, so that the history can be gone through again.
    """

    action: Recorded
    inverse: Recorded | None
    who: str
    text: Text
    undoes: Deed | None = None
    entry: Entry | None = None
    sort: Literal["did", "undid", "redid"] = "did"
    at_s: float = 0.0


@dataclass(slots=True)
class Step:
    """What one undo takes back: a deed, or several of one gesture; `at_s` is its last wall time."""

    deed: Deed
    inverse: Recorded
    at_s: float


Steps = tuple[tuple[Step, ...], tuple[Step, ...]]


@dataclass(slots=True)
class History:
    """What can be taken back and what can be done again, newest last."""

    undo: deque[Step] = field(default_factory=lambda: deque(maxlen=HISTORY_MAX))
    redo: list[Step] = field(default_factory=list)

    def did(self, deed: Deed, at_s: float) -> None:
        """A person did something new: nothing can be redone any more, and it can be undone, if it
        is such that it can.
        """
        deed.at_s = at_s
        self.redo.clear()
        if deed.inverse is None:
            return
        if self.undo and _one_gesture(self.undo[-1], deed, at_s):
            self.undo[-1] = Step(deed, self.undo[-1].inverse, at_s)
        else:
            self.undo.append(Step(deed, deed.inverse, at_s))

    def undid(self, deed: Deed) -> None:
        """`deed` took the newest undo step back."""
        deed.sort = "undid"
        _take_off(self.undo, deed)
        if deed.inverse is not None:
            self.redo.append(Step(deed, deed.inverse, 0.0))

    def redid(self, deed: Deed) -> None:
        """`deed` did the newest redo step again."""
        deed.sort = "redid"
        _take_off(self.redo, deed)
        if deed.inverse is not None:
            self.undo.append(Step(deed, deed.inverse, 0.0))

    def again(self, deed: Deed) -> None:
        """The run passes a deed that was done before the run went back."""
        if deed.sort == "undid":
            self.undid(deed)
        elif deed.sort == "redid":
            self.redid(deed)
        else:
            self.did(deed, deed.at_s)

    def steps(self) -> Steps:
        """What can be taken back and what can be done again, to `stand` there later."""
        return tuple(self.undo), tuple(self.redo)

    def stand(self, steps: Steps) -> None:
        """Go back to where `steps` was asked for."""
        undo, redo = steps
        self.undo.clear()
        self.undo.extend(undo)
        self.redo[:] = redo

    def restart(self) -> None:
        """A new run began: what was broken in the old one is healed, so those steps are void."""

        def lasting(step: Step) -> bool:
            step.deed.entry = None
            return not isinstance(step.deed.action, AnyFault)

        kept = [step for step in self.undo if lasting(step)]
        self.undo.clear()
        self.undo.extend(kept)
        self.redo = [step for step in self.redo if lasting(step)]


def _take_off(steps: deque[Step] | list[Step], deed: Deed) -> None:
    """Take the step off that `deed` is about; those above it did not fit when they were tried."""
    while steps and steps.pop().deed is not deed.undoes:
        pass


def _one_gesture(last: Step, deed: Deed, at_s: float) -> bool:
    """Whether `deed` goes on with the gesture of `last`: a drag, or a turn of the load dial."""
    if at_s - last.at_s > GESTURE_GAP_S:
        return False
    nodes = moved_nodes(deed.action)
    if nodes:
        return nodes == moved_nodes(last.deed.action)
    return isinstance(deed.action, SetLoad) and isinstance(last.deed.action, SetLoad)
