"""Cached addresses: which answers of the DNS users hold, and for how long."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from app.kernel.state.world import World

CachedAnswers = dict[int, tuple[float, float]]
"""By the node at an address: the share of a client's valid caches that hold it, and the seconds
until the last of them runs out.
"""

_CACHES_SEEN: Final = 1 << 14
"""Caches of one client that are looked at; of more, the first stand for all."""


def cached_addresses(world: World) -> dict[int, CachedAnswers]:
    """Give what the caches of each client hold, by its node; clients without any are left out."""
    found: dict[int, CachedAnswers] = {}
    now = int(world.control["now"])
    for source in world["sources"][: world.control["sources_used"]]:
        answers = _answers_of(world, source, now) if source["lookup_count"] else {}
        if answers:
            found[int(source["node"])] = answers
    return found


def _answers_of(world: World, source: Any, now: int) -> CachedAnswers:
    first = int(source["cache_first"])
    rows = slice(first, first + min(int(source["cache_count"]), _CACHES_SEEN))
    until = world["cache_until"][rows]
    valid = until > now
    count = int(np.count_nonzero(valid))
    nodes, until = world["cache_node"][rows][valid], until[valid]
    return {
        int(node): (
            float(np.count_nonzero(nodes == node)) / count,
            float(until[nodes == node].max() - now) * 1e-9,
        )
        for node in np.unique(nodes)
    }
