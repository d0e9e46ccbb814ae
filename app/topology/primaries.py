"""How groups of databases replicate: one primary, several, or a ring that their links make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.topology.model import Node, Topology

LED: Final = "primary_replica"
SEVERAL: Final = "multi_primary"
RING: Final = "ring"


def mode_of(group: tuple[Node, ...]) -> str:
    """How a group replicates: as its oldest member says."""
    return str(group[0].parameters["replication"])


def modes(topology: Topology) -> dict[str, str]:
    """How the group of each database replicates."""
    return {node.id: mode_of(group) for group in topology.database_groups() for node in group}


def fellows(topology: Topology) -> dict[str, tuple[str, ...]]:
    """Whose writes each database applies besides those of its primary: of the others in its group
    if each member takes writes, else of nobody.
    """
    return {
        node.id: tuple(one.id for one in group if one is not node and mode_of(group) != LED)
        for group in topology.database_groups()
        for node in group
    }


def successors(topology: Topology, group: tuple[Node, ...]) -> dict[str, str]:
    """Whom each member of a ring sends to: where its oldest link to another member leads; of two
    members, the other. Those without one are left out.
    """
    if len(group) == 2:
        return {group[0].id: group[1].id, group[1].id: group[0].id}
    members = {node.id for node in group}
    found: dict[str, str] = {}
    for node in group:
        for link in topology.links_from(node.id):
            if link.target in members and not topology.hindrance(link):
                found.setdefault(node.id, link.target)
    return found


def is_ring(group: tuple[Node, ...], after: Mapping[str, str]) -> bool:
    """Whether whoever follows the links passes every member once and is back."""
    name, passed = group[0].id, 0
    while passed < len(group) and name in after:
        name, passed = after[name], passed + 1
        if name == group[0].id:
            return passed == len(group)
    return False
