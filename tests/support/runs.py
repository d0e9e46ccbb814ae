"""A run as a test sees it: advance, break, edit, and look through the engine's own door."""

from __future__ import annotations

from typing import Any

from app.actions import AnyFault, Crash, Heal
from app.engine.engine import Engine, Stop
from app.engine.observe.frames.frame import frame
from app.engine.observe.incident import Incident
from app.engine.observe.reading import Reading
from app.engine.observe.summary import figures, summary
from app.topology.edits.apply import Edit, apply
from app.topology.model import Topology
from tests.support.audit.laws import laws
from tests.support.audit.world import audit

SECOND = 1_000_000_000


class Run:
    """One run of a drawing, audited wherever it pauses; times are in simulated seconds."""

    def __init__(self, topology: Topology, seed: int = 1, load: float = 1.0) -> None:
        self.engine = Engine(topology, seed=seed, load=load)
        self._told: list[Incident] = []
        self._audited = -1
        self._undisturbed = True

    @property
    def now_s(self) -> float:
        return self.engine.now_ns / SECOND

    def to(self, at_s: float) -> Run:
        """Advance to a time."""
        while self.engine.advance(round(at_s * SECOND)) is not Stop.REACHED:
            pass
        self._look()
        return self

    def on(self, seconds: float) -> Run:
        """Advance by some time."""
        return self.to(self.now_s + seconds)

    def crash(self, node: str) -> Run:
        return self.fault(Crash(node=node))

    def heal(self, node: str) -> Run:
        return self.fault(Heal(node=node))

    def fault(self, fault: AnyFault) -> Run:
        self._undisturbed = False
        self.engine.fault(fault)
        audit(self.engine)
        return self

    def edit(self, *edits: Edit) -> list[Edit]:
        """Make edits live; returns what undoes each, in the order in which to undo."""
        topology, inverses = self.engine.topology, []
        for edit in edits:
            topology, _, inverse = apply(topology, edit)
            inverses.append(inverse)
        self._undisturbed = False
        self.engine.edit(topology)
        audit(self.engine)
        return inverses[::-1]

    def read(self) -> Reading:
        return self.engine.read()

    def summary(self) -> dict[str, Any]:
        return summary(self.engine)

    def figures(self) -> dict[str, Any]:
        """The summary without the fingerprint."""
        return figures(self.read())

    def node(self, node_id: str) -> dict[str, Any]:
        """What the summary says about a node."""
        found: dict[str, Any] = self.figures()["nodes"][node_id]
        return found

    def watch(self, seconds: float) -> Window:
        """Advance by some time and say what happened meanwhile."""
        before = self.read()
        self.on(seconds)
        return Window(before, self.read())

    def incidents(self, *codes: str) -> list[Incident]:
        """Every incident of the run so far, or those with one of these codes."""
        self._told += self.engine.incidents()
        return [one for one in self._told if not codes or one.code in codes]

    def _look(self) -> None:
        """Audit the World, unless nothing has happened since the last time."""
        if self.engine.events != self._audited:
            self._audited = self.engine.events
            audit(self.engine)
            if self._undisturbed:
                laws(self.engine)


class Window:
    """What happened between two readings of one run."""

    def __init__(self, before: Reading, now: Reading) -> None:
        self.before, self.now = before, now
        self.frame = frame(before, now)
        self.offered = now.offered - before.offered
        self.completed = now.completed - before.completed
        self.failed = now.failed - before.failed
        past = before.failures_by_outcome()
        self.failures = {
            name: count - past.get(name, 0)
            for name, count in now.failures_by_outcome().items()
            if count > past.get(name, 0)
        }

    @property
    def seconds(self) -> float:
        return (self.now.now_ns - self.before.now_ns) / SECOND

    def node(self, node_id: str) -> dict[str, Any]:
        """A node's part of the frame."""
        found: dict[str, Any] = next(one for one in self.frame["n"] if one["id"] == node_id)
        return found

    def link_rps(self, link_id: str) -> float:
        """Requests a second that set out on a link."""
        rate: float = next(rate for name, rate, _ in self.frame["e"] if name == link_id)
        return rate
