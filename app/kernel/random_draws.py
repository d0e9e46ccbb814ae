"""Random draws. Streams are xoshiro256++ (Blackman and Vigna); exponentials by ziggurat.

A client's arrivals come from its own stream; a request's demands are counter-based: each visit
mixes the request's key anew (splitmix64), so a request needs the same work on whichever server it
lands, and a node that is added or broken leaves everybody else's draws alone.
"""

import math
from typing import Any

import numpy as np

from app.kernel.jit.decorators import cold, hot, int64
from app.kernel.state.codes.choices import Distribution

U = np.uint64
ONE = U(1)
_23, _41, _17, _45, _19, _11, _255 = U(23), U(41), U(17), U(45), U(19), U(11), U(255)
_30, _27, _31 = U(30), U(27), U(31)
GOLDEN, _MIX_1, _MIX_2 = U(0x9E3779B97F4A7C15), U(0xBF58476D1CE4E5B9), U(0x94D049BB133111EB)
_UNIT = 1.1102230246251565e-16  # 2**-53

# Marsaglia and Tsang's ziggurat for exp(-x) with 256 layers (J. Stat. Softw. 5(8), 2000).
_TAIL, _AREA = 7.69711747013104972, 0.0039496598225815571993


def _layers() -> tuple[Any, Any]:
    edges = np.zeros(257)
    edges[0], edges[1] = _AREA / np.exp(-_TAIL), _TAIL
    for layer in range(2, 256):
        edges[layer] = -np.log(_AREA / edges[layer - 1] + np.exp(-edges[layer - 1]))
    return edges, np.exp(-edges)


_EDGE, _HEIGHT = _layers()


@hot
def mixed(bits: Any) -> Any:
    """splitmix64's finalizer: 64 bits in, 64 well-mixed bits out."""
    bits = (bits ^ (bits >> _30)) * _MIX_1
    bits = (bits ^ (bits >> _27)) * _MIX_2
    return bits ^ (bits >> _31)


@hot
def stream_bits(source: Any) -> Any:
    """The next 64 bits of a client's stream."""
    s0, s1, s2, s3 = source.s0, source.s1, source.s2, source.s3
    total = s0 + s3
    bits = ((total << _23) | (total >> _41)) + s0
    shifted = s1 << _17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    source.s0, source.s1, source.s2 = s0, s1, s2
    source.s3 = (s3 << _45) | (s3 >> _19)
    return bits


@hot
def unit(bits: Any) -> float:
    """A number in [0, 1) from the top 53 of 64 bits."""
    return int64(bits >> _11) * _UNIT


@hot
def stream_exponential(source: Any) -> float:
    """A draw with mean 1 from a client's stream."""
    beyond = 0.0
    while True:
        bits = stream_bits(source)
        layer = int64(bits & _255)
        x = unit(bits) * _EDGE[layer]
        if x < _EDGE[layer + 1]:
            return beyond + x
        if layer == 0:
            beyond += _TAIL
            continue
        height = _HEIGHT[layer] + unit(stream_bits(source)) * (_HEIGHT[layer + 1] - _HEIGHT[layer])
        if height < math.exp(-x):
            return beyond + x


@hot
def demand(slot: Any) -> float:
    """The work of a slot's next visit, with mean 1; advances the slot's key."""
    beyond = 0.0
    while True:
        slot.key += GOLDEN
        bits = mixed(slot.key)
        layer = int64(bits & _255)
        x = unit(bits) * _EDGE[layer]
        if x < _EDGE[layer + 1]:
            return beyond + x
        if layer == 0:
            beyond += _TAIL
            continue
        again = mixed(bits ^ GOLDEN)
        height = _HEIGHT[layer] + unit(again) * (_HEIGHT[layer + 1] - _HEIGHT[layer])
        if height < math.exp(-x):
            return beyond + x


@hot
def work_factor(node: Any, slot: Any) -> float:
    """The work of a slot's next visit to a node, in units of the mean."""
    if node.variation == Distribution.EXPONENTIAL:
        return demand(slot)
    return _varied(node, slot)


@cold
def _varied(node: Any, slot: Any) -> float:
    """Other shapes with mean 1; `work_shape` is sigma (log-normal) or p (hyperexponential).

    Log-normal by Box and Muller (1958); hyperexponential of two phases with balanced means, whose
    first phase is taken with probability p at rate 2p, the other at rate 2(1 - p) (Tijms, 1994).
    """
    if node.variation == Distribution.CONSTANT:
        return 1.0
    work_shape = float(node.work_shape)  # as wide as the rest, with the compiler and without it
    if node.variation == Distribution.LOGNORMAL:
        slot.key += GOLDEN
        radius = math.sqrt(-2.0 * math.log(1.0 - unit(mixed(slot.key))))
        slot.key += GOLDEN
        normal = radius * math.cos(2.0 * math.pi * unit(mixed(slot.key)))
        return math.exp(work_shape * normal - 0.5 * work_shape * work_shape)
    slot.key += GOLDEN
    phase = work_shape if unit(mixed(slot.key)) < work_shape else 1.0 - work_shape
    return demand(slot) / (2.0 * phase)
