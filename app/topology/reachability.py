"""Reachability: private networks, what they peer with, and the ways in and out of them.

A public address is reached from the internet, a private one only from its own network and from
those that network peers with. Nodes that name no network share one; clients that name none are on
the internet. Whoever stands inside goes out through a NAT or has a public address of its own.
Peering joins two networks and leads no further (as in Amazon's VPC peering guide, "Unsupported
VPC peering configurations": no transitive peering, no way out through a peer's gateway).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from app.schema import Role
from app.topology.nodes import Node

Peerings = Collection[tuple[str, str]]
"""Pairs of names of networks, each pair in alphabetical order."""

FROM_INTERNET: Final = "private_address"
OTHER_NETWORK: Final = "other_network"
NO_WAY_OUT: Final = "no_way_out"
SECOND_BALANCER: Final = "second_balancer"
"""Obstacles between nodes: codes of problems of a drawing."""


def is_public(node: Node) -> bool:
    """Return whether the node can be reached from the internet."""
    return node.spec.public or node.parameters.get("exposure") == "public"


def is_on_internet(node: Node) -> bool:
    """Return whether the node stands outside every private network: users who are in none."""
    return node.spec.role is Role.SENDS and "network" not in node.groups


def goes_out(node: Node) -> bool:
    """Return whether what the node sends can leave its private network."""
    return is_on_internet(node) or is_public(node) or node.parameters.get("nat") == "yes"


def hindrance(source: Node, target: Node, peerings: Peerings) -> str:
    """Return the code of what keeps `source` from connecting to `target`; "" if nothing does."""
    if not is_on_internet(source):
        here, there = source.groups.get("network", ""), target.groups.get("network", "")
        if here == there or (min(here, there), max(here, there)) in peerings:
            return ""
    if is_public(target):
        return "" if goes_out(source) else NO_WAY_OUT
    return FROM_INTERNET if is_on_internet(source) else OTHER_NETWORK
