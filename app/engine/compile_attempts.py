"""Balancers of a World: what a drawing's balancers do besides choosing a server and sending."""

from __future__ import annotations

from app.engine.plan import Plan, parameter, room
from app.engine.records import FOLLOWS, HOLDS_BACK, NEVER
from app.engine.world import World
from app.topology.model import Node, Topology

_TIMES = ("connect_timeout", "response_timeout", "queue_timeout", "retry_wait")
_COUNTS = ("retries", "retry_on", "redispatch", "max_connections", "queue_max")


def arrange(world: World, plan: Plan, topology: Topology) -> None:
    """Make balancers and their timeouts follow the drawing."""
    nodes = topology.of_kind("load_balancer")
    for node in nodes:
        plan.balancers.setdefault(node.id, len(plan.balancers))
    room(world, "balancers", len(plan.balancers))
    room(world, "reply_by", len(plan.balancers))
    known = int(world.control["balancers_used"])
    world.control["balancers_used"] = len(plan.balancers)
    for node in nodes:
        row = plan.balancers[node.id]
        balancer = world["balancers"][row]
        if row >= known:
            balancer["node"] = plan.nodes[node.id]
            for name in ("queue_head", "queue_tail", "sent_head", "sent_tail"):
                balancer[name] = -1
            world["reply_by"][row] = NEVER
            world["nodes"][plan.nodes[node.id]]["row"] = row
        _set_balancer(world, row, node)


def _set_balancer(world: World, row: int, node: Node) -> None:
    balancer = world["balancers"][row]
    for name in _TIMES:
        balancer[name] = round(parameter(node, f"{name}_s"))
    for name in _COUNTS:
        balancer[name] = round(parameter(node, name))
    head = int(balancer["sent_head"])
    if head >= 0:
        due = int(world["slots"][head]["sent"]) + int(balancer["response_timeout"])
        timed = int(balancer["response_timeout"]) > 0
        world["reply_by"][row] = max(int(world.control["now"]), due) if timed else NEVER
    number = int(balancer["node"])
    follows = any(balancer[name] > 0 for name in ("connect_timeout", "response_timeout", "retries"))
    holds_back = int(balancer["max_connections"]) > 0 or int(balancer["queue_head"]) >= 0
    managed = (FOLLOWS if follows or holds_back else 0) | (HOLDS_BACK if holds_back else 0)
    world["nodes"][number]["managed"] = managed
