"""Node, Link and Topology: an immutable drawing over a frozen networkx graph."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import networkx as nx

from app.kinds import BY_NAME
from app.schema import Kind, Value
from app.topology.reach import hindrance

NODES_MAX = 200
LINKS_MAX = 500
PEERINGS_MAX = 100
NAME_LENGTH_MAX = 60
ID_PATTERN = r"^[a-z][a-z0-9_-]{0,39}$"
POSITION_MAX = 100_000.0


@dataclass(frozen=True, slots=True)
class Node:
    """One component on the drawing. `parameters` is complete: defaults are filled in.

    `groups` holds the name of the group of each sort that the node is in (see
    `app.topology.groups`), and nothing for sorts it is in no group of.
    """

    id: str
    kind: str
    name: str
    x: float
    y: float
    preset: str
    parameters: Mapping[str, Value]
    groups: Mapping[str, str] = field(default_factory=dict)

    @property
    def spec(self) -> Kind:
        """The Kind this node is one of."""
        return BY_NAME[self.kind]


@dataclass(frozen=True, slots=True)
class Link:
    """A directed connection; requests flow from `source` to `target`, answers flow back."""

    id: str
    source: str
    target: str
    parameters: Mapping[str, Value]

    @property
    def latency_ms(self) -> float:
        """One-way latency."""
        return float(self.parameters["latency_ms"])


@dataclass(frozen=True, slots=True)
class Topology:
    """An immutable drawing. Every change makes a new one (see `app.topology.edits`).

    `peerings` are pairs of private networks that reach each other: names in order, pairs in order.
    """

    graph: nx.DiGraph[str] = field(default_factory=lambda: nx.freeze(nx.DiGraph()))
    peerings: tuple[tuple[str, str], ...] = ()

    @staticmethod
    def of(
        nodes: Iterable[Node],
        links: Iterable[Link],
        peerings: Iterable[tuple[str, str]] = (),
    ) -> Topology:
        """A drawing with these nodes and links, in this order. Ends of links must exist."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        for node in nodes:
            graph.add_node(node.id, node=node)
        for link in links:
            graph.add_edge(link.source, link.target, link=link)
        return Topology(nx.freeze(graph), tuple(sorted(peerings)))

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Every node, oldest first."""
        return tuple(data["node"] for _, data in self.graph.nodes(data=True))

    @property
    def links(self) -> tuple[Link, ...]:
        """Every link, grouped by source in node order."""
        return tuple(data["link"] for _, _, data in self.graph.edges(data=True))

    def node(self, node_id: str) -> Node:
        """The node with this id. Raises KeyError when there is none."""
        node: Node = self.graph.nodes[node_id]["node"]
        return node

    def link(self, link_id: str) -> Link:
        """The link with this id. Raises KeyError when there is none."""
        for link in self.links:
            if link.id == link_id:
                return link
        raise KeyError(link_id)

    def has_node(self, node_id: str) -> bool:
        """Whether a node with this id is on the drawing."""
        return node_id in self.graph

    def link_between(self, source: str, target: str) -> Link | None:
        """The link from `source` to `target`, if there is one."""
        data = self.graph.get_edge_data(source, target)
        return data["link"] if data else None

    def links_from(self, node_id: str) -> tuple[Link, ...]:
        """Links that leave a node, oldest first."""
        return tuple(data["link"] for _, _, data in self.graph.out_edges(node_id, data=True))

    def links_at(self, node_id: str) -> tuple[Link, ...]:
        """Links that leave or reach a node."""
        reach = (data["link"] for _, _, data in self.graph.in_edges(node_id, data=True))
        return (*self.links_from(node_id), *reach)

    def of_kind(self, kind: str) -> tuple[Node, ...]:
        """Nodes of one kind, oldest first."""
        return tuple(node for node in self.nodes if node.kind == kind)

    def hindrance(self, link: Link) -> str:
        """Why nothing gets along a link (see `app.topology.reach`), "" when it works."""
        return hindrance(self.node(link.source), self.node(link.target), self.peerings)

    def peers_of(self, network: str) -> tuple[str, ...]:
        """The networks that a network peers with, in order of their names."""
        others = (b if a == network else a for a, b in self.peerings if network in (a, b))
        return tuple(sorted(others))

    def in_group(self, sort: str, name: str) -> tuple[Node, ...]:
        """Nodes in one group, oldest first: ``in_group("zone", "a")``."""
        return tuple(node for node in self.nodes if node.groups.get(sort) == name)

    def group_names(self, sort: str) -> tuple[str, ...]:
        """The names of all groups of one sort, that of the oldest node first."""
        named = (node.groups[sort] for node in self.nodes if sort in node.groups)
        return tuple(dict.fromkeys(named))

    def links_across(self, sort: str, name: str) -> tuple[Link, ...]:
        """Every link with exactly one end in a group."""
        inside = {node.id for node in self.in_group(sort, name)}
        return tuple(k for k in self.links if (k.source in inside) != (k.target in inside))

    def database_groups(self) -> Iterator[tuple[Node, ...]]:
        """Databases that replicate from one another, a tuple per group, oldest member first.

        A link that cannot work joins nobody.
        """
        databases = [node.id for node in self.of_kind("database")]
        order = {node_id: position for position, node_id in enumerate(databases)}
        undirected: nx.Graph[str] = nx.Graph()
        undirected.add_nodes_from(databases)
        for link in (link for one in databases for link in self.links_from(one)):
            if not self.hindrance(link):
                undirected.add_edge(link.source, link.target)
        parts = nx.connected_components(undirected)
        groups = [sorted(part, key=order.__getitem__) for part in parts]
        for group in sorted(groups, key=lambda members: order[members[0]]):
            yield tuple(self.node(member) for member in group)

    def replication_latency_ms(self, group: tuple[Node, ...]) -> dict[tuple[str, str], float]:
        """One-way latency between every two members of a group, along the fastest links."""
        return {
            ends: math.fsum(link.latency_ms for link, _ in route)
            for ends, route in self.replication_routes(group).items()
        }

    def replication_routes(
        self, group: tuple[Node, ...]
    ) -> dict[tuple[str, str], tuple[tuple[Link, bool], ...]]:
        """The fastest links between every two members of a group, and whether each is passed
        from its source to its target.
        """
        undirected: nx.Graph[str] = nx.Graph()
        undirected.add_nodes_from(node.id for node in group)
        for source in group:
            for link in self.links_from(source.id):
                if link.target in undirected and not self.hindrance(link):
                    pair = link.source, link.target
                    known = undirected.has_edge(*pair) and undirected.edges[pair]["weight"]
                    if known is False or link.latency_ms < known:
                        undirected.add_edge(
                            link.source, link.target, weight=link.latency_ms, link=link
                        )
        return {
            (a, b): tuple(_passed(undirected, *hop) for hop in pairwise(way))
            for a, ways in nx.all_pairs_dijkstra_path(undirected)
            for b, way in ways.items()
        }


def _passed(graph: nx.Graph[str], source: str, target: str) -> tuple[Link, bool]:
    link: Link = graph.edges[source, target]["link"]
    return link, link.source == source
