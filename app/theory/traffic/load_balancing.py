"""Streams from a load balancer, or a relay, to its servers, as far as theory can say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.schema import Value
from app.texts.text import Text
from app.theory.choices.known_choices import no_form_for
from app.theory.choices.no_closed_form import HELD_BACK, holds_back
from app.theory.queues.streams import Arrivals
from app.topology.model import Topology
from app.topology.nodes import Link, Node

_BY_LOAD = Text(
    "The balancer looks at connections before it chooses, so arrivals here depend on what every "
    "server is doing."
)
_BY_LOAD_UNLIKE = Text(
    "The balancer looks at connections before it chooses, and the servers are not alike: how many "
    "come here depends on how quick each is."
)
_BY_WEIGHT = Text(
    "The balancer deals requests out by unequal weights, so gaps between arrivals follow no known "
    "law."
)
_BY_USER = Text("Each user stays at one server, so a server's share depends on which users it has.")
_BY_TWO_DRAWS = Text(
    "The balancer sends a request to the less loaded of two draws, which may be the same server."
)
_CHECKED = Text("The balancer's deep checks queue here among the requests.")
_THINNED = Text("The balancer picks single requests from a stream that is not Poisson.")


def deal(
    topology: Topology, balancer: Node, links: Sequence[Link], whole: Arrivals
) -> tuple[list[float], Arrivals]:
    """The part of the traffic that each link gets, and how it comes there, all servers being up.

    What is picked at random from a Poisson stream is Poisson again; every n-th of it is Erlang.
    Where the parts are not known they are taken to be equal, and the stream is an estimate.
    """
    equal = [1.0 / len(links) for _ in links]
    if balancer.spec.relays:
        return equal, whole.every(len(links))
    if holds_back(balancer):
        return equal, whole.spoiled(HELD_BACK, estimated=not _alike(topology, links))
    match balancer.parameters["sticky"]:
        case "off":
            pass
        case "cookie":
            return equal, whole.spoiled(_BY_USER, estimated=True)
        case _:
            return equal, whole.spoiled(no_form_for(balancer, "sticky"), estimated=True)
    match balancer.parameters["check_type"]:
        case "request" | "connect" | "none":
            return _by_algorithm(topology, balancer, links, whole)
        case "deep":
            parts, _ = _by_algorithm(topology, balancer, links, whole)
            return parts, whole.spoiled(_CHECKED, estimated=True)
        case _:
            return equal, whole.spoiled(no_form_for(balancer, "check_type"), estimated=True)


def _by_algorithm(
    topology: Topology, balancer: Node, links: Sequence[Link], whole: Arrivals
) -> tuple[list[float], Arrivals]:
    count = len(links)
    equal = [1.0 / count for _ in links]
    match balancer.parameters["algorithm"]:
        case "round_robin":
            return equal, whole.every(count)
        case "weighted":
            weights = [_weight(topology, link) for link in links]
            if len(set(weights)) == 1:
                return equal, whole.every(count)
            return [one / sum(weights) for one in weights], whole.spoiled(_BY_WEIGHT)
        case "random":
            if whole.shape == 1 or count == 1:
                return equal, whole
            return equal, whole.spoiled(whole.doubt or _THINNED)
        case "least_connections" | "two_choices" as algorithm:
            if count == 1:
                return equal, whole
            if _alike(topology, links):
                evened = replace(whole.spoiled(_BY_LOAD), balanced=algorithm, among=count)
                return equal, evened
            return equal, whole.spoiled(_BY_LOAD_UNLIKE, estimated=True)
        case "random_two":
            return equal, whole if count == 1 else whole.spoiled(_BY_TWO_DRAWS, estimated=True)
        case "source_hash" | "consistent_hash":
            return equal, whole if count == 1 else whole.spoiled(_BY_USER, estimated=True)
        case _:
            return equal, whole.spoiled(no_form_for(balancer, "algorithm"), estimated=True)


def _weight(topology: Topology, link: Link) -> float:
    return float(topology.node(link.target).parameters.get("weight", 100.0))


def _alike(topology: Topology, links: Sequence[Link]) -> bool:
    """Return whether by symmetry each of several servers gets the same: nothing tells them
    apart.
    """

    def seen(link: Link) -> tuple[Mapping[str, Value], Mapping[str, str], float, object]:
        target = topology.node(link.target)
        beyond = {one.target: one.latency_ms for one in topology.links_from(link.target)}
        groups = {sort: name for sort, name in target.groups.items() if sort == "machine"}
        return target.parameters, groups, link.latency_ms, beyond

    return all(seen(link) == seen(links[0]) for link in links)
