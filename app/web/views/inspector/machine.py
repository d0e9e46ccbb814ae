"""The inspector's part about a node's machine, and about costs."""

from __future__ import annotations

from dataclasses import dataclass

from app.session.session import Session
from app.texts.languages import Language
from app.texts.text import Text
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.servers.cost import PRICES, cost
from app.topology.servers.instances import with_servers
from app.topology.servers.machines import beside, cores_of

_A_MONTH = Text("{usd} USD a month")


@dataclass(frozen=True, slots=True)
class CostView:
    """Cost of a node, or of the whole drawing, and the prices behind it."""

    usd: str
    prices: str


def cost_view(session: Session, node: Node | None, language: Language) -> CostView:
    """The cost of a node, or of everything, with the servers that there are now."""
    found = cost(with_servers(session.topology, session.servers))
    usd = found.nodes[node.id] if node else found.total
    return CostView(_A_MONTH.say(language, usd=round(usd)), PRICES.say(language))


def machine_words(topology: Topology, node: Node, language: Language) -> str:
    """With whom a node shares its cores, and where their number is set; "" if with nobody."""
    nodes = beside(topology, node)
    if len(nodes) < 2:
        return ""
    names, cores = ", ".join(one.name for one in nodes if one is not node), cores_of(nodes[0])
    text = Text("Shares its cores ({cores}) with {names}.", cores=cores, names=names)
    if nodes[0] is not node:
        host = nodes[0].name
        text = Text("{shares} The machine's size is set at {host}.", shares=text, host=host)
    return text.say(language)
