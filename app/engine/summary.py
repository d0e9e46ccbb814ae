"""The summary of a run: what ``run --json`` prints and tests compare."""

from __future__ import annotations

import math
from typing import Any, Protocol

from app.engine import replicas
from app.engine.reading import Reading, latency_percentile_ms, sojourn_percentile_ms
from app.engine.records import WIDE_COLUMN
from app.kinds import KINDS


class Observable(Protocol):
    """What a summary needs of an engine."""

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
    """What a summary says without the hash of the whole state, which takes longest to make."""
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
    served = int(node["reads"] + node["writes"])
    if node["cores"] == 0:  # a client: it sends, and serves nobody
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
        "utilisation": min(float(reading.busy_ns[n]) / max(core_ns, 1), 1.0),
        "served": served,
        "failed": int(node["failed"]),
        "retried": int(node["retried"]),
        "queue_mean": float(reading.wait_ns[n]) / elapsed,
        "latency_ms": float(node["sojourn_ns"]) / served / 1e6 if served else None,
        "latency_ms_p50": _known(sojourn_percentile_ms(buckets, 0.50)),
        "latency_ms_p95": _known(sojourn_percentile_ms(buckets, 0.95)),
        "latency_ms_p99": _known(sojourn_percentile_ms(buckets, 0.99)),
        "up": bool(node["up"]),
        **({"sessions_lost": int(node["sessions_lost"])} if node["sticky"] else {}),
        **_database(reading, n),
        **replicas.pooled(reading, n),
        **_keyed(reading, n),
    }


def _database(reading: Reading, n: int) -> dict[str, Any]:
    node = reading.nodes[n]
    rows = [row for row in range(len(reading.databases)) if reading.databases[row]["node"] == n]
    if not rows:
        return {}
    leads = bool(reading.databases[rows[0]]["leads"])
    return {
        "reads": int(node["reads"]),
        "writes": int(node["writes"]),
        "role": "primary" if leads else "replica",
        **replicas.summed(reading, n),
    }


def _keyed(reading: Reading, n: int) -> dict[str, Any]:
    kind = KINDS[int(reading.nodes[n]["kind"])].name
    if kind == "store":
        store = reading.stores[int(reading.nodes[n]["row"])]
        if store["family"] != WIDE_COLUMN:
            return {}
        figures = ("hinted", "delivered", "unhinted", "repaired", "superseded")
        return {"stale_reads": int(store["stale"]), **{one: int(store[one]) for one in figures}}
    if kind != "cache":
        return {}
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
