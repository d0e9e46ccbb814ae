"""Balancers of a World: what a drawing's balancers do besides choosing a server and sending."""

from __future__ import annotations

from typing import Any

from app.engine.numbering import Numbering, parameter, room
from app.kernel.state.codes.nodes import BalancerFeature
from app.kernel.state.codes.requests import Phase, SlotFlag
from app.kernel.state.constants import NEVER
from app.kernel.state.world import World
from app.topology.model import Topology
from app.topology.nodes import Node

_TIMES = ("connect_timeout", "response_timeout", "queue_timeout", "retry_wait")
_COUNTS = ("retries", "retry_on", "redispatch", "retry_writes", "max_connections", "queue_max")


def lay_out_balancers(world: World, numbering: Numbering, topology: Topology) -> None:
    """Make balancers and their timeouts follow the drawing."""
    nodes = topology.balancers()
    for node in nodes:
        numbering.balancers.setdefault(node.id, len(numbering.balancers))
    room(world, "balancers", len(numbering.balancers))
    room(world, "reply_by", len(numbering.balancers))
    known = int(world.control["balancers_used"])
    world.control["balancers_used"] = len(numbering.balancers)
    for node in nodes:
        row = numbering.balancers[node.id]
        balancer = world["balancers"][row]
        if row >= known:
            balancer["node"] = numbering.nodes[node.id]
            for name in ("queue_head", "queue_tail", "sent_head", "sent_tail"):
                balancer[name] = -1
            world["reply_by"][row] = NEVER
            world["nodes"][numbering.nodes[node.id]]["row"] = row
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
        due = int(world["slots"][head]["sent_at"]) + int(balancer["response_timeout"])
        world["reply_by"][row] = max(int(world.control["now"]), due)
    else:
        world["reply_by"][row] = NEVER
    number = int(balancer["node"])
    follows = any(balancer[name] > 0 for name in ("connect_timeout", "response_timeout", "retries"))
    holds_back = int(balancer["max_connections"]) > 0 or int(balancer["queue_head"]) >= 0
    managed = (BalancerFeature.TRACKING if follows or holds_back else 0) | (
        BalancerFeature.QUEUEING if holds_back else 0
    )
    world["nodes"][number]["managed"] = managed


def _end_timers(world: World, balancer: Any) -> None:
    """End all response timeouts but those of answers that are already known to come too late."""
    slots, s, kept = world["slots"], int(balancer["sent_head"]), -1
    balancer["sent_head"] = balancer["sent_tail"] = -1
    while s >= 0:
        after = int(slots[s]["after"])
        if slots[s]["phase"] == Phase.SUSPENDED:
            slots[s]["before"], slots[s]["after"] = kept, -1
            if kept < 0:
                balancer["sent_head"] = s
            else:
                slots[kept]["after"] = s
            balancer["sent_tail"] = kept = s
        else:
            slots[s]["slot_flags"] &= ~SlotFlag.RESPONSE_TIMER
        s = after
