"""Settings under which a station's queue, or what comes to it, follows no closed form."""

from __future__ import annotations

from typing import Final

from app.schema import Text
from app.topology.model import Node

HELD_BACK: Final = Text(
    "The balancer holds requests back until a server has a connection free.",
    "서버의 연결이 빌 때까지 로드 밸런서가 요청을 붙잡아 둡니다.",
)
TRIED_AGAIN: Final = Text(
    "Whoever fails tries again, so more comes than stated once attempts fail.",
    "실패하면 다시 시도하므로, 실패가 생기면 적힌 것보다 많이 옵니다.",
)
SHORT_OF_MEMORY: Final = Text(
    "No closed form holds here: memory may run short. The figures leave out what requests take.",
    "여기에 성립하는 닫힌 공식이 없습니다. 메모리가 모자랄 수 있습니다. 수치는 요청이 쓰는 "
    "메모리를 뺀 것입니다.",
)
_WAITS_END: Final = Text(
    "No closed form holds here: who has waited for too long is turned away.",
    "여기에 성립하는 닫힌 공식이 없습니다. 너무 오래 기다린 요청은 거절됩니다.",
)
_WORKERS: Final = Text(
    "No closed form holds here: requests are turned away while its workers wait for a database.",
    "여기에 성립하는 닫힌 공식이 없습니다. 작업자가 데이터베이스를 기다리는 동안 거절됩니다.",
)


_COMMITS = Text(
    "No closed form holds here: a write also waits for replicas, which is in no formula.",
    "여기에 성립하는 닫힌 공식이 없습니다. 쓰기가 부 서버도 기다리는데, 이는 공식에 없습니다.",
)
POOLED: Final = Text(
    "Calls wait for a connection of the server's pool, so what comes here follows no law.",
    "호출이 서버의 연결 풀을 기다리므로 여기 오는 것은 알려진 법칙을 따르지 않습니다.",
)
BY_LAG: Final = Text(
    "Reads go to the replica that is least behind, so how many come here follows no law.",
    "읽기가 가장 덜 뒤처진 부 서버로 가므로 여기 얼마나 오는지는 알려진 법칙이 없습니다.",
)


BY_KEY: Final = Text(
    "Each key is written at its home, so what comes here depends on which keys are written.",
    "키마다 정해진 곳에서 쓰므로, 여기 오는 것은 어떤 키를 쓰는지에 달려 있습니다.",
)


PINNED: Final = Text(
    "Users' reads of their own writes go to the primary for a while, so it gets more reads than "
    "stated, and replicas fewer.",
    "사용자가 자기가 쓴 것을 한동안 주 서버에서 읽으므로, 주 서버는 여기 적힌 것보다 많이 읽고 부 "
    "서버는 적게 읽습니다.",
)
ASKS_ALL: Final = Text(
    "Each read asks every database here at once, so they are busy at the same times.",
    "읽기마다 여기의 모든 데이터베이스에 한꺼번에 물으므로 같은 때에 함께 바빠집니다.",
)
READ_BACK: Final = Text(
    "Users read back what they have written, so requests follow one another and are not Poisson.",
    "사용자가 쓴 것을 다시 읽어 요청이 잇따르므로 포아송이 아닙니다.",
)
TIMEOUTS: Final = Text(
    "Timeouts of nodes that wait for others are left out: nobody is taken to wait that long.",
    "다른 노드를 기다리는 노드의 시간 초과는 뺍니다. 그만큼 오래 기다리는 일은 없다고 봅니다.",
)
_TIMEOUTS: Final = {
    "load_balancer": ("connect_timeout_s", "response_timeout_s", "queue_timeout_s"),
    "web_server": ("data_timeout_s",),
}


def cuts_off(node: Node) -> bool:
    """Whether a node gives up on others after a time of its own choosing."""
    return any(_number(node, name) > 0 for name in _TIMEOUTS.get(node.kind, ()))


def paced(server: Node, reads_back: bool) -> Text | None:
    """Why what a web server asks of databases is not what came to it; None if it is. `reads_back`
    says whether users read what they have written.
    """
    if _number(server, "pool_size") > 0:
        return POOLED
    if server.parameters["write_routing"] == "home":
        return BY_KEY
    if reads_back and server.parameters["read_routing"] == "pin_after_write":
        return PINNED
    return BY_LAG if server.parameters["read_routing"] == "least_lag" else None


def unsettled(node: Node) -> Text | None:
    """Why no closed form holds for a node's queue, beyond what it is made of; None if one may."""
    if _number(node, "workers") > 0:
        return _WORKERS
    if waits_for_replicas(node):
        return _COMMITS
    if node.parameters.get("discipline") == "fifo" and _number(node, "wait_limit_s") > 0:
        return _WAITS_END
    return None


def waits_for_replicas(node: Node) -> bool:
    """Whether what a node has written waits for other nodes before it is answered."""
    given = node.parameters
    if given.get("replication") != "primary_replica" or given["role"] != "primary":
        return False
    return bool(given["commit"] != "async")


def holds_back(balancer: Node) -> bool:
    """Whether a balancer lets requests wait instead of its servers."""
    return _number(balancer, "max_connections") > 0


def reads_back(client: Node) -> bool:
    """Whether users read what they have written, on top of what they ask for otherwise."""
    return (
        client.parameters["arrivals"] in ("open", "table")
        and _number(client, "read_back_percent") > 0
    )


def tries_again(client: Node) -> bool:
    """Whether a client makes further attempts."""
    return client.parameters["retry"] != "never"


def _number(node: Node, name: str) -> float:
    return float(node.parameters.get(name, 0))
