"""From a drawing to a World, and from an edited drawing to the same World patched in place.

A node, link, client or database keeps its number for the whole run, so that whatever is in flight
stays valid; only the edge table is laid out anew, since routing wants a node's edges together.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from app.engine import (
    breaking,
    compile_attempts,
    compile_balancers,
    compile_caches,
    compile_calls,
    compile_checks,
    compile_groups,
    compile_machines,
    compile_names,
    compile_sources,
    compile_stores,
    compile_vips,
    draining,
    fleets,
)
from app.engine.compile_stores import is_shard, trips_to
from app.engine.intervene import heal
from app.engine.plan import (
    EngineLimit,
    Plan,
    line_for,
    parameter,
    room,
    routes,
)
from app.engine.records import (
    ASKS_SEVERAL,
    BAD_LINE,
    DROPS_EXPIRED,
    DROPS_ORPHANS,
    HAS_WORKERS,
    HOPS,
    HYPEREXPONENTIAL,
    INCIDENTS,
    LIMITS_WAIT,
    LINES_MAX,
    LOGNORMAL,
    NEVER,
    NODES_MAX,
    REACHABLE,
    SLOTS_FIRST,
    TAKES_FALLBACK,
    TAKES_READS,
    TAKES_WRITES,
    VISITS,
    WORLD_BYTES_MAX,
)
from app.engine.tables import EDGE
from app.engine.traits import set_trait
from app.engine.world import World
from app.kinds import KINDS
from app.schema import Text
from app.topology.model import Node, Topology

KIND_CODES = {kind.name: code for code, kind in enumerate(KINDS)}
_MEAN_WORK = {
    "dns": ("lookup_ms", "lookup_ms"),
    "load_balancer": ("forward_ms", "forward_ms"),
    "web_server": ("service_ms", "service_ms"),
    "database": ("read_ms", "write_ms"),
    "cache": ("get_ms", "get_ms"),
    "store": ("read_ms", "write_ms"),
}
_BREAKER = "breaker_failures"


def build(
    topology: Topology, seed: int, load: float, bytes_max: int = WORLD_BYTES_MAX
) -> tuple[World, Plan]:
    """A World at second 0 for this drawing. Raises EngineLimit."""
    lines = dict.fromkeys(("lines", "line_at", "line_serial"), LINES_MAX)
    world = World({"incidents": INCIDENTS, "hops": HOPS, "visits": VISITS, **lines})
    world["line_at"][:] = NEVER
    world["lines"]["head"] = -1
    control = world.control
    control["free_head"] = -1
    plan = Plan(seed, bytes_max)
    compile_groups.share_log(plan, topology)
    while len(world["slots"]) < SLOTS_FIRST:
        world.grow_slots()
    patch(world, plan, topology, load)
    return world, plan


def patch(world: World, plan: Plan, topology: Topology, load: float) -> None:
    """Make the World follow an edited drawing; the run goes on. Raises EngineLimit."""
    if len(plan.nodes) + len(topology.nodes) > NODES_MAX:
        raise EngineLimit(
            Text(
                f"more than {NODES_MAX:,} nodes in one run",
                f"한 실행에 노드가 {NODES_MAX:,}개를 넘습니다",
            )
        )
    drawn, topology = topology, fleets.arrange(plan, topology)
    world.reserve_agenda()
    back, resized = _place_nodes(world, plan, topology)
    known = {link.id for link in topology.links}
    plan.troubles = {name: one for name, one in plan.troubles.items() if name in known}
    compile_attempts.arrange(world, plan, topology)
    compile_groups.arrange(world, plan, topology)
    compile_caches.arrange(world, plan, topology)
    compile_stores.arrange(world, plan, topology)
    _lay_edges(world, plan, topology)
    compile_checks.arrange(world, plan, topology)
    compile_balancers.arrange(world, plan, topology)
    compile_names.arrange(world, plan, topology)
    compile_calls.arrange(world, plan, topology)
    world.reserve_agenda()
    compile_vips.arrange(world, plan, topology)
    for n in back:
        heal(world.buffer, n)
    compile_sources.arrange(world, plan, topology, load)
    compile_balancers.give_cookies(world, plan, topology)
    for n in resized:
        breaking.restart(world, plan, n)
    fleets.launch(world, plan, drawn)
    breaking.count(world)
    _check_size(world, plan.bytes_max)
    draining.arrange(plan, topology)


def _check_size(world: World, bytes_max: int) -> None:
    """Whether what a drawing needs fits, besides what is in flight. Raises EngineLimit."""
    if world.bytes_drawn > bytes_max:
        megabytes = bytes_max // 1_000_000
        raise EngineLimit(
            Text(
                f"more than {megabytes} MB for the keys, copies, logs and caches of one run",
                f"한 실행의 키, 복제본, 로그, 캐시가 {megabytes}MB를 넘습니다",
            )
        )


def _place_nodes(world: World, plan: Plan, topology: Topology) -> tuple[list[int], list[int]]:
    """Give nodes rows and parameters; crash those taken off. Returns those put back, and those
    that a new size restarts.
    """
    for node in topology.nodes:
        plan.nodes.setdefault(node.id, len(plan.nodes))
    for name in ("nodes", "failures", "sojourns"):
        room(world, name, len(plan.nodes))
    known = int(world.control["nodes_used"])
    world.control["nodes_used"] = len(plan.nodes)
    back: list[int] = []
    for node in topology.nodes:
        n = plan.nodes[node.id]
        row = world["nodes"][n]
        if n >= known:
            row["kind"], row["up"], row["placed"], row["row"] = KIND_CODES[node.kind], 1, 1, -1
            row["queue_head"] = row["queue_tail"] = row["held"] = row["pool_head"] = -1
            row["slow"], row["neighbour"] = 1.0, n
        elif not row["placed"]:
            row["placed"] = 1
            if not draining.put_back(world, plan, node.id):
                back.append(n)
        _set_node(world, n, node)
    for node_id, n in plan.nodes.items():
        if world["nodes"][n]["placed"] and not topology.has_node(node_id):
            draining.take_off(world, plan, node_id)
    return back, compile_machines.seat(world, plan, topology)


def _set_node(world: World, n: int, node: Node) -> None:
    """Give a node its parameters, but for its cores: those are its machine's."""
    row = world["nodes"][n]
    if node.kind == "client":
        return
    row["boot_ns"] = round(parameter(node, "boot_s"))
    read, write = _MEAN_WORK[node.kind]
    row["read_ns"], row["write_ns"] = parameter(node, read), parameter(node, write)
    row["queue_limit"] = parameter(node, "queue_limit")
    if node.kind == "dns":
        row["ttl_ns"] = round(parameter(node, "ttl_s"))
    if node.kind == "load_balancer":
        compile_balancers.set_balancer(world, n, node)
    if node.kind == "web_server":
        row["replies"] = parameter(node, "read_replies")
        row["workers"], row["breaker"] = parameter(node, "workers"), parameter(node, _BREAKER)
        set_trait(row, ASKS_SEVERAL, row["replies"] > 0)
        set_trait(row, HAS_WORKERS, row["workers"] > 0)
        row["breaker_ns"] = round(parameter(node, "breaker_open_s"))
        row["data_timeout"] = round(parameter(node, "data_timeout_s"))
    if node.kind in ("load_balancer", "web_server", "database"):
        row["cancels"] = parameter(node, "cancels")
        _set_rules(row, node)
    variation = row["variation"] = round(parameter(node, "distribution"))
    row["spread"] = _spread(variation, float(parameter(node, "scv")))


def _set_rules(row: Any, node: Node) -> None:
    """What becomes of those who wait too long here."""
    row["queue_timeout"] = 0
    rules = DROPS_ORPHANS if parameter(node, "cancels") else 0
    if node.kind != "load_balancer":  # a balancer's own queue has a timeout of its own
        row["queue_timeout"] = round(parameter(node, "wait_limit_s"))
        rules |= LIMITS_WAIT if row["queue_timeout"] > 0 else 0
        rules |= DROPS_EXPIRED if parameter(node, "drop_expired") else 0
    row["rules"] = rules


def _spread(variation: int, scv: float) -> float:
    """What the kernel needs besides the mean: sigma of a log-normal, p of a hyperexponential."""
    if variation == LOGNORMAL:
        return math.sqrt(math.log1p(scv))
    if variation == HYPEREXPONENTIAL:
        return 0.5 * (1.0 + math.sqrt((max(scv, 1.0) - 1.0) / (max(scv, 1.0) + 1.0)))
    return 0.0


def _lay_edges(world: World, plan: Plan, topology: Topology) -> None:
    for link in topology.links:
        plan.links.setdefault(link.id, len(plan.links))
    used = int(world.control["edges_used"])
    edges = world["edges"][:used].copy()
    before = {int(edge["link"]): edge for edge in edges}
    old_place = {link: place for place, link in enumerate(before)}
    rows = [
        row for node in topology.nodes for row in _edges_of(world, plan, topology, node, before)
    ]
    leaving = draining.ways_on(plan, edges)
    rows += [ways for _, ways in leaving]
    after = np.concatenate(rows) if rows else np.zeros(0, EDGE)
    room(world, "edges", len(after))
    world["edges"][: len(after)] = after
    world.control["edges_used"] = len(after)
    new_place = {int(link): place for place, link in enumerate(after["link"])}
    moved = np.full(used + 1, -1, np.int32)
    for number, place in old_place.items():
        moved[place] = new_place.get(number, -1)
    slots = world["slots"]
    for name in ("edge", "front"):
        slots[name] = moved[np.clip(slots[name], -1, used - 1)]
    start = 0
    counts = [(plan.nodes[node.id], len(routes(topology, node))) for node in topology.nodes]
    for n, count in [*counts, *((n, len(ways)) for n, ways in leaving)]:
        row = world["nodes"][n]
        row["first_edge"], row["edge_count"] = start, count
        start += count


def _edges_of(
    world: World, plan: Plan, topology: Topology, node: Node, before: dict[int, Any]
) -> list[Any]:
    """A row for each way on from a node; one that was there keeps what it has counted."""
    rows: list[Any] = []
    for link in routes(topology, node):
        number = plan.links[link.id]
        target = topology.node(link.target)
        rows.append(np.zeros(1, EDGE))
        edge = rows[-1][0]
        known = before.get(number)
        if known is not None:
            rows[-1][0] = known
        else:
            edge["link"], edge["healthy"] = number, 1
            edge["returned_at"] = world.control["now"]
            edge["open"] = _opened(world, plan, node, target)
        reach = 0 if topology.hindrance(link) else int(REACHABLE)
        edge["open"] = int(edge["open"]) & ~int(REACHABLE) | reach
        delay, trouble = plan.delay_ns(link), plan.trouble(link.id)
        edge["node"], edge["delay"] = plan.nodes[target.id], delay
        edge["line"] = BAD_LINE if trouble.stops_messages else line_for(world, plan, delay)
        edge["cut"], edge["loss"] = trouble.cut, trouble.loss
        edge["caches"] = target.kind == "cache"
        edge["shard"] = is_shard(target)
        if node.kind == "web_server":
            edge["more_ns"] = 1e6 * trips_to(node, target)[1]
        edge["owner"], edge["weight"] = plan.nodes[node.id], compile_balancers.weight_of(target)
    return rows


def _opened(world: World, plan: Plan, node: Node, target: Node) -> int:
    """What a new link may be used for: a balancer trusts a server until its checks say no."""
    if node.kind == "client":
        return 0
    if node.kind == "load_balancer":
        return TAKES_READS | TAKES_WRITES
    if target.kind == "cache":  # it is never asked like a database
        return 0
    if target.kind == "store":
        return TAKES_READS | TAKES_WRITES | TAKES_FALLBACK
    n = plan.nodes[target.id]
    database = world["databases"][world["nodes"][n]["row"]]
    if world["groups"][database["group"]]["mode"]:
        return TAKES_READS | TAKES_WRITES | TAKES_FALLBACK
    if database["leads"]:
        return TAKES_WRITES | TAKES_FALLBACK
    return TAKES_READS if database["ready"] else 0
