"""Fleets: a node that stands for several servers of its sort, and the drawing with each of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from app.topology.model import Topology
from app.topology.nodes import Node

SERVERS_MAX = 200
"""Servers of a whole drawing besides those that are drawn."""
_MARK = "~"
"""Between the id of what is drawn and the number of an instance; ids people give have none."""


def owner_of(name: str) -> str:
    """The drawn node or link that an instance, or a link of one, belongs to."""
    return name.partition(_MARK)[0]


def number_of(name: str) -> int:
    """Return the number of an instance, from its name; the drawn one is the first."""
    return int(name.partition(_MARK)[2] or 1)


def instance(name: str, number: int) -> str:
    """The id of an instance of a drawn node, or of its copy of a drawn link."""
    return name if number == 1 else f"{name}{_MARK}{number}"


def scales_itself(node: Node) -> bool:
    """Return whether an autoscaler looks after a node."""
    return node.parameters.get("scaling") == "auto"


def bounds(node: Node) -> tuple[int, int]:
    """The least and most instances of a node."""
    least = int(float(node.parameters.get("instances", 1)))
    most = int(float(node.parameters["instances_max"])) if scales_itself(node) else least
    return least, max(least, most)


def at_least(topology: Topology) -> Topology:
    """A drawing with every server that there is when it begins, up to the limit."""
    return with_servers(topology, {})


def at_most(topology: Topology) -> Topology:
    """A drawing with every server that autoscalers may start, up to the limit."""
    return with_servers(topology, {node.id: bounds(node)[1] for node in topology.nodes})


def with_servers(topology: Topology, servers: Mapping[str, int]) -> Topology:
    """A drawing with so many servers of each node, within its bounds and up to the limit; of nodes
    that are not named, the least.
    """
    further: dict[str, range] = {}
    room = SERVERS_MAX
    for node in topology.nodes:
        least, most = bounds(node)
        wanted = min(max(servers.get(node.id, least), least), most)
        further[node.id] = range(2, min(wanted, 1 + room) + 1)
        room -= len(further[node.id])
    return deployed(topology, further)


def deployed(
    topology: Topology,
    further: Mapping[str, Collection[int]],
    closing: Mapping[str, Collection[int]] | None = None,
) -> Topology:
    """A drawing with every server: `further` instances of nodes have all of the first one's links,
    those `closing` only the ones that lead on. Each is on a machine of its own.
    """
    nodes = list(topology.nodes)
    links = list(topology.links)
    for node in topology.nodes:
        ending = (closing or {}).get(node.id, ())
        for number in (*further.get(node.id, ()), *ending):
            groups = {sort: name for sort, name in node.groups.items() if sort != "machine"}
            name = instance(node.id, number)
            nodes.append(replace(node, id=name, name=f"{node.name} #{number}", groups=groups))
            for link in topology.links_at(node.id):
                if link.source == node.id:
                    copy = replace(link, source=name)
                elif number not in ending:
                    copy = replace(link, target=name)
                else:
                    continue
                links.append(replace(copy, id=instance(link.id, number)))
    if len(nodes) == len(topology.nodes):
        return topology
    return Topology.of(nodes, links, topology.peerings)
