"""Users in a frame: requests that they send, and those that fail them or keep them waiting."""

from __future__ import annotations

import math
from typing import Any, Final

from app.engine.observe.reading import Reading, latency_percentile_ms
from app.kernel.state.codes.requests import OUTCOMES

SLOW_MS: Final = 1000.0
"""Latency of one request in twenty from which users are kept waiting: about the time for which a
person's thoughts stay with what they do (J. Nielsen, Usability Engineering, 1993, chapter 5).
"""

_REQUESTS_MIN: Final = 20
"""Fewer requests than this have no 95th percentile."""
_FIELDS = ("offered", "failed", "cache_hits", "cache_misses")


def client_part(before: Reading, now: Reading, n: int, window_s: float) -> dict[str, Any]:
    """A client's part of a frame: ``fail`` counts its requests, wherever they failed, and ``wait``
    is the 95th percentile of its latency in ms. Its state is ``failing`` while some fail,
    ``delayed`` while that is long, else ``healthy``; one that is down keeps that state.
    """
    row = int(now.nodes[n]["row"])
    gained = {name: int(now.sources[row][name]) for name in _FIELDS}
    latencies = now.client_latencies[row]
    if row < len(before.sources):
        gained = {name: value - int(before.sources[row][name]) for name, value in gained.items()}
        latencies = latencies - before.client_latencies[row]
    p95 = math.nan
    if int(latencies.sum()) >= _REQUESTS_MIN:
        p95 = latency_percentile_ms(latencies, 0.95)
    state = "delayed" if p95 >= SLOW_MS else "healthy"
    if gained["failed"] > 0:
        state = "failing"
    asked = gained["cache_hits"] + gained["cache_misses"]
    return {
        "rps": _rate(gained["offered"], window_s),
        "fail": _rate(gained["failed"], window_s),
        "wait": None if math.isnan(p95) else round(p95, 3),
        **({"state": state} if now.nodes[n]["up"] else {}),
        "hit": round(gained["cache_hits"] / asked, 4) if asked else None,
    }


def failing(before: Reading, now: Reading, n: int, window_s: float) -> list[Any] | None:
    """The outcome of most requests that failed at a node, and how many a second; None if none."""
    counts = now.failures[n] - (before.failures[n] if n < len(before.failures) else 0)
    most = int(counts.argmax())
    return [OUTCOMES[most], _rate(int(counts[most]), window_s)] if counts[most] > 0 else None


def addresses_by_client(now: Reading) -> dict[str, dict[str, tuple[float, float]]]:
    """Addresses in the caches of each client, by the ids of the client and of what stands there:
    the share of its valid caches, and the seconds until the last of them runs out.
    """
    return {
        now.node_ids[client]: {now.node_ids[node]: found for node, found in answers.items()}
        for client, answers in now.cached_addresses.items()
    }


def _rate(count: float, window_s: float) -> float:
    return round(count / window_s, 3) if window_s > 0 else 0.0
