"""Contexts of templates: one typed class per template, and the functions that fill them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.kinds import KINDS, targets_of
from app.kinds.guides import guide
from app.scenarios import library
from app.schema import Role
from app.session.session import Session
from app.texts.languages import Language
from app.texts.text import Text
from app.topology.groups import GROUP_LABELS
from app.topology.model import Topology
from app.topology.needs import met
from app.topology.nodes import Link, Node
from app.topology.paths.addresses import addresses
from app.topology.paths.link_kinds import link_kind
from app.topology.reachability import is_public
from app.topology.servers.instances import bounds
from app.topology.servers.machines import inherited
from app.topology.validation.validation import problems
from app.web.text.language import browser_strings
from app.web.views.drawing import icon_of
from app.web.views.failed_requests import WhyView, why
from app.web.views.inspector.forms import FieldGroup, FieldView, link_form, node_form
from app.web.views.inspector.group import GroupView, group_view
from app.web.views.inspector.machine import CostView, cost_view, machine_words
from app.web.views.inspector.placement import PLACE, place_form
from app.web.views.inspector.selection import SelectionView, selection_view
from app.web.views.inspector.theory import TheoryView, theory_view


@dataclass(frozen=True, slots=True)
class ScenarioLink:
    """A scenario of the library, to start from."""

    name: str
    label: str
    summary: str
    href: str


@dataclass(frozen=True, slots=True)
class FigureView:
    """A number that the page keeps live (see `app.schema.Figure`)."""

    name: str
    label: str
    unit: str
    when: str
    form: str
    code: bool


@dataclass(frozen=True, slots=True)
class NodeView:
    """A node as the inspector's head shows it; `address` is "" for users. `figures` are kept live,
    `recovers` tells whether people can bring its data back, `costs` whether money is paid for it,
    `several` whether it stands for more than one server.
    """

    id: str
    kind: str
    kind_label: str
    kind_help: str
    guide: tuple[str, ...]
    icon: str
    name: str
    address: str
    public: bool
    faults: list[str]
    scopes: list[tuple[str, str, str]]
    figures: list[FigureView]
    recovers: bool
    costs: bool
    several: bool
    sends: bool


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
    """The panel on the right: the whole drawing, one node, several, a group, one link, or what is
    gone.

    `first` are the fields asked first, `groups` the others. `machine` says who else works on a
    node's machine, `cost` what it costs; `saved` is true in the answer to an accepted form, `error`
    a refusal that no field is to blame for.
    """

    mode: str
    seed: int
    nodes: int
    links: int
    problems: list[ProblemView]
    node: NodeView | None = None
    link: LinkView | None = None
    group: GroupView | None = None
    several: SelectionView | None = None
    first: list[FieldView] = field(default_factory=list)
    groups: list[FieldGroup] = field(default_factory=list)
    theory: TheoryView | None = None
    machine: str = ""
    cost: CostView | None = None
    why: WhyView | None = None
    saved: bool = False
    error: str = ""


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


def boot(session: str, language: Language, author: str) -> dict[str, object]:
    """Return the data that the page's own code needs before its first frame.

    `author` is the reader's name.
    """
    return {
        "session": session,
        "me": author,
        "lang": language,
        "strings": browser_strings(language),
        "kinds": [
            {
                "kind": kind.name,
                "preset": preset.name,
                "label": preset.label.say(language),
                "icon": preset.icon,
                "category": kind.category,
                "variant": preset.variant or preset.retired,
            }
            for kind in KINDS
            for preset in kind.presets
        ],
        "links": {kind.name: [one.name for one in targets_of(kind)] for kind in KINDS},
        "faults": {kind.name: list(kind.faults) for kind in KINDS},
        "headlines": {kind.name: kind.headline for kind in KINDS},
    }


def inspector(
    session: Session,
    language: Language,
    *,
    node_id: str = "",
    link_id: str = "",
    node_ids: tuple[str, ...] = (),
    group: str = "",
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
    link = topology.link(link_id) if topology.has_link(link_id) else None
    nodes = [topology.node(one) for one in node_ids if topology.has_node(one)]
    mode = "gone" if node_id or link_id or node_ids or group else "overview"
    gathered = group_view(topology, group, language)
    first: list[FieldView] = []
    groups: list[FieldGroup] = []
    theory: TheoryView | None = None
    if node is not None:
        mode = "node"
        theory = theory_view(session, node_id, language)
        first, groups = _node_fields(topology, node, language, typed or {}, errors or {})
    elif nodes:
        mode = "nodes"
    elif gathered is not None:
        mode = "group"
    elif link is not None:
        mode = "link"
        groups = link_form(link, language, typed or {}, errors or {})
    elif mode == "overview":
        theory = theory_view(session, "", language)
    return Inspector(
        mode=mode,
        seed=session.record.seed,
        nodes=len(topology.nodes),
        links=len(topology.links),
        problems=_problems_of(topology, language, node_id, link_id),
        node=_node_view(topology, node, language) if node else None,
        link=_link_view(topology, link) if link else None,
        group=gathered,
        several=selection_view(topology, nodes, language, typed or {}, errors or {})
        if nodes
        else None,
        first=first,
        groups=groups,
        theory=theory,
        machine=machine_words(topology, node, language) if node else "",
        cost=cost_view(session, node, language) if mode in ("node", "overview") else None,
        why=None if mode in ("link", "group") else why(session, node_id, language),
        saved=saved,
        error=refused.say(language) if refused else "",
    )


def _node_fields(
    topology: Topology,
    node: Node,
    language: Language,
    typed: dict[str, str],
    errors: dict[str, Text],
) -> tuple[list[FieldView], list[FieldGroup]]:
    """The fields of a node that are asked first, in the order of its kind, and the others."""
    values = inherited(topology, node)
    form = node_form(node, language, typed, errors, values, met(topology, node))
    places = place_form(topology, node, language, typed, errors)
    asked = form.first | {
        one.name.removeprefix(PLACE): one
        for one in places.fields
        if one.name.removeprefix(PLACE) in node.spec.first
    }
    first = [asked[name] for name in node.spec.first if name in asked]
    others = [one for one in places.fields if one not in first]
    groups = [*form.groups, FieldGroup(places.name, others)]
    return [form.name, *first], groups


def problem_views(topology: Topology, language: Language) -> list[ProblemView]:
    """Everything that is wrong with a drawing."""
    return [
        ProblemView(one.code, one.node, one.link, one.text.say(language))
        for one in problems(topology)
    ]


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
        guide(node.kind, language),
        icon_of(node),
        node.name,
        str(address) if address else "",
        is_public(node),
        list(node.spec.faults),
        _scopes(node, language),
        [
            FigureView(
                one.name,
                one.label.say(language),
                one.unit.symbol.say(language),
                one.when,
                one.form,
                one.code,
            )
            for one in node.spec.figures_among(node.parameters)
        ],
        node.spec.replication == "log",
        node.spec.price_usd != 0.0,
        bounds(node)[1] > 1,
        node.spec.role is Role.SENDS,
    )


def _made_as(node: Node, language: Language) -> str:
    """Return a node's kind, with the ready-made variant that it started as, in words."""
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
