"""A Trip: the way of a run back to a moment it has been through, by checkpoint and replay."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Executor
from typing import TYPE_CHECKING

from app.session.entry import Intervention
from app.session.limits import INTERVENTIONS_AT_ONCE
from app.session.playback.checkpoints import Bookmark
from app.session.playback.pacer import Budget
from app.session.playback.run import Run, Slice

if TYPE_CHECKING:
    from app.engine.observe.incident import Incident
    from app.engine.observe.reading import Reading


class Trip:
    """From a bookmark to `goal_ns`, replaying interventions, which come with simulated times.

    On the way it reads the counters `span_ns` before the goal, so that rates are known on arrival.
    `off` means that nobody wants to get there any more.
    """

    def __init__(
        self,
        start: Bookmark,
        interventions: Iterable[tuple[int, Intervention]],
        goal_ns: int,
        span_ns: int,
    ) -> None:
        self.goal_ns = goal_ns
        self.off = False
        self.run: Run | None = None
        self.readings: list[Reading] = []
        self.incidents: list[Incident] = []
        self.incidents_before = start.incidents
        self._checkpoint = start.checkpoint
        self._now_ns = start.at_ns
        self._interventions = deque(interventions)
        self._stops = deque((max(start.at_ns, goal_ns - span_ns), goal_ns))

    async def travel(self, pool: Executor, budget: Budget, trace: int, deadline_s: float) -> bool:
        """Go on until the wall time `deadline_s`; true once the goal is reached."""
        loop = asyncio.get_running_loop()
        if self.run is None:
            self.run = await loop.run_in_executor(pool, Run.resume, self._checkpoint)
        while self._stops and not self.off:
            piece = self._next_slice(budget.events, trace)
            report = await loop.run_in_executor(pool, self.run.work, piece)
            budget.spent(report.cpu_s, not report.reached)
            self._now_ns = report.now_ns
            self.incidents.extend(report.incidents)
            if report.reached and self._now_ns >= self._stops[0] and not self._due:
                self.readings.append(report.reading)
                self._stops.popleft()
            elif time.monotonic() >= deadline_s:
                break
        return not self._stops and not self.off

    @property
    def _due(self) -> bool:
        return bool(self._interventions) and self._interventions[0][0] <= self._now_ns

    def _next_slice(self, events: int, trace: int) -> Slice:
        due: list[Intervention] = []
        while self._due and len(due) < INTERVENTIONS_AT_ONCE:
            due.append(self._interventions.popleft()[1])
        until_ns = self._stops[0]
        if self._interventions:
            # Each happens at its exact time again, so no slice goes past the next one.
            until_ns = max(self._now_ns, min(until_ns, self._interventions[0][0]))
        return Slice(tuple(due), until_ns, events, trace)
