"""What the inspector says of the machine that a node works on, and what things cost."""

from __future__ import annotations

from dataclasses import dataclass

from app.schema import Language, Text, plain
from app.topology.cost import PRICES, cost
from app.topology.fleets import at_least
from app.topology.machines import beside, cores_of
from app.topology.model import Node, Topology

_A_MONTH = Text("{usd} USD a month", "월 {usd}달러")


@dataclass(frozen=True, slots=True)
class CostView:
    """What a node, or the whole drawing, costs, and what the prices are."""

    usd: str
    prices: str


def cost_view(topology: Topology, node: Node | None, language: Language) -> CostView:
    """The cost of a node, or of everything."""
    found = cost(at_least(topology))
    usd = found.nodes[node.id] if node else found.total
    return CostView(_A_MONTH.say(language, usd=plain(round(usd))), PRICES.say(language))


def machine_words(topology: Topology, node: Node, language: Language) -> str:
    """With whom a node shares its cores, and where their number is set; "" if with nobody."""
    nodes = beside(topology, node)
    if len(nodes) < 2:
        return ""
    names, cores = ", ".join(one.name for one in nodes if one is not node), cores_of(nodes[0])
    text = Text(
        f"Shares its cores ({cores}) with {names}.", f"{names}와(과) 코어 {cores}개를 나눠 씁니다."
    )
    if nodes[0] is not node:
        host = nodes[0].name
        text = Text(
            f"{text.en} The machine's size is set at {host}.",
            f"{text.ko} 머신의 크기는 {host}에서 정합니다.",
        )
    return text.say(language)
