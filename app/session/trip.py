"""A Trip: the way of a run back to a moment it has been through, by checkpoint and replay."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Executor
from typing import TYPE_CHECKING

from app.session.limits import ORDERS_AT_ONCE
from app.session.pacer import Budget
from app.session.past import Bookmark
from app.session.run import Order, Run, Turn

if TYPE_CHECKING:
    from app.engine.incident import Incident
    from app.engine.reading import Reading


class Trip:
    """From a bookmark to `goal_ns`, replaying `orders`, which come with their simulated times.

    On the way it reads the counters `span_ns` before the goal, so that there is something to say
    about rates on arrival. `off` means that nobody wants to get there any more.
    """

    def __init__(
        self,
        start: Bookmark,
        orders: Iterable[tuple[int, Order]],
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
        self._orders = deque(orders)
        self._stops = deque((max(start.at_ns, goal_ns - span_ns), goal_ns))

    async def travel(self, pool: Executor, budget: Budget, trace: int, deadline_s: float) -> bool:
        """Go on until the wall time `deadline_s`; whether the goal is reached."""
        loop = asyncio.get_running_loop()
        if self.run is None:
            self.run = await loop.run_in_executor(pool, Run.resume, self._checkpoint)
        while self._stops and not self.off:
            turn = self._next_turn(budget.events, trace)
            report = await loop.run_in_executor(pool, self.run.work, turn)
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
        return bool(self._orders) and self._orders[0][0] <= self._now_ns

    def _next_turn(self, events: int, trace: int) -> Turn:
        orders: list[Order] = []
        while self._due and len(orders) < ORDERS_AT_ONCE:
            orders.append(self._orders.popleft()[1])
        until_ns = self._stops[0]
        if self._orders:
            # What happened then happens at its exact time again, so no turn goes past it.
            until_ns = max(self._now_ns, min(until_ns, self._orders[0][0]))
        return Turn(tuple(orders), until_ns, events, trace)
