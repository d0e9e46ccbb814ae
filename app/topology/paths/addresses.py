"""Addresses: part of the model, since users on the internet reach public ones only.

Public addresses come from the documentation network 203.0.113.0/24 (RFC 5737), private ones
from 10.0.0.0/8 (RFC 1918): a /16 for each private network, one subnet of it per tier.
"""

from ipaddress import IPv4Address

from app.schema import Role
from app.topology.model import Topology
from app.topology.reachability import is_public

PUBLIC_FIRST = IPv4Address("203.0.113.10")
PRIVATE_FIRST = IPv4Address("10.0.0.11")
SUBNET_SIZE = 256
NETWORK_SIZE = 256 * SUBNET_SIZE


def addresses(topology: Topology) -> dict[str, IPv4Address]:
    """The address of every node but those that only send, by id; stable while others are added."""
    found: dict[str, IPv4Address] = {}
    used: set[IPv4Address] = set()
    free: dict[IPv4Address, IPv4Address] = {}  # all from a subnet's first up to here are used
    networks = {name: place for place, name in enumerate(topology.group_names("network"), start=1)}
    for node in topology.nodes:
        if node.spec.role is Role.SENDS:
            continue
        first = PUBLIC_FIRST if is_public(node) else PRIVATE_FIRST
        network = networks.get(node.groups.get("network", ""), 0)
        inside = network * NETWORK_SIZE + node.spec.subnet * SUBNET_SIZE
        first += 0 if is_public(node) else inside
        address = free.get(first, first)
        while address in used:
            address += 1
        used.add(address)
        free[first] = address + 1
        found[node.id] = address
    return found
