"""Cards lie apart from each other: in every scenario, and after every edit that adds some."""

from itertools import combinations

import pytest

from app.kinds import KINDS
from app.scenarios import library
from app.topology.edits.apply import AddLinked, InsertNode, Tidy, apply, pasted
from app.topology.edits.places import CARD_HEIGHT, CARD_WIDTH
from app.topology.model import Topology


def overlapping(topology: Topology) -> list[tuple[str, str]]:
    """Pairs of cards that lie on each other."""
    return [
        (one.id, other.id)
        for one, other in combinations(topology.nodes, 2)
        if abs(one.x - other.x) < CARD_WIDTH and abs(one.y - other.y) < CARD_HEIGHT
    ]


@pytest.mark.parametrize("name", library.names())
def test_no_card_lies_on_another_in_a_scenario_or_after_an_edit_of_it(name: str) -> None:
    topology = library.load(name).topology
    assert overlapping(topology) == []
    for link in topology.links:
        ends = topology.node(link.source).spec, topology.node(link.target).spec
        for kind in KINDS:
            if ends[0].may_link_to(kind) and kind.may_link_to(ends[1]):
                edit = InsertNode(link=link.id, kind=kind.name)
                assert overlapping(apply(topology, edit)[0]) == [], edit
    for node in topology.nodes:
        for kind in KINDS:
            if node.spec.may_link_to(kind):
                edit_beside = AddLinked(node=node.id, kind=kind.name, x=node.x, y=node.y)
                assert overlapping(apply(topology, edit_beside)[0]) == [], edit_beside
    first = topology.nodes[0]
    twice = apply(topology, pasted(topology, topology, first.x, first.y))[0]
    assert overlapping(twice) == []
    assert overlapping(apply(twice, Tidy())[0]) == []
