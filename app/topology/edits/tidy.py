"""A tidy drawing: layers from left to right in the order in which requests meet them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import TYPE_CHECKING

import networkx as nx

from app.topology.edits.places import APART, CARD_HEIGHT, CARD_WIDTH, bounded
from app.topology.model import Topology

if TYPE_CHECKING:
    _Groups = nx.DiGraph[int]
else:
    _Groups = nx.DiGraph

COLUMN = CARD_WIDTH + APART
ROW = CARD_HEIGHT + 48.0
SWEEPS = 4


def tidy_places(topology: Topology) -> dict[str, tuple[float, float]]:
    """Places of all nodes: a column a layer, each centred; the top left corner stays.

    Layers are the topological generations of the links, peers of a kind (replicas of each other)
    in one layer. Within a layer nodes stand in the order of the mean place of their neighbours
    (the barycentre heuristic of Sugiyama, Tagawa and Toda, 1981).
    """
    layers = _ordered(topology, _layers(topology))
    left = min(node.x for node in topology.nodes)
    top = min(node.y for node in topology.nodes)
    most = max(len(layer) for layer in layers)
    places: dict[str, tuple[float, float]] = {}
    for column, layer in enumerate(layers):
        start = top + (most - len(layer)) * ROW / 2
        for row, name in enumerate(layer):
            places[name] = bounded(left + column * COLUMN), bounded(start + row * ROW)
    return places


def _layers(topology: Topology) -> list[list[str]]:
    """Nodes by layer, each in the order from top to bottom that they have now."""
    group_of = _peers(topology)
    groups = _Groups()
    groups.add_nodes_from(set(group_of.values()))
    ends = ((group_of[link.source], group_of[link.target]) for link in topology.links)
    groups.add_edges_from((source, target) for source, target in ends if source != target)
    acyclic = nx.condensation(groups)
    layer_of: dict[int, int] = {}
    for number, generation in enumerate(nx.topological_generations(acyclic)):
        for part in generation:
            layer_of |= dict.fromkeys(acyclic.nodes[part]["members"], number)
    layers: list[list[str]] = [[] for _ in range(1 + max(layer_of.values()))]
    for node in sorted(topology.nodes, key=lambda node: (node.y, node.x)):
        layers[layer_of[group_of[node.id]]].append(node.id)
    return layers


def _peers(topology: Topology) -> dict[str, int]:
    """The number of each node's group: nodes that links between like kinds join are one."""
    alike: nx.Graph[str] = nx.Graph()
    alike.add_nodes_from(node.id for node in topology.nodes)
    for link in topology.links:
        if topology.node(link.source).kind == topology.node(link.target).kind:
            alike.add_edge(link.source, link.target)
    parts = nx.connected_components(alike)
    return {name: number for number, part in enumerate(parts) for name in part}


def _ordered(topology: Topology, layers: list[list[str]]) -> list[list[str]]:
    """The layers with fewer crossings."""
    for sweep in range(SWEEPS):
        place = _heights(layers)
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            means = {name: _mean(topology, name, place) for name in layer}
            layer.sort(key=means.__getitem__)
            place |= _heights([layer])
    return layers


def _heights(layers: Sequence[Sequence[str]]) -> dict[str, float]:
    """Heights of nodes as they stand in their layers, each layer's middle being 0."""
    return {name: row - (len(layer) - 1) / 2 for layer in layers for row, name in enumerate(layer)}


def _mean(topology: Topology, name: str, place: Mapping[str, float]) -> float:
    near = [*topology.graph.predecessors(name), *topology.graph.successors(name)]
    return fmean(place[one] for one in near) if near else place[name]
