"""Copies of a group's writes elsewhere: with databases that have left it by an edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.kernel.state.world import World


@dataclass(frozen=True, slots=True)
class Copy:
    """The databases, by their nodes, that have a group's log up to a position, and no further."""

    position: int
    nodes: tuple[int, ...]


def copies_elsewhere(world: World, origins: Mapping[int, tuple[int, int]]) -> dict[int, list[Copy]]:
    """Copies by group, given from which other one each began, and at which position of its log."""
    databases = world["databases"][: world.control["databases_used"]]
    placed = world["nodes"]["placed"][databases["node"]] != 0
    found: dict[int, list[Copy]] = {}
    for g in origins:
        nodes = tuple(databases["node"][(databases["group"] == g) & placed].tolist())
        if not nodes:
            continue
        child, position = g, None
        while child in origins:
            child, left_at = origins[child]
            # Of a group that began from another, positions of that one's log come first.
            position = left_at if position is None else min(position, left_at)
            found.setdefault(child, []).append(Copy(position, nodes))
    return found


def is_up(world: World, copy: Copy) -> bool:
    """Return whether any database of a copy is up."""
    return bool(np.any(world["nodes"]["up"][list(copy.nodes)]))
