"""The drawing as JSON: every node and link with the words that a screen shows."""

from __future__ import annotations

from string import Formatter

from app.kinds import KINDS
from app.kinds.machine_sizes import GIGABYTES
from app.schema import Role
from app.session.session import Session
from app.texts.languages import Language
from app.theory.clients.offered_load import offer_of
from app.topology.groups import GROUP_LABELS
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.paths.addresses import addresses
from app.topology.paths.link_kinds import link_kind
from app.topology.reachability import is_public
from app.topology.servers.cost import price_of
from app.topology.servers.machines import cores_of, machines, memory_bytes
from app.topology.validation.validation import problems
from app.web.models.answers import (
    BaseLoad,
    Drawing,
    DrawingProblem,
    DrawnFrame,
    DrawnLink,
    DrawnMachine,
    DrawnNode,
)


def drawing(session: Session, language: Language) -> Drawing:
    """The drawing as the page's own code needs it, at its newest revision."""
    topology = session.topology
    known = addresses(topology)
    return Drawing(
        rev=session.record.revision,
        name=session.record.name,
        nodes=[
            DrawnNode(
                id=node.id,
                kind=node.kind,
                kind_label=node.spec.label.say(language),
                preset=node.preset,
                icon=icon_of(node),
                name=node.name,
                address=str(known.get(node.id, "")),
                public=is_public(node),
                detail=node_detail(node, language),
                groups=dict(node.groups),
                places=[
                    f"{GROUP_LABELS[sort].say(language)} {name}"
                    for sort, name in node.groups.items()
                ],
                x=node.x,
                y=node.y,
            )
            for node in topology.nodes
        ],
        links=[
            DrawnLink(
                id=link.id,
                source=link.source,
                target=link.target,
                kind=link_kind(topology, link),
                latency_ms=link.latency_ms,
            )
            for link in topology.links
        ],
        problems=[
            DrawingProblem(code=one.code, node=one.node, link=one.link, text=one.text.say(language))
            for one in problems(topology)
        ],
        frames=[
            DrawnFrame(sort=one.sort, name=one.name, x=one.x, y=one.y, w=one.w, h=one.h)
            for one in topology.canvas.frames
        ],
        machines=[
            DrawnMachine(
                name=nodes[0].groups["machine"],
                cores=cores_of(nodes[0]),
                memory_gb=memory_bytes(nodes[0]) / GIGABYTES.scale,
                usd=price_of(nodes),
            )
            for nodes in machines(topology)
            if "machine" in nodes[0].groups
        ],
        sorts={sort: label.say(language) for sort, label in GROUP_LABELS.items()},
        kinds={kind.name: kind.label.say(language) for kind in KINDS},
        base=_base_load(topology),
    )


def node_detail(node: Node, language: Language) -> str:
    """The short line on a node's card that follows from its parameters alone; "" for most."""
    if node.spec.detail is None:
        return ""
    detail = node.spec.detail
    first = next(name for _, name, _, _ in Formatter().parse(detail.message) if name)
    return detail.given(**node.parameters).say(language, count=node.parameters[first])


def icon_of(node: Node) -> str:
    """The name of a node's icon."""
    return node.spec.preset(node.preset).icon


def _base_load(topology: Topology) -> BaseLoad:
    """Users, pages and requests per second of the whole drawing, at a load factor of 1.

    Users who wait for answers, and recorded ones, have no rate of their own.
    """
    clients = topology.of_role(Role.SENDS)
    senders = [one for one in clients if one.parameters["arrivals"] == "open"]
    pages = (
        float(one.parameters["users"]) * float(one.parameters["requests_per_user"])
        for one in senders
    )
    return BaseLoad(
        users=sum(int(one.parameters["users"]) for one in clients),
        pages=sum(pages),
        rps=sum(offer_of(one, 1.0).rate for one in senders),
    )
