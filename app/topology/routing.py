"""Where requests go while everything is up: the links that each node deals them out to."""

from __future__ import annotations

from app.topology.addresses import addresses
from app.topology.model import Link, Node, Topology
from app.topology.primaries import LED, mode_of


def lookup_links(topology: Topology, client: Node) -> list[Link]:
    """A client's links to name servers, which it asks in turn."""
    links = topology.links_from(client.id)
    return [link for link in links if topology.node(link.target).kind == "dns"]


def address_links(topology: Topology, client: Node) -> list[Link]:
    """A client's links to where it connects, which it uses in turn; some may be unreachable.

    What is sent to a virtual IP goes to whoever holds it, by a link of its own if there is one.
    """
    links = [
        one for one in topology.links_from(client.id) if topology.node(one.target).kind != "dns"
    ]
    return [
        topology.link_between(client.id, answering(topology, link.target).id) or link
        for link in links
    ]


def used_addresses(topology: Topology, client: Node) -> list[Link]:
    """The addresses that a client connects to while everything is up, each as often as the others:
    only the first when its name servers always put that one first.
    """
    links = address_links(topology, client)
    servers = [topology.node(link.target) for link in lookup_links(topology, client)]
    fixed = servers and all(one.parameters["answer_order"] == "fixed" for one in servers)
    return links[:1] if fixed else links


def is_reachable(topology: Topology, link: Link) -> bool:
    """Whether a connection along the link can be opened."""
    return not topology.hindrance(link)


def ranks(topology: Topology) -> dict[str, int]:
    """Every balancer's place by address, the lowest first: VRRP's order among equal priorities."""
    known = addresses(topology)
    names = sorted((node.id for node in topology.of_kind("load_balancer")), key=known.__getitem__)
    return {name: place for place, name in enumerate(names)}


def answering(topology: Topology, node_id: str) -> Node:
    """Who answers at a node's address: of balancers that share a virtual IP, the master."""
    node = topology.node(node_id)
    name = node.groups.get("virtual_ip")
    if name is None:
        return node
    place = ranks(topology)
    members = topology.in_group("virtual_ip", name)
    return max(members, key=lambda one: (one.parameters["vrrp_priority"], place[one.id]))


def open_links(topology: Topology, node: Node) -> list[Link]:
    """A node's links that work: health checks keep requests off the others."""
    return [link for link in topology.links_from(node.id) if is_reachable(topology, link)]


def leaders(topology: Topology) -> dict[str, str]:
    """The primary of every database's group: itself, where each member is one. A group without one
    elects its oldest member.
    """
    found: dict[str, str] = {}
    for group in topology.database_groups():
        if mode_of(group) != LED:
            found |= {node.id: node.id for node in group}
            continue
        primaries = [node for node in group if node.parameters["role"] == "primary"]
        leader = (primaries or list(group))[0]
        found |= {node.id: leader.id for node in group}
    return found


def cache_links(topology: Topology, server: Node) -> list[Link]:
    """A web server's links to caches that it can reach."""
    links = open_links(topology, server)
    return [link for link in links if topology.node(link.target).kind == "cache"]


def data_links(topology: Topology, server: Node) -> list[Link]:
    """A web server's links to where data is kept for good, as far as it can reach them."""
    links = open_links(topology, server)
    return [link for link in links if topology.node(link.target).kind != "cache"]


def write_links(topology: Topology, server: Node, leader_of: dict[str, str]) -> list[Link]:
    """A web server's links to primaries, and to stores, which take its writes in turn."""
    links = data_links(topology, server)
    primaries = [link for link in links if leader_of.get(link.target, link.target) == link.target]
    return _nearest(primaries) if server.parameters["write_routing"] == "nearest" else primaries


def read_links(topology: Topology, server: Node, leader_of: dict[str, str]) -> list[Link]:
    """A web server's links to replicas and stores, which take its reads in turn; if none, to
    primaries, unless it is set otherwise.
    """
    links = data_links(topology, server)
    if server.parameters["read_routing"] == "primary_only":
        return write_links(topology, server, leader_of)
    others = [link for link in links if leader_of.get(link.target, "") != link.target]
    found = others if others or server.parameters["primary_fallback"] == "fail" else links
    return _nearest(found) if server.parameters["read_routing"] == "nearest" else found


def _nearest(links: list[Link]) -> list[Link]:
    """Those with the least latency."""
    least = min((link.latency_ms for link in links), default=0.0)
    return [link for link in links if link.latency_ms == least]
