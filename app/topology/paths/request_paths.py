"""Paths of requests from users to data: nodes that all of them pass, and the cut that limits them.

Single points are dominators (T. Lengauer and R. Tarjan, A Fast Algorithm for Finding Dominators in
a Flowgraph, TOPLAS 1(1), 1979); the cut is that of the max-flow min-cut theorem (L. Ford and
D. Fulkerson, Maximal Flow through a Network, Canad. J. Math. 8, 1956).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from typing import TypeAlias

import networkx as nx

from app.schema import Role
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.paths.routing import address_links, is_reachable, leaders, lookup_links
from app.topology.replication.replication_groups import LED, mode_of
from app.topology.replication.store_rings import rings

_Paths: TypeAlias = "nx.DiGraph[str]"

_SOURCE, _SINK = "source:", "sink:"
"""No id of a node has a colon."""
_SERVING = (Role.FORWARDS, Role.WORKS)


def data_sets(topology: Topology) -> tuple[tuple[Node, ...], ...]:
    """Nodes that keep copies of the same data, a tuple for each such set."""
    shared = [*topology.database_groups(), *rings(topology)]
    among = {node.id for group in shared for node in group}
    alone = [(node,) for node in topology.of_role(Role.KEEPS) if node.id not in among]
    return (*shared, *alone)


def single_points(
    topology: Topology, down: Collection[str] = ()
) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """The nodes without which users lose some data, or every answer if there is no data: by id, the
    clients that do and everything that keeps what they lose.

    `down` are nodes that no path may pass. Nodes that only some of the paths pass are none.
    """
    sinks = _sinks(topology, down)
    found: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for client in topology.of_role(Role.SENDS):
        if client.id in down:
            continue
        paths = _paths(topology, client, down, sinks)
        above = nx.immediate_dominators(paths, client.id)
        for sink in paths:
            if not sink.startswith(_SINK):
                continue
            keepers = frozenset(paths.predecessors(sink))
            for name in _up_from(above, sink, client.id):
                clients, lost = found.get(name, (frozenset(), frozenset()))
                found[name] = clients | {client.id}, lost | keepers
    return found


def narrowest_cut(topology: Topology, capacities: Mapping[str, float]) -> tuple[float, list[str]]:
    """The requests a second that get through however they are dealt out, and the nodes that limit
    them, in the order of the drawing; infinity and none when nothing does.

    `capacities` are in requests of users a second; a node without one limits nothing. Copies of
    the same data count as one, with the sum of theirs.
    """
    sinks = _sinks(topology, ())
    graph: _Paths = nx.DiGraph()
    for client in topology.of_role(Role.SENDS):
        paths = _paths(topology, client, (), sinks)
        graph.add_edge(_SOURCE, _into(client.id))
        for name in paths:
            limit = capacities.get(name, math.inf)
            if limit < math.inf:
                graph.add_edge(_into(name), _out_of(name), capacity=limit)
            else:
                graph.add_edge(_into(name), _out_of(name))
            if name.startswith(_SINK):
                graph.add_edge(_out_of(name), _SINK)
        graph.add_edges_from((_out_of(a), _into(b)) for a, b in paths.edges)
    if _SINK not in graph or _is_unlimited(graph):
        return math.inf, []
    flow, (near, far) = nx.minimum_cut(graph, _SOURCE, _SINK)
    names = [one.id for one in topology.nodes if _into(one.id) in near and _out_of(one.id) in far]
    return float(flow), names


def _is_unlimited(graph: _Paths) -> bool:
    """Return whether some path has no limit anywhere, or there is none at all."""
    open_edges = [(a, b) for a, b, data in graph.edges(data=True) if "capacity" not in data]
    unlimited: _Paths = nx.DiGraph(open_edges)
    if not nx.has_path(graph, _SOURCE, _SINK):
        return True
    return _SINK in unlimited and nx.has_path(unlimited, _SOURCE, _SINK)


def _into(name: str) -> str:
    return f"{name}>"


def _out_of(name: str) -> str:
    return f"{name}<"


def _sinks(topology: Topology, down: Collection[str]) -> dict[str, str]:
    """The end of the paths at each node that keeps data; members of a group share theirs, if they
    may take over from each other.
    """
    found: dict[str, str] = {}
    leader_of = leaders(topology)
    for place, members in enumerate(data_sets(topology)):
        up = [node for node in members if node.id not in down]
        if members[0].spec.replication == "log" and mode_of(members) == LED:
            lead = leader_of[members[0].id]
            up = [one for one in up if one.id == lead or one.parameters["automatic"] == "on"]
        found |= {node.id: f"{_SINK}{place}" for node in up}
    return found


def _paths(
    topology: Topology, client: Node, down: Collection[str], sinks: Mapping[str, str]
) -> _Paths:
    """Every way of a client's requests, by way of the name servers if it asks any, to `sinks`; to
    one of its own behind the servers when none of them leads to data.
    """
    graph: _Paths = nx.DiGraph()
    graph.add_node(client.id)
    graph.add_edges_from(_first_steps(topology, client, down))
    waiting = [name for name in graph if topology.node(name).spec.role in _SERVING]
    seen = {*waiting}
    ends: list[str] = []
    while waiting:
        node = topology.node(waiting.pop())
        if node.spec.role is Role.WORKS:
            ends.append(node.id)
        for link in topology.links_from(node.id):
            target = topology.node(link.target)
            if target.id in down or not is_reachable(topology, link):
                continue
            if target.id in sinks:
                graph.add_edge(node.id, target.id)
                graph.add_edge(target.id, sinks[target.id])
            elif target.spec.role in _SERVING:
                graph.add_edge(node.id, target.id)
                if target.id not in seen:
                    seen.add(target.id)
                    waiting.append(target.id)
    if not any(name.startswith(_SINK) for name in graph):
        graph.add_edges_from((name, f"{_SINK}answer") for name in ends)
    return graph


def _first_steps(
    topology: Topology, client: Node, down: Collection[str]
) -> Iterator[tuple[str, str]]:
    """A client's way to every address: through each name server if it has any."""
    named = lookup_links(topology, client)
    servers = [
        one.target for one in named if one.target not in down and is_reachable(topology, one)
    ]
    yield from ((client.id, one) for one in servers)
    for link in address_links(topology, client):
        for target in _answering(topology, link.target):
            if target not in down and is_reachable(topology, link):
                yield from ((one, target) for one in (servers if named else [client.id]))


def _answering(topology: Topology, name: str) -> tuple[str, ...]:
    """All who may answer at a node's address."""
    shared = topology.node(name).groups.get("virtual_ip")
    if shared is None:
        return (name,)
    return tuple(node.id for node in topology.in_group("virtual_ip", shared))


def _up_from(above: Mapping[str, str | None], sink: str, client: str) -> Iterator[str]:
    """The dominators of a sink between it and the client."""
    name = above[sink]
    while name is not None and name != client:
        yield name
        name = above[name]
