"""Fleets of a World: how many servers a node stands for now, and the autoscaler that decides it.

An autoscaler's looks are events of the run, so it acts at the same instants whatever the steps.
"""

from __future__ import annotations

from typing import Any

from app.engine.interventions.faults import start
from app.engine.loop.entry import crash, note, recount_usable, schedule_event
from app.engine.numbering import EngineLimit, Fleet, Numbering, parameter
from app.engine.observe.reading import busy_ns
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.codes.nodes import CheckPurpose
from app.kernel.state.constants import AUTOSCALING_BIT, OUT_OF_MEMORY_TICKET
from app.kernel.state.pending_events import node_of, pending, subject_of
from app.kernel.state.world import World
from app.schema import Role
from app.texts.text import plural
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.servers.instances import SERVERS_MAX, bounds, deployed, instance, scales_itself


def lay_out_fleets(numbering: Numbering, topology: Topology) -> Topology:
    """Make fleets follow the drawing, and say what servers there are: the drawing with each.

    Raises EngineLimit when there are too many.
    """
    if sum(bounds(node)[0] - 1 for node in topology.of_role(Role.WORKS)) > SERVERS_MAX:
        raise EngineLimit(
            plural(
                "more than {count} instance besides the drawn servers",
                "more than {count} instances besides the drawn servers",
                count=SERVERS_MAX,
            )
        )
    fleets: dict[str, Fleet] = {}
    for node in topology.of_role(Role.WORKS):
        least, most = bounds(node)
        if node.id not in numbering.fleets and most == 1 and not scales_itself(node):
            continue
        fleet = fleets[node.id] = numbering.fleets.get(node.id, Fleet())
        while len(fleet.further) + 1 < least:
            fleet.further.append(_next_number(fleet))
        del fleet.further[max(most, 1) - 1 :]
        if not scales_itself(node):
            fleet.ticket = 0
            fleet.closing.clear()
    numbering.fleets = fleets
    return as_deployed(numbering, topology)


def as_deployed(numbering: Numbering, topology: Topology) -> Topology:
    """The drawing with every server that there is now."""
    return deployed(
        topology,
        {name: fleet.further for name, fleet in numbering.fleets.items()},
        {name: fleet.closing for name, fleet in numbering.fleets.items()},
    )


def launch(world: World, numbering: Numbering, topology: Topology) -> None:
    """Start servers that are new to the World, and autoscalers that do not look yet."""
    now = int(world.control["now"])
    for name, fleet in numbering.fleets.items():
        for number in fleet.further:
            if number not in fleet.launched and now > 0:
                _boot(world, numbering, numbering.nodes[instance(name, number)])
        fleet.launched = {*fleet.further, *fleet.closing}
        if scales_itself(topology.node(name)) and not fleet.ticket:
            fleet.ticket = numbering.next_ticket()
            fleet.over = fleet.under = fleet.rests_until_ns = 0
            _look_later(world, numbering, topology.node(name), fleet)


def is_look(event: int) -> bool:
    """Return whether an event is an autoscaler's look at its fleet."""
    ticket = subject_of(event)
    return bool(ticket & AUTOSCALING_BIT) and ticket != OUT_OF_MEMORY_TICKET


def look(world: World, numbering: Numbering, topology: Topology, event: int) -> bool:
    """Decide about the size of a fleet. Return True if the World must be patched for it."""
    n = node_of(event) >> 1
    name = next(one for one, number in numbering.nodes.items() if number == n)
    fleet = numbering.fleets.get(name)
    if fleet is None or fleet.ticket != subject_of(event) & ~AUTOSCALING_BIT:
        return False
    node, now = topology.node(name), int(world.control["now"])
    used = _utilisation(world, numbering, name, fleet)
    fleet.over = fleet.over + 1 if used > parameter(node, "scale_out_percent") else 0
    fleet.under = fleet.under + 1 if used < parameter(node, "scale_in_percent") else 0
    done, fleet.closing = bool(fleet.closing), []
    if now >= fleet.rests_until_ns and _act(numbering, node, fleet):
        done = True
        fleet.over = fleet.under = 0
        fleet.rests_until_ns = now + round(parameter(node, "scale_cooldown_s"))
        code = IncidentCode.SCALED_IN if fleet.closing else IncidentCode.SCALED_OUT
        note(world.buffer, code, n, -1, float(len(fleet.further) + 1))
    _look_later(world, numbering, node, fleet)
    return done


def _act(numbering: Numbering, node: Node, fleet: Fleet) -> bool:
    """Start or stop servers, if it is time to; whether any."""
    least, most = bounds(node)
    step, breaches = (int(parameter(node, one)) for one in ("scale_step", "scale_breaches"))
    now = len(fleet.further) + 1
    all_of_them = sum(len(one.further) + len(one.closing) for one in numbering.fleets.values())
    most = min(most, now + max(SERVERS_MAX - all_of_them, 0))
    if fleet.over >= breaches and now < most:
        for _ in range(min(step, most - now)):
            fleet.further.append(_next_number(fleet))
        return True
    if fleet.under >= breaches and now > least:
        keep = max(now - step, least) - 1
        fleet.closing = fleet.further[keep:]
        del fleet.further[keep:]
        return True
    return False


def _next_number(fleet: Fleet) -> int:
    taken = {*fleet.further, *fleet.closing}
    return next(number for number in range(2, len(taken) + 3) if number not in taken)


def _look_later(world: World, numbering: Numbering, node: Node, fleet: Fleet) -> None:
    """Plan the next look, and note what the servers have worked until now."""
    now = int(world.control["now"])
    fleet.looked_at_ns = now
    busy = busy_ns(world, pending(world))
    fleet.busy_ns = {
        n: int(busy[n]) for n in _numbers(numbering, node.id, fleet) if world["nodes"][n]["up"]
    }
    at_ns = now + round(parameter(node, "scale_period_s"))
    schedule_event(
        world.buffer,
        at_ns,
        EventType.FAULT_END,
        numbering.nodes[node.id] << 1,
        AUTOSCALING_BIT | fleet.ticket,
    )


def _numbers(numbering: Numbering, name: str, fleet: Fleet) -> list[int]:
    return [
        numbering.nodes[one]
        for one in (name, *(instance(name, k) for k in fleet.further))
        if one in numbering.nodes
    ]


def _utilisation(world: World, numbering: Numbering, name: str, fleet: Fleet) -> float:
    """Return the utilisation since the last look of the servers that have been up since; NaN
    without any.
    """
    passed, busy = int(world.control["now"]) - fleet.looked_at_ns, busy_ns(world, pending(world))
    rows = world["nodes"]
    known = [n for n in _numbers(numbering, name, fleet) if n in fleet.busy_ns and rows[n]["up"]]
    room = passed * sum(int(rows[n]["cores"]) for n in known)
    return sum(int(busy[n]) - fleet.busy_ns[n] for n in known) / room if room else float("nan")


def _boot(world: World, numbering: Numbering, n: int) -> None:
    """Start a new server: its boot begins, and checks trust it only when it has passed."""
    crash(world.buffer, n)
    checks = world["checks"][: int(world.control["checks_used"])]
    asked = (checks["target"] == n) & (checks["active"] == 1)
    asked &= (checks["purpose"] == CheckPurpose.SERVER) | (
        checks["purpose"] == CheckPurpose.ADDRESS
    )
    checks["passing"][asked] = checks["streak"][asked] = 0
    edges: Any = world["edges"]
    for check in checks[asked & (checks["purpose"] == CheckPurpose.SERVER)]:
        edges["healthy"][check["edge"]] = 0
        recount_usable(world.buffer, int(check["watcher"]))
    start(world, numbering, n)
