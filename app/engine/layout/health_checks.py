"""Health checks of a World: who asks whom, how, and when for the first time."""

from __future__ import annotations

from app.engine.layout.dns import check_name, watched
from app.engine.loop.entry import schedule_event
from app.engine.numbering import Numbering, parameter, room, seed_words
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.nodes import CheckPurpose
from app.kernel.state.world import World
from app.schema import Role
from app.topology.choices import checks_servers
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.replication.replication_groups import LED, modes

_PURPOSE = {
    Role.FORWARDS: CheckPurpose.SERVER,
    Role.WORKS: CheckPurpose.DATA,
    Role.NAMES: CheckPurpose.ADDRESS,
}

Values = dict[str, int]
"""Fields of a check's row."""


def lay_out_health_checks(world: World, numbering: Numbering, topology: Topology) -> None:
    """Make checks and heartbeats follow the drawing."""
    wanted = {**_checks(world, numbering, topology), **_heartbeats(numbering, topology)}
    for name in wanted:
        numbering.checks.setdefault(name, len(numbering.checks))
    room(world, "checks", len(numbering.checks))
    known = int(world.control["checks_used"])
    world.control["checks_used"] = len(numbering.checks)
    world.reserve_events()
    for name, k in numbering.checks.items():
        _set_check(world, numbering, name, k, wanted.get(name), k >= known)


def _checks(world: World, numbering: Numbering, topology: Topology) -> dict[str, Values]:
    used = int(world.control["edges_used"])
    place = {int(edge["link"]): row for row, edge in enumerate(world["edges"][:used])}
    asked = {
        link.id: (topology.node(link.source), link)
        for link in topology.links
        if _checks_at_all(topology.node(link.source)) and topology.node(link.target).spec.checked
    }
    for server in topology.of_role(Role.NAMES):
        for target, link in watched(topology, server).items():
            asked[check_name(server, target)] = server, link
    return {
        name: {
            "delay": numbering.delay_ns(link),
            "watcher": numbering.nodes[watcher.id],
            "target": numbering.nodes[link.target],
            "edge": place[numbering.links[link.id]],
            **_asking(watcher),
        }
        for name, (watcher, link) in asked.items()
    }


def _checks_at_all(watcher: Node) -> bool:
    chosen = watcher.spec.role in _PURPOSE and watcher.spec.has("check_interval_s")
    return chosen and checks_servers(watcher)


def _asking(watcher: Node) -> Values:
    """Return the columns of a watcher's checks; a timeout of 0 is the interval, and no answer comes
    too late then.
    """
    interval = round(parameter(watcher, "check_interval_s"))
    timeout = round(parameter(watcher, "check_timeout_s"))
    return {
        "purpose": _PURPOSE[watcher.spec.role],
        "interval": interval,
        "timeout": timeout or interval,
        "strict": int(timeout > 0),
        "fast": round(parameter(watcher, "check_fast_interval_s")),
        "fall": int(parameter(watcher, "check_fall")),
        "rise": int(parameter(watcher, "check_rise")),
        "depth": int(parameter(watcher, "check_type")) if watcher.spec.has("check_type") else 0,
    }


def _heartbeats(numbering: Numbering, topology: Topology) -> dict[str, Values]:
    mode = modes(topology)
    return {
        f"heartbeat:{node.id}": {
            "delay": 0,
            "watcher": numbering.nodes[node.id],
            "target": numbering.nodes[node.id],
            "edge": -1,
            "purpose": CheckPurpose.PRIMARY,
            "interval": round(parameter(node, "heartbeat_s")),
            "fall": int(parameter(node, "heartbeat_misses")),
            "rise": 1,
        }
        for node in topology.replicated()
        if mode[node.id] == LED
    }


def _set_check(
    world: World, numbering: Numbering, name: str, k: int, values: Values | None, new: bool
) -> None:
    row = world["checks"][k]
    if values is None:
        row["active"], row["edge"] = 0, -1
        return
    for field, value in values.items():
        row[field] = value
    row["key"] = seed_words(numbering.seed, f"deep:{name}", 1)[0]
    if new or not row["active"]:
        row["active"], row["streak"], row["passing"] = 1, 0, 1
    if not row["armed"] and not row["asking"]:
        row["armed"] = 1
        phase = seed_words(numbering.seed, f"check:{name}", 1)[0] * values["interval"] >> 64
        schedule_event(
            world.buffer, int(world.control["now"]) + phase, EventType.HEALTH_CHECK, k, 0
        )
