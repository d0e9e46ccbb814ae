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
from app.engine import draining
from app.engine.incident import FAULT_OVER, LINK_FAULT_OVER, OUT_OF_MEMORY, RESTARTING, STARTED
from app.engine.intervene import crash, go_on, hang, heal, note, put_on_agenda, shrink
from app.engine.kernel.agenda import FAULT
from app.engine.plan import LinkTrouble, Plan
from app.engine.records import CUT_BACK, CUT_FORTH, KILLED
from app.engine.recovery import end_of_repair
from app.engine.world import World
from app.kinds.sizes import GIGABYTES
from app.topology.model import Topology

_CUTS = {"forth": CUT_FORTH, "back": CUT_BACK, "both": CUT_FORTH | CUT_BACK}
_OF_LINK = 1
"""The lowest bit of the place of a fault's event; above it is the number of the link or node."""
_PLACE_SHIFT, _PLACE_MASK, _WHO_SHIFT = 4, (1 << 28) - 1, 32


def break_node(world: World, plan: Plan, fault: NodeFault) -> None:
    """Let a node fail, or heal or flush it. With a new fault, what was wrong before is over."""
    n = plan.nodes[str(fault.node)]
    if isinstance(fault, Heal):
        start(world, plan, n)
        return
    if isinstance(fault, Flush):
        shrink(world.buffer, n, 0)
        return
    if isinstance(fault, Crash):
        crash(world.buffer, n)
    else:
        _mend(world, n)
    row = world["nodes"][n]
    row["booting"], row["ticket"] = 0, plan.next_ticket() if fault.for_s is not None else 0
    if isinstance(fault, Silence):
        hang(world.buffer, n)
    elif isinstance(fault, Slow):
        row["slow"] = fault.factor
    if fault.for_s is not None:
        _plan_end(world, n << 1, int(row["ticket"]), round(fault.for_s * 1e9))
    count(world)


def break_link(world: World, plan: Plan, fault: LinkFault) -> None:
    """Say what is wrong with a link; the World follows when it is patched with the drawing."""
    link = str(fault.link)
    plan.troubles.pop(link, None)
    if isinstance(fault, HealLink):
        return
    ticket = plan.next_ticket()
    if isinstance(fault, CutLink):
        plan.troubles[link] = LinkTrouble(ticket, cut=int(_CUTS[fault.direction]))
    elif isinstance(fault, Degrade):
        share, extra_ns = fault.loss_percent / 100.0, round(fault.extra_ms * 1e6)
        plan.troubles[link] = LinkTrouble(ticket, loss=share, extra_ns=extra_ns)
    if fault.for_s is not None:
        place = plan.links[link] << 1 | _OF_LINK
        _plan_end(world, place, ticket, round(fault.for_s * 1e9))


def end_of_fault(world: World, plan: Plan, topology: Topology, event: int) -> bool:
    """A fault's own end, or that of a boot, has come; whether the World must be patched now."""
    place, ticket = event >> _PLACE_SHIFT & _PLACE_MASK, event >> _WHO_SHIFT
    if place & _OF_LINK:
        return _end_of_link_fault(world, plan, topology, place >> 1, ticket)
    n = place >> 1
    if end_of_repair(world, plan, ticket):
        return False
    row = world["nodes"][n]
    if ticket == int(KILLED):
        _kill(world, plan, n)
        return False
    if int(row["ticket"]) != ticket:
        return False
    if draining.is_over(world, plan, n):
        return True
    if row["booting"]:
        _mend(world, n)
        note(world.buffer, STARTED, n, -1, float(row["boot_ns"]) * 1e-9)
    else:
        note(world.buffer, FAULT_OVER, n, -1, 0.0)
        start(world, plan, n)
    return False


def restart(world: World, plan: Plan, n: int) -> None:
    """A node goes down and starts again, with its time to boot."""
    note(world.buffer, RESTARTING, n, -1, 0.0)
    world["nodes"][n]["booting"] = 0
    crash(world.buffer, n)
    start(world, plan, n)


def count(world: World) -> None:
    """Count what an answer may be stopped by: nodes that hang, links that lose messages."""
    nodes = world["nodes"][: world.control["nodes_used"]]
    edges = world["edges"][: world.control["edges_used"]]
    stopping = (edges["cut"] != 0) | (edges["loss"] > 0.0)
    hanging = nodes["silent"] != 0
    world.control["disturbed"] = int(np.count_nonzero(stopping)) + int(np.count_nonzero(hanging))


def _kill(world: World, plan: Plan, n: int) -> None:
    """The system kills a service whose requests take too much memory; it starts again."""
    row = world["nodes"][n]
    taken, row["doomed"] = float(row["doomed"]), 0
    if row["up"]:
        note(world.buffer, OUT_OF_MEMORY, n, -1, taken / GIGABYTES.scale)
        crash(world.buffer, n)
        row["booting"] = row["ticket"] = 0
        start(world, plan, n)


def _end_of_link_fault(
    world: World, plan: Plan, topology: Topology, number: int, ticket: int
) -> bool:
    name = next(link for link, known in plan.links.items() if known == number)
    if plan.trouble(name).ticket != ticket:
        return False
    link = topology.link(name)
    ends = plan.nodes[link.source], plan.nodes[link.target]
    note(world.buffer, LINK_FAULT_OVER, *ends, 0.0)
    del plan.troubles[name]
    return True


def start(world: World, plan: Plan, n: int) -> None:
    """A crashed node begins to boot; any other fault is over at once."""
    row = world["nodes"][n]
    crashed = not row["up"] and not row["silent"]
    if not crashed or row["boot_ns"] == 0:
        _mend(world, n)
        return
    if not row["booting"]:
        row["booting"], row["ticket"] = 1, plan.next_ticket()
        _plan_end(world, n << 1, int(row["ticket"]), int(row["boot_ns"]))


def _mend(world: World, n: int) -> None:
    """Whatever is wrong with a node is over."""
    row: Any = world["nodes"][n]
    row["booting"], row["ticket"], row["slow"] = 0, 0, 1.0
    if row["silent"]:
        go_on(world.buffer, n)
    elif not row["up"]:
        heal(world.buffer, n)
    count(world)


def _plan_end(world: World, place: int, ticket: int, after_ns: int) -> None:
    at_ns = int(world.control["now"]) + after_ns
    put_on_agenda(world.buffer, at_ns, int(FAULT), place, ticket)
