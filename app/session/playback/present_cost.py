"""The present cost of a run: what its drawing costs a month with the servers there are now."""

from __future__ import annotations

from collections.abc import Mapping

from app.topology.model import Topology
from app.topology.servers.cost import cost
from app.topology.servers.instances import with_servers


class PresentCost:
    """Cost a month in USD, added up anew only for another drawing or another number of servers."""

    def __init__(self) -> None:
        self._of: tuple[Topology, dict[str, int]] | None = None
        self._usd = 0.0

    def usd(self, topology: Topology, servers: Mapping[str, int]) -> float:
        """All servers of the drawing for a month."""
        if self._of is None or self._of[0] is not topology or self._of[1] != servers:
            self._of = topology, dict(servers)
            self._usd = round(cost(with_servers(topology, servers)).total, 2)
        return self._usd
