"""Keys that the groups of a World follow, and reads of own writes, to find stale reads."""

from __future__ import annotations

import numpy as np

from app.engine.numbering import EngineLimit, Numbering, parameter, room
from app.kernel.state.codes.nodes import Trait
from app.kernel.state.constants import LATEST_MAX
from app.kernel.state.flags import set_trait
from app.kernel.state.world import World
from app.schema import Role
from app.texts.text import plural
from app.topology.choices import is_drawn_at_random, is_primary
from app.topology.model import Topology
from app.topology.nodes import Node


def set_reading_back(world: World, numbering: Numbering, node: Node) -> None:
    """Set the share of a client's users who read back their writes, and the delay.

    Users of a closed loop do so with their next request, and a trace says itself what is read.
    """
    drawn = is_drawn_at_random(node)
    source = world["sources"][numbering.sources[node.id]]
    source["read_back"] = parameter(node, "read_back_percent") if drawn else 0.0
    source["read_back_ns"] = parameter(node, "read_back_s")
    if source["read_back"] > 0.0:
        room(world, "own_writes", len(world["slots"]))


def lay_out_stale_reads(
    world: World,
    numbering: Numbering,
    topology: Topology,
    groups: list[tuple[Node, ...]],
    rows: list[int],
) -> None:
    """Let groups follow the keys that they are to follow, and count what reads there see if that
    or somebody's reading back asks for it.
    """
    asked = any(client.parameters["read_back_percent"] for client in topology.of_role(Role.SENDS))
    for group, g in zip(groups, rows, strict=True):
        _follow_keys(world, numbering, group, g)
        row = world["groups"][g]
        follows = bool(asked or row["latest_count"] > 0) and not row["mode"]
        for node in group:
            database = world["databases"][numbering.databases[node.id]]
            database["full_commit"] = int(database["commit"] > 0 or follows)
            set_trait(world["nodes"][numbering.nodes[node.id]], Trait.STALENESS, follows)


def _follow_keys(world: World, numbering: Numbering, group: tuple[Node, ...], g: int) -> None:
    """Set the number of keys that a group follows, as its first primary says."""
    primaries = [node for node in group if is_primary(node)]
    node = (primaries or list(group))[0]
    count, skew = int(parameter(node, "followed_keys")), float(parameter(node, "key_skew"))
    row = world["groups"][g]
    known = numbering.latest.get(g)
    if known is not None and known[1:] == (count, skew):
        row["latest_first"], row["latest_count"] = known[0], count
        return
    row["latest_count"] = count
    if count == 0:
        return
    first = numbering.latest_used
    if first + count > LATEST_MAX:
        raise EngineLimit(
            plural(
                "more than {count} key followed in one run",
                "more than {count} keys followed in one run",
                count=LATEST_MAX,
            )
        )
    world.resize(latest=first + count)
    shares = np.cumsum(np.arange(1, count + 1, dtype=np.float64) ** -skew)
    world["latest"]["share_until"][first : first + count] = shares / shares[-1]
    world["groups"][g]["latest_first"] = first
    numbering.latest[g] = first, count, skew
    numbering.latest_used = first + count
