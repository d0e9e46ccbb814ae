"""The Player: brings a run to where the clock says, slice by slice, in a worker thread."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

from app.session import frames
from app.session.limits import FRAME_S, HOPS_PER_FRAME, ORDERS_AT_ONCE, STEPS_MAX
from app.session.pacer import Budget, Pacer
from app.session.run import Order, Report, Run, Turn
from app.session.situation import Situation
from app.session.window import Window

if TYPE_CHECKING:
    from app.engine.engine import Hop
    from app.engine.incident import Incident

Settle = Callable[[], tuple[tuple[Order, ...], int]]
"""What is to be done to the run now, and the simulated time of the next thing that is planned."""


class Player:
    """One run and its clock. Used by one task; `drop` may be called while that task waits."""

    def __init__(self, pool: Executor) -> None:
        self.now_ns = 0
        self.moving = False
        self.steps = 0
        self.dot = 1
        self.incidents: list[Incident] = []
        self._pool = pool
        self._run: Run | None = None
        self._pacer = Pacer(time.monotonic())
        self._budget = Budget()
        self._window = Window()
        self._hops: list[Hop] = []
        self._orders: list[Order] = []
        self._generation = 0
        self._noted_s = 0.0

    @property
    def loaded(self) -> bool:
        """Whether there is a run to play."""
        return self._run is not None

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
        self._generation += 1
        self._run = None
        self.now_ns, self.steps, self.moving = 0, 0, False
        self.incidents.clear()
        self._hops.clear()
        self._orders.clear()
        self._window.clear()

    async def play(self, moving: bool, deadline_s: float, settle: Settle) -> None:
        """Play up to where the clock says, or as far as it gets before the wall time `deadline_s`.

        Between slices `settle` is asked what else is to be done. Raises EngineLimit.
        """
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
        if self._orders:
            # Each may cost milliseconds; the rest has a turn of its own at the same instant.
            return Turn(orders, self.now_ns, self._budget.events, self.dot)
        if self.steps and not self.moving:
            events = min(self.steps, self._budget.events)
            self.steps -= events
            return Turn(orders, stop_ns, events, self.dot, stepping=True)
        # What is planned happens at its exact time, so no turn goes past it.
        until_ns = max(self.now_ns, min(target_ns, stop_ns))
        if until_ns <= self.now_ns and not orders:
            return None
        return Turn(orders, until_ns, self._budget.events, self.dot)

    async def _take(self, turn: Turn) -> bool:
        """Let a worker take a turn with the engine; False when the run was dropped meanwhile."""
        run = self._run
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
        self._note(report)
        return True

    def _note(self, report: Report) -> None:
        now_s = time.monotonic()
        # Between two clicks on "step" minutes may pass; the window is about time spent moving.
        passed_s = min(now_s - self._noted_s, 2 * FRAME_S)
        self._noted_s = now_s
        self.now_ns = report.now_ns
        self.steps += report.unspent
        self.incidents.extend(report.incidents)
        self._hops.extend(report.hops)
        self._budget.spent(report.cpu_s, not report.reached)
        self._window.add(passed_s, report.now_ns, report.reading)
