"""The journal: undo, redo, gestures, restarts, and its part in the document."""

import pytest

from app.actions import Crash, Heal, SetLoad
from app.scenarios.document import Scenario, TimedAction, scenario_from_json, scenario_to_json
from app.session.explain.timeline import YOU
from app.session.history import journal as record_module
from app.session.history.journal import Record
from app.topology.edits.apply import AddNode, EditError, MoveNode, RemoveNode, RenameNode, SetNode

S = 1_000_000_000


def names(record: Record) -> dict[str, str]:
    return {node.id: node.name for node in record.situation.topology.nodes}


@pytest.fixture
def record(final_design: Scenario) -> Record:
    return Record(final_design)


def scripted(scenario: Scenario, *entries: TimedAction) -> Record:
    return Record(
        Scenario(scenario.name, scenario.topology, scenario.seed, scenario.load, 60.0, entries)
    )


def test_undo_and_redo_are_new_entries(record: Record) -> None:
    record.accept(Crash(node="web-1"), YOU, 0.0)
    record.apply_due(1 * S)
    _, undone = record.undo()
    assert undone.en == "web-1 crashed"
    record.apply_due(2 * S)
    _, redone = record.redo()
    assert redone.en == "web-1 crashed"
    record.apply_due(3 * S)
    entries = [(one.at_ns // S, one.action.type, one.undoes) for one in record.journal]
    assert entries == [(1, "crash", 0), (2, "heal", 1), (3, "crash", 2)]
    assert record.situation.crashed == {"web-1"}


def test_undo_works_before_the_run_has_seen_the_action(record: Record) -> None:
    record.accept(RemoveNode(node="web-1"), YOU, 0.0)
    record.undo()
    applied = record.apply_due(0)
    assert [entry.action.type for entry in applied] == ["remove_node", "batch"]
    assert record.journal[1].undoes == 1
    assert "web-1" in names(record)


def test_a_new_action_empties_redo(record: Record) -> None:
    record.accept(Crash(node="web-1"), YOU, 0.0)
    record.undo()
    record.accept(Crash(node="web-2"), YOU, 0.0)
    with pytest.raises(IndexError):
        record.redo()


def test_undo_with_an_empty_history_is_refused(record: Record) -> None:
    with pytest.raises(IndexError):
        record.undo()


def test_a_drag_is_one_undo_step(record: Record) -> None:
    before = record.situation.topology.node("web-1")
    for step in range(1, 6):
        record.accept(MoveNode(node="web-1", x=100.0 * step, y=0), YOU, step * 0.1)
    record.undo()
    node = record.situation.topology.node("web-1")
    assert (node.x, node.y) == (before.x, before.y)
    with pytest.raises(IndexError):
        record.undo()
    record.redo()
    assert record.situation.topology.node("web-1").x == 500.0


def test_two_drags_are_two_undo_steps(record: Record) -> None:
    record.accept(MoveNode(node="web-1", x=1, y=0), YOU, 0.0)
    record.accept(MoveNode(node="web-2", x=2, y=0), YOU, 0.1)
    record.accept(MoveNode(node="web-2", x=3, y=0), YOU, 9.0)
    record.undo()
    assert record.situation.topology.node("web-2").x == 2
    record.undo()
    assert record.situation.topology.node("web-1").x == 1


def test_a_turn_of_the_load_dial_is_one_undo_step(record: Record) -> None:
    for factor in (1.1, 1.4, 2.0):
        record.accept(SetLoad(factor=factor), YOU, factor / 10)
    assert record.situation.load == 2.0
    record.undo()
    assert record.situation.load == 1.0


def test_an_undo_that_no_longer_fits_is_refused_once_and_dropped(final_design: Scenario) -> None:
    record = scripted(final_design, TimedAction(2 * S, RemoveNode(node="web-1")))
    record.accept(SetNode(node="web-2", parameters={"cores": 16}), YOU, 0.0)
    record.accept(SetNode(node="web-1", parameters={"cores": 16}), YOU, 0.0)
    record.apply_due(2 * S)
    with pytest.raises(EditError, match="no node"):
        record.undo()
    record.undo()
    assert record.situation.topology.node("web-2").parameters["cores"] == 8


def test_the_revision_counts_edits_and_nothing_else(record: Record) -> None:
    first = record.revision
    record.accept(Crash(node="web-1"), YOU, 0.0)
    record.accept(SetLoad(factor=2), YOU, 0.0)
    assert record.revision == first
    record.accept(RenameNode(node="web-1", name="A"), YOU, 0.0)
    record.undo()
    assert record.revision == first + 2


def test_a_second_action_applies_to_the_result_of_the_first(record: Record) -> None:
    ids = [record.accept(AddNode(kind="web_server"), YOU, 0.0).action for _ in range(2)]
    assert [getattr(one, "id", None) for one in ids] == ["web-3", "web-4"]


def test_scripted_actions_cannot_be_undone(final_design: Scenario) -> None:
    record = scripted(final_design, TimedAction(1 * S, Crash(node="db-1")))
    record.apply_due(1 * S)
    assert record.situation.crashed == {"db-1"}
    assert record.journal[0].inverse is None
    with pytest.raises(IndexError):
        record.undo()


def test_the_script_waits_for_its_time_and_for_a_run(final_design: Scenario) -> None:
    record = scripted(final_design, TimedAction(0, Crash(node="db-1")))
    assert record.apply_due(0, play=False) == []
    assert [one.author for one in record.apply_due(0)] == ["script"]
    assert record.apply_due(5 * S) == []


def test_a_script_entry_that_no_longer_fits_is_reported_and_skipped(final_design: Scenario) -> None:
    record = scripted(final_design, TimedAction(1 * S, Crash(node="db-1")))
    record.accept(RemoveNode(node="db-1"), YOU, 0.0)
    applied = record.apply_due(1 * S)
    assert applied[1].skipped
    assert applied[1].intervention is None
    assert applied[1].words is not None
    assert "skipped" in applied[1].words.text.en
    assert record.journal == applied


def test_a_restart_keeps_the_drawing_and_arms_the_script(final_design: Scenario) -> None:
    script = (
        TimedAction(1 * S, SetLoad(factor=3)),
        TimedAction(2 * S, SetNode(node="web-1", parameters={"cores": 64})),
        TimedAction(3 * S, AddNode(id="web-7", kind="web_server")),
    )
    record = scripted(final_design, *script)
    record.accept(SetNode(node="web-2", parameters={"cores": 16}), YOU, 0.0)
    record.accept(Crash(node="lb-1"), YOU, 1.0)
    record.apply_due(3 * S)
    assert record.situation.load == 3.0
    assert "web-7" in names(record)

    record.restart(seed=9)
    assert record.seed == 9
    assert record.journal == []
    assert record.situation.load == 1.0
    assert record.situation.crashed == frozenset()
    assert record.situation.topology.node("web-1").parameters["cores"] == 8
    assert record.situation.topology.node("web-2").parameters["cores"] == 16
    assert "web-7" not in names(record)
    assert record.script.next_ns == 1 * S

    # The edit can still be taken back; the crash happened in a run that is over.
    record.undo()
    record.apply_due(0)
    assert record.situation.topology.node("web-2").parameters["cores"] == 8
    assert record.journal[0].undoes == 1
    with pytest.raises(IndexError):
        record.undo()


def test_the_document_is_the_design_with_the_script_that_still_fits(
    final_design: Scenario,
) -> None:
    record = scripted(
        final_design,
        TimedAction(1 * S, Crash(node="web-1")),
        TimedAction(2 * S, Crash(node="db-1")),
        TimedAction(3 * S, Heal(node="web-1")),
    )
    record.apply_due(2 * S)
    record.accept(RemoveNode(node="web-1"), YOU, 0.0)
    record.accept(SetLoad(factor=1.5), YOU, 0.0)
    scenario = record.scenario()
    assert [one.action.type for one in scenario.journal] == ["crash"]
    assert scenario.load == 1.5
    # A document with an entry about a node that is not there would be refused.
    document = scenario_to_json(scenario)
    assert scenario_to_json(scenario_from_json(document)) == document


def test_actions_beyond_the_limit_of_waiting_ones_are_refused(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_module, "PENDING_MAX", 2)
    record.accept(SetLoad(factor=2), YOU, 0.0)
    record.accept(SetLoad(factor=3), YOU, 0.0)
    with pytest.raises(EditError, match="Too much at once"):
        record.accept(SetLoad(factor=4), YOU, 0.0)
    record.apply_due(0)
    record.accept(SetLoad(factor=4), YOU, 0.0)


def test_a_full_journal_refuses_further_actions(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_module, "JOURNAL_MAX", 1)
    record.accept(SetLoad(factor=2), YOU, 0.0)
    record.apply_due(0)
    with pytest.raises(EditError, match="journal is full"):
        record.accept(SetLoad(factor=3), YOU, 0.0)
    record.restart()
    record.accept(SetLoad(factor=3), YOU, 0.0)
