"""Broken invariants of a run are named in readings and in the log, and the run goes on."""

from collections.abc import Callable
from typing import Any

import pytest

from app.engine.engine import Engine
from app.engine.observe.frames.frame import frame
from app.engine.observe.invariants import BREACHES, Invariant
from app.engine.observe.summary import summary
from app.kernel.state.constants import SLOTS_MAX
from app.scenarios import library
from tests.conftest import Breaches

Damage = Callable[[Engine], Any]


def running() -> Engine:
    """Some seconds into a run, with work at the nodes that the damages are about; not read yet."""
    engine = Engine(library.load("final-design").topology, seed=1)
    engine.advance(3_000_000_000)
    places = [engine.numbering.nodes[name] for name in ("web-1", "db-1")]
    while not engine.world["nodes"]["busy"][places].all():
        engine.step()
    assert engine.read().breaches == ()
    return Engine.resume(engine.checkpoint())


def nodes(engine: Engine, field: str, node: str, by: int) -> None:
    engine.world["nodes"][field][engine.numbering.nodes[node]] += by


def control(engine: Engine, field: str, by: int) -> None:
    engine.world.control[field] += by


def invent_a_request(engine: Engine) -> None:
    """One that is counted as offered has never been anywhere."""
    control(engine, "requests", 1)
    engine.world["sources"]["offered"][0] += 1


def lose_a_request(engine: Engine) -> None:
    """One that its client waits for drops out of the line of patience, and nobody counts it."""
    source, slots = engine.world["sources"][0], engine.world["slots"]
    source["deadline_head"] = slots["younger"][source["deadline_head"]]
    slots["older"][source["deadline_head"]] = -1


def close_a_circle(engine: Engine) -> None:
    """The line of patience has no end."""
    source, slots = engine.world["sources"][0], engine.world["slots"]
    slots["younger"][source["deadline_tail"]] = source["deadline_head"]


def point_nowhere(engine: Engine) -> None:
    """The line of patience leads out of the table."""
    source, slots = engine.world["sources"][0], engine.world["slots"]
    slots["younger"][source["deadline_tail"]] = len(slots)


def forget_an_answer(engine: Engine) -> None:
    control(engine, "completed", -1)
    control(engine, "requests", -1)


DAMAGES: dict[str, tuple[Invariant, Damage]] = {
    "a request is lost": (Invariant.CONSERVED, lose_a_request),
    "a line in a circle": (Invariant.CONSERVED, close_a_circle),
    "a line to nowhere": (Invariant.CONSERVED, point_nowhere),
    "a request too many": (Invariant.CONSERVED, invent_a_request),
    "an answer not counted": (Invariant.COUNTED, forget_an_answer),
    "a failure nowhere": (Invariant.COUNTED, lambda e: nodes(e, "failed", "web-1", 1)),
    "more lost than acknowledged": (
        Invariant.COUNTED,
        lambda e: e.world["groups"]["lost"].__setitem__(0, 1 << 40),
    ),
    "the clock too far": (Invariant.IN_TIME, lambda e: control(e, "now", 10_000_000_000)),
    "the clock back": (Invariant.ONWARD, lambda e: control(e, "now", -1_000_000)),
    "fewer events": (Invariant.ONWARD, lambda e: control(e, "events", -1)),
    "dead, and at work": (Invariant.DEAD_REST, lambda e: nodes(e, "up", "db-1", -1)),
    "a core works on nothing": (Invariant.AT_WORK, lambda e: nodes(e, "busy", "web-1", 1)),
    "work without a core": (Invariant.AT_WORK, lambda e: nodes(e, "busy", "web-1", -1)),
    "busier than busy": (Invariant.IN_USE, lambda e: nodes(e, "busy_ns", "web-1", 1 << 50)),
    "worked less than nothing": (
        Invariant.IN_USE,
        lambda e: nodes(e, "busy_ns", "web-1", -1 << 50),
    ),
    "fewer than no reads": (Invariant.NOT_NEGATIVE, lambda e: nodes(e, "reads", "web-1", -1 << 40)),
    "lost and in conflict": (
        Invariant.ONE_STATE,
        lambda e: e.world["groups"]["conflicted"].__setitem__(0, 1 << 40),
    ),
    "fewer than no slots": (Invariant.NOT_NEGATIVE, lambda e: control(e, "free_count", -SLOTS_MAX)),
}


def test_every_invariant_has_a_test_damage_and_a_text() -> None:
    assert {one for one, _ in DAMAGES.values()} == set(Invariant) == set(BREACHES)


@pytest.mark.parametrize("name", DAMAGES)
def test_a_broken_invariant_is_named_in_readings_and_logged(name: str, breaches: Breaches) -> None:
    invariant, damage = DAMAGES[name]
    engine = running()
    damage(engine)
    assert invariant in engine.read().breaches
    assert any(BREACHES[invariant].en in line for line in breaches.expected())


def test_a_broken_invariant_is_logged_once_and_stays_in_all_later_readings(
    breaches: Breaches,
) -> None:
    engine = running()
    nodes(engine, "failed", "web-1", 1)
    before = engine.read()
    nodes(engine, "failed", "web-1", -1)
    engine.advance(engine.now_ns + 1_000_000_000)
    now = engine.read()
    assert now.breaches == before.breaches == (Invariant.COUNTED,)
    assert frame(before, now)["breaches"] == summary(engine)["breaches"] == ["counted"]
    (line,) = breaches.expected()
    assert f"seed 1, at {before.now_ns} ns" in line


def test_a_run_restored_from_a_checkpoint_is_checked_again(breaches: Breaches) -> None:
    engine = running()
    nodes(engine, "failed", "web-1", 1)
    assert engine.read().breaches
    assert breaches.expected()
    nodes(engine, "failed", "web-1", -1)
    assert Engine.resume(engine.checkpoint()).read().breaches == ()


def test_with_many_requests_in_flight_they_are_counted_only_now_and_then(
    breaches: Breaches,
) -> None:
    """Counting requests one by one must not take longer than simulating them."""
    engine = running()
    assert engine.read().breaches == ()
    invent_a_request(engine)
    assert engine.read().breaches == ()
    engine.step(20 * len(engine.world["slots"]))
    assert engine.read().breaches == (Invariant.CONSERVED,)
    assert breaches.expected()
