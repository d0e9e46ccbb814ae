"""Balancers of a World: how they choose among their servers, and what they think of them."""

from __future__ import annotations

from app.engine.intervene import take_stock
from app.engine.plan import Plan, parameter
from app.engine.records import ROUND_ROBIN
from app.engine.world import World
from app.topology.model import Node, Topology


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
    row["picks"] = int(
        row["algorithm"] != ROUND_ROBIN or row["slow_start"] > 0 or row["ejects_after"] > 0
    )


def weight_of(target: Node) -> float:
    """A server's weight for the balancers before it; 1 by default."""
    return parameter(target, "weight") / 100.0 if target.kind == "web_server" else 1.0


def arrange(world: World, plan: Plan, topology: Topology) -> None:
    """Let balancers whose servers or limits are new look anew at whom they use."""
    for node in topology.of_kind("load_balancer"):
        take_stock(world.buffer, plan.nodes[node.id])
