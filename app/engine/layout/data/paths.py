"""Paths of a World: how long it takes from each member of a group or ring to each other one."""

from __future__ import annotations

import math

from app.engine.numbering import Numbering, delay_line_for
from app.kernel.state.codes.nodes import Cut
from app.kernel.state.world import World
from app.topology.model import Topology
from app.topology.nodes import Node


def lay_paths(
    world: World,
    numbering: Numbering,
    topology: Topology,
    members: tuple[Node, ...],
    table: str,
    first: int,
) -> None:
    """Let `table` say, from row `first` on, what every route between two members is like now."""
    routes = topology.replication_routes(members)
    for a, sender in enumerate(members):
        for b, receiver in enumerate(members):
            route = routes[sender.id, receiver.id]
            delay = sum(numbering.delay_ns(link) for link, _ in route)
            path = world[table][first + a * len(members) + b]
            path["delay"], path["delay_line"] = delay, delay_line_for(world, numbering, delay)
            link_conditions = [(numbering.condition(link.id), forth) for link, forth in route]
            path["cut"] = any(
                one.cut & (Cut.FORWARD if forth else Cut.BACKWARD) for one, forth in link_conditions
            )
            path["loss"] = 1.0 - math.prod(1.0 - one.loss for one, _ in link_conditions)
            # Drawn from each to the next, they are a cascade; else only the network's way.
            if table == "paths" and all(forth for _, forth in route):
                ends = {end for link, _ in route for end in (link.source, link.target)}
                between = sorted(ends - {sender.id, receiver.id})
                row = first + a * len(members) + b
                numbering.relays[row] = [numbering.nodes[name] for name in between]
