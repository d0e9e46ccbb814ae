"""Outcomes: what a session answers to an action."""

from __future__ import annotations

from dataclasses import dataclass

from app.texts.text import Text

FORGOTTEN = Text("Older steps are gone: only the newest are kept.")
BUSY = Text("Too much at once; try again in a moment.")
FULL = Text("This run's journal is full; reset it.")
NOTHING_TO_UNDO = Text("There is nothing to undo.")
NOTHING_TO_REDO = Text("There is nothing to redo.")
BROKEN = Text("The simulation stopped because of an error in the program. Reset starts it again.")


@dataclass(frozen=True, slots=True)
class FieldError:
    """Refusal: the field it is about ("" for none) and the reason."""

    field: str
    text: Text


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to an action. Without errors it was accepted, at this revision.

    `ids` are those of added nodes and links; `done` is the sentence of an action that was undone or
    done again; `entry` is the id of its entry in the journal, by which it can be undone (0: none).
    """

    revision: int
    ids: tuple[str, ...] = ()
    done: Text | None = None
    errors: tuple[FieldError, ...] = ()
    entry: int = 0

    @property
    def accepted(self) -> bool:
        """True if the action was taken on."""
        return not self.errors
