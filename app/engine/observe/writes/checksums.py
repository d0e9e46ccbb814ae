"""Checksums of the databases' logs (see the database's `checksums`), and copies of data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.engine.numbering import Numbering
from app.kernel.random_draws import GOLDEN, mixed
from app.kernel.state.constants import LOG_ENTRIES_MAX
from app.kernel.state.world import World

SUMS: Final = 1 << 19
"""Positions that the logs of all databases of a run go back together; each gets an equal
power-of-two share.
"""
_SUMS_MIN: Final = 256
_mixed: Any = getattr(mixed, "py_func", mixed)


def lay_sums(world: World, numbering: Numbering, known: int) -> None:
    """Give every database its share; the newest sums of those that are `known` are kept when that
    gets another size.
    """
    count, before = len(numbering.databases), numbering.sums_size
    size = LOG_ENTRIES_MAX
    while size > _SUMS_MIN and size * count > SUMS:
        size //= 2
    old = world["log_sums"].copy()
    world.resize(log_sums=count * size)
    databases, sums = world["databases"][:count], world["log_sums"]
    databases["log_at"], databases["log_mask"] = np.arange(count) * size, size - 1
    if size == before:
        return
    numbering.sums_size = size
    sums[:] = 0
    for row in range(known):
        newest = int(databases["received"][row]) - np.arange(min(size, before))
        sums[row * size + newest % size] = old[row * before + newest % before]


def same_data(world: World, databases: Iterable[Any], source: Any) -> None:
    """Give databases a copy of the data of `source`, as the newest that their logs have."""
    value = int(source["content"])
    for database in databases:
        database["content"] = database["followed"] = value
        database["log_from"] = database["received"]
        place = int(database["log_at"]) + (int(database["received"]) & int(database["log_mask"]))
        world["log_sums"][place] = value


def drop_versions(database: Any, first: int, marks: NDArray[np.int32]) -> None:
    """Drop the versions of keys from `first` on of a database with several primaries."""
    with np.errstate(over="ignore"):
        bases = np.arange(first, first + len(marks)).astype(np.uint64) * GOLDEN
        removed = _mixed(bases + marks.astype(np.uint64)) - _mixed(bases)
        database["content"] -= removed.sum(dtype=np.uint64)


def checksum(database: Any) -> str:
    """The checksum of a database's data, for people: 16 hexadecimal digits."""
    return f"{int(database['content']):016x}"
