"""Routing of requests: the links that each node deals them out to, once those who could find out
have noticed what is down.
"""

from __future__ import annotations

from app.schema import Role, UnknownChoiceError
from app.topology.choices import is_on, is_primary
from app.topology.model import Topology
from app.topology.nodes import Link, Node
from app.topology.paths.addresses import addresses
from app.topology.replication.replication_groups import LED, mode_of


def lookup_links(topology: Topology, client: Node) -> list[Link]:
    """A client's links to name servers, which it asks in turn."""
    return [one for one in topology.links_from(client.id) if _role(topology, one) is Role.NAMES]


def address_links(topology: Topology, client: Node) -> list[Link]:
    """A client's links to where it connects, which it uses in turn; some may be unreachable.

    What is sent to a virtual IP goes to whoever holds it, by a link of its own if there is one.
    """
    links = [
        one for one in topology.links_from(client.id) if _role(topology, one) is not Role.NAMES
    ]
    return [
        topology.link_between(client.id, answering(topology, link.target).id) or link
        for link in links
    ]


def used_addresses(topology: Topology, client: Node) -> list[Link]:
    """The addresses that a client connects to, each as often as the others: only the first when its
    name servers always put that one first, and none that is down when they check.
    """
    links = address_links(topology, client)
    servers = [topology.node(link.target) for link in lookup_links(topology, client)]
    if servers and all(one.parameters["health_checks"] == "on" for one in servers):
        healthy = [link for link in links if topology.is_up(answering(topology, link.target).id)]
        links = healthy or links  # an answer without any address would help nobody
    fixed = servers and all(one.parameters["answer_order"] == "fixed" for one in servers)
    return links[:1] if fixed else links


def is_reachable(topology: Topology, link: Link) -> bool:
    """Return whether a connection along the link can be opened."""
    if topology.hindrance(link):
        return False
    return topology.is_up(link.id, link.source, answering(topology, link.target).id)


def ranks(topology: Topology) -> dict[str, int]:
    """Every balancer's place by address, the lowest first: VRRP's order among equal priorities."""
    known = addresses(topology)
    balancers = (node.id for node in topology.nodes if "virtual_ip" in node.spec.groups)
    names = sorted(balancers, key=known.__getitem__)
    return {name: place for place, name in enumerate(names)}


def answering(topology: Topology, node_id: str) -> Node:
    """Return the node that answers at a node's address: of balancers that share a virtual IP, the
    master.
    """
    node = topology.node(node_id)
    name = node.groups.get("virtual_ip")
    if name is None:
        return node
    place = ranks(topology)
    members = topology.in_group("virtual_ip", name)
    members = tuple(one for one in members if topology.is_up(one.id)) or members
    return max(members, key=lambda one: (one.parameters["vrrp_priority"], place[one.id]))


def open_links(topology: Topology, node: Node) -> list[Link]:
    """A node's links that work: health checks keep requests off the others."""
    return [link for link in topology.links_from(node.id) if is_reachable(topology, link)]


def forwarders(topology: Topology) -> list[Node]:
    """Balancers and relays in the order in which requests meet them: a relay that is behind a
    balancer leads to no other one (see `Topology.hindrance`).
    """
    behind = {link.target for one in topology.balancers() for link in topology.links_from(one.id)}

    def place(node: Node) -> int:
        return 1 if node.spec.balances else 2 * (node.id in behind)

    return sorted(topology.of_role(Role.FORWARDS), key=place)


def leaders(topology: Topology) -> dict[str, str]:
    """The primary of every database's group: itself, where each member is one. A group without one
    that is up elects its oldest member that is, of those that fail over by themselves.
    """
    found: dict[str, str] = {}
    for group in topology.database_groups():
        if mode_of(group) != LED:
            found |= {node.id: node.id for node in group}
            continue
        up = [node for node in group if topology.is_up(node.id)]
        primaries = [node for node in up if is_primary(node)]
        elected = [node for node in up if is_on(node, "automatic")]
        drawn = [node for node in group if is_primary(node)]
        leader = (primaries or (elected if topology.down else drawn) or drawn or list(group))[0]
        found |= {node.id: leader.id for node in group}
    return found


def cache_links(topology: Topology, server: Node) -> list[Link]:
    """A web server's links to caches that it can reach."""
    links = open_links(topology, server)
    return [link for link in links if _role(topology, link) is Role.CACHES]


def data_links(topology: Topology, server: Node) -> list[Link]:
    """A web server's links to where data is kept for good, as far as it can reach them."""
    links = open_links(topology, server)
    return [link for link in links if _role(topology, link) is not Role.CACHES]


def write_links(topology: Topology, server: Node, leader_of: dict[str, str]) -> list[Link]:
    """A web server's links to primaries, and to stores, which take its writes in turn.

    Raises UnknownChoiceError.
    """
    links = data_links(topology, server)
    primaries = [link for link in links if leader_of.get(link.target, link.target) == link.target]
    match server.parameters["write_routing"]:
        case "nearest":
            return _nearest(primaries)
        case "round_robin" | "home":
            return primaries
        case choice:
            raise UnknownChoiceError("write_routing", choice)


def read_links(topology: Topology, server: Node, leader_of: dict[str, str]) -> list[Link]:
    """A web server's links to replicas and stores, which take its reads in turn; if none, to
    primaries, unless it is set otherwise. Raises UnknownChoiceError.
    """
    match server.parameters["read_routing"]:
        case "primary_only":
            return write_links(topology, server, leader_of)
        case "nearest":
            return _nearest(_readers(topology, server, leader_of))
        case "round_robin" | "least_lag" | "pin_after_write":
            return _readers(topology, server, leader_of)
        case choice:
            raise UnknownChoiceError("read_routing", choice)


def _readers(topology: Topology, server: Node, leader_of: dict[str, str]) -> list[Link]:
    """Links to replicas and stores; if there are none, to primaries where they may stand in."""
    links = data_links(topology, server)
    others = [link for link in links if leader_of.get(link.target, "") != link.target]
    match server.parameters["primary_fallback"]:
        case "primary":
            return others or links
        case "fail":
            return others
        case choice:
            raise UnknownChoiceError("primary_fallback", choice)


def _role(topology: Topology, link: Link) -> Role:
    """The role of a link's target."""
    return topology.node(link.target).spec.role


def _nearest(links: list[Link]) -> list[Link]:
    """Return the links with the least latency."""
    least = min((link.latency_ms for link in links), default=0.0)
    return [link for link in links if link.latency_ms == least]
