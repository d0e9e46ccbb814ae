"""Machines: whose cores a node works on, and what they can do.

Nodes in one ``machine`` group share the cores of that machine. Its size and discipline are those of
its first node, the oldest one; a node in none has a machine of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from app.kinds.machine_sizes import GIGABYTES, size_of, slowdown
from app.schema import Value
from app.topology.model import Topology
from app.topology.nodes import Node

OF_THE_MACHINE = ("size", "cores", "contention", "coherency", "memory_gb", "discipline")
"""Parameters that count for a whole machine, at its first node."""

_TAKES = ("request_mb", "working_set_gb")


def machines(topology: Topology) -> tuple[tuple[Node, ...], ...]:
    """Every machine's nodes, the first of each being the one whose settings count. What is no
    station is on none.
    """
    found: dict[str, list[Node]] = defaultdict(list)
    for node in topology.nodes:
        if node.spec.is_station:
            name = node.groups.get("machine")
            found[f"machine {name}" if name else node.id].append(node)
    return tuple(tuple(nodes) for nodes in found.values())


def beside(topology: Topology, node: Node) -> tuple[Node, ...]:
    """Everybody on a node's machine, the first one first, and the node itself among them."""
    name = node.groups.get("machine")
    if name is None or not node.spec.is_station:
        return (node,)
    return tuple(one for one in topology.in_group("machine", name) if one.spec.is_station)


def inherited(topology: Topology, node: Node) -> dict[str, Value]:
    """The values that count at a node because its machine's first node has them."""
    host = beside(topology, node)[0]
    if host is node:
        return {}
    return {name: host.parameters[name] for name in OF_THE_MACHINE if name in host.parameters}


def cores_of(host: Node) -> int:
    """Cores of the machine that a node stands for."""
    size = size_of(host.parameters)
    return size.vcpu if size else int(float(host.parameters["cores"]))


def memory_bytes(host: Node) -> int:
    """Return a machine's memory in bytes; 0 when there is always enough."""
    size = size_of(host.parameters)
    given = size.memory_gb if size else float(host.parameters.get("memory_gb", 0.0))
    return round(given * GIGABYTES.scale)


def slowdown_of(host: Node) -> float:
    """Return the factor by which work takes longer on one of a machine's cores than on one
    alone.
    """
    if size_of(host.parameters) is None:
        return 1.0
    contention, coherency = (float(host.parameters[one]) for one in ("contention", "coherency"))
    return slowdown(cores_of(host), contention, coherency)


def counts_memory(nodes: Sequence[Node]) -> bool:
    """Return whether anything on a machine, whose first node is the first here, may lack memory."""
    asks = any(float(node.parameters.get(name, 0.0)) > 0.0 for node in nodes for name in _TAKES)
    return asks and memory_bytes(nodes[0]) > 0


def missing_share(nodes: Sequence[Node]) -> float:
    """The share of a machine's working sets that does not fit into its memory, without requests."""
    sets = sum(float(node.parameters.get("working_set_gb", 0.0)) for node in nodes)
    if sets == 0.0 or not counts_memory(nodes):
        return 0.0
    return max(0.0, 1.0 - memory_bytes(nodes[0]) / (sets * GIGABYTES.scale))


def shares(host: Node) -> bool:
    """Return whether the requests on a machine are all worked on at once."""
    return host.parameters["discipline"] == "processor_sharing"
