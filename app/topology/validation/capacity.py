"""Capacity problems: too few replicas for the commit mode, pools larger than max_connections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.schema import UnknownChoiceError
from app.texts.text import plural
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.replication.replication_groups import LED, mode_of
from app.topology.servers.instances import bounds
from app.topology.validation.problem import Problem

_WAITS: Final = plural(
    "{node} waits for {count} replica to commit and has {replicas}: after {seconds} s it "
    "no longer does.",
    "{node} waits for {count} replicas to commit and has {replicas}: after {seconds} s "
    "it no longer does.",
)
_TAKES_NONE: Final = plural(
    "{node} waits for {count} replica to commit and has {replicas}: it takes no writes.",
    "{node} waits for {count} replicas to commit and has {replicas}: it takes no writes.",
)
_POOLS: Final = plural(
    "Pools want {count} connection to {database}, which takes {most}: the last servers drawn find "
    "none left.",
    "Pools want {count} connections to {database}, which takes {most}: the last servers drawn find "
    "none left.",
)
_POOLS_IN_TIME: Final = plural(
    "Pools want {count} connection to {database} once autoscalers have started every server; it "
    "takes {most}, so the last ones find none left.",
    "Pools want {count} connections to {database} once autoscalers have started every server; it "
    "takes {most}, so the last ones find none left.",
)


def unkept(topology: Topology) -> Iterator[Problem]:
    """Commits that wait for more replicas than there are; pools of more connections than a database
    takes.
    """
    for group in topology.database_groups():
        for node in group if mode_of(group) == LED else ():
            if _leads(node) and (found := too_few_replicas(node, len(group) - 1)):
                yield found
    for database in topology.replicated():
        if found := too_many_connections(topology, database):
            yield found


def _leads(node: Node) -> bool:
    return node.parameters["role"] == "primary"


def too_few_replicas(node: Node, replicas: int) -> Problem | None:
    """A primary whose commits wait for more than so many replicas; None if they do not."""
    copies = int(node.parameters["sync_replicas"])
    match node.parameters["commit"]:
        case "async":
            return None
        case "semi_sync":
            text = _WAITS.given(count=copies)
        case "sync_receive" | "sync_flush" | "sync_apply":
            text = _TAKES_NONE.given(count=copies)
        case choice:
            raise UnknownChoiceError("commit", choice)
    if copies <= replicas:
        return None
    return Problem(
        "too_few_replicas",
        node.id,
        "",
        text.given(
            node=node.name,
            replicas=replicas,
            seconds=float(node.parameters["semi_sync_timeout_s"]),
        ),
    )


def too_many_connections(topology: Topology, database: Node) -> Problem | None:
    """A database that takes fewer connections than pools want; None if it takes enough."""
    limit = int(database.parameters["max_connections"])
    servers = [topology.node(link.source) for link in topology.links_to(database.id)]
    least, most = (
        sum(int(one.parameters.get("pool_size", 0)) * bounds(one)[end] for one in servers)
        for end in (0, 1)
    )
    if limit == 0 or most <= limit:
        return None
    now = least > limit
    return Problem(
        "too_many_connections",
        database.id,
        "",
        (_POOLS if now else _POOLS_IN_TIME).given(
            count=least if now else most, database=database.name, most=limit
        ),
    )
