"""The Window: the last second of wall time in which a run moved; a frame's rates are about it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.session.limits import WINDOW_S

if TYPE_CHECKING:
    from app.engine.observe.reading import Reading


@dataclass(frozen=True, slots=True)
class Mark:
    """Counters at one instant; `moving_s` is wall time, counted only while the run moves."""

    moving_s: float
    now_ns: int
    reading: Reading


class Window:
    """The marks of the last second; a paused run keeps showing what it did last."""

    def __init__(self) -> None:
        self._marks: deque[Mark] = deque()

    def add(self, wall_s: float, now_ns: int, reading: Reading) -> None:
        """Add an instant, `wall_s` of wall time after the last one."""
        if not self._marks:
            self._marks.append(Mark(0.0, now_ns, reading))
            return
        last = self._marks[-1]
        if now_ns == last.now_ns:
            self._marks[-1] = Mark(last.moving_s, now_ns, reading)
            return
        self._marks.append(Mark(last.moving_s + wall_s, now_ns, reading))
        oldest = self._marks[-1].moving_s - WINDOW_S
        while len(self._marks) > 2 and self._marks[1].moving_s <= oldest:
            self._marks.popleft()

    @property
    def ends(self) -> tuple[Reading, Reading] | None:
        """The counters at the start and at the end of the window; None before the first mark."""
        return (self._marks[0].reading, self._marks[-1].reading) if self._marks else None

    def clear(self) -> None:
        """Empty the window: a new run began."""
        self._marks.clear()
