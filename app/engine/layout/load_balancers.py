"""Balancers of a World: how they choose among their servers, and what they think of them."""

from __future__ import annotations

from typing import Final

from app.engine.loop.entry import recount_usable
from app.engine.numbering import Numbering, parameter, room
from app.kernel.state.world import World
from app.topology.choices import checks_servers
from app.topology.model import Topology
from app.topology.nodes import Node

COOKIES_MAX: Final = 1 << 20
"""Cookies that a balancer keeps for one client; when it has more users, some share one."""


def weight_of(target: Node) -> float:
    """A server's weight for the balancers before it; 1 by default."""
    return parameter(target, "weight") / 100.0 if target.spec.has("weight") else 1.0


def lay_out_balancer_checks(world: World, numbering: Numbering, topology: Topology) -> None:
    """Let balancers whose servers or limits are new look anew at whom they use."""
    now = int(world.control["now"])
    for node in topology.balancers():
        row = world["nodes"][numbering.nodes[node.id]]
        first = int(row["first_edge"])
        edges = world["edges"][first : first + int(row["edge_count"])]
        if not checks_servers(node):
            edges["healthy"] = 1  # nobody says otherwise
        if now > 0 and (edges["returned_at"] == now).any():
            row["warm_at"] = max(int(row["warm_at"]), now + int(row["slow_start"]))
        recount_usable(world.buffer, numbering.nodes[node.id])


def give_cookies(world: World, numbering: Numbering, topology: Topology) -> None:
    """Let sticky balancers have a cookie for every user; those they have, they keep."""
    users = [int(source["users"]) for source in world["sources"][: len(numbering.sources)]]
    wanted = [min(max(count, 1), COOKIES_MAX) for count in users]
    for node in topology.balancers():
        row = world["nodes"][numbering.nodes[node.id]]
        if not row["sticky"]:
            continue
        first, known = int(row["cookies"]), numbering.cookies.get(node.id, [])
        if len(known) == len(wanted) and all(map(int.__ge__, known, wanted)):
            continue
        counts = [
            max(count, known[row] if row < len(known) else 0) for row, count in enumerate(wanted)
        ]
        _move_cookies(world, numbering, node.id, first, counts)
        numbering.cookies[node.id] = counts


def _move_cookies(
    world: World, numbering: Numbering, balancer: str, before: int, counts: list[int]
) -> None:
    """Lay a balancer's cookies out anew, behind all others."""
    known = numbering.cookies.get(balancer, [])
    first = numbering.cookies_used
    numbering.cookies_used += 2 * len(counts) + sum(counts)
    room(world, "cookies", numbering.cookies_used)
    cookies = world["cookies"]
    place = first + 2 * len(counts)
    for row, count in enumerate(counts):
        pair = first + 2 * row
        cookies[pair], cookies[pair + 1] = place, count
        if row < len(known):
            old = int(cookies[before + 2 * row])
            cookies[place : place + known[row]] = cookies[old : old + known[row]]
        place += count
    world["nodes"][numbering.nodes[balancer]]["cookies"] = first
