"""The bottleneck law: which resource is used up first as the load grows, and at which load."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from app.schema import Role
from app.theory.queues.stations import Quality
from app.theory.queues.streams import Stream
from app.theory.traffic.flow import Flow, flow
from app.topology.model import Topology
from app.topology.servers.instances import owner_of

Resource = Literal["cores", "log", "tokens"]

_FACTOR_MAX: Final = 1e12
"""A resource that so many times the load would not use up counts as never used up."""
_STEPS_MAX: Final = 60
_NEAR: Final = 0.5
"""An estimate that is a smaller part of the bottleneck's use cannot be so wrong as to pass it."""
_JUST_BELOW: Final = 0.999
_PRECISE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """Resource that is used up first when the load grows, and its utilisation at this load."""

    node: str
    resource: Resource
    utilisation: float


@dataclass(frozen=True, slots=True)
class Saturation:
    """Load at which the bottleneck reaches 100 %: `factor` times the load analysed, which is then
    `load`; `rps` requests a second then reach a server.

    Below, no node's cores have more to do than they can. It is a law, unless how many requests come
    to a node is itself an approximation.
    """

    factor: float
    load: float
    rps: float
    quality: Quality


def saturation(
    topology: Topology, load: float, found: Flow, offers: Mapping[str, Stream]
) -> tuple[Bottleneck, Saturation] | None:
    """Return the bottleneck in the traffic `found`, and the multiple of `offers` that uses it up;
    None if nothing ever is.

    In closed loops `offers` are what users would send if nobody waited: with more users than those
    at which the bottleneck is used up, they only wait longer.
    """

    def grown(factor: float) -> Flow:
        more = (
            (name, replace(one, reads=factor * one.reads, writes=factor * one.writes))
            for name, one in offers.items()
        )
        return flow(topology, dict(more))

    once = grown(1.0)
    uses = _uses(once)
    factor = 1.0 / max([*uses.values(), 1.0 / _FACTOR_MAX])
    if factor < _FACTOR_MAX and _is_held_down(topology):
        factor = _root(lambda factor: max(_uses(grown(factor)).values()) - 1.0)
        uses = _uses(grown(factor))
    if factor >= _FACTOR_MAX:
        return None
    name, resource = max(uses, key=uses.__getitem__)
    in_proportion = 1.0 / max(_uses(once)[name, resource], 1.0 / _FACTOR_MAX)
    if abs(in_proportion - factor) < _PRECISE * factor:
        factor = in_proportion
    reaching = sum(one.rate for one in offers.values()) - sum(once.unreachable.values())
    return (
        Bottleneck(owner_of(name), resource, _uses(found)[name, resource]),
        Saturation(factor, load * factor, factor * reaching, _quality(grown(factor * _JUST_BELOW))),
    )


def _quality(found: Flow) -> Quality:
    """Return whether the first resource to be used up is known by law, given the traffic just
    before: no other may come near it of which it is only known about how much is asked.
    """
    uses = _uses(found)
    near = _NEAR * max(uses.values())
    names = {name for (name, _), use in uses.items() if use >= near}
    estimated = any(found.stations[name].arrivals.estimated for name in names)
    return "approximation" if estimated or found.doubts else "exact"


def _uses(found: Flow) -> dict[tuple[str, Resource], float]:
    uses: dict[tuple[str, Resource], float] = {}
    for name, station in found.stations.items():
        uses[name, "tokens" if station.rationed else "cores"] = station.utilisation
        uses[name, "log"] = station.log_utilisation
    return uses


def _is_held_down(topology: Topology) -> bool:
    """Return whether something grows more slowly than the load: caches answer more, of names and
    data, and limits let pass less.
    """
    limited = any(node.spec.admit for node in topology.nodes)
    return limited or bool(topology.of_role(Role.NAMES) or topology.of_role(Role.CACHES))


def _root(of: Callable[[float], float]) -> float:
    """Return the root of a function that never falls, from 0 up (Illinois' regula falsi); at most
    ``_FACTOR_MAX``.
    """
    low, below = 0.0, -1.0
    high, above = 1.0, of(1.0)
    while above < 0.0:
        low, below = high, above
        high *= 2.0
        if high >= _FACTOR_MAX:
            return _FACTOR_MAX
        above = of(high)
    for _ in range(_STEPS_MAX):
        middle = high - above * (high - low) / (above - below)
        value = of(middle)
        if value < 0.0:
            low, below, above = middle, value, above / 2.0
        else:
            high, above, below = middle, value, below / 2.0
        if abs(value) < _PRECISE / 10.0 or high - low < _PRECISE / 10.0 * high:
            return middle
    return high
