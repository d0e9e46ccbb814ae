"""Rate of clients' lookups at name servers, given the time to live of answers in their caches."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.theory.choices.assumed_choices import assumed
from app.topology.choices import shares_resolver
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.paths.routing import address_links, lookup_links


@dataclass(frozen=True, slots=True)
class Lookups:
    """A client's name lookups per second in warm steady state, and what one adds to a request."""

    rate: float
    share: float


def has_uneven_answers(topology: Topology, client: Node) -> bool:
    """Return whether name servers that keep or order answers in different ways hand out several
    addresses.

    Both are used in turn and may fall into step, so that some addresses are kept for longer than
    others; how the two turns slip against each other follows no law.
    """
    servers = [topology.node(link.target) for link in lookup_links(topology, client)]
    orders = {server.parameters["answer_order"] for server in servers}
    mixed = len(orders) > 1 and "fixed" in orders
    lives = {_kept_s(client, server) for server in servers}
    return (mixed or len(lives) > 1) and len(
        {link.id for link in address_links(topology, client)}
    ) > 1


def lookups_of(topology: Topology, client: Node, rate: float) -> Lookups:
    """Return the lookups that `rate` requests a second make first, with warm caches.

    A cache that n of them share is asked at a = rate / n. After a miss the answer takes D, during
    which every further request misses too, and the last of their answers holds for the TTL T; then
    the next request misses: a renewal cycle of 1 + aD misses and mean length D - (1 - e^-aD) / a +
    D + T + 1 / a. For D = 0 that is n a / (1 + aT). Exact for T >= D and constant D.
    """
    links = lookup_links(topology, client)
    if not links or rate <= 0.0:
        return Lookups(0.0, 0.0)
    if not address_links(topology, client):
        return Lookups(rate, 1.0)  # there is no answer that could be kept
    servers = [topology.node(link.target) for link in links]
    asks = zip(links, servers, strict=True)
    delay_ms = sum(2.0 * link.latency_ms + _number(one, "lookup_ms") for link, one in asks)
    delay_s = delay_ms / 1000.0 / len(links)
    keeps_s = sum(_kept_s(client, server) for server in servers) / len(servers)
    caches = _caches(client, keeps_s)
    each = rate / sum(count for count, _ in caches)
    misses = sum(count * _misses(each, delay_s, kept_s) for count, kept_s in caches)
    return Lookups(min(misses, rate), min(misses / rate, 1.0))


def _misses(each: float, delay_s: float, kept_s: float) -> float:
    """Lookups a second of one cache that is asked `each` times a second."""
    if kept_s == 0.0:
        return each
    last_miss_s = delay_s + math.expm1(-each * delay_s) / each
    cycle_s = last_miss_s + delay_s + kept_s + 1.0 / each
    return min((1.0 + each * delay_s) / cycle_s, each)


def _caches(client: Node, kept_s: float) -> list[tuple[int, float]]:
    """Return a client's caches as numbers of alike ones and the seconds for which they keep an
    answer.
    """
    if shares_resolver(assumed(client)):
        return [(1, kept_s)]
    count = int(_number(client, "dns_caches"))
    ignoring = round(count * _number(client, "ttl_ignored_percent") / 100.0)
    found = [(count - ignoring, kept_s), (ignoring, _number(client, "ttl_ignored_s"))]
    return [one for one in found if one[0]]


def _kept_s(client: Node, server: Node) -> float:
    """Return the seconds for which a client keeps a server's answers, unless it ignores the TTL."""
    ttl_s = min(_number(server, "ttl_s"), _number(client, "ttl_max_s"))
    return max(ttl_s, _number(client, "ttl_min_s"))


def _number(node: Node, name: str) -> float:
    return float(node.parameters[name])
