"""Caches of a World: what they hold, and how popular its keys are."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.engine.intervene import shrink
from app.engine.plan import EngineLimit, Plan, Spans, parameter, room
from app.engine.world import World
from app.schema import Text
from app.topology.model import Node, Topology

ENTRIES_MAX: Final = 300_000
"""Keys of all caches that a run has had, 48 bytes each."""
RANKS_MAX: Final = 1_000_000
"""Keys whose popularity a run has asked for, 8 bytes each."""


def too_many_keys(count: int) -> EngineLimit:
    """There are more keys than the engine has room for."""
    return EngineLimit(
        Text(
            f"more than {count:,} keys of caches and stores in one run",
            f"한 실행에 캐시와 저장소의 키가 {count:,}개를 넘습니다",
        )
    )


def arrange(world: World, plan: Plan, topology: Topology) -> None:
    """Make caches follow the drawing. Raises EngineLimit."""
    caches = topology.of_kind("cache")
    for node in caches:
        row = plan.caches.setdefault(node.id, len(plan.caches))
        room(world, "caches", row + 1)
        _set_cache(world, plan, node, row)
    if plan.caches:
        world["caches"][0]["rows"] = len(plan.caches)


def _set_cache(world: World, plan: Plan, node: Node, row: int) -> None:
    n, keys = plan.nodes[node.id], round(parameter(node, "keys"))
    new = node.id not in plan.entries.of
    cache = world["caches"][row]
    if not new and int(cache["keys"]) != keys:
        shrink(world.buffer, n, 0)
    before = plan.entries.used
    first = rows_of_keys(world, "entries", plan.entries, node, keys, ENTRIES_MAX)
    world["entries"]["head"][before:] = world["entries"]["tail"][before:] = -1
    ranks = ranks_of(world, plan, keys, float(parameter(node, "zipf")))
    cache = world["caches"][row]
    if new:
        cache["newest"] = cache["oldest"] = -1
        world["nodes"][n]["row"] = row
    cache["first"], cache["keys"], cache["ranks_first"] = first, keys, ranks
    cache["ttl"] = round(parameter(node, "ttl_s"))
    cache["timeout"] = round(parameter(node, "timeout_ms"))
    cache["capacity"] = round(parameter(node, "capacity"))
    surplus = int(cache["held"]) - int(cache["capacity"])
    if surplus > 0:
        shrink(world.buffer, n, int(cache["capacity"]))
        cache["evicted"] += surplus
    single = round(parameter(node, "single_flight"))
    cache["lease"] = round(parameter(node, "lease_s")) if single else 0


def rows_of_keys(world: World, table: str, spans: Spans, node: Node, keys: int, most: int) -> int:
    """Where a node's rows begin: where they are, if they are enough for so many keys; else behind
    all others, empty. Raises EngineLimit.
    """
    first, count = spans.of.get(node.id, (0, 0))
    if keys <= count:
        return first
    first = spans.used
    if first + keys > most:
        raise too_many_keys(most)
    world.resize(**{table: first + keys})
    spans.of[node.id] = first, keys
    spans.used += keys
    return first


def ranks_of(world: World, plan: Plan, keys: int, exponent: float) -> int:
    """Where the table begins that says which share of requests the first so many keys get, if the
    k-th is asked for in proportion to 1 / k^exponent (Zipf).
    """
    known = plan.ranks.get((keys, exponent))
    if known is not None:
        return known
    first = plan.ranks_used
    if first + keys > RANKS_MAX:
        raise too_many_keys(RANKS_MAX)
    world.resize(ranks=first + keys)
    shares = np.cumsum(np.arange(1, keys + 1, dtype=np.float64) ** -exponent)
    world["ranks"][first : first + keys] = shares / shares[-1]
    plan.ranks[keys, exponent] = first
    plan.ranks_used = first + keys
    return first
