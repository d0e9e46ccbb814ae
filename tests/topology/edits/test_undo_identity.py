"""Undo is an identity: a document after edits and undos is the one before, byte for byte."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scenarios.document import Scenario, scenario_from_json, scenario_to_json
from app.texts.text import Text
from app.topology.edits.apply import (
    AddLink,
    AddLinked,
    AddNode,
    AddPeering,
    Batch,
    Duplicate,
    Edit,
    EditError,
    InsertNode,
    MoveNode,
    RemoveFrame,
    RemoveGroup,
    RemoveLink,
    RemoveNode,
    RemovePeering,
    RenameGroup,
    RenameNode,
    SetExpectations,
    SetFrame,
    SetGroups,
    SetLink,
    SetNode,
    Tidy,
    apply,
)
from app.topology.edits.draft import Draft
from app.topology.model import Topology
from tests.support.drawings import drawing, link, replica, web
from tests.support.generated.drawings import edits, topologies


def document(topology: Topology) -> str:
    """The drawing as its document has it, order included."""
    return json.dumps(scenario_to_json(Scenario("Identity", topology)))


def reloaded(topology: Topology) -> Topology:
    """The drawing as somebody else gets it: nothing but its document is known."""
    return scenario_from_json(json.loads(document(topology))).topology


def tables(topology: Topology) -> list[Any]:
    """Everything in the graph, with the order of every table."""
    graph = topology.graph
    return [
        list(graph.nodes(data=True)),
        [(name, list(row.items())) for name, row in graph.succ.items()],
        [(name, list(row.items())) for name, row in graph.pred.items()],
    ]


def refusal(topology: Topology, edit: Edit) -> tuple[str, Text] | None:
    """Field and reason for which an edit is refused; None when it fits."""
    try:
        apply(topology, edit)
    except EditError as error:
        return error.field, error.text
    return None


def check(topology: Topology) -> None:
    """The shared tables are those of a graph that is made of the same nodes and links."""
    again = Topology.of(topology.nodes, topology.links, topology.peerings)
    assert tables(topology) == tables(again)
    assert topology.ends == again.ends


START = drawing(
    AddNode(kind="client", id="users-1"),
    *(AddNode(kind="load_balancer", id=f"lb-{n}", groups={"virtual_ip": "v"}) for n in (1, 2)),
    *(AddNode(kind="web_server", id=f"web-{n}", groups={"machine": "box"}) for n in (1, 2, 3)),
    AddNode(kind="database", id="db-1", groups={"machine": "box", "zone": "a"}),
    link("users-1", "web-3"),
    *(link("users-1", one) for one in ("lb-1", "lb-2")),
    *(link(lb, one) for lb in ("lb-1", "lb-2") for one in ("web-1", "web-2", "web-3")),
    *(link(one, "db-1") for one in ("web-1", "web-2", "web-3")),
    AddPeering(networks=("a", "b")),
    SetFrame(sort="zone", name="a", x=0, y=0, w=400, h=300),
    SetFrame(sort="network", name="a", x=500, y=0, w=400, h=300),
)
LINK = START.links[3].id
EXAMPLES: list[Edit] = [
    AddNode(kind="cache", id="cache-1"),
    RemoveNode(node="web-1"),
    RemoveNode(node="lb-1"),
    RemoveNode(node="db-1"),
    MoveNode(node="web-2", x=3.5, y=-4),
    RenameNode(node="web-2", name="Shop"),
    SetNode(node="web-2", parameters={"cores": 3, "service_ms": 7.5}),
    SetGroups(node="web-1", groups={"machine": "", "zone": "a"}),
    AddLink(source="users-1", target="web-2"),
    RemoveLink(link=LINK),
    SetLink(link=LINK, parameters={"latency_ms": 9}),
    AddPeering(networks=("a", "0")),
    RemovePeering(networks=("b", "a")),
    SetExpectations(of="targets", rows=("lost writes = 0",)),
    InsertNode(link=START.links[0].id, kind="load_balancer"),
    AddLinked(node="web-1", kind="cache"),
    Duplicate(nodes=("web-1", "db-1")),
    SetFrame(sort="zone", name="a", x=-5, y=2.5, w=600, h=90),
    SetFrame(sort="machine", name="box", x=0, y=0, w=400, h=300),
    RemoveFrame(sort="zone", name="a"),
    RenameGroup(sort="network", name="a", to="core"),
    RenameGroup(sort="machine", name="box", to="big box"),
    RemoveGroup(sort="zone", name="a"),
    Tidy(),
    Batch(
        edits=(
            RemoveNode(node="web-2"),
            RemoveNode(node="web-1"),
            RenameNode(node="lb-1", name="x"),
        )
    ),
]


def test_every_edit_has_an_example() -> None:
    shapes = get_args(get_args(Edit)[0])
    assert {type(one) for one in EXAMPLES} == set(shapes)


@pytest.mark.parametrize("edit", EXAMPLES, ids=lambda edit: edit.type)
def test_undo_gives_the_same_document_and_redo_too(edit: Edit) -> None:
    after, resolved, inverse = apply(START, edit)
    assert document(after) != document(START)
    back, _, again = apply(after, inverse)
    assert document(back) == document(START)
    redone, _, _ = apply(back, again)
    assert document(redone) == document(after) == document(apply(back, resolved)[0])
    # The same where the past of the drawing is not known: its document and the inverse are enough.
    assert document(apply(reloaded(after), inverse)[0]) == document(START)


@dataclass
class Editor:
    """A drawing with two stacks: steps to undo and steps to redo, as every editor has."""

    topology: Topology
    undo: list[Edit] = field(default_factory=list)
    redo: list[Edit] = field(default_factory=list)
    past: list[str] = field(default_factory=list)
    future: list[str] = field(default_factory=list)

    def do(self, edit: Edit) -> None:
        """Carry out something new, if it fits."""
        before = document(self.topology)
        try:
            self.topology, _, inverse = apply(self.topology, edit)
        except EditError:
            assert document(self.topology) == before
            return
        self.undo.append(inverse)
        self.past.append(before)
        self.redo.clear()
        self.future.clear()

    def take_back(self) -> None:
        """Undo the newest step; nothing is left of it."""
        if self.undo:
            self.future.append(document(self.topology))
            self.topology, _, again = apply(self.topology, self.undo.pop())
            self.redo.append(again)
            assert document(self.topology) == self.past.pop()

    def do_again(self) -> None:
        """Redo the step that was undone last; it is as it was."""
        if self.redo:
            self.past.append(document(self.topology))
            self.topology, _, inverse = apply(self.topology, self.redo.pop())
            self.undo.append(inverse)
            assert document(self.topology) == self.future.pop()


@given(st.data(), topologies())
def test_any_script_of_edits_undos_and_redos(data: st.DataObject, start: Topology) -> None:
    editor = Editor(start)
    for _ in range(data.draw(st.integers(1, 12))):
        verb = data.draw(st.sampled_from(["edit", "edit", "batch", "undo", "undo", "redo"]))
        if verb == "edit":
            editor.do(data.draw(edits(editor.topology)))
        elif verb == "batch":
            parts = [data.draw(edits(editor.topology)) for _ in range(data.draw(st.integers(1, 3)))]
            editor.do(Batch(edits=tuple(parts)))
        elif verb == "undo":
            editor.take_back()
        else:
            editor.do_again()
        check(editor.topology)
        if data.draw(st.booleans()):
            editor.topology = reloaded(editor.topology)
    while editor.undo:
        editor.take_back()
    assert document(editor.topology) == document(start)
    check(editor.topology)


@given(st.data(), topologies())
def test_removals_are_undone_in_any_order(data: st.DataObject, start: Topology) -> None:
    """Several people take back their own: also then each thing finds its place."""
    topology = start
    inverses: list[Edit] = []
    names = [node.id for node in start.nodes]
    for name in data.draw(st.lists(st.sampled_from(names), unique=True)) if names else []:
        # Links go first, so that each removal is about one thing.
        for one in data.draw(st.permutations(topology.links_at(name))):
            topology, _, inverse = apply(topology, RemoveLink(link=one.id))
            inverses.append(inverse)
        topology, _, inverse = apply(topology, RemoveNode(node=name))
        inverses.append(inverse)
    nodes = [one for one in inverses if isinstance(one, Batch)]
    links = [one for one in inverses if isinstance(one, AddLink)]
    nodes_first: list[Edit] = [*data.draw(st.permutations(nodes))]
    nodes_first += data.draw(st.permutations(links))
    for undo in nodes_first:
        topology, _, _ = apply(topology, undo)
    assert document(topology) == document(start)
    check(topology)


@given(st.data(), topologies())
def test_a_draft_does_in_a_row_what_apply_does_one_by_one(
    data: st.DataObject, topology: Topology
) -> None:
    draft, first = Draft(topology), document(topology)
    start = topology
    for _ in range(data.draw(st.integers(1, 8))):
        edit: Edit = data.draw(edits(topology))
        if data.draw(st.booleans()):
            edit = Batch(edits=(edit, data.draw(edits(topology))))
        before = document(topology)
        refused = refusal(topology, edit)
        if refused is None:
            topology, resolved, inverse = apply(topology, edit)
            assert draft.change(edit) == (resolved, inverse)
        else:
            with pytest.raises(EditError) as caught:
                draft.change(edit)
            assert (caught.value.field, caught.value.text) == refused
        assert document(draft.topology()) == document(topology)
        assert before != document(topology) or draft.topology().order == topology.order
    check(draft.topology())
    # Drawings share tables; none of them changes.
    assert document(start) == first
    check(start)


def test_a_node_that_comes_back_without_a_word_finds_its_place() -> None:
    """As in documents that were written before an edit could say where."""
    start = drawing(web("web-1"), web("web-2"), replica("db-1"), link("web-1", "db-1"))
    after, _, _ = apply(start, RemoveNode(node="web-1"))
    back, resolved, _ = apply(after, AddNode(kind="web_server", id="web-1"))
    assert [node.id for node in back.nodes] == ["web-1", "web-2", "db-1"]
    assert isinstance(resolved, AddNode)
    assert resolved.before == ("web-2",)


def test_something_new_is_last_whatever_had_its_id() -> None:
    start = drawing(web("web-1"), web("web-2"), replica("db-1"))
    after, _, undo = apply(start, RemoveNode(node="web-2"))
    after, new, back = apply(after, AddNode(kind="web_server"))
    assert [node.id for node in after.nodes] == ["web-1", "db-1", "web-2"]
    # Done again from the entry, also where its place is remembered.
    assert document(apply(apply(after, back)[0], new)[0]) == document(after)
    assert document(apply(apply(after, back)[0], undo)[0]) == document(start)


def test_before_names_what_something_stands_before() -> None:
    start = drawing(web("web-1"), web("web-2"))
    added = AddNode(kind="web_server", id="web-3", before=("nobody", "web-2"))
    after, _, _ = apply(start, added)
    assert [node.id for node in after.nodes] == ["web-1", "web-3", "web-2"]
    after, _, _ = apply(start, AddNode(kind="web_server", id="web-3", before=("nobody",)))
    assert [node.id for node in after.nodes] == ["web-1", "web-2", "web-3"]


def test_a_removed_node_is_not_remembered_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.topology.model.REMOVED_MAX", 3)
    draft = Draft(drawing(web("web-1"), web("web-2")))
    for number in range(3, 10):
        draft.apply(AddNode(kind="web_server", id=f"web-{number}"))
        draft.apply(RemoveNode(node=f"web-{number}"))
    assert len(draft.topology().order.nodes) == 5
