"""Paths of a World: how long it takes from each member of a group or ring to each other one."""

from __future__ import annotations

import math

from app.engine.plan import Plan, line_for
from app.engine.records import CUT_BACK, CUT_FORTH
from app.engine.world import World
from app.topology.model import Node, Topology


def lay_paths(
    world: World, plan: Plan, topology: Topology, members: tuple[Node, ...], table: str, first: int
) -> None:
    """Let `table` say, from row `first` on, what every route between two members is like now."""
    routes = topology.replication_routes(members)
    for a, sender in enumerate(members):
        for b, receiver in enumerate(members):
            route = routes[sender.id, receiver.id]
            delay = sum(plan.delay_ns(link) for link, _ in route)
            path = world[table][first + a * len(members) + b]
            path["delay"], path["line"] = delay, line_for(world, plan, delay)
            troubles = [(plan.trouble(link.id), forth) for link, forth in route]
            path["cut"] = any(
                one.cut & (CUT_FORTH if forth else CUT_BACK) for one, forth in troubles
            )
            path["loss"] = 1.0 - math.prod(1.0 - one.loss for one, _ in troubles)
