"""Checkpoints of a run: near enough to each other, and few enough to keep."""

from itertools import pairwise

import pytest

from app.engine.engine import Engine
from app.session.history.journal import JournalPosition
from app.session.limits import CHECKPOINT_BYTES_MAX, CHECKPOINTS_MAX
from app.session.playback import checkpoints as past_module
from app.session.playback.checkpoints import Bookmark, Past
from app.session.situation import Situation
from app.topology.model import Topology

S = 1_000_000_000


class Tape:
    """A run of nothing, at whatever second the test likes."""

    def __init__(self) -> None:
        self.past = Past()
        self.engine = Engine(Topology(), seed=1)

    def at(self, at_s: float, events: int = 0, entries: int = 0, cost_s: float = 0.0) -> bool:
        """Be at a time; whether a bookmark was wanted, and made, there."""
        self.engine.advance(round(at_s * S))
        if not self.past.due(self.engine.now_ns, events, entries):
            return False
        nothing = Situation(Topology())
        position = JournalPosition(entries, nothing, nothing, ((), ()))
        self.past.add(Bookmark(self.engine.checkpoint(), position, 0), cost_s)
        return True

    @property
    def times_s(self) -> list[float]:
        return [mark.at_ns / S for mark in self.past.marks]


def test_a_checkpoint_is_due_by_time_by_events_and_by_entries() -> None:
    tape = Tape()
    assert tape.past.before(5 * S) is None
    assert tape.at(0)
    assert not tape.at(4.9, events=299_999, entries=19)
    assert tape.at(5.0)
    assert tape.at(5.1, events=300_000)
    assert tape.at(5.1, entries=20)
    before = tape.past.before(round(5.05 * S))
    assert before is not None
    assert before.at_ns == 5 * S


def test_a_long_run_keeps_few_and_evenly_spaced_checkpoints() -> None:
    tape = Tape()
    for second in range(4_000):
        tape.at(second)
    times_s = tape.times_s
    assert len(times_s) <= CHECKPOINTS_MAX
    assert times_s[0] == 0
    gaps_s = [after - before for before, after in pairwise(times_s)]
    assert max(gaps_s) <= 2 * 4_000 / CHECKPOINTS_MAX * 2
    assert max(gaps_s) <= 2 * min(gaps_s)


def test_fewer_checkpoints_are_kept_when_they_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    tape = Tape()
    assert tape.at(0)
    one = tape.past.bytes
    assert 0 < one < CHECKPOINT_BYTES_MAX
    monkeypatch.setattr(past_module, "CHECKPOINT_BYTES_MAX", 5 * one)
    for second in range(1_000):
        tape.at(second)
    assert tape.past.bytes <= 5 * one
    assert len(tape.times_s) >= 2
    monkeypatch.setattr(past_module, "CHECKPOINT_BYTES_MAX", one // 2)
    for second in range(1_000, 3_000):
        tape.at(second)
    assert tape.times_s == [0]


def test_a_checkpoint_that_costs_more_than_the_replay_it_saves_is_not_made() -> None:
    tape = Tape()
    assert tape.at(0, cost_s=0.010)
    tape.past.worked(0.019)
    assert not tape.at(100)
    tape.past.worked(0.001)
    assert tape.at(100)


def test_a_replay_makes_no_checkpoints_and_a_branch_forgets_later_ones() -> None:
    tape = Tape()
    for second in (0, 10, 20, 30):
        assert tape.at(second)
    tape.engine = Engine(Topology(), seed=1)
    assert not tape.at(15)
    tape.past.branch(20 * S)
    assert tape.times_s == [0, 10, 20]
    tape.past.branch(15 * S)
    assert tape.times_s == [0, 10]
    assert tape.at(15)


def test_a_run_that_takes_more_memory_keeps_fewer_checkpoints(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A run and its bookmarks share one bound: what the run takes, they cannot."""
    small, large = Tape(), Tape()
    packed = len(small.engine.checkpoint().packed)
    monkeypatch.setattr(past_module, "CHECKPOINT_BYTES_MIN", 4 * packed)
    bound = len(large.engine.world.buffer) + 8 * packed
    monkeypatch.setattr(past_module, "RUN_BYTES_MAX", bound)
    for second in range(0, 400, 5):
        large.at(second)
    assert 4 <= len(large.past.marks) <= 8
    assert large.past.bytes + len(large.engine.world.buffer) <= bound
    large.engine.world.resize(log=1_000_000)
    for second in range(400, 800, 5):
        large.at(second)
    assert large.past.bytes <= 4 * packed
