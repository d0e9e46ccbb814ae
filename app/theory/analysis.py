"""Theory of a drawing before it runs: laws that always hold, and closed forms where any.

Everything here is about a healthy system in steady state; nothing is measured. The utilisation law
and the bottleneck law are those of P. Denning and J. Buzen, The Operational Analysis of Queueing
Network Models, ACM Computing Surveys 10(3), 1978.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from app.schema import Role
from app.texts.text import Text
from app.theory.choices.no_closed_form import TIMEOUTS, cuts_off
from app.theory.choices.touched_nodes import on_the_way
from app.theory.clients.closed_loop import Equilibrium, Loop, bound, settle
from app.theory.clients.offered_load import (
    RECORDED,
    VARIES,
    VARIES_NOW,
    changes,
    is_closed,
    is_recorded,
    loop_of,
    offer_of,
)
from app.theory.clients.response_time import Journey, journey
from app.theory.clients.retries import is_impatient, with_retries
from app.theory.queues.stations import Quality, Solution, Station, Waiting
from app.theory.queues.streams import NOTHING, Stream
from app.theory.saturation import Bottleneck, Saturation, saturation
from app.theory.traffic.dns_lookups import has_uneven_answers
from app.theory.traffic.flow import flow
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.paths.routing import lookup_links
from app.topology.servers.instances import at_most, scales_itself, with_servers
from app.topology.servers.outages import ALL_WELL, Outage, during


@dataclass(frozen=True, slots=True)
class NodeTheory:
    """A node's share of the traffic. `visits` are per request of any client, `demand_ms` the work
    that an average request brings here, `utilisation` what it asks of the cores, be others on its
    machine or not: more than 1 is more than they can do. `log_utilisation` is the time a replica's
    one lane of applying needs. These are laws, whatever the distributions, unless `traffic` is an
    approximation: the choice of who gets a request then follows no law.
    """

    node: str
    arrivals_rps: float
    visits: float
    demand_ms: float
    utilisation: float
    log_utilisation: float
    traffic: Quality
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
class Theory:
    """Everything that can be said of a drawing at one load without running it. `scaled_out` is
    where it saturates with every server that autoscalers may start; None where there are none.
    """

    load: float
    offered_rps: float
    bottleneck: Bottleneck | None
    saturation: Saturation | None
    scaled_out: Saturation | None
    clients: tuple[ClientTheory, ...]
    nodes: tuple[NodeTheory, ...]
    assumptions: tuple[Text, ...]


def analyse(
    drawn: Topology,
    load: float = 1.0,
    servers: Mapping[str, int] | None = None,
    *,
    at_s: float | None = None,
    outage: Outage = ALL_WELL,
) -> Theory:
    """The theory of a drawing with every client's load multiplied by `load` (0 or more).

    A node that stands for several servers counts with as many as `servers` says, by default with
    the least of them, each by itself. Rates that change are those of `at_s`, seconds into a run,
    if that is given. During an `outage`, what works has noticed what does not.
    """
    topology = during(with_servers(drawn, servers or {}), outage)
    clients = topology.of_role(Role.SENDS)
    loops = {node.id: loop_of(topology, node, load) for node in clients if is_closed(node)}
    offers = {node.id: offer_of(node, load, at_s) for node in clients if not is_closed(node)}
    equilibrium = settle(topology, tuple(loops.values()), offers)
    if (again := with_retries(topology, equilibrium, offers)) != offers:
        equilibrium = settle(topology, tuple(loops.values()), again)
    found = equilibrium.flow
    offered = sum(offer.rate for offer in equilibrium.offers.values())
    eager = {name: loop.as_if_open(bound(topology, loop)) for name, loop in loops.items()}
    offers = {**equilibrium.offers, **eager}
    limit = saturation(topology, load, found, offers)
    most = None
    if any(scales_itself(node) for node in drawn.nodes):
        full = during(at_most(drawn), outage)
        most = saturation(full, load, flow(full, offers), offers)
    return Theory(
        load,
        offered,
        limit[0] if limit else None,
        limit[1] if limit else None,
        most[1] if most else None,
        tuple(_client(topology, equilibrium, node) for node in clients),
        tuple(
            _node(name, station, found.solutions[name], offered)
            for name, station in found.stations.items()
        ),
        _assumptions(drawn, loops, outage, servers is not None, at_s is not None),
    )


def theory_to_json(theory: Theory) -> dict[str, Any]:
    """A theory as JSON values, texts in every language; a figure that is not known is None."""
    bottleneck, limit, most = theory.bottleneck, theory.saturation, theory.scaled_out
    return {
        "load": theory.load,
        "offered_rps": theory.offered_rps,
        "bottleneck": asdict(bottleneck) if bottleneck else None,
        "saturation": asdict(limit) if limit else None,
        "scaled_out": asdict(most) if most else None,
        "clients": {one.node: _without_node(one) for one in theory.clients},
        "nodes": {one.node: _without_node(one) for one in theory.nodes},
        "assumptions": [text.in_every_language() for text in theory.assumptions],
    }


def _without_node(one: ClientTheory | NodeTheory) -> dict[str, Any]:
    fields = {**asdict(one), "statement": one.statement.in_every_language()}
    del fields["node"]
    return fields


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
        _used(station, solution),
        station.log_utilisation,
        "approximation" if station.arrivals.estimated else "exact",
        solution.waiting,
        doubt if unseen and doubt else solution.statement,
    )


def _used(station: Station, solution: Solution) -> float:
    """Utilisation; what is rationed is taken by those who pass, and never more than there is."""
    if not station.rationed:
        return station.share
    refused = solution.waiting.refused if solution.waiting else 0.0
    return min(station.share * (1.0 - refused), 1.0)


def _client(topology: Topology, equilibrium: Equilibrium, client: Node) -> ClientTheory:
    found, offer = equilibrium.open_flow, equilibrium.offers.get(client.id, NOTHING)
    trip = journey(topology, found, client, offer) if offer.rate > 0.0 else None
    if client.id in equilibrium.latencies_ms:
        trip = Journey(equilibrium.latencies_ms[client.id], 1.0, equilibrium.quality == "exact")
    statement = _said(client, offer, trip)
    if unknown := on_the_way(topology, client):
        trip, statement = None, unknown
    elif trip and is_impatient(client, trip):
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
    if is_recorded(client):
        return RECORDED
    if offer.rate == 0.0:
        return _SILENT
    if trip is None:
        return _NO_MEAN
    return _EXACT_MEAN if trip.exact else _NEAR_MEAN


def _assumptions(
    topology: Topology, loops: Mapping[str, Loop], outage: Outage, counted: bool, timed: bool
) -> tuple[Text, ...]:
    """Return the assumptions made; `counted` says that servers are as many as a run has, `timed`
    that rates are those of a moment.
    """
    said = [_NOTICED if outage else _HEALTHY]
    if outage.lossy:
        said.append(LOSSLESS)
    nodes = topology.of_role(Role.SENDS)
    if any(lookup_links(topology, node) for node in nodes):
        said.append(_WARM)
    if any(has_uneven_answers(topology, node) for node in nodes):
        said.append(_UNEVEN)
    if any(changes(node) for node in nodes):
        said.append(VARIES_NOW if timed else VARIES)
    if any(is_recorded(node) for node in nodes):
        said.append(RECORDED)
    if any(scales_itself(node) for node in topology.nodes):
        said.append(_SERVERS_NOW if counted else _SERVERS_AT_LEAST)
    if any(cuts_off(node) for node in topology.nodes):
        said.append(TIMEOUTS)
    if loops:
        said.append(_CLOSED)
    return tuple(said)


_HEALTHY = Text(
    "Everything is up, the load has lasted long enough for a steady state, no user loses patience, "
    "and no queue is full unless a node says so."
)
_NOTICED = Text(
    "Everybody has noticed what is down, the load has lasted long enough for a steady state, no "
    "user loses patience, and no queue is full unless a node says so."
)
LOSSLESS: Final = Text("Messages that links lose are left out.")
_WARM = Text(
    "Name caches are warm: a run starts with empty ones, and after that they expire in waves."
)
_UNEVEN = Text(
    "Addresses are taken to get equal shares, but name servers with different TTLs or orders that "
    "are asked in turn may favour some addresses for long."
)
_SERVERS_NOW = Text("There are as many servers as autoscalers have started by now.")
_SERVERS_AT_LEAST = Text("There are as many servers as autoscalers keep at least.")
_CLOSED = Text("Closed loop: saturation is the population from which more users only wait longer.")
_SILENT = Text("It sends no requests.")
_NO_MEAN = Text("No mean can be given: a node on the way has no figure, or no request is answered.")
_IMPATIENT = Text("No mean can be given: users give up too early for a mean without them to hold.")
_EXACT_MEAN = Text(
    "The mean is exact: a closed form holds at every node on the way. Links add their latency "
    "there and back."
)
_NEAR_MEAN = Text(
    "The mean is an approximation: not every node on the way has a closed form. Links add their "
    "latency there and back."
)
