"""Rings: linked nodes of a wide-column store, which share the copies of its keys; and what a page
costs at a node of any family.
"""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from app.kinds.pages import page_cost
from app.topology.model import Node, Topology

WIDE_COLUMN = "wide_column"


def is_member(node: Node) -> bool:
    """Whether a node may be in a ring."""
    return node.kind == "store" and node.parameters["family"] == WIDE_COLUMN


def rings(topology: Topology) -> Iterator[tuple[Node, ...]]:
    """Every ring, oldest member first; a node that is linked to no other is one by itself. A link
    that cannot work joins nobody.
    """
    members = [node for node in topology.of_kind("store") if is_member(node)]
    order = {node.id: place for place, node in enumerate(members)}
    linked: nx.Graph[str] = nx.Graph()
    linked.add_nodes_from(order)
    for node in members:
        for link in topology.links_from(node.id):
            if link.target in order and not topology.hindrance(link):
                linked.add_edge(link.source, link.target)
    found = [sorted(part, key=order.__getitem__) for part in nx.connected_components(linked)]
    for part in sorted(found, key=lambda names: order[names[0]]):
        yield tuple(topology.node(name) for name in part)


def page_of(server: Node, target: Node) -> tuple[int, float]:
    """Round trips that a page of a web server takes to where data is, and the mean work of each
    beyond a plain read, in ms; no round trips stand for a plain read.
    """
    family = str(target.parameters.get("family", "relational"))
    read_ms = float(target.parameters["read_ms"])
    trips, page_ms = page_cost(server.parameters, family, read_ms)
    return trips, page_ms - read_ms
