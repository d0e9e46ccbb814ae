"""Single points of failure: nodes that every path to some data passes, and no second one there."""

from __future__ import annotations

from collections.abc import Iterator

from app.actions import Heal
from app.findings.finding import IF_IT_DIES, Finding, FindingType, Fix, Severity
from app.findings.present import Present
from app.findings.wiring import second
from app.schema import Role
from app.texts.text import Text
from app.topology.edits.apply import apply
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.paths.request_paths import data_sets, single_points
from app.topology.servers.cost import cost
from app.topology.servers.instances import at_least, bounds


def points_of_failure(present: Present) -> Iterator[Finding]:
    """Every node without which users lose something although everything else is up."""
    topology, down = present.topology, present.down
    found = single_points(topology, down)
    for node in topology.nodes:
        if node.id not in found or _stands_for_several(present, node):
            continue
        clients, _ = found[node.id]
        yield Finding(
            FindingType.SINGLE_POINT,
            Severity.RISK,
            (node.id,),
            Text("{node} is a single point of failure", node=node.name),
            _text(topology, node, [one for one in topology.nodes if one.id in clients]),
            IF_IT_DIES,
            Text("Single point"),
            None,
            _fix(present, node),
        )


def _stands_for_several(present: Present, node: Node) -> bool:
    return max(present.servers.get(node.id, 1), bounds(node)[0]) > 1


def _text(topology: Topology, node: Node, clients: list[Node]) -> Text:
    names = [one.name for one in clients]
    if node.spec.role is Role.NAMES:
        return Text(
            "{clients} ask nobody else for addresses: without it they reach nothing once their "
            "cached answers have run out.",
            clients=names,
        )
    if node.spec.role is Role.KEEPS:
        copies = next(one for one in data_sets(topology) if node in one)
        if len(copies) > 1:
            return Text("No other copy of its data can take over for {clients}.", clients=names)
        return Text("Nothing else has its data, which {clients} ask for.", clients=names)
    return Text(
        "All requests of {clients} pass it, and there is no second one.",
        clients=names,
    )


def _fix(present: Present, node: Node) -> Fix | None:
    """Heal a broken twin; or add a second one."""
    topology = present.topology
    for twin in topology.of_kind(node.kind):
        if twin.id in present.faults and _takes_over(present, node, twin):
            return Fix(Text("Heal {node}", node=twin.name), Heal(node=twin.id))
    if (found := second(topology, node)) is None:
        return None
    name, action = found
    after, _, _ = apply(topology, action)
    if node.id in single_points(after, present.down):
        return None
    usd = round(cost(at_least(after)).total - cost(at_least(topology)).total)
    note = Text("{usd} USD a month more", usd=usd)
    return Fix(Text("Add {node}", node=name), action, note)


def _takes_over(present: Present, node: Node, twin: Node) -> bool:
    """Return whether a node is no single point any more once another is up."""
    return node.id not in single_points(present.topology, present.down - {twin.id})
