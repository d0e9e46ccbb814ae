"""Rows: a turn of the load dial is one row, people are numbered, an undo tells of what."""

import pytest

from app.actions import Crash, SetLoad
from app.scenarios import library
from app.session.entry import JournalEntry, Undone
from app.session.explain.rows import Rows
from app.session.history.journal import Record
from app.topology.edits.apply import MoveNode

S = 1_000_000_000
ANN, BEN = "ann", "ben"


@pytest.fixture
def record() -> Record:
    return Record(library.load("final-design"))


def turn(record: Record, rows: Rows, factor: float, author: str, at_s: float) -> JournalEntry:
    """The dial is at `factor` at a wall time that is the simulated time as well."""
    entry = record.accept(SetLoad(factor=factor), author, at_s)
    apply(record, rows, at_s)
    return entry


def apply(record: Record, rows: Rows, at_s: float) -> None:
    for one in record.apply_due(round(at_s * S)):
        rows.add_entry(one, record.situation.topology)


def told(rows: Rows, now_s: float) -> list[tuple[str, float, int]]:
    return [(row.text.en, row.at_ns / S, row.person) for row in rows.take(now_s)]


def test_a_turn_of_the_dial_is_one_row_once_it_rests(record: Record) -> None:
    rows = Rows()
    for step, factor in enumerate((1.2, 1.9, 2.4, 2.7)):
        turn(record, rows, factor, ANN, 1 + step / 5)
        assert told(rows, 1 + step / 5) == []
    assert told(rows, 2.2) == []
    assert told(rows, 2.5) == [("Load ×1 → ×2.7", 1.6, 1)]
    assert told(rows, 9.0) == []
    turn(record, rows, 1.0, ANN, 10)
    assert told(rows, 11) == [("Load ×2.7 → ×1", 10, 1)]


def test_two_people_at_the_dial_have_a_row_each(record: Record) -> None:
    rows = Rows()
    turn(record, rows, 1.5, ANN, 1.0)
    turn(record, rows, 2.0, BEN, 1.1)
    turn(record, rows, 3.0, BEN, 1.2)
    assert told(rows, 1.3) == [("Load ×1 → ×1.5", 1.0, 1)]
    assert told(rows, 3.0) == [("Load ×1.5 → ×3", 1.2, 2)]


def test_other_rows_do_not_wait_for_the_dial(record: Record) -> None:
    rows = Rows()
    turn(record, rows, 1.5, ANN, 1.0)
    record.accept(Crash(node="web-1"), BEN, 1.1)
    record.accept(MoveNode(node="web-1", x=1, y=1), BEN, 1.1)
    apply(record, rows, 1.1)
    assert told(rows, 1.1) == [("web-1 crashed", 1.1, 2)]
    turn(record, rows, 2.0, ANN, 1.2)
    assert told(rows, 3.0) == [("Load ×1 → ×2", 1.2, 1)]


def test_a_turn_is_undone_and_done_again_as_a_whole(record: Record) -> None:
    rows = Rows()
    for step, factor in enumerate((1.5, 2.0, 2.7)):
        turn(record, rows, factor, ANN, 1 + step / 5)
    entry, text = record.undo(ANN)
    assert text.en == "Load ×1 → ×2.7"
    assert entry.undone == Undone(ANN, text)
    apply(record, rows, 3.0)
    assert told(rows, 3.0) == [("Load ×1 → ×2.7", 1.4, 1), ("Load ×2.7 → ×1", 3.0, 1)]
    assert record.situation.load == 1.0
    _, again = record.redo(ANN)
    assert again.en == "Load ×1 → ×2.7"
    apply(record, rows, 4.0)
    assert told(rows, 4.0) == [("Load ×1 → ×2.7", 4.0, 1)]


def test_the_row_of_an_undo_tells_whose_step_it_took_back(record: Record) -> None:
    rows = Rows()
    crash = record.accept(Crash(node="web-1"), ANN, 1.0)
    apply(record, rows, 1.0)
    record.undo(BEN, crash.id)
    apply(record, rows, 2.0)
    crashed, healed = rows.take(2.0)
    assert (crashed.author, crashed.person, crashed.undone) == (ANN, 1, None)
    assert (healed.author, healed.person) == (BEN, 2)
    assert healed.undone == Undone(ANN, crashed.text)


def test_a_branch_forgets_a_turn_that_comes_after_it(record: Record) -> None:
    rows = Rows()
    turn(record, rows, 1.5, ANN, 5.0)
    rows.keep(lambda row: row.at_ns <= 2 * S)
    assert told(rows, 9.0) == []
