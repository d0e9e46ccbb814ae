"""Topology: an immutable drawing over a frozen networkx graph."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx

from app.schema import Role
from app.topology.canvas import Canvas
from app.topology.nodes import Link, Node
from app.topology.reachability import SECOND_BALANCER, hindrance

if TYPE_CHECKING:
    _DiGraph = nx.DiGraph[str]
else:
    _DiGraph = nx.DiGraph

NODES_MAX = 200
LINKS_MAX = 500
PEERINGS_MAX = 100
NAME_LENGTH_MAX = 60
ID_PATTERN = r"^[a-z][a-z0-9_-]{0,39}$"
POSITION_MAX = 100_000.0
REMOVED_MAX = 1000
"""Removed things whose place is remembered: among nodes, and among the links of one node."""

NodeTable = dict[str, dict[str, Node]]
LinkTable = dict[str, dict[str, dict[str, Link]]]
"""networkx's own tables: attributes by node, and by source and target (or target and source)."""


class DrawingGraph(_DiGraph):
    """A networkx graph that shares what did not change with the graph it was made from.

    A copy by networkx costs a millisecond for 200 nodes and 500 links, shared tables 20 µs.
    """

    _node: NodeTable
    _adj: LinkTable
    _pred: LinkTable

    @classmethod
    def of(cls, nodes: NodeTable, successors: LinkTable, predecessors: LinkTable) -> DrawingGraph:
        """A frozen graph with these tables, which nobody may change any more."""
        graph = cls()
        graph._node, graph._adj, graph._pred = nodes, successors, predecessors
        nx.freeze(graph)
        return graph

    def tables(self) -> tuple[NodeTable, LinkTable, LinkTable]:
        """Tables whose rows may be replaced, never changed: the rows are this graph's own."""
        return dict(self._node), dict(self._adj), dict(self._pred)


@dataclass(frozen=True, slots=True)
class Order:
    """The order of nodes and of each node's links with those that were removed, by id, so that one
    that comes back finds its place. Nothing where nothing was removed.
    """

    nodes: tuple[str, ...] = ()
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Topology:
    """An immutable drawing. Every change makes a new one (see `app.topology.edits`).

    `peerings` are pairs of private networks that reach each other: names in order, pairs in order.
    `ends` are source and target of each link, by its id. `order` is no part of a document, nor are
    ids of nodes and links that are `down` (see `app.topology.servers.outages`). `rows` are the rows
    of ``targets`` and ``expect`` (see `app.expectations`), where there are any. `canvas` has what
    no run can tell.
    """

    graph: DrawingGraph = field(default_factory=lambda: DrawingGraph.of({}, {}, {}))
    peerings: tuple[tuple[str, str], ...] = ()
    ends: Mapping[str, tuple[str, str]] = field(default_factory=dict, compare=False, repr=False)
    order: Order = field(default=Order(), compare=False, repr=False)
    down: frozenset[str] = frozenset()
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    canvas: Canvas = field(default=Canvas())

    @staticmethod
    def of(
        nodes: Iterable[Node],
        links: Iterable[Link],
        peerings: Iterable[tuple[str, str]] = (),
    ) -> Topology:
        """A drawing with these nodes and links, in this order. Ends of links must exist."""
        graph = DrawingGraph()
        for node in nodes:
            graph.add_node(node.id, node=node)
        position = {name: number for number, name in enumerate(graph)}
        grouped = sorted(links, key=lambda link: position[link.source])
        for link in grouped:
            graph.add_edge(link.source, link.target, link=link)
        ends = {link.id: (link.source, link.target) for link in grouped}
        nx.freeze(graph)
        return Topology(graph, tuple(sorted(peerings)), ends)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node, oldest first."""
        return tuple(data["node"] for _, data in self.graph.nodes(data=True))

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Every link, grouped by source in node order."""
        return tuple(data["link"] for _, _, data in self.graph.edges(data=True))

    def node(self, node_id: str) -> Node:
        """The node with this id. Raises KeyError when there is none."""
        node: Node = self.graph.nodes[node_id]["node"]
        return node

    def link(self, link_id: str) -> Link:
        """The link with this id. Raises KeyError when there is none."""
        link: Link = self.graph.edges[self.ends[link_id]]["link"]
        return link

    def has_node(self, node_id: str) -> bool:
        """Tell if a node with this id is on the drawing."""
        return node_id in self.graph

    def has_link(self, link_id: str) -> bool:
        """Tell if a link with this id is on the drawing."""
        return link_id in self.ends

    def link_between(self, source: str, target: str) -> Link | None:
        """The link from `source` to `target`, if there is one."""
        data = self.graph.get_edge_data(source, target)
        return data["link"] if data else None

    def links_from(self, node_id: str) -> tuple[Link, ...]:
        """Links that leave a node, oldest first."""
        return tuple(data["link"] for _, _, data in self.graph.out_edges(node_id, data=True))

    def links_to(self, node_id: str) -> tuple[Link, ...]:
        """Links that reach a node, in the order of the nodes they come from."""
        return tuple(data["link"] for _, _, data in self.graph.in_edges(node_id, data=True))

    def links_at(self, node_id: str) -> tuple[Link, ...]:
        """Links that leave or reach a node."""
        return (*self.links_from(node_id), *self.links_to(node_id))

    def beyond(self, node_id: str) -> frozenset[str]:
        """The ids of all nodes that links lead to from a node, over others too."""
        return frozenset(nx.descendants(self.graph, node_id))

    def reached(
        self, sources: Iterable[str], together: Iterable[Collection[str]]
    ) -> frozenset[str]:
        """The ids of these nodes and of all that links lead to from them, where each node also
        leads to those that it is `together` with.
        """
        ways: nx.DiGraph[str] = nx.DiGraph(self.graph.edges)
        ways.add_nodes_from(self.graph)
        for mates in together:
            nx.add_cycle(ways, mates)
        names = frozenset(sources)
        return names.union(*(nx.descendants(ways, name) for name in names))

    def of_kind(self, kind: str) -> tuple[Node, ...]:
        """Nodes of one kind, oldest first."""
        return self._by_kind.get(kind, ())

    def of_role(self, role: Role) -> tuple[Node, ...]:
        """Nodes of the kinds with one role, oldest first."""
        return tuple(node for node in self.nodes if node.spec.role is role)

    def balancers(self) -> tuple[Node, ...]:
        """Nodes that choose among servers that they believe to be up, oldest first."""
        return tuple(node for node in self.nodes if node.spec.balances)

    def replicated(self) -> tuple[Node, ...]:
        """Nodes that replicate a log (databases), oldest first."""
        return tuple(node for node in self.nodes if node.spec.replication == "log")

    def hindrance(self, link: Link) -> str:
        """Return a link's obstacle, a code of `app.topology.reachability`; "" when it works."""
        source, target = self.node(link.source), self.node(link.target)
        if source.spec.relays and target.spec.balances and self._is_behind_balancer(source):
            return SECOND_BALANCER
        return hindrance(source, target, self.peerings)

    def _is_behind_balancer(self, node: Node) -> bool:
        return any(self.node(link.source).spec.balances for link in self.links_to(node.id))

    def is_up(self, *ids: str) -> bool:
        """Return whether none of these nodes and links is down."""
        return self.down.isdisjoint(ids)

    def peers_of(self, network: str) -> tuple[str, ...]:
        """The networks that a network peers with, in order of their names."""
        others = (b if a == network else a for a, b in self.peerings if network in (a, b))
        return tuple(sorted(others))

    def in_group(self, sort: str, name: str) -> tuple[Node, ...]:
        """Nodes in one group, oldest first: ``in_group("zone", "a")``."""
        return self._by_group.get(sort, {}).get(name, ())

    def group_names(self, sort: str) -> tuple[str, ...]:
        """The names of all groups of one sort, that of the oldest node first."""
        return tuple(self._by_group.get(sort, ()))

    def links_across(self, sort: str, name: str) -> tuple[Link, ...]:
        """Every link with exactly one end in a group."""
        inside = {node.id for node in self.in_group(sort, name)}
        return tuple(k for k in self.links if (k.source in inside) != (k.target in inside))

    def database_groups(self) -> tuple[tuple[Node, ...], ...]:
        """Databases that replicate from one another, a tuple per group, oldest member first.

        A link that cannot work joins nobody.
        """
        return self._database_groups

    def joined(self, members: Iterable[Node]) -> tuple[tuple[Node, ...], ...]:
        """Members in groups that links between them join, oldest first; a link that cannot work
        joins nobody.
        """
        order = {node.id: number for number, node in enumerate(members)}
        working = nx.subgraph_view(
            self.graph,
            filter_node=order.__contains__,
            filter_edge=lambda *ends: not self.hindrance(self.graph.edges[ends]["link"]),
        )
        parts = nx.weakly_connected_components(working)
        groups = [sorted(part, key=order.__getitem__) for part in parts]
        groups.sort(key=lambda names: order[names[0]])
        return tuple(tuple(self.node(name) for name in names) for names in groups)

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

    @cached_property
    def _by_kind(self) -> dict[str, tuple[Node, ...]]:
        found: defaultdict[str, list[Node]] = defaultdict(list)
        for node in self.nodes:
            found[node.kind].append(node)
        return {kind: tuple(nodes) for kind, nodes in found.items()}

    @cached_property
    def _by_group(self) -> dict[str, dict[str, tuple[Node, ...]]]:
        """Members of every group, by its sort and name."""
        found: defaultdict[str, defaultdict[str, list[Node]]]
        found = defaultdict(lambda: defaultdict(list))
        for node in self.nodes:
            for sort, name in node.groups.items():
                found[sort][name].append(node)
        return {
            sort: {name: tuple(nodes) for name, nodes in groups.items()}
            for sort, groups in found.items()
        }

    @cached_property
    def _database_groups(self) -> tuple[tuple[Node, ...], ...]:
        return self.joined(self.replicated())


def inserted(order: tuple[str, ...], name: str, before: Collection[str] | None) -> tuple[str, ...]:
    """An order with `name` before the first of `before` that it has; else where `name` was, if
    `before` does not say last (by being empty); else last.
    """
    rest = tuple(one for one in order if one != name)
    anchor = next((one for one in before or () if one in rest), None)
    if anchor is not None:
        at = rest.index(anchor)
    elif name in order and (before is None or before):
        at = order.index(name)
    else:
        at = len(rest)
    return (*rest[:at], name, *rest[at:])


def following(order: tuple[str, ...], name: str, there: Container[str]) -> tuple[str, ...] | None:
    """The name after `name`, and the first one after it that is `there`; None when it is last."""
    after = order[order.index(name) + 1 :]
    if not after:
        return None
    first = next((one for one in after if one in there), after[0])
    return tuple(dict.fromkeys((after[0], first)))


def remembered(order: tuple[str, ...], there: Container[str]) -> tuple[str, ...]:
    """An order, if it has names that are not `there`; of these, at most the last REMOVED_MAX."""
    removed = [name for name in order if name not in there]
    if not removed:
        return ()
    forgotten = set(removed[:-REMOVED_MAX])
    return tuple(name for name in order if name not in forgotten)


def _passed(graph: nx.Graph[str], source: str, target: str) -> tuple[Link, bool]:
    link: Link = graph.edges[source, target]["link"]
    return link, link.source == source
