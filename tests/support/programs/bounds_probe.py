"""A program for the checked build: which rows can be read, of those that are there and others?"""

from __future__ import annotations

import json
import sys
from typing import Any

from app.kernel.jit.decorators import cold, entry, open_tables
from app.kernel.state.codes.requests import OUTCOMES
from app.kernel.state.world import World

NODES, WIDTH = 3, len(OUTCOMES)


@cold
def look(w: Any, table: int, row: int, column: int) -> int:
    if table > 0:
        return int(w.failures[row, column])
    return int(w.nodes[row].reads)


@entry
def enter(place: int, table: int, row: int, column: int) -> int:
    return look(open_tables(place), table, row, column)


def can_read(world: World, table: int, row: int, column: int) -> bool:
    """Whether that is in the table."""
    try:
        enter(world.buffer.ctypes.data, table, row, column)
    except IndexError:
        return False
    return True


if __name__ == "__main__":
    world = World({"nodes": NODES, "failures": NODES})
    inside = ((0, NODES - 1, 0), (1, NODES - 1, WIDTH - 1))
    outside = ((0, NODES, 0), (0, -1, 0), (1, NODES, 0), (1, 0, WIDTH), (1, 0, -1))
    found = {
        "inside": [can_read(world, *one) for one in inside],
        "outside": [can_read(world, *one) for one in outside],
    }
    sys.stdout.write(json.dumps(found))
