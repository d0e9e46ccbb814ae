"""Addresses: part of the model, since users on the internet reach public ones only.

Public addresses come from the documentation network 203.0.113.0/24 (RFC 5737), private ones
from 10.0.0.0/16 (RFC 1918), one subnet per tier.
"""

from ipaddress import IPv4Address

from app.topology.model import Node, Topology

PUBLIC_FIRST = IPv4Address("203.0.113.10")
PRIVATE_FIRST = IPv4Address("10.0.0.11")
SUBNET_SIZE = 256


def is_public(node: Node) -> bool:
    """Whether the node can be reached from the internet."""
    return node.kind == "dns" or node.parameters.get("exposure") == "public"


def addresses(topology: Topology) -> dict[str, IPv4Address]:
    """The address of every node but the clients, by node id; stable while others are added."""
    found: dict[str, IPv4Address] = {}
    used: set[IPv4Address] = set()
    for node in topology.nodes:
        if node.kind == "client":
            continue
        first = PUBLIC_FIRST if is_public(node) else PRIVATE_FIRST
        address = first + (0 if is_public(node) else node.spec.subnet * SUBNET_SIZE)
        while address in used:
            address += 1
        used.add(address)
        found[node.id] = address
    return found
