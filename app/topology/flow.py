"""How much of every client's traffic reaches each node, and in what kind of stream."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.schema import Text
from app.topology.caching import KEPT_UP, MISSES, ONE_FETCH, hit_ratio
from app.topology.dealing import deal
from app.topology.lookups import Lookups, lookups_of
from app.topology.machines import (
    cores_of,
    counts_memory,
    machines,
    missing_share,
    shares,
    slowdown_of,
)
from app.topology.model import Node, Topology
from app.topology.primaries import fellows
from app.topology.rings import page_of, rings
from app.topology.routing import (
    answering,
    cache_links,
    data_links,
    is_reachable,
    leaders,
    lookup_links,
    open_links,
    read_links,
    used_addresses,
    write_links,
)
from app.topology.unsettled import ASKS_ALL, SHORT_OF_MEMORY, paced, reads_back, unsettled
from app.topology.waiting import Arrivals, Solution, Station, solve

WORK = {
    "dns": ("lookup_ms", "lookup_ms"),
    "load_balancer": ("forward_ms", "forward_ms"),
    "web_server": ("service_ms", "service_ms"),
    "database": ("read_ms", "write_ms"),
    "cache": ("get_ms", "get_ms"),
    "store": ("read_ms", "write_ms"),
}
"""The parameters that say how much work a read and a write are, by kind."""

_TIERS = ("dns", "load_balancer")
_FEW_MISS = Text(
    "A request that finds no name in its cache sets out only after the lookup, so arrivals are not "
    "quite Poisson.",
    "캐시에 이름이 없는 요청은 조회가 끝난 뒤에야 출발하므로 도착이 완전한 포아송은 아닙니다.",
)
_CACHED_ADDRESSES = Text(
    "Each name cache sends all its requests to one address until its answer expires, so arrivals "
    "here come and go with the caches.",
    "이름 캐시마다 답이 만료될 때까지 모든 요청을 한 주소로 보내므로, 도착이 캐시에 따라 "
    "늘었다 줄었다 합니다.",
)
_RESOLVED = Text(
    "The shared resolver deals requests out to its addresses; while it asks for them again, "
    "requests wait and then come together.",
    "공유 리졸버가 요청을 주소들에 나눕니다. 주소를 다시 묻는 동안 요청이 기다렸다가 한꺼번에 "
    "옵니다.",
)
_LOOKUPS = Text(
    "Lookups come when caches expire: nearly Poisson once many caches are warm and out of step, in "
    "waves before that.",
    "조회는 캐시가 만료될 때 옵니다. 많은 캐시가 채워지고 시점이 흩어진 뒤에는 포아송에 가깝고, "
    "그 전에는 몰려서 옵니다.",
)
_SOME_LOST = Text(
    "One of the name servers cannot be reached: lookups there fail, and how many follows no law.",
    "네임 서버 하나에 닿을 수 없어 그쪽 조회가 실패합니다. 얼마나 실패하는지는 알려진 법칙이 "
    "없습니다.",
)
_SEVERAL = Text(
    "Several streams meet here, and not each of them is Poisson.",
    "여러 흐름이 여기서 만나는데, 모두가 포아송은 아닙니다.",
)
_CROWDED = Arrivals(
    None,
    Text(
        "They come from a machine on which several nodes contend for the cores.",
        "여러 노드가 코어를 다투는 머신에서 옵니다.",
    ),
)
_VOTES = Text(
    "Each request goes to all nodes that have a copy of its key at once, and popular keys make "
    "some nodes busier than stated.",
    "요청은 그 키의 복제본을 가진 모든 노드로 한꺼번에 가며, 인기 있는 키를 가진 노드는 여기 "
    "적힌 것보다 바쁩니다.",
)
_TRIPS = Text(
    "The round trips of one page follow one another, so they are not Poisson.",
    "한 페이지의 왕복들은 잇따라 오므로 포아송이 아닙니다.",
)
_SHARDS = Text(
    "Requests go by their keys, so nodes with popular keys get more than stated.",
    "요청이 키에 따라 나뉘므로 인기 있는 키를 가진 노드는 여기 적힌 것보다 많이 받습니다.",
)
_PICKED = Text(
    "Reads and writes part here from a stream that is more even than Poisson.",
    "포아송보다 고른 흐름에서 읽기와 쓰기가 갈라져 옵니다.",
)


@dataclass(frozen=True, slots=True)
class Stream:
    """Requests on their way along a link, per second."""

    reads: float
    writes: float
    arrivals: Arrivals
    more_ms: float = 0.0  # work of a read beyond what the node says

    @property
    def rate(self) -> float:
        """Reads and writes together."""
        return self.reads + self.writes

    @staticmethod
    def of(rate: float, write_share: float, arrivals: Arrivals) -> Stream:
        """A client's requests, of which a share writes. Next to nothing counts as nothing."""
        writes = rate * write_share
        reads = rate - writes
        return Stream(_unless_trace(reads), _unless_trace(writes), arrivals)


_NOTHING = Stream(0.0, 0.0, Arrivals())
_TRACE = 1e-18
"""Requests a second, or milliseconds of work, that are too few for floating point to divide by."""


@dataclass(slots=True)
class Flow:
    """The stations of a drawing with their traffic, and what theory says about each. `crowds` are
    all who work on a node's machine, the one that says how large it is first, and `hits` the share
    of its reads that each cache answers.
    """

    crowds: dict[str, tuple[Node, ...]]
    stations: dict[str, Station] = field(default_factory=dict)
    solutions: dict[str, Solution] = field(default_factory=dict)
    lookups: dict[str, Lookups] = field(default_factory=dict)
    unreachable: dict[str, float] = field(default_factory=dict)
    hits: dict[str, float] = field(default_factory=dict)


def flow(topology: Topology, offers: Mapping[str, Stream]) -> Flow:
    """Send what each client offers (nothing, if not said) through the drawing; all nodes are up."""
    found = Flow({node.id: crowd for crowd in machines(topology) for node in crowd})
    inflow: defaultdict[str, list[Stream]] = defaultdict(list)
    for client in topology.of_kind("client"):
        _set_out(topology, client, offers.get(client.id, _NOTHING), inflow, found)
    leader_of = leaders(topology)
    for kind in _TIERS:
        for node in topology.of_kind(kind):
            departures = _visit(found, node, inflow[node.id], (0.0, 0.0))
            _go_on(topology, node, departures, inflow, leader_of)
    served = {
        node.id: _visit(found, node, inflow[node.id], (0.0, 0.0))
        for node in topology.of_kind("web_server")
    }
    for name, departures in _past_caches(topology, found, served).items():
        _go_on(topology, topology.node(name), departures, inflow, leader_of)
    written: defaultdict[str, float] = defaultdict(float)
    for node in topology.of_kind("database"):
        written[leader_of[node.id]] += sum(stream.writes for stream in inflow[node.id])
    others = fellows(topology)
    for node in topology.of_kind("database"):
        leader = leader_of[node.id]
        apply_ms = _number(node, "apply_ms") * slowdown_of(found.crowds[node.id][0])
        takes_time = apply_ms > _TRACE  # what takes none needs no core
        sent = [written[leader]] if leader != node.id else [written[one] for one in others[node.id]]
        log = (sum(sent), apply_ms) if takes_time and sent else (0.0, 0.0)
        _visit(found, node, inflow[node.id], log)
    _visit_stores(topology, found, inflow)
    for crowd in machines(topology):
        if len(crowd) > 1:
            _crowd(found, [node.id for node in crowd])
    return found


def _visit_stores(topology: Topology, found: Flow, inflow: Mapping[str, list[Stream]]) -> None:
    """A node of a ring works for all who ask the ring; any other, for those who ask it."""
    whole: dict[str, list[Stream]] = {}
    for ring in rings(topology):
        asked = [(one, _copies(node, ring)) for node in ring for one in inflow.get(node.id, ())]
        reads = sum(one.reads * copies for one, copies in asked) / len(ring)
        writes = sum(one.writes * copies for one, copies in asked) / len(ring)
        more_ms = max((one.more_ms for one, _ in asked), default=0.0)
        even = Stream(reads, writes, Arrivals(None, _VOTES), more_ms)
        whole |= {node.id: [even] for node in ring}
    for node in topology.of_kind("store"):
        _visit(found, node, whole.get(node.id, inflow.get(node.id, [])), (0.0, 0.0))


def _copies(node: Node, ring: Sequence[Node]) -> int:
    return min(int(_number(node, "copies")), len(ring))


def _crowd(found: Flow, names: Sequence[str]) -> None:
    """Let each of the stations on one machine meet what the others ask of its cores."""
    loads = {name: found.stations[name].loads for name in names}
    for name in names:
        beside = tuple(one for other in names if other != name for one in loads[other])
        station = found.stations[name] = replace(found.stations[name], beside=beside)
        found.solutions[name] = solve(station)


def _set_out(
    topology: Topology,
    client: Node,
    offer: Stream,
    inflow: defaultdict[str, list[Stream]],
    found: Flow,
) -> None:
    asked, addresses = lookup_links(topology, client), used_addresses(topology, client)
    if asked and not any(is_reachable(topology, link) for link in asked):
        found.lookups[client.id], found.unreachable[client.id] = Lookups(0.0, 0.0), offer.rate
        return
    lookups = found.lookups[client.id] = lookups_of(topology, client, offer.rate)
    for link in asked:
        share = Stream(lookups.rate / len(asked), 0.0, Arrivals(1, _LOOKUPS))
        inflow[link.target].append(share)
    arrivals = offer.arrivals.every(max(len(addresses), 1))
    if asked and arrivals.shape is not None:
        several = len({link.id for link in addresses}) > 1
        shared = client.parameters["resolver"] == "shared"
        why = _RESOLVED if shared else _CACHED_ADDRESSES
        arrivals = Arrivals(None, why) if several else Arrivals(1, _FEW_MISS)
        arrivals = Arrivals(arrivals.shape, offer.arrivals.doubt or arrivals.doubt)
    if not all(is_reachable(topology, link) for link in asked):
        arrivals = Arrivals(None, _SOME_LOST)
    open_to = [link for link in addresses if is_reachable(topology, link)]
    part = len(open_to) / len(addresses) if addresses else 0.0
    nowhere = bool(asked) and not addresses  # a lookup fails before an address can be tried
    found.unreachable[client.id] = 0.0 if nowhere else offer.rate * (1.0 - part)
    doors = [answering(topology, link.target).id for link in open_to]
    if len({link.id for link in open_to}) == 1 and len(doors) == len(addresses) and not asked:
        arrivals = offer.arrivals  # one address, however many share it
    _deal(doors, Stream(offer.reads * part, offer.writes * part, arrivals), inflow)


def _deal(targets: Sequence[str], whole: Stream, inflow: defaultdict[str, list[Stream]]) -> None:
    """Deal a stream out in equal parts; its arrivals are already those of a part."""
    for target in targets:
        part = Stream(whole.reads / len(targets), whole.writes / len(targets), whole.arrivals)
        inflow[target].append(part)


def _visit(
    found: Flow, node: Node, streams: Sequence[Stream], applying: tuple[float, float]
) -> Stream:
    """Solve the station that a node is, and say what leaves it."""
    reads = sum(stream.reads for stream in streams)
    writes = sum(stream.writes for stream in streams)
    distribution = str(node.parameters["distribution"])
    crowd = found.crowds[node.id]
    host = crowd[0]
    read_ms, write_ms = (
        _unless_trace(_number(node, name) * slowdown_of(host)) for name in WORK[node.kind]
    )
    if float(node.parameters.get("working_set_gb", 0.0)) > 0.0:
        read_ms += missing_share(crowd) * _number(node, "disk_ms")
    pages = tuple(
        (one.reads, read_ms + one.more_ms * slowdown_of(host)) for one in streams if one.more_ms
    )
    plain = reads - sum(rate for rate, _ in pages)
    station = found.stations[node.id] = Station(
        name=node.name,
        works=((plain, read_ms), (writes, write_ms), *pages),
        cores=cores_of(host),
        queue_limit=int(_number(node, "queue_limit")),
        arrivals=_meet(streams),
        distribution=distribution,
        scv=_scv(node, distribution),
        sharing=shares(host),
        applying=applying,
        unsettled=unsettled(node) or (SHORT_OF_MEMORY if counts_memory(crowd) else None),
    )
    solution = found.solutions[node.id] = solve(station)
    return Stream(reads, writes, _CROWDED if len(crowd) > 1 else solution.departures)


def _go_on(
    topology: Topology,
    node: Node,
    out: Stream,
    inflow: defaultdict[str, list[Stream]],
    leader_of: dict[str, str],
) -> None:
    links = open_links(topology, node)
    if node.kind == "web_server":
        links = data_links(topology, node)
    if node.kind == "load_balancer" and links:
        parts, arrivals = deal(topology, node, links, out.arrivals)
        for link, part in zip(links, parts, strict=True):
            inflow[link.target].append(Stream(out.reads * part, out.writes * part, arrivals))
    elif node.kind == "web_server" and links:
        if doubt := paced(node, any(reads_back(one) for one in topology.of_kind("client"))):
            out = Stream(out.reads, out.writes, Arrivals(None, doubt))
        to_read, to_write = (
            [link.target for link in pick(topology, node, leader_of)]
            for pick in (read_links, write_links)
        )
        pages = [page_of(node, topology.node(one)) for one in to_read]
        if len(to_write) == 1 and to_read == to_write and not pages[0][0]:
            _deal(to_read, out, inflow)
            return
        picked = out.arrivals
        if len(to_read) > 1 and any(_is_shard(topology.node(one)) for one in to_read):
            picked = Arrivals(None, _SHARDS)
        if out.reads and out.writes and picked.shape is not None and picked.shape > 1:
            picked = Arrivals(None, _PICKED)
        reads = Stream(out.reads, 0.0, picked.every(len(to_read)))
        if len(to_read) > 1 and _number(node, "read_replies") > 0:
            reads = Stream(out.reads * len(to_read), 0.0, Arrivals(None, ASKS_ALL))
        for name, (trips, more_ms) in zip(to_read, pages, strict=True):
            part = reads.reads / len(to_read)
            if trips > 1:
                inflow[name].append(Stream(part * trips, 0.0, Arrivals(None, _TRIPS), more_ms))
            else:
                inflow[name].append(Stream(part, 0.0, reads.arrivals, more_ms))
        _deal(to_write, Stream(0.0, out.writes, picked.every(len(to_write))), inflow)


def _past_caches(
    topology: Topology, found: Flow, served: Mapping[str, Stream]
) -> dict[str, Stream]:
    """What web servers ask of databases when their caches have answered what they can."""
    asked: defaultdict[str, list[Stream]] = defaultdict(list)
    links = {name: cache_links(topology, topology.node(name)) for name in served}
    for name, out in served.items():
        for link in links[name]:
            count = len(links[name])
            asked[link.target].append(Stream(out.reads / count, out.writes / count, out.arrivals))
    for cache in topology.of_kind("cache"):
        reads = sum(stream.reads for stream in asked[cache.id])
        hits = found.hits[cache.id] = hit_ratio(cache, reads)
        told = sum(stream.writes for stream in asked[cache.id]) + (1.0 - hits) * reads
        _visit(found, cache, [Stream(reads, told, Arrivals(None, KEPT_UP))], (0.0, 0.0))
    past = dict(served)
    for name, out in served.items():
        if links[name]:
            missed = 1.0 - sum(found.hits[link.target] for link in links[name]) / len(links[name])
            asked_of = [topology.node(link.target) for link in links[name]]
            single = any(cache.parameters["single_flight"] == "on" for cache in asked_of)
            why = ONE_FETCH if single else MISSES
            past[name] = Stream(out.reads * missed, out.writes, Arrivals(None, why))
    return past


def _is_shard(node: Node) -> bool:
    return node.kind == "store" and node.parameters["family"] == "key_value"


def _meet(streams: Iterable[Stream]) -> Arrivals:
    """How arrivals come where streams meet: Poisson streams stay Poisson together.

    That holds though they come from one client by different ways: in a network without loops whose
    stations keep Poisson streams Poisson, every flow is Poisson (Burke 1956; Kelly 1979, ch. 3).
    """
    parts = [one.arrivals for one in streams if one.rate > 0.0 or one.arrivals.shape is None]
    if len(parts) == 1 or (len(set(parts)) == 1 and parts[0].shape is None):
        return parts[0]
    if all(part.shape == 1 for part in parts):
        return Arrivals(1, next((part.doubt for part in parts if part.doubt), None))
    return Arrivals(None, _SEVERAL)


def _scv(node: Node, distribution: str) -> float:
    """Squared coefficient of variation of the work; a hyperexponential has at least 1."""
    fixed = {"exponential": 1.0, "constant": 0.0}
    if distribution in fixed:
        return fixed[distribution]
    scv = _number(node, "scv")
    return max(scv, 1.0) if distribution == "hyperexponential" else scv


def _unless_trace(amount: float) -> float:
    return amount if amount > _TRACE else 0.0


def _number(node: Node, name: str) -> float:
    return float(node.parameters[name])
