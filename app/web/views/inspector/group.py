"""The panel of a group: its members, what can break all of them at once, and its machine."""

from __future__ import annotations

from dataclasses import dataclass

from app.actions import GroupOf
from app.kinds.machine_sizes import GIGABYTES
from app.texts.languages import Language
from app.texts.text import Text, plural
from app.topology.canvas import FRAME_SORTS
from app.topology.groups import GROUP_HELP, GROUP_LABELS
from app.topology.model import Topology
from app.topology.servers.cost import price_of
from app.topology.servers.machines import beside, cores_of, memory_bytes
from app.web.views.drawing import icon_of

_FAILING = frozenset(GroupOf.model_json_schema()["properties"]["sort"]["enum"])
_CORES = plural("{count} core", "{count} cores")
_MEMORY = Text("{gb} GB of memory")
_A_MONTH = Text("{usd} USD a month")


@dataclass(frozen=True, slots=True)
class MemberView:
    """A node that is in a group."""

    id: str
    name: str
    kind: str
    icon: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group as the inspector shows it; `id` is "zone:a", `about` the size and price of a machine.

    `faults` are those that any member can have, none for a sort that does not fail as one.
    """

    id: str
    sort: str
    name: str
    label: str
    help: str
    members: list[MemberView]
    faults: list[str]
    about: str


def group_view(topology: Topology, wanted: str, language: Language) -> GroupView | None:
    """The view of the group that "zone:a" names; None where there is no such group."""
    sort, _, name = wanted.partition(":")
    nodes = topology.in_group(sort, name)
    if sort not in GROUP_LABELS or not (nodes or topology.canvas.frame(sort, name)):
        return None
    faults = {fault for node in nodes for fault in node.spec.faults}
    return GroupView(
        id=wanted,
        sort=sort,
        name=name,
        label=GROUP_LABELS[sort].say(language),
        help=GROUP_HELP[sort].say(language),
        members=[
            MemberView(one.id, one.name, one.spec.label.say(language), icon_of(one))
            for one in nodes
        ],
        faults=sorted(faults) if sort in _FAILING else [],
        about=_machine(topology, name, language) if sort == FRAME_SORTS[0] else "",
    )


def _machine(topology: Topology, name: str, language: Language) -> str:
    stations = [one for one in topology.in_group(FRAME_SORTS[0], name) if one.spec.is_station]
    if not stations:
        return ""
    nodes = beside(topology, stations[0])
    cores, memory = cores_of(nodes[0]), memory_bytes(nodes[0])
    parts = [_CORES.given(count=cores).say(language)]
    if memory:
        parts.append(_MEMORY.say(language, gb=round(memory / GIGABYTES.scale)))
    parts.append(_A_MONTH.say(language, usd=round(price_of(nodes))))
    return ", ".join(parts)
