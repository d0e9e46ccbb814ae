"""A drawing as Mermaid text, for documents and issues that draw it themselves."""

from __future__ import annotations

from collections.abc import Sequence

from app.schema import Role
from app.texts.languages import Language
from app.topology.groups import GROUP_LABELS
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.paths.link_kinds import link_kind

_NESTING = ("region", "zone", "network", "machine", "virtual_ip")
"""Sorts of group, each of which stands in those before it."""
_SHAPES = {
    Role.SENDS: ("([", "])"),
    Role.NAMES: ("{{", "}}"),
    Role.CACHES: ("[(", ")]"),
    Role.KEEPS: ("[(", ")]"),
}
_ARROWS = {"traffic": "-->", "lookup": "-.-", "replication": "-.->"}


def mermaid(topology: Topology, language: Language) -> str:
    """Return a flowchart, left to right: nodes in the shape of their part, groups as subgraphs,
    lookups and replication dotted.
    """
    names = {node.id: f"n{number}" for number, node in enumerate(topology.nodes, start=1)}
    lines = ["flowchart LR"]
    lines += _within(topology.nodes, _NESTING, names, language, "  ")
    for link in topology.links:
        arrow = _ARROWS[link_kind(topology, link)]
        lines.append(f"  {names[link.source]} {arrow} {names[link.target]}")
    return "\n".join(lines) + "\n"


def _within(
    nodes: Sequence[Node],
    sorts: Sequence[str],
    names: dict[str, str],
    language: Language,
    indent: str,
) -> list[str]:
    """Return the lines of nodes, those in groups of one of `sorts` inside subgraphs."""
    if not sorts:
        return [f"{indent}{names[node.id]}{_shaped(node)}" for node in nodes]
    sort, *rest = sorts
    lines: list[str] = []
    for group in sorted({node.groups[sort] for node in nodes if sort in node.groups}):
        inside = [node for node in nodes if node.groups.get(sort) == group]
        label = _quoted(f"{GROUP_LABELS[sort].say(language)} {group}")
        lines.append(f"{indent}subgraph {sort}_{names[inside[0].id]} [{label}]")
        lines += _within(inside, rest, names, language, indent + "  ")
        lines.append(f"{indent}end")
    outside = [node for node in nodes if sort not in node.groups]
    return lines + _within(outside, rest, names, language, indent)


def _shaped(node: Node) -> str:
    before, after = _SHAPES.get(node.spec.role, ("[", "]"))
    return f"{before}{_quoted(node.name)}{after}"


def _quoted(said: str) -> str:
    """Return a label in quotes; characters that mean something to Mermaid as its entities."""
    kept = "".join(one if one.isalnum() or one in " -_.,:()/" else f"#{ord(one)};" for one in said)
    return f'"{kept}"'
