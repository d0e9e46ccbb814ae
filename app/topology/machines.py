"""Machines: whose cores a node works on, and what they can do.

Nodes in one ``machine`` group share the cores of that machine. Its size and discipline are those of
its first node, the oldest one; a node in none has a machine of its own.
"""

from __future__ import annotations

from collections import defaultdict

from app.schema import Value
from app.topology.model import Node, Topology

OF_THE_MACHINE = ("cores", "discipline")
"""Parameters that count for a whole machine, at its first node."""


def machines(topology: Topology) -> tuple[tuple[Node, ...], ...]:
    """Every machine's nodes, the first of each being the one whose settings count. Clients are on
    none: they work on nothing.
    """
    found: dict[str, list[Node]] = defaultdict(list)
    for node in topology.nodes:
        if node.kind != "client":
            name = node.groups.get("machine")
            found[f"machine {name}" if name else node.id].append(node)
    return tuple(tuple(nodes) for nodes in found.values())


def beside(topology: Topology, node: Node) -> tuple[Node, ...]:
    """Everybody on a node's machine, the first one first, and the node itself among them."""
    return next((nodes for nodes in machines(topology) if node in nodes), (node,))


def inherited(topology: Topology, node: Node) -> dict[str, Value]:
    """The values that count at a node because its machine's first node has them."""
    host = beside(topology, node)[0]
    if host is node:
        return {}
    return {name: host.parameters[name] for name in OF_THE_MACHINE if name in host.parameters}


def hosts(topology: Topology) -> dict[str, Node]:
    """By node: the one whose settings say what the machine is that it works on."""
    return {node.id: nodes[0] for nodes in machines(topology) for node in nodes}


def cores_of(host: Node) -> int:
    """Cores of the machine that a node stands for."""
    return int(float(host.parameters["cores"]))


def shares(host: Node) -> bool:
    """Whether the requests on a machine are all worked on at once."""
    return host.parameters["discipline"] == "processor_sharing"
