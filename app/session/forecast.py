"""The forecast: what theory says of the drawing at the present load, for every frame."""

from __future__ import annotations

import asyncio
from typing import Any

from app.session.situation import Situation
from app.topology.analysis import Theory, analyse
from app.topology.cost import cost
from app.topology.model import Topology


class Forecast:
    """Theory of the newest drawing and load, worked out once for each."""

    def __init__(self) -> None:
        self._topology: Topology | None = None
        self._load = 0.0
        self._found: dict[str, Any] = {}

    async def of(self, situation: Situation) -> dict[str, Any]:
        """``bottleneck`` and where it saturates, and per node the utilisation and mean time (None
        where no closed form holds; ``exact`` tells a closed form from an approximation); and
        ``usd``, what a server of each node costs a month.
        """
        if situation.topology is not self._topology or situation.load != self._load:
            # Tens of milliseconds for a large drawing, which nobody's frames should wait for.
            theory = await asyncio.to_thread(analyse, situation.topology, situation.load)
            self._topology, self._load = situation.topology, situation.load
            self._found = {**_compact(theory), "usd": dict(cost(situation.topology).nodes)}
        return self._found


def _compact(theory: Theory) -> dict[str, Any]:
    return {
        "bottleneck": theory.bottleneck.node if theory.bottleneck else None,
        "factor": round(theory.saturation.factor, 4) if theory.saturation else None,
        "rps": round(theory.saturation.rps, 2) if theory.saturation else None,
        "n": {
            node.node: {
                "util": round(node.utilisation, 5),
                "time": _finite(node.waiting.time_ms) if node.waiting else None,
                "exact": bool(node.waiting and node.waiting.quality == "exact"),
            }
            for node in theory.nodes
        },
    }


def _finite(value: float) -> float | None:
    return round(value, 4) if value < float("inf") else None
