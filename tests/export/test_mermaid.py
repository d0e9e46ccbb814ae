"""Mermaid text of drawings: every node and link once, groups nest, names stay names."""

import re

import pytest

from app.export.mermaid import mermaid
from app.scenarios import library
from app.topology.edits.apply import RenameNode, SetGroups
from app.topology.model import Topology
from tests.support.drawings import edited

NODE = re.compile(r'^ +(n\d+)(\[|\(\[|\{\{|\[\()"([^"]*)"(\]|\]\)|\}\}|\)\])$', re.MULTILINE)
LINK = re.compile(r"^  (n\d+) (-->|-\.-|-\.->) (n\d+)$", re.MULTILINE)


@pytest.mark.parametrize("name", library.names())
def test_a_flowchart_has_every_node_and_link_once(name: str) -> None:
    topology = library.load(name).topology
    text = mermaid(topology, "en")
    nodes = NODE.findall(text)
    assert len(nodes) == len(topology.nodes)
    assert len({one[0] for one in nodes}) == len(nodes)
    assert len(LINK.findall(text)) == len(topology.links)
    subgraphs = text.count("subgraph ")
    ends = text.count("  end\n")
    assert subgraphs == ends
    assert len(text.splitlines()) == 1 + len(nodes) + len(topology.links) + subgraphs + ends


def test_lookups_and_replication_are_dotted() -> None:
    text = mermaid(library.load("replicated").topology, "en")
    assert [arrow for _, arrow, _ in LINK.findall(text)].count("-.-") == 1
    assert [arrow for _, arrow, _ in LINK.findall(text)].count("-.->") == 1


def test_a_machine_stands_inside_its_zone() -> None:
    groups = {"machine": "box", "zone": "a"}
    topology = edited(library.load("replicated").topology, SetGroups(node="web-1", groups=groups))
    text = mermaid(topology, "en")
    assert text.index('["Zone a"]') < text.index('["Machine box"]') < text.index('"web-1"')


def test_a_name_cannot_end_its_quotes_or_become_markup() -> None:
    evil = 'x"] --> y; <b>&#;%%{init}'
    topology = edited(library.load("replicated").topology, RenameNode(node="web-1", name=evil))
    text = mermaid(topology, "en")
    (line,) = [one for one in text.splitlines() if "x#34;" in one]
    assert line.count('"') == 2
    assert not set("<>&%{") & set(line.split('"')[1])


def test_an_empty_drawing_is_an_empty_flowchart() -> None:
    assert mermaid(Topology(), "en") == "flowchart LR\n"
