"""Compound edits: the plain edits that each comes to on a given drawing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import singledispatch

from app.kinds import BY_NAME
from app.schema import Kind
from app.texts.text import Text
from app.topology.edits.errors import EditError, cannot_link
from app.topology.edits.places import (
    APART,
    CARD_HEIGHT,
    CARD_WIDTH,
    GAP,
    beside,
    bounded,
    free_offset,
    free_place,
    room_between,
)
from app.topology.edits.shapes import (
    AddLink,
    AddLinked,
    AddNode,
    AddPeering,
    Batch,
    CompoundEdit,
    Duplicate,
    Edit,
    InsertNode,
    MoveNode,
    RemoveFrame,
    RemoveGroup,
    RemoveLink,
    RemovePeering,
    RenameGroup,
    SetFrame,
    SetGroups,
    Tidy,
)
from app.topology.edits.tidy import tidy_places
from app.topology.model import NAME_LENGTH_MAX, Topology
from app.topology.nodes import Link, Node


@singledispatch
def batch_of(edit: CompoundEdit, _: Topology) -> Batch:
    """The edits that `edit` comes to on a drawing. Raises EditError, naming the field."""
    raise TypeError(f"an edit that comes to nothing: {edit!r}")


@batch_of.register
def _insert(edit: InsertNode, topology: Topology) -> Batch:
    if not topology.has_link(edit.link):
        raise EditError("link", Text("There is no link “{link}”.", link=edit.link))
    link, spec = topology.link(edit.link), _kind(edit.kind)
    source, target = topology.node(link.source), topology.node(link.target)
    for before, after in ((source.spec, spec), (spec, target.spec)):
        if not before.may_link_to(after):
            raise EditError("kind", cannot_link(before))
    x, y, moves = room_between(topology, source, target, edit.x, edit.y)
    new = AddNode(
        kind=edit.kind,
        preset=edit.preset,
        id=next_id(spec.prefix, (node.id for node in topology.nodes)),
        x=x,
        y=y,
        before=(),
    )
    # Links of the internet are slower than those of a data centre: only like takes over from like.
    alike = spec.port.latency_ms == source.spec.port.latency_ms
    edits: list[Edit] = [new, RemoveLink(link=link.id)]
    ends = ((source.id, str(new.id), True), (str(new.id), target.id, alike))
    edits += [
        AddLink(source=start, target=end, parameters=dict(link.parameters) if keeps else {})
        for start, end, keeps in ends
    ]
    return Batch(edits=(*edits, *moves), sense="insert")


@batch_of.register
def _linked(edit: AddLinked, topology: Topology) -> Batch:
    node, spec = _node(topology, edit.node), _kind(edit.kind)
    if not node.spec.may_link_to(spec) and not spec.may_link_to(node.spec):
        raise EditError("kind", cannot_link(node.spec))
    onwards = node.spec.may_link_to(spec)
    x, y = (edit.x, edit.y) if edit.x is not None and edit.y is not None else beside(node, onwards)
    x, y = free_place(topology.nodes, x, y)
    new = next_id(spec.prefix, (one.id for one in topology.nodes))
    ends = (node.id, new) if onwards else (new, node.id)
    return Batch(
        edits=(
            AddNode(
                kind=edit.kind, preset=edit.preset, id=new, x=x, y=y, groups=edit.groups, before=()
            ),
            AddLink(source=ends[0], target=ends[1]),
        ),
        sense="link",
    )


@batch_of.register
def _duplicate(edit: Duplicate, topology: Topology) -> Batch:
    names = tuple(dict.fromkeys(edit.nodes))
    nodes = [_node(topology, name) for name in names]
    copies: dict[str, str] = {}
    taken = {node.id for node in topology.nodes}
    called = {node.name for node in topology.nodes}
    edits: list[Edit] = []
    for node in nodes:
        copies[node.id], name = _fresh(node, taken, called)
        place = {"x": bounded(node.x + edit.dx), "y": bounded(node.y + edit.dy)}
        add = AddNode.of(node, ())
        edits.append(add.model_copy(update={"id": copies[node.id], "name": name, **place}))
    for link in topology.links:
        edits += _copied(link, copies)
    return Batch(edits=tuple(edits), sense="duplicate")


@batch_of.register
def _tidy(_: Tidy, topology: Topology) -> Batch:
    if not topology.nodes:
        raise EditError("nodes", Text("The drawing is empty."))
    places = tidy_places(topology)
    edits: list[Edit] = [MoveNode(node=name, x=x, y=y) for name, (x, y) in places.items()]
    # What somebody is in follows its members from now on; what is empty stands below them all.
    left = min(x for x, _ in places.values())
    top = max(y for _, y in places.values()) + CARD_HEIGHT + APART
    for frame in topology.canvas.frames:
        if topology.in_group(frame.sort, frame.name):
            edits.append(RemoveFrame(sort=frame.sort, name=frame.name))
        else:
            edits.append(SetFrame.of(replace(frame, x=bounded(left), y=bounded(top))))
            left += frame.w + GAP
    return Batch(edits=tuple(edits))


@batch_of.register
def _rename_group(edit: RenameGroup, topology: Topology) -> Batch:
    sort, name, new = edit.sort, edit.name, edit.to
    _check_group(topology, sort, name)
    if topology.in_group(sort, new) or topology.canvas.frame(sort, new):
        raise EditError("to", Text("There is one of this name already."))
    members = topology.in_group(sort, name)
    edits: list[Edit] = [SetGroups(node=one.id, groups={sort: new}) for one in members]
    if frame := topology.canvas.frame(sort, name):
        edits += [RemoveFrame(sort=sort, name=name), SetFrame.of(replace(frame, name=new))]
    for other in topology.peers_of(name) if sort == "network" else ():
        edits += [RemovePeering(networks=(name, other)), AddPeering(networks=(new, other))]
    return Batch(edits=tuple(edits), sense="rename")


@batch_of.register
def _remove_group(edit: RemoveGroup, topology: Topology) -> Batch:
    sort, name = edit.sort, edit.name
    _check_group(topology, sort, name)
    members = topology.in_group(sort, name)
    edits: list[Edit] = [SetGroups(node=one.id, groups={sort: ""}) for one in members]
    if topology.canvas.frame(sort, name):
        edits.append(RemoveFrame(sort=sort, name=name))
    return Batch(edits=tuple(edits), sense="group")


def _check_group(topology: Topology, sort: str, name: str) -> None:
    """Refuse a group that is not there."""
    if not topology.in_group(sort, name) and not topology.canvas.frame(sort, name):
        raise EditError("name", Text("There is no such group."))


def pasted(part: Topology, topology: Topology, x: float, y: float) -> Batch:
    """The edits that add a drawing to another one, with new ids, its middle at the free place that
    is nearest to x, y. Raises EditError when it is empty.
    """
    nodes = part.nodes
    if not nodes:
        raise EditError("nodes", Text("There is nothing to paste."))
    xs, ys = [node.x for node in nodes], [node.y for node in nodes]
    middle = (min(xs) + max(xs) + CARD_WIDTH) / 2, (min(ys) + max(ys) + CARD_HEIGHT) / 2
    dx, dy = free_offset(topology.nodes, nodes, x - middle[0], y - middle[1])
    taken, called = ({getattr(one, field) for one in topology.nodes} for field in ("id", "name"))
    copies: dict[str, str] = {}
    edits: list[Edit] = []
    for node in nodes:
        new, called_new = _fresh(node, taken, called)
        copies[node.id] = new
        place = {"x": bounded(node.x + dx), "y": bounded(node.y + dy)}
        add = AddNode.of(node, ())
        edits.append(add.model_copy(update={"id": new, "name": called_new, **place}))
    for link in part.links:
        edits += _copied(link, copies)
    return Batch(edits=tuple(edits), sense="paste")


def _fresh(node: Node, taken: set[str], called: set[str]) -> tuple[str, str]:
    """The id and the name of a node's copy, which are taken from then on."""
    new = next_id(node.spec.prefix, taken)
    name = next_name(new if node.name == node.id else node.name, called)
    taken.add(new)
    called.add(name)
    return new, name


def _copied(link: Link, copies: dict[str, str]) -> Iterator[AddLink]:
    """The copy of a link between copies, or between a copy and what is not copied."""
    if link.source in copies or link.target in copies:
        yield AddLink(
            source=copies.get(link.source, link.source),
            target=copies.get(link.target, link.target),
            parameters=dict(link.parameters),
        )


def next_id(prefix: str, taken: Iterable[str]) -> str:
    """The id of something new: one more than the highest number in use, ``web-4``."""
    numbers = (
        int(match[1]) for one in taken if (match := re.fullmatch(rf"{prefix}-(\d{{1,9}})", one))
    )
    return f"{prefix}-{max(numbers, default=0) + 1}"


def next_name(name: str, taken: Iterable[str]) -> str:
    """A name that nobody has yet: ``Shop 2`` for a copy of ``Shop``."""
    used = set(taken)
    if name not in used:
        return name
    found = re.fullmatch(r"(.*?)(\D?)(\d{1,9})", name)
    stem, joint, number = (found[1], found[2], int(found[3])) if found else (name, " ", 1)
    while True:
        number += 1
        tail = f"{joint}{number}"
        candidate = f"{stem[: NAME_LENGTH_MAX - len(tail)]}{tail}"
        if candidate not in used:
            return candidate


def _kind(name: str) -> Kind:
    if name not in BY_NAME:
        raise EditError("kind", Text("There is no such kind."))
    return BY_NAME[name]


def _node(topology: Topology, name: str) -> Node:
    if not topology.has_node(name):
        raise EditError("node", Text("There is no node “{node}”.", node=name))
    return topology.node(name)
