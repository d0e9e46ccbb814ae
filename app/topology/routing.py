"""Where requests go while everything is up: the links that each node deals them out to."""

from __future__ import annotations

from app.topology.addresses import is_public
from app.topology.model import Link, Node, Topology


def lookup_links(topology: Topology, client: Node) -> list[Link]:
    """A client's links to name servers, which it asks in turn."""
    links = topology.links_from(client.id)
    return [link for link in links if topology.node(link.target).kind == "dns"]


def address_links(topology: Topology, client: Node) -> list[Link]:
    """A client's links to where it connects, which it uses in turn; some may be unreachable."""
    links = topology.links_from(client.id)
    return [link for link in links if topology.node(link.target).kind != "dns"]


def is_reachable(topology: Topology, link: Link) -> bool:
    """Whether a client's link leads to an address that the internet can reach."""
    return is_public(topology.node(link.target))


def leaders(topology: Topology) -> dict[str, str]:
    """The primary of every database's group. A group without one elects its oldest member."""
    found: dict[str, str] = {}
    for group in topology.database_groups():
        primaries = [node for node in group if node.parameters["role"] == "primary"]
        leader = (primaries or list(group))[0]
        found |= {node.id: leader.id for node in group}
    return found


def write_links(topology: Topology, server: Node, leader_of: dict[str, str]) -> list[Link]:
    """A web server's links to primaries, which take its writes in turn."""
    links = topology.links_from(server.id)
    return [link for link in links if leader_of[link.target] == link.target]


def read_links(topology: Topology, server: Node, leader_of: dict[str, str]) -> list[Link]:
    """A web server's links to replicas, which take its reads in turn; if none, to primaries."""
    links = topology.links_from(server.id)
    replicas = [link for link in links if leader_of[link.target] != link.target]
    return replicas or list(links)
