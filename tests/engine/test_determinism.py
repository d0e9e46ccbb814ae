"""The same drawing, seed and actions give the same run to the bit, however it is advanced."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.engine import Engine, Stop
from app.engine.observe.frames.frame import frame
from app.engine.observe.summary import summary
from tests.support.programs.story import ENDS_S, Advance, at_once, cast, ending, tell
from tests.support.runs import SECOND


@pytest.fixture(scope="module")
def known() -> str:
    """The story told in one go."""
    return ending(tell(Engine(cast(), seed=5)))


def retold(advance: Advance, begin: Callable[[Engine], None] = lambda _: None) -> str:
    engine = Engine(cast(), seed=5)
    begin(engine)
    return ending(tell(engine, advance))


def in_steps_of(step_ns: int) -> Advance:
    def advance(engine: Engine, until_ns: int) -> None:
        while engine.now_ns < until_ns:
            at_once(engine, min(engine.now_ns + step_ns, until_ns))
        at_once(engine, until_ns)

    return advance


def in_batches_of(*events: int) -> Advance:
    """Stop after so many events, over and over; sometimes in the middle of one instant."""
    turn = 0

    def advance(engine: Engine, until_ns: int) -> None:
        nonlocal turn
        stop = Stop.BUDGET
        while stop is Stop.BUDGET:
            before = engine.events
            stop = engine.advance(until_ns, events[turn % len(events)])
            assert engine.events - before <= events[turn % len(events)]
            turn += 1

    return advance


def test_the_recorded_story_contains_many_kinds_of_events(known: str) -> None:
    """Otherwise equal endings would not say much."""
    codes = {
        "marked_down", "marked_up", "suspected", "elected", "promoted", "writes_resumed",
        "switched", "rewound",
    }  # fmt: skip
    for code in codes:
        assert f'"{code}"' in known
    reading = tell(Engine(cast(), seed=5)).read()
    failures = reading.failures_by_outcome()
    assert {"refused", "no_database", "timed_out", "lost_in_crash"} <= failures.keys()
    assert reading.completed > 1000


def test_the_story_ends_the_same_when_run_twice_in_one_process(known: str) -> None:
    assert retold(at_once) == known


def test_the_story_ends_the_same_in_a_thousand_steps(known: str) -> None:
    assert retold(in_steps_of(round(ENDS_S * SECOND / 1000))) == known


@pytest.mark.parametrize("events", [(1,), (2, 1, 5), (997,)], ids=str)
def test_the_story_ends_the_same_with_any_budget_of_events_per_call(
    known: str, events: tuple[int, ...]
) -> None:
    assert retold(in_batches_of(*events)) == known


@settings(max_examples=settings().max_examples // 4)
@given(st.lists(st.integers(0, round(ENDS_S * SECOND)), max_size=12))
def test_the_story_ends_the_same_with_pauses_at_any_times(known: str, pauses: list[int]) -> None:
    def advance(engine: Engine, until_ns: int) -> None:
        for pause in sorted(pauses):
            if engine.now_ns <= pause < until_ns:
                at_once(engine, pause)
        at_once(engine, until_ns)

    assert retold(advance) == known


@pytest.mark.parametrize("every", [1, 7])
def test_reading_frames_and_traces_does_not_change_a_run(known: str, every: int) -> None:
    steps = in_steps_of(SECOND // 10)

    def advance(engine: Engine, until_ns: int) -> None:
        before = engine.read()
        steps(engine, until_ns)
        frame(before, engine.read())
        summary(engine)
        engine.hops()
        engine.fingerprint()
        engine.checkpoint()

    assert retold(advance, lambda engine: engine.sample_hops(every)) == known


def test_switching_traces_on_and_off_does_not_change_a_run(known: str) -> None:
    def advance(engine: Engine, until_ns: int) -> None:
        engine.sample_hops(1 + engine.events % 3)
        at_once(engine, until_ns)

    assert retold(advance) == known


@pytest.mark.parametrize("at_s", [0.0, 1.3, 4.55, 6.9])
def test_a_run_resumed_from_a_checkpoint_ends_as_the_one_it_was_taken_from(
    known: str, at_s: float
) -> None:
    engine = tell(Engine(cast(), seed=5), until_s=at_s)
    checkpoint = engine.checkpoint()
    engine.incidents()
    tell(engine)  # the original going on does not touch the checkpoint
    told = engine.incidents()
    for _ in range(2):
        again = Engine.resume(checkpoint)
        assert again.now_ns == checkpoint.at_ns == at_s * SECOND
        tell(again)
        assert again.fingerprint() == engine.fingerprint()
        assert summary(again) == summary(engine)
        assert again.incidents() == told


def test_another_seed_gives_another_run(known: str) -> None:
    assert ending(tell(Engine(cast(), seed=6))) != known
    prints = {Engine(cast(), seed=seed).fingerprint() for seed in range(20)}
    assert len(prints) == 20


def test_every_action_and_event_of_the_story_changes_the_fingerprint(known: str) -> None:
    """Each act of the story, and each event, leaves its mark."""
    engine = Engine(cast(), seed=5)
    seen = {engine.fingerprint()}
    for events in range(1, 200):
        engine.step()
        seen.add(engine.fingerprint())
        assert len(seen) == events + 1
