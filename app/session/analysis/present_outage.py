"""The outage of now, for the theory of what is up: faults of people, and what a run shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.actions import Crash, CutLink, Degrade, LinkFault, NodeFault, Silence, Slow
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.paths.routing import leaders
from app.topology.replication.replication_groups import LED, mode_of
from app.topology.servers.instances import bounds, instance
from app.topology.servers.outages import Outage

_DOWN = ("crash", "silence", "boot")
"""Faults that a frame shows of nodes that do no work."""


def present_outage(
    topology: Topology, faults: Iterable[NodeFault | LinkFault], parts: Mapping[str, Any]
) -> Outage:
    """The outage that these faults make, and what a frame's parts show besides."""
    down: set[str] = set()
    slow: dict[str, float] = {}
    cut: set[str] = set()
    extra_ms: dict[str, float] = {}
    lossy: set[str] = set()
    for fault in faults:
        match fault:
            case Crash() | Silence():
                down |= _hit(topology, fault)
            case Slow(factor=factor):
                slow |= dict.fromkeys(_hit(topology, fault), factor)
            case CutLink():
                cut.add(str(fault.link))
            case Degrade(loss_percent=loss, extra_ms=more):
                extra_ms |= {str(fault.link): more} if more else {}
                lossy |= {str(fault.link)} if loss else set()
    shown = {one["id"]: one for one in parts.get("n", ()) if topology.has_node(one["id"])}
    for name, one in shown.items():
        if one["fault"] in _DOWN and ("inst" not in one or one["inst"][1] == 0):
            down |= _servers(topology.node(name))
    return Outage(
        frozenset(down), frozenset(cut), slow, extra_ms, frozenset(lossy), _leading(topology, shown)
    )


def _hit(topology: Topology, fault: Crash | Silence | Slow) -> set[str]:
    """The servers that a fault hits: of a node that stands for several, the first ones."""
    node = topology.node(str(fault.node))
    if bounds(node)[1] == 1:
        return {node.id}
    return {instance(node.id, number) for number in range(1, (fault.servers or 1) + 1)}


def _servers(node: Node) -> set[str]:
    return {instance(node.id, number) for number in range(1, bounds(node)[1] + 1)}


def _leading(topology: Topology, shown: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """The primaries that a run has, in groups where they are not those of the drawing."""
    drawn = leaders(topology)
    found: set[str] = set()
    for group in topology.database_groups():
        if mode_of(group) != LED:
            continue
        members = [shown[node.id] for node in group if node.id in shown]
        lead = {
            one["id"] for one in members if one["role"] == "primary" and one["fault"] not in _DOWN
        }
        if lead and lead != {drawn[group[0].id]}:
            found |= lead
    return frozenset(found)
