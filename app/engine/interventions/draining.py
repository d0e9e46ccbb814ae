"""Connection draining: a server taken off a balancer goes on with what it has, for some time.

Meanwhile it is not part of the drawing, but keeps its ways to the databases as it last knew them.
"""

from __future__ import annotations

from typing import Any

from app.engine.loop.entry import crash, note, schedule_event
from app.engine.numbering import Numbering, parameter
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.world import World
from app.topology.model import Topology


def lay_out_drains(numbering: Numbering, topology: Topology) -> None:
    """Remember how long each server would be drained: the longest that a balancer of it allows."""
    numbering.drains_ns = {}
    for node in topology.balancers():
        allowed_ns = round(parameter(node, "drain_s"))
        for link in topology.links_from(node.id):
            known = numbering.drains_ns.get(link.target, 0)
            numbering.drains_ns[link.target] = max(known, allowed_ns)


def take_off(world: World, numbering: Numbering, node_id: str) -> None:
    """Remove a node from the drawing: at once, unless it works and is to be drained."""
    n = numbering.nodes[node_id]
    row = world["nodes"][n]
    allowed_ns = numbering.drains_ns.get(node_id, 0) if row["up"] else 0
    if not allowed_ns:
        crash(world.buffer, n)
    row["placed"] = row["booting"] = row["ticket"] = 0
    if not allowed_ns:
        return
    row["ticket"] = numbering.leaving[node_id] = numbering.next_ticket()
    note(world.buffer, IncidentCode.DRAINING, n, -1, allowed_ns * 1e-9)
    at_ns = int(world.control["now"]) + allowed_ns
    schedule_event(world.buffer, at_ns, EventType.FAULT_END, n << 1, int(row["ticket"]))


def put_back(world: World, numbering: Numbering, node_id: str) -> bool:
    """Draw a node again. Return True if it was still draining."""
    if node_id not in numbering.leaving:
        return False
    del numbering.leaving[node_id]
    world["nodes"][numbering.nodes[node_id]]["ticket"] = 0
    return True


def is_over(world: World, numbering: Numbering, n: int) -> bool:
    """Return whether node `n` was being drained; what it still has is cut off now."""
    name = next((name for name in numbering.leaving if numbering.nodes[name] == n), None)
    if name is None:
        return False
    del numbering.leaving[name]
    row = world["nodes"][n]
    row["ticket"] = 0
    crash(world.buffer, n)
    note(world.buffer, IncidentCode.DRAINED, n, -1, 0.0)
    return True


def ways_on(numbering: Numbering, edges: Any) -> list[tuple[int, Any]]:
    """The nodes that leave, and their edges among `edges`, as they were."""
    leaving = sorted(numbering.nodes[name] for name in numbering.leaving)
    return [(n, edges[edges["owner"] == n]) for n in leaving]
