"""How a load balancer deals a stream out to its servers, as far as theory can say."""

from __future__ import annotations

from collections.abc import Sequence

from app.schema import Text
from app.topology.model import Link, Node, Topology
from app.topology.unsettled import HELD_BACK, holds_back
from app.topology.waiting import Arrivals

_BY_LOAD = Text(
    "The balancer looks at connections before it chooses, so arrivals here depend on what every "
    "server is doing.",
    "로드 밸런서가 연결 수를 보고 고르므로 도착이 모든 서버의 상황에 따라 달라집니다.",
)
_BY_WEIGHT = Text(
    "The balancer deals requests out by unequal weights, so gaps between arrivals follow no known "
    "law.",
    "로드 밸런서가 서로 다른 가중치로 나누므로 도착 간격이 알려진 분포를 따르지 않습니다.",
)
_BY_USER = Text(
    "Each user stays at one server, so a server's share depends on which users it has.",
    "사용자마다 한 서버에 머무르므로, 서버의 몫은 어떤 사용자를 맡느냐에 따라 달라집니다.",
)
_CHECKED = Text(
    "The balancer's deep checks queue here among the requests.",
    "로드 밸런서의 심층 점검이 요청과 함께 줄을 섭니다.",
)
_THINNED = Text(
    "The balancer picks single requests from a stream that is not Poisson.",
    "포아송이 아닌 흐름에서 로드 밸런서가 요청을 하나씩 골라 보냅니다.",
)


def deal(
    topology: Topology, balancer: Node, links: Sequence[Link], whole: Arrivals
) -> tuple[list[float], Arrivals]:
    """The part of the traffic that each link gets, and how it comes there, all servers being up.

    What is picked at random from a Poisson stream is Poisson again; every n-th of it is Erlang.
    """
    count = len(links)
    equal = [1.0 / count for _ in links]
    algorithm = str(balancer.parameters["algorithm"])
    if holds_back(balancer):
        return equal, Arrivals(None, HELD_BACK)
    if balancer.parameters["sticky"] != "off":
        return equal, Arrivals(None, _BY_USER)
    if balancer.parameters["check_type"] == "deep":
        return equal, Arrivals(None, _CHECKED)
    if algorithm == "weighted":
        weights = [_weight(topology, link) for link in links]
        if len(set(weights)) > 1:
            return [weight / sum(weights) for weight in weights], Arrivals(None, _BY_WEIGHT)
        algorithm = "round_robin"
    if count <= 1 or algorithm == "round_robin":
        return equal, whole.every(count)
    if algorithm in ("least_connections", "two_choices"):
        return equal, Arrivals(None, _BY_LOAD)
    if algorithm in ("source_hash", "consistent_hash"):
        return equal, Arrivals(None, _BY_USER)
    if whole.shape != 1:
        return equal, Arrivals(None, whole.doubt or _THINNED)
    return equal, whole


def _weight(topology: Topology, link: Link) -> float:
    target = topology.node(link.target)
    return float(target.parameters["weight"]) if target.kind == "web_server" else 100.0
