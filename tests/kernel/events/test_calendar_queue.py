"""The calendar queue: an event fires the same wherever it waits until it is due."""

import pytest

from app.engine.engine import Engine, Stop
from app.kernel.state.constants import CALENDAR_FROM, NEVER, NO_HORIZON
from app.scenarios import library
from app.topology.model import Topology
from tests.support.audit.world import audit
from tests.support.drawings import drawing, link, users, web
from tests.support.programs.story import cast, ending, tell
from tests.support.runs import SECOND, Run


def patient_crowd(rate: float = 4000.0) -> Topology:
    """Clients of a dead server, who try again after a second, and again after two."""
    patience: dict[str, float] = {"patience_s": 30.0, "backoff_ms": 1000.0, "backoff_max_s": 2.0}
    again: dict[str, float | str] = {"retry": "fixed", "retries": 5, "retry_budget": 100.0}
    return drawing(users(rate, **patience, **again), web("web-1"), link("users-1", "web-1"))


def told(calendar_from: int) -> str:
    engine = Engine(cast(), seed=5)
    engine.world.control["calendar_from"] = calendar_from
    return ending(tell(engine))


def test_the_story_ends_the_same_with_the_calendar_queue_always_in_use() -> None:
    assert told(0) == told(5) == told(NEVER)


@pytest.mark.parametrize("scenario", ["final-design", "reference-r1"])
def test_a_scenario_in_pieces_ends_the_same_with_the_calendar_queue_always_in_use(
    scenario: str,
) -> None:
    ends = set()
    for calendar_from, events in ((NEVER, 1_000_000), (0, 1_000_000), (0, 777), (30, 1_001)):
        engine = Engine(library.load(scenario).topology, seed=2)
        engine.world.control["calendar_from"] = calendar_from
        while engine.advance(3 * SECOND, events) is not Stop.REACHED:
            pass
        audit(engine)
        ends.add(engine.fingerprint())
    assert len(ends) == 1


def test_with_many_events_those_beyond_the_horizon_wait_in_the_calendar() -> None:
    run = Run(patient_crowd()).crash("web-1").to(3.0)
    control = run.engine.world.control
    assert control["calendar_count"] > CALENDAR_FROM > control["heap_size"]
    assert control["horizon"] < NO_HORIZON
    audit(run.engine)

    plain = Run(patient_crowd())
    plain.engine.world.control["calendar_from"] = NEVER
    plain.crash("web-1").to(3.0)
    assert plain.engine.world.control["calendar_count"] == 0
    assert plain.engine.fingerprint() == run.engine.fingerprint()


def test_with_few_events_left_there_is_no_horizon() -> None:
    run = Run(patient_crowd()).crash("web-1").to(3.0)
    assert run.engine.world.control["calendar_count"] > CALENDAR_FROM
    run.heal("web-1").engine.set_load(0.0)
    run.to(60.0)
    control = run.engine.world.control
    assert control["calendar_count"] == 0
    assert control["horizon"] == NO_HORIZON
    audit(run.engine)


def test_a_checkpoint_keeps_the_events_beyond_the_horizon() -> None:
    run = Run(patient_crowd()).crash("web-1").to(3.0)
    kept = run.engine.checkpoint()
    further = run.to(4.0).engine.fingerprint()
    again = Engine.resume(kept)
    again.advance(4 * SECOND)
    assert again.fingerprint() == further
