"""Caches of a World: what they hold, and how popular its keys are."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.engine.loop.entry import shrink
from app.engine.numbering import EngineLimit, Numbering, Spans, parameter, room
from app.kernel.state.world import World
from app.schema import Role
from app.texts.text import plural
from app.topology.model import Topology
from app.topology.nodes import Node

ENTRIES_MAX: Final = 300_000
"""Keys of all caches that a run has had, 48 bytes each."""
RANKS_MAX: Final = 1_000_000
"""Keys whose popularity a run has asked for, 8 bytes each."""


def too_many_keys(count: int) -> EngineLimit:
    """Make the error for more keys than the engine has room for."""
    return EngineLimit(
        plural(
            "more than {count} key of caches and stores in one run",
            "more than {count} keys of caches and stores in one run",
            count=count,
        )
    )


def lay_out_caches(world: World, numbering: Numbering, topology: Topology) -> None:
    """Make caches follow the drawing. Raises EngineLimit."""
    caches = topology.of_role(Role.CACHES)
    for node in caches:
        row = numbering.caches.setdefault(node.id, len(numbering.caches))
        room(world, "caches", row + 1)
        _set_cache(world, numbering, node, row)
    if numbering.caches:
        world["caches"][0]["rows"] = len(numbering.caches)


def _set_cache(world: World, numbering: Numbering, node: Node, row: int) -> None:
    n, keys = numbering.nodes[node.id], round(parameter(node, "keys"))
    new = node.id not in numbering.entries.of
    cache = world["caches"][row]
    if not new and int(cache["keys"]) != keys:
        shrink(world.buffer, n, 0)
    before = numbering.entries.used
    first = rows_of_keys(world, "entries", numbering.entries, node, keys, ENTRIES_MAX)
    world["entries"]["head"][before:] = world["entries"]["tail"][before:] = -1
    ranks = ranks_of(world, numbering, keys, float(parameter(node, "zipf")))
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
    """Return the first of a node's rows: the present one if they are enough for so many keys; else
    one behind all others, empty. Raises EngineLimit.
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


def ranks_of(world: World, numbering: Numbering, keys: int, exponent: float) -> int:
    """Return the first row of the cumulative shares of requests for `keys` keys by popularity, the
    k-th in proportion to 1 / k^exponent (Zipf). Raises EngineLimit.
    """
    known = numbering.ranks.get((keys, exponent))
    if known is not None:
        return known
    first = numbering.ranks_used
    if first + keys > RANKS_MAX:
        raise too_many_keys(RANKS_MAX)
    world.resize(ranks=first + keys)
    shares = np.cumsum(np.arange(1, keys + 1, dtype=np.float64) ** -exponent)
    world["ranks"][first : first + keys] = shares / shares[-1]
    numbering.ranks[keys, exponent] = first
    numbering.ranks_used = first + keys
    return first
