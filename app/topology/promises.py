"""What databases are asked for and cannot give: copies that there are not, connections over the
limit.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.schema import Text
from app.topology.model import Node, Topology
from app.topology.primaries import LED, mode_of
from app.topology.problem import Problem


def unkept(topology: Topology) -> Iterator[Problem]:
    """Commits that wait for more replicas than there are; pools of more connections than a database
    takes.
    """
    for group in topology.database_groups():
        for node in group if mode_of(group) == LED else ():
            if _leads(node) and (found := _too_few_copies(node, len(group) - 1)):
                yield found
    for database in topology.of_kind("database"):
        if found := _too_many_connections(topology, database):
            yield found


def _leads(node: Node) -> bool:
    return node.parameters["role"] == "primary"


def _too_few_copies(node: Node, replicas: int) -> Problem | None:
    mode, copies = str(node.parameters["commit"]), int(node.parameters["sync_replicas"])
    if mode == "async" or copies <= replicas:
        return None
    wait_s = float(node.parameters["semi_sync_timeout_s"])
    ends = mode == "semi_sync"
    return Problem(
        "too_few_replicas",
        node.id,
        "",
        Text(
            f"{node.name} waits for {copies} replicas to commit and has {replicas}: "
            + (f"after {wait_s:g} s it no longer does." if ends else "it takes no writes."),
            f"{node.name}은(는) 커밋할 때 부 서버 {copies}대를 기다리는데 {replicas}대뿐입니다. "
            + (f"{wait_s:g}초 뒤에는 기다리지 않습니다." if ends else "쓰기를 받지 못합니다."),
        ),
    )


def _too_many_connections(topology: Topology, database: Node) -> Problem | None:
    most = int(database.parameters["max_connections"])
    servers = [topology.node(link.source) for link in topology.links if link.target == database.id]
    wanted = sum(int(one.parameters.get("pool_size", 0)) for one in servers)
    if most == 0 or wanted <= most:
        return None
    return Problem(
        "too_many_connections",
        database.id,
        "",
        Text(
            f"Pools want {wanted} connections to {database.name}, which takes {most}: "
            "the last servers drawn find none left.",
            f"풀들이 {database.name}에 연결 {wanted}개를 원하지만 {most}개까지만 받습니다. "
            "나중에 그린 서버는 연결을 얻지 못합니다.",
        ),
    )
