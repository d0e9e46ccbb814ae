"""Cost of replicas without any queue: waits of commits, and reads that miss own writes."""

from __future__ import annotations

import math

from app.schema import Role
from app.texts.text import Text
from app.theory.choices.assumed_choices import assumed, assumed_drawing
from app.topology.choices import is_drawn_at_random
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.paths.routing import leaders
from app.topology.replication.replication_groups import LED, RING, is_ring, mode_of, successors


def _group_of(topology: Topology, node: Node) -> tuple[Node, ...]:
    return next(group for group in topology.database_groups() if node in group)


def _way_ms(topology: Topology, node: Node, other: str) -> float:
    """One-way latency of the log between two members of a group."""
    group = _group_of(topology, node)
    route = topology.replication_routes(group)[node.id, other]
    return float(sum(link.latency_ms for link, _ in route))


PART_APPLIED = Text(
    "No closed form holds here: not every write of its group is applied here, since rows with one "
    "number collide or the ring is not closed; how many are follows no law."
)


def applies_all(topology: Topology, group: tuple[Node, ...]) -> bool:
    """Return whether everything that is written in a group is applied by all others that follow:
    with several primaries, only while rows have numbers of their own and a ring is closed.
    """
    mode = mode_of([assumed(node) for node in group])
    if mode == LED or len(group) == 1:
        return True
    if mode == RING and not is_ring(group, successors(topology, group)):
        return False
    if float(group[0].parameters["insert_percent"]) == 0.0:
        return True
    steps = {int(one.parameters["row_step"]) for one in group}
    starts = {int(one.parameters["row_offset"]) % min(steps) for one in group}
    return len(steps) == 1 and len(starts) == len(group)


def commit_ms(topology: Topology, primary: Node) -> float | None:
    """Return the least wait of a commit in ms: round trip and stage of the k-th quickest replica.

    None where nobody is waited for, or there are not so many.
    """
    mode, copies = str(primary.parameters["commit"]), int(primary.parameters["sync_replicas"])
    leader_of = leaders(assumed_drawing(topology))
    if mode == "async" or leader_of[primary.id] != primary.id:
        return None
    if mode_of(_group_of(assumed_drawing(topology), primary)) != LED:
        return None
    waits = []
    for node in topology.replicated():
        if node.id != primary.id and leader_of[node.id] == primary.id:
            way = 2.0 * _way_ms(topology, primary, node.id)
            match mode:
                case "semi_sync" | "sync_receive":
                    waits.append(way)
                case "sync_flush":
                    waits.append(way + float(primary.parameters["replica_flush_ms"]))
                case "sync_apply":
                    waits.append(way + float(node.parameters["apply_ms"]))
                case _:
                    return None
    return sorted(waits)[copies - 1] if len(waits) >= copies else None


def own_writes_missed(topology: Topology, replica: Node) -> float | None:
    """The share of users who read back what they wrote that a replica shows an old value:
    1 - exp(-lag / pause), where the lag is the way of the log, the apply delay and the mean work of
    one entry, and nothing else takes time. None if nobody reads back, or this is the primary.
    """
    leader = leaders(assumed_drawing(topology))[replica.id]
    clients = [
        client.parameters
        for client in topology.of_role(Role.SENDS)
        if float(client.parameters["read_back_percent"]) > 0.0
        and is_drawn_at_random(assumed(client))
    ]
    if (
        leader == replica.id
        or not clients
        or mode_of(_group_of(assumed_drawing(topology), replica)) != LED
    ):
        return None
    pause_s = max(float(one["read_back_s"]) for one in clients)
    lag_ms = _way_ms(topology, replica, leader) + float(replica.parameters["apply_ms"])
    lag_s = lag_ms / 1000.0 + float(replica.parameters["apply_delay_s"])
    return 1.0 - math.exp(-lag_s / pause_s) if pause_s > 0.0 else 1.0
