"""Health checks of a World: who asks whom, how, and when for the first time."""

from __future__ import annotations

from app.engine.compile_names import check_name, watched
from app.engine.intervene import put_on_agenda
from app.engine.kernel.agenda import PROBE
from app.engine.plan import Plan, parameter, room, seed_words
from app.engine.records import (
    CHECK_ADDRESS,
    CHECK_DATABASE,
    CHECK_PRIMARY,
    CHECK_SERVER,
    CHECK_STORE,
)
from app.engine.world import World
from app.topology.model import Node, Topology
from app.topology.primaries import LED, modes

_PURPOSE = {
    "load_balancer": CHECK_SERVER,
    "web_server": CHECK_DATABASE,
    "dns": CHECK_ADDRESS,
}

Values = dict[str, int]
"""Fields of a check's row."""


def arrange(world: World, plan: Plan, topology: Topology) -> None:
    """Make checks and heartbeats follow the drawing."""
    wanted = {**_checks(world, plan, topology), **_heartbeats(plan, topology)}
    for name in wanted:
        plan.checks.setdefault(name, len(plan.checks))
    room(world, "checks", len(plan.checks))
    known = int(world.control["checks_used"])
    world.control["checks_used"] = len(plan.checks)
    world.reserve_agenda()
    for name, k in plan.checks.items():
        _set_check(world, plan, name, k, wanted.get(name), k >= known)


def _checks(world: World, plan: Plan, topology: Topology) -> dict[str, Values]:
    used = int(world.control["edges_used"])
    place = {int(edge["link"]): row for row, edge in enumerate(world["edges"][:used])}
    asked = {
        link.id: (topology.node(link.source), link)
        for link in topology.links
        if _checks_at_all(topology.node(link.source)) and topology.node(link.target).kind != "cache"
    }
    for server in topology.of_kind("dns"):
        for target, link in watched(topology, server).items():
            asked[check_name(server, target)] = server, link
    return {
        name: {
            "delay": plan.delay_ns(link),
            "watcher": plan.nodes[watcher.id],
            "target": plan.nodes[link.target],
            "edge": place[plan.links[link.id]],
            **_asking(watcher, topology.node(link.target)),
        }
        for name, (watcher, link) in asked.items()
    }


def _checks_at_all(watcher: Node) -> bool:
    return watcher.kind in _PURPOSE and watcher.parameters.get("check_type") != "none"


def _asking(watcher: Node, target: Node) -> Values:
    """How a watcher asks; a timeout of 0 is the interval, and no answer comes too late then."""
    interval = round(parameter(watcher, "check_interval_s"))
    timeout = round(parameter(watcher, "check_timeout_s"))
    balances = watcher.kind == "load_balancer"
    return {
        "purpose": CHECK_STORE if target.kind == "store" else _PURPOSE[watcher.kind],
        "interval": interval,
        "timeout": timeout or interval,
        "strict": int(timeout > 0),
        "fast": round(parameter(watcher, "check_fast_interval_s")),
        "fall": int(parameter(watcher, "check_fall")),
        "rise": int(parameter(watcher, "check_rise")),
        "depth": int(parameter(watcher, "check_type")) if balances else 0,
    }


def _heartbeats(plan: Plan, topology: Topology) -> dict[str, Values]:
    mode = modes(topology)
    return {
        f"heartbeat:{node.id}": {
            "delay": 0,
            "watcher": plan.nodes[node.id],
            "target": plan.nodes[node.id],
            "edge": -1,
            "purpose": CHECK_PRIMARY,
            "interval": round(parameter(node, "heartbeat_s")),
            "fall": int(parameter(node, "heartbeat_misses")),
            "rise": 1,
        }
        for node in topology.of_kind("database")
        if mode[node.id] == LED
    }


def _set_check(
    world: World, plan: Plan, name: str, k: int, values: Values | None, new: bool
) -> None:
    row = world["checks"][k]
    if values is None:
        row["active"], row["edge"] = 0, -1
        return
    for field, value in values.items():
        row[field] = value
    row["key"] = seed_words(plan.seed, f"deep:{name}", 1)[0]
    if new or not row["active"]:
        row["active"], row["streak"], row["passing"] = 1, 0, 1
    if not row["armed"] and not row["asking"]:
        row["armed"] = 1
        phase = seed_words(plan.seed, f"check:{name}", 1)[0] * values["interval"] >> 64
        put_on_agenda(world.buffer, int(world.control["now"]) + phase, PROBE, k, 0)
