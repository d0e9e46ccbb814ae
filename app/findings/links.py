"""Links that are not there: servers without data, cache or primary, nodes that nothing leads to."""

from __future__ import annotations

from collections.abc import Iterator

from app.actions import Heal
from app.findings.finding import NOW, Finding, FindingType, Fix, Severity
from app.findings.present import Present
from app.findings.wiring import as_one, link_to, siblings, wire
from app.schema import Role
from app.texts.text import Text, plural
from app.topology.choices import is_on
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.paths.routing import leaders
from app.topology.replication.replication_groups import LED, mode_of


def missing_links(present: Present) -> Iterator[Finding]:
    """Everything that a link which is not drawn would mend."""
    topology = present.topology
    for node in topology.of_role(Role.WORKS):
        found = _no_data(topology, node) or _data_down(present, node) or _no_cache(topology, node)
        if found is not None:
            yield found
    yield from _no_primary(present)
    yield from _unlinked(topology)


def _targets(topology: Topology, node: Node, role: Role) -> list[Node]:
    """Nodes of a role that a node is linked to, oldest first."""
    found = (topology.node(link.target) for link in topology.links_from(node.id))
    return [one for one in found if one.spec.role is role]


def _names(nodes: list[Node] | list[str], topology: Topology | None = None) -> list[str]:
    return [
        one.name if isinstance(one, Node) else topology.node(one).name if topology else one
        for one in nodes
    ]


def _most(topology: Topology, node: Node, role: Role) -> tuple[list[Node], list[Node]]:
    """The siblings of a node that are linked to a role, and whatever the best linked one is."""
    linked = [one for one in siblings(topology, node) if _targets(topology, one, role)]
    best = max(linked, key=lambda one: len(_targets(topology, one, role)), default=None)
    return linked, _targets(topology, best, role) if best else []


def _linking(topology: Topology, node: Node, targets: list[Node]) -> Fix | None:
    """The links from a node to targets, as one edit."""
    action = as_one(topology, (link_to(topology, node, one.id) for one in targets))
    label = Text("Link {node} to {targets}", node=node.name, targets=_names(targets))
    return Fix(label, action) if action else None


def _no_data(topology: Topology, node: Node) -> Finding | None:
    linked, targets = _most(topology, node, Role.KEEPS)
    if not linked or _targets(topology, node, Role.KEEPS):
        return None
    return Finding(
        FindingType.NO_DATA,
        Severity.LIMITS,
        (node.id,),
        Text("{node} has no data", node=node.name),
        plural(
            "It answers without data. Its sibling {siblings} asks {targets}.",
            "It answers without data. Its siblings {siblings} ask {targets}.",
            count=len(linked),
            siblings=_names(linked),
            targets=_names(targets),
        ),
        NOW,
        Text("No data"),
        Text("Answers without data"),
        _linking(topology, node, targets),
    )


def _no_cache(topology: Topology, node: Node) -> Finding | None:
    linked, targets = _most(topology, node, Role.CACHES)
    if not linked or _targets(topology, node, Role.CACHES):
        return None
    return Finding(
        FindingType.NO_CACHE,
        Severity.RISK,
        (node.id,),
        Text("{node} has no cache", node=node.name),
        plural(
            "Every read goes on to its data. Its sibling {siblings} looks into {targets} first.",
            "Every read goes on to its data. Its siblings {siblings} look into {targets} first.",
            count=len(linked),
            siblings=_names(linked),
            targets=_names(targets),
        ),
        NOW,
        Text("No cache"),
        None,
        _linking(topology, node, targets),
    )


def _data_down(present: Present, node: Node) -> Finding | None:
    topology = present.topology
    linked = _targets(topology, node, Role.KEEPS)
    if not linked or node.id in present.down:
        return None
    if any(one.id not in present.down for one in linked):
        return None
    known = {one.id for one in linked}
    groups = [one for one in topology.database_groups() if known & {node.id for node in one}]
    beside = siblings(topology, node)
    copies = [one for group in groups for one in group]
    copies += (one for other in beside for one in _targets(topology, other, Role.KEEPS))
    up = list({one.id: one for one in copies if one.id not in present.down}.values())
    fix = _linking(topology, node, up) if up else None
    broken = next((one for one in linked if one.id in present.faults), None)
    if fix is None and broken is not None:
        fix = Fix(Text("Heal {node}", node=broken.name), Heal(node=broken.id))
    return Finding(
        FindingType.DATA_DOWN,
        Severity.HURTS,
        (node.id,),
        Text("{node} has no data in reach", node=node.name),
        Text(
            "{node} is linked to {targets} only, which is not up.",
            node=node.name,
            targets=_names(linked),
        ),
        NOW,
        Text("No data in reach"),
        Text("No data in reach"),
        fix,
    )


def _may_lead(present: Present, group: tuple[Node, ...]) -> tuple[Node, list[Node]]:
    """The primary of a group, as measured or as drawn, and whoever may take over."""
    lead = leaders(present.topology)[group[0].id]
    for node in group:
        now = present.now(node.id)
        if now and now.role == "primary":
            lead = node.id
    others = [one for one in group if one.id != lead and is_on(one, "automatic")]
    return present.topology.node(lead), others


def _no_primary(present: Present) -> Iterator[Finding]:
    """Web servers that are linked to some members of a group and not to who leads or may lead."""
    topology = present.topology
    for group in topology.database_groups():
        if len(group) < 2 or mode_of(group) != LED:
            continue
        lead, others = _may_lead(present, group)
        members = {node.id for node in group}
        for node in topology.of_role(Role.WORKS):
            linked = {link.target for link in topology.links_from(node.id)} & members
            missing = [one for one in (lead, *others) if one.id not in linked]
            if linked and missing:
                yield _cannot_follow(topology, node, lead, missing)


def _cannot_follow(topology: Topology, node: Node, lead: Node, missing: list[Node]) -> Finding:
    now = missing[0] is lead
    text = Text(
        "{missing} may become the primary when {lead} dies: then what {node} writes fails.",
        missing=_names(missing),
        lead=lead.name,
        node=node.name,
    )
    if now:
        text = Text(
            "{lead} is the primary now, and {node} is not linked to it: what it writes fails.",
            lead=lead.name,
            node=node.name,
        )
    return Finding(
        FindingType.NO_PRIMARY,
        Severity.HURTS if now else Severity.RISK,
        (node.id, *(one.id for one in missing)),
        Text("{node} cannot reach {missing}", node=node.name, missing=_names(missing)),
        text,
        NOW if now else Text("if {lead} dies", lead=lead.name),
        Text("No primary") if now else Text("Cannot follow"),
        Text("Cannot reach the primary") if now else None,
        _linking(topology, node, missing),
    )


def _unlinked(topology: Topology) -> Iterator[Finding]:
    """Nodes that nothing leads to, and senders and balancers that lead nowhere."""
    for node in topology.nodes if len(topology.nodes) > 1 else ():
        role = node.spec.role
        lonely = role is not Role.SENDS and not _is_reached(topology, node)
        onwards = role in (Role.SENDS, Role.FORWARDS) and not any(
            topology.node(link.target).spec.role is not Role.NAMES
            for link in topology.links_from(node.id)
        )
        if lonely or onwards:
            yield _adrift(topology, node, lonely, onwards)


def _is_reached(topology: Topology, node: Node) -> bool:
    shared = node.groups.get("virtual_ip")
    members = topology.in_group("virtual_ip", shared) if shared else (node,)
    return any(topology.links_to(one.id) for one in members)


def _adrift(topology: Topology, node: Node, lonely: bool, onwards: bool) -> Finding:
    if not topology.links_at(node.id):
        title = Text("{node} is linked to nothing", node=node.name)
        text = Text("It gets no requests and changes nothing.")
        if node.spec.role is Role.SENDS:
            text = Text("Nothing that it sends arrives anywhere.")
    elif onwards:
        title = Text("{node} leads nowhere", node=node.name)
        text = Text("No server is behind it: everything that it gets fails.")
        if node.spec.role is Role.SENDS:
            text = Text("It has nothing to connect to.")
    else:
        title = Text("Nothing leads to {node}", node=node.name)
        text = Text("It gets no requests.")
    # A server that nobody is linked to may lack what is behind it as well.
    action = wire(topology, node, lonely, onwards or not topology.links_from(node.id))
    hurts = node.spec.role is Role.SENDS or (onwards and not lonely)
    return Finding(
        FindingType.UNLINKED,
        Severity.HURTS if hurts else Severity.NOTE,
        (node.id,),
        title,
        text,
        NOW,
        Text("Not linked"),
        None,
        Fix(Text("Link {node}", node=node.name), action) if action else None,
    )
