"""The panel of several nodes: the settings that all of them have, and edits of them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.schema import Parameter, Value
from app.texts.languages import Language
from app.texts.text import Text
from app.topology.edits.apply import Edit
from app.topology.groups import GROUP_HELP, GROUP_LABELS, names_in_use, sorts_for
from app.topology.model import Topology
from app.topology.needs import met
from app.topology.nodes import Node
from app.topology.servers.machines import inherited
from app.web.views.inspector.forms import (
    ChoiceView,
    FieldGroup,
    FieldView,
    node_edits,
    parameter_field,
    text_field,
)
from app.web.views.inspector.placement import PLACE, PLACE_GROUP, place_edits

MIXED = Text("mixed")


@dataclass(frozen=True, slots=True)
class SelectionView:
    """Several nodes as the inspector shows them; `ids` with commas between, `faults` of any."""

    ids: str
    count: int
    names: str
    faults: list[str]
    groups: list[FieldGroup]


def selection_view(
    topology: Topology,
    nodes: Sequence[Node],
    language: Language,
    typed: Mapping[str, str],
    errors: Mapping[str, Text],
) -> SelectionView:
    """The head, faults and shared settings of several nodes."""
    groups: dict[str, list[FieldView]] = {}
    for parameter in _shared(topology, nodes):
        field = parameter_field(
            parameter, nodes[0].parameters[parameter.name], language, typed, errors
        )
        field = _mixed(field, nodes, _parameter(parameter.name), language, typed)
        groups.setdefault(parameter.group, []).append(field)
    for sort in _sorts(nodes):
        value = nodes[0].groups.get(sort, "")
        label, help_text = GROUP_LABELS[sort], GROUP_HELP[sort]
        field = text_field(PLACE + sort, label, help_text, value, language, typed, errors)
        field = replace(field, names=names_in_use(topology, sort))
        field = _mixed(field, nodes, _group(sort), language, typed)
        groups.setdefault(PLACE_GROUP, []).append(field)
    return SelectionView(
        ids=",".join(node.id for node in nodes),
        count=len(nodes),
        names=", ".join(node.name for node in nodes),
        faults=sorted({fault for node in nodes for fault in node.spec.faults}),
        groups=[FieldGroup(name, fields) for name, fields in groups.items()],
    )


def selection_edits(
    topology: Topology, nodes: Sequence[Node], typed: Mapping[str, str]
) -> tuple[list[Edit], dict[str, Text]]:
    """The edits of all the nodes that their form asks for, and what is wrong by field.

    A field that is empty because the nodes differ says nothing.
    """
    settings = {one.name: _parameter(one.name) for one in _shared(topology, nodes)}
    settings |= {PLACE + sort: _group(sort) for sort in _sorts(nodes)}
    asked = {
        name: text
        for name, text in typed.items()
        if name in settings and (text.strip() or not _differ(nodes, settings[name]))
    }
    edits: list[Edit] = []
    errors: dict[str, Text] = {}
    for node in nodes:
        for found, wrong in (node_edits(node, asked), place_edits(topology, node, asked)):
            edits += found
            errors |= wrong
    return edits, errors


def _shared(topology: Topology, nodes: Sequence[Node]) -> list[Parameter]:
    """The parameters that mean the same for every node, and matter for each."""
    return [
        parameter
        for parameter in nodes[0].spec.parameters
        if all(_matters(topology, node, parameter) for node in nodes)
    ]


def _matters(topology: Topology, node: Node, parameter: Parameter) -> bool:
    if parameter not in node.spec.parameters or parameter.columns:
        return False
    host = inherited(topology, node)
    if node.spec.need_of(parameter) not in met(topology, node):
        return False
    if parameter.name in host or (parameter.placed and parameter.placed not in node.groups):
        return False
    return node.spec.in_use(parameter, {**node.parameters, **host})


def _sorts(nodes: Sequence[Node]) -> list[str]:
    """The sorts of group that every node may be in."""
    return [s for s in GROUP_LABELS if all(s in sorts_for(node.kind) for node in nodes)]


def _parameter(name: str) -> Callable[[Node], Value]:
    return lambda node: node.parameters[name]


def _group(sort: str) -> Callable[[Node], Value]:
    return lambda node: node.groups.get(sort, "")


def _differ(nodes: Sequence[Node], value_of: Callable[[Node], Value]) -> bool:
    return len({value_of(node) for node in nodes}) > 1


def _mixed(
    field: FieldView,
    nodes: Sequence[Node],
    value_of: Callable[[Node], Value],
    language: Language,
    typed: Mapping[str, str],
) -> FieldView:
    """The field, empty and called mixed where the nodes differ and nothing was typed."""
    if field.name in typed or not _differ(nodes, value_of):
        return field
    mixed = MIXED.say(language)
    choices = [replace(choice, selected=False) for choice in field.choices]
    if field.kind == "choice":
        choices.insert(0, ChoiceView("", mixed, True))
    return replace(field, value="", hint=mixed, choices=choices)
