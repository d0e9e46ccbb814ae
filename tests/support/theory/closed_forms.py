"""Drawings in which a closed form holds everywhere, so that it can be seen to be lost."""

from dataclasses import replace

from app.kinds import KINDS
from app.schema import Kind, Parameter
from app.topology.edits.apply import SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, edited, link, node, replica, users, web
from tests.support.parameter_cases import CASES

CHOICES = [
    (kind, parameter) for kind in KINDS for parameter in kind.parameters if parameter.choices
]
"""Every parameter with choices, of every kind."""


def exact_web() -> Topology:
    """A balancer that picks at random, two servers, and a primary over a replica that applies at
    once. All are busy, with one core each.
    """
    servers, databases = ("web-1", "web-2"), ("db-1", "db-2")
    return drawing(
        users(120.0, write_share=40.0),
        node("load_balancer", "lb-1", "", algorithm="random", forward_ms=2.0, cores=1),
        *(node("web_server", name, "", service_ms=8.0, cores=1) for name in servers),
        node("database", "db-1", "", read_ms=6.0, write_ms=6.0, cores=1),
        replica("db-2", apply_ms=0.0, read_ms=6.0, write_ms=6.0, cores=1),
        link("users-1", "lb-1"),
        *(link("lb-1", name) for name in servers),
        *(link(server, database) for server in servers for database in databases),
        link("db-1", "db-2"),
    )


def exact_store() -> Topology:
    """Users, a server and a store of one core each."""
    return drawing(
        users(60.0),
        web(service_ms=8.0, cores=1),
        node("store", "store-1", "", read_ms=8.0, write_ms=8.0, cores=1),
        link("users-1", "web-1"),
        link("web-1", "store-1"),
    )


def changed(topology: Topology, name: str, parameter: str, value: str) -> Topology:
    """A drawing with a parameter of a node set to anything at all."""
    nodes = (
        replace(one, parameters={**one.parameters, parameter: value}) if one.id == name else one
        for one in topology.nodes
    )
    return Topology.of(nodes, topology.links, topology.peerings)


def where(kind: Kind, parameter: Parameter) -> tuple[Topology, str]:
    """A drawing with nothing but closed forms in which the parameter is in use, if there is one;
    else that of its case.
    """
    for topology in (exact_web(), exact_store()):
        for one in topology.of_kind(kind.name):
            if kind.in_use(parameter, one.parameters):
                return topology, one.id
    case = CASES[kind.name, parameter.name]
    among = SetNode(node=case.node, parameters=dict(case.among))
    return edited(case.drawn(), among), case.node
