"""Nodes whose figures an unknown choice may change, of whichever node that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from app.texts.text import Text
from app.theory.choices.assumed_choices import assumed_drawing
from app.theory.choices.known_choices import unknown_choice
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.replication.store_rings import rings
from app.topology.servers.machines import machines


@lru_cache(maxsize=8)
def touched(topology: Topology) -> Mapping[str, Text]:
    """Nodes whose traffic or queues an unknown choice may change, by id, with the sentence.

    That is whatever lies behind such a node, behind those who choose between it and others, or with
    it on one machine or in one group that replicates. Requests of clients pass through these nodes.
    """
    found: dict[str, Text] = {}
    together = tuple(_together(assumed_drawing(topology)))
    for node in topology.nodes:
        why = unknown_choice(node)
        if why is None:
            continue
        for name in topology.reached([node.id, *_siblings(topology, node.id)], together):
            found.setdefault(name, why)
    return found


def on_the_way(topology: Topology, client: Node) -> Text | None:
    """The sentence about a node that requests of a client may come to; None if all are known."""
    doubts = touched(topology)
    if not doubts:
        return None
    reached = (client.id, *topology.beyond(client.id))
    return next((doubts[name] for name in reached if name in doubts), None)


def _siblings(topology: Topology, name: str) -> Iterable[str]:
    """Return the targets of all links from the nodes that link to a node."""
    return (
        link.target
        for before in topology.links_to(name)
        for link in topology.links_from(before.source)
    )


def _together(topology: Topology) -> Iterator[frozenset[str]]:
    for crowd in (*machines(topology), *topology.database_groups(), *rings(topology)):
        if len(crowd) > 1:
            yield frozenset(node.id for node in crowd)
