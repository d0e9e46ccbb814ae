"""A Run: one engine, and the calls into it that a worker thread makes for its session.

A session makes one call at a time and awaits it, so an engine is never used by two threads at once.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.actions import AnyFault, Recorded, SetLoad
from app.session.limits import HOPS_PER_FRAME
from app.session.script import NEVER_NS
from app.session.situation import Situation
from app.topology.model import Topology

if TYPE_CHECKING:
    from app.engine.engine import Checkpoint, Engine, Hop
    from app.engine.incident import Incident
    from app.engine.reading import Reading


@dataclass(frozen=True, slots=True)
class Order:
    """An action for the engine, with the drawing as it is after it."""

    action: Recorded
    topology: Topology


@dataclass(frozen=True, slots=True)
class Turn:
    """One call into the engine: what to do first, how far to go, and how many events to take.

    With `stepping`, exactly `events` events are stepped through unless `until_ns` comes first.
    With `keep`, a checkpoint is taken before anything else.
    """

    orders: tuple[Order, ...]
    until_ns: int
    events: int
    trace_every: int
    stepping: bool = False
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint, how many incidents of the report came before it, and what taking it cost."""

    checkpoint: Checkpoint
    incidents: int
    cost_s: float


@dataclass(frozen=True, slots=True)
class Report:
    """What a turn came to: where time stands, whether it got there, and what happened.

    `unspent` events of a stepping turn are left, because `until_ns` came first. `events` counts
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

    def work(self, turn: Turn) -> Report:
        """Carry a turn out. Call it in a worker thread."""
        engine = self._engine
        # What the engine has not told yet is not part of a checkpoint.
        incidents = engine.incidents()
        kept = self._keep(len(incidents)) if turn.keep else None
        # Processor time of this thread: on a busy machine wall time says nothing about the work.
        started = time.thread_time()
        if turn.trace_every != self._trace_every:
            engine.sample_hops(turn.trace_every)
            self._trace_every = turn.trace_every
        self._carry_out(turn.orders)
        reached, unspent = True, 0
        if turn.stepping:
            unspent = self._step(turn)
        elif turn.until_ns >= engine.now_ns:
            reached = self._advance(turn.until_ns, turn.events)
        return Report(
            engine.now_ns,
            reached,
            unspent,
            engine.events,
            time.thread_time() - started,
            (*incidents, *engine.incidents()),
            tuple(engine.hops()[-HOPS_PER_FRAME:]),
            engine.read(),
            kept,
        )

    def _keep(self, incidents: int) -> Kept:
        started_s = time.thread_time()
        checkpoint = self._engine.checkpoint()
        return Kept(checkpoint, incidents, time.thread_time() - started_s)

    def _step(self, turn: Turn) -> int:
        """Step through events; how many are left because `until_ns` came first."""
        engine = self._engine
        if turn.until_ns == NEVER_NS:
            engine.step(turn.events)
            return 0
        first = engine.events
        self._advance(turn.until_ns, turn.events)
        return turn.events - (engine.events - first)

    def _carry_out(self, orders: Sequence[Order]) -> None:
        for order in orders:
            # An entry at time t stands after the events of time t, also after those that an entry
            # just before it led to; a budget may have stopped amid them.
            while not self._advance(self._engine.now_ns, 100_000):
                pass
            if isinstance(order.action, AnyFault):
                self._engine.fault(order.action)
            elif isinstance(order.action, SetLoad):
                self._engine.set_load(order.action.factor)
            else:
                self._engine.edit(order.topology)

    def _advance(self, until_ns: int, events: int) -> bool:
        from app.engine.engine import Stop

        return self._engine.advance(until_ns, events) is Stop.REACHED
