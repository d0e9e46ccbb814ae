"""Capacity: what is used up now, what is next, full machines, and the cut that limits it all."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from app.findings.finding import LATER, NOW, Finding, FindingType, Fix, Severity
from app.findings.present import Present
from app.kinds.machine_sizes import SIZES, size_of
from app.schema import Role
from app.texts.text import Text, plural
from app.theory.analysis import NodeTheory
from app.topology.edits.apply import Edit, SetGroups, SetNode, apply
from app.topology.nodes import Node
from app.topology.paths.request_paths import narrowest_cut
from app.topology.servers.cost import cost
from app.topology.servers.instances import at_least, owner_of
from app.topology.servers.machines import beside, cores_of, machines

FULL: Final = 0.9
"""Utilisation from which a node or a machine counts as used up: as on its card."""
_WANTED: Final = 0.7
"""Utilisation that a larger machine is to have: below where queues grow fast, by rule of thumb."""
_SHOWN_MAX: Final = 0.05
"""Load that a next limit must be ahead of the one before to be told apart from it."""


def limits(present: Present) -> Iterator[Finding]:
    """The bottleneck of now, full machines, and the next limits."""
    full = list(_full_machines(present))
    yield from full
    crowded = {name for one in full for name in one.nodes}
    busy = [node for node in _used_up(present) if node.id not in crowded]
    for node in busy:
        yield _bottleneck(present, node)
    yield from _next_limits(present, {node.id for node in busy} | crowded)


def _use(present: Present, node: Node) -> float:
    """The share of its machine's cores that a node keeps busy: measured, or as theory says."""
    now, law = present.now(node.id), present.law(node.id)
    if now and now.util is not None:
        return now.util
    return law.utilisation if law else 0.0


def _used_up(present: Present) -> list[Node]:
    found = [node for node in present.topology.nodes if node.spec.is_station]
    used = [node for node in found if node.id not in present.down and _use(present, node) >= FULL]
    return sorted(used, key=lambda node: -_use(present, node))


def _rate(value: float) -> float:
    return float(f"{value:.3g}")


def _capacity(law: NodeTheory | None) -> float:
    """The arrivals a second at which a node's cores have as much to do as they can."""
    if law is None or law.utilisation <= 0.0 or law.arrivals_rps <= 0.0:
        return math.inf
    return law.arrivals_rps / law.utilisation


def _bottleneck(present: Present, node: Node) -> Finding:
    law = present.law(node.id)
    most, cores = _capacity(law), cores_of(beside(present.topology, node)[0])
    text = Text("All of its cores are busy ({cores}).", cores=cores)
    if law is not None and most < math.inf:
        text = plural(
            "{rps} req/s at most: {count} core, {ms} ms each.",
            "{rps} req/s at most: {count} cores, {ms} ms each.",
            rps=_rate(most),
            count=cores,
            ms=_rate(1000.0 * cores * law.utilisation / law.arrivals_rps),
        )
    now = present.now(node.id)
    return Finding(
        FindingType.BOTTLENECK,
        Severity.HURTS if now and now.failing else Severity.LIMITS,
        (node.id,),
        Text("{node} limits what gets through", node=node.name),
        text,
        NOW,
        Text("Bottleneck"),
        _reason(present, node, most),
        _larger(present, node),
    )


def _reason(present: Present, node: Node, most: float) -> Text:
    """The line on the card of a node that is used up."""
    now = present.now(node.id)
    if now and now.failing and now.failing[0] == "queue_full":
        return Text("Queue full, {rate}/s refused", rate=float(f"{now.failing[1]:.2g}"))
    idle = [
        one
        for link in present.topology.links_to(node.id)
        for one in (
            present.topology.node(k.target) for k in present.topology.links_from(link.source)
        )
        if one.kind == node.kind
        and one is not node
        and one.spec.role is Role.WORKS
        and (one.id in present.down or _gets_nothing(present, one))
    ]
    if idle:
        return Text("Takes the share of {node} too", node=idle[0].name)
    return Text("At its limit, {rps} req/s", rps=_rate(most)) if most < math.inf else Text("Full")


def _gets_nothing(present: Present, node: Node) -> bool:
    now = present.now(node.id)
    return now is not None and now.rps == 0.0


def _larger(present: Present, node: Node) -> Fix | None:
    """A machine with enough cores for the present load, or the largest; None when it is that."""
    topology = present.topology
    host = beside(topology, node)[0]
    law = present.law(node.id)
    use = max(_use(present, node), law.utilisation if law else 0.0)
    cores = cores_of(host)
    wanted = max(cores + 1, math.ceil(cores * use / _WANTED))
    edit: Edit
    if size := size_of(host.parameters):
        larger = [one for one in SIZES if one.vcpu > size.vcpu]
        if not larger:
            return None
        chosen = next((one for one in larger if one.vcpu >= wanted), larger[-1])
        edit = SetNode(node=host.id, parameters={"size": chosen.name})
        label = Text("Size {size}", size=chosen.label)
    else:
        wanted = min(wanted, int(host.spec.parameter("cores").high))
        if wanted <= cores:
            return None
        edit = SetNode(node=host.id, parameters={"cores": wanted})
        label = Text("{cores} cores", cores=wanted)
    after, _, _ = apply(topology, edit)
    usd = round(cost(at_least(after)).total - cost(at_least(topology)).total)
    return Fix(label, edit, Text("{usd} USD a month more", usd=usd))


def _full_machines(present: Present) -> Iterator[Finding]:
    """Machines on which several services together use up what no single one does."""
    for nodes in machines(present.topology):
        up = [node for node in nodes if node.id not in present.down]
        uses = {node.id: _use(present, node) for node in up}
        if len(up) < 2 or sum(uses.values()) < FULL or max(uses.values()) >= FULL:
            continue
        ranked = sorted(up, key=lambda node: -uses[node.id])
        mover = ranked[0]
        fix = Fix(
            Text("Give {node} its own machine", node=mover.name),
            SetGroups(node=mover.id, groups={"machine": ""}),
        )
        yield Finding(
            FindingType.FULL_MACHINE,
            Severity.LIMITS,
            tuple(node.id for node in ranked),
            Text("Machine {name} is full", name=nodes[0].groups["machine"]),
            Text(
                "{nodes} share its cores ({cores}): {most} % of them is the most that one alone "
                "uses, {sum} % all together.",
                nodes=[node.name for node in ranked],
                cores=cores_of(nodes[0]),
                most=round(100 * uses[mover.id]),
                sum=round(100 * sum(uses.values())),
            ),
            NOW,
            Text("Full machine"),
            Text("Its machine is full"),
            fix,
        )


def _next_limits(present: Present, busy: set[str]) -> Iterator[Finding]:
    """The next node to saturate as the load grows, and the one after: by the laws of theory, with
    the traffic dealt out as it is.
    """
    offered = present.theory.offered_rps
    coming = sorted(
        (one for one in present.theory.nodes if 0.0 < one.utilisation < 1.0),
        key=lambda one: -one.utilisation,
    )
    coming = [one for one in coming if owner_of(one.node) == one.node and one.node not in busy]
    if not coming or offered <= 0.0:
        return
    first = coming[0]
    factor = 1.0 / first.utilisation
    after = next((one for one in coming if 1.0 / one.utilisation > factor * (1 + _SHOWN_MAX)), None)
    name = present.topology.node(first.node).name
    text = Text("Used up at {rps} req/s.", rps=_rate(offered * factor))
    if after is not None:
        text = Text(
            "Used up at {rps} req/s, and then {node} at {later}.",
            rps=_rate(offered * factor),
            node=present.topology.node(after.node).name,
            later=_rate(offered / after.utilisation),
        )
    yield Finding(
        FindingType.NEXT_LIMIT,
        Severity.NOTE,
        (first.node,),
        Text("Next: {node}, at ×{factor}", node=name, factor=_rate(factor)),
        text,
        LATER,
    )


def narrowest(present: Present) -> Iterator[Finding]:
    """Several nodes that limit the capacity together, however balancers deal requests out."""
    topology, theory = present.topology, present.theory
    role_of = {one.node: topology.node(owner_of(one.node)).spec.role for one in theory.nodes}
    visits: dict[Role, float] = {}
    for one in theory.nodes:
        visits[role_of[one.node]] = visits.get(role_of[one.node], 0.0) + one.visits
    capacities: dict[str, float] = {}
    for one in theory.nodes:
        role, name = role_of[one.node], owner_of(one.node)
        if role is Role.NAMES or one.utilisation <= 0.0 or visits[role] <= 0.0:
            continue
        capacities[name] = capacities.get(name, 0.0) + _capacity(one) / visits[role]
    most, names = narrowest_cut(topology, capacities)
    if len(names) < 2 or most == math.inf:
        return
    yield Finding(
        FindingType.CUT,
        Severity.NOTE,
        tuple(names),
        Text("{nodes} together set the limit", nodes=[topology.node(one).name for one in names]),
        Text(
            "{rps} req/s at most, however requests are dealt out: all pass one of them.",
            rps=_rate(most),
        ),
        LATER,
    )
