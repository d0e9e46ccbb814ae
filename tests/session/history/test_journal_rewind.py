"""A rewound journal has exactly the state it had, whatever was done, undone and scripted."""

from dataclasses import dataclass, field

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.actions import Crash, Heal, Recorded, SetLoad
from app.scenarios import library
from app.scenarios.document import Scenario, TimedAction, scenario_to_json
from app.session.explain.timeline import YOU
from app.session.history.journal import JournalPosition, Record
from app.session.history.undo import text_of
from app.topology.edits.apply import AddNode, EditError, MoveNode, RemoveNode, SetNode

DESIGN = library.load("final-design")
SCRIPT = (
    TimedAction(3, RemoveNode(node="web-2")),
    TimedAction(7, AddNode(id="web-9", kind="web_server")),
    TimedAction(7, Crash(node="web-9")),
    TimedAction(12, SetNode(node="web-1", parameters={"cores": 1})),
)

ACTIONS: list[Recorded] = [
    Crash(node="web-1"),
    Heal(node="web-1"),
    Crash(node="web-9"),
    SetLoad(factor=2),
    SetLoad(factor=3),
    SetNode(node="web-1", parameters={"cores": 3}),
    SetNode(node="web-2", parameters={"cores": 3}),
    MoveNode(node="db-1", x=1, y=2),
    MoveNode(node="db-1", x=3, y=4),
    AddNode(kind="database"),
    RemoveNode(node="web-1"),
]
DOINGS = st.one_of(
    st.sampled_from(ACTIONS), st.sampled_from(["undo", "redo"]), st.integers(1, 4)
)  # an integer is how far time goes on


@dataclass
class Diary:
    """A record, and how things stood whenever time went on."""

    record: Record
    now_ns: int = 0
    wall_s: float = 0.0
    stood: dict[int, object] = field(default_factory=dict)
    positions: list[tuple[int, JournalPosition]] = field(default_factory=list)
    forgot: bool = False

    def do(self, action: Recorded | str | int) -> None:
        """Do something, or let time pass."""
        record = self.record
        record.reach(self.now_ns)
        self.wall_s += 0.4
        try:
            if isinstance(action, int):
                self.go_on(action)
            elif isinstance(action, str):
                record.undo() if action == "undo" else record.redo()
            else:
                record.accept(action, YOU, self.wall_s)
        except EditError:
            # A step that no longer fits is forgotten, which no entry of the journal tells.
            self.forgot |= isinstance(action, str)
        except IndexError:
            return

    def go_on(self, by_ns: int) -> None:
        """Let time pass, with everything that is due; write down how things stand."""
        until_ns = self.now_ns + by_ns
        while True:
            self.record.apply_due(self.now_ns)
            if not self.record.past:
                self.positions.append((self.now_ns, self.record.position))
            self.stood[self.now_ns] = stand(self.record)
            if self.now_ns == until_ns:
                return
            self.now_ns = min(until_ns, max(self.now_ns + 1, self.record.next_ns))

    def seek(self, at_ns: int) -> None:
        """Go back, from any place before."""
        position = [one for when, one in self.positions if when <= at_ns][-(1 + at_ns % 3) :][0]
        self.record.apply_due(self.now_ns, play=False)
        self.record.seek(position, at_ns)
        self.now_ns = at_ns


def stand(record: Record) -> object:
    """Everything that can be seen of where a record stands."""
    situation, design, history = record.situation, record.design, record.history
    return (
        situation.topology.nodes,
        situation.topology.links,
        situation.load,
        situation.crashed,
        design.topology.nodes,
        design.topology.links,
        design.load,
        [(step.inverse, text_of(step)) for step in history.undo],
        [(step.inverse, text_of(step)) for step in history.redo],
    )


def diary(scripted: bool) -> Diary:
    journal = SCRIPT if scripted else ()
    scenario = Scenario("Past", DESIGN.topology, 1, 1.0, 60.0, journal)
    return Diary(Record(scenario))


@given(st.booleans(), st.lists(DOINGS, max_size=25), st.lists(st.integers(0, 40), max_size=6))
def test_a_rewound_journal_has_the_state_it_had_at_that_time(
    scripted: bool, doings: list[Recorded | str | int], goals: list[int]
) -> None:
    live = diary(scripted)
    live.go_on(0)
    for doing in doings:
        live.do(doing)
    live.go_on(1)
    assume(not live.forgot)
    then, entries = dict(live.stood), list(live.record.journal)
    stored = scenario_to_json(live.record.scenario())
    for goal in goals:
        # Times in between look like the last time before them at which anything was due.
        live.seek(min(goal, live.record.head_ns))
        known = max(at_ns for at_ns in then if at_ns <= live.now_ns)
        assert stand(live.record) == then[known]
        assert scenario_to_json(live.record.scenario()) == stored
    live.stood.clear()
    live.go_on(live.record.head_ns - live.now_ns)
    assert live.record.journal == entries
    assert not live.record.past
    for at_ns, stood in live.stood.items():
        known = max(when for when in then if when <= at_ns)
        assert stood == then[known], f"replayed to {at_ns}"
    assert scenario_to_json(live.record.scenario()) == stored


@given(
    st.booleans(),
    st.lists(DOINGS, max_size=20),
    st.integers(0, 30),
    st.lists(DOINGS, max_size=10),
)
def test_acting_in_the_past_gives_the_journal_of_a_run_that_never_went_further(
    scripted: bool,
    before: list[Recorded | str | int],
    at_ns: int,
    after: list[Recorded | str | int],
) -> None:
    one = diary(scripted)
    one.go_on(0)
    for doing in before:
        one.do(doing)
    one.go_on(1)
    one.seek(min(at_ns, one.record.head_ns))
    at_ns = one.now_ns
    kept = [entry for entry in one.record.journal if entry.at_ns <= at_ns]
    one.do(SetLoad(factor=7))
    for doing in after:
        one.do(doing)
    one.go_on(20)

    # The same again in a record that knows of no future: the script's part plays by itself.
    other = diary(scripted)
    other.go_on(0)
    other.go_on(at_ns)
    script = {id(entry) for entry in kept if entry.inverse is None}
    if all(id(entry) in script for entry in kept):
        other.do(SetLoad(factor=7))
        for doing in after:
            other.do(doing)
        other.go_on(20)
        journals = [
            [(entry.at_ns, entry.action) for entry in each.record.journal] for each in (one, other)
        ]
        assert journals[0] == journals[1]
    assert [(entry.id, entry.at_ns, entry.action) for entry in one.record.journal[: len(kept)]] == [
        (entry.id, entry.at_ns, entry.action) for entry in kept
    ]
    times = [entry.at_ns for entry in one.record.journal]
    assert times == sorted(times)
    assert not one.record.past


def test_an_undo_that_does_not_fit_begins_no_branch() -> None:
    past = diary(scripted=True)
    past.do(SetNode(node="web-2", parameters={"cores": 3}))
    past.go_on(10)
    past.do(Crash(node="db-1"))
    past.go_on(10)
    past.seek(5)
    with pytest.raises(EditError):
        past.record.undo()
    assert past.record.branches == 0
    assert past.record.past
    assert len(past.record.journal) == 6


def test_an_action_after_returning_to_the_head_is_stored() -> None:
    record = diary(scripted=False)
    record.go_on(10)
    record.seek(4)
    record.seek(10)
    record.do(SetNode(node="web-1", parameters={"cores": 3}))
    assert record.record.branches == 0
    scenario = record.record.scenario()
    assert scenario.topology.node("web-1").parameters["cores"] == 3
    record.go_on(1)
    record.seek(4)
    record.record.restart()
    assert record.record.design.topology.node("web-1").parameters["cores"] == 3
