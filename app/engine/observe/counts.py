"""Counts: the few counters of a run that are read every second, much cheaper than a Reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.observe.writes.copies import Copy
from app.engine.observe.writes.ledger import Ledger, ledger
from app.kernel.state.world import World


@dataclass(frozen=True, slots=True)
class Counts:
    """Counters of users, by their row, as of now; fields are named as those of a Reading.

    They are the run's own and not copied: who keeps any of them beyond the next event copies it.
    """

    now_ns: int
    node_ids: list[str]
    nodes: NDArray[Any]
    latency_ns: int
    sources: NDArray[Any]
    client_latencies: NDArray[np.int64]
    ledger: Ledger


def counts(
    world: World, node_ids: list[str], copies: Mapping[int, Sequence[Copy]] | None
) -> Counts:
    """The counters as of now; the ledger only given who else has the writes of each group."""
    control = world.control
    used = int(control["sources_used"])
    return Counts(
        int(control["now"]),
        node_ids,
        world["nodes"][: control["nodes_used"]],
        int(control["latency_ns"]),
        world["sources"][:used],
        world["latencies"][:used],
        Ledger() if copies is None else ledger(world, copies),
    )
