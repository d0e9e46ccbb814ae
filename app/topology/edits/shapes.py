"""Edits as plain data: every way to change a drawing, as it stands in journals and documents.

Their effect on a drawing: `app.topology.edits.draft`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    FailFast,
    Field,
    StrictFloat,
    StrictInt,
    StringConstraints,
)

from app.expectations.limits import ROW_LENGTH_MAX, ROWS_MAX
from app.topology.canvas import FRAME_SIDE_MAX, FRAME_SIDE_MIN, Frame, FrameSort
from app.topology.model import ID_PATTERN, NAME_LENGTH_MAX, NODES_MAX, POSITION_MAX
from app.topology.names import PATTERN, checked
from app.topology.nodes import Link, Node

EDITS_MAX = 1000
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LENGTH_MAX),
    AfterValidator(checked),
    Field(json_schema_extra={"pattern": PATTERN}),
]
Coordinate = Annotated[
    float, Field(ge=-POSITION_MAX, le=POSITION_MAX, allow_inf_nan=False, strict=True)
]
Side = Annotated[
    float, Field(ge=FRAME_SIDE_MIN, le=FRAME_SIDE_MAX, allow_inf_nan=False, strict=True)
]
GroupName = Annotated[Name, AfterValidator(lambda name: " ".join(name.split()))]
"""The name of a group that is there, or is to be, as nodes say it."""
RawGroups = Annotated[dict[str, str], Field(max_length=16)]
RawParameters = Annotated[dict[str, StrictFloat | StrictInt | str], Field(max_length=256)]
Before = Annotated[tuple[Id, ...], Field(max_length=16)] | None
"""Ids of things that one stands before: the first of them that the drawing knows decides. None of
them (an empty list) means last; nothing said means where the id stood before it was removed, or
last.
"""


class _Plain(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AddNode(_Plain):
    """Put a node on the drawing. Without an id, one is chosen; without a name, the id is it.

    `before` names nodes, the order of which counts: the first one on a machine says its size.
    """

    type: Literal["add_node"] = "add_node"
    kind: str
    preset: str = ""
    id: Id | None = None
    name: Name | None = None
    x: Coordinate = 0.0
    y: Coordinate = 0.0
    parameters: RawParameters = Field(default_factory=dict)
    groups: RawGroups | None = None
    before: Before = None

    @classmethod
    def of(cls, node: Node, before: Before) -> AddNode:
        """The edit that puts this node on a drawing."""
        return cls(
            id=node.id,
            kind=node.kind,
            preset=node.preset,
            name=node.name,
            x=node.x,
            y=node.y,
            parameters=dict(node.parameters),
            groups=dict(node.groups) or None,
            before=before,
        )


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
    """Connect two nodes; `before` is about the links of the same source."""

    type: Literal["add_link"] = "add_link"
    source: Id
    target: Id
    id: Id | None = None
    parameters: RawParameters = Field(default_factory=dict)
    before: Before = None

    @classmethod
    def of(cls, link: Link, before: Before) -> AddLink:
        """The edit that puts this link on a drawing."""
        parameters, ends = dict(link.parameters), {"source": link.source, "target": link.target}
        return cls(id=link.id, parameters=parameters, before=before, **ends)


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


class SetExpectations(_Plain):
    """Say all that must hold: of any run (targets), or of the run that the journal makes (expect).

    Each row is a sentence such as ``availability >= 99.9 %``.
    """

    type: Literal["set_expectations"] = "set_expectations"
    of: Literal["targets", "expect"]
    rows: Annotated[
        tuple[Annotated[str, Field(max_length=ROW_LENGTH_MAX)], ...], Field(max_length=ROWS_MAX)
    ]


class CanvasEdit(_Plain):
    """A change of what stands on the drawing beside nodes and links; the run does not notice."""


class SetFrame(CanvasEdit):
    """Draw a group as a frame at this place, in this size, also while nobody is in it."""

    type: Literal["set_frame"] = "set_frame"
    sort: FrameSort
    name: GroupName
    x: Coordinate
    y: Coordinate
    w: Side
    h: Side

    @classmethod
    def of(cls, frame: Frame) -> SetFrame:
        """The edit that draws this frame."""
        return cls(sort=frame.sort, name=frame.name, x=frame.x, y=frame.y, w=frame.w, h=frame.h)


class RemoveFrame(CanvasEdit):
    """Draw a group by its members alone; they stay in it."""

    type: Literal["remove_frame"] = "remove_frame"
    sort: FrameSort
    name: GroupName


class CompoundEdit(_Plain):
    """One act of a person that comes to several edits: it becomes a Batch with its `sense`."""


class InsertNode(CompoundEdit):
    """Put a new node into a link, between its ends; without a free place, what follows makes room.

    The new link from the old source takes the old one's parameters over; so does the other one,
    where new links of both kinds begin alike.
    """

    type: Literal["insert_node"] = "insert_node"
    link: Id
    kind: str
    preset: str = ""
    x: Coordinate | None = None
    y: Coordinate | None = None


class AddLinked(CompoundEdit):
    """Put a new node on the drawing and link a node to it; where that does not fit, it to the node.

    Without a place it stands beside the node.
    """

    type: Literal["add_linked"] = "add_linked"
    node: Id
    kind: str
    preset: str = ""
    groups: RawGroups | None = None
    x: Coordinate | None = None
    y: Coordinate | None = None


class Duplicate(CompoundEdit):
    """Copy nodes with their links, so far away from where they are; copies are linked as they are,
    with each other and with the rest.
    """

    type: Literal["duplicate"] = "duplicate"
    nodes: Annotated[tuple[Id, ...], Field(min_length=1, max_length=NODES_MAX)]
    dx: Coordinate = 0.0
    dy: Coordinate = 120.0


class RenameGroup(CompoundEdit):
    """Give a group another name: to its members, its frame and its peerings."""

    type: Literal["rename_group"] = "rename_group"
    sort: FrameSort
    name: GroupName
    to: GroupName


class RemoveGroup(CompoundEdit):
    """Take every member out of a group, and its frame off the drawing."""

    type: Literal["remove_group"] = "remove_group"
    sort: FrameSort
    name: GroupName


class Tidy(CompoundEdit):
    """Lay all nodes out in layers, from left to right in the order in which requests meet them."""

    type: Literal["tidy"] = "tidy"


class Batch(_Plain):
    """Several edits as one: all or none, one entry in the journal, one undo.

    `sense` says what a person did, if they are the edits of one act.
    """

    type: Literal["batch"] = "batch"
    sense: Literal["insert", "link", "duplicate", "paste", "group", "rename"] | None = None
    edits: Annotated[tuple[Edit, ...], Field(min_length=1, max_length=EDITS_MAX), FailFast()]


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
    | SetExpectations
    | SetFrame
    | RemoveFrame
    | RenameGroup
    | RemoveGroup
    | InsertNode
    | AddLinked
    | Duplicate
    | Tidy
    | Batch,
    Field(discriminator="type"),
]
Batch.model_rebuild()

Change = tuple[Edit, Edit]
"""An edit with everything filled in, and the edit that takes it back."""
