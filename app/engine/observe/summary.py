"""The summary of a run: what ``run --json`` prints and tests compare."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final, Protocol

from app.engine.observe import replication as replicas
from app.engine.observe.reading import Reading, latency_percentile_ms, sojourn_percentile_ms
from app.kernel.state.codes.choices import StoreFamily
from app.kinds import KINDS
from app.schema import Kind, Role


class Observable(Protocol):
    """The part of an engine that a summary reads."""

    def read(self) -> Reading:
        """Every counter as of now."""

    def fingerprint(self) -> str:
        """A hash of the whole state."""


def summary(engine: Observable) -> dict[str, Any]:
    """One JSON-ready object: fingerprint, totals, latency, every node placed, and the ledger.

    Times are in the unit their name ends with; a figure without a measurement is None.
    """
    return {"fingerprint": engine.fingerprint(), **figures(engine.read())}


def figures(reading: Reading) -> dict[str, Any]:
    """Return a summary without the hash of the whole state, which takes longest to make."""
    mean = reading.latency_ns / reading.completed / 1e6 if reading.completed else None
    return {
        "sim_seconds": reading.now_ns / 1e9,
        "requests": {
            "offered": reading.offered,
            "completed": reading.completed,
            "failed": reading.failed,
            "in_flight": reading.in_flight,
            "retried": int(reading.sources["retried"].sum()),
        },
        "failures": reading.failures_by_outcome(),
        "latency_ms": {
            "mean": mean,
            "p50": _known(latency_percentile_ms(reading.latencies, 0.50)),
            "p95": _known(latency_percentile_ms(reading.latencies, 0.95)),
            "p99": _known(latency_percentile_ms(reading.latencies, 0.99)),
        },
        "nodes": {
            node_id: _node(reading, n)
            for n, node_id in enumerate(reading.node_ids)
            if reading.nodes[n]["placed"]
        },
        "ledger": {**reading.ledger.plain(), "stale_reads": replicas.stale_reads(reading)},
        **_several(reading),
        "breaches": list(reading.breaches),
    }


def _several(reading: Reading) -> dict[str, Any]:
    """Every group in which each member takes writes, if there is one."""
    names = reading.node_ids
    groups = [
        {
            "members": [names[n] for n in one.members],
            "replication": "ring" if one.ring else "multi_primary",
            **one.counts,
            "diverged": one.diverged,
            "diverged_keys": list(one.diverged_keys),
            "stopped": [{"node": names[a], "origin": names[b]} for a, b in one.stopped],
            "pairs": one.pairs,
            "pairs_reachable": one.reachable,
            "circling": one.circling,
            "stranded": one.stranded,
        }
        for one in reading.several.values()
    ]
    return {"several_primaries": groups} if groups else {}


def _node(reading: Reading, n: int) -> dict[str, Any]:
    node = reading.nodes[n]
    kind = KINDS[int(node["kind"])]
    served = int(node["reads"] + node["writes"])
    if kind.role is Role.SENDS:
        source = reading.sources[node["row"]]
        return {
            "utilisation": None,
            "served": int(source["completed"]),
            "failed": int(source["failed"]),
            "queue_mean": None,
            "latency_ms": None,
            "offered": int(source["offered"]),
            "retried": int(source["retried"]),
        }
    elapsed = max(reading.now_ns, 1)
    buckets = reading.sojourns[n]
    core_ns = int(node["cores_ns"]) + int(node["cores"]) * reading.now_ns
    return {
        "utilisation": min(float(reading.busy_ns[n]) / max(core_ns, 1), 1.0)
        if kind.is_station
        else None,
        "served": served,
        "failed": int(node["failed"]),
        "retried": int(node["retried"]),
        "queue_mean": float(reading.wait_ns[n]) / elapsed,
        "latency_ms": float(node["sojourn_ns"]) / served / 1e6 if served else None,
        "latency_ms_p50": _known(sojourn_percentile_ms(buckets, 0.50)),
        "latency_ms_p95": _known(sojourn_percentile_ms(buckets, 0.95)),
        "latency_ms_p99": _known(sojourn_percentile_ms(buckets, 0.99)),
        "up": bool(node["up"]),
        **kind.summary_figures(node),
        **{
            name: one
            for is_of, part in _PARTS
            if is_of(kind)
            for name, one in part(reading, n).items()
        },
    }


def _database(reading: Reading, n: int) -> dict[str, Any]:
    node = reading.nodes[n]
    leads = bool(reading.databases[int(node["row"])]["leads"])
    return {
        "reads": int(node["reads"]),
        "writes": int(node["writes"]),
        "role": "primary" if leads else "replica",
        **replicas.summed(reading, n),
    }


def _member(reading: Reading, n: int) -> dict[str, Any]:
    store = reading.stores[int(reading.nodes[n]["row"])]
    if store["family"] != StoreFamily.WIDE_COLUMN:
        return {}
    figures = ("hinted", "delivered", "unhinted", "repaired", "superseded")
    return {"stale_reads": int(store["stale"]), **{one: int(store[one]) for one in figures}}


def _cache(reading: Reading, n: int) -> dict[str, Any]:
    cache = reading.caches[int(reading.nodes[n]["row"])]
    asked = int(cache["hits"] + cache["misses"])
    return {
        "hit_ratio": int(cache["hits"]) / asked if asked else None,
        **{name: int(cache[name]) for name in ("hits", "misses", "waited", "evicted")},
        "stale_hits": int(cache["stale"]),
        "values": int(cache["held"]),
    }


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


_PARTS: Final[
    tuple[tuple[Callable[[Kind], bool], Callable[[Reading, int], dict[str, Any]]], ...]
] = (
    (lambda kind: kind.replication == "log", _database),
    (lambda kind: kind.replication == "ring", _member),
    (lambda kind: kind.role is Role.CACHES, _cache),
)
"""The registry of what other tables than the node's row say, by the fact that a kind has them. What
its row says a kind tells by itself (`Kind.summary_figures`).
"""
