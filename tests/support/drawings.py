"""Drawings that many tests start from, made by edits as a person would make them."""

from collections.abc import Iterable

from app.schema import Value
from app.topology.edits.apply import AddLink, AddNode, Edit, apply
from app.topology.model import Topology


def node(kind: str, id: str, preset: str = "", /, **parameters: Value) -> AddNode:
    """A node of a kind, with some parameters set."""
    return AddNode(kind=kind, id=id, preset=preset, parameters=dict(parameters))


def link(source: str, target: str, latency_ms: float | None = None) -> AddLink:
    """A link, called ``source_target``; without a latency it has its kind's."""
    given: dict[str, Value] = {} if latency_ms is None else {"latency_ms": latency_ms}
    return AddLink(source=source, target=target, id=f"{source}_{target}", parameters=given)


def users(rate: float, id: str = "users-1", /, **parameters: Value) -> AddNode:
    """A client that sends `rate` requests a second."""
    return node("client", id, "", users=1000, requests_per_user=rate / 1000, **parameters)


def web(id: str = "web-1", /, **parameters: Value) -> AddNode:
    """A web server with a public address."""
    return node("web_server", id, "", **{"exposure": "public", **parameters})


def replica(id: str, /, **parameters: Value) -> AddNode:
    """A database that starts as a replica."""
    return node("database", id, "read_replica", **parameters)


def drawing(*edits: Edit) -> Topology:
    """The drawing that these edits make of an empty one."""
    return edited(Topology(), *edits)


def edited(topology: Topology, *edits: Edit) -> Topology:
    """The drawing after some edits."""
    for edit in edits:
        topology, _, _ = apply(topology, edit)
    return topology


def mmc(
    rho: float, cores: int = 1, *, service_ms: float = 10.0, queue_limit: int = 1_000_000
) -> Topology:
    """Users on one web server with `cores` cores, each busy for `rho` of the time: an M/M/c."""
    return drawing(
        users(rho * cores * 1000 / service_ms, patience_s=600.0),
        web(service_ms=service_ms, cores=cores, queue_limit=queue_limit),
        link("users-1", "web-1"),
    )


def tandem(rate: float, forward_ms: float, service_ms: float, read_ms: float) -> Topology:
    """One balancer, one web server and one database in a row, one core each."""
    return drawing(
        users(rate, patience_s=600.0, write_share=0.0),
        node("load_balancer", "lb-1", forward_ms=forward_ms, cores=1, queue_limit=1_000_000),
        web(service_ms=service_ms, cores=1, queue_limit=1_000_000),
        node("database", "db-1", read_ms=read_ms, cores=1, queue_limit=1_000_000),
        link("users-1", "lb-1"),
        link("lb-1", "web-1"),
        link("web-1", "db-1"),
    )


def balanced(rate: float, servers: int = 2, **balancer: Value) -> Topology:
    """Users on a balancer before some servers ``web-1`` ... that need no database."""
    names = [f"web-{number}" for number in range(1, servers + 1)]
    return drawing(
        users(rate),
        node("load_balancer", "lb-1", "", **balancer),
        *(node("web_server", name) for name in names),
        link("users-1", "lb-1"),
        *(link("lb-1", name) for name in names),
    )


def replicated(
    rate: float,
    replicas: Iterable[AddNode] = (replica("db-2"),),
    *,
    write_share: float = 20.0,
    replication_ms: float = 0.25,
    primary: dict[str, Value] | None = None,
    server: dict[str, Value] | None = None,
) -> Topology:
    """Users on one web server over a primary ``db-1`` and its replicas."""
    replicas = list(replicas)
    names = [str(one.id) for one in replicas]
    return drawing(
        users(rate, write_share=write_share),
        web("web-1", **{"cores": 16, **(server or {})}),
        node("database", "db-1", "", **(primary or {})),
        *replicas,
        link("users-1", "web-1"),
        *(link("web-1", name) for name in ("db-1", *names)),
        *(link("db-1", name, replication_ms) for name in names),
    )


def final_design(rate: float = 600.0) -> Topology:
    """Name server, balancer, two web servers, and a primary with two replicas."""
    servers, databases = ("web-1", "web-2"), ("db-1", "db-2", "db-3")
    return drawing(
        users(rate),
        node("dns", "dns-1"),
        node("load_balancer", "lb-1"),
        *(node("web_server", name, "", cores=8) for name in servers),
        node("database", "db-1"),
        replica("db-2"),
        replica("db-3"),
        link("users-1", "dns-1"),
        link("users-1", "lb-1"),
        *(link("lb-1", name) for name in servers),
        *(link(server, database) for server in servers for database in databases),
        link("db-1", "db-2"),
        link("db-1", "db-3"),
    )


def two_sites() -> Topology:
    """A name with two addresses and answers that are soon too old."""
    sites = ("web-1", "web-2")
    return drawing(
        users(300.0, dns_caches=50),
        node("dns", "dns-1", ttl_s=2.0),
        *(web(name) for name in sites),
        *(link("users-1", target) for target in ("dns-1", *sites)),
    )


def without_latency(topology: Topology) -> Topology:
    """The same drawing with links that take no time."""
    links = (
        type(one)(one.id, one.source, one.target, {**one.parameters, "latency_ms": 0.0})
        for one in topology.links
    )
    return Topology.of(topology.nodes, links)
