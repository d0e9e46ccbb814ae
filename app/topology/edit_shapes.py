"""Edits as plain data: every way to change a drawing, as it stands in journals and documents.

What they do to a drawing: `app.topology.edits`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.schema import Text
from app.topology.model import ID_PATTERN, NAME_LENGTH_MAX, POSITION_MAX

EDITS_MAX = 1000
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LENGTH_MAX)
]
Coordinate = Annotated[float, Field(ge=-POSITION_MAX, le=POSITION_MAX, allow_inf_nan=False)]
RawGroups = Annotated[dict[str, str], Field(max_length=16)]
RawParameters = Annotated[dict[str, float | int | str], Field(max_length=64)]


class EditError(ValueError):
    """An edit that cannot be applied. `field` names what is wrong, `text` says why."""

    def __init__(self, field: str, text: Text) -> None:
        super().__init__(f"{field}: {text.en}")
        self.field = field
        self.text = text


class _Plain(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AddNode(_Plain):
    """Put a node on the drawing. Without an id, one is chosen; without a name, the id is it."""

    type: Literal["add_node"] = "add_node"
    kind: str
    preset: str = ""
    id: Id | None = None
    name: Name | None = None
    x: Coordinate = 0.0
    y: Coordinate = 0.0
    parameters: RawParameters = Field(default_factory=dict)
    groups: RawGroups | None = None


class RemoveNode(_Plain):
    """Take a node and its links off the drawing."""

    type: Literal["remove_node"] = "remove_node"
    node: Id


class MoveNode(_Plain):
    """Put a node somewhere else on the drawing; the run does not notice."""

    type: Literal["move_node"] = "move_node"
    node: Id
    x: Coordinate
    y: Coordinate


class RenameNode(_Plain):
    """Give a node another name; its id stays."""

    type: Literal["rename_node"] = "rename_node"
    node: Id
    name: Name


class SetNode(_Plain):
    """Set some parameters of a node; the others stay."""

    type: Literal["set_node"] = "set_node"
    node: Id
    parameters: RawParameters


class SetGroups(_Plain):
    """Say which groups a node is in, by sort; "" takes it out, other sorts stay."""

    type: Literal["set_groups"] = "set_groups"
    node: Id
    groups: RawGroups


class AddLink(_Plain):
    """Connect two nodes."""

    type: Literal["add_link"] = "add_link"
    source: Id
    target: Id
    id: Id | None = None
    parameters: RawParameters = Field(default_factory=dict)


class RemoveLink(_Plain):
    """Disconnect two nodes."""

    type: Literal["remove_link"] = "remove_link"
    link: Id


class SetLink(_Plain):
    """Set some parameters of a link; the others stay."""

    type: Literal["set_link"] = "set_link"
    link: Id
    parameters: RawParameters


class AddPeering(_Plain):
    """Let the nodes of two private networks reach each other's private addresses."""

    type: Literal["add_peering"] = "add_peering"
    networks: tuple[Name, Name]


class RemovePeering(_Plain):
    """Part two private networks that peer."""

    type: Literal["remove_peering"] = "remove_peering"
    networks: tuple[Name, Name]


class Batch(_Plain):
    """Several edits as one: all or none, one entry in the journal, one undo."""

    type: Literal["batch"] = "batch"
    edits: Annotated[tuple[Edit, ...], Field(min_length=1, max_length=EDITS_MAX)]


Edit = Annotated[
    AddNode
    | RemoveNode
    | MoveNode
    | RenameNode
    | SetNode
    | SetGroups
    | AddLink
    | RemoveLink
    | SetLink
    | AddPeering
    | RemovePeering
    | Batch,
    Field(discriminator="type"),
]
Batch.model_rebuild()
