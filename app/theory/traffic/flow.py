"""Traffic of every client at each node, and the kind of its stream."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.schema import Role
from app.texts.text import Text
from app.theory.choices.assumed_choices import assumed, assumed_drawing, read_links, write_links
from app.theory.choices.known_choices import no_form_for
from app.theory.choices.no_closed_form import SHORT_OF_MEMORY, unsettled
from app.theory.choices.touched_nodes import touched
from app.theory.queues.closed_forms import solve
from app.theory.queues.relays import pass_on
from app.theory.queues.stations import NEGLIGIBLE, Solution, Station
from app.theory.queues.streams import NOTHING, TRACE, Arrivals, Stream, meet, unless_trace
from app.theory.traffic.cache_hits import KEPT_UP, ONE_FETCH, hit_ratio, misses_of
from app.theory.traffic.data_calls import data_calls
from app.theory.traffic.dns_lookups import Lookups, has_uneven_answers, lookups_of
from app.theory.traffic.load_balancing import deal
from app.theory.traffic.replication import PART_APPLIED, applies_all
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.paths.routing import (
    answering,
    cache_links,
    forwarders,
    is_reachable,
    leaders,
    lookup_links,
    open_links,
    used_addresses,
)
from app.topology.replication.replication_groups import peer_primaries
from app.topology.replication.store_rings import rings
from app.topology.servers.machines import (
    cores_of,
    counts_memory,
    machines,
    missing_share,
    shares,
    slowdown_of,
)

_FEW_MISS = Text(
    "A request that finds no name in its cache sets out only after the lookup, so arrivals are not "
    "quite Poisson."
)
_CACHED_ADDRESSES = Text(
    "Each name cache sends all its requests to one address until its answer expires, so arrivals "
    "here come and go with the caches."
)
_RESOLVED = Text(
    "The shared resolver deals requests out to its addresses; while it asks for them again, "
    "requests wait and then come together."
)
_LOOKUPS = Text(
    "Lookups come when caches expire: nearly Poisson once many caches are warm and out of step, in "
    "waves before that."
)
_SOME_LOST = Text(
    "One of the name servers cannot be reached: lookups there fail, and how many follows no law."
)
_CROWDED = Text("They come from a machine on which several nodes contend for the cores.")
_VOTES = Text(
    "Each request goes to all nodes that have a copy of its key at once, and popular keys make "
    "some nodes busier than stated."
)


@dataclass(slots=True)
class Flow:
    """The stations of a drawing with their traffic, and what theory says about each.

    `crowds` are all who work on a node's machine, the one that says how large it is first, `doubts`
    the sentences about choices that theory does not know, at the nodes they touch, and `hits` the
    share of its reads that each cache answers.
    """

    crowds: dict[str, tuple[Node, ...]]
    doubts: Mapping[str, Text]
    stations: dict[str, Station] = field(default_factory=dict)
    solutions: dict[str, Solution] = field(default_factory=dict)
    lookups: dict[str, Lookups] = field(default_factory=dict)
    unreachable: dict[str, float] = field(default_factory=dict)
    hits: dict[str, float] = field(default_factory=dict)


def flow(topology: Topology, offers: Mapping[str, Stream]) -> Flow:
    """Send what each client offers (nothing, if not said) through what is up of the drawing."""
    crowds = {node.id: crowd for crowd in machines(topology) for node in crowd}
    found = Flow(crowds, touched(topology))
    inflow: defaultdict[str, list[Stream]] = defaultdict(list)
    for client in topology.of_role(Role.SENDS):
        _set_out(topology, client, offers.get(client.id, NOTHING), inflow, found)
    leader_of = leaders(assumed_drawing(topology))
    for node in topology.of_role(Role.NAMES):
        _visit(found, node, inflow[node.id])
    for node in forwarders(topology):
        pass_through = _pass if node.spec.relays else _visit
        departures = pass_through(found, node, inflow[node.id])
        _go_on(topology, node, departures, inflow, leader_of)
    served = {
        node.id: _visit(found, node, inflow[node.id]) for node in topology.of_role(Role.WORKS)
    }
    for name, departures in _past_caches(topology, found, served, leader_of).items():
        _go_on(topology, topology.node(name), departures, inflow, leader_of)
    _visit_databases(topology, found, inflow, leader_of)
    _visit_stores(topology, found, inflow)
    for crowd in machines(topology):
        if len(crowd) > 1:
            _crowd(found, [node.id for node in crowd])
    return found


def _visit_databases(
    topology: Topology,
    found: Flow,
    inflow: Mapping[str, list[Stream]],
    leader_of: Mapping[str, str],
) -> None:
    """Add the visits of every database, with the log that it applies: its primary's, or those of
    all others where each takes writes.
    """
    written: defaultdict[str, list[Stream]] = defaultdict(list)
    for node in topology.replicated():
        asked = inflow.get(node.id, [])
        written[leader_of[node.id]] += [one for one in asked if one.writes > 0.0]
    others = peer_primaries(assumed_drawing(topology))
    for group in topology.database_groups():
        partly = None if applies_all(topology, group) else PART_APPLIED
        for node in group:
            work_ms = _number(node, "apply_ms") * slowdown_of(found.crowds[node.id][0])
            origins = others[node.id]
            if leader_of[node.id] != node.id:
                origins = (leader_of[node.id],)
            streams = [stream for one in origins for stream in written[one]]
            log = _Log(streams, work_ms, partly) if topology.is_up(node.id) else _NO_LOG
            _visit(found, node, inflow.get(node.id, []), log)


@dataclass(frozen=True, slots=True)
class _Log:
    """Log of others' writes that a database applies, each for a time; `doubt` says why it applies
    not all of them.
    """

    written: Sequence[Stream] = ()
    work_ms: float = 0.0
    doubt: Text | None = None

    @property
    def applying(self) -> tuple[float, float]:
        """Entries per second and the work of each; what takes none needs no core."""
        if self.work_ms <= TRACE or not self.written:
            return 0.0, 0.0
        return sum(stream.writes for stream in self.written), self.work_ms

    @property
    def estimated(self) -> bool:
        """True if the rate of entries is not known exactly."""
        unsure = self.doubt is not None or any(one.arrivals.estimated for one in self.written)
        return unsure and self.applying[0] > 0.0


def _visit_stores(topology: Topology, found: Flow, inflow: Mapping[str, list[Stream]]) -> None:
    """Add the visits of a store: a node of a ring works for all who ask the ring; any other, for
    those who ask it.
    """
    whole: dict[str, list[Stream]] = {}
    for ring in rings(assumed_drawing(topology)):
        asked = [(one, _copies(node, ring)) for node in ring for one in inflow.get(node.id, ())]
        reads = sum(one.reads * copies for one, copies in asked) / len(ring)
        writes = sum(one.writes * copies for one, copies in asked) / len(ring)
        more_ms = max((one.more_ms for one, _ in asked), default=0.0)
        even = Stream(reads, writes, Arrivals(None, _VOTES, estimated=True), more_ms)
        whole |= {node.id: [even] if topology.is_up(node.id) else [] for node in ring}
    for node in topology.of_role(Role.KEEPS):
        if node.spec.replication == "log":
            continue
        _visit(found, node, whole.get(node.id, inflow.get(node.id, [])))


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
        share = Stream(lookups.rate / len(asked), 0.0, Arrivals(1, _LOOKUPS, estimated=True))
        inflow[link.target].append(share)
    arrivals = offer.arrivals.every(max(len(addresses), 1))
    if asked and arrivals.shape is not None:
        several = len({link.id for link in addresses}) > 1
        arrivals = replace(
            offer.arrivals,
            shape=None if several else 1,
            doubt=offer.arrivals.doubt or (_kept_by(client) if several else _FEW_MISS),
        )
    if has_uneven_answers(topology, client):
        arrivals = replace(arrivals, estimated=True)
    if not all(is_reachable(topology, link) for link in asked):
        arrivals = arrivals.spoiled(_SOME_LOST, estimated=True)
    open_to = [link for link in addresses if is_reachable(topology, link)]
    part = len(open_to) / len(addresses) if addresses else 0.0
    nowhere = bool(asked) and not addresses  # a lookup fails before an address can be tried
    found.unreachable[client.id] = 0.0 if nowhere else offer.rate * (1.0 - part)
    doors = [answering(topology, link.target).id for link in open_to]
    if len({link.id for link in open_to}) == 1 and len(doors) == len(addresses) and not asked:
        arrivals = offer.arrivals  # one address, however many share it
    _deal(doors, Stream(offer.reads * part, offer.writes * part, arrivals), inflow)


def _kept_by(client: Node) -> Text:
    """Return the reason why requests do not come to one of several addresses as they set out."""
    match client.parameters["resolver"]:
        case "own":
            return _CACHED_ADDRESSES
        case "shared":
            return _RESOLVED
        case _:
            return no_form_for(client, "resolver")


def _deal(targets: Sequence[str], whole: Stream, inflow: defaultdict[str, list[Stream]]) -> None:
    """Deal a stream out in equal parts; its arrivals are already those of a part."""
    for target in targets:
        part = Stream(whole.reads / len(targets), whole.writes / len(targets), whole.arrivals)
        inflow[target].append(part)


def _pass(found: Flow, node: Node, streams: Sequence[Stream]) -> Stream:
    """Say what a relay lets pass, and solve it as a station if it holds anything back."""
    reads = sum(stream.reads for stream in streams)
    whole = Stream(reads, sum(stream.writes for stream in streams), meet(streams))
    limited = pass_on(assumed(node), whole, found.doubts.get(node.id))
    if limited is None:
        return whole
    found.stations[node.id], found.solutions[node.id], passed = limited
    return passed


_NO_LOG = _Log()


def _visit(found: Flow, node: Node, streams: Sequence[Stream], log: _Log = _NO_LOG) -> Stream:
    """Solve the station that a node is, and say what leaves it."""
    unknown = found.doubts.get(node.id)
    reads = sum(stream.reads for stream in streams)
    writes = sum(stream.writes for stream in streams)
    crowd = found.crowds[node.id]
    host = crowd[0]
    read_ms, write_ms = (
        unless_trace(_number(node, name) * slowdown_of(host)) for name in node.spec.work or ()
    )
    if float(node.parameters.get("working_set_gb", 0.0)) > 0.0:
        read_ms += missing_share(crowd) * _number(node, "disk_ms")
    pages = tuple(
        (one.reads, read_ms + one.more_ms * slowdown_of(host)) for one in streams if one.more_ms
    )
    plain = reads - sum(rate for rate, _ in pages)
    arrivals = meet(streams)
    arrivals = replace(arrivals, estimated=arrivals.estimated or log.estimated)
    if unknown:
        arrivals = arrivals.spoiled(unknown, estimated=True)
    station = found.stations[node.id] = Station(
        name=node.name,
        works=((plain, read_ms), (writes, write_ms), *pages),
        cores=cores_of(host),
        queue_limit=int(_number(node, "queue_limit")),
        arrivals=arrivals,
        distribution=str(node.parameters["distribution"]),
        scv=_scv(node),
        sharing=shares(host),
        applying=log.applying,
        unsettled=log.doubt
        or unsettled(node)
        or (SHORT_OF_MEMORY if counts_memory(crowd) else None),
        unknown=unknown,
    )
    solution = found.solutions[node.id] = solve(station)
    departures = solution.departures.spoiled(_CROWDED) if len(crowd) > 1 else solution.departures
    loses = solution.waiting is None or solution.waiting.refused > NEGLIGIBLE or station.unsettled
    passed_on = arrivals.estimated or (station.rate > 0.0 and bool(loses))
    return Stream(reads, writes, replace(departures, estimated=passed_on))


def _go_on(
    topology: Topology,
    node: Node,
    out: Stream,
    inflow: defaultdict[str, list[Stream]],
    leader_of: dict[str, str],
) -> None:
    if node.spec.role is Role.WORKS:
        for name, stream in data_calls(topology, node, out, leader_of):
            inflow[name].append(stream)
        return
    links = open_links(topology, node)
    if node.spec.role is Role.FORWARDS and links:
        parts, arrivals = deal(topology, node, links, out.arrivals)
        for link, part in zip(links, parts, strict=True):
            inflow[link.target].append(Stream(out.reads * part, out.writes * part, arrivals))


def _past_caches(
    topology: Topology,
    found: Flow,
    served: Mapping[str, Stream],
    leader_of: dict[str, str],
) -> dict[str, Stream]:
    """Return the streams from web servers to databases, behind what their caches have answered; a
    cache that no server fills answers nothing.
    """
    asked: defaultdict[str, list[Stream]] = defaultdict(list)
    fetched: defaultdict[str, float] = defaultdict(float)
    written: defaultdict[str, float] = defaultdict(float)
    links = {name: cache_links(topology, topology.node(name)) for name in served}
    for name, out in served.items():
        for link in links[name]:
            count = len(links[name])
            asked[link.target].append(Stream(out.reads / count, out.writes / count, out.arrivals))
            if read_links(topology, topology.node(name), leader_of):
                fetched[link.target] += out.reads / count
            if write_links(topology, topology.node(name), leader_of):
                written[link.target] += out.writes / count
    for cache in topology.of_role(Role.CACHES):
        reads = sum(stream.reads for stream in asked[cache.id])
        hits = hit_ratio(cache, reads) if fetched[cache.id] > 0.0 else 0.0
        found.hits[cache.id] = hits
        updates = written[cache.id] + (1.0 - hits) * fetched[cache.id]
        kept_up = Arrivals(None, KEPT_UP, estimated=True)
        _visit(found, cache, [Stream(reads, updates, kept_up)])
    past = dict(served)
    for name, out in served.items():
        if links[name]:
            missed = 1.0 - sum(found.hits[link.target] for link in links[name]) / len(links[name])
            asked_of = [topology.node(link.target) for link in links[name]]
            whys = dict.fromkeys(misses_of(one) for one in asked_of)
            why = ONE_FETCH if ONE_FETCH in whys else next(iter(whys))
            arrivals = out.arrivals.spoiled(why, estimated=True)
            past[name] = Stream(out.reads * missed, out.writes, arrivals)
    return past


def _scv(node: Node) -> float:
    """Squared coefficient of variation of the work; a hyperexponential has at least 1."""
    match node.parameters["distribution"]:
        case "exponential":
            return 1.0
        case "constant":
            return 0.0
        case "lognormal":
            return _number(node, "scv")
        case "hyperexponential":
            return max(_number(node, "scv"), 1.0)
        case _:
            return math.nan  # not used: the station has an `unknown`


def _number(node: Node, name: str) -> float:
    return float(node.parameters[name])
