"""Routing and pages of a drawing for theory: a choice without a case counts as the default.

No exact figure is claimed behind such a choice (see `known_choices`); its traffic is an estimate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from app.schema import UnknownChoiceError
from app.theory.choices.known_choices import is_known
from app.topology.model import Topology
from app.topology.nodes import Link, Node
from app.topology.paths import routing
from app.topology.replication import store_rings

T = TypeVar("T")


def read_links(topology: Topology, server: Node, leader_of: dict[str, str]) -> list[Link]:
    """A web server's links for reads, as `routing.read_links` has them."""
    return _asked(lambda one: routing.read_links(topology, one, leader_of), server)


def write_links(topology: Topology, server: Node, leader_of: dict[str, str]) -> list[Link]:
    """A web server's links for writes, as `routing.write_links` has them."""
    return _asked(lambda one: routing.write_links(topology, one, leader_of), server)


def page_of(server: Node, target: Node) -> tuple[int, float]:
    """Round trips of a page, and their mean work in ms beyond a plain read's."""
    return _asked(lambda one: _asked(lambda other: store_rings.page_of(one, other), target), server)


def _asked(question: Callable[[Node], T], node: Node) -> T:
    """Answer for a node; where a choice has no case, for the node with that choice's default."""
    try:
        return question(node)
    except UnknownChoiceError:
        return question(assumed(node))


def assumed(node: Node) -> Node:
    """Return a node with the defaults of the choices that theory does not know in their place."""
    defaults = {
        one.name: one.default
        for one in node.spec.parameters
        if one.choices and not is_known(one.name, node.parameters[one.name])
    }
    return replace(node, parameters={**node.parameters, **defaults}) if defaults else node


@lru_cache(maxsize=8)
def assumed_drawing(topology: Topology) -> Topology:
    """Return a drawing with every node `assumed`, for what asks the drawing how nodes relate."""
    nodes = [assumed(node) for node in topology.nodes]
    if all(one is node for one, node in zip(nodes, topology.nodes, strict=True)):
        return topology
    whole = Topology.of(nodes, topology.links, topology.peerings)
    return replace(whole, down=topology.down)
