"""What the inspector says of the machine that a node works on."""

from __future__ import annotations

from app.schema import Language, Text
from app.topology.machines import beside, cores_of
from app.topology.model import Node, Topology


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
