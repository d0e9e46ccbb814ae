"""Where an event waits until it is due must not matter; with few events, all are on the agenda."""

import pytest

from app.engine.engine import Engine, Stop
from app.engine.records import CROWD, NEVER, NO_HORIZON
from app.scenarios import library
from app.topology.model import Topology
from tests.drawings import drawing, link, users, web
from tests.engine.audit import audit
from tests.engine.runs import SECOND, Run
from tests.engine.story import cast, ending, tell


def patient_crowd(rate: float = 4000.0) -> Topology:
    """Clients of a dead server, who try again after a second, and again after two."""
    patience: dict[str, float] = {"patience_s": 30.0, "backoff_ms": 1000.0, "backoff_max_s": 2.0}
    again: dict[str, float | str] = {"retry": "fixed", "retries": 5, "retry_budget": 100.0}
    return drawing(users(rate, **patience, **again), web("web-1"), link("users-1", "web-1"))


def told(crowd: int) -> str:
    engine = Engine(cast(), seed=5)
    engine.world.control["crowd"] = crowd
    return ending(tell(engine))


def test_the_story_is_the_same() -> None:
    assert told(0) == told(5) == told(NEVER)


@pytest.mark.parametrize("scenario", ["final-design", "reference-r1"])
def test_so_is_a_scenario_cut_into_pieces(scenario: str) -> None:
    ends = set()
    for crowd, events in ((NEVER, 1_000_000), (0, 1_000_000), (0, 777), (30, 1_001)):
        engine = Engine(library.load(scenario).topology, seed=2)
        engine.world.control["crowd"] = crowd
        while engine.advance(3 * SECOND, events) is not Stop.REACHED:
            pass
        audit(engine)
        ends.add(engine.fingerprint())
    assert len(ends) == 1


def test_a_crowd_waits_beyond_the_horizon() -> None:
    run = Run(patient_crowd()).crash("web-1").to(3.0)
    control = run.engine.world.control
    assert control["later_count"] > CROWD > control["agenda_size"]
    assert control["horizon"] < NO_HORIZON
    audit(run.engine)

    plain = Run(patient_crowd())
    plain.engine.world.control["crowd"] = NEVER
    plain.crash("web-1").to(3.0)
    assert plain.engine.world.control["later_count"] == 0
    assert plain.engine.fingerprint() == run.engine.fingerprint()


def test_when_it_has_gone_there_is_no_horizon() -> None:
    run = Run(patient_crowd()).crash("web-1").to(3.0)
    assert run.engine.world.control["later_count"] > CROWD
    run.heal("web-1").engine.set_load(0.0)
    run.to(60.0)
    control = run.engine.world.control
    assert control["later_count"] == 0
    assert control["horizon"] == NO_HORIZON
    audit(run.engine)


def test_a_checkpoint_keeps_what_is_beyond() -> None:
    run = Run(patient_crowd()).crash("web-1").to(3.0)
    kept = run.engine.checkpoint()
    further = run.to(4.0).engine.fingerprint()
    again = Engine.resume(kept)
    again.advance(4 * SECOND)
    assert again.fingerprint() == further
