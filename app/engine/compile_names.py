"""Names in a World: how name servers answer, whose health they watch, what clients keep."""

from __future__ import annotations

from typing import Final

from app.engine.plan import EngineLimit, Plan, parameter, room
from app.engine.world import World
from app.schema import Text
from app.topology.model import Link, Node, Topology
from app.topology.routing import address_links, lookup_links

CACHES_MAX: Final = 1 << 22
"""DNS caches of a whole run, those of edited clients included."""


def set_caches(world: World, plan: Plan, row: int, node: Node) -> None:
    """A client's caches, and for how long they keep what. Raises EngineLimit."""
    shared = node.parameters["resolver"] == "shared"
    count = 1 if shared else int(parameter(node, "dns_caches"))
    source = world["sources"][row]
    for field, name in (("ttl_min", "ttl_min_s"), ("ttl_max", "ttl_max_s")):
        source[field] = round(parameter(node, name))
    source["ttl_ignored"] = round(parameter(node, "ttl_ignored_s"))
    ignoring = 0.0 if shared else parameter(node, "ttl_ignored_percent")
    source["ignoring"] = round(count * ignoring)
    if count != source["cache_count"]:
        _place_caches(world, plan, row, count)


def set_connections(world: World, plan: Plan, topology: Topology, node: Node) -> None:
    """How a client connects, and whether its caches keep whole records."""
    source = world["sources"][plan.sources[node.id]]
    source["connect_timeout"] = round(parameter(node, "connect_timeout_s"))
    source["reuse"] = parameter(node, "connection_reuse_percent")
    source["connects"] = source["reuse"] < 1.0
    source["round_trips"] = 1 + int(node.parameters["tls"] == "on")
    drawn = node.parameters["arrivals"] in ("open", "table")
    source["parts"] = int(parameter(node, "subrequests")) if drawn else 0
    source["next_address"] = parameter(node, "try_next_address")
    servers = [topology.node(link.target) for link in lookup_links(topology, node)]
    orders = {int(parameter(server, "answer_order")) for server in servers}
    shared = node.parameters["resolver"] == "shared"
    source["spins"] = 1 + max(orders, default=0) if shared and servers else 0
    lists = bool(servers) and (shared or source["next_address"] > 0)
    if lists:
        first, count = int(source["cache_first"]), int(source["cache_count"])
        begins = not source["lists"]
        room(world, "cache_lists", first + count)
        if begins:  # of what the caches keep already, only the first address is known
            rows = slice(first, first + count)
            world["cache_lists"][rows] = -1
            world["cache_lists"][rows, 0] = world["cache_node"][rows]
    world["sources"][plan.sources[node.id]]["lists"] = lists
    if world["sources"][plan.sources[node.id]]["parts"] > 0:
        room(world, "parts_left", len(world["slots"]))


def _place_caches(world: World, plan: Plan, row: int, count: int) -> None:
    source = world["sources"][row]
    if plan.caches_used + count > CACHES_MAX:
        raise EngineLimit(
            Text(
                f"more than {CACHES_MAX:,} DNS caches in one run",
                f"한 실행에 DNS 캐시가 {CACHES_MAX:,}개를 넘습니다",
            )
        )
    source["cache_first"], source["cache_count"] = plan.caches_used, count
    source["lists"] = 0
    plan.caches_used += count
    room(world, "cache_until", plan.caches_used)
    room(world, "cache_node", plan.caches_used)


def watched(topology: Topology, server: Node) -> dict[str, Link]:
    """Every address that a name server checks, with the first link of its users that leads there.

    They are the addresses of whoever asks it, and a check goes the way that those users go.
    """
    found: dict[str, Link] = {}
    if server.parameters["health_checks"] == "on":
        for client in topology.of_kind("client"):
            if any(link.target == server.id for link in lookup_links(topology, client)):
                for link in address_links(topology, client):
                    found.setdefault(link.target, link)
    return found


def check_name(server: Node, target: str) -> str:
    """What a plan calls the check of an address by a name server."""
    return f"address:{server.id}:{target}"


def arrange(world: World, plan: Plan, topology: Topology) -> None:
    """How name servers answer, and which check says what they believe of an address."""
    rows: list[tuple[int, int]] = []
    for server in topology.of_kind("dns"):
        node = world["nodes"][plan.nodes[server.id]]
        node["answer_order"] = parameter(server, "answer_order")
        node["watch_first"] = len(rows)
        rows += [
            (plan.nodes[target], plan.checks[check_name(server, target)])
            for target in watched(topology, server)
        ]
        node["watch_count"] = len(rows) - node["watch_first"]
    room(world, "watches", len(rows))
    world["watches"][: len(rows)] = rows
