"""The Player: brings a run to where the clock says, slice by slice, in a worker thread."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

from app.session import frames
from app.session.limits import FRAME_S, HOPS_PER_FRAME, ORDERS_AT_ONCE, STEPS_MAX, WINDOW_S
from app.session.pacer import NS_PER_S, Budget, Pacer
from app.session.past import Bookmark, Past
from app.session.record import Place
from app.session.run import Order, Report, Run, Turn
from app.session.situation import Situation
from app.session.trip import Trip
from app.session.window import Window

if TYPE_CHECKING:
    from app.engine.engine import Hop
    from app.engine.incident import Incident

Settle = Callable[[], tuple[tuple[Order, ...], int]]
"""What is to be done to the run now, and the simulated time of the next thing that is planned."""


SPAN_MAX = 10.0
"""A frame at the end of a trip is about this many simulated seconds at the most."""


class Player:
    """One run and its clock. Used by one task; `seek` and `drop` may be called while it waits.

    `place` is how things stand after what `settle` gave out last; it is kept with checkpoints.
    `incidents` are those nobody has been told yet, with their number among those of the run.
    """

    def __init__(self, pool: Executor) -> None:
        self.now_ns = 0
        self.moving = False
        self.steps = 0
        self.dot = 1
        self.place: Place | None = None
        self.past = Past()
        self.incidents: list[tuple[int, Incident]] = []
        self._pool = pool
        self._run: Run | None = None
        self._pacer = Pacer(time.monotonic())
        self._budget = Budget()
        self._window = Window()
        self._hops: list[Hop] = []
        self._orders: list[Order] = []
        self._generation = 0
        self._noted_s = 0.0
        self._trip: Trip | None = None
        self._events = 0
        # How many incidents lie behind, and how many have been told: more, after a way back. None:
        # all of those up to `_told_ns`, however many.
        self._incidents = 0
        self._told: int | None = 0
        self._told_ns = 0

    @property
    def loaded(self) -> bool:
        """Whether there is a run to play."""
        return self._run is not None or self._trip is not None

    @property
    def travelling(self) -> bool:
        """Whether the run is on its way to `now_ns`."""
        return self._trip is not None

    @property
    def rate(self) -> float:
        """Simulated seconds per wall second really achieved; 0 while nothing moves."""
        return self._pacer.rate if self.moving else 0.0

    @property
    def speed(self) -> float | None:
        """Simulated seconds per wall second that were asked for; None for as fast as possible."""
        return self._pacer.speed

    def set_speed(self, speed: float | None) -> None:
        """Ask for another speed, from now on."""
        self._pacer.speed = speed
        self._pacer.rebase(time.monotonic(), self.now_ns)

    def step(self, events: int) -> None:
        """Have single events played as soon as the clock stands still."""
        self.steps = min(self.steps + events, STEPS_MAX)

    async def load(self, situation: Situation, seed: int) -> None:
        """Make a run at second 0. Raises EngineLimit (a ValueError) for too large a drawing."""
        generation = self._generation
        loop = asyncio.get_running_loop()
        run = await loop.run_in_executor(self._pool, Run, situation, seed)
        if generation == self._generation:
            self._run = run

    def drop(self) -> None:
        """Forget the run; what a worker is still doing with it is ignored."""
        self._leave()
        self.now_ns = 0
        self.past = Past()
        self.incidents.clear()
        self._incidents, self._told, self._events = 0, 0, 0

    def seek(self, start: Bookmark, orders: Iterable[tuple[int, Order]], goal_ns: int) -> None:
        """Be at `goal_ns`: from a bookmark before it, by `orders` at their times.

        `now_ns` says so at once; the run is there after the next calls of `play`.
        """
        self._leave()
        self.now_ns = goal_ns
        self._trip = Trip(start, orders, goal_ns, self._span_ns)

    def before(self, goal_ns: int) -> Bookmark | None:
        """The bookmark to `seek` `goal_ns` from; None when there is none yet."""
        return self.past.before(max(0, goal_ns - self._span_ns))

    def branch(self) -> int | None:
        """What comes after now will be new. Answers how many incidents lie behind; None for all
        up to now.
        """
        told = self._told = None if self._trip is not None else self._incidents
        self._told_ns = self.now_ns
        self.incidents = [
            (number, one)
            for number, one in self.incidents
            if one.at_ns <= self.now_ns and (told is None or number <= told)
        ]
        self.past.branch(self.now_ns)
        return told

    async def play(self, moving: bool, deadline_s: float, settle: Settle) -> None:
        """Play up to where the clock says, or as far as it gets before the wall time `deadline_s`.

        Between slices `settle` is asked what else is to be done. Raises EngineLimit.
        """
        if self._trip is None:
            await self._play(moving, deadline_s, settle)
        while (trip := self._trip) is not None:
            until_s = max(deadline_s, time.monotonic() + FRAME_S)
            try:
                arrived = await trip.travel(self._pool, self._budget, self.dot, until_s)
            except Exception:
                if trip is self._trip:
                    raise
                continue
            if trip is self._trip:
                if arrived:
                    self._arrive(trip)
                break

    async def _play(self, moving: bool, deadline_s: float, settle: Settle) -> None:
        if moving and not self.moving:
            self._pacer.rebase(time.monotonic(), self.now_ns)
            self._noted_s = time.monotonic()
        self.moving = moving
        target_ns = self._pacer.target_ns(time.monotonic()) if moving else self.now_ns
        while self._run is not None:
            orders, stop_ns = settle()
            self._orders.extend(orders)
            turn = self._next_turn(target_ns, stop_ns)
            if turn is None or not await self._take(turn) or time.monotonic() >= deadline_s:
                break
        if self.moving:
            self._pacer.arrived(time.monotonic(), self.now_ns)

    async def measure(self, situation: Situation) -> dict[str, Any]:
        """The measurements of the last second, for a frame."""
        ends, generation = self._window.ends, self._generation
        if ends is None:
            return frames.blank(situation)
        # Milliseconds for a large drawing, which nobody else's frames should wait for.
        parts = await asyncio.to_thread(frames.measured, *ends)
        if generation != self._generation:
            return frames.blank(situation)
        if self.moving:
            offered = float(parts["m"]["offered_rps"]) * self.rate
            self.dot = frames.trace_every(offered, self.dot)
        return parts

    def take_hops(self) -> tuple[Hop, ...]:
        """The traced hops since the last call, the newest when they are too many for a frame."""
        hops = tuple(self._hops[-HOPS_PER_FRAME:])
        self._hops.clear()
        return hops

    def _next_turn(self, target_ns: int, stop_ns: int) -> Turn | None:
        """What the engine is to do next; None when it is where it should be."""
        orders = tuple(self._orders[:ORDERS_AT_ONCE])
        del self._orders[:ORDERS_AT_ONCE]
        keep = self._bookmark_due
        if self._orders or (orders and keep):
            # Each may cost milliseconds; the rest has a turn of its own at the same instant. And
            # a bookmark is of an instant at which the run has everything that is in the journal.
            return Turn(orders, self.now_ns, self._budget.events, self.dot)
        if self.steps and not self.moving:
            events = min(self.steps, self._budget.events)
            self.steps -= events
            return Turn(orders, stop_ns, events, self.dot, stepping=True, keep=keep)
        # What is planned happens at its exact time, so no turn goes past it.
        until_ns = max(self.now_ns, min(target_ns, stop_ns))
        if until_ns <= self.now_ns and not orders:
            return None
        return Turn(orders, until_ns, self._budget.events, self.dot, keep=keep)

    @property
    def _bookmark_due(self) -> bool:
        place = self.place
        return place is not None and self.past.due(self.now_ns, self._events, place.entries)

    async def _take(self, turn: Turn) -> bool:
        """Let a worker take a turn with the engine; False when the run was dropped meanwhile."""
        run, place = self._run, self.place
        if run is None:
            return False
        loop = asyncio.get_running_loop()
        try:
            report = await loop.run_in_executor(self._pool, run.work, turn)
        except Exception:
            if run is self._run:
                raise
            return False
        if run is not self._run:
            return False
        if report.kept is not None and place is not None:
            before = self._incidents + report.kept.incidents
            self.past.add(Bookmark(report.kept.checkpoint, place, before), report.kept.cost_s)
        self.past.worked(report.cpu_s)
        self._note(report)
        return True

    def _note(self, report: Report) -> None:
        now_s = time.monotonic()
        # Between two clicks on "step" minutes may pass; the window is about time spent moving.
        passed_s = min(now_s - self._noted_s, 2 * FRAME_S)
        self._noted_s = now_s
        self.now_ns, self._events = report.now_ns, report.events
        self.steps += report.unspent
        self._tell(report.incidents)
        self._hops.extend(report.hops)
        self._budget.spent(report.cpu_s, not report.reached)
        self._window.add(passed_s, report.now_ns, report.reading)

    def _tell(self, incidents: Iterable[Incident]) -> None:
        """Count incidents, and keep those that were never told before."""
        for incident in incidents:
            self._incidents += 1
            if self._told is None:
                new = incident.at_ns > self._told_ns
            else:
                new = self._incidents > self._told
            if new:
                self._told = self._incidents
                self.incidents.append((self._incidents, incident))

    def _arrive(self, trip: Trip) -> None:
        """The trip is over: go on with its run."""
        self._trip, self._run = None, trip.run
        self._incidents = trip.incidents_before
        self._tell(trip.incidents)
        if self._told is None and self._told_ns == trip.goal_ns:
            self._told = self._incidents
        self._noted_s = time.monotonic()
        for wall_s, reading in zip((0.0, WINDOW_S), trip.readings, strict=True):
            self._window.add(wall_s, reading.now_ns, reading)

    def _leave(self) -> None:
        """Let go of the run and of what a worker is doing with it."""
        self._generation += 1
        if self._trip is not None:
            self._trip.off = True
        self._run, self._trip = None, None
        self.steps, self.moving = 0, False
        self._hops.clear()
        self._orders.clear()
        self._window.clear()

    @property
    def _span_ns(self) -> int:
        """What a frame's rates are about, in simulated time, when the run goes on from there."""
        return round(min(max(self._pacer.speed or SPAN_MAX, 1.0), SPAN_MAX) * WINDOW_S * NS_PER_S)
