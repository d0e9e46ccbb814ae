"""Needs of a node's parameters that a drawing meets."""

from __future__ import annotations

from app.schema import Need, Role
from app.topology.model import Topology
from app.topology.nodes import Node

_DATA = (Role.CACHES, Role.KEEPS)


def met(topology: Topology, node: Node) -> frozenset[Need]:
    """Return the needs of a node's parameters that its drawing meets."""
    targets = [topology.node(link.target) for link in topology.links_from(node.id)]
    others = [topology.node(one.source) for one in topology.links_to(node.id)] + targets
    found = {Need.NOTHING}
    if any(one.spec.role is Role.NAMES for one in targets):
        found.add(Need.NAMES)
    if any(one.spec.role is not Role.NAMES for one in targets):
        found.add(Need.TARGETS)
    if any(one.spec.role in _DATA for one in targets):
        found.add(Need.DATA)
    if any(one.kind == node.kind for one in others):
        found.add(Need.COPIES)
    return frozenset(found)
