"""Balancers of a World: how they choose among their servers, and what they think of them."""

from __future__ import annotations

from typing import Final

from app.engine.intervene import take_stock
from app.engine.plan import Plan, parameter, room
from app.engine.records import ROUND_ROBIN
from app.engine.world import World
from app.topology.model import Node, Topology

COOKIES_MAX: Final = 1 << 20
"""Cookies that a balancer keeps for one client; when it has more users, some share one."""


def set_balancer(world: World, n: int, node: Node) -> None:
    """A balancer's parameters."""
    row = world["nodes"][n]
    row["algorithm"] = parameter(node, "algorithm")
    row["slow_start"] = round(parameter(node, "slow_start_s"))
    row["panic_share"] = parameter(node, "panic_percent")
    passive = node.parameters["passive"] == "on"
    row["ejects_after"] = int(parameter(node, "passive_failures")) if passive else 0
    row["failing_window"] = round(parameter(node, "passive_window_s"))
    row["ejection"] = round(parameter(node, "passive_ejection_s"))
    row["ejection_max"] = round(parameter(node, "passive_ejection_max_s"))
    row["ejected_share"] = parameter(node, "passive_share_max")
    row["sticky"] = parameter(node, "sticky")
    wishes = ("slow_start", "ejects_after", "sticky")
    row["picks"] = int(row["algorithm"] != ROUND_ROBIN or any(row[name] > 0 for name in wishes))


def weight_of(target: Node) -> float:
    """A server's weight for the balancers before it; 1 by default."""
    return parameter(target, "weight") / 100.0 if target.kind == "web_server" else 1.0


def arrange(world: World, plan: Plan, topology: Topology) -> None:
    """Let balancers whose servers or limits are new look anew at whom they use."""
    now = int(world.control["now"])
    for node in topology.of_kind("load_balancer"):
        row = world["nodes"][plan.nodes[node.id]]
        first = int(row["first_edge"])
        edges = world["edges"][first : first + int(row["edge_count"])]
        if node.parameters["check_type"] == "none":
            edges["healthy"] = 1  # nobody says otherwise
        if now > 0 and (edges["returned_at"] == now).any():
            row["warm_at"] = max(int(row["warm_at"]), now + int(row["slow_start"]))
        take_stock(world.buffer, plan.nodes[node.id])


def give_cookies(world: World, plan: Plan, topology: Topology) -> None:
    """Let sticky balancers have a cookie for every user; those they have, they keep."""
    users = [int(source["users"]) for source in world["sources"][: len(plan.sources)]]
    wanted = [min(max(count, 1), COOKIES_MAX) for count in users]
    for node in topology.of_kind("load_balancer"):
        row = world["nodes"][plan.nodes[node.id]]
        if not row["sticky"]:
            continue
        first, held = int(row["cookies"]), plan.cookies.get(node.id, [])
        if len(held) == len(wanted) and all(map(int.__ge__, held, wanted)):
            continue
        counts = [
            max(count, held[row] if row < len(held) else 0) for row, count in enumerate(wanted)
        ]
        _move_cookies(world, plan, node.id, first, counts)
        plan.cookies[node.id] = counts


def _move_cookies(world: World, plan: Plan, balancer: str, before: int, counts: list[int]) -> None:
    """Lay a balancer's cookies out anew, behind all others."""
    held = plan.cookies.get(balancer, [])
    first = plan.cookies_used
    plan.cookies_used += 2 * len(counts) + sum(counts)
    room(world, "cookies", plan.cookies_used)
    cookies = world["cookies"]
    place = first + 2 * len(counts)
    for row, count in enumerate(counts):
        pair = first + 2 * row
        cookies[pair], cookies[pair + 1] = place, count
        if row < len(held):
            old = int(cookies[before + 2 * row])
            cookies[place : place + held[row]] = cookies[old : old + held[row]]
        place += count
    world["nodes"][plan.nodes[balancer]]["cookies"] = first
