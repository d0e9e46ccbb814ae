"""What a drawing costs a month, at the catalogue's prices (see `app.kinds.sizes`)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.kinds.sizes import CATALOGUE_DATE, MANAGED_USD, USD_PER_CORE, size_of
from app.schema import Text
from app.topology.fleets import owner_of
from app.topology.machines import cores_of, machines
from app.topology.model import Node, Topology

PRICES = Text(
    f"Teaching prices as of {CATALOGUE_DATE}, rounded from on-demand prices of AWS in us-east-1; "
    f"{USD_PER_CORE:.0f} USD a month for each core with numbers of your own.",
    f"{CATALOGUE_DATE}년 기준 교육용 가격입니다. AWS us-east-1 온디맨드 가격을 반올림했으며, 직접 "
    f"정한 머신은 코어당 월 {USD_PER_CORE:.0f}달러입니다.",
)


@dataclass(frozen=True, slots=True)
class Cost:
    """US dollars a month, by node and in all. A machine is paid for once, at its first node."""

    nodes: Mapping[str, float]

    @property
    def total(self) -> float:
        """The whole drawing."""
        return math.fsum(self.nodes.values())


def cost(topology: Topology) -> Cost:
    """What everything on a drawing costs a month. Give it with each server of every node (see
    `app.topology.fleets`): they are paid for one by one.
    """
    paid = dict.fromkeys((node.id for node in topology.nodes), 0.0)
    for nodes in machines(topology):
        paid[nodes[0].id] = _price(nodes)
    whole: dict[str, float] = {}
    for name, usd in paid.items():
        whole[owner_of(name)] = whole.get(owner_of(name), 0.0) + usd
    return Cost(whole)


def cost_to_json(found: Cost) -> dict[str, Any]:
    """A cost as JSON values."""
    return {"total": found.total, "nodes": dict(found.nodes), "prices": PRICES.en}


def _price(nodes: Sequence[Node]) -> float:
    host = nodes[0]
    if len(nodes) == 1 and host.kind in MANAGED_USD:
        return MANAGED_USD[host.kind]
    size = size_of(host.parameters)
    return size.usd if size else USD_PER_CORE * cores_of(host)
