"""The part of a node's form that says where it stands: its groups, its network's peers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.schema import Language, Text
from app.topology.edits import AddPeering, Edit, RemovePeering, SetGroups
from app.topology.groups import GROUP_HELP, GROUP_LABELS, GroupError, group_name, sorts_for
from app.topology.model import Node, Topology
from app.web.forms import FieldGroup, FieldView, text_field

PLACE_GROUP = "place"
PLACE = "place."
"""What the names of these fields start with: ``place.zone``."""
PEERS = "place.peers"

_PEERS_LABEL = Text("Peered networks", "피어링된 사설망")
_PEERS_HELP = Text(
    "One name a line: networks whose private addresses are reached from here, and the other way.",
    "한 줄에 하나씩, 서로 사설 주소에 닿을 수 있는 네트워크의 이름입니다.",
)
_ITSELF = Text("A network reaches itself anyway.", "자기 네트워크에는 이미 닿습니다.")


def place_form(
    topology: Topology,
    node: Node,
    language: Language,
    typed: Mapping[str, str],
    errors: Mapping[str, Text],
) -> FieldGroup:
    """A field for each sort of group, offering the names in use, and the network's peers."""
    fields: list[FieldView] = []
    for sort in sorts_for(node.kind):
        label = GROUP_LABELS[sort]
        value, help_text = node.groups.get(sort, ""), GROUP_HELP[sort]
        field = text_field(PLACE + sort, label, help_text, value, language, typed, errors)
        fields.append(replace(field, names=sorted(topology.group_names(sort))))
    if "network" in node.groups:
        value = "\n".join(topology.peers_of(node.groups["network"]))
        field = text_field(PEERS, _PEERS_LABEL, _PEERS_HELP, value, language, typed, errors)
        fields.append(replace(field, kind="lines"))
    return FieldGroup(PLACE_GROUP, fields)


def place_edits(
    topology: Topology, node: Node, typed: Mapping[str, str]
) -> tuple[list[Edit], dict[str, Text]]:
    """The edits of its place that a node's form asks for, and what is wrong by field."""
    groups, errors = _placed(node, typed)
    edits: list[Edit] = [SetGroups(node=node.id, groups=groups)] if groups else []
    # What was typed below the name of one network says nothing about another.
    if PEERS in typed and "network" in node.groups and "network" not in groups:
        here = node.groups["network"]
        wanted, wrong = _peers(typed[PEERS])
        if here in wanted:
            wrong = _ITSELF
        if wrong:
            errors[PEERS] = wrong
        before = set(topology.peers_of(here))
        edits += [RemovePeering(networks=(here, name)) for name in sorted(before - wanted)]
        edits += [AddPeering(networks=(here, name)) for name in sorted(wanted - before)]
    return edits, errors


def _placed(node: Node, typed: Mapping[str, str]) -> tuple[dict[str, str], dict[str, Text]]:
    """The groups that differ from those a node is in, and what is wrong with the others."""
    changed: dict[str, str] = {}
    errors: dict[str, Text] = {}
    for sort in sorts_for(node.kind):
        if PLACE + sort not in typed:
            continue
        try:
            name = group_name(sort, typed[PLACE + sort])
        except GroupError as error:
            errors[PLACE + sort] = error.text
            continue
        if name != node.groups.get(sort, ""):
            changed[sort] = name
    return changed, errors


def _peers(text: str) -> tuple[set[str], Text | None]:
    try:
        names = (group_name("network", line) for line in text.splitlines())
        return {name for name in names if name}, None
    except GroupError as error:
        return set(), error.text
