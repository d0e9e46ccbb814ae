"""Data: commits that wait for too many, pools beyond what a database takes, writes out of reach."""

from __future__ import annotations

from collections.abc import Iterator

from app.actions import Heal
from app.findings.finding import NOW, Finding, FindingType, Fix, Severity
from app.findings.present import Present
from app.findings.wiring import as_one
from app.texts.text import Text, plural
from app.topology.choices import waits_for_ever
from app.topology.edits.apply import Edit, SetNode
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.paths.routing import leaders
from app.topology.replication.replication_groups import LED, mode_of
from app.topology.servers.instances import bounds
from app.topology.validation.capacity import too_few_replicas, too_many_connections


def data_at_risk(present: Present) -> Iterator[Finding]:
    """Find groups of databases that cannot keep writes, or cannot give them."""
    topology = present.topology
    for group in topology.database_groups():
        for node in group if mode_of(group) == LED else ():
            if found := _commits(present, group, node):
                yield found
    for node in topology.replicated():
        if found := _pools(topology, node):
            yield found
    if found := _out_of_reach(present):
        yield found


def _commits(present: Present, group: tuple[Node, ...], node: Node) -> Finding | None:
    """A primary that waits for more replicas than there are, or than are up."""
    topology = present.topology
    now = present.now(node.id)
    leads = now.role == "primary" if now and now.role else leaders(topology)[node.id] == node.id
    replicas = [one for one in group if one is not node]
    up = [one for one in replicas if one.id not in present.down]
    if not leads or node.id in present.down:
        return None
    problem = too_few_replicas(node, len(up))
    if problem is None:
        return None
    broken = next((one for one in replicas if one.id in present.faults), None)
    if broken is not None:
        fix = Fix(Text("Heal {node}", node=broken.name), Heal(node=broken.id))
    elif up:
        edit = SetNode(node=node.id, parameters={"sync_replicas": len(up)})
        fix = Fix(
            plural("Wait for {count} replica", "Wait for {count} replicas", count=len(up)), edit
        )
    else:
        fix = Fix(
            Text("Commit without waiting"),
            SetNode(node=node.id, parameters={"commit": "async"}),
            Text("writes may be lost"),
        )
    stops = waits_for_ever(node)
    return Finding(
        FindingType.TOO_FEW_REPLICAS,
        Severity.HURTS if stops else Severity.LIMITS,
        (node.id,),
        Text("{node} has too few replicas", node=node.name),
        problem.text,
        NOW,
        Text("Too few replicas"),
        Text("Waits for replicas"),
        fix,
    )


def _pools(topology: Topology, node: Node) -> Finding | None:
    problem = too_many_connections(topology, node)
    if problem is None:
        return None
    servers = [topology.node(link.source) for link in topology.links_to(node.id)]
    pooled = [one for one in servers if int(one.parameters.get("pool_size", 0)) > 0]
    limit = int(node.parameters["max_connections"])
    each = limit // sum(bounds(one)[1] for one in pooled)
    edits: list[Edit] = [
        SetNode(node=one.id, parameters={"pool_size": each})
        for one in pooled
        if int(one.parameters["pool_size"]) > each
    ]
    action = as_one(topology, edits) if each > 0 else None
    label = plural("Pools of {count} connection", "Pools of {count} connections", count=each)
    return Finding(
        FindingType.TOO_MANY_CONNECTIONS,
        Severity.LIMITS,
        (node.id, *(one.id for one in pooled)),
        Text("Pools are too large for {node}", node=node.name),
        problem.text,
        NOW,
        Text("Pools too large"),
        None,
        Fix(label, action) if action else None,
    )


def _out_of_reach(present: Present) -> Finding | None:
    count = present.measured.out_of_reach if present.measured else 0
    down = [node for node in present.topology.replicated() if node.id in present.down]
    if not count or not down:
        return None
    broken = next((one for one in down if one.id in present.faults), None)
    return Finding(
        FindingType.OUT_OF_REACH,
        Severity.HURTS,
        tuple(node.id for node in down),
        plural(
            "{count} acknowledged write is out of reach",
            "{count} acknowledged writes are out of reach",
            count=count,
        ),
        Text(
            "Only {nodes} may have it, which is not up.",
            nodes=[node.name for node in down],
        ),
        NOW,
        None,
        None,
        Fix(Text("Heal {node}", node=broken.name), Heal(node=broken.id)) if broken else None,
    )
