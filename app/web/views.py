"""What templates are given: one typed class per template, and the functions that fill them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from app.kinds import KINDS
from app.scenarios import library
from app.schema import Language, Text, plain
from app.session.session import Session
from app.session.timeline import YOU, Row
from app.topology.addresses import addresses
from app.topology.fleets import bounds
from app.topology.groups import GROUP_LABELS
from app.topology.machines import inherited
from app.topology.model import Link, Node, Topology
from app.topology.reach import is_public
from app.topology.validation import problems
from app.web.forms import FieldGroup, FieldView, link_form, node_form
from app.web.i18n import browser_strings
from app.web.machine import CostView, cost_view, machine_words
from app.web.place import place_form
from app.web.theory import TheoryView, drawing_theory, node_theory
from app.web.why import WhyView, why


@dataclass(frozen=True, slots=True)
class ScenarioLink:
    """A scenario of the library, to start from."""

    name: str
    label: str
    summary: str
    href: str


@dataclass(frozen=True, slots=True)
class NodeView:
    """A node as the inspector's head shows it; `address` is "" for users. `waits` tells whether its
    commits wait for replicas, `several` whether it stands for more than one server.
    """

    id: str
    kind: str
    kind_label: str
    kind_help: str
    icon: str
    name: str
    address: str
    public: bool
    faults: list[str]
    scopes: list[tuple[str, str, str]]
    waits: bool
    several: bool


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link as the inspector's head shows it; `kind` is traffic, lookup or replication."""

    id: str
    source: str
    source_name: str
    target: str
    target_name: str
    kind: str


@dataclass(frozen=True, slots=True)
class ProblemView:
    """Something wrong with the drawing, and where."""

    code: str
    node: str
    link: str
    text: str


@dataclass(frozen=True, slots=True)
class Inspector:
    """The panel on the right: the whole drawing, one node, one link, or what is gone by now.

    `machine` says who else works on a node's machine, `cost` what it costs; `saved` is true in the
    answer to an accepted form, `error` a refusal that no field is to blame for.
    """

    mode: str
    seed: int
    nodes: int
    links: int
    problems: list[ProblemView]
    node: NodeView | None = None
    link: LinkView | None = None
    name_field: FieldView | None = None
    groups: list[FieldGroup] = field(default_factory=list)
    theory: TheoryView | None = None
    machine: str = ""
    cost: CostView | None = None
    why: list[WhyView] = field(default_factory=list)
    saved: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """A row of the timeline; `at` is simulated seconds, `severity` the name of a glyph.

    `exactly` is the time to the nanosecond, in seconds, to go there.
    """

    id: str
    at: str
    exactly: str
    severity: str
    node: str
    name: str
    text: str
    who: str


def scenario_links(language: Language) -> list[ScenarioLink]:
    """Every scenario of the library."""
    return [
        ScenarioLink(
            name,
            library.title(name).say(language),
            library.about(name).say(language),
            f"/scenarios/{name}",
        )
        for name in library.names()
    ]


def boot(session: str, language: Language) -> dict[str, object]:
    """What the page's own code needs before its first frame."""
    return {
        "session": session,
        "lang": language,
        "strings": browser_strings(language),
        "kinds": [
            {
                "kind": kind.name,
                "preset": preset.name,
                "label": preset.label.say(language),
                "icon": preset.icon,
                "category": kind.category,
            }
            for kind in KINDS
            for preset in kind.presets
        ],
        "links": {kind.name: list(kind.port.targets) for kind in KINDS},
        "faults": {kind.name: list(kind.faults) for kind in KINDS},
    }


def inspector(
    session: Session,
    language: Language,
    *,
    node_id: str = "",
    link_id: str = "",
    typed: dict[str, str] | None = None,
    errors: dict[str, Text] | None = None,
    saved: bool = False,
    refused: Text | None = None,
) -> Inspector:
    """The inspector of a node, a link, or with neither the overview.

    `typed` is what a refused form held and `errors` what is wrong with it, by field name.
    """
    topology = session.topology
    node = topology.node(node_id) if topology.has_node(node_id) else None
    link = next((one for one in topology.links if link_id and one.id == link_id), None)
    mode = "overview" if not node_id and not link_id else "gone"
    name_field: FieldView | None = None
    groups: list[FieldGroup] = []
    theory: TheoryView | None = None
    load = session.record.situation.load
    if node is not None:
        mode = "node"
        theory = node_theory(topology, load, node_id, language)
        values = inherited(topology, node)
        name_field, groups = node_form(node, language, typed or {}, errors or {}, values)
        groups.append(place_form(topology, node, language, typed or {}, errors or {}))
    elif link is not None:
        mode = "link"
        groups = link_form(link, language, typed or {}, errors or {})
    elif mode == "overview":
        theory = drawing_theory(topology, load, language)
    return Inspector(
        mode=mode,
        seed=session.record.seed,
        nodes=len(topology.nodes),
        links=len(topology.links),
        problems=_problems_of(topology, language, node_id, link_id),
        node=_node_view(topology, node, language) if node else None,
        link=_link_view(topology, link) if link else None,
        name_field=name_field,
        groups=groups,
        theory=theory,
        machine=machine_words(topology, node, language) if node else "",
        cost=cost_view(topology, node, language) if mode in ("node", "overview") else None,
        why=why(session, node_id, language) if mode in ("node", "overview") else [],
        saved=saved,
        error=refused.say(language) if refused else "",
    )


def problem_views(topology: Topology, language: Language) -> list[ProblemView]:
    """Everything that is wrong with a drawing."""
    return [
        ProblemView(one.code, one.node, one.link, one.text.say(language))
        for one in problems(topology)
    ]


def drawing(session: Session, language: Language) -> dict[str, object]:
    """The drawing as the page's own code needs it, at its newest revision."""
    topology = session.topology
    known = addresses(topology)
    return {
        "rev": session.record.revision,
        "name": session.record.name,
        "nodes": [
            {
                "id": node.id,
                "kind": node.kind,
                "kind_label": node.spec.label.say(language),
                "preset": node.preset,
                "icon": icon_of(node),
                "name": node.name,
                "address": str(known.get(node.id, "")),
                "public": is_public(node),
                "detail": node_detail(node, language),
                "groups": dict(node.groups),
                "places": [
                    f"{GROUP_LABELS[sort].say(language)} {name}"
                    for sort, name in node.groups.items()
                ],
                "x": node.x,
                "y": node.y,
            }
            for node in topology.nodes
        ],
        "links": [
            {
                "id": link.id,
                "source": link.source,
                "target": link.target,
                "kind": link_kind(topology, link),
                "latency_ms": link.latency_ms,
            }
            for link in topology.links
        ],
        "problems": [asdict(problem) for problem in problem_views(topology, language)],
        "sorts": {sort: label.say(language) for sort, label in GROUP_LABELS.items()},
        "kinds": {kind.name: kind.label.say(language) for kind in KINDS},
        "base": _base_load(topology),
    }


def timeline_row(row: Row, language: Language) -> TimelineRow:
    """A row of the timeline, in one language."""
    return TimelineRow(
        row.id,
        f"{row.at_ns / 1e9:.1f}",
        f"{row.at_ns / 1e9:.9f}".rstrip("0").rstrip("."),
        row.severity,
        row.node,
        row.name,
        row.text.say(language),
        YOU if row.who == YOU else "",
    )


def link_kind(topology: Topology, link: Link) -> str:
    """What a link carries: traffic, lookup (of names) or replication."""
    source, target = topology.node(link.source), topology.node(link.target)
    if target.kind == "dns":
        return "lookup"
    return "replication" if source.kind == target.kind == "database" else "traffic"


def node_detail(node: Node, language: Language) -> str:
    """The short line on a node's card that follows from its parameters alone; "" for most."""
    shown = {"client": "users", "dns": "ttl_s"}.get(node.kind)
    if shown is None:
        return ""
    parameter = node.spec.parameter(shown)
    value = parameter.show(node.parameters[shown], language)
    if node.kind == "dns":
        return f"{parameter.label.say(language)} {value}"
    users = plain(node.parameters[shown])
    return Text(f"{users} users", f"사용자 {users}명").say(language)


def icon_of(node: Node) -> str:
    """The name of a node's icon."""
    return node.spec.preset(node.preset).icon


def _problems_of(
    topology: Topology, language: Language, node_id: str, link_id: str
) -> list[ProblemView]:
    found: Iterable[ProblemView] = problem_views(topology, language)
    if node_id:
        found = (one for one in found if one.node == node_id)
    elif link_id:
        found = (one for one in found if one.link == link_id)
    return list(found)


def _node_view(topology: Topology, node: Node, language: Language) -> NodeView:
    address = addresses(topology).get(node.id)
    return NodeView(
        node.id,
        node.kind,
        _made_as(node, language),
        node.spec.help.say(language),
        icon_of(node),
        node.name,
        str(address) if address else "",
        is_public(node),
        list(node.spec.faults),
        _scopes(node, language),
        node.parameters.get("commit", "async") != "async",
        bounds(node)[1] > 1,
    )


def _made_as(node: Node, language: Language) -> str:
    """What a node is called by kind, and by the ready-made variant that it started as."""
    kind, preset = node.spec.label.say(language), node.spec.preset(node.preset)
    return f"{kind}, {preset.label.say(language)}" if preset.variant else kind


def _scopes(node: Node, language: Language) -> list[tuple[str, str, str]]:
    """The groups of a node that may fail as one: sort, name, and what people call each."""
    return [
        (sort, node.groups[sort], f"{GROUP_LABELS[sort].say(language)} {node.groups[sort]}")
        for sort in ("machine", "zone", "region")
        if sort in node.groups
    ]


def _link_view(topology: Topology, link: Link) -> LinkView:
    source, target = topology.node(link.source), topology.node(link.target)
    kind = link_kind(topology, link)
    return LinkView(link.id, source.id, source.name, target.id, target.name, kind)


def _base_load(topology: Topology) -> dict[str, float]:
    """Users and requests per second of the whole drawing, at a load factor of 1.

    Users who wait for answers, and recorded ones, have no rate of their own.
    """
    clients = [node.parameters for node in topology.of_kind("client")]
    rates = (
        float(one["users"]) * float(one["requests_per_user"])
        for one in clients
        if one["arrivals"] == "open"
    )
    return {"users": sum(int(one["users"]) for one in clients), "rps": sum(rates)}
