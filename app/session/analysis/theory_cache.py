"""The forecast: theory of the drawing at the present load, with the servers that there are now."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.schema import Role
from app.session.situation import Situation
from app.theory.analysis import Theory, analyse
from app.theory.clients.offered_load import changes
from app.topology.rate_curves import rate_at
from app.topology.servers.cost import cost
from app.topology.servers.instances import owner_of, with_servers
from app.topology.servers.outages import ALL_WELL, Outage

RATES_EVERY_S: Final = 1.0
"""Theory is not worked out anew more often than this because rates have changed by themselves."""


@dataclass(frozen=True, slots=True)
class Present:
    """The subject of theory: the drawing and the load, the servers that there are, what does not
    work, and the time of the run in seconds (None before it has begun).
    """

    situation: Situation
    servers: Mapping[str, int] = field(default_factory=dict)
    outage: Outage = ALL_WELL
    at_s: float | None = None

    @property
    def rates(self) -> tuple[float, ...]:
        """The rates of clients whose rate changes over time."""
        clients = [node for node in self.situation.topology.nodes if node.spec.role is Role.SENDS]
        at_s = self.at_s or 0.0
        return tuple(rate_at(node, self.situation.load, at_s) for node in clients if changes(node))


@dataclass(frozen=True, slots=True)
class _Known:
    """Theories of the whole drawing, and of what is up now if that is not all; of when, by the
    clock on the wall.
    """

    present: Present
    whole: Theory
    now: Theory | None
    made_s: float

    def is_of(self, present: Present) -> bool:
        """Return whether it still holds: of this drawing, load, servers, outage and rates."""
        mine = self.present
        same = mine.situation.topology is present.situation.topology
        same = same and mine.situation.load == present.situation.load
        same = same and mine.servers == present.servers and mine.outage == present.outage
        if not same or mine.rates == present.rates:
            return same
        return time.monotonic() - self.made_s < RATES_EVERY_S


class Forecast:
    """Theory of the newest drawing as it stands, worked out once for each."""

    def __init__(self) -> None:
        self._known: _Known | None = None
        self._framed: tuple[_Known, frozenset[str]] | None = None
        self._frame: dict[str, Any] = {}
        self._changes = 0

    def theory(self, present: Present) -> tuple[Theory, Theory | None]:
        """The theory with everything up, and that of what is up if that is not all; worked out here
        if it is not known yet.
        """
        known = self._know(present)
        return known.whole, known.now

    async def of(self, present: Present, broken: Collection[str]) -> dict[str, Any]:
        """The part of a frame that is theory.

        ``change`` is another number whenever statements may be others: of another drawing, load,
        number of servers, rate, or other broken things. ``bottleneck`` is used up at ``factor``
        times the load, ``rps`` requests a second. ``n`` has per node the utilisation and mean time
        (None where no closed form holds; ``exact`` tells a closed form from an approximation);
        ``now`` has the same of what is up, None if all is; ``usd``, what all servers of each node
        cost a month.
        """
        known = self._known
        if known is None or not known.is_of(present):
            # Tens of milliseconds for a large drawing, which nobody's frames should wait for.
            known = await asyncio.to_thread(self._know, present)
        of = known, frozenset(broken)
        if self._framed != of:
            self._framed = of
            self._changes += 1
            topology = with_servers(present.situation.topology, present.servers)
            self._frame = {
                "change": self._changes,
                "usd": dict(cost(topology).nodes),
                **_compact(known.whole),
                "now": _compact(known.now) if known.now else None,
            }
        return self._frame

    def _know(self, present: Present) -> _Known:
        known = self._known
        if known is None or not known.is_of(present):
            whole, now = theories(present)
            known = self._known = _Known(present, whole, now, time.monotonic())
        return known


def theories(present: Present) -> tuple[Theory, Theory | None]:
    """The theory with everything up, and that of what is up if that is not all."""
    situation, servers, at_s = present.situation, dict(present.servers), present.at_s
    whole = analyse(situation.topology, situation.load, servers, at_s=at_s)
    if not present.outage:
        return whole, None
    outage = present.outage
    return whole, analyse(situation.topology, situation.load, servers, at_s=at_s, outage=outage)


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
            if owner_of(node.node) == node.node
        },
    }


def _finite(value: float) -> float | None:
    return round(value, 4) if value < float("inf") else None
