"""From end to end: the mean time of a client's requests, along every way they may take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from app.schema import Role
from app.theory.choices.assumed_choices import (
    assumed,
    assumed_drawing,
    page_of,
    read_links,
    write_links,
)
from app.theory.choices.no_closed_form import waits_for_replicas
from app.theory.queues.streams import Arrivals, Stream
from app.theory.traffic.flow import Flow
from app.theory.traffic.load_balancing import deal
from app.theory.traffic.shards import are_shards, parts_of
from app.topology.choices import is_on
from app.topology.model import Topology
from app.topology.nodes import Link, Node
from app.topology.paths.routing import (
    answering,
    cache_links,
    is_reachable,
    leaders,
    lookup_links,
    open_links,
    used_addresses,
)
from app.topology.replication.store_rings import is_member
from app.topology.servers.machines import slowdown_of

Part = Literal["network", "work", "all"]
"""Parts to count: links alone, links and work as if nobody ever waited, or everything."""


@dataclass(frozen=True, slots=True)
class Journey:
    """The mean time in ms of the requests that are answered, and the share that is."""

    time_ms: float
    answered: float
    exact: bool = True


def journey(
    topology: Topology, found: Flow, client: Node, offer: Stream, part: Part = "all"
) -> Journey | None:
    """The mean over a client's requests; None where theory has no figure for a node on the way,
    or when no request would be answered.
    """
    ways = _Ways(topology, found, leaders(assumed_drawing(topology)), part)
    addresses = used_addresses(topology, client)
    legs: list[tuple[float, Journey | None]] = []
    for weight, writes in ((offer.reads, False), (offer.writes, True)):
        if weight > 0.0:
            for link in addresses:
                reached = is_reachable(topology, link)
                leg = ways.along(link, writes) if reached else Journey(0.0, 0.0)
                if leg:
                    leg = replace(leg, time_ms=leg.time_ms + setup_ms(client, link))
                legs.append((weight / len(addresses), leg))
    whole = _mean(legs)
    if whole is None or whole.answered <= 0.0:
        return None
    asked, share = lookup_links(topology, client), found.lookups[client.id].share
    if not asked or share <= 0.0:
        return whole
    lookup = _mean([(1.0, ways.along(link, False)) for link in asked])
    if lookup is None:
        return None
    return Journey(whole.time_ms + share * lookup.time_ms, whole.answered, False)


def setup_ms(client: Node, link: Link) -> float:
    """Return a request's mean time for opening a connection in ms: round trips for TCP, and for
    TLS.
    """
    opened = 1.0 - float(client.parameters["connection_reuse_percent"]) / 100.0
    trips = 2 if is_on(assumed(client), "tls") else 1
    return opened * trips * 2.0 * link.latency_ms


@dataclass(frozen=True, slots=True)
class _Ways:
    topology: Topology
    found: Flow
    leader_of: dict[str, str]
    part: Part
    known: dict[tuple[str, bool], Journey | None] = field(default_factory=dict)

    def along(self, link: Link, writes: bool) -> Journey | None:
        """Return the journey along a link, through what lies behind, and back; computed once per
        link.
        """
        way = link.id, writes
        if way not in self.known:
            self.known[way] = self._along(link, writes)
        return self.known[way]

    def _along(self, link: Link, writes: bool) -> Journey | None:
        node = answering(self.topology, link.target)
        server = self.topology.node(link.source)
        trips, more_ms = 0, 0.0
        if node.spec.role is Role.KEEPS and not writes:
            trips, more_ms = page_of(server, node)
        here = self._at(node, writes, more_ms)
        beyond = self._beyond(node, writes)
        if here is None or beyond is None:
            return None
        return Journey(
            max(trips, 1) * (2.0 * link.latency_ms + here.time_ms) + beyond.time_ms,
            here.answered ** max(trips, 1) * beyond.answered,
            here.exact and beyond.exact,
        )

    def _at(self, node: Node, writes: bool, more_ms: float) -> Journey | None:
        if self.part == "network":
            return Journey(0.0, 1.0)
        if is_member(
            assumed(node)
        ):  # the time of the last answer that is waited for has no form here
            return None
        if node.id not in self.found.stations:
            return Journey(0.0, 1.0)
        station = self.found.stations[node.id]
        work_ms = 0.0 if station.rationed else station.works[writes][1]
        if more_ms:
            work_ms += more_ms * slowdown_of(self.found.crowds[node.id][0])
        if self.part == "work":
            return Journey(work_ms, 1.0)
        if writes and waits_for_replicas(node):  # nor has the time until they have it
            return None
        waiting = self.found.solutions[node.id].waiting
        if waiting is None:
            return None
        return Journey(waiting.time_of(work_ms), 1.0 - waiting.refused, waiting.quality == "exact")

    def _beyond(self, node: Node, writes: bool) -> Journey | None:
        if node.spec.role is Role.NAMES or node.spec.holds_data:
            return Journey(0.0, 1.0)
        links = open_links(self.topology, node)
        if node.spec.role is Role.WORKS:
            if not self.topology.links_from(node.id):
                return Journey(0.0, 1.0)
            pick = write_links if writes else read_links
            links = pick(self.topology, node, self.leader_of)
            caches = [] if writes else cache_links(self.topology, node)
            asked = [self.topology.node(link.target) for link in links]
            all_asked = len(links) > 1 and not are_shards(asked)
            if not writes and all_asked and float(node.parameters["read_replies"]) > 0:
                return None  # the time of the last answer that is waited for, again
            if caches:
                return self._past_caches(caches, links)
        if not links:
            return Journey(0.0, 0.0)
        parts: Sequence[float] = parts_of([self.topology.node(link.target) for link in links])
        if node.spec.role is Role.FORWARDS:
            parts, _ = deal(self.topology, node, links, Arrivals())
        return _mean(
            [(part, self.along(link, writes)) for link, part in zip(links, parts, strict=True)]
        )

    def _past_caches(self, caches: list[Link], links: list[Link]) -> Journey | None:
        """Return the journey of a read to a cache, and then to a database if it must."""
        asked = _mean([(1.0, self.along(link, False)) for link in caches])
        parts = parts_of([self.topology.node(link.target) for link in links])
        behind = _mean(
            [(part, self.along(link, False)) for link, part in zip(links, parts, strict=True)]
        )
        hits = sum(self.found.hits[link.target] for link in caches) / len(caches)
        if asked is None or behind is None:
            return None
        answered = hits + (1.0 - hits) * behind.answered
        if answered <= 0.0:
            return Journey(0.0, 0.0, False)
        missed = (1.0 - hits) * behind.answered * behind.time_ms / answered
        return Journey(asked.time_ms + missed, answered, False)


def _mean(legs: list[tuple[float, Journey | None]]) -> Journey | None:
    """Over several ways by weight; the time is that of the requests that are answered."""
    answered = time_ms = total = 0.0
    exact = True
    for weight, leg in legs:
        if leg is None:
            return None
        total += weight
        answered += weight * leg.answered
        time_ms += weight * leg.answered * leg.time_ms
        exact = exact and leg.exact
    if answered == 0.0:
        return Journey(0.0, 0.0, exact)
    return Journey(time_ms / answered, answered / total, exact)
