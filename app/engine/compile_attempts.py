"""Balancers of a World: what a drawing's balancers do besides choosing a server and sending."""

from __future__ import annotations

from typing import Any

from app.engine.plan import Plan, parameter, room
from app.engine.records import FOLLOWS, HOLDS_BACK, LIMBO, NEVER, TIMED
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
    if balancer["response_timeout"] == 0:
        _end_timers(world, balancer)
    head = int(balancer["sent_head"])
    if head >= 0:
        due = int(world["slots"][head]["sent"]) + int(balancer["response_timeout"])
        world["reply_by"][row] = max(int(world.control["now"]), due)
    else:
        world["reply_by"][row] = NEVER
    number = int(balancer["node"])
    follows = any(balancer[name] > 0 for name in ("connect_timeout", "response_timeout", "retries"))
    holds_back = int(balancer["max_connections"]) > 0 or int(balancer["queue_head"]) >= 0
    managed = (FOLLOWS if follows or holds_back else 0) | (HOLDS_BACK if holds_back else 0)
    world["nodes"][number]["managed"] = managed


def _end_timers(world: World, balancer: Any) -> None:
    """No timeout runs any more, except on answers that were found to come too late: these have not
    come, and that ends now.
    """
    slots, s, kept = world["slots"], int(balancer["sent_head"]), -1
    balancer["sent_head"] = balancer["sent_tail"] = -1
    while s >= 0:
        after = int(slots[s]["after"])
        if slots[s]["phase"] == LIMBO:
            slots[s]["before"], slots[s]["after"] = kept, -1
            if kept < 0:
                balancer["sent_head"] = s
            else:
                slots[kept]["after"] = s
            balancer["sent_tail"] = kept = s
        else:
            slots[s]["holds"] &= ~int(TIMED)
        s = after
