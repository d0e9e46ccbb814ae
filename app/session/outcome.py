"""Outcomes: what a session answers to an action."""

from __future__ import annotations

from dataclasses import dataclass

from app.schema import Text


@dataclass(frozen=True, slots=True)
class FieldError:
    """Why something was refused: the field it is about ("" for none) and the reason."""

    field: str
    text: Text


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to an action. Without errors it was accepted, at this revision.

    `ids` are those of added nodes and links; `done` is what an undo took back, or a redo did.
    """

    revision: int
    ids: tuple[str, ...] = ()
    done: Text | None = None
    errors: tuple[FieldError, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the action was taken on."""
        return not self.errors
