"""Wiring: edits that link a node as its siblings are linked, or put a second one beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from app.schema import Role
from app.topology.choices import is_primary
from app.topology.edits.apply import AddLink, AddNode, Batch, Edit, SetNode
from app.topology.edits.compound import next_id
from app.topology.model import LINKS_MAX, NODES_MAX, POSITION_MAX, Topology
from app.topology.nodes import Link, Node
from app.topology.reachability import hindrance
from app.topology.replication.replication_groups import LED, mode_of

_STEP, _NEAR = 120.0, (150.0, 90.0)
"""Distance between a node and a second one below it, and the room that a card takes."""


def siblings(topology: Topology, node: Node) -> list[Node]:
    """Other nodes of a kind that get requests from where a node gets some, oldest first."""
    sources = {link.source for link in topology.links_to(node.id)}
    found = {
        link.target
        for source in sources
        for link in topology.links_from(source)
        if topology.node(link.target).kind == node.kind
    }
    return [one for one in topology.nodes if one.id in found and one is not node]


def as_one(topology: Topology, edits: Iterable[Edit]) -> Edit | None:
    """Several edits as one; None if there is none, or the drawing would be too large."""
    found = tuple(edits)
    new_links = sum(isinstance(one, AddLink) for one in found)
    new_nodes = sum(isinstance(one, AddNode) for one in found)
    full = (
        len(topology.links) + new_links > LINKS_MAX or len(topology.nodes) + new_nodes > NODES_MAX
    )
    if not found or full:
        return None
    return found[0] if len(found) == 1 else Batch(edits=found)


def like(link: Link, source: str, target: str) -> AddLink:
    """A link between other nodes with the parameters of `link`."""
    return AddLink(source=source, target=target, parameters=dict(link.parameters))


def link_to(topology: Topology, node: Node, target: str) -> AddLink:
    """A link from a node to a target, like that of a sibling if one has it."""
    for link in topology.links_to(target):
        if topology.node(link.source).kind == node.kind:
            return like(link, node.id, target)
    return AddLink(source=node.id, target=target)


def second(topology: Topology, node: Node) -> tuple[str, Edit] | None:
    """The id of a second node beside one, with its links, and the edit that adds it; None where a
    second one would not take over: where its data is not copied.
    """
    copied = node.spec.replication == "log"
    if node.spec.role not in (Role.NAMES, Role.FORWARDS, Role.WORKS) and not copied:
        return None
    name = next_id(node.spec.prefix, (one.id for one in topology.nodes))
    parameters = dict(node.parameters)
    if copied and mode_of((node,)) == LED:
        parameters["role"] = "replica"
    added = AddNode(
        kind=node.kind,
        preset=node.preset,
        id=name,
        name=name,
        x=node.x,
        y=_free_below(topology, node),
        parameters=parameters,
        groups={sort: of for sort, of in node.groups.items() if sort != "machine"} or None,
    )
    peers = [link for link in topology.links_at(node.id) if _is_between_copies(topology, link)]
    links = [link for link in topology.links_at(node.id) if link not in peers]
    edits = [
        like(link, name, link.target) if link.source == node.id else like(link, link.source, name)
        for link in links
    ]
    if copied:
        edits.append(AddLink(source=node.id, target=name))
    edit = as_one(topology, (added, *edits))
    return (name, edit) if edit else None


def wire(topology: Topology, node: Node, towards: bool, onwards: bool) -> Edit | None:
    """The edit that links a node: as its nearest linked sibling is, or else between what may send
    to it and what it may send to. None when nothing fits.
    """
    near = sorted(topology.of_kind(node.kind), key=lambda one: math.dist(_at(one), _at(node)))
    model = next((one for one in near if one is not node and topology.links_at(one.id)), None)
    edits: list[Edit] = []
    if model is not None:
        edits += _as_at(topology, model, node, towards, onwards)
    if towards and not any(isinstance(one, AddLink) and one.target == node.id for one in edits):
        edits += (AddLink(source=one.id, target=node.id) for one in _sources(topology, node))
    if onwards and not any(isinstance(one, AddLink) and one.source == node.id for one in edits):
        edits += (AddLink(source=node.id, target=one.id) for one in _targets(topology, node))
    return as_one(topology, edits)


def _as_at(
    topology: Topology, model: Node, node: Node, towards: bool, onwards: bool
) -> Iterator[Edit]:
    """The links of another node of the kind, and a link to itself where they keep copies."""
    for link in topology.links_at(model.id):
        if _is_between_copies(topology, link):
            continue
        if (
            link.target == model.id
            and towards
            and _works(topology, topology.node(link.source), node)
        ):
            yield like(link, link.source, node.id)
        if (
            link.source == model.id
            and onwards
            and _works(topology, node, topology.node(link.target))
        ):
            yield like(link, node.id, link.target)
    if node.spec.replication == "log" and not topology.links_at(node.id):
        if is_primary(node):
            yield SetNode(node=node.id, parameters={"role": "replica"})
        yield AddLink(source=model.id, target=node.id)


def _is_between_copies(topology: Topology, link: Link) -> bool:
    return topology.node(link.source).kind == topology.node(link.target).kind


def _sources(topology: Topology, node: Node) -> list[Node]:
    """The nodes of the last role before a node's that may send to it and reach it."""
    fits = [
        one
        for one in topology.nodes
        if one.kind != node.kind
        and one.spec.may_link_to(node.spec)
        and _works(topology, one, node)
        and topology.link_between(one.id, node.id) is None
    ]
    order = list(Role)
    last = max((order.index(one.spec.role) for one in fits), default=-1)
    return [one for one in fits if order.index(one.spec.role) == last]


def _targets(topology: Topology, node: Node) -> list[Node]:
    """The nodes that a node may send to and reach: of whatever keeps data or names all, of servers
    those that a request meets first.
    """
    fits = [
        one
        for one in topology.nodes
        if one.kind != node.kind
        and node.spec.may_link_to(one.spec)
        and _works(topology, node, one)
        and topology.link_between(node.id, one.id) is None
    ]
    order = list(Role)
    passing = [one for one in fits if one.spec.role in (Role.FORWARDS, Role.WORKS)]
    first = min((order.index(one.spec.role) for one in passing), default=-1)
    return [one for one in fits if one not in passing or order.index(one.spec.role) == first]


def _works(topology: Topology, source: Node, target: Node) -> bool:
    return not hindrance(source, target, topology.peerings)


def _at(node: Node) -> tuple[float, float]:
    return node.x, node.y


def _free_below(topology: Topology, node: Node) -> float:
    """The first place below a node where no card is."""
    y = node.y + _STEP
    while any(
        abs(one.x - node.x) < _NEAR[0] and abs(one.y - y) < _NEAR[1] for one in topology.nodes
    ):
        y += _STEP
    return min(y, POSITION_MAX)
