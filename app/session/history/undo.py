"""Undo and redo: an undo is a new entry, the inverse of one that has not been taken back yet.

What is kept for that is bounded by the sizes of the entries.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from app.actions import AnyFault, Faults, Recorded, SetLoad
from app.session.entry import JournalEntry, same_gesture
from app.session.explain.timeline import change_words, load_text
from app.session.limits import EDITS_MAX, HISTORY_BYTES_MAX, HISTORY_MAX
from app.session.outcome import FORGOTTEN
from app.texts.text import Text, plural
from app.topology.edits.apply import Batch, Edit, EditError

TOO_MANY = plural(
    "Use at most {count} edit at once.", "Use at most {count} edits at once.", count=EDITS_MAX
)

ENTRY_BYTES = 600
PART_BYTES = 600
VALUE_BYTES = 100
"""An entry, a single edit or fault, and one of its parameters, as measured, rounded up."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """An entry that one undo takes back, or several of one gesture, of which `entry` is the last.

    `ids` are those of all of them; of an entry that was undone and done again, every time.
    """

    entry: JournalEntry
    inverse: Recorded
    ids: tuple[int, ...]
    bytes: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "bytes", entry_bytes(self.entry))


Steps = tuple[tuple[Step, ...], tuple[Step, ...]]

Take = Callable[[str, int | None], tuple[JournalEntry, Text]]
"""Undo or redo: of an author or of an entry; the new entry, and the sentence of the old one."""


@dataclass(slots=True)
class History:
    """Steps that can be taken back and steps that can be done again, newest last.

    They take only so much memory; `forgetful` says that the oldest steps are gone.
    """

    undo: deque[Step] = field(default_factory=deque)
    redo: deque[Step] = field(default_factory=deque)
    forgetful: bool = False

    def did(self, entry: JournalEntry) -> None:
        """Take in something new: its author can redo nothing any more, but undo it, if it has an
        inverse.
        """
        self.redo = _without(self.redo, lambda step: step.entry.author == entry.author)
        if entry.inverse is None:
            return
        last = newest(self.undo, entry.author)
        if last is None or not same_gesture(last.entry, entry):
            self.undo.append(Step(entry, entry.inverse, (entry.id,)))
            self._forget()
            return
        self.undo[self.undo.index(last)] = Step(entry, last.inverse, (*last.ids, entry.id))

    def undid(self, entry: JournalEntry) -> None:
        """Take in an entry that took a step back."""
        _move_step(entry, self.undo, self.redo)
        self._forget()

    def redid(self, entry: JournalEntry) -> None:
        """Take in an entry that did a step again."""
        _move_step(entry, self.redo, self.undo)
        self._forget()

    def replay(self, entry: JournalEntry) -> None:
        """Take in an entry once more: the run passes it after going back."""
        {"did": self.did, "undid": self.undid, "redid": self.redid}[entry.turn](entry)

    def steps(self) -> Steps:
        """Both lists of steps, to `restore` later."""
        return tuple(self.undo), tuple(self.redo)

    def restore(self, steps: Steps) -> None:
        """Go back to where `steps` was asked for."""
        self.undo, self.redo = (deque(one) for one in steps)

    def restart(self) -> None:
        """Forget faults: a new run begins, and whatever was broken in the old one is healed."""
        self.undo, self.redo = (
            _without(steps, lambda step: isinstance(step.entry.action, AnyFault))
            for steps in (self.undo, self.redo)
        )

    def why(self, nothing: Text) -> Text:
        """Return the reason for an empty history: `nothing` was done, or the oldest is gone."""
        return FORGOTTEN if self.forgetful else nothing

    def _forget(self) -> None:
        """Let the oldest steps go until the others fit."""
        total = sum(step.bytes for steps in (self.undo, self.redo) for step in steps)
        while total > HISTORY_BYTES_MAX or len(self.undo) + len(self.redo) > HISTORY_MAX:
            if len(self.undo) + len(self.redo) == 1:
                return
            oldest = min((steps for steps in (self.undo, self.redo) if steps), key=_age)
            total -= oldest.popleft().bytes
            self.forgetful = True


def newest(steps: deque[Step], author: str) -> Step | None:
    """The newest step of an author; None when there is none."""
    return next((step for step in reversed(steps) if step.entry.author == author), None)


def authors(steps: deque[Step]) -> tuple[str, ...]:
    """Everybody who has a step among these."""
    return tuple(dict.fromkeys(step.entry.author for step in steps))


def step_of(steps: deque[Step], entry_id: int) -> Step | None:
    """The step that an entry belongs to; None when there is none (any more)."""
    return next((step for step in reversed(steps) if entry_id in step.ids), None)


def text_of(step: Step) -> Text:
    """The sentence of a step: of its last entry, but a turn of the load dial is told as a whole."""
    action, back = step.entry.action, step.inverse
    if isinstance(action, SetLoad) and isinstance(back, SetLoad):
        return load_text(back.factor, action.factor)
    return step.entry.text or step.entry.repeated or change_words(step.entry).text


def repeated_text(step: Step) -> Text | None:
    """The sentence of what was undone by a step that can be done again: its inverse, an edit made
    from another's parts, would say less.
    """
    return step.entry.undone.text if step.entry.undone else None


def chosen(steps: deque[Step], author: str, entry_id: int | None) -> Step:
    """Return the step of an entry, or the newest of an author. Raises IndexError without one."""
    step = newest(steps, author) if entry_id is None else step_of(steps, entry_id)
    if step is None:
        raise IndexError
    return step


def _move_step(entry: JournalEntry, source: deque[Step], target: deque[Step]) -> None:
    """Move the step that `entry` is about from one list to the end of the other."""
    step = step_of(source, entry.undoes)
    if step is None:
        return
    source.remove(step)
    if entry.inverse is not None:
        target.append(Step(entry, entry.inverse, (*step.ids, entry.id)))


def _without(steps: deque[Step], void: Callable[[Step], bool]) -> deque[Step]:
    return deque(step for step in steps if not void(step))


def _age(steps: deque[Step]) -> int:
    """The number of the oldest step's entry."""
    return steps[0].entry.id


def edit_count(edit: Edit) -> int:
    """Number of single edits that an edit consists of."""
    return sum(edit_count(part) for part in edit.edits) if isinstance(edit, Batch) else 1


def check_edits(action: Recorded) -> None:
    """Raise EditError for a batch of too many edits."""
    if isinstance(action, Batch) and edit_count(action) > EDITS_MAX:
        raise EditError("edits", TOO_MANY)


def entry_bytes(entry: JournalEntry) -> int:
    """Bytes that an entry takes once it is released, about."""
    inverse = 0 if entry.inverse is None else action_bytes(entry.inverse)
    return ENTRY_BYTES + action_bytes(entry.action) + inverse


def action_bytes(action: Recorded) -> int:
    """Bytes that an action takes, about."""
    if isinstance(action, Batch):
        return PART_BYTES + sum(action_bytes(part) for part in action.edits)
    if isinstance(action, Faults):
        return PART_BYTES + sum(action_bytes(part) for part in action.faults)
    values = sum(len(getattr(action, name, None) or ()) for name in ("parameters", "groups"))
    rows = sum(len(row) for row in getattr(action, "rows", ()))
    return PART_BYTES + VALUE_BYTES * values + rows
