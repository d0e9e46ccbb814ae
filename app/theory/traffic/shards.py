"""Shards: the part of the requests that each of several nodes gets which divide the keys up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.theory.choices.assumed_choices import assumed
from app.topology.choices import is_shard
from app.topology.nodes import Node

_SALT: Final = np.uint64(0xE7037ED1A0B428DB)
_MULTIPLIERS: Final = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_SHIFTS: Final = np.uint64(30), np.uint64(27), np.uint64(31)


def are_shards(nodes: Sequence[Node]) -> bool:
    """Return whether several nodes divide the keys up, so that a server goes by the key."""
    return len(nodes) > 1 and all(is_shard(assumed(node)) for node in nodes)


def parts_of(nodes: Sequence[Node]) -> tuple[float, ...]:
    """The part of a server's requests that comes to each of the nodes it asks: by the keys that
    shards have, else the same to each. The first shard says how many keys there are, and how
    popular. Empty where there is nobody to ask.
    """
    if not nodes:
        return ()
    if not are_shards(nodes):
        return (1.0 / len(nodes),) * len(nodes)
    first = nodes[0].parameters
    return shard_shares(int(first["keys"]), float(first["zipf"]), len(nodes))


@lru_cache(maxsize=32)
def shard_shares(keys: int, zipf: float, shards: int) -> tuple[float, ...]:
    """The part of the requests that comes to each shard, in the order of a server's links: each has
    the keys whose hash modulo their number is its place, the k-th key k^-zipf of the popularity.
    """
    weights = np.arange(1, keys + 1, dtype=np.float64) ** -zipf
    places = _mixed(np.arange(keys, dtype=np.uint64) ^ _SALT) % np.uint64(shards)
    sums = np.bincount(places.astype(np.int64), weights, minlength=shards)
    return tuple(float(part) for part in sums / weights.sum())


def _mixed(z: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finalizer of splitmix64 (G. Steele, D. Lea, C. Flood, Fast splittable pseudorandom number
    generators, OOPSLA 2014), by which servers find the shard of a key.
    """
    z = (z ^ (z >> _SHIFTS[0])) * _MULTIPLIERS[0]
    z = (z ^ (z >> _SHIFTS[1])) * _MULTIPLIERS[1]
    return z ^ (z >> _SHIFTS[2])
