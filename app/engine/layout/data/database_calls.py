"""Calls from web servers of a World to databases: readers, pools, the databases' own limits."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.engine.loop.entry import schedule_event
from app.engine.numbering import Numbering, parameter
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.nodes import ConnectionLimit, Trait
from app.kernel.state.codes.requests import SlotFlag
from app.kernel.state.flags import set_trait
from app.kernel.state.world import World
from app.schema import Role
from app.topology.model import Topology
from app.topology.nodes import Node

_LOOK, _EPOCH_SHIFT, _EPOCH_MASK = 1, 4, (1 << 26) - 1


def lay_out_database_calls(world: World, numbering: Numbering, topology: Topology) -> None:
    """Make calls to databases follow the drawing."""
    limited = _share_connections(world, numbering, topology)
    for node in topology.of_role(Role.WORKS):
        _set_calls(world, numbering.nodes[node.id], node, node.id in limited)
    _count_connections(world)


def _set_calls(world: World, n: int, node: Node, limited: bool) -> None:
    row = world["nodes"][n]
    before = int(row["pool"])
    row["routing"] = parameter(node, "read_routing")
    row["writing"] = parameter(node, "write_routing")
    row["no_fallback"] = parameter(node, "primary_fallback")
    row["pin"] = round(parameter(node, "pin_s"))
    row["pool"], row["pool_wait"] = (
        parameter(node, "pool_size"),
        round(parameter(node, "pool_wait_s")),
    )
    special = ("breaker", "data_timeout", "pool", "routing", "writing", "no_fallback")
    set_trait(row, Trait.ROUTED_CALLS, limited or any(row[name] > 0 for name in special))
    if before == 0 and row["pool"] > 0:
        slots = world["slots"]
        holding = (slots["slot_flags"] & SlotFlag.CONNECTION > 0) & (slots["web"] == n)
        row["pool_used"] = int(np.count_nonzero(holding))
    if int(row["pool_head"]) >= 0:
        epoch = int(row["epoch"]) & _EPOCH_MASK
        now = int(world.control["now"])
        schedule_event(world.buffer, now, EventType.TIMER, n, _LOOK | epoch << _EPOCH_SHIFT)


def _share_connections(world: World, numbering: Numbering, topology: Topology) -> set[str]:
    """Deal out the connections that each database allows: to the pools in the order in which they
    were drawn, what is left to all who have none. Returns the servers that this limits.
    """
    used = int(world.control["edges_used"])
    world["edges"]["allowed"][:used] = ConnectionLimit.NONE
    place = {int(edge["link"]): e for e, edge in enumerate(world["edges"][:used])}
    limited: set[str] = set()
    for database in topology.replicated():
        left = int(parameter(database, "max_connections"))
        row = world["nodes"][numbering.nodes[database.id]]
        row["pool"] = left
        if left == 0:
            continue
        for link in topology.links_to(database.id):
            server = topology.node(link.source)
            if server.spec.role is not Role.WORKS:
                continue
            limited.add(server.id)
            edge: Any = world["edges"][place[numbering.links[link.id]]]
            size = int(parameter(server, "pool_size"))
            edge["allowed"] = min(size, left) if size else ConnectionLimit.SHARED
            left -= min(size, left)
        row["pool"] = left
    return limited


def _count_connections(world: World) -> None:
    """Count anew what each edge, and each database's rest, is used for: links may have changed."""
    used = int(world.control["edges_used"])
    edges, slots, nodes = world["edges"], world["slots"], world["nodes"]
    holding = slots["edge"][slots["connected"] > 0]
    counts = np.bincount(holding[(holding >= 0) & (holding < used)], minlength=used)
    edges["using"][:used] = np.where(edges["allowed"][:used] >= 0, counts[:used], 0)
    rest = edges["allowed"][:used] == ConnectionLimit.SHARED
    for target in set(
        edges["node"][:used][edges["allowed"][:used] != ConnectionLimit.NONE].tolist()
    ):
        mine = rest & (edges["node"][:used] == target)
        nodes[target]["pool_used"] = int(counts[:used][mine].sum())
