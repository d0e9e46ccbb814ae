"""Which keys the groups of a World follow, who reads back what it wrote, and where that is seen."""

from __future__ import annotations

import numpy as np

from app.engine.plan import EngineLimit, Plan, parameter, room
from app.engine.records import FOLLOWED, LATEST_MAX
from app.engine.traits import set_trait
from app.engine.world import World
from app.schema import Text
from app.topology.model import Node, Topology


def set_reading_back(world: World, plan: Plan, node: Node) -> None:
    """How many of a client's users read back what they have written, and after how long. Users of a
    closed loop do so with their next request, and a trace says itself what is read.
    """
    drawn = node.parameters["arrivals"] in ("open", "table")
    source = world["sources"][plan.sources[node.id]]
    source["read_back"] = parameter(node, "read_back_percent") if drawn else 0.0
    source["read_back_ns"] = parameter(node, "read_back_s")
    if source["read_back"] > 0.0:
        room(world, "own_writes", len(world["slots"]))


def arrange(
    world: World, plan: Plan, topology: Topology, groups: list[tuple[Node, ...]], rows: list[int]
) -> None:
    """Let groups follow the keys that they are to follow, and count what reads there see if that
    or somebody's reading back asks for it.
    """
    asked = any(client.parameters["read_back_percent"] for client in topology.of_kind("client"))
    for group, g in zip(groups, rows, strict=True):
        _follow_keys(world, plan, group, g)
        row = world["groups"][g]
        follows = bool(asked or row["latest_count"] > 0) and not row["mode"]
        for node in group:
            database = world["databases"][plan.databases[node.id]]
            database["cares"] = int(database["commit"] > 0 or follows)
            set_trait(world["nodes"][plan.nodes[node.id]], FOLLOWED, follows)


def _follow_keys(world: World, plan: Plan, group: tuple[Node, ...], g: int) -> None:
    """The keys of a group's data are said where it was drawn as the primary."""
    primaries = [node for node in group if node.parameters["role"] == "primary"]
    node = (primaries or list(group))[0]
    count, skew = int(parameter(node, "followed_keys")), float(parameter(node, "key_skew"))
    row = world["groups"][g]
    known = plan.latest.get(g)
    if known is not None and known[1:] == (count, skew):
        row["latest_first"], row["latest_count"] = known[0], count
        return
    row["latest_count"] = count
    if count == 0:
        return
    first = plan.latest_used
    if first + count > LATEST_MAX:
        raise EngineLimit(
            Text(
                f"more than {LATEST_MAX:,} keys followed in one run",
                f"한 실행에서 따라가는 키가 {LATEST_MAX:,}개를 넘습니다",
            )
        )
    world.resize(latest=first + count)
    shares = np.cumsum(np.arange(1, count + 1, dtype=np.float64) ** -skew)
    world["latest"]["share_until"][first : first + count] = shares / shares[-1]
    world["groups"][g]["latest_first"] = first
    plan.latest[g] = first, count, skew
    plan.latest_used = first + count
