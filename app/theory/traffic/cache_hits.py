"""Hit ratio of a cache.

With a TTL from when a value was stored, a key that is asked for at rate l is found with probability
l T / (1 + l T), for Poisson requests. An LRU cache forgets what has not been asked for during a
time that is nearly the same for all keys, the one in which so many different keys are asked for as
it has room for (H. Che, Y. Tung, Z. Wang, Hierarchical Web caching systems, IEEE JSAC 20(7), 2002).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

from app.texts.text import Text
from app.theory.choices.known_choices import no_form_for
from app.topology.nodes import Node

MISSES: Final = Text(
    "Only what caches do not have comes here, which is not Poisson; a hit ratio without writes is "
    "assumed."
)
ONE_FETCH: Final = Text(
    "Misses of a key that is being fetched wait for it instead of coming here, so less comes than "
    "stated."
)
KEPT_UP: Final = Text(
    "Besides reads it is told what to store and what to forget, when databases answer."
)
_HALVINGS: Final = 60


_ALONE: Final = 1000
_WIDTH: Final = 0.01

Shares = tuple[tuple[float, int], ...]
"""Shares of requests that keys get, and how many keys get each."""


@lru_cache(maxsize=64)
def popularity(keys: int, exponent: float) -> Shares:
    """Return shares of requests and the number of keys with each, by Zipf's law.

    Beyond the first thousand, keys that are alike within a percent of their rank count as equal.
    """
    found: list[tuple[float, int]] = []
    first = 1
    while first <= keys:
        count = 1 if first <= _ALONE else min(int(first * _WIDTH), keys + 1 - first)
        middle = first + (count - 1) / 2.0
        found.append((middle**-exponent, count))
        first += count
    total = math.fsum(weight * count for weight, count in found)
    return tuple((weight / total, count) for weight, count in found)


def ttl_hits(shares: Shares, rate: float, ttl_s: float) -> float:
    """The hit ratio of a cache with room for all, at `rate` reads a second."""
    asked = ((share, count, share * rate * ttl_s) for share, count in shares)
    return math.fsum(count * share * mean / (1.0 + mean) for share, count, mean in asked)


def lru_hits(shares: Shares, capacity: int) -> float:
    """The hit ratio of a cache without TTL, by Che's approximation; it does not depend on the
    rate.
    """
    if capacity >= sum(count for _, count in shares):
        return 1.0
    low, high = 0.0, 1.0
    while _filled(shares, high) < capacity:
        high *= 2.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if _filled(shares, middle) < capacity else (low, middle)
    return math.fsum(-count * share * math.expm1(-share * high) for share, count in shares)


def _filled(shares: Shares, requests: float) -> float:
    """Different keys among so many requests."""
    return math.fsum(-count * math.expm1(-share * requests) for share, count in shares)


def misses_of(cache: Node) -> Text:
    """Return the reason why a cache's misses come to the databases otherwise than requests to
    it.
    """
    match cache.parameters["single_flight"]:
        case "off":
            return MISSES
        case "on":
            return ONE_FETCH
        case _:
            return no_form_for(cache, "single_flight")


def hit_ratio(cache: Node, rate: float) -> float:
    """The share of reads that a cache answers; by TTL or by room, whichever is tighter."""
    number = {name: float(cache.parameters[name]) for name in ("keys", "zipf", "ttl_s", "capacity")}
    if rate <= 0.0:
        return 0.0
    keys, zipf = int(number["keys"]), number["zipf"]
    return _hit_ratio(keys, zipf, rate, number["ttl_s"], int(number["capacity"]))


@lru_cache(maxsize=256)
def _hit_ratio(keys: int, zipf: float, rate: float, ttl_s: float, capacity: int) -> float:
    shares = popularity(keys, zipf)
    by_room = lru_hits(shares, capacity)
    return min(by_room, ttl_hits(shares, rate, ttl_s)) if ttl_s > 0.0 else by_room
