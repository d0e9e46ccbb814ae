"""Edits: every way to change a drawing, as plain data, each with its inverse.

``apply(topology, edit)`` is the only way from one Topology to the next.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from app.kinds import BY_NAME
from app.schema import LINK_PARAMETERS, Parameter, ParameterError, Text, Value
from app.topology.edit_shapes import (
    EDITS_MAX,
    AddLink,
    AddNode,
    AddPeering,
    Batch,
    Coordinate,
    Edit,
    EditError,
    Id,
    MoveNode,
    Name,
    RawGroups,
    RawParameters,
    RemoveLink,
    RemoveNode,
    RemovePeering,
    RenameNode,
    SetGroups,
    SetLink,
    SetNode,
)
from app.topology.groups import GroupError, check_groups, group_name
from app.topology.model import LINKS_MAX, NODES_MAX, PEERINGS_MAX, Link, Node, Topology

__all__ = [
    "EDITS_MAX",
    "AddLink",
    "AddNode",
    "AddPeering",
    "Batch",
    "Coordinate",
    "Edit",
    "EditError",
    "Id",
    "MoveNode",
    "Name",
    "RawGroups",
    "RawParameters",
    "RemoveLink",
    "RemoveNode",
    "RemovePeering",
    "RenameNode",
    "SetGroups",
    "SetLink",
    "SetNode",
    "apply",
    "check_parameters",
    "next_id",
]


def apply(topology: Topology, edit: Edit) -> tuple[Topology, Edit, Edit]:
    """The drawing after `edit`, the edit with its ids filled in, and the edit that undoes it.

    Raises EditError, naming the field, when the edit does not fit the drawing.
    """
    if isinstance(edit, Batch):
        done: list[Edit] = []
        undo: list[Edit] = []
        for position, part in enumerate(edit.edits):
            try:
                topology, resolved, inverse = apply(topology, part)
            except EditError as error:
                raise EditError(f"edits[{position}].{error.field}", error.text) from error
            done.append(resolved)
            undo.insert(0, inverse)
        return topology, Batch(edits=tuple(done)), Batch(edits=tuple(undo))
    return _APPLY[edit.type](topology, edit)


def check_parameters(
    parameters: tuple[Parameter, ...], raw: Mapping[str, object], prefix: str = "parameters"
) -> dict[str, Value]:
    """Parsed values for the `raw` ones. Raises EditError naming the first unknown or bad one."""
    known = {parameter.name: parameter for parameter in parameters}
    parsed: dict[str, Value] = {}
    for name, value in raw.items():
        if name not in known:
            raise EditError(
                f"{prefix}.{name}",
                Text("There is no such parameter.", "그런 매개변수는 없습니다."),
            )
        try:
            parsed[name] = known[name].parse(value)
        except ParameterError as error:
            raise EditError(f"{prefix}.{name}", error.text) from error
    return parsed


def _add_node(topology: Topology, edit: AddNode) -> tuple[Topology, Edit, Edit]:
    if edit.kind not in BY_NAME:
        raise EditError("kind", Text("There is no such kind.", "그런 종류는 없습니다."))
    if len(topology.graph) >= NODES_MAX:
        raise EditError(
            "nodes",
            Text(
                f"A drawing holds at most {NODES_MAX} nodes.",
                f"노드는 최대 {NODES_MAX}개까지 놓을 수 있습니다.",
            ),
        )
    spec = BY_NAME[edit.kind]
    preset = spec.preset(edit.preset)
    node_id = edit.id or next_id(spec.prefix, {node.id for node in topology.nodes})
    if topology.has_node(node_id):
        raise EditError("id", Text("This id is taken.", "이미 쓰이는 id입니다."))
    given = check_parameters(spec.parameters, edit.parameters)
    node = Node(
        node_id,
        edit.kind,
        edit.name or node_id,
        edit.x,
        edit.y,
        preset.name,
        {**spec.defaults(), **preset.parameters, **given},
        _placed(edit.kind, {}, edit.groups or {}),
    )
    resolved = edit.model_copy(
        update={
            "id": node.id,
            "name": node.name,
            "preset": node.preset,
            "parameters": dict(node.parameters),
            "groups": dict(node.groups) or None,
        }
    )
    after = Topology.of((*topology.nodes, node), topology.links, topology.peerings)
    return after, resolved, RemoveNode(node=node_id)


def _remove_node(topology: Topology, edit: RemoveNode) -> tuple[Topology, Edit, Edit]:
    node = _node(topology, edit.node)
    gone = topology.links_at(node.id)
    back = AddNode(
        id=node.id,
        kind=node.kind,
        preset=node.preset,
        name=node.name,
        x=node.x,
        y=node.y,
        parameters=dict(node.parameters),
        groups=dict(node.groups) or None,
    )
    links = [
        AddLink(id=k.id, source=k.source, target=k.target, parameters=dict(k.parameters))
        for k in gone
    ]
    after = Topology.of(
        (other for other in topology.nodes if other.id != node.id),
        (link for link in topology.links if link not in gone),
        topology.peerings,
    )
    return after, edit, Batch(edits=(back, *links))


def _move_node(topology: Topology, edit: MoveNode) -> tuple[Topology, Edit, Edit]:
    node = _node(topology, edit.node)
    after = _with_node(topology, replace(node, x=edit.x, y=edit.y))
    return after, edit, MoveNode(node=node.id, x=node.x, y=node.y)


def _rename_node(topology: Topology, edit: RenameNode) -> tuple[Topology, Edit, Edit]:
    node = _node(topology, edit.node)
    after = _with_node(topology, replace(node, name=edit.name))
    return after, edit, RenameNode(node=node.id, name=node.name)


def _set_node(topology: Topology, edit: SetNode) -> tuple[Topology, Edit, Edit]:
    node = _node(topology, edit.node)
    given = check_parameters(node.spec.parameters, edit.parameters)
    before = {name: node.parameters[name] for name in given}
    after = _with_node(topology, replace(node, parameters={**node.parameters, **given}))
    return (
        after,
        SetNode(node=node.id, parameters=given),
        SetNode(node=node.id, parameters=before),
    )


def _set_groups(topology: Topology, edit: SetGroups) -> tuple[Topology, Edit, Edit]:
    node = _node(topology, edit.node)
    groups = _placed(node.kind, node.groups, edit.groups)
    after = _with_node(topology, replace(node, groups=groups))
    now = {sort: groups.get(sort, "") for sort in edit.groups}
    before = {sort: node.groups.get(sort, "") for sort in edit.groups}
    return (
        after,
        SetGroups(node=node.id, groups=now),
        SetGroups(node=node.id, groups=before),
    )


def _placed(kind: str, before: Mapping[str, str], raw: Mapping[str, object]) -> dict[str, str]:
    """The groups of a node that is in those of `before` and told to be in the `raw` ones."""
    try:
        return check_groups({**before, **raw}, kind)
    except GroupError as error:
        raise EditError(f"groups.{error.sort}", error.text) from error


def _add_link(topology: Topology, edit: AddLink) -> tuple[Topology, Edit, Edit]:
    source = _node(topology, edit.source, "source")
    target = _node(topology, edit.target, "target")
    if target.kind not in source.spec.port.targets or source.id == target.id:
        raise EditError("target", _cannot_link(source))
    if topology.link_between(source.id, target.id) or (
        source.kind == target.kind and topology.link_between(target.id, source.id)
    ):
        raise EditError("target", Text("They are linked already.", "이미 연결되어 있습니다."))
    if len(topology.links) >= LINKS_MAX:
        raise EditError(
            "links",
            Text(
                f"A drawing holds at most {LINKS_MAX} links.",
                f"연결은 최대 {LINKS_MAX}개까지 그을 수 있습니다.",
            ),
        )
    taken = {link.id for link in topology.links}
    link_id = edit.id or next_id("link", taken)
    if link_id in taken:
        raise EditError("id", Text("This id is taken.", "이미 쓰이는 id입니다."))
    given = check_parameters(LINK_PARAMETERS, edit.parameters)
    defaults: dict[str, Value] = {"latency_ms": source.spec.port.latency_ms}
    link = Link(link_id, source.id, target.id, {**defaults, **given})
    resolved = edit.model_copy(update={"id": link_id, "parameters": dict(link.parameters)})
    after = _with_links(topology, (*topology.links, link))
    return after, resolved, RemoveLink(link=link_id)


def _remove_link(topology: Topology, edit: RemoveLink) -> tuple[Topology, Edit, Edit]:
    link = _link(topology, edit.link)
    after = _with_links(topology, (other for other in topology.links if other.id != link.id))
    back = AddLink(
        id=link.id, source=link.source, target=link.target, parameters=dict(link.parameters)
    )
    return after, edit, back


def _set_link(topology: Topology, edit: SetLink) -> tuple[Topology, Edit, Edit]:
    link = _link(topology, edit.link)
    given = check_parameters(LINK_PARAMETERS, edit.parameters)
    before = {name: link.parameters[name] for name in given}
    changed = replace(link, parameters={**link.parameters, **given})
    after = _with_links(
        topology, (changed if other.id == link.id else other for other in topology.links)
    )
    return (
        after,
        SetLink(link=link.id, parameters=given),
        SetLink(link=link.id, parameters=before),
    )


def _add_peering(topology: Topology, edit: AddPeering) -> tuple[Topology, Edit, Edit]:
    pair = _pair(edit)
    if not all(pair):
        raise EditError("networks", Text("Name two networks.", "네트워크 둘을 적으세요."))
    if pair[0] == pair[1]:
        raise EditError(
            "networks",
            Text("A network reaches itself anyway.", "자기 네트워크에는 이미 닿습니다."),
        )
    if pair in topology.peerings:
        raise EditError("networks", Text("They peer already.", "이미 피어링되어 있습니다."))
    if len(topology.peerings) >= PEERINGS_MAX:
        raise EditError(
            "networks",
            Text(
                f"A drawing holds at most {PEERINGS_MAX} peerings.",
                f"피어링은 최대 {PEERINGS_MAX}개까지 됩니다.",
            ),
        )
    after = replace(topology, peerings=tuple(sorted((*topology.peerings, pair))))
    return after, AddPeering(networks=pair), RemovePeering(networks=pair)


def _remove_peering(topology: Topology, edit: RemovePeering) -> tuple[Topology, Edit, Edit]:
    pair = _pair(edit)
    if pair not in topology.peerings:
        raise EditError("networks", Text("They do not peer.", "피어링되어 있지 않습니다."))
    after = replace(topology, peerings=tuple(one for one in topology.peerings if one != pair))
    return after, RemovePeering(networks=pair), AddPeering(networks=pair)


def _pair(edit: AddPeering | RemovePeering) -> tuple[str, str]:
    try:
        first, second = sorted(group_name("network", name) for name in edit.networks)
    except GroupError as error:
        raise EditError("networks", error.text) from error
    return first, second


_APPLY: dict[str, Callable[..., tuple[Topology, Edit, Edit]]] = {
    "add_node": _add_node,
    "remove_node": _remove_node,
    "move_node": _move_node,
    "rename_node": _rename_node,
    "set_node": _set_node,
    "set_groups": _set_groups,
    "add_link": _add_link,
    "remove_link": _remove_link,
    "set_link": _set_link,
    "add_peering": _add_peering,
    "remove_peering": _remove_peering,
}


def _node(topology: Topology, node_id: str, field: str = "node") -> Node:
    if not topology.has_node(node_id):
        raise EditError(
            field, Text(f"There is no node “{node_id}”.", f"“{node_id}” 노드가 없습니다.")
        )
    return topology.node(node_id)


def _link(topology: Topology, link_id: str) -> Link:
    try:
        return topology.link(link_id)
    except KeyError:
        raise EditError(
            "link", Text(f"There is no link “{link_id}”.", f"“{link_id}” 연결이 없습니다.")
        ) from None


def _with_node(topology: Topology, node: Node) -> Topology:
    return Topology.of(
        (node if other.id == node.id else other for other in topology.nodes),
        topology.links,
        topology.peerings,
    )


def _with_links(topology: Topology, links: Iterable[Link]) -> Topology:
    return Topology.of(topology.nodes, links, topology.peerings)


def next_id(prefix: str, taken: set[str]) -> str:
    """The id of something new: one more than the highest number in use, ``web-4``."""
    numbers = (
        int(match[1]) for one in taken if (match := re.fullmatch(rf"{prefix}-(\d{{1,9}})", one))
    )
    return f"{prefix}-{max(numbers, default=0) + 1}"


def _cannot_link(source: Node) -> Text:
    names = [BY_NAME[name].label for name in source.spec.port.targets]
    if not names:
        return Text(
            f"{source.spec.label.en} sends nothing on; draw the link towards it.",
            f"{source.spec.label.ko}에서 나가는 연결은 없습니다. 반대로 이으세요.",
        )
    return Text(
        f"{source.spec.label.en} links to: {', '.join(name.en for name in names)}.",
        f"{source.spec.label.ko}에서 이을 수 있는 대상: {', '.join(name.ko for name in names)}.",
    )
