"""The door of the edits: every shape of an edit, and ``apply``, which carries one out.

``apply(topology, edit)`` is the only way from one drawing to the next.
"""

from __future__ import annotations

from app.topology.edits.compound import pasted
from app.topology.edits.draft import apply
from app.topology.edits.errors import EditError
from app.topology.edits.shapes import (
    EDITS_MAX,
    AddLink,
    AddLinked,
    AddNode,
    AddPeering,
    Batch,
    CanvasEdit,
    CompoundEdit,
    Coordinate,
    Duplicate,
    Edit,
    Id,
    InsertNode,
    MoveNode,
    Name,
    RawGroups,
    RawParameters,
    RemoveFrame,
    RemoveGroup,
    RemoveLink,
    RemoveNode,
    RemovePeering,
    RenameGroup,
    RenameNode,
    SetExpectations,
    SetFrame,
    SetGroups,
    SetLink,
    SetNode,
    Tidy,
)

__all__ = [
    "EDITS_MAX",
    "AddLink",
    "AddLinked",
    "AddNode",
    "AddPeering",
    "Batch",
    "CanvasEdit",
    "CompoundEdit",
    "Coordinate",
    "Duplicate",
    "Edit",
    "EditError",
    "Id",
    "InsertNode",
    "MoveNode",
    "Name",
    "RawGroups",
    "RawParameters",
    "RemoveFrame",
    "RemoveGroup",
    "RemoveLink",
    "RemoveNode",
    "RemovePeering",
    "RenameGroup",
    "RenameNode",
    "SetExpectations",
    "SetFrame",
    "SetGroups",
    "SetLink",
    "SetNode",
    "Tidy",
    "apply",
    "pasted",
]
