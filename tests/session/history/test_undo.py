"""Undo of one author among several, and of one entry wherever it stands."""

import pytest

from app.actions import Crash, SetLoad
from app.scenarios import library
from app.scenarios.document import Scenario
from app.session.explain.timeline import YOU
from app.session.history.journal import Record
from app.topology.edits.apply import AddNode, Edit, MoveNode, RemoveNode, RenameNode, SetNode
from tests.topology.edits.test_undo_identity import EXAMPLES, START

ANN, BEN = "ann", "ben"


@pytest.fixture
def record() -> Record:
    return Record(library.load("final-design"))


def cores(record: Record, node: str) -> object:
    return record.situation.topology.node(node).parameters["cores"]


def test_each_author_undoes_their_own_newest_action(record: Record) -> None:
    record.accept(SetNode(node="web-1", parameters={"cores": 3}), ANN, 0.0)
    record.accept(SetNode(node="web-2", parameters={"cores": 5}), BEN, 1.0)
    record.accept(Crash(node="db-1"), ANN, 2.0)
    entry, text = record.undo(BEN)
    assert (entry.author, entry.undoes) == (BEN, 2)
    assert text.en.startswith("web-2")
    assert (cores(record, "web-1"), cores(record, "web-2")) == (3, 8)
    assert record.situation.crashed == {"db-1"}
    with pytest.raises(IndexError):
        record.undo(BEN)
    with pytest.raises(IndexError):
        record.undo(YOU)
    record.undo(ANN)
    assert record.situation.crashed == frozenset()
    record.undo(ANN)
    assert cores(record, "web-1") == 8


def test_each_author_redoes_what_they_undid(record: Record) -> None:
    record.accept(SetNode(node="web-1", parameters={"cores": 3}), ANN, 0.0)
    record.accept(SetNode(node="web-2", parameters={"cores": 5}), BEN, 1.0)
    record.undo(ANN)
    record.undo(BEN)
    record.redo(ANN)
    assert (cores(record, "web-1"), cores(record, "web-2")) == (3, 8)
    # Something new ends the redo of its author, and of nobody else.
    record.accept(SetLoad(factor=2.0), ANN, 2.0)
    record.redo(BEN)
    assert cores(record, "web-2") == 5
    with pytest.raises(IndexError):
        record.redo(ANN)


def test_any_entry_can_be_undone_by_its_id(record: Record) -> None:
    removed = record.accept(RemoveNode(node="web-2"), YOU, 0.0)
    record.accept(Crash(node="web-1"), YOU, 1.0)
    record.undo(entry_id=removed.id)
    assert record.situation.topology.has_node("web-2")
    assert record.situation.crashed == {"web-1"}
    with pytest.raises(IndexError):
        record.undo(entry_id=removed.id)
    record.undo()
    assert record.situation.crashed == frozenset()
    with pytest.raises(IndexError):
        record.undo()


def test_a_redone_entry_is_undone_by_its_first_id(record: Record) -> None:
    added = record.accept(AddNode(kind="database"), YOU, 0.0)
    undone, _ = record.undo()
    redone, _ = record.redo()
    assert (undone.undoes, redone.undoes) == (added.id, undone.id)
    record.undo(entry_id=added.id)
    assert not record.situation.topology.has_node(str(getattr(added.action, "id", "")))
    record.redo(entry_id=added.id)
    assert record.situation.topology.has_node(str(getattr(added.action, "id", "")))


def test_undoing_any_entry_of_a_drag_undoes_the_whole_drag(record: Record) -> None:
    before = record.situation.topology.node("web-1")
    moves = [
        record.accept(MoveNode(node="web-1", x=100.0 * step, y=0), ANN, step * 0.1)
        for step in range(1, 5)
    ]
    # Somebody else's action in between does not cut it in two.
    record.accept(MoveNode(node="web-2", x=1, y=1), BEN, 0.45)
    moves.append(record.accept(MoveNode(node="web-1", x=900.0, y=0), ANN, 0.5))
    record.undo(entry_id=moves[1].id)
    node = record.situation.topology.node("web-1")
    assert (node.x, node.y) == (before.x, before.y)
    assert record.situation.topology.node("web-2").x == 1
    with pytest.raises(IndexError):
        record.undo(ANN)


def test_ids_of_journal_entries_are_never_reused(record: Record) -> None:
    first = record.accept(RenameNode(node="web-1", name="A"), YOU, 0.0)
    record.apply_due(5)
    position = record.position
    record.reach(9)
    later = record.accept(RenameNode(node="web-1", name="B"), YOU, 9.0)
    record.apply_due(9)
    record.reach(20)
    record.seek(position, 5)
    branch = record.accept(RenameNode(node="web-1", name="C"), YOU, 20.0)
    record.restart()
    fresh = record.accept(RenameNode(node="web-1", name="D"), YOU, 30.0)
    ids = [entry.id for entry in (first, later, branch, fresh)]
    assert len(set(ids)) == len(ids)
    # The forgotten future's entry is nothing to undo; one of the run before still is.
    with pytest.raises(IndexError):
        record.undo(entry_id=later.id)
    record.undo(entry_id=first.id)


def test_the_author_of_an_undo_is_whoever_undid(record: Record) -> None:
    done = record.accept(Crash(node="web-1"), ANN, 0.0)
    entry, _ = record.undo(BEN, done.id)
    assert entry.author == BEN
    with pytest.raises(IndexError):
        record.redo(ANN)
    record.redo(BEN)
    assert record.situation.crashed == {"web-1"}


def test_after_going_back_undo_steps_keep_their_authors(record: Record) -> None:
    record.accept(SetNode(node="web-1", parameters={"cores": 3}), ANN, 0.0)
    record.apply_due(1)
    start = record.position
    record.reach(2)
    second = record.accept(SetNode(node="web-2", parameters={"cores": 5}), BEN, 1.0)
    record.apply_due(2)
    record.reach(3)
    record.undo(ANN)
    record.apply_due(3)
    record.reach(9)
    record.seek(start, 1)
    assert (cores(record, "web-1"), cores(record, "web-2")) == (3, 8)
    record.seek(start, 5)
    assert (cores(record, "web-1"), cores(record, "web-2")) == (8, 5)
    with pytest.raises(IndexError):
        record.undo(ANN)
    record.undo(BEN, second.id)
    assert cores(record, "web-2") == 8


@pytest.mark.parametrize("edit", EXAMPLES, ids=lambda edit: edit.type)
def test_a_redo_says_what_was_done_and_not_how_it_is_done_again(edit: Edit) -> None:
    record = Record(Scenario("Redo", START))
    record.accept(edit, ANN, 0.0)
    (first,) = record.apply_due(0)
    record.undo(ANN)
    redone, said = record.redo(ANN)
    assert said == first.text
    record.apply_due(0)
    assert redone.text == first.text
    _, undone = record.undo(ANN)
    assert undone == first.text
