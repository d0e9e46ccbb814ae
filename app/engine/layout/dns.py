"""Names in a World: how name servers answer, whose health they watch, what clients keep."""

from __future__ import annotations

from typing import Final

from app.engine.numbering import EngineLimit, Numbering, parameter, room
from app.kernel.state.world import World
from app.schema import Role
from app.texts.text import plural
from app.topology.choices import is_drawn_at_random, is_on, shares_resolver
from app.topology.model import Topology
from app.topology.nodes import Link, Node
from app.topology.paths.routing import address_links, lookup_links

CACHES_MAX: Final = 1 << 22
"""DNS caches of a whole run, those of edited clients included."""


def set_caches(world: World, numbering: Numbering, row: int, node: Node) -> None:
    """A client's caches, and for how long they keep what. Raises EngineLimit."""
    shared = shares_resolver(node)
    count = 1 if shared else int(parameter(node, "dns_caches"))
    source = world["sources"][row]
    for field, name in (("ttl_min", "ttl_min_s"), ("ttl_max", "ttl_max_s")):
        source[field] = round(parameter(node, name))
    source["ttl_ignored"] = round(parameter(node, "ttl_ignored_s"))
    ignoring = 0.0 if shared else parameter(node, "ttl_ignored_percent")
    source["ignoring"] = round(count * ignoring)
    if count != source["cache_count"]:
        _place_caches(world, numbering, row, count)


def set_connections(world: World, numbering: Numbering, topology: Topology, node: Node) -> None:
    """Set a client's ways to connect, and the lists of addresses in its caches."""
    source = world["sources"][numbering.sources[node.id]]
    source["connect_timeout"] = round(parameter(node, "connect_timeout_s"))
    source["reuse"] = parameter(node, "connection_reuse_percent")
    source["connects"] = source["reuse"] < 1.0
    source["round_trips"] = 1 + int(is_on(node, "tls"))
    drawn = is_drawn_at_random(node)
    source["parts"] = int(parameter(node, "subrequests")) if drawn else 0
    source["next_address"] = parameter(node, "try_next_address")
    servers = [topology.node(link.target) for link in lookup_links(topology, node)]
    orders = {int(parameter(server, "answer_order")) for server in servers}
    shared = shares_resolver(node)
    source["list_order"] = 1 + max(orders, default=0) if shared and servers else 0
    lists = bool(servers) and (shared or source["next_address"] > 0)
    if lists:
        first, count = int(source["cache_first"]), int(source["cache_count"])
        begins = not source["lists"]
        room(world, "cache_lists", first + count)
        if begins:  # of what the caches keep already, only the first address is known
            rows = slice(first, first + count)
            world["cache_lists"][rows] = -1
            world["cache_lists"][rows, 0] = world["cache_node"][rows]
    world["sources"][numbering.sources[node.id]]["lists"] = lists
    if world["sources"][numbering.sources[node.id]]["parts"] > 0:
        room(world, "parts_left", len(world["slots"]))


def _place_caches(world: World, numbering: Numbering, row: int, count: int) -> None:
    source = world["sources"][row]
    if numbering.caches_used + count > CACHES_MAX:
        raise EngineLimit(
            plural(
                "more than {count} DNS cache in one run",
                "more than {count} DNS caches in one run",
                count=CACHES_MAX,
            )
        )
    source["cache_first"], source["cache_count"] = numbering.caches_used, count
    source["lists"] = 0
    numbering.caches_used += count
    room(world, "cache_until", numbering.caches_used)
    room(world, "cache_node", numbering.caches_used)


def watched(topology: Topology, server: Node) -> dict[str, Link]:
    """Every address that a name server checks, with the first link of its users that leads there.

    They are the addresses of whoever asks it, and a check goes the way that those users go.
    """
    found: dict[str, Link] = {}
    if is_on(server, "health_checks"):
        for client in topology.of_role(Role.SENDS):
            if any(link.target == server.id for link in lookup_links(topology, client)):
                for link in address_links(topology, client):
                    found.setdefault(link.target, link)
    return found


def check_name(server: Node, target: str) -> str:
    """Return the name in a Numbering of a name server's check of an address."""
    return f"address:{server.id}:{target}"


def lay_out_dns_caches(world: World, numbering: Numbering, topology: Topology) -> None:
    """Set each name server's order of answers and the checks behind its addresses."""
    rows: list[tuple[int, int]] = []
    for server in topology.of_role(Role.NAMES):
        node = world["nodes"][numbering.nodes[server.id]]
        node["answer_order"] = parameter(server, "answer_order")
        node["watch_first"] = len(rows)
        rows += [
            (numbering.nodes[target], numbering.checks[check_name(server, target)])
            for target in watched(topology, server)
        ]
        node["watch_count"] = len(rows) - node["watch_first"]
    room(world, "watches", len(rows))
    world["watches"][: len(rows)] = rows
