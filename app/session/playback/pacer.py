"""The Pacer turns wall-clock time into simulated time; the run itself never sees a wall clock."""

from __future__ import annotations

from collections import deque

from app.actions import SPEED_MAX
from app.session.limits import DEBT_S, FRAME_S, SLICE_S, WINDOW_S

NS_PER_S = 1_000_000_000
AT_MOST_S = 100 * SPEED_MAX
"""Simulated seconds per wall second at speed "max", when there is next to nothing to simulate."""

EVENTS_MIN, EVENTS_FIRST, EVENTS_MAX = 200, 20_000, 5_000_000


class Pacer:
    """Pace of a run: its simulated time at a wall time, in seconds of a monotonic clock."""

    def __init__(self, wall_s: float, speed: float | None = 1.0) -> None:
        self.speed = speed
        self._marks: deque[tuple[float, int]] = deque()
        self.rebase(wall_s, 0)

    def rebase(self, wall_s: float, now_ns: int) -> None:
        """Count simulated time from `now_ns` on: after a pause, a new speed, a restart."""
        self._wall_s, self._sim_ns = wall_s, now_ns
        self._marks.clear()
        self._marks.append((wall_s, now_ns))

    def target_ns(self, wall_s: float) -> int:
        """The simulated time at which the run should be at `wall_s`."""
        if self.speed is None:
            return self._marks[-1][1] + round(FRAME_S * AT_MOST_S * NS_PER_S)
        return self._sim_ns + round((wall_s - self._wall_s) * self.speed * NS_PER_S)

    def arrived(self, wall_s: float, now_ns: int) -> None:
        """Note that the run has come to `now_ns`, for this frame."""
        self._marks.append((wall_s, now_ns))
        while len(self._marks) > 2 and self._marks[1][0] <= wall_s - WINDOW_S:
            self._marks.popleft()
        if self.speed is None:
            return
        if (self.target_ns(wall_s) - now_ns) / NS_PER_S / self.speed > DEBT_S:
            self._wall_s, self._sim_ns = wall_s, now_ns

    @property
    def rate(self) -> float:
        """Simulated seconds per wall second really achieved, over the last second or less.

        Right after a start there is nothing to measure yet; then it is the speed asked for.
        """
        (first_s, first_ns), (last_s, last_ns) = self._marks[0], self._marks[-1]
        passed_s = last_s - first_s
        if passed_s < FRAME_S / 2:
            return self.speed or 0.0
        return (last_ns - first_ns) / NS_PER_S / passed_s


class Budget:
    """Number of events that one call into the engine may process to take about SLICE_S."""

    def __init__(self) -> None:
        self.events = EVENTS_FIRST

    def spent(self, cpu_s: float, all_used: bool) -> None:
        """Learn from a call that took `cpu_s` of processor time; `all_used`: it hit the budget."""
        if cpu_s > SLICE_S:
            self.events = max(EVENTS_MIN, round(self.events * SLICE_S / cpu_s * 0.8))
        elif all_used and cpu_s < SLICE_S * 0.7:
            self.events = min(EVENTS_MAX, round(self.events * 1.5))
