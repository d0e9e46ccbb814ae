"""Rings: linked nodes of a wide-column store, which share the copies of its keys; and what a page
costs at a node of any family.
"""

from __future__ import annotations

from app.kinds.page_recipes import page_cost
from app.topology.choices import is_wide_column
from app.topology.model import Topology
from app.topology.nodes import Node

WIDE_COLUMN = "wide_column"


def is_member(node: Node) -> bool:
    """Return whether a node may be in a ring."""
    return node.spec.replication == "ring" and is_wide_column(node)


def rings(topology: Topology) -> tuple[tuple[Node, ...], ...]:
    """Every ring, oldest member first; a node that is linked to no other is one by itself."""
    return topology.joined([node for node in topology.nodes if is_member(node)])


def page_of(server: Node, target: Node) -> tuple[int, float]:
    """Round trips that a page of a web server takes to where data is, and the mean work of each
    beyond a plain read, in ms; no round trips stand for a plain read.
    """
    family = str(target.parameters.get("family", "relational"))
    read_ms = float(target.parameters["read_ms"])
    trips, page_ms = page_cost(server.parameters, family, read_ms)
    return trips, page_ms - read_ms
