"""Targets of a live run: present values, rows when one is missed, and the way back in time."""

from typing import Any

from app.engine.engine import Engine, Stop
from app.scenarios.document import scenario_from_json
from app.session.analysis.target_watch import TargetWatch, watched
from app.session.explain.rows import Rows
from app.topology.edits.apply import SetExpectations, apply
from app.topology.model import Topology
from tests.replications.test_suite import DOCUMENT

S = 1_000_000_000
TARGETS = (
    "errors < 1 % in every 5 s",
    "availability >= 90 %",
    "p99(웹 사용자) < 1 s",
    "cost < 1 USD",
)


def drawn(*targets: str) -> Topology:
    document: dict[str, Any] = {**DOCUMENT, "targets": list(targets)}
    return scenario_from_json(document).topology


class Live:
    """A run that is read once a second, and the rows that it has led to."""

    def __init__(self, topology: Topology) -> None:
        self.topology, self.engine = topology, Engine(topology, seed=3)
        self.watch, self.rows = TargetWatch(), Rows()
        self.part: list[list[Any]] = []

    def play(self, until_s: int, past: bool = False) -> list[str]:
        while self.engine.now_ns < until_s * S:
            goal = self.engine.now_ns + S
            while self.engine.advance(goal) is Stop.BUDGET:
                pass
            reading = self.engine.read()
            self.part = self.watch.take(reading, self.topology, past, self.rows)
        return [f"{row.at_ns // S} {row.text.en}" for row in self.rows.take(1e9)]

    def value(self, kind: str) -> list[Any]:
        return next(one for one in self.part if one[0] == kind)


def crash(live: Live, healed: bool = False) -> None:
    from app.actions import Crash, Heal

    live.engine.fault(Heal(node="web-1") if healed else Crash(node="web-1"))


def test_the_usual_figures_are_shown_with_and_without_targets() -> None:
    found = [(one.kind, one.wanted) for one in watched(TARGETS)]
    assert found == [
        ("availability", True),
        ("p", False),
        ("errors", True),
        ("cost", True),
        ("row", True),
    ]
    assert [one.wanted for one in watched(())] == [False] * 4
    waiting = watched(("errors < 1 % within 5 s after crash web-1",))
    assert [one.wanted for one in waiting] == [False] * 4


def test_a_missed_target_is_told_once_and_again_when_it_is_met() -> None:
    live = Live(drawn("errors < 1 % in every 5 s"))
    assert live.play(5) == []
    assert live.value("errors") == ["errors", "errors", "< 1 %", 0.0, True]
    crash(live)
    assert live.play(8) == ["6 Target missed: errors < 1 % in every 5 s"]
    assert live.value("errors")[4] is False
    crash(live, healed=True)
    assert live.play(30) == ["23 Target met again: errors < 1 % in every 5 s"]


def test_the_past_tells_nothing_and_a_branch_tells_anew() -> None:
    live = Live(drawn("errors < 1 % in every 5 s"))
    live.play(5)
    kept = live.engine.checkpoint()
    crash(live)
    assert len(live.play(8)) == 1
    live.engine = Engine.resume(kept)
    assert live.play(7, past=True) == []
    assert live.value("errors")[3] == 0.0
    live.engine = Engine.resume(kept)
    live.watch.branch(5 * S)
    assert live.play(6) == []
    crash(live)
    assert live.play(9) == ["7 Target missed: errors < 1 % in every 5 s"]


def test_a_target_that_comes_later_is_measured_from_then_on() -> None:
    live = Live(drawn())
    live.play(5)
    assert live.value("errors")[4] is None
    edit = SetExpectations(of="targets", rows=("goodput > 1 /s in every 5 s", "cost < 1 USD"))
    live.topology = apply(live.topology, edit)[0]
    assert live.play(8) == ["6 Target missed: cost < 1 USD"]
    assert live.value("row")[4] is True
    assert live.value("cost")[3] > 1
