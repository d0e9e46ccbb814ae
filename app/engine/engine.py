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
from app.engine.interventions.autoscaling import as_deployed, is_look, look
from app.engine.interventions.faults import break_link, break_node, end_of_fault
from app.engine.interventions.recovery import remedy
from app.engine.layout.layout import build, patch
from app.engine.loop.entry import advance as _advance
from app.engine.loop.entry import note, reconnect
from app.engine.numbering import EngineLimit, Numbering
from app.engine.observe.counts import Counts
from app.engine.observe.counts import counts as _counts
from app.engine.observe.hop import Hop
from app.engine.observe.incident import Incident
from app.engine.observe.invariant_checks import Monitor
from app.engine.observe.reading import Reading, read
from app.engine.observe.writes.copies import copies_elsewhere
from app.engine.observe.writes.logged_writes import LoggedWrite, logged_writes
from app.kernel.jit.mode import PLAIN
from app.kernel.state.codes.events import StopReason
from app.kernel.state.codes.incidents import CODES, IncidentCode
from app.kernel.state.codes.requests import OUTCOMES
from app.kernel.state.constants import NEVER, SLOTS_MAX, WORLD_BYTES_MAX
from app.kernel.state.pending_events import pending
from app.kernel.state.world import World
from app.topology.model import Topology
from app.topology.servers.instances import owner_of

__all__ = ["Checkpoint", "Engine", "EngineLimit", "Hop", "Stop"]

_OUTCOMES: Final = (*OUTCOMES, "")  # -1 is none
INCIDENTS_KEPT: Final = 100_000
"""Incidents that wait to be read; beyond that the oldest are dropped and counted."""


class Stop(IntEnum):
    """Reason why `Engine.advance` returned."""

    REACHED = StopReason.REACHED
    BUDGET = StopReason.BUDGET


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A run at one instant, to go back to: the packed World (of so many bytes) and the numbers of
    its things; `untouched` by faults.
    """

    at_ns: int
    events: int
    packed: bytes
    size: int
    numbering: Numbering
    topology: Topology
    load: float
    untouched: bool


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
        self.seed = seed
        self.incidents_dropped = 0
        self._incidents: list[Incident] = []
        self._incidents_seen = 0
        self._hops_seen = 0
        self._untouched = True
        self._begin(topology, load, bytes_max)

    def _begin(self, topology: Topology, load: float, bytes_max: int) -> None:
        with _wrapping():
            self._world, self._numbering = build(topology, self.seed, load, bytes_max)
        self.topology, self.load = topology, load
        self._monitor = Monitor(self._world, self.seed)
        self._name_things()

    @classmethod
    def resume(cls, checkpoint: Checkpoint) -> Engine:
        """A run that goes on from a checkpoint, exactly as the one it was taken from."""
        engine = cls.__new__(cls)
        engine.topology, engine.load = checkpoint.topology, checkpoint.load
        engine.seed = checkpoint.numbering.seed
        engine.incidents_dropped = 0
        engine._incidents = []
        engine._world = World.unpacked(checkpoint.packed)
        engine._numbering = deepcopy(checkpoint.numbering)
        engine._incidents_seen = int(engine._world.control["incidents_written"])
        engine._hops_seen = int(engine._world.control["hops_written"])
        engine._untouched = checkpoint.untouched
        engine._monitor = Monitor(engine._world, engine.seed)
        engine._name_things()
        return engine

    def checkpoint(self) -> Checkpoint:
        """Save this instant, to ``resume`` from later."""
        return Checkpoint(
            self.now_ns,
            self.events,
            self._world.packed(),
            len(self._world.buffer),
            deepcopy(self._numbering),
            self.topology,
            self.load,
            self._untouched,
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
    def numbering(self) -> Numbering:
        """The numbers that things of the drawing have in the World."""
        return self._numbering

    @property
    def deployed(self) -> Topology:
        """The drawing with every server there is now (see `app.topology.servers.instances`)."""
        return as_deployed(self._numbering, self.topology)

    @property
    def servers(self) -> dict[str, int]:
        """Return the number of servers in rotation of every node that may stand for several."""
        return {name: 1 + len(fleet.further) for name, fleet in self._numbering.fleets.items()}

    def advance(self, until_ns: int, events_max: int = 200_000) -> Stop:
        """Run to `until_ns`, or for about `events_max` events. The GIL is released meanwhile."""
        stop = self._run(until_ns, events_max)
        if stop is Stop.REACHED and until_ns > self.now_ns:
            self._world.control["now"] = until_ns
        return stop

    def step(self, events: int = 1) -> None:
        """Process exactly `events` events, however far apart; fewer only if none are left."""
        self._run(NEVER - 1, events)

    @property
    def is_at_start(self) -> bool:
        """True while nothing has happened: the run is what follows from drawing, load and seed
        alone.
        """
        return self.now_ns == 0 and self.events == 0 and self._untouched

    def edit(self, topology: Topology) -> None:
        """Follow an edited drawing from this instant on. Raises EngineLimit.

        Before the first event the run is the one of that drawing, to the bit.
        """
        if self.is_at_start:
            self._begin_anew(topology, self.load)
            return
        with _wrapping():
            patch(self._world, self._numbering, topology, self.load)
        self.topology = topology
        self._name_things()

    def _begin_anew(self, topology: Topology, load: float) -> None:
        traced = self._world.control["hop_below"].copy()
        self._begin(topology, load, self._numbering.bytes_max)
        self._world.control["hop_below"] = traced
        self._incidents.clear()
        self._incidents_seen = self._hops_seen = 0

    def fault(self, fault: AnyFault) -> None:
        """Break or heal something now. What is in that state already stays in it."""
        self._untouched = False
        links = False
        with _wrapping():
            for one in singly(fault, as_deployed(self._numbering, self.topology)):
                self._world.reserve_events()
                if isinstance(one, Remedy):
                    remedy(self._world, self._numbering, one)
                elif isinstance(one, LinkFault):
                    break_link(self._world, self._numbering, one)
                    links = True
                else:
                    break_node(self._world, self._numbering, one)
            if links:
                self._follow_links()

    def is_up(self, node_id: str) -> bool:
        """Return whether a node is up."""
        return bool(self._world["nodes"][self._numbering.nodes[node_id]]["up"])

    def set_load(self, load: float) -> None:
        """Multiply every client's own rate by `load` from now on."""
        if self.is_at_start:
            self._begin_anew(self.topology, load)
            return
        self.load = load
        self.edit(self.topology)

    def incidents(self) -> list[Incident]:
        """Return and forget the incidents since the last call, oldest first."""
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
        names = self._node_ids, self._link_ids, self._numbering.link_conditions
        copies = copies_elsewhere(self._world, self._numbering.origins)
        reading = read(self._world, coming, *names, copies)
        breaches = self._monitor.look(self._world, reading, coming)
        return replace(reading, servers=self.servers, breaches=breaches)

    def counts(self, writes: bool = False) -> Counts:
        """Counters of users as of now, with `writes` the ledger too: much cheaper than `read`."""
        copies = copies_elsewhere(self._world, self._numbering.origins) if writes else None
        return _counts(self._world, self._node_ids, copies)

    def logged_writes(self, count: int) -> list[tuple[LoggedWrite, tuple[str, ...]]]:
        """The newest writes of databases, newest first, with the ids of nodes that have them."""
        copies = copies_elsewhere(self._world, self._numbering.origins)
        return [
            (one, tuple(self._node_ids[node] for node in one.holders))
            for one in logged_writes(self._world, copies, count)
        ]

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
                if reason == StopReason.GROW:
                    self._grow()
                elif reason == StopReason.READ_INCIDENTS:
                    self._drain()
                elif reason == StopReason.FAULT_ENDED:
                    self._end_fault()
                else:
                    return Stop(reason)

    def _end_fault(self) -> None:
        self._world.reserve_events()
        event = int(self._world.control["ended"])
        self._world.control["ended"] = 0
        if is_look(event):
            if look(self._world, self._numbering, self.topology, event):
                self.edit(self.topology)
        elif end_of_fault(self._world, self._numbering, self.deployed, event):
            self._follow_links()

    def _follow_links(self) -> None:
        """Lay out the World anew after links got worse or better, and send what was missed."""
        patch(self._world, self._numbering, self.topology, self.load)
        self._world.reserve_events()
        reconnect(self._world.buffer, len(self._numbering.stores))

    def _grow(self) -> None:
        before = int(self._world.control["at_limit"])
        self._world.reserve_events()
        if int(self._world.control["free_count"]) <= len(self._world["slots"]) // 2:
            self._world.grow_slots()
        if not before and int(self._world.control["at_limit"]):
            note(self._world.buffer, IncidentCode.AT_LIMIT, -1, -1, float(SLOTS_MAX))

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
        self._node_ids = list(self._numbering.nodes)
        self._link_ids = list(self._numbering.links)
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
