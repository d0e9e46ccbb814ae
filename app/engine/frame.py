"""Frames: what a screen needs for one instant, from two readings with a window between them.

A frame is JSON-ready, with short keys, since viewers get ten of them a second.
"""

from __future__ import annotations

import math
from typing import Any, Final

from app.engine import replicas
from app.engine.plan import LinkTrouble
from app.engine.reading import Reading, latency_percentile_ms, sojourn_percentile_ms
from app.engine.records import CUT_BACK, CUT_FORTH, DIVERGED, REPAIRED
from app.engine.together import fold
from app.kinds import KINDS

BUSY, SATURATED = 0.70, 0.90
"""Utilisation from which a node counts as busy, and as saturated."""

PERCENTILE_REQUESTS_MIN: Final = {50: 10, 95: 20, 99: 100}
"""Of fewer requests than this, of which one is to be beyond it, a percentile is left out."""

_PERCENTILE_VISITS_MIN: Final = 20
_NANOSECONDS: Final = 1e-9


def frame(before: Reading, now: Reading) -> dict[str, Any]:
    """The measured parts of a frame: window ``w``, nodes ``n``, links ``e``, totals ``m``.

    What is wrong with links is ``x``: where each is cut, percent lost, added ms. ``breaches`` names
    the invariants that have not held.

    Rates are means over the window from `before` to `now`, which are readings of one run.
    """
    window_s = (now.now_ns - before.now_ns) * _NANOSECONDS
    found = {
        "w": round(window_s, 4),
        "n": [
            _node(before, now, n, window_s)
            for n in range(len(now.node_ids))
            if now.nodes[n]["placed"]
        ],
        "e": _links(before, now, window_s),
        "x": {link: _trouble(one) for link, one in sorted(now.troubles.items())},
        "m": _totals(before, now, window_s),
        "breaches": list(now.breaches),
    }
    return fold(found)


def _rate(count: float, window_s: float) -> float:
    return round(count / window_s, 3) if window_s > 0 else 0.0


def _known(before: Reading, n: int) -> bool:
    return n < len(before.nodes)


def _gain(before: Reading, now: Reading, n: int, *fields: str) -> int:
    """What counters of a node have grown by; a node that is new counts from nothing."""
    grown = sum(int(now.nodes[n][field]) for field in fields)
    return grown - (
        sum(int(before.nodes[n][field]) for field in fields) if _known(before, n) else 0
    )


def _node(before: Reading, now: Reading, n: int, window_s: float) -> dict[str, Any]:
    node = now.nodes[n]
    kind = KINDS[int(node["kind"])].name
    up = bool(node["up"])
    reads, writes = (_rate(_gain(before, now, n, name), window_s) for name in ("reads", "writes"))
    found: dict[str, Any] = {
        "id": now.node_ids[n],
        "state": "healthy" if up else _away(node),
        "util": None,
        "queue": int(node["queue_length"]),
        "rps": round(reads + writes, 3),
        "reads": reads,
        "writes": writes,
        "fail": _rate(_gain(before, now, n, "failed"), window_s),
        "p95": None,
        "fault": _fault(node),
        "slow": float(node["slow"]),
        "role": None,
        "lag": None,
        "data": None,
        "fellows": None,
        "extra": None,
        "out": None,
        "remedies": [],
        "since": None if up else round(_away_since(node) * _NANOSECONDS, 3),
        "hit": None,
    }
    if kind == "client":
        found |= _client(before, now, n, window_s)
    else:
        found |= _station(before, now, n, window_s, up)
    if kind == "cache":
        found["hit"] = _hit(before, now, n)
        found["data"] = {"stale": replicas.stale_hits(before, now, n)}
    if kind == "store":
        found["data"] = replicas.voted(before, now, n)
    if kind == "database":
        found |= _database(now, n, found["state"])
        found["data"] = replicas.framed(before, now, n)
        found["fellows"] = _fellows(now, n)
    if pool := replicas.pooled(now, n):
        found["data"] = {"used": pool["pool_used"], "waiting": pool["pool_waiting"]}
    if node["vip"]:
        found["role"] = "active" if node["master"] and node["holder"] == n + 1 else "standby"
    return found


def _client(before: Reading, now: Reading, n: int, window_s: float) -> dict[str, Any]:
    row = int(now.nodes[n]["row"])
    source = now.sources[row]
    fields = ("offered", "cache_hits", "cache_misses")
    offered, hits, misses = (int(source[field]) for field in fields)
    if row < len(before.sources):
        past = before.sources[row]
        offered, hits, misses = (
            value - int(past[field])
            for value, field in zip((offered, hits, misses), fields, strict=True)
        )
    return {
        "rps": _rate(offered, window_s),
        "hit": round(hits / (hits + misses), 4) if hits + misses else None,
    }


def _station(before: Reading, now: Reading, n: int, window_s: float, up: bool) -> dict[str, Any]:
    node = now.nodes[n]
    cores = max(int(node["cores"]), 1)
    util = _util(before, now, n, window_s)
    visits = now.sojourns[n] - (before.sojourns[n] if _known(before, n) else 0)
    p95 = (
        sojourn_percentile_ms(visits, 0.95)
        if int(visits.sum()) >= _PERCENTILE_VISITS_MIN
        else math.nan
    )
    return {
        "util": round(util, 4),
        "p95": None if math.isnan(p95) else round(p95, 3),
        "state": _state(_machine_util(before, now, n, window_s), int(node["queue_length"]), cores)
        if up
        else _away(node),
    }


def _util(before: Reading, now: Reading, n: int, window_s: float) -> float:
    """The share of its machine's cores that a node kept busy."""
    busy_ns = int(now.busy_ns[n]) - (int(before.busy_ns[n]) if _known(before, n) else 0)
    cores = max(int(now.nodes[n]["cores"]), 1)
    return min(max(busy_ns * _NANOSECONDS / window_s / cores, 0.0), 1.0) if window_s > 0 else 0.0


def _machine_util(before: Reading, now: Reading, n: int, window_s: float) -> float:
    """How busy the machine is that a node works on."""
    machine = int(now.nodes[n]["machine"])
    if not machine:
        return _util(before, now, n, window_s)
    inside = (m for m in range(len(now.nodes)) if int(now.nodes[m]["machine"]) == machine)
    return min(sum(_util(before, now, m, window_s) for m in inside), 1.0)


def _hit(before: Reading, now: Reading, n: int) -> float | None:
    """The share of its reads that a cache has answered."""
    row = int(now.nodes[n]["row"])
    hits, misses = (int(now.caches[row][name]) for name in ("hits", "misses"))
    if row < len(before.caches):
        hits -= int(before.caches[row]["hits"])
        misses -= int(before.caches[row]["misses"])
    return round(hits / (hits + misses), 4) if hits + misses else None


def _state(util: float, queue: int, cores: int) -> str:
    if util >= SATURATED or queue > 10 * cores:
        return "saturated"
    return "busy" if util >= BUSY else "healthy"


def _database(now: Reading, n: int, state: str) -> dict[str, Any]:
    database = now.databases[int(now.nodes[n]["row"])]
    leads = bool(database["leads"])
    lags = not leads or bool(now.groups[database["group"]]["mode"])
    behind = not leads and (database["catching_up"] or not database["ready"])
    group = now.groups[database["group"]]
    extra = int(database["received"] - database["common"])
    astray = bool(database["timeline"] != group["timeline"]) and extra > 0
    return {
        "extra": extra if astray else None,
        "out": {int(DIVERGED): "diverged", int(REPAIRED): "repaired"}.get(int(database["out"])),
        "remedies": replicas.remedies(now, n),
        "role": "primary" if leads else "replica",
        "lag": None if not lags else round(float(now.lag_ns[int(now.nodes[n]["row"])]) / 1e9, 3),
        "state": "recovering" if behind and state != "down" else state,
    }


def _fellows(now: Reading, n: int) -> dict[str, Any] | None:
    """What the group of a database comes to where each member takes writes: totals, the first
    ``keys`` that differ, whose writes this one does not apply any more, and how many ordered
    ``pairs`` of live members still ``reach`` each other.
    """
    several = now.several.get(int(now.databases[int(now.nodes[n]["row"])]["group"]))
    if several is None:
        return None
    return {
        **several.counts,
        "diverged": several.diverged,
        "keys": list(several.diverged_keys),
        "stopped": [now.node_ids[origin] for node, origin in several.stopped if node == n],
        "pairs": several.pairs,
        "reach": several.reachable,
        "circling": several.circling,
    }


def _links(before: Reading, now: Reading, window_s: float) -> list[list[Any]]:
    known = len(before.sent)
    sent, failed = now.sent.copy(), now.link_failed.copy()
    sent[:known] -= before.sent
    failed[:known] -= before.link_failed
    return [
        [link_id, _rate(max(int(sent[k]), 0), window_s), _rate(max(int(failed[k]), 0), window_s)]
        for k, link_id in enumerate(now.link_ids)
    ]


def _away_since(node: Any) -> int:
    return int(node["hung_since"] if node["silent"] else node["down_since"])


def _away(node: Any) -> str:
    return "recovering" if node["booting"] else "down"


def _fault(node: Any) -> str | None:
    """What people broke about a node; ``boot`` while it starts again."""
    if node["booting"]:
        return "boot"
    if node["silent"]:
        return "silence"
    if not node["up"]:
        return "crash"
    return "slow" if node["slow"] > 1.0 else None


def _trouble(trouble: LinkTrouble) -> list[Any]:
    cut = {CUT_FORTH: "forth", CUT_BACK: "back", CUT_FORTH | CUT_BACK: "both"}
    where = cut.get(trouble.cut, "")
    return [where, round(trouble.loss * 100.0, 4), round(trouble.extra_ns / 1e6, 4)]


def _totals(before: Reading, now: Reading, window_s: float) -> dict[str, Any]:
    latencies = now.latencies - before.latencies
    count = int(latencies.sum())
    percentiles = {
        f"p{share}": round(latency_percentile_ms(latencies, share / 100), 3)
        if count >= enough
        else None
        for share, enough in PERCENTILE_REQUESTS_MIN.items()
    }
    return {
        "offered": now.offered,
        "completed": now.completed,
        "failed": now.failed,
        "in_flight": now.in_flight,
        "offered_rps": _rate(now.offered - before.offered, window_s),
        "completed_rps": _rate(now.completed - before.completed, window_s),
        "failed_rps": _rate(now.failed - before.failed, window_s),
        **percentiles,
        "acknowledged": int(now.groups["acknowledged"].sum()),
        "lost": int(now.groups["lost"].sum()),
        "failures": now.failures_by_outcome(),
        "ledger": now.ledger.plain(),
    }
