"""Breaches: the invariants that do not hold of a run, found in time for every reading.

That adds about a third to what the reading takes. Tests check more, in more time
(`tests/engine/audit.py`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.engine.loop.entry import count_waiting
from app.engine.observe.invariants import BREACHES, Invariant
from app.engine.observe.reading import Reading
from app.kernel.state.codes.events import TICKET_MASK, EventType
from app.kernel.state.codes.nodes import Discipline
from app.kernel.state.constants import NEVER
from app.kernel.state.pending_events import Pending
from app.kernel.state.world import World

LOG = logging.getLogger("loadground.invariants")
# Who runs without logging reads of it in the summary instead.
LOG.addHandler(logging.NullHandler())

_NEVER_FALL: Final = ("now", "events", "serial", "requests", "completed", "failed", "latency_ns")
_EVENTS_PER_COUNT: Final = 20
"""Requests in flight are counted one by one only after so many events for each: with a million of
them that takes as long as many events do.
"""
_COUNTS: Final = (
    *("busy", "queue_length", "workers_busy", "pool_used", "pool_length"),
    *("reads", "writes", "failed", "retried", "sojourn_ns"),
)


class Monitor:
    """Looks at one run at each of its readings, and remembers what it has found broken."""

    def __init__(self, world: World, seed: int) -> None:
        self._seed = seed
        self.found: list[Invariant] = []
        self._totals = _totals(world)
        self._counted_at = -int(NEVER)

    def look(self, world: World, reading: Reading, coming: Pending) -> tuple[Invariant, ...]:
        """Every invariant that does not hold now or did not hold before; what is new is logged."""
        for one, holds in self._findings(world, reading, coming):
            if not holds and one not in self.found:
                self.found.append(one)
                LOG.error("%s (seed %d, at %d ns)", BREACHES[one].en, self._seed, reading.now_ns)
        self._totals = _totals(world)
        return tuple(self.found)

    def _findings(
        self, world: World, reading: Reading, coming: Pending
    ) -> Iterator[tuple[Invariant, bool]]:
        control = world.control
        taken = len(world["slots"]) - int(control["free_count"])
        if int(control["events"]) - self._counted_at >= _EVENTS_PER_COUNT * taken:
            self._counted_at = int(control["events"])
            yield Invariant.CONSERVED, reading.in_flight == _waited_for(world, coming)
        yield Invariant.COUNTED, _all_counts_agree(reading)
        yield Invariant.IN_TIME, _nothing_is_overdue(world, coming)
        yield Invariant.ONWARD, bool((_totals(world) >= self._totals).all())
        serving = np.bincount(coming.of(EventType.SERVICE_END).node, minlength=len(reading.nodes))
        yield Invariant.DEAD_REST, _the_dead_rest(reading, serving)
        yield Invariant.AT_WORK, _cores_are_at_work(reading, serving)
        yield Invariant.IN_USE, _nobody_works_overtime(reading)
        yield Invariant.NOT_NEGATIVE, _nothing_is_negative(world, reading)
        yield Invariant.ONE_STATE, _writes_are_in_one_state(reading)


def _totals(world: World) -> NDArray[np.int64]:
    return np.array([world.control[name] for name in _NEVER_FALL])


def _waited_for(world: World, coming: Pending) -> int:
    """Requests whose clients wait for an answer, or to try again: each counted where it stands."""
    pauses = coming.of(EventType.RETRY)
    tickets = world["slots"]["ticket"][pauses.subject] & TICKET_MASK
    return count_waiting(world.buffer) + int(np.count_nonzero(tickets == pauses.node))


def _all_counts_agree(reading: Reading) -> bool:
    sources, failures = reading.sources, reading.failures
    return (
        reading.offered == sources["offered"].sum()
        and reading.completed == sources["completed"].sum() == reading.latencies.sum()
        and reading.failed == sources["failed"].sum() == failures.sum()
        and bool((reading.nodes["failed"] == failures.sum(axis=1)).all())
        and bool((reading.groups["lost"] <= reading.groups["acknowledged"]).all())
    )


def _nothing_is_overdue(world: World, coming: Pending) -> bool:
    control, now = world.control, int(world.control["now"])
    due = (
        coming.at,
        world["arrival_at"][: control["sources_used"]],
        world["deadline_at"][: control["sources_used"]],
        world["delay_line_at"][: control["delay_lines_used"]],
    )
    return all(int(times.min(initial=now)) >= now for times in due)


def _the_dead_rest(reading: Reading, serving: NDArray[np.intp]) -> bool:
    """A node that is down serves nobody; if it does not merely hang, nobody waits in it either."""
    nodes = reading.nodes
    down = nodes["up"] == 0
    gone = down & (nodes["hanging"] == 0)
    present = nodes["busy"] + nodes["queue_length"]
    return not serving[down].any() and not present[gone].any()


def _cores_are_at_work(reading: Reading, serving: NDArray[np.intp]) -> bool:
    """Check that each busy core has a scheduled end, where requests do not share cores."""
    nodes = reading.nodes
    plain = ((nodes["discipline"] & Discipline.PROCESSOR_SHARING) == 0) & (nodes["hanging"] == 0)
    return bool((nodes["busy"] == serving)[plain].all())


def _nobody_works_overtime(reading: Reading) -> bool:
    nodes = reading.nodes
    had_ns = nodes["cores_ns"] + nodes["cores"].astype(np.int64) * reading.now_ns
    return bool(((reading.busy_ns >= 0) & (reading.busy_ns <= had_ns)).all())


def _nothing_is_negative(world: World, reading: Reading) -> bool:
    nodes, groups = reading.nodes, reading.groups
    return (
        all(int(nodes[name].min(initial=0)) >= 0 for name in _COUNTS)
        and int(reading.wait_ns.min(initial=0)) >= 0
        and int(groups["lost"].min(initial=0)) >= 0
        and int(reading.sent.min(initial=0)) >= 0
        and world.control["orphaned_work"] >= 0
        and world.control["free_count"] >= 0
    )


def _writes_are_in_one_state(reading: Reading) -> bool:
    """Return whether the states of the ledger, each counted by itself, leave none of the others
    below zero: then each acknowledged write is in one of them.
    """
    figures = reading.ledger.plain()
    return all(figures[name] >= 0 for name in figures)
