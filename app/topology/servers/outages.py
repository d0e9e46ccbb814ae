"""Outages: what of a drawing does not work now, and the drawing with the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.topology.model import Topology
from app.topology.nodes import Link, Node
from app.topology.servers.instances import owner_of


@dataclass(frozen=True, slots=True)
class Outage:
    """Things that do not work, by id: servers that are down; links that are cut; how many times as
    long the work of slow servers takes; the latency in ms that links have on top; links that lose
    messages; and databases that lead instead of those drawn as primaries.
    """

    down: frozenset[str] = frozenset()
    cut: frozenset[str] = frozenset()
    slow: Mapping[str, float] = field(default_factory=dict)
    extra_ms: Mapping[str, float] = field(default_factory=dict)
    lossy: frozenset[str] = frozenset()
    leading: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.ids)

    @property
    def ids(self) -> frozenset[str]:
        """The drawn nodes and links that it is about."""
        links = (*self.cut, *self.extra_ms, *self.lossy)
        return frozenset(map(owner_of, (*self.down, *self.slow, *self.leading, *links)))


ALL_WELL = Outage()


def during(topology: Topology, outage: Outage) -> Topology:
    """A drawing, with each server drawn, during an outage: nodes and links that do not work are
    `down`, the others work as slowly as they do.
    """
    if not outage:
        return topology
    nodes = [_slowed(node, outage.slow.get(node.id, 1.0)) for node in topology.nodes]
    nodes = _led(nodes, topology, outage.leading)
    links = [_delayed(link, outage.extra_ms.get(owner_of(link.id), 0.0)) for link in topology.links]
    down = {node.id for node in nodes if node.id in outage.down}
    down |= {link.id for link in links if owner_of(link.id) in outage.cut}
    return replace(Topology.of(nodes, links, topology.peerings), down=frozenset(down))


def _led(nodes: list[Node], topology: Topology, leading: frozenset[str]) -> list[Node]:
    """Let those databases be the primaries, and the only ones of their groups."""
    role_of = {
        node.id: "primary" if node.id in leading else "replica"
        for group in topology.database_groups()
        if any(node.id in leading for node in group)
        for node in group
    }
    return [
        replace(node, parameters={**node.parameters, "role": role_of[node.id]})
        if node.id in role_of
        else node
        for node in nodes
    ]


def _slowed(node: Node, times: float) -> Node:
    if times == 1.0:
        return node
    work = {name: float(node.parameters[name]) * times for name in node.spec.work or ()}
    return replace(node, parameters={**node.parameters, **work})


def _delayed(link: Link, extra_ms: float) -> Link:
    if extra_ms == 0.0:
        return link
    slower = {"latency_ms": link.latency_ms + extra_ms}
    return replace(link, parameters={**link.parameters, **slower})
