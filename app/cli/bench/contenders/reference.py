"""R1 as a drawing of the library, many times over, and as plain numbers for other simulators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from app.cli.bench.contenders.model import Model
from app.scenarios import library
from app.schema import Role, Value
from app.topology.model import Topology
from app.topology.nodes import Link, Node

NAME: Final = "reference-r1"
_ONE_OF_EACH: Final = (Role.SENDS, Role.FORWARDS)


def reference(copies: int = 1) -> Topology:
    """R1 with this many copies of every tier behind its one balancer, and as many more users.

    Each copy's web servers use their own copy's databases. The limits of what people may draw do
    not hold here.
    """
    topology = library.load(NAME).topology
    if copies == 1:
        return topology
    nodes: list[Node] = []
    for node in topology.nodes:
        if node.spec.role in _ONE_OF_EACH:
            nodes.append(_with_users(node, copies))
        else:
            nodes += [replace(node, id=f"{node.id}-{copy}") for copy in range(copies)]
    links: list[Link] = []
    for link in topology.links:
        ends = [topology.node(end) for end in (link.source, link.target)]
        if all(end.spec.role in _ONE_OF_EACH for end in ends):
            links.append(link)
            continue
        for copy in range(copies):
            source, target = (
                end.id if end.spec.role in _ONE_OF_EACH else f"{end.id}-{copy}" for end in ends
            )
            links.append(replace(link, id=f"{link.id}-{copy}", source=source, target=target))
    return Topology.of(nodes, links)


def rate_per_s(topology: Topology) -> float:
    """Requests a second that all users of a drawing send."""
    return sum(
        _number(node.parameters, "users") * _number(node.parameters, "requests_per_user")
        for node in topology.of_role(Role.SENDS)
    )


def reference_model() -> Model:
    """R1 in plain numbers, read off its drawing."""
    topology = reference()
    (users,) = topology.of_role(Role.SENDS)
    webs, databases = topology.of_role(Role.WORKS), topology.of_role(Role.KEEPS)
    web, primary, replica = (one.parameters for one in (webs[0], databases[0], databases[1]))
    return Model(
        rate_per_s=rate_per_s(topology),
        webs=len(webs),
        web_cores=int(_number(web, "cores")),
        web_ms=_number(web, "service_ms"),
        write_share=_number(users.parameters, "write_share") / 100.0,
        replicas=len(databases) - 1,
        database_cores=int(_number(primary, "cores")),
        read_ms=_number(replica, "read_ms"),
        write_ms=_number(primary, "write_ms"),
        hop_ms=topology.links[0].latency_ms,
    )


def _with_users(node: Node, copies: int) -> Node:
    if node.spec.role is not Role.SENDS:
        return node
    users = int(_number(node.parameters, "users")) * copies
    return replace(node, parameters={**node.parameters, "users": users})


def _number(parameters: Mapping[str, Value], name: str) -> float:
    return float(parameters[name])
