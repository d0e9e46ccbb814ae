"""Execution of a sweep on any executor: in batches, results in order, what is known left out."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterator
from concurrent.futures import Executor, Future
from typing import Any, Final

from app.sweeps.plan import Plan, results

BATCH_MAX: Final = 20
"""Runs that go to a process at once: what an executor costs per task is shared by so many."""

AHEAD: Final = 64
"""Batches that wait in the executor, so that a sweep of any size needs little memory."""


def carry_out(
    plan: Plan, executor: Executor, done: Container[int] = ()
) -> Iterator[tuple[int, list[Any]]]:
    """Yield number and result of every run that is not `done`, in order. Raises SweepError."""
    left = [number for number in range(plan.runs) if number not in done]
    size = max(1, min(BATCH_MAX, len(left) // (2 * AHEAD)))
    batches = iter([left[at : at + size] for at in range(0, len(left), size)])
    waiting: deque[tuple[list[int], Future[list[list[Any]]]]] = deque()
    try:
        while True:
            while len(waiting) < AHEAD and (batch := next(batches, None)):
                waiting.append((batch, executor.submit(results, plan, batch)))
            if not waiting:
                return
            numbers, future = waiting.popleft()
            yield from zip(numbers, future.result(), strict=True)
    finally:
        for _, future in waiting:
            future.cancel()
