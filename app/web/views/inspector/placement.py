"""The part of a node's form that says where it stands: its groups, its network's peers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count

from app.texts.languages import Language
from app.texts.text import Text
from app.topology.edits.apply import AddPeering, Edit, RemovePeering, SetGroups
from app.topology.groups import (
    GROUP_HELP,
    GROUP_LABELS,
    GroupError,
    group_name,
    names_in_use,
    sorts_for,
)
from app.topology.model import Topology
from app.topology.nodes import Node
from app.web.views.inspector.forms import FieldGroup, FieldView, text_field

PLACE_GROUP = "place"
PLACE = "place."
"""Prefix of the names of these fields: ``place.zone``."""
PEERS = "place.peers"

_PEERS_LABEL = Text("Peered networks")
_PEERS_HELP = Text(
    "One name a line: networks whose private addresses are reached from here, and the other way."
)
_ITSELF = Text("A network reaches itself anyway.")


_NONE = Text("None", context="place")
_NEW = Text("New: {name}")


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
        names = names_in_use(topology, sort)
        fields.append(replace(field, names=names, picks=_picks(sort, names, language)))
    if "network" in node.groups:
        value = "\n".join(topology.peers_of(node.groups["network"]))
        field = text_field(PEERS, _PEERS_LABEL, _PEERS_HELP, value, language, typed, errors)
        fields.append(replace(field, kind="lines"))
    return FieldGroup(PLACE_GROUP, fields)


def _picks(sort: str, names: list[str], language: Language) -> list[tuple[str, str]]:
    """Return the names of groups to pick from with their labels: none, each there is, a new one."""
    stem = sort.replace("_", "-")
    fresh = next(name for name in (f"{stem}-{number}" for number in count(1)) if name not in names)
    there = [(name, name) for name in names]
    return [("", _NONE.say(language)), *there, (fresh, _NEW.say(language, name=fresh))]


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
