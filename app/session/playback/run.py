"""A Run: one engine, and the calls into it that a worker thread makes for its session.

A session makes one call at a time and awaits it, so an engine is never used by two threads at once.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.actions import SetLoad
from app.session.entry import Intervention
from app.session.history.script import NEVER_NS
from app.session.situation import Situation
from app.topology.model import Topology

if TYPE_CHECKING:
    from app.engine.engine import Checkpoint, Engine, Hop
    from app.engine.observe.incident import Incident
    from app.engine.observe.reading import Reading
    from app.engine.observe.writes.logged_writes import LoggedWrite


@dataclass(frozen=True, slots=True)
class Slice:
    """One call into the engine: interventions at its beginning, its end, and a budget of events.

    With `stepping`, exactly `events` events are stepped through unless `until_ns` comes first.
    With `keep`, a checkpoint is taken before anything else. `writes` is how many of the newest
    writes to report; without `events` nothing else is done.
    """

    interventions: tuple[Intervention, ...]
    until_ns: int
    events: int
    trace_every: int
    stepping: bool = False
    keep: bool = False
    writes: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint, how many incidents of the report came before it, and what taking it cost."""

    checkpoint: Checkpoint
    incidents: int
    cost_s: float


@dataclass(frozen=True, slots=True)
class Report:
    """Result of a slice: where time stands, if it got there, incidents, hops and counters.

    `unspent` events of a stepping slice are left, because `until_ns` came first. `events` counts
    those since second 0.
    """

    now_ns: int
    reached: bool
    unspent: int
    events: int
    cpu_s: float
    incidents: tuple[Incident, ...]
    hops: tuple[Hop, ...]
    reading: Reading
    kept: Kept | None = None
    writes: tuple[tuple[LoggedWrite, tuple[str, ...]], ...] = ()


class Run:
    """An engine for `situation`. Raises EngineLimit when the drawing is too large for it."""

    def __init__(self, situation: Situation, seed: int) -> None:
        from app.engine.engine import Engine

        self._engine: Engine = Engine(situation.topology, seed=seed, load=situation.load)
        self._trace_every = 0
        for fault in situation.broken:
            self._engine.fault(fault)

    @classmethod
    def resume(cls, checkpoint: Checkpoint) -> Run:
        """A run that goes on from a checkpoint."""
        from app.engine.engine import Engine

        run = cls.__new__(cls)
        run._engine = Engine.resume(checkpoint)
        run._trace_every = 0
        return run

    def work(self, piece: Slice) -> Report:
        """Carry a slice out. Call it in a worker thread."""
        engine = self._engine
        # Incidents that were not read yet are no part of a checkpoint.
        incidents = engine.incidents()
        kept = self.keep(len(incidents)) if piece.keep else None
        # Processor time of this thread: on a busy machine wall time says nothing about the work.
        started = time.thread_time()
        if piece.trace_every != self._trace_every:
            engine.sample_hops(piece.trace_every)
            self._trace_every = piece.trace_every
        self._intervene(piece.interventions)
        reached, unspent = True, 0
        if not piece.events:
            reached = engine.now_ns >= piece.until_ns
        elif piece.stepping:
            unspent = self._step(piece)
        elif piece.until_ns >= engine.now_ns:
            reached = self._advance(piece.until_ns, piece.events)
        return Report(
            engine.now_ns,
            reached,
            unspent,
            engine.events,
            time.thread_time() - started,
            (*incidents, *engine.incidents()),
            tuple(engine.hops(answers=True)),
            engine.read(),
            kept,
            tuple(engine.logged_writes(piece.writes)) if piece.writes else (),
        )

    def keep(self, incidents: int = 0) -> Kept:
        """Take a checkpoint, before which so many unread incidents came. Call it as `work`."""
        started_s = time.thread_time()
        checkpoint = self._engine.checkpoint()
        return Kept(checkpoint, incidents, time.thread_time() - started_s)

    def _step(self, piece: Slice) -> int:
        """Step through events; the number left because `until_ns` came first."""
        engine = self._engine
        if piece.until_ns == NEVER_NS:
            engine.step(piece.events)
            return 0
        first = engine.events
        self._advance(piece.until_ns, piece.events)
        return piece.events - (engine.events - first)

    def _intervene(self, interventions: Iterable[Intervention]) -> None:
        for one in interventions:
            # An entry at time t stands after the events of time t, also after those that an entry
            # just before it led to; a budget may have stopped amid them. At second 0 edits come
            # first: a run of an edited drawing is the one of that drawing.
            while not (self._engine.is_at_start or self._advance(self._engine.now_ns, 100_000)):
                pass
            if isinstance(one, Topology):
                self._engine.edit(one)
            elif isinstance(one, SetLoad):
                self._engine.set_load(one.factor)
            else:
                self._engine.fault(one)

    def _advance(self, until_ns: int, events: int) -> bool:
        from app.engine.engine import Stop

        return self._engine.advance(until_ns, events) is Stop.REACHED
