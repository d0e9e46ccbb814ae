"""Memory of one run: what people do to it takes only so much, and the oldest goes first."""

import tracemalloc
from collections.abc import Iterator

import pytest

from app.scenarios.document import Scenario
from app.session.explain.failed_requests import Reasons
from app.session.history.journal import Record
from app.session.history.undo import entry_bytes
from app.session.limits import HISTORY_MAX, SITUATION_PARTS_MAX, SITUATIONS_MAX
from app.session.outcome import FORGOTTEN, FULL, NOTHING_TO_UNDO
from app.session.situation import Situation
from app.topology.edits.apply import Batch, EditError, MoveNode, RenameNode

JOURNAL_BYTES_MAX = 2_000_000
HISTORY_BYTES_MAX = 2_500_000
"""Less than the real limits, to be quick."""

SLACK = 2
"""Estimates may be so many times too small."""


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.session.history.journal.JOURNAL_BYTES_MAX", JOURNAL_BYTES_MAX)
    monkeypatch.setattr("app.session.history.undo.HISTORY_BYTES_MAX", HISTORY_BYTES_MAX)


@pytest.fixture
def quiet(final_design: Scenario) -> Scenario:
    """A drawing without a script, which would play at its own times."""
    return Scenario("quiet", final_design.topology)


@pytest.fixture
def memory() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


def moves(count: int, x: float) -> Batch:
    return Batch(edits=tuple(MoveNode(node="web-1", x=x + n / 8, y=0.0) for n in range(count)))


def fill(record: Record, edits: int = 200) -> int:
    """Do as much as the record takes in one run; the number of actions."""
    for number in range(1_000):
        try:
            record.accept(moves(edits, number), "somebody", float(number), number)
        except EditError as error:
            return number if error.text is FULL else -1
        for entry in record.apply_due(number):
            entry.release()
    raise AssertionError("the journal takes everything")


def test_a_journal_takes_so_many_bytes(quiet: Scenario, memory: None) -> None:
    record = Record(quiet)
    before = tracemalloc.get_traced_memory()[0]
    assert 5 < fill(record) < 50
    grown = tracemalloc.get_traced_memory()[0] - before
    assert grown < SLACK * JOURNAL_BYTES_MAX
    # What went before is all there, and small things are refused as well as large ones.
    assert sum(map(entry_bytes, record.journal)) <= JOURNAL_BYTES_MAX
    # A new run begins with room.
    record.restart()
    record.accept(moves(1, 0.0), "somebody", 0.0, 0)


def test_going_back_makes_room_in_the_journal(quiet: Scenario) -> None:
    record = Record(quiet)
    start = record.position
    count = fill(record)
    record.seek(start, 2)
    record.accept(moves(200, -1.0), "somebody", 1e6, 2)
    record.apply_due(2)
    assert len(record.journal) == 4 < count
    assert record.journal[-1].bytes_so_far == sum(map(entry_bytes, record.journal))


def test_steps_outlive_runs_only_as_far_as_they_fit(quiet: Scenario) -> None:
    record = Record(quiet)
    assert record.history.why(NOTHING_TO_UNDO) is NOTHING_TO_UNDO
    for _ in range(2):
        fill(record)
        record.restart()
    steps = (*record.history.undo, *record.history.redo)
    assert 0 < sum(step.bytes for step in steps) <= HISTORY_BYTES_MAX
    # It is said that others are gone.
    assert record.history.why(NOTHING_TO_UNDO) is FORGOTTEN


def test_many_small_steps_are_kept_up_to_their_number(quiet: Scenario) -> None:
    record = Record(quiet)
    for number in range(HISTORY_MAX + 50):
        rename = RenameNode(node="web-1", name=f"name {number}")
        record.accept(rename, "somebody", float(number), number)
        record.apply_due(number)
    assert len(record.history.undo) == HISTORY_MAX
    assert record.history.undo[-1].entry.action == RenameNode(
        node="web-1", name=f"name {HISTORY_MAX + 49}"
    )


def test_causes_of_failures_are_told_from_so_many_drawings(quiet: Scenario) -> None:
    situation = Situation(quiet.topology)
    reasons = Reasons(situation)
    for at_ns in range(5_000):
        reasons.set_situation(at_ns, situation)
    parts = len(situation.topology.nodes) + len(situation.topology.links)
    kept = reasons._situations
    assert 10 < len(kept) <= min(SITUATIONS_MAX, SITUATION_PARTS_MAX // parts)
    assert kept[-1][0] == 4_999
    reasons.back_to(4_990)
    assert kept[-1][0] == 4_990
