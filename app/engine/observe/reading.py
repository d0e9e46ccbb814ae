"""Readings: every counter of a run at one instant, and what lies between two of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.engine.numbering import LinkCondition
from app.engine.observe.cached_addresses import CachedAnswers, cached_addresses
from app.engine.observe.connections import connections
from app.engine.observe.invariants import Invariant
from app.engine.observe.writes.copies import Copy
from app.engine.observe.writes.ledger import Ledger, ledger
from app.engine.observe.writes.multi_primary import MultiFigures, multi_figures, multi_lags
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.nodes import Discipline
from app.kernel.state.codes.requests import OUTCOMES
from app.kernel.state.constants import LATENCY_BASE, LATENCY_SHIFT, SOJOURN_BASE, SOJOURN_SHIFT
from app.kernel.state.pending_events import Pending
from app.kernel.state.world import World

_NOT_MEASURED: Final = float("nan")


@dataclass(frozen=True, slots=True)
class Reading:
    """Copies of counters. Arrays are by node or link number; names give the ids in that order."""

    now_ns: int
    node_ids: list[str]
    link_ids: list[str]
    offered: int
    completed: int
    failed: int
    latency_ns: int
    latencies: NDArray[np.int64]
    client_latencies: NDArray[np.int64]
    sojourns: NDArray[np.int32]
    failures: NDArray[np.int64]
    nodes: NDArray[Any]
    busy_ns: NDArray[np.int64]
    wait_ns: NDArray[np.int64]
    sources: NDArray[Any]
    databases: NDArray[Any]
    groups: NDArray[Any]
    lag_ns: NDArray[np.int64]
    commit_waits: NDArray[np.int32]
    caches: NDArray[Any]
    stores: NDArray[Any]
    sent: NDArray[np.int64]
    link_failed: NDArray[np.int64]
    connections: NDArray[np.int64]
    link_conditions: dict[str, LinkCondition]
    ledger: Ledger
    several: dict[int, MultiFigures]
    servers: Mapping[str, int] = field(default_factory=dict)
    """Number of servers in rotation of every node that may stand for several."""
    cached_addresses: Mapping[int, CachedAnswers] = field(default_factory=dict)
    """Addresses in the caches of each client, by its node."""
    breaches: tuple[Invariant, ...] = ()
    """Invariants that have not held at this reading of the run or at one before it."""

    @property
    def in_flight(self) -> int:
        """Requests whose clients still wait."""
        return self.offered - self.completed - self.failed

    def failures_by_outcome(self) -> dict[str, int]:
        """Failed requests by outcome, those that happened."""
        counts = self.failures.sum(axis=0).tolist()
        return {name: count for name, count in zip(OUTCOMES, counts, strict=True) if count}


def read(
    world: World,
    coming: Pending,
    node_ids: list[str],
    link_ids: list[str],
    link_conditions: dict[str, LinkCondition],
    copies: Mapping[int, Sequence[Copy]],
) -> Reading:
    """Every counter of a World as of its present instant, given all that is to come and who
    else has the writes of a group.
    """
    control = world.control
    nodes = world["nodes"][: control["nodes_used"]].copy()
    now = int(control["now"])
    queued = nodes["queue_length"].astype(np.int64) * now - nodes["queued_at_ns"]
    sharing = (nodes["discipline"] & Discipline.PROCESSOR_SHARING) != 0
    since = np.where(sharing & (nodes["up"] == 1), now - nodes["updated_at"], 0)
    hanging = sharing & (nodes["hanging"] == 1)
    worked = _worked_lately(nodes, now)
    queued[sharing] = (since * nodes["busy"] - worked)[sharing]
    queued[hanging] = ((now - nodes["updated_at"]) * nodes["busy"])[hanging]
    edges = world["edges"][: control["edges_used"]]
    sent, link_failed = (np.zeros(len(link_ids), np.int64) for _ in range(2))
    sent[edges["link"]], link_failed[edges["link"]] = edges["sent"], edges["failed"]
    used = int(control["sources_used"])
    return Reading(
        now,
        node_ids,
        link_ids,
        int(control["requests"]),
        int(control["completed"]),
        int(control["failed"]),
        int(control["latency_ns"]),
        world["latencies"][:used].sum(axis=0),
        world["latencies"][:used].copy(),
        world["sojourns"][: len(nodes)].copy(),
        world["failures"][: len(nodes)].copy(),
        nodes,
        busy_ns(world, coming),
        nodes["wait_ns"] + queued,
        world["sources"][:used].copy(),
        world["databases"][: control["databases_used"]].copy(),
        world["groups"][: control["groups_used"]].copy(),
        _lags(world, now),
        world["commit_waits"].copy(),
        world["caches"].copy(),
        world["stores"].copy(),
        sent,
        link_failed,
        connections(nodes, edges),
        dict(link_conditions),
        ledger(world, copies),
        multi_figures(world),
        cached_addresses=cached_addresses(world),
    )


def busy_ns(world: World, coming: Pending) -> NDArray[np.int64]:
    """By node, the time that its cores have worked so far."""
    nodes, now = world["nodes"][: world.control["nodes_used"]], int(world.control["now"])
    return nodes["busy_ns"] - _work_to_come(coming, len(nodes), now) + _worked_lately(nodes, now)


def _worked_lately(nodes: NDArray[Any], now: int) -> NDArray[np.int64]:
    """By node, what sharing stations have worked since they last booked it."""
    working = ((nodes["discipline"] & Discipline.PROCESSOR_SHARING) != 0) & (nodes["up"] == 1)
    since = np.where(working, now - nodes["updated_at"], 0)
    return (since * _cores_at_work(nodes)).astype(np.int64)


def _cores_at_work(nodes: NDArray[Any]) -> NDArray[np.float64]:
    """Per node, how many cores its requests keep busy, of those that its machine has."""
    asking = nodes["busy"].astype(np.float64)
    for machine in range(1, int(nodes["machine"].max(initial=0)) + 1):
        inside = nodes["machine"] == machine
        asking[inside] = asking[inside & (nodes["hanging"] == 0)].sum()
    shares = np.minimum(nodes["cores"] / np.maximum(asking, 1.0), 1.0)
    return nodes["busy"] * shares


def _work_to_come(coming: Pending, nodes: int, now: int) -> NDArray[np.int64]:
    """Per node, the booked time of services that end after now."""
    ends = coming.of(EventType.SERVICE_END)
    total = np.zeros(nodes, np.int64)
    np.add.at(total, ends.node, np.maximum(ends.at - now, 0))
    return total


def _lags(world: World, now: int) -> NDArray[np.int64]:
    """Per database, the age of the oldest write of its group's log that it has not applied."""
    used = int(world.control["databases_used"])
    lags = np.zeros(used, np.int64)
    for row, database in enumerate(world["databases"][:used]):
        group = world["groups"][database["group"]]
        oldest = int(database["applied"]) + 1
        if group["mode"]:
            continue
        main = int(database["timeline"]) == int(group["timeline"])
        if not main and not database["leads"]:
            oldest = min(oldest, int(database["fork_position"]) + 1)
        if oldest <= int(group["written"]) and not database["leads"]:
            behind = min(int(group["written"]) - oldest, int(group["log_size"]) - 1)
            oldest = int(group["written"]) - behind
            place = int(group["log_first"]) + oldest % int(group["log_size"])
            lags[row] = max(0, now - int(world["log"][place]["written_at"]))
    for row, lag in multi_lags(world, now).items():
        lags[row] = lag
    return lags


def latency_percentile_ms(buckets: NDArray[Any], share: float) -> float:
    """The latency that `share` of the requests stay under, in ms; NaN without requests."""
    return _percentile_ms(buckets, share, LATENCY_BASE, LATENCY_SHIFT)


def sojourn_percentile_ms(buckets: NDArray[Any], share: float) -> float:
    """The time at a node that `share` of the visits stay under, in ms; NaN without visits."""
    return _percentile_ms(buckets, share, SOJOURN_BASE, SOJOURN_SHIFT)


def _percentile_ms(buckets: NDArray[Any], share: float, base: int, shift: int) -> float:
    """Interpolated linearly inside the bucket that holds the percentile."""
    total = int(buckets.sum())
    if total == 0:
        return _NOT_MEASURED
    sums = np.cumsum(buckets)
    wanted = share * total
    bucket = int(np.searchsorted(sums, wanted, side="left"))
    inside = (wanted - (int(sums[bucket]) - int(buckets[bucket]))) / int(buckets[bucket])
    low, high = (float(np.int64((bucket + base + k) << shift).view(np.float64)) for k in (0, 1))
    return (low + (high - low) * inside) / 1e6
