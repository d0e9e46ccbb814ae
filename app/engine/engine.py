"""The engine's door: build, advance, edit, break, observe. Nothing else reaches the World."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from copy import deepcopy
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

import numpy as np

from app.actions import AnyFault, LinkFault, Remedy, singly
from app.engine.breaches import Monitor
from app.engine.breaking import break_link, break_node, end_of_fault
from app.engine.compile import build, patch
from app.engine.fleets import as_deployed, is_look, look
from app.engine.hop import Hop
from app.engine.incident import AT_LIMIT, CODES, Incident
from app.engine.intervene import advance as _advance
from app.engine.intervene import note, reconnect
from app.engine.kernel.build import PLAIN
from app.engine.kernel.loop import BUDGET, DRAIN, GROW, OVER, REACHED
from app.engine.pending import pending
from app.engine.plan import EngineLimit, Plan
from app.engine.reading import Reading, read
from app.engine.records import NEVER, OUTCOMES, SLOTS_MAX, WORLD_BYTES_MAX
from app.engine.recovery import remedy
from app.engine.world import World
from app.topology.fleets import owner_of
from app.topology.model import Topology

__all__ = ["Checkpoint", "Engine", "EngineLimit", "Hop", "Stop"]

_OUTCOMES: Final = (*OUTCOMES, "")  # -1 is none
INCIDENTS_KEPT: Final = 100_000
"""Incidents that wait to be read; beyond that the oldest are dropped and counted."""


class Stop(IntEnum):
    """Why `Engine.advance` came back."""

    REACHED = REACHED
    BUDGET = BUDGET


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A run at one instant, to go back to: the packed World (of so many bytes) and what numbers its
    things have.
    """

    at_ns: int
    events: int
    packed: bytes
    size: int
    plan: Plan
    topology: Topology
    load: float


class Engine:
    """One run of a drawing. Not thread-safe: one writer at a time."""

    def __init__(
        self,
        topology: Topology,
        *,
        seed: int,
        load: float = 1.0,
        bytes_max: int = WORLD_BYTES_MAX,
    ) -> None:
        """A run at second 0. Raises EngineLimit when the drawing does not fit `bytes_max`, by
        default what a session has.
        """
        self.topology = topology
        self.load = load
        self.seed = seed
        self.incidents_dropped = 0
        self._incidents: list[Incident] = []
        self._incidents_seen = 0
        self._hops_seen = 0
        with _wrapping():
            self._world, self._plan = build(topology, seed, load, bytes_max)
        self._monitor = Monitor(self._world, seed)
        self._name_things()

    @classmethod
    def resume(cls, checkpoint: Checkpoint) -> Engine:
        """A run that goes on from a checkpoint, exactly as the one it was taken from."""
        engine = cls.__new__(cls)
        engine.topology, engine.load = checkpoint.topology, checkpoint.load
        engine.seed = checkpoint.plan.seed
        engine.incidents_dropped = 0
        engine._incidents = []
        engine._world = World.unpacked(checkpoint.packed)
        engine._plan = deepcopy(checkpoint.plan)
        engine._incidents_seen = int(engine._world.control["incidents_written"])
        engine._hops_seen = int(engine._world.control["hops_written"])
        engine._monitor = Monitor(engine._world, engine.seed)
        engine._name_things()
        return engine

    def checkpoint(self) -> Checkpoint:
        """This instant, to ``resume`` from later."""
        return Checkpoint(
            self.now_ns,
            self.events,
            self._world.packed(),
            len(self._world.buffer),
            deepcopy(self._plan),
            self.topology,
            self.load,
        )

    @property
    def now_ns(self) -> int:
        """Simulated time."""
        return int(self._world.control["now"])

    @property
    def events(self) -> int:
        """Events processed so far."""
        return int(self._world.control["events"])

    @property
    def world(self) -> World:
        """The state, for tests and tools; change it only through this door."""
        return self._world

    @property
    def plan(self) -> Plan:
        """The numbers that things of the drawing have in the World."""
        return self._plan

    @property
    def deployed(self) -> Topology:
        """The drawing with every server that there is now (see `app.topology.fleets`)."""
        return as_deployed(self._plan, self.topology)

    def advance(self, until_ns: int, events_max: int = 200_000) -> Stop:
        """Run to `until_ns`, or for about `events_max` events. The GIL is released meanwhile."""
        stop = self._run(until_ns, events_max)
        if stop is Stop.REACHED and until_ns > self.now_ns:
            self._world.control["now"] = until_ns
        return stop

    def step(self, events: int = 1) -> None:
        """Process exactly `events` events, however far apart; fewer only if none are left."""
        self._run(NEVER - 1, events)

    def edit(self, topology: Topology) -> None:
        """Follow an edited drawing from this instant on. Raises EngineLimit."""
        with _wrapping():
            patch(self._world, self._plan, topology, self.load)
        self.topology = topology
        self._name_things()

    def fault(self, fault: AnyFault) -> None:
        """Break or heal something now. What is in that state already stays in it."""
        links = False
        with _wrapping():
            for one in singly(fault, as_deployed(self._plan, self.topology)):
                self._world.reserve_agenda()
                if isinstance(one, Remedy):
                    remedy(self._world, self._plan, one)
                elif isinstance(one, LinkFault):
                    break_link(self._world, self._plan, one)
                    links = True
                else:
                    break_node(self._world, self._plan, one)
            if links:
                self._follow_links()

    def is_up(self, node_id: str) -> bool:
        """Whether a node is up."""
        return bool(self._world["nodes"][self._plan.nodes[node_id]]["up"])

    def set_load(self, load: float) -> None:
        """Multiply every client's own rate by `load` from now on."""
        self.load = load
        self.edit(self.topology)

    def incidents(self) -> list[Incident]:
        """What the system did since the last call, oldest first."""
        self._drain()
        found, self._incidents = self._incidents, []
        return found

    def sample_hops(self, every: int) -> None:
        """Trace one in `every` new requests, chosen by their keys so that no round robin falls in
        step with the choice. Watching never changes a run.
        """
        self._world.control["hop_below"] = ((1 << 64) - 1) // max(1, every)

    def hops(self, answers: bool = False) -> list[Hop]:
        """Sampled hops since the last call, with `answers` these too; the oldest are gone when
        there were too many.
        """
        ring, written = self._world["hops"], int(self._world.control["hops_written"])
        places = np.arange(max(self._hops_seen, written - len(ring)), written) % len(ring)
        self._hops_seen = written
        rows = ring[places]
        if not answers:
            rows = rows[(rows["link"] >= 0) | (rows["ok"] == 0)]
        return [self._hop(*row) for row in rows.tolist()]

    def read(self) -> Reading:
        """Every counter as of now, and which invariants do not hold (see `breaches`)."""
        coming = pending(self._world)
        names = self._node_ids, self._link_ids, self._plan.troubles
        reading = read(self._world, coming, *names)
        return replace(reading, breaches=self._monitor.look(self._world, reading, coming))

    def fingerprint(self) -> str:
        """A hash of the whole state; equal for equal runs."""
        return self._world.fingerprint()

    def _run(self, until_ns: int, events_max: int) -> Stop:
        control = self._world.control
        target = int(control["events"]) + events_max
        with _wrapping():
            while True:
                left = target - int(self._world.control["events"])
                reason = _advance(self._world.buffer, until_ns, left, self._incidents_seen)
                if reason == GROW:
                    self._grow()
                elif reason == DRAIN:
                    self._drain()
                elif reason == OVER:
                    self._end_fault()
                else:
                    return Stop(reason)

    def _end_fault(self) -> None:
        self._world.reserve_agenda()
        event = int(self._world.control["ended"])
        self._world.control["ended"] = 0
        if is_look(event):
            if look(self._world, self._plan, self.topology, event):
                self.edit(self.topology)
        elif end_of_fault(self._world, self._plan, self.deployed, event):
            self._follow_links()

    def _follow_links(self) -> None:
        """Links got worse or better: the World is laid out anew; what was missed is sent."""
        patch(self._world, self._plan, self.topology, self.load)
        self._world.reserve_agenda()
        reconnect(self._world.buffer, len(self._plan.stores))

    def _grow(self) -> None:
        before = int(self._world.control["at_limit"])
        self._world.reserve_agenda()
        if int(self._world.control["free_count"]) <= len(self._world["slots"]) // 2:
            self._world.grow_slots()
        if not before and int(self._world.control["at_limit"]):
            note(self._world.buffer, AT_LIMIT, -1, -1, float(SLOTS_MAX))

    def _drain(self) -> None:
        ring, written = self._world["incidents"], int(self._world.control["incidents_written"])
        for position in range(max(self._incidents_seen, written - len(ring)), written):
            row = ring[position % len(ring)]
            self._incidents.append(
                Incident(
                    int(row["at"]),
                    CODES[int(row["code"])],
                    self._node_id(int(row["node"])),
                    self._node_id(int(row["other"])),
                    float(row["figure"]),
                )
            )
        self._incidents_seen = written
        surplus = len(self._incidents) - INCIDENTS_KEPT
        if surplus > 0:
            self.incidents_dropped += surplus
            del self._incidents[:surplus]

    def _name_things(self) -> None:
        self._node_ids = list(self._plan.nodes)
        self._link_ids = list(self._plan.links)
        self._drawn_nodes = [*map(owner_of, self._node_ids), ""]  # -1 is none
        self._drawn_links = [*map(owner_of, self._link_ids), ""]

    def _node_id(self, number: int) -> str:
        return self._node_ids[number] if number >= 0 else ""

    def _hop(  # the fields of a row, in order
        self,
        request: int,
        begins: int,
        ends: int,
        link: int,
        node: int,
        purpose: int,
        ok: int,
        outcome: int,
        last: int,
        at: int,
        attempt: int,
    ) -> Hop:
        return Hop(
            request,
            self._drawn_links[link],
            self._drawn_nodes[node],
            begins,
            ends,
            bool(purpose),
            bool(ok),
            _OUTCOMES[outcome],
            bool(last),
            self._drawn_nodes[at],
            attempt,
        )


@contextmanager
def _wrapping() -> Iterator[None]:
    """With the JIT off, 64-bit products wrap by design; numpy would warn about each."""
    with np.errstate(over="ignore") if PLAIN else nullcontext():
        yield
