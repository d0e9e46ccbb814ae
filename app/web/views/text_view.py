"""The drawing as text: a tree of places, and tables of nodes and links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.kinds import KINDS
from app.texts.languages import Language
from app.topology.groups import GROUP_LABELS
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.paths.addresses import addresses
from app.topology.paths.link_kinds import LinkKind, link_kind
from app.topology.reachability import is_public
from app.topology.validation.validation import problems

_NESTING = ("region", "zone", "network", "machine", "virtual_ip")
"""Sorts of group, each of which stands in those before it."""


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A node as a row: what is set; what is measured the page fills in."""

    id: str
    name: str
    kind: str
    icon: str
    address: str
    public: bool
    places: str
    problem: str
    x: int
    y: int
    breakable: bool


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as a row."""

    id: str
    source: str
    target: str
    kind: LinkKind
    latency_ms: float
    problem: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A group in the tree, with the groups and the nodes in it; the root has no label."""

    label: str
    branches: list[Branch]
    nodes: list[NodeRow]


@dataclass(frozen=True, slots=True)
class TextView:
    """The whole drawing; `presets` are what can be added: kind, preset and label."""

    rev: int
    tree: Branch
    nodes: list[NodeRow]
    links: list[LinkRow]
    presets: list[tuple[str, str, str]]


def text_view(topology: Topology, rev: int, language: Language) -> TextView:
    """Return a drawing at a revision as text."""
    wrong = {one.node or one.link: one.text.say(language) for one in problems(topology)}
    known = addresses(topology)
    rows = {
        node.id: NodeRow(
            node.id,
            node.name,
            node.spec.label.say(language),
            node.spec.preset(node.preset).icon,
            str(known.get(node.id, "")),
            is_public(node),
            ", ".join(_label(sort, name, language) for sort, name in node.groups.items()),
            wrong.get(node.id, ""),
            round(node.x),
            round(node.y),
            "crash" in node.spec.faults,
        )
        for node in topology.nodes
    }
    links = [
        LinkRow(
            link.id,
            topology.node(link.source).name,
            topology.node(link.target).name,
            link_kind(topology, link),
            link.latency_ms,
            wrong.get(link.id, ""),
        )
        for link in topology.links
    ]
    presets = [
        (kind.name, preset.name, preset.label.say(language))
        for kind in KINDS
        for preset in kind.presets
        if not preset.retired
    ]
    tree = _branch("", topology.nodes, _NESTING, rows, language)
    tree.branches.extend(
        Branch(_label(frame.sort, frame.name, language), [], [])
        for frame in topology.canvas.frames
        if not topology.in_group(frame.sort, frame.name)
    )
    return TextView(rev, tree, list(rows.values()), links, presets)


def _branch(
    label: str,
    nodes: Sequence[Node],
    sorts: Sequence[str],
    rows: dict[str, NodeRow],
    language: Language,
) -> Branch:
    """Return a group with its nodes, those in a group of one of `sorts` below one of their own."""
    if not sorts:
        return Branch(label, [], [rows[node.id] for node in nodes])
    sort, *rest = sorts
    names = sorted({node.groups[sort] for node in nodes if sort in node.groups})
    branches = [
        _branch(
            _label(sort, name, language),
            [node for node in nodes if node.groups.get(sort) == name],
            rest,
            rows,
            language,
        )
        for name in names
    ]
    outside = [node for node in nodes if sort not in node.groups]
    inner = _branch(label, outside, rest, rows, language)
    return Branch(label, [*branches, *inner.branches], inner.nodes)


def _label(sort: str, name: str, language: Language) -> str:
    return f"{GROUP_LABELS[sort].say(language)} {name}"
