"""Cost of a drawing a month, at the catalogue's prices (see `app.kinds.machine_sizes`)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.kinds.machine_sizes import CATALOGUE_DATE, USD_PER_CORE, size_of
from app.texts.text import Text
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.servers.instances import owner_of
from app.topology.servers.machines import cores_of, machines

PRICES = Text(
    "Teaching prices as of {date}, rounded from on-demand prices of AWS in us-east-1; {usd} USD a "
    "month for each core with numbers of your own.",
    date=CATALOGUE_DATE,
    usd=round(USD_PER_CORE),
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost in US dollars a month, by node and in all. A machine is paid for once, at its first
    node.
    """

    nodes: Mapping[str, float]

    @property
    def total(self) -> float:
        """The whole drawing."""
        return math.fsum(self.nodes.values())


def cost(topology: Topology) -> Cost:
    """Add up what a drawing costs a month. Give it with each server of every node (see
    `app.topology.servers.instances`): they are paid for one by one.
    """
    hosts = {nodes[0].id: price_of(nodes) for nodes in machines(topology)}
    paid = {node.id: hosts.get(node.id, _bought(node)) for node in topology.nodes}
    whole: dict[str, float] = {}
    for name, usd in paid.items():
        whole[owner_of(name)] = whole.get(owner_of(name), 0.0) + usd
    return Cost(whole)


def cost_to_json(found: Cost) -> dict[str, Any]:
    """A cost as JSON values."""
    return {"total": found.total, "nodes": dict(found.nodes), "prices": PRICES.en}


def _bought(node: Node) -> float:
    """The price of what stands on no machine; 0 for a machine's further nodes."""
    return 0.0 if node.spec.is_station else node.spec.price_usd or 0.0


def price_of(nodes: Sequence[Node]) -> float:
    """The price of a machine by its nodes, in US dollars a month."""
    host = nodes[0]
    if len(nodes) == 1 and host.spec.price_usd is not None:
        return host.spec.price_usd
    size = size_of(host.parameters)
    return size.usd if size else USD_PER_CORE * cores_of(host)
