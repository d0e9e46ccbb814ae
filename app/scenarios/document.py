"""The Scenario document: everything a run follows from, as JSON, strictly checked on the way in.

A document holds the drawing as it was at second 0 and the journal: what was done to it, and when.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    FailFast,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from app.actions import LOAD_MAX, SEED_MAX, AnyFault, Faults, LinkFault, Recorded, SetLoad
from app.expectations.limits import ROW_LENGTH_MAX, ROWS_MAX
from app.kinds import BY_NAME
from app.scenarios.canvas import FrameShape, canvas_edits, canvas_to_json
from app.scenarios.errors import DocumentError
from app.scenarios.limits import (
    DURATION_MAX_S,
    JOURNAL_EDITS_MAX,
    JOURNAL_MAX,
    SCENARIO_NAME_LENGTH_MAX,
    WORD_LENGTH_MAX,
)
from app.scenarios.migrate import VERSION, to_current
from app.scenarios.names import with_clean_names
from app.scenarios.strict_json import parse_json
from app.scenarios.validation_messages import first_error
from app.texts.text import Text, plural
from app.topology.canvas import FRAMES_MAX
from app.topology.edits.apply import (
    AddLink,
    AddNode,
    AddPeering,
    Batch,
    Coordinate,
    Edit,
    EditError,
    Id,
    Name,
    SetExpectations,
)
from app.topology.edits.draft import Draft
from app.topology.model import LINKS_MAX, NODES_MAX, PEERINGS_MAX, Topology
from app.topology.names import PATTERN, checked
from app.topology.nodes import Link, Node

__all__ = [
    "FORMAT",
    "VERSION",
    "DocumentError",
    "Scenario",
    "TimedAction",
    "parse_json",
    "scenario_from_json",
    "scenario_to_json",
]

FORMAT = "loadground"
ROWS: Final[tuple[Literal["targets", "expect"], ...]] = ("targets", "expect")
"""Lists of rows of expectations: of any run, and of the run that the journal makes."""

NANOSECONDS = 1_000_000_000
UNTIL_S = 60.0
_PAIR = 2

_RECORDED: TypeAdapter[Recorded] = TypeAdapter(Recorded)


@dataclass(frozen=True, slots=True)
class TimedAction:
    """An action and the simulated time at which it is carried out."""

    at_ns: int
    action: Recorded


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """A drawing, what drives it, and what happens to it.

    Two scenarios are the same when their documents are: compare `scenario_to_json`.
    """

    name: str
    topology: Topology
    seed: int = 1
    load: float = 1.0
    until_s: float = UNTIL_S
    journal: tuple[TimedAction, ...] = ()


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _NodeShape(_Shape):
    id: Id
    kind: Annotated[str, Field(max_length=WORD_LENGTH_MAX)]
    preset: Annotated[str, Field(max_length=WORD_LENGTH_MAX)] = ""
    name: Name | None = None
    x: Coordinate = 0.0
    y: Coordinate = 0.0
    parameters: dict[str, Any] = Field(default_factory=dict)
    groups: dict[str, Any] = Field(default_factory=dict)


class _LinkShape(_Shape):
    id: Id
    source: Id
    target: Id
    parameters: dict[str, Any] = Field(default_factory=dict)


class _EntryShape(_Shape):
    at_s: Annotated[float, Field(ge=0.0, le=DURATION_MAX_S, allow_inf_nan=False)]
    action: dict[str, Any]


_Rows = Annotated[
    list[Annotated[str, Field(max_length=ROW_LENGTH_MAX)]], Field(max_length=ROWS_MAX)
]


class _DocumentShape(_Shape):
    format: Literal["loadground"]
    version: int
    name: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=SCENARIO_NAME_LENGTH_MAX),
        AfterValidator(checked),
        Field(json_schema_extra={"pattern": PATTERN}),
    ]
    seed: Annotated[int, Field(ge=0, le=SEED_MAX)] = 1
    load: Annotated[float, Field(ge=0.0, le=LOAD_MAX, allow_inf_nan=False)] = 1.0
    until_s: Annotated[float, Field(gt=0.0, le=DURATION_MAX_S, allow_inf_nan=False)] = UNTIL_S
    peerings: Annotated[list[list[Any]], Field(max_length=PEERINGS_MAX)] = Field(
        default_factory=list
    )
    targets: _Rows = Field(default_factory=list)
    expect: _Rows = Field(default_factory=list)
    frames: Annotated[list[FrameShape], Field(max_length=FRAMES_MAX), FailFast()] = Field(
        default_factory=list
    )
    nodes: Annotated[list[_NodeShape], Field(max_length=NODES_MAX), FailFast()]
    links: Annotated[list[_LinkShape], Field(max_length=LINKS_MAX), FailFast()]
    journal: Annotated[list[_EntryShape], Field(max_length=JOURNAL_MAX), FailFast()] = Field(
        default_factory=list
    )


def document_json_schema() -> dict[str, Any]:
    """Return the shape of a document as pydantic describes it; kinds and actions are open in it."""
    return _DocumentShape.model_json_schema()


def scenario_to_json(scenario: Scenario) -> dict[str, object]:
    """The whole document as JSON values, keys in a fixed order, defaults written out."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": scenario.name,
        "seed": scenario.seed,
        "load": _short(scenario.load),
        "until_s": _short(scenario.until_s),
        **_peerings_to_json(scenario.topology),
        **{of: list(rows) for of in ROWS if (rows := scenario.topology.rows.get(of))},
        **_short(canvas_to_json(scenario.topology.canvas)),
        "nodes": [_node_to_json(node) for node in scenario.topology.nodes],
        "links": [_link_to_json(link) for link in scenario.topology.links],
        "journal": [
            {
                "at_s": _short(timed.at_ns / NANOSECONDS),
                "action": _short(timed.action.model_dump(mode="json", exclude_none=True)),
            }
            for timed in scenario.journal
        ],
    }


def scenario_from_json(data: object) -> Scenario:
    """The scenario that a document describes, of any version up to the present one.

    Raises DocumentError with the path of the first field that is wrong.
    """
    if not isinstance(data, dict):
        raise DocumentError("", Text("The document is not an object."))
    if data.get("format") != FORMAT:
        raise DocumentError(
            "format",
            Text("This is not a Loadground document."),
        )
    data = with_clean_names(to_current(data))
    try:
        shape = _DocumentShape.model_validate(data)
    except ValidationError as error:
        raise first_error(error, data) from None
    draft = _drawing(shape)
    topology = draft.topology()
    return Scenario(
        name=shape.name,
        topology=topology,
        seed=shape.seed,
        load=shape.load,
        until_s=shape.until_s,
        journal=_journal(shape.journal, draft),
    )


def _node_to_json(node: Node) -> dict[str, object]:
    # Groups only where there are any: a drawing without them is written as ever.
    groups = {"groups": dict(node.groups)} if node.groups else {}
    return {
        "id": node.id,
        "kind": node.kind,
        "preset": node.preset,
        "name": node.name,
        "x": _short(node.x),
        "y": _short(node.y),
        "parameters": _short(dict(node.parameters)),
        **groups,
    }


def _peerings_to_json(topology: Topology) -> dict[str, object]:
    """Return the peerings as JSON where there are any: a drawing without them is written as
    ever.
    """
    pairs = [list(pair) for pair in topology.peerings]
    return {"peerings": pairs} if pairs else {}


def _link_to_json(link: Link) -> dict[str, object]:
    return {
        "id": link.id,
        "source": link.source,
        "target": link.target,
        "parameters": _short(dict(link.parameters)),
    }


def _short(value: Any) -> Any:
    """`value` with whole numbers written as such: 8 instead of 8.0."""
    if isinstance(value, dict):
        return {key: _short(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_short(child) for child in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _drawing(shape: _DocumentShape) -> Draft:
    draft = Draft()
    for position, node in enumerate(shape.nodes):
        _check_preset(node, f"nodes[{position}]")
        add_node = AddNode.model_construct(
            id=node.id,
            kind=node.kind,
            preset=node.preset,
            name=node.name,
            x=node.x,
            y=node.y,
            parameters=node.parameters,
            groups=node.groups,
        )
        _apply(draft, add_node, f"nodes[{position}]")
    for position, link in enumerate(shape.links):
        add_link = AddLink.model_construct(
            id=link.id, source=link.source, target=link.target, parameters=link.parameters
        )
        _apply(draft, add_link, f"links[{position}]")
    for of in ROWS:
        if rows := getattr(shape, of):
            _expect(draft, of, rows)
    for position, networks in enumerate(shape.peerings):
        field = f"peerings[{position}]"
        if len(networks) != _PAIR:
            raise DocumentError(field, Text("Name two networks."))
        edit = AddPeering.model_construct(networks=(networks[0], networks[1]))
        try:
            draft.apply(edit)
        except EditError as error:
            raise DocumentError(field, error.text) from None
    for place, drawn in canvas_edits(shape.frames):
        _apply(draft, drawn, place)
    return draft


def _expect(draft: Draft, of: Literal["targets", "expect"], rows: list[str]) -> None:
    try:
        draft.apply(SetExpectations.model_construct(of=of, rows=tuple(rows)))
    except EditError as error:
        raise DocumentError(f"{of}{error.field.removeprefix('rows')}", error.text) from None


def _journal(entries: list[_EntryShape], draft: Draft) -> tuple[TimedAction, ...]:
    """The journal, carried out on `draft` to see that every action finds what it is about."""
    journal: list[TimedAction] = []
    edits = 0
    for position, entry in enumerate(entries):
        field = f"journal[{position}]"
        at_ns = round(entry.at_s * NANOSECONDS)
        if journal and at_ns < journal[-1].at_ns:
            raise DocumentError(
                f"{field}.at_s",
                Text("This is before the entry above it."),
            )
        action = _action(entry.action, f"{field}.action")
        if isinstance(action, AnyFault):
            if gone := missing(draft, action):
                raise DocumentError(f"{field}.action.{gone[0]}", gone[1])
        elif not isinstance(action, SetLoad):
            edits += _named(action, f"{field}.action")
            if edits > JOURNAL_EDITS_MAX:
                raise DocumentError(
                    "journal",
                    plural(
                        "A journal holds at most {count} edit.",
                        "A journal holds at most {count} edits.",
                        count=JOURNAL_EDITS_MAX,
                    ),
                )
            action = _apply(draft, action, f"{field}.action")
        journal.append(TimedAction(at_ns, action))
    return tuple(journal)


def missing(draft: Draft, fault: AnyFault) -> tuple[str, Text] | None:
    """Return the field and words for the thing a fault is about that is not on a drawing; None if
    all is there.

    A group is nothing but its name, so one is always there, if need be with nobody in it.
    """
    if isinstance(fault, Faults):
        found = (missing(draft, one) for one in fault.faults)
        places = ((f"faults[{place}].{one[0]}", one[1]) for place, one in enumerate(found) if one)
        return next(places, None)
    if isinstance(fault, LinkFault):
        if fault.link is None or draft.has_link(fault.link):
            return None
        return "link", Text("There is no link “{link}” at that time.", link=fault.link)
    if fault.node is None or draft.has_node(fault.node):
        return None
    return "node", Text("There is no node “{node}” at that time.", node=fault.node)


def _action(data: dict[str, Any], field: str) -> Recorded:
    try:
        # From text, because only there a list may stand for a tuple while true is still no number.
        action: Recorded = _RECORDED.validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        raise first_error(error, data).within(field) from None
    return action


def _named(edit: Edit, field: str) -> int:
    """Count the edits that `edit` consists of.

    Raises DocumentError where one adds something without an id: what a later action means by an
    id must not depend on how this version happens to choose ids.
    """
    if isinstance(edit, Batch):
        return sum(_named(part, f"{field}.edits[{i}]") for i, part in enumerate(edit.edits))
    if isinstance(edit, AddNode | AddLink) and edit.id is None:
        raise DocumentError(f"{field}.id", Text("This is missing."))
    if isinstance(edit, AddNode):
        _check_preset(edit, field)
    return 1


def _check_preset(node: _NodeShape | AddNode, field: str) -> None:
    """Refuse a preset that is not there: its parameters would be somebody else's."""
    kind = BY_NAME.get(node.kind)
    if kind and node.preset and node.preset not in {preset.name for preset in kind.presets}:
        raise DocumentError(f"{field}.preset", Text("There is no such preset."))


def _apply(draft: Draft, edit: Edit, field: str) -> Edit:
    try:
        return draft.apply(edit)
    except EditError as error:
        raise DocumentError(f"{field}.{error.field}", error.text) from None
