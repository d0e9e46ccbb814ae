"""Invariants at every pause of a run, with random drawings, edits and faults."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.actions import SetLoad
from app.engine.engine import Engine, Stop
from app.engine.observe.summary import figures
from app.topology.edits.apply import Edit, EditError, apply
from app.topology.model import Topology
from app.topology.nodes import Link, Node
from tests.support.audit.world import audit
from tests.support.generated.scripts import busy_drawings, faults, live_edits, loads
from tests.support.runs import SECOND, Window

PAUSES_S = st.sampled_from([0.0, 0.000_001, 0.003, 0.05, 0.4, 2.0])
EVENTS_A_PAUSE = 3_000
Disturb = Callable[[st.DataObject, Topology], None]
FEW = max(20, settings().max_examples // 3)


def by_id(thing: Node | Link) -> str:
    return thing.id


class Story:
    """A run that is audited at every pause."""

    def __init__(self, engine: Engine, crowded: bool) -> None:
        if crowded:  # so few events that are to come would all be on the agenda otherwise
            engine.world.control["calendar_from"] = 0
        self.engine = engine
        self.undo: list[Edit] = []
        self.last = engine.read()
        self.dead_served: dict[str, tuple[int, int]] = {}

    def advance(self, seconds: float) -> None:
        """Go on by some time or by so many events, and look at everything."""
        before_ns, before = self.engine.now_ns, self.engine.events
        until_ns = before_ns + round(seconds * SECOND)
        stop = self.engine.advance(until_ns, EVENTS_A_PAUSE)
        done = self.engine.events - before
        assert (stop is Stop.BUDGET) <= (done >= EVENTS_A_PAUSE)
        assert before_ns <= self.engine.now_ns <= until_ns
        if stop is Stop.REACHED:
            assert self.engine.now_ns == until_ns
        self.look()

    def look(self) -> None:
        """Audit the World and what readings say about it."""
        audit(self.engine)
        now = self.engine.read()
        window = Window(self.last, now)
        self.last = now
        for shown in window.frame["n"]:
            assert shown["util"] is None or 0.0 <= shown["util"] <= 1.0
            assert shown["queue"] >= 0
            assert min(shown["rps"], shown["reads"], shown["writes"], shown["fail"]) >= 0.0
        for node_id, node in zip(now.node_ids, now.nodes, strict=True):
            death = int(node["down_since"]), int(node["reads"] + node["writes"])
            known = self.dead_served.pop(node_id, death)
            if not node["up"]:
                assert known == death or known[0] < death[0]  # it was back, and died again
                self.dead_served[node_id] = death
        assert window.frame["m"]["in_flight"] >= 0
        for node_id, said in figures(now)["nodes"].items():
            assert said["utilisation"] is None or 0.0 <= said["utilisation"] <= 1.0, node_id
            assert said["queue_mean"] is None or said["queue_mean"] >= 0.0, node_id

    def edit(self, edit: Edit) -> None:
        """Make an edit if it fits the drawing."""
        try:
            topology, _, inverse = apply(self.engine.topology, edit)
        except EditError:
            return
        self.engine.edit(topology)
        self.undo.append(inverse)
        self.look()


def break_it(data: st.DataObject, topology: Topology) -> None:
    story = Story(Engine(topology, seed=data.draw(st.integers(0, 99))), data.draw(st.booleans()))
    for _ in range(data.draw(st.integers(1, 8))):
        act = data.draw(faults(topology) | loads)
        if isinstance(act, SetLoad):
            story.engine.set_load(act.factor)
        else:
            story.engine.fault(act)
        story.look()
        story.advance(data.draw(PAUSES_S))


def edit_it(data: st.DataObject, topology: Topology) -> None:
    story = Story(Engine(topology, seed=1), data.draw(st.booleans()))
    story.advance(data.draw(PAUSES_S))
    for _ in range(data.draw(st.integers(1, 8))):
        if data.draw(st.integers(0, 3)) or not story.engine.topology.nodes:
            story.edit(data.draw(live_edits(story.engine.topology)))
        else:
            story.engine.fault(data.draw(faults(story.engine.topology)))
            story.look()
        story.advance(data.draw(PAUSES_S))
    for inverse in reversed(story.undo):
        story.edit(inverse)
        story.advance(data.draw(PAUSES_S))
    assert sorted(story.engine.topology.nodes, key=by_id) == sorted(topology.nodes, key=by_id)
    assert sorted(story.engine.topology.links, key=by_id) == sorted(topology.links, key=by_id)


def step_through_it(data: st.DataObject, topology: Topology) -> None:
    story = Story(Engine(topology, seed=1), data.draw(st.booleans()))
    for _ in range(data.draw(st.integers(1, 8))):
        story.edit(data.draw(live_edits(story.engine.topology)))
        for _ in range(20):
            before, events = story.engine.now_ns, story.engine.events
            story.engine.step(1)
            assert story.engine.now_ns >= before
            assert story.engine.events - events <= 1
            audit(story.engine)
        story.look()


@settings(max_examples=FEW)
@given(st.data(), busy_drawings())
def test_invariants_hold_under_random_faults(data: st.DataObject, topology: Topology) -> None:
    break_it(data, topology)


@settings(max_examples=FEW * 2)
@given(st.data(), busy_drawings())
def test_invariants_hold_under_random_edits(data: st.DataObject, topology: Topology) -> None:
    edit_it(data, topology)


@settings(max_examples=FEW)
@given(st.data(), busy_drawings())
def test_invariants_hold_after_every_single_event(data: st.DataObject, topology: Topology) -> None:
    step_through_it(data, topology)


@pytest.mark.long
@pytest.mark.parametrize("disturb", [break_it, edit_it, step_through_it])
@settings(max_examples=FEW * 3)
@given(st.data(), busy_drawings())
def test_invariants_hold_under_many_more_random_scripts(
    disturb: Disturb, data: st.DataObject, topology: Topology
) -> None:
    disturb(data, topology)
