"""The timeline: what people did and what the system did about it, as rows in time order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.actions import AnyFault, Recorded, SetLoad
from app.engine.incident import CATALOGUE, Incident
from app.schema import LANGUAGES, LINK_PARAMETERS, Parameter, Text, Value, plain
from app.session.fault_words import Topologies, Words, fault_words, name_of
from app.session.situation import Change, moved_nodes
from app.topology.edits import (
    AddLink,
    AddNode,
    AddPeering,
    Batch,
    Edit,
    RemoveLink,
    RemoveNode,
    RemovePeering,
    RenameNode,
    SetGroups,
    SetLink,
    SetNode,
)
from app.topology.fleets import number_of, owner_of
from app.topology.groups import GROUP_LABELS
from app.topology.model import Topology

YOU, SCRIPT = "you", "script"
"""Who an action came from: somebody at the page, or the scenario's own journal."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the timeline; `severity` names a glyph, `node` and `name` what it is about.

    `number` is the place of an incident among those of the run, 0 for what is none.
    """

    id: str
    at_ns: int
    severity: str
    node: str
    name: str
    text: Text
    who: str = ""
    number: int = 0


def change_words(change: Change) -> Words:
    """What a row says about a change."""
    action = change.action
    topologies = (change.before.topology, change.after.topology)
    if moved := sorted(moved_nodes(action)):
        names = ", ".join(name_of(topologies, node) for node in moved[:3])
        return Words("neutral", moved[0], Text(f"{names} moved", f"{names} 이동됨"), quiet=True)
    if isinstance(action, AnyFault):
        return fault_words(action, topologies)
    if isinstance(action, SetLoad):
        dial = f"×{plain(change.before.load)} → ×{plain(change.after.load)}"
        return Words("neutral", "", Text(f"Load {dial}", f"부하 {dial}"))
    return Words("neutral", _subject(action), _edit_text(action, topologies))


def skipped_words(action: Recorded, why: Text) -> Words:
    """What a row says when the scenario's own journal holds something that no longer fits."""
    name = action.type.replace("_", " ")
    return Words(
        "neutral",
        "",
        Text(
            f"The scenario's “{name}” was skipped. {why.en}",
            f"시나리오의 “{name}”을(를) 건너뛰었습니다. {why.ko}",
        ),
    )


def branch_words(now_ns: int) -> Words:
    """What a row says where somebody did something in the past."""
    at = f"{now_ns / 1e9:.1f}"
    return Words("neutral", "", Text(f"Branch from {at} s", f"{at}초에서 분기"))


def incident_words(incident: Incident, topology: Topology) -> Words:
    """What a row says about something the system did or suffered."""
    kind = CATALOGUE[incident.code]

    def name(node_id: str) -> str:
        drawn = owner_of(node_id)
        known = topology.node(drawn).name if topology.has_node(drawn) else drawn
        return known if drawn == node_id else f"{known} #{number_of(node_id)}"

    values = {
        "node": name(incident.node),
        "other": name(incident.other),
        "value": _round(incident.value),
    }
    said = [kind.text.say(language, **values) for language in LANGUAGES]
    return Words(kind.severity, owner_of(incident.node), Text(*said))


def _round(value: float) -> str:
    return plain(float(f"{value:.4g}"))


def _subject(edit: Edit) -> str:
    if isinstance(edit, Batch):
        return _subject(edit.edits[0])
    if isinstance(edit, AddNode):
        return edit.id or ""
    if isinstance(edit, AddLink):
        return edit.source
    return getattr(edit, "node", "")


def _edit_text(edit: Edit, topologies: Topologies) -> Text:
    if isinstance(edit, Batch):
        first = _edit_text(edit.edits[0], topologies)
        more = len(edit.edits) - 1
        return Text(f"{first.en}, and {more} more", f"{first.ko} 외 {more}건") if more else first
    write = _WRITE.get(edit.type)
    return write(edit, topologies) if write else Text(edit.type, edit.type)


def _added(edit: AddNode, _: Topologies) -> Text:
    return Text(f"{edit.name} added", f"{edit.name} 추가됨")


def _removed(edit: RemoveNode, topologies: Topologies) -> Text:
    name = name_of(topologies, edit.node)
    return Text(f"{name} removed", f"{name} 삭제됨")


def _renamed(edit: RenameNode, topologies: Topologies) -> Text:
    name = name_of(topologies, edit.node)
    return Text(f"{name} is now called {edit.name}", f"{name} → {edit.name} 이름 변경됨")


def _set_node(edit: SetNode, topologies: Topologies) -> Text:
    name = name_of(topologies, edit.node)
    nodes = [one.node(edit.node) for one in topologies if one.has_node(edit.node)]
    if not nodes:
        return Text(name, name)
    return _settings(name, nodes[0].spec.parameters, nodes[0].parameters, edit.parameters)


def _set_groups(edit: SetGroups, topologies: Topologies) -> Text:
    name = name_of(topologies, edit.node)
    before = topologies[0].node(edit.node).groups if topologies[0].has_node(edit.node) else {}
    none = Text("none", "없음")

    def parts(language: Any) -> str:
        return ", ".join(
            f"{GROUP_LABELS[sort].say(language)} {before.get(sort) or none.say(language)} → "
            f"{after or none.say(language)}"
            for sort, after in edit.groups.items()
        )

    return Text(f"{name}: {parts('en')}", f"{name}: {parts('ko')}")


def _set_link(edit: SetLink, topologies: Topologies) -> Text:
    links = [link for one in topologies for link in one.links if link.id == edit.link]
    if not links:
        return Text(edit.link, edit.link)
    name = f"{name_of(topologies, links[0].source)} → {name_of(topologies, links[0].target)}"
    return _settings(name, LINK_PARAMETERS, links[0].parameters, edit.parameters)


def _linked(edit: AddLink, topologies: Topologies) -> Text:
    ends = f"{name_of(topologies, edit.source)} → {name_of(topologies, edit.target)}"
    return Text(f"{ends} linked", f"{ends} 연결됨")


def _unlinked(edit: RemoveLink, topologies: Topologies) -> Text:
    for link in (link for one in topologies for link in one.links if link.id == edit.link):
        ends = f"{name_of(topologies, link.source)} → {name_of(topologies, link.target)}"
        return Text(f"{ends} unlinked", f"{ends} 연결 해제됨")
    return Text(f"{edit.link} removed", f"{edit.link} 삭제됨")


def _peered(edit: AddPeering, _: Topologies) -> Text:
    one, other = edit.networks
    return Text(f"{one} and {other} peer", f"{one} ↔ {other} 피어링됨")


def _parted(edit: RemovePeering, _: Topologies) -> Text:
    one, other = edit.networks
    return Text(f"{one} and {other} no longer peer", f"{one} ↔ {other} 피어링 해제됨")


_WRITE: dict[str, Callable[[Any, Topologies], Text]] = {
    "add_node": _added,
    "remove_node": _removed,
    "rename_node": _renamed,
    "set_node": _set_node,
    "set_groups": _set_groups,
    "add_link": _linked,
    "remove_link": _unlinked,
    "set_link": _set_link,
    "add_peering": _peered,
    "remove_peering": _parted,
}


def _settings(
    name: str,
    parameters: tuple[Parameter, ...],
    before: Mapping[str, Value],
    after: Mapping[str, Value],
) -> Text:
    """``web-1: Cores 4 cores → 8 cores``, for the parameters that really changed."""
    known = {parameter.name: parameter for parameter in parameters}
    changed = {
        key: value for key, value in after.items() if key in known and before.get(key) != value
    } or {key: value for key, value in after.items() if key in known}

    def parts(language: Any) -> str:
        return ", ".join(
            f"{known[key].label.say(language)} {known[key].show(before[key], language)} → "
            f"{known[key].show(value, language)}"
            for key, value in changed.items()
            if key in before
        )

    return Text(f"{name}: {parts('en')}", f"{name}: {parts('ko')}")
