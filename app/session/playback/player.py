"""The Player: brings a run to where the clock says, slice by slice, in a worker thread."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

from app.session.entry import Intervention
from app.session.history.journal import JournalPosition
from app.session.limits import (
    FRAME_S,
    HOPS_KEPT,
    INTERVENTIONS_AT_ONCE,
    STEPS_MAX,
    WINDOW_S,
)
from app.session.playback import frames
from app.session.playback.checkpoints import Bookmark, Past
from app.session.playback.pacer import NS_PER_S, Budget, Pacer
from app.session.playback.present_cost import PresentCost
from app.session.playback.replay import Trip
from app.session.playback.run import Report, Run, Slice
from app.session.playback.samples import Samples
from app.session.playback.window import Window
from app.session.situation import Situation
from app.topology.model import Topology

if TYPE_CHECKING:
    from app.engine.engine import Hop
    from app.engine.observe.incident import Incident
    from app.engine.observe.reading import Reading
    from app.engine.observe.writes.logged_writes import LoggedWrite

Collect = Callable[[], tuple[tuple[Intervention, ...], int]]
"""Gives the interventions that are due now, and the simulated time of the next planned one."""

Writes = tuple[tuple["LoggedWrite", tuple[str, ...]], ...]
"""Logged writes, each with the ids of the nodes that have it."""

ANSWER_S = 2.0
"""Wall time within which a run is read for somebody; after that the answer is nothing."""

SPAN_MAX = 10.0
"""A frame at the end of a trip is about this many simulated seconds at the most."""


class Player:
    """One run and its clock. Used by one task; `seek` and `drop` may be called while it waits.

    `position` is the record's after the interventions that `collect` gave out last; checkpoints
    keep it.
    `incidents` are those have not been reported yet, with their number among those of the run.
    """

    def __init__(self, pool: Executor) -> None:
        self.now_ns = 0
        self.moving = False
        self.steps = 0
        self.dot = 1
        self.position: JournalPosition | None = None
        self.past = Past()
        self.samples = Samples()
        self.incidents: list[tuple[int, Incident]] = []
        self._pool = pool
        self._run: Run | None = None
        self._pacer = Pacer(time.monotonic())
        self._budget = Budget()
        self._window = Window()
        self._cost = PresentCost()
        self._hops: list[Hop] = []
        self._interventions: list[Intervention] = []
        self._generation = 0
        self._noted_s = 0.0
        self._trip: Trip | None = None
        self._events = 0
        # How many incidents lie behind, and how many were reported: more, after a way back. None:
        # all of those up to `_reported_ns`, however many.
        self._incidents = 0
        self._reported: int | None = 0
        self._reported_ns = 0
        self._asked: list[tuple[int, asyncio.Future[Writes]]] = []

    @property
    def loaded(self) -> bool:
        """True if there is a run to play."""
        return self._run is not None or self._trip is not None

    @property
    def travelling(self) -> bool:
        """True if the run is on its way to `now_ns`."""
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

    async def restore(
        self,
        situation: Situation,
        seed: int,
        position: JournalPosition,
        interventions: Iterable[tuple[int, Intervention]],
    ) -> None:
        """Make a run at second 0, the record's `position`, and send it to `now_ns` as `seek` does.

        Raises EngineLimit (a ValueError) for too large a drawing.
        """
        generation = self._generation
        loop = asyncio.get_running_loop()
        run = await loop.run_in_executor(self._pool, Run, situation, seed)
        kept = await loop.run_in_executor(self._pool, run.keep)
        if generation == self._generation:
            start = Bookmark(kept.checkpoint, position, 0)
            self.past.add(start, kept.cost_s)
            self.seek(start, interventions, self.now_ns)

    def drop(self) -> None:
        """Forget the run; what a worker is still doing with it is ignored."""
        self._leave()
        self.now_ns = 0
        self.past = Past()
        self.samples = Samples()
        self.incidents.clear()
        self._incidents, self._reported, self._events = 0, 0, 0

    def seek(
        self,
        start: Bookmark,
        interventions: Iterable[tuple[int, Intervention]],
        goal_ns: int,
    ) -> None:
        """Go to `goal_ns`: from a bookmark before it, by interventions at their times."""
        self._leave()
        self.now_ns = goal_ns
        self._trip = Trip(start, interventions, goal_ns, self._span_ns)

    def before(self, goal_ns: int) -> Bookmark | None:
        """The bookmark to `seek` `goal_ns` from; None when there is none yet."""
        return self.past.before(max(0, goal_ns - self._span_ns))

    def branch(self) -> int | None:
        """Begin a branch: drop what comes after now. Return the number of incidents that lie
        behind; None for all up to now.
        """
        reported = self._reported = None if self._trip is not None else self._incidents
        self._reported_ns = self.now_ns
        self.incidents = [
            (number, one)
            for number, one in self.incidents
            if one.at_ns <= self.now_ns and (reported is None or number <= reported)
        ]
        self.past.branch(self.now_ns)
        self.samples.cut(self.now_ns)
        return reported

    async def play(self, moving: bool, deadline_s: float, collect: Collect) -> None:
        """Play up to where the clock says, or as far as it gets before the wall time `deadline_s`.

        Between slices `collect` is asked for more interventions. Raises EngineLimit.
        """
        if self._trip is None:
            await self._play(moving, deadline_s, collect)
            await self._answer()
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

    async def _play(self, moving: bool, deadline_s: float, collect: Collect) -> None:
        if moving and not self.moving:
            self._pacer.rebase(time.monotonic(), self.now_ns)
            self._noted_s = time.monotonic()
        self.moving = moving
        target_ns = self._pacer.target_ns(time.monotonic()) if moving else self.now_ns
        while self._run is not None:
            interventions, stop_ns = collect()
            self._interventions.extend(interventions)
            piece = self._next_slice(target_ns, stop_ns)
            if piece is None or not await self._take(piece) or time.monotonic() >= deadline_s:
                break
        if self.moving:
            self._pacer.arrived(time.monotonic(), self.now_ns)

    @property
    def reading(self) -> Reading | None:
        """The counters as of now; None before the run has begun."""
        ends = self._window.ends
        return ends[1] if ends else None

    async def logged_writes(self, count: int) -> Writes:
        """The newest writes of databases; none while there is no run. Call it from any task."""
        if not self.loaded:
            return ()
        answer: asyncio.Future[Writes] = asyncio.get_running_loop().create_future()
        self._asked.append((count, answer))
        try:
            return await asyncio.wait_for(answer, ANSWER_S)
        except TimeoutError:
            return ()

    async def _answer(self) -> None:
        """Read the run for those who have asked."""
        asked, self._asked = [one for one in self._asked if not one[1].done()], []
        if not asked or self._run is None:
            self._asked = asked
            return
        loop, run = asyncio.get_running_loop(), self._run
        most = max(count for count, _ in asked)
        piece = Slice((), self.now_ns, 0, self.dot, writes=most)
        report = await loop.run_in_executor(self._pool, run.work, piece)
        if run is self._run:
            self._note(report)
        for count, answer in asked:
            if not answer.done():
                answer.set_result(report.writes[:count])

    @property
    def servers(self) -> Mapping[str, int]:
        """Return the number of servers in rotation of every node that may stand for several, as
        last reported by the run.
        """
        ends = self._window.ends
        return ends[1].servers if ends else {}

    @property
    def cached_addresses(self) -> dict[str, dict[str, tuple[float, float]]]:
        """Addresses that users' caches hold, as far as the run has told."""
        ends = self._window.ends
        return frames.cached_addresses(ends[1]) if ends else {}

    async def measure(self, topology: Topology) -> dict[str, Any] | None:
        """The measurements of the last second of a drawing, for a frame; None before there are any,
        and of a moment that the run has left meanwhile.
        """
        ends, generation = self._window.ends, self._generation
        if ends is None:
            return None
        # Milliseconds for a large drawing, which nobody else's frames should wait for.
        parts = await asyncio.to_thread(frames.measured, *ends)
        if generation != self._generation:
            return None
        parts["m"]["usd"] = self._cost.usd(topology, self.servers)
        if self._trip is None:
            self.samples.add(ends[1].now_ns, parts)
        if self.moving:
            offered = float(parts["m"]["offered_rps"]) * self.rate
            self.dot = frames.trace_every(offered, self.dot)
        return parts

    def take_hops(self) -> tuple[Hop, ...]:
        """The traced hops since the last call, the newest when they are too many."""
        hops = tuple(self._hops[-HOPS_KEPT:])
        self._hops.clear()
        return hops

    def _next_slice(self, target_ns: int, stop_ns: int) -> Slice | None:
        """The engine's next slice; None when it is where it should be."""
        due = tuple(self._interventions[:INTERVENTIONS_AT_ONCE])
        del self._interventions[:INTERVENTIONS_AT_ONCE]
        keep = self._bookmark_due
        if self._interventions or (due and keep):
            # Each may cost milliseconds; the rest has a slice of its own at the same instant. And
            # a bookmark is of an instant at which the run has everything that is in the journal.
            return Slice(due, self.now_ns, self._budget.events, self.dot)
        if self.steps and not self.moving:
            events = min(self.steps, self._budget.events)
            self.steps -= events
            return Slice(due, stop_ns, events, self.dot, stepping=True, keep=keep)
        # A planned action happens at its exact time, so no slice goes past it.
        until_ns = max(self.now_ns, min(target_ns, stop_ns))
        if until_ns <= self.now_ns and not due:
            return None
        return Slice(due, until_ns, self._budget.events, self.dot, keep=keep)

    @property
    def _bookmark_due(self) -> bool:
        if self.position is None:
            return False
        return self.past.due(self.now_ns, self._events, self.position.entries)

    async def _take(self, piece: Slice) -> bool:
        """Let a worker carry a slice out; False when the run was dropped meanwhile."""
        run, position = self._run, self.position
        if run is None:
            return False
        loop = asyncio.get_running_loop()
        try:
            report = await loop.run_in_executor(self._pool, run.work, piece)
        except Exception:
            if run is self._run:
                raise
            return False
        if run is not self._run:
            return False
        if report.kept is not None and position is not None:
            before = self._incidents + report.kept.incidents
            self.past.add(Bookmark(report.kept.checkpoint, position, before), report.kept.cost_s)
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
        self._collect_new(report.incidents)
        self._hops.extend(report.hops)
        self._budget.spent(report.cpu_s, not report.reached)
        self._window.add(passed_s, report.now_ns, report.reading)

    def _collect_new(self, incidents: Iterable[Incident]) -> None:
        """Count incidents, and keep those that were never reported before."""
        for incident in incidents:
            self._incidents += 1
            if self._reported is None:
                new = incident.at_ns > self._reported_ns
            else:
                new = self._incidents > self._reported
            if new:
                self._reported = self._incidents
                self.incidents.append((self._incidents, incident))

    def _arrive(self, trip: Trip) -> None:
        """End the trip: go on with its run."""
        self._trip, self._run = None, trip.run
        self._incidents = trip.incidents_before
        self._collect_new(trip.incidents)
        if self._reported is None and self._reported_ns == trip.goal_ns:
            self._reported = self._incidents
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
        self._interventions.clear()
        self._window.clear()

    @property
    def _span_ns(self) -> int:
        """Return the simulated time that a frame's rates are about, when the run goes on from
        there.
        """
        return round(min(max(self._pacer.speed or SPAN_MAX, 1.0), SPAN_MAX) * WINDOW_S * NS_PER_S)
