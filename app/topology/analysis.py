"""What theory says of a drawing before it runs: laws that always hold, and closed forms where any.

Everything here is about a healthy system in steady state; nothing is measured. The utilisation law
and the bottleneck law are those of P. Denning and J. Buzen, The Operational Analysis of Queueing
Network Models, ACM Computing Surveys 10(3), 1978.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from app.schema import Text
from app.topology.closed_loop import Loop, bound, settle
from app.topology.fleets import at_least, owner_of, scales_itself
from app.topology.flow import Flow, Stream, flow
from app.topology.journey import Journey, journey
from app.topology.lookups import has_uneven_answers, lookups_of
from app.topology.model import Node, Topology
from app.topology.routing import lookup_links
from app.topology.unsettled import (
    READ_BACK,
    TIMEOUTS,
    TRIED_AGAIN,
    cuts_off,
    reads_back,
    tries_again,
)
from app.topology.waiting import Arrivals, Quality, Solution, Station, Waiting

Resource = Literal["cores", "log"]

_PATIENCE_MEANS: Final = 20.0
"""Patience of fewer mean latencies than this cuts off too many of them to be left out."""
_FACTOR_MAX: Final = 1e12
"""What so many times the load would not use up counts as never used up."""
_HALVINGS: Final = 100


@dataclass(frozen=True, slots=True)
class NodeTheory:
    """A node's share of the traffic. `visits` are per request of any client, `demand_ms` the work
    that an average request brings here, `utilisation` what it asks of the cores, be others on its
    machine or not: more than 1 is more than they can do. `log_utilisation` is the time a replica's
    one lane of applying needs.
    """

    node: str
    arrivals_rps: float
    visits: float
    demand_ms: float
    utilisation: float
    log_utilisation: float
    waiting: Waiting | None
    statement: Text


@dataclass(frozen=True, slots=True)
class ClientTheory:
    """A client's traffic, and the mean time of its requests that are answered, if known."""

    node: str
    offered_rps: float
    unreachable_rps: float
    lookups_rps: float
    lookup_share: float
    latency_ms: float | None
    quality: Quality | None
    statement: Text


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """What is used up first when the load grows, and how far it is used at this load."""

    node: str
    resource: Resource
    utilisation: float


@dataclass(frozen=True, slots=True)
class Saturation:
    """Where the bottleneck reaches 100 %: `factor` times the load analysed, which is then `load`
    (`rps` requests a second). Below, no node's cores have more to do than they can.
    """

    factor: float
    load: float
    rps: float


@dataclass(frozen=True, slots=True)
class Theory:
    """Everything that can be said of a drawing at one load without running it."""

    load: float
    offered_rps: float
    bottleneck: Bottleneck | None
    saturation: Saturation | None
    clients: tuple[ClientTheory, ...]
    nodes: tuple[NodeTheory, ...]
    assumptions: tuple[Text, ...]


def analyse(topology: Topology, load: float = 1.0) -> Theory:
    """The theory of a drawing with every client's load multiplied by `load` (0 or more).

    A node that stands for several servers counts with the least of them, each by itself.
    """
    drawn, topology = topology, at_least(topology)
    clients = topology.of_kind("client")
    loops = {node.id: _loop(node, load) for node in clients if _arrivals(node) == "closed"}
    offers = {node.id: _offer(node, load) for node in clients if node.id not in loops}
    alone = next(iter(loops.values())) if loops and len(clients) == 1 else None
    if alone:
        rate, found = settle(topology, alone)
        offers[alone.client.id] = alone.at(rate)
    else:
        offers |= {name: loop.at(bound(topology, loop)) for name, loop in loops.items()}
        found = flow(topology, offers)
    offered = sum(offer.rate for offer in offers.values())
    bottleneck, factor = _first_to_saturate(topology, found, offers)
    rps = offered * factor
    if alone and bottleneck:  # more users than would ask for that if nobody waited only wait
        factor = rps / bound(topology, alone)
    return Theory(
        load,
        offered,
        bottleneck,
        Saturation(factor, load * factor, rps) if bottleneck else None,
        tuple(_client(topology, found, node, offers[node.id]) for node in clients),
        tuple(
            _node(name, station, found.solutions[name], offered)
            for name, station in found.stations.items()
        ),
        _assumptions(drawn, len(clients), loops),
    )


def theory_to_json(theory: Theory) -> dict[str, Any]:
    """A theory as JSON values, texts in every language; a figure that is not known is None."""
    bottleneck, saturation = theory.bottleneck, theory.saturation
    return {
        "load": theory.load,
        "offered_rps": theory.offered_rps,
        "bottleneck": asdict(bottleneck) if bottleneck else None,
        "saturation": asdict(saturation) if saturation else None,
        "clients": {one.node: _without_node(asdict(one)) for one in theory.clients},
        "nodes": {one.node: _without_node(asdict(one)) for one in theory.nodes},
        "assumptions": [asdict(text) for text in theory.assumptions],
    }


def _without_node(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name != "node"}


def _arrivals(client: Node) -> str:
    return str(client.parameters["arrivals"])


def _changes(client: Node) -> bool:
    """Whether the rate of a client in an open loop is another at another time."""
    if _arrivals(client) == "table":
        return len(set(_rates(client))) > 1
    return _arrivals(client) == "open" and client.parameters["shape"] != "constant"


def _rates(client: Node) -> list[float]:
    rows = client.spec.parameter("rates").rows(client.parameters["rates"])
    return [rate for _, rate, *_ in rows]


def _number(node: Node, name: str) -> float:
    return float(node.parameters[name])


def _loop(client: Node, load: float) -> Loop:
    users = round(_number(client, "users") * load)
    return Loop(client, users, _number(client, "think_s"), _number(client, "write_share") / 100.0)


def _offer(client: Node, load: float) -> Stream:
    """What an open client sends; of a rate that changes, its base, or a table's last."""
    if _arrivals(client) == "recorded":
        return Stream(0.0, 0.0, Arrivals(None, _RECORDED))
    if _arrivals(client) == "table":
        rate = load * (_rates(client) or [0.0])[-1]
    else:
        rate = load * _number(client, "users") * _number(client, "requests_per_user")
    doubt = _VARIES if _changes(client) else TRIED_AGAIN if tries_again(client) else None
    pages = Stream.of(rate, _number(client, "write_share") / 100.0, Arrivals(1, doubt))
    if reads_back(client):
        more = pages.writes * _number(client, "read_back_percent") / 100.0
        pages = Stream(pages.reads + more, pages.writes, Arrivals(None, doubt or READ_BACK))
    parts = _number(client, "subrequests")
    if parts == 0.0 or pages.rate == 0.0:
        return pages
    return Stream(pages.reads + rate * parts, pages.writes, Arrivals(None, _PARTS))


def _first_to_saturate(
    topology: Topology, found: Flow, offers: Mapping[str, Stream]
) -> tuple[Bottleneck | None, float]:
    """The resource that reaches 100 % first as the load grows, and the factor at which it does.

    Everything grows in proportion to the load except name lookups, which caches hold down.
    """
    ways: list[tuple[float, Bottleneck]] = []
    resolving = {found.crowds[node.id][0].id for node in topology.of_kind("dns")}
    for name, station in found.stations.items():
        used, lane = station.utilisation, station.log_utilisation
        if used * _FACTOR_MAX > 1.0:
            server, factor = topology.node(name), 1.0 / used
            if server.kind == "dns":
                factor = _lookups_saturate(topology, server, station, offers)
            elif found.crowds[name][0].id in resolving:
                continue  # the name server on its machine is looked at
            ways.append((factor, Bottleneck(owner_of(name), "cores", used)))
        if lane * _FACTOR_MAX > 1.0:
            ways.append((1.0 / lane, Bottleneck(name, "log", lane)))
    factor, bottleneck = min(ways, key=lambda way: way[0], default=(math.inf, None))
    return (bottleneck, factor) if factor < _FACTOR_MAX else (None, 0.0)


def _lookups_saturate(
    topology: Topology, server: Node, station: Station, offers: Mapping[str, Stream]
) -> float:
    """The factor of the load at which a name server's cores are all busy with lookups, and with
    what others on its machine ask of them.
    """
    beside_ms = sum(rate * work for rate, work in station.beside)
    _, work_ms = station.works[0]
    askers = [
        (topology.node(name), offer.rate, len(lookup_links(topology, topology.node(name))))
        for name, offer in offers.items()
        if topology.link_between(name, server.id)
    ]

    def asked(factor: float) -> float:
        lookups = sum(
            lookups_of(topology, client, rate * factor).rate / servers
            for client, rate, servers in askers
        )
        return lookups * work_ms + factor * beside_ms

    room = 1000.0 * station.cores
    low, high = 0.0, 1.0
    while asked(high) < room and high < _FACTOR_MAX:
        low, high = high, 2.0 * high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if asked(middle) < room else (low, middle)
    return high


def _node(name: str, station: Station, solution: Solution, offered: float) -> NodeTheory:
    rate = sum(rate for rate, _ in station.works)
    busy_ms = station.rate * station.work_ms
    doubt = station.arrivals.doubt
    unseen = station.rate == 0.0 and doubt is not None
    return NodeTheory(
        name,
        rate,
        rate / offered if offered else 0.0,
        busy_ms / offered if offered else 0.0,
        station.share,
        station.log_utilisation,
        solution.waiting,
        doubt if unseen and doubt else solution.statement,
    )


def _client(topology: Topology, found: Flow, client: Node, offer: Stream) -> ClientTheory:
    trip = journey(topology, found, client, offer) if offer.rate > 0.0 else None
    statement = _said(client, offer, trip)
    if trip and _PATIENCE_MEANS * trip.time_ms > 1000.0 * _number(client, "patience_s"):
        trip, statement = None, _IMPATIENT
    lookups = found.lookups[client.id]
    quality: Quality | None = None
    if trip:
        quality = "exact" if trip.exact else "approximation"
    return ClientTheory(
        client.id,
        offer.rate,
        found.unreachable[client.id],
        lookups.rate,
        lookups.share,
        trip.time_ms if trip else None,
        quality,
        statement,
    )


def _said(client: Node, offer: Stream, trip: Journey | None) -> Text:
    if _arrivals(client) == "recorded":
        return _RECORDED
    if offer.rate == 0.0:
        return _SILENT
    if trip is None:
        return _NO_MEAN
    return _EXACT_MEAN if trip.exact else _NEAR_MEAN


def _assumptions(topology: Topology, clients: int, loops: Mapping[str, Loop]) -> tuple[Text, ...]:
    said = [_HEALTHY]
    nodes = topology.of_kind("client")
    if any(lookup_links(topology, node) for node in nodes):
        said.append(_WARM)
    if any(has_uneven_answers(topology, node) for node in nodes):
        said.append(_UNEVEN)
    if any(_changes(node) for node in nodes):
        said.append(_VARIES)
    if any(_arrivals(node) == "recorded" for node in nodes):
        said.append(_RECORDED)
    if any(scales_itself(node) for node in topology.nodes):
        said.append(_SCALES)
    if any(cuts_off(node) for node in topology.nodes):
        said.append(TIMEOUTS)
    if loops:
        said.append(_ALONE if clients == 1 else _BOUND)
    return tuple(said)


_HEALTHY = Text(
    "Everything is up, the load has lasted long enough for a steady state, no user loses patience, "
    "and no queue is full unless a node says so.",
    "모두 살아 있고, 정상 상태가 될 만큼 부하가 이어졌고, 기다리다 떠나는 사용자가 없으며, 노드에 "
    "따로 적히지 않은 한 대기열이 차지 않는다고 봅니다.",
)
_WARM = Text(
    "Name caches are warm: a run starts with empty ones, and after that they expire in waves.",
    "이름 캐시가 채워져 있다고 봅니다. 실행은 빈 캐시로 시작하고, 그 뒤 한동안은 몰려서 "
    "만료됩니다.",
)
_UNEVEN = Text(
    "Addresses are taken to get equal shares, but name servers with different TTLs or orders that "
    "are asked in turn may favour some addresses for long.",
    "주소마다 몫이 같다고 보지만, TTL이나 주소 순서가 다른 네임 서버에 차례로 물으면 일부 주소로 "
    "오래 쏠릴 수 있습니다.",
)
_VARIES = Text(
    "The load changes over time, so there is no steady state: figures are for its base rate (of a "
    "table, its last) as if it stayed.",
    "부하가 시간에 따라 변하므로 정상 상태가 없습니다. 수치는 기본 요청률(표라면 마지막 값)이 "
    "유지된다고 본 것입니다.",
)
_RECORDED = Text(
    "Recorded requests are played back as they are: theory leaves them out.",
    "기록된 요청은 그대로 재생되므로 이론은 이를 빼고 봅니다.",
)
_PARTS = Text(
    "The requests of one page follow one another, so they do not come at moments of their own: no "
    "closed form holds.",
    "한 페이지의 요청들은 잇따라 오므로 저마다의 시각에 오는 것이 아닙니다. 닫힌 공식이 없습니다.",
)
_SCALES = Text(
    "An autoscaler is left out: there are as many servers as it keeps at least.",
    "자동 확장은 빼고, 서버가 최소 수만큼 있다고 봅니다.",
)
_ALONE = Text(
    "Closed loop: saturation is the population from which more users only wait longer.",
    "폐쇄형: 포화는 사용자를 더 늘려도 대기만 길어지기 시작하는 사용자 수입니다.",
)
_BOUND = Text(
    "Besides other clients, those in a closed loop are counted with the most they can send, as if "
    "nobody waited for a core; waits are upper bounds for that.",
    "다른 클라이언트와 함께 있는 폐쇄형 클라이언트는 코어를 기다리지 않을 때 보낼 수 있는 최대치로 "
    "셉니다. 그래서 대기는 그만큼 크게 나옵니다.",
)
_SILENT = Text("It sends no requests.", "요청을 보내지 않습니다.")
_NO_MEAN = Text(
    "No mean can be given: a node on the way has no figure, or no request is answered.",
    "평균을 말할 수 없습니다. 경로에 수치가 없는 노드가 있거나 응답받는 요청이 없습니다.",
)
_IMPATIENT = Text(
    "No mean can be given: users give up too early for a mean without them to hold.",
    "평균을 말할 수 없습니다. 사용자가 너무 일찍 포기해 이를 무시한 평균이 맞지 않습니다.",
)
_EXACT_MEAN = Text(
    "The mean is exact: a closed form holds at every node on the way. Links add their latency "
    "there and back.",
    "평균은 정확합니다. 경로의 모든 노드에 닫힌 공식이 성립하고, 연결의 지연이 왕복으로 "
    "더해집니다.",
)
_NEAR_MEAN = Text(
    "The mean is an approximation: not every node on the way has a closed form. Links add their "
    "latency there and back.",
    "평균은 근사입니다. 경로의 노드 모두에 닫힌 공식이 있지는 않습니다. 연결의 지연이 왕복으로 "
    "더해집니다.",
)
