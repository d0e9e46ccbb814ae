"""Breaking and mending: what a fault that people cause does to a World, at its instant and when it
is over. Everything else is the system's own reaction.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from app.actions import (
    Crash,
    CutLink,
    Degrade,
    Flush,
    Heal,
    HealLink,
    LinkFault,
    NodeFault,
    Silence,
    Slow,
)
from app.engine.interventions import draining
from app.engine.interventions.recovery import end_of_repair
from app.engine.loop.entry import (
    crash,
    end_hang,
    hang,
    heal,
    note,
    reconnect,
    schedule_event,
    shrink,
)
from app.engine.numbering import LinkCondition, Numbering
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.codes.nodes import Cut
from app.kernel.state.constants import OUT_OF_MEMORY_TICKET
from app.kernel.state.pending_events import node_of, subject_of
from app.kernel.state.world import World
from app.kinds.machine_sizes import GIGABYTES
from app.topology.model import Topology

_CUTS = {"forth": Cut.FORWARD, "back": Cut.BACKWARD, "both": Cut.FORWARD | Cut.BACKWARD}
_OF_LINK = 1
"""The lowest bit of the node of a fault's event; above it is the number of the link or node."""


def break_node(world: World, numbering: Numbering, fault: NodeFault) -> None:
    """Let a node fail, or heal or flush it. With a new fault, what was wrong before is over."""
    n = numbering.nodes[str(fault.node)]
    if isinstance(fault, Heal):
        start(world, numbering, n)
        return
    if isinstance(fault, Flush):
        shrink(world.buffer, n, 0)
        return
    if isinstance(fault, Crash):
        crash(world.buffer, n)
    else:
        _clear_faults(world, numbering, n)
    row = world["nodes"][n]
    row["booting"], row["ticket"] = 0, numbering.next_ticket() if fault.for_s is not None else 0
    if isinstance(fault, Silence):
        hang(world.buffer, n)
    elif isinstance(fault, Slow):
        row["slow"] = fault.factor
    if fault.for_s is not None:
        _plan_end(world, n << 1, int(row["ticket"]), round(fault.for_s * 1e9))
    count_disturbances(world, numbering)


def break_link(world: World, numbering: Numbering, fault: LinkFault) -> None:
    """Say what is wrong with a link; the World follows when it is patched with the drawing."""
    link = str(fault.link)
    numbering.link_conditions.pop(link, None)
    if isinstance(fault, HealLink):
        return
    ticket = numbering.next_ticket()
    if isinstance(fault, CutLink):
        numbering.link_conditions[link] = LinkCondition(ticket, cut=int(_CUTS[fault.direction]))
    elif isinstance(fault, Degrade):
        share, extra_ns = fault.loss_percent / 100.0, round(fault.extra_ms * 1e6)
        numbering.link_conditions[link] = LinkCondition(ticket, loss=share, extra_ns=extra_ns)
    if fault.for_s is not None:
        place = numbering.links[link] << 1 | _OF_LINK
        _plan_end(world, place, ticket, round(fault.for_s * 1e9))


def end_of_fault(world: World, numbering: Numbering, topology: Topology, event: int) -> bool:
    """End a fault, a repair or a boot whose time is over. Return True if the World must be patched
    now.
    """
    place, ticket = node_of(event), subject_of(event)
    if place & _OF_LINK:
        return _end_of_link_fault(world, numbering, topology, place >> 1, ticket)
    n = place >> 1
    if end_of_repair(world, numbering, ticket):
        return False
    row = world["nodes"][n]
    if ticket == OUT_OF_MEMORY_TICKET:
        _kill(world, numbering, n)
        return False
    if int(row["ticket"]) != ticket:
        return False
    if draining.is_over(world, numbering, n):
        return True
    if row["booting"]:
        _clear_faults(world, numbering, n)
        note(world.buffer, IncidentCode.STARTED, n, -1, float(row["boot_ns"]) * 1e-9)
    else:
        note(world.buffer, IncidentCode.FAULT_OVER, n, -1, 0.0)
        start(world, numbering, n)
    return False


def restart(world: World, numbering: Numbering, n: int) -> None:
    """Crash a node and start it again, with its time to boot."""
    note(world.buffer, IncidentCode.RESTARTING, n, -1, 0.0)
    world["nodes"][n]["booting"] = 0
    crash(world.buffer, n)
    start(world, numbering, n)
    count_disturbances(world, numbering)


def count_disturbances(world: World, numbering: Numbering) -> None:
    """Count what messages may be stopped by: nodes that hang, links that lose messages, and members
    of a group that are down between two others.
    """
    nodes = world["nodes"][: world.control["nodes_used"]]
    edges = world["edges"][: world.control["edges_used"]]
    stopping = (edges["cut"] != 0) | (edges["loss"] > 0.0)
    hanging = nodes["hanging"] != 0
    world.control["disturbances"] = int(np.count_nonzero(stopping)) + int(np.count_nonzero(hanging))
    _count_relays_down(world, numbering)


def _count_relays_down(world: World, numbering: Numbering) -> None:
    """Let members that are down pass on no log; what has waited for one that is back comes now."""
    back = False
    for row, relays in numbering.relays.items():
        if relays:
            path = world["paths"][row]
            down = sum(1 for n in relays if not world["nodes"][n]["up"])
            back = back or down < int(path["relays_down"])
            path["relays_down"] = down
    if back:
        reconnect(world.buffer)


def _kill(world: World, numbering: Numbering, n: int) -> None:
    """Restart a service whose requests take too much memory (the kernel's OOM killer)."""
    row = world["nodes"][n]
    taken, row["memory_exceeded"] = float(row["memory_exceeded"]), 0
    if row["up"]:
        note(world.buffer, IncidentCode.OUT_OF_MEMORY, n, -1, taken / GIGABYTES.scale)
        crash(world.buffer, n)
        row["booting"] = row["ticket"] = 0
        start(world, numbering, n)
        count_disturbances(world, numbering)


def _end_of_link_fault(
    world: World, numbering: Numbering, topology: Topology, number: int, ticket: int
) -> bool:
    name = next(link for link, known in numbering.links.items() if known == number)
    if numbering.condition(name).ticket != ticket:
        return False
    link = topology.link(name)
    ends = numbering.nodes[link.source], numbering.nodes[link.target]
    note(world.buffer, IncidentCode.LINK_FAULT_OVER, *ends, 0.0)
    del numbering.link_conditions[name]
    return True


def start(world: World, numbering: Numbering, n: int) -> None:
    """Begin to boot a crashed node; end any other fault at once."""
    row = world["nodes"][n]
    crashed = not row["up"] and not row["hanging"]
    if not crashed or row["boot_ns"] == 0:
        _clear_faults(world, numbering, n)
        return
    if not row["booting"]:
        row["booting"], row["ticket"] = 1, numbering.next_ticket()
        _plan_end(world, n << 1, int(row["ticket"]), int(row["boot_ns"]))


def _clear_faults(world: World, numbering: Numbering, n: int) -> None:
    """End every fault of a node."""
    row: Any = world["nodes"][n]
    row["booting"], row["ticket"], row["slow"] = 0, 0, 1.0
    if row["hanging"]:
        end_hang(world.buffer, n)
    elif not row["up"]:
        heal(world.buffer, n)
    count_disturbances(world, numbering)


def _plan_end(world: World, place: int, ticket: int, after_ns: int) -> None:
    at_ns = int(world.control["now"]) + after_ns
    schedule_event(world.buffer, at_ns, EventType.FAULT_END, place, ticket)
