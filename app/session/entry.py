"""A JournalEntry: one action with everything filled in, its inverse, and the situations around."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from app.actions import AnyFault, Recorded, SetLoad
from app.session.situation import Situation, with_fault
from app.texts.text import Text
from app.topology.edits.apply import (
    AddLink,
    AddNode,
    Batch,
    CanvasEdit,
    Edit,
    MoveNode,
    RenameNode,
    SetExpectations,
    apply,
)
from app.topology.model import Topology

Intervention = Topology | AnyFault | SetLoad
"""Part of an action that reaches the engine: an edited drawing, a fault or a load."""

PENDING = -1
"""Simulated time of an entry that the run has not reached yet."""

GESTURE_GAP_S = 0.7
"""Moves of the same nodes, or turns of the load dial, closer together than this are one gesture."""

_NOWHERE = Situation(Topology())


@dataclass(frozen=True, slots=True)
class Words:
    """Contents of a timeline row, before it has a time: glyph, node and sentence, and what `other`
    node the sentence names.

    `quiet` words are not worth a row: a run cannot tell where nodes stand on the drawing.
    """

    severity: str
    node: str
    text: Text
    quiet: bool = False
    other: str = ""


@dataclass(frozen=True, slots=True)
class Undone:
    """The author and the sentence of a step that an undo takes back."""

    author: str
    text: Text


@dataclass(slots=True, eq=False)
class JournalEntry:
    """An action with its ids filled in, and its inverse if it can be taken back.

    `before` and `after` are the situations around it, until `release`. `id` is unique in a session,
    `author` is whoever acted, `undoes` the id of the entry that it takes back or repeats (0: none);
    of an undo, `undone` tells more, and of a redo, `repeated` is the sentence of what it repeats.
    `turn` says how the history took it, and `at_s` at which wall time. `at_ns` is the simulated
    time, PENDING until the run has given it one. `words` are those of its row until that is
    written; `text` is the sentence of it. The script's entry that no longer fits is `skipped`.
    `added` are the ids of nodes and links that it has put on the drawing. `bytes_so_far` is the
    memory of the journal up to it, about.
    """

    before: Situation
    after: Situation
    action: Recorded
    inverse: Recorded | None
    id: int = 0
    author: str = ""
    undoes: int = 0
    undone: Undone | None = None
    repeated: Text | None = None
    turn: Literal["did", "undid", "redid"] = "did"
    at_s: float = 0.0
    at_ns: int = PENDING
    words: Words | None = None
    text: Text | None = None
    skipped: bool = False
    added: tuple[str, ...] = ()
    bytes_so_far: int = 0

    @property
    def intervention(self) -> Intervention | None:
        """Work for the engine; None where a run cannot tell the difference."""
        if self.skipped:
            return None
        if isinstance(self.action, AnyFault | SetLoad):
            return self.action
        return self.after.topology if changes_run(self.action) else None

    def release(self) -> None:
        """Let go of all that only the present needs: a journal may have thousands of entries."""
        self.before = self.after = _NOWHERE
        self.words = None


def carry_out(situation: Situation, action: Recorded) -> JournalEntry:
    """The entry of `action` in `situation`. Raises EditError, naming the field, if it does not fit.

    A fault that changes nothing (crashing what is down already) does not fit either.
    """
    if isinstance(action, SetLoad):
        after = replace(situation, load=action.factor)
        return JournalEntry(situation, after, action, SetLoad(factor=situation.load))
    if isinstance(action, AnyFault):
        broken, back = with_fault(situation, action)
        return JournalEntry(situation, broken, action, back)
    topology, resolved, inverse = apply(situation.topology, action)
    entry = JournalEntry(situation, _on(situation, topology), resolved, inverse)
    entry.added = added_ids(resolved)
    return entry


def changes_run(action: Recorded) -> bool:
    """Tell if a run can tell the difference: not by places or names, nor by what is expected
    of it.
    """
    if isinstance(action, Batch):
        return any(changes_run(part) for part in action.edits)
    return not isinstance(action, MoveNode | RenameNode | CanvasEdit | SetExpectations)


def moved_nodes(action: Recorded) -> frozenset[str]:
    """The nodes of an action that only moves nodes; empty for every other action."""
    if isinstance(action, MoveNode):
        return frozenset((action.node,))
    if isinstance(action, Batch) and all(isinstance(part, MoveNode) for part in action.edits):
        return frozenset(one for part in action.edits for one in moved_nodes(part))
    return frozenset()


def same_gesture(last: JournalEntry, entry: JournalEntry) -> bool:
    """Tell if an entry goes on with the gesture of `last`: a drag, or a turn of the load dial."""
    if last.turn != "did" or entry.turn != "did" or last.author != entry.author:
        return False
    if entry.at_s - last.at_s > GESTURE_GAP_S:
        return False
    nodes = moved_nodes(entry.action)
    if nodes:
        return nodes == moved_nodes(last.action)
    return isinstance(entry.action, SetLoad) and isinstance(last.action, SetLoad)


def _on(situation: Situation, topology: Topology) -> Situation:
    """The situation on another drawing: everything broken that is still there stays broken."""
    faults, link_faults = situation.faults, situation.link_faults
    if faults:
        faults = {one: fault for one, fault in faults.items() if topology.has_node(one)}
    if link_faults:
        link_faults = {one: fault for one, fault in link_faults.items() if topology.has_link(one)}
    return Situation(topology, situation.load, faults, link_faults)


def added_ids(edit: Edit) -> tuple[str, ...]:
    """The ids of the nodes and links that a resolved edit adds, in its order."""
    if isinstance(edit, Batch):
        return tuple(one for part in edit.edits for one in added_ids(part))
    return (edit.id,) if isinstance(edit, AddNode | AddLink) and edit.id else ()


def interventions_of(applied: list[JournalEntry]) -> list[tuple[int, Intervention]]:
    """Return the engine's work of entries, with simulated times; the entries are done with then."""
    found = [(entry.at_ns, entry.intervention) for entry in applied]
    for entry in applied:
        entry.release()
    return [(at_ns, one) for at_ns, one in found if one is not None]
