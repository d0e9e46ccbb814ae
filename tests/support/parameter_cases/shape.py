"""What a case is: a value of a parameter, and a drawing in which it matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.actions import AnyFault
from app.schema import Value
from app.topology.edits.apply import Edit, SetNode
from app.topology.model import Topology
from tests.support.drawings import drawing, edited, final_design, link, node, users, web


def all_kinds() -> Topology:
    """Every kind at work, in the way that it is meant to be."""
    return final_design(300.0)


def impatient() -> Topology:
    """Every kind at work, on the edge, for users who soon hang up, and whose balancer says so."""
    return edited(
        final_design(400.0),
        SetNode(node="users-1", parameters={"patience_s": 0.06}),
        SetNode(node="lb-1", parameters={"cancels": "on"}),
        SetNode(node="web-1", parameters={"cores": 1, "service_ms": 4.0, "cancels": "on"}),
        SetNode(node="web-2", parameters={"cores": 1, "service_ms": 5.0, "cancels": "on"}),
        SetNode(node="db-2", parameters={"cores": 1, "read_ms": 6.0}),
    )


def cached() -> Topology:
    """Every kind at work, and a cache that forgets soon."""
    return edited(
        final_design(300.0),
        node("cache", "cache-1", keys=1000, ttl_s=2.0),
        link("web-1", "cache-1"),
        link("web-2", "cache-1"),
    )


def stored() -> Topology:
    """Two web servers over two nodes that share the keys."""
    names = ("store-1", "store-2")
    return drawing(
        users(300.0),
        node("load_balancer", "lb-1"),
        *(web(name, cores=8) for name in ("web-1", "web-2")),
        *(node("store", name, read_ms=3.0) for name in names),
        link("users-1", "lb-1"),
        *(link("lb-1", name) for name in ("web-1", "web-2")),
        *(link(server, name) for server in ("web-1", "web-2") for name in names),
    )


def walked() -> Topology:
    """A web server whose pages walk three hops, over two stores."""
    return drawing(
        users(50.0),
        web("web-1", cores=8, page="three_hop_traversal", fan_out=2),
        node("store", "store-1", keys=100),
        node("store", "store-2", keys=100),
        link("users-1", "web-1"),
        link("web-1", "store-1"),
        link("web-1", "store-2"),
    )


def apart() -> Topology:
    """A web server whose pages need several things, over a document store."""
    return drawing(
        users(50.0),
        web("web-1", cores=8),
        node("store", "store-1", "document"),
        link("users-1", "web-1"),
        link("web-1", "store-1"),
    )


def ring() -> Topology:
    """A web server over a ring of four."""
    names = [f"store-{number}" for number in range(1, 5)]
    return drawing(
        users(300.0),
        web("web-1", cores=8, check_interval_s=0.5),
        *(node("store", name, "wide_column", keys=50) for name in names),
        link("users-1", "web-1"),
        *(link("web-1", name) for name in names),
        *(link("store-1", name, 1.0) for name in names[1:]),
    )


@dataclass(frozen=True)
class Case:
    """A value of a parameter, and where it matters: which node, among what other settings."""

    node: str
    value: Value
    among: Mapping[str, Value] = field(default_factory=dict)
    drawn: Callable[[], Topology] = all_kinds
    resized: str = ""  # a node that gets more cores later
    later: tuple[Edit, ...] = ()  # what else is edited later
    script: tuple[tuple[float, AnyFault], ...] = ()  # what else happens, and when


BUSY: Mapping[str, Mapping[str, Value]] = {
    "dns": {"ttl_s": 0.0, "lookup_ms": 2.0, "cores": 1},
    "load_balancer": {"forward_ms": 2.0, "cores": 1},
    "web_server": {"service_ms": 15.0, "cores": 4},
    "database": {"read_ms": 4.0, "cores": 1},
    "cache": {"get_ms": 3.0, "cores": 1},
    "store": {"read_ms": 3.0, "cores": 1},
}
"""Stations that are busy enough to make requests wait, where nothing else may be the reason."""

BROKEN = {
    "dns": "dns-1",
    "load_balancer": "lb-1",
    "web_server": "web-1",
    "database": "db-3",
    "cache": "cache-1",
    "store": "store-2",
}
"""Nodes that crash and come back."""

NODES = {
    "dns": "dns-1",
    "load_balancer": "lb-1",
    "web_server": "web-2",
    "database": "db-2",
    "cache": "cache-1",
    "store": "store-2",
}
DRAWN: dict[str, Callable[[], Topology]] = {"cache": cached, "store": stored}


def station(kind: str) -> dict[tuple[str, str], Case]:
    """What all kinds that work on requests have in common."""
    busy, at = BUSY[kind], NODES[kind]
    drawn = DRAWN.get(kind, all_kinds)
    return {
        (kind, "cores"): Case(at, 3, busy, drawn),
        (kind, "queue_limit"): Case(at, 1, busy, drawn),
        (kind, "distribution"): Case(at, "constant", busy, drawn),
        (kind, "scv"): Case(at, 9.0, {**busy, "distribution": "hyperexponential"}, drawn),
        (kind, "discipline"): Case(at, "processor_sharing", busy, drawn),
        (kind, "boot_s"): Case(BROKEN[kind], 1.5, {}, drawn),
        (kind, "resize_restarts"): Case(at, "restart", busy, drawn, resized=at),
    }
