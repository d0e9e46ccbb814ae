"""Samples of a run: the counters that rows of expectations need, at one instant after another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from app.engine.observe.reading import Reading
from app.engine.observe.writes.ledger import Ledger
from app.expectations.rows import OF_NODE, OF_USERS, Comparison, Figure, Row
from app.topology.model import Topology
from app.topology.servers.cost import cost
from app.verdicts.names import nodes_named

Key = tuple[str, str]
"""A counter and the name of the nodes it is of, "" for all."""

LEDGER: Final = {
    "lost writes": "lost",
    "conflicting writes": "conflicted",
    "divergent writes": "divergent",
    "two primaries": "two_primaries_s",
}
"""Fields of the ledger, by the figure of a row."""

_OF_READING: Final = frozenset(("utilisation", "lag", "stale reads"))
_REQUESTS: Final = ("offered", "completed", "failed")


class Counters(Protocol):
    """The counters that Counts and a Reading have alike."""

    @property
    def now_ns(self) -> int:
        """Simulated time."""

    @property
    def node_ids(self) -> list[str]:
        """Ids of nodes by number."""

    @property
    def nodes(self) -> NDArray[Any]:
        """Rows of nodes by number."""

    @property
    def latency_ns(self) -> int:
        """Latency of all answered requests together."""

    @property
    def sources(self) -> NDArray[Any]:
        """Rows of users."""

    @property
    def client_latencies(self) -> NDArray[np.int64]:
        """Latencies of users by row, in buckets."""

    @property
    def ledger(self) -> Ledger:
        """The ledger."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Counters at one instant, by key."""

    at_ns: int
    counters: Mapping[Key, Any]


class Probe:
    """The counters that some rows need, and how to read them."""

    def __init__(self, rows: Iterable[Row]) -> None:
        figures = [_figure(row) for row in rows]
        self._users = {one.subject for one in figures if one.name in OF_USERS or one.name == "mean"}
        self._percentiles = {one.subject for one in figures if one.name == "p"}
        self._nodes = {one.subject for one in figures if one.name in OF_NODE}
        self._names = {one.name for one in figures}
        self._paid_for: Topology | None = None
        self._total = 0.0
        self.needs_writes = bool(self._names & LEDGER.keys())
        self.needs_reading = bool(self._names & _OF_READING)

    def sample(self, counts: Counters, deployed: Topology) -> Sample:
        """Read the counters: of a Reading if `needs_reading`; `deployed` is what is paid for."""
        found: dict[Key, Any] = {}
        for name in self._users:
            rows = _rows(counts, deployed, name)
            for counter in _REQUESTS:
                found[counter, name] = int(counts.sources[counter][rows].sum())
            if name in self._percentiles:
                found["p", name] = counts.client_latencies[rows].sum(axis=0).astype(np.int32)
        if "mean" in self._names:
            found["latency_ns", ""] = counts.latency_ns
        for figure in self._names & LEDGER.keys():
            found[figure, ""] = getattr(counts.ledger, LEDGER[figure])
        if "cost" in self._names:
            found["cost", ""] = self._cost(deployed)
        if isinstance(counts, Reading):
            found |= self._of_reading(counts, deployed)
        return Sample(counts.now_ns, found)

    def _cost(self, deployed: Topology) -> float:
        if deployed is not self._paid_for:
            self._paid_for, self._total = deployed, cost(deployed).total
        return self._total

    def _of_reading(self, reading: Reading, topology: Topology) -> dict[Key, Any]:
        found: dict[Key, Any] = {}
        if "stale reads" in self._names:
            stale = reading.databases["stale_reads"].sum() + reading.stores["stale"].sum()
            found["stale reads", ""] = int(stale)
        for name in self._nodes:
            for n in _numbers(reading, topology, name)[:1]:
                node = reading.nodes[n]
                found["busy_ns", name] = int(reading.busy_ns[n])
                core_ns = int(node["cores_ns"]) + int(node["cores"]) * reading.now_ns
                found["core_ns", name] = core_ns
                if topology.node(reading.node_ids[n]).spec.replication == "log":
                    found["lag", name] = float(reading.lag_ns[int(node["row"])]) / 1e9
        return found


def _figure(row: Row) -> Figure:
    return row.figure if isinstance(row, Comparison) else Figure("errors")


def _numbers(counts: Counters, topology: Topology, name: str) -> list[int]:
    ids = frozenset(nodes_named(topology, name))
    return [n for n, one in enumerate(counts.node_ids) if one in ids]


def _rows(counts: Counters, topology: Topology, name: str) -> list[int] | slice:
    """Rows of the users of a name; of all, if it is empty."""
    if not name:
        return slice(None)
    return [int(counts.nodes[n]["row"]) for n in _numbers(counts, topology, name)]
