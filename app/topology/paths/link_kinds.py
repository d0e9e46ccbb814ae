"""Links by their load: traffic, lookups of names, replication."""

from __future__ import annotations

from typing import Literal

from app.schema import Role
from app.topology.model import Topology
from app.topology.nodes import Link

LinkKind = Literal["traffic", "lookup", "replication"]


def link_kind(topology: Topology, link: Link) -> LinkKind:
    """The kind of load that a link carries."""
    source, target = topology.node(link.source), topology.node(link.target)
    if target.spec.role is Role.NAMES:
        return "lookup"
    return "replication" if source.spec.replication == "log" else "traffic"
