"""What copies cost and miss by themselves, without any queue: commits and reads of own writes."""

from __future__ import annotations

import math

from app.topology.model import Node, Topology
from app.topology.primaries import LED, mode_of
from app.topology.routing import leaders


def _group_of(topology: Topology, node: Node) -> tuple[Node, ...]:
    return next(group for group in topology.database_groups() if node in group)


def _way_ms(topology: Topology, node: Node, other: str) -> float:
    """One-way latency of the log between two members of a group."""
    group = _group_of(topology, node)
    route = topology.replication_routes(group)[node.id, other]
    return float(sum(link.latency_ms for link, _ in route))


def commit_ms(topology: Topology, primary: Node) -> float | None:
    """What a commit waits at least: round trip and stage of the k-th quickest replica. None where
    nobody is waited for, or there are not so many.
    """
    mode, copies = str(primary.parameters["commit"]), int(primary.parameters["sync_replicas"])
    leader_of = leaders(topology)
    if mode == "async" or leader_of[primary.id] != primary.id:
        return None
    if mode_of(_group_of(topology, primary)) != LED:
        return None
    waits = []
    for node in topology.of_kind("database"):
        if node.id != primary.id and leader_of[node.id] == primary.id:
            way = 2.0 * _way_ms(topology, primary, node.id)
            flush = float(primary.parameters["replica_flush_ms"]) if mode == "sync_flush" else 0.0
            apply = float(node.parameters["apply_ms"]) if mode == "sync_apply" else 0.0
            waits.append(way + flush + apply)
    return sorted(waits)[copies - 1] if len(waits) >= copies else None


def own_writes_missed(topology: Topology, replica: Node) -> float | None:
    """The share of users who read back what they wrote that a replica shows an old value:
    1 - exp(-lag / pause), where the lag is the way of the log, the apply delay and the mean work of
    one entry, and nothing else takes time. None if nobody reads back, or this is the primary.
    """
    leader = leaders(topology)[replica.id]
    clients = [
        client.parameters
        for client in topology.of_kind("client")
        if float(client.parameters["read_back_percent"]) > 0.0
        and client.parameters["arrivals"] in ("open", "table")
    ]
    if leader == replica.id or not clients or mode_of(_group_of(topology, replica)) != LED:
        return None
    pause_s = max(float(one["read_back_s"]) for one in clients)
    lag_ms = _way_ms(topology, replica, leader) + float(replica.parameters["apply_ms"])
    lag_s = lag_ms / 1000.0 + float(replica.parameters["apply_delay_s"])
    return 1.0 - math.exp(-lag_s / pause_s) if pause_s > 0.0 else 1.0
