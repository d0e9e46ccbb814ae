"""Replication of groups of databases: one primary, several, or a ring made by their links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import networkx as nx

from app.schema import case_of
from app.topology.model import Topology
from app.topology.nodes import Node

LED: Final = "primary_replica"
SEVERAL: Final = "multi_primary"
RING: Final = "ring"
_MODES: Final = {mode: mode for mode in (LED, SEVERAL, RING)}

VERSIONS_FOLLOWED: Final = 1 << 19
"""Versions that are told apart in one drawing: of each key as many as its group has members."""


def mode_of(group: Sequence[Node]) -> str:
    """Return a group's replication mode, that of its oldest member. Raises UnknownChoiceError for
    any but the three that there are.
    """
    return case_of("replication", group[0].parameters["replication"], _MODES)


def modes(topology: Topology) -> dict[str, str]:
    """Return the replication mode of each database's group."""
    return {node.id: mode_of(group) for group in topology.database_groups() for node in group}


def peer_primaries(topology: Topology) -> dict[str, tuple[str, ...]]:
    """Return the other members whose writes each database applies besides those of its primary: all
    of its group if each member takes writes, else none.
    """
    return {
        node.id: tuple(one.id for one in group if one is not node and mode_of(group) != LED)
        for group in topology.database_groups()
        for node in group
    }


def successors(topology: Topology, group: tuple[Node, ...]) -> dict[str, str]:
    """Return the next member of each member of a ring: the target of its oldest link to another one
    that works; of two members, the other. Those without one are left out.
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
    """Tell if the links from each member to the next pass every member once and come back."""
    links: nx.DiGraph[str] = nx.DiGraph(list(after.items()))
    return len(after) == len(group) == len(links) and nx.is_strongly_connected(links)


def distinct_keys(topology: Topology, group: tuple[Node, ...]) -> int:
    """Return the number of a group's keys that are followed: all, up to the engine's room."""
    members = sum(len(one) for one in topology.database_groups() if mode_of(one) != LED)
    return max(1, min(int(group[0].parameters["keys"]), VERSIONS_FOLLOWED // max(1, members)))
