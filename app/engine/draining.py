"""Connection draining: a server taken off a balancer goes on with what it has, for some time.

Meanwhile it is not part of the drawing, but keeps its ways to the databases as it last knew them.
"""

from __future__ import annotations

from typing import Any

from app.engine.incident import DRAINED, DRAINING
from app.engine.intervene import crash, note, put_on_agenda
from app.engine.kernel.agenda import FAULT
from app.engine.plan import Plan, parameter
from app.engine.world import World
from app.topology.model import Topology


def arrange(plan: Plan, topology: Topology) -> None:
    """Remember how long each server would be drained: the longest that a balancer of it allows."""
    plan.drains_ns = {}
    for node in topology.of_kind("load_balancer"):
        allowed_ns = round(parameter(node, "drain_s"))
        for link in topology.links_from(node.id):
            known = plan.drains_ns.get(link.target, 0)
            plan.drains_ns[link.target] = max(known, allowed_ns)


def take_off(world: World, plan: Plan, node_id: str) -> None:
    """A node is no longer drawn: it is gone at once, unless it works and is to be drained."""
    n = plan.nodes[node_id]
    row = world["nodes"][n]
    allowed_ns = plan.drains_ns.get(node_id, 0) if row["up"] else 0
    if not allowed_ns:
        crash(world.buffer, n)
    row["placed"] = row["booting"] = row["ticket"] = 0
    if not allowed_ns:
        return
    row["ticket"] = plan.leaving[node_id] = plan.next_ticket()
    note(world.buffer, DRAINING, n, -1, allowed_ns * 1e-9)
    at_ns = int(world.control["now"]) + allowed_ns
    put_on_agenda(world.buffer, at_ns, int(FAULT), n << 1, int(row["ticket"]))


def put_back(world: World, plan: Plan, node_id: str) -> bool:
    """A node is drawn again; whether it was still there."""
    if node_id not in plan.leaving:
        return False
    del plan.leaving[node_id]
    world["nodes"][plan.nodes[node_id]]["ticket"] = 0
    return True


def is_over(world: World, plan: Plan, n: int) -> bool:
    """Whether node `n` was being drained; what it still has is cut off now."""
    name = next((name for name in plan.leaving if plan.nodes[name] == n), None)
    if name is None:
        return False
    del plan.leaving[name]
    row = world["nodes"][n]
    row["ticket"] = 0
    crash(world.buffer, n)
    note(world.buffer, DRAINED, n, -1, 0.0)
    return True


def ways_on(plan: Plan, edges: Any) -> list[tuple[int, Any]]:
    """The nodes that leave, and their edges among `edges`, as they were."""
    leaving = sorted(plan.nodes[name] for name in plan.leaving)
    return [(n, edges[edges["owner"] == n]) for n in leaving]
