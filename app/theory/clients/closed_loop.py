"""Closed loops: users who wait for their answers, so that the rates themselves have to be found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from app.texts.text import Text
from app.theory.clients.response_time import Journey, Part, journey
from app.theory.queues import closed_network
from app.theory.queues.closed_network import Chain, Visited
from app.theory.queues.stations import NEGLIGIBLE, Quality, Solution, Station, Waiting
from app.theory.queues.streams import Arrivals, Stream
from app.theory.traffic.flow import Flow, flow
from app.topology.model import Topology
from app.topology.nodes import Node

_HALVINGS: Final = 40
_SWEEPS: Final = 8
_STEADY: Final = 1e-4
"""Rates that change by a smaller share from sweep to sweep have come to rest."""
_ALMOST_NOTHING: Final = 1e-12
"""Requests a second at which no queue ever fills up, so that only the drawing's form shows."""

SLOWED = Text(
    "Users wait for their answers, so they send less while queues are long: the figures are those "
    "of a large population in an open loop at the same rate."
)
_EXACT = Text(
    "Closed loop: the network has a product form (Baskett, Chandy, Muntz, Palacios), solved "
    "exactly for so many users and cores."
)
_DEALT = Text(
    "Closed loop: an approximation, as if requests were dealt out at random instead of in turn; "
    "the network would then have a product form."
)


@dataclass(frozen=True, slots=True)
class Loop:
    """A client whose `users` think for `think_s` after each answer; `unknown` is the sentence about
    a choice on their way that theory does not know.
    """

    client: Node
    users: int
    think_s: float
    write_share: float
    unknown: Text | None = None

    def at(self, rate: float, quality: Quality = "approximation") -> Stream:
        """Return the client's stream at a rate that is as well known as `quality` says."""
        arrivals = Arrivals(1, self.unknown or SLOWED, estimated=quality != "exact")
        return Stream.of(rate, self.write_share, arrivals)

    def as_if_open(self, rate: float) -> Stream:
        """Return the stream if that rate were given and the client's users did not wait."""
        arrivals = Arrivals(1, self.unknown, estimated=self.unknown is not None)
        return Stream.of(rate, self.write_share, arrivals)


@dataclass(frozen=True, slots=True)
class Equilibrium:
    """Equilibrium of closed loops: the stream of each client, and the traffic of all of them.

    `latencies_ms` is known by client where the network was solved as a whole, with its `quality`;
    `open_flow` is the traffic with what requests of open clients meet at each station.
    """

    offers: Mapping[str, Stream]
    flow: Flow
    open_flow: Flow
    latencies_ms: Mapping[str, float] = field(default_factory=dict)
    quality: Quality = "approximation"


def bound(topology: Topology, loop: Loop) -> float:
    """The most that a closed loop can send per second: as if nobody ever waited for a core."""
    quick = loop.at(1.0)
    free = journey(topology, flow(topology, {loop.client.id: quick}), loop.client, quick, "work")
    return loop.users / (loop.think_s + _cycle_s(free))


def settle(topology: Topology, loops: Sequence[Loop], offers: Mapping[str, Stream]) -> Equilibrium:
    """The rates at which closed loops come to rest beside what open clients offer."""
    loops = [loop for loop in loops if loop.users > 0]
    network = _network(topology, loops, offers) if loops else None
    if network:
        return network
    rates = _balanced(topology, loops, offers)
    whole = dict(offers) | {one.client.id: one.at(rates[one.client.id]) for one in loops}
    found = flow(topology, whole)
    return Equilibrium(whole, found, found)


# Networks in product form.


def _network(
    topology: Topology, loops: Sequence[Loop], offers: Mapping[str, Stream]
) -> Equilibrium | None:
    """The solution of the network as a whole; None where it is not even nearly in product form, or
    too large.
    """
    quality = _form(topology, loops, offers)
    if quality is None:
        return None
    opened = flow(topology, offers)
    alone = [flow(topology, {loop.client.id: loop.at(_ALMOST_NOTHING)}) for loop in loops]
    names = [
        name
        for name, station in opened.stations.items()
        if station.work_ms > 0.0 or any(one.stations[name].work_ms > 0.0 for one in alone)
    ]
    stations = [
        Visited(
            tuple(_demand_s(one.stations[name]) for one in alone),
            opened.stations[name].cores,
            opened.stations[name].share * opened.stations[name].cores,
        )
        for name in names
    ]
    chains = [
        Chain(loop.users, loop.think_s + _cycle_s(_journey(topology, one, loop, "network")))
        for loop, one in zip(loops, alone, strict=True)
    ]
    if closed_network.work_of(chains, stations) > closed_network.WORK_MAX:
        return None
    state = closed_network.solve(chains, stations)
    rates = dict(zip((loop.client.id for loop in loops), state.throughputs, strict=True))
    sent = {loop.client.id: loop.at(rates[loop.client.id], quality) for loop in loops}
    whole = {**offers, **sent}
    found = flow(topology, whole)
    users = sum(loop.users for loop in loops)
    if not all(_has_room(found.stations[name], opened.stations[name], users) for name in names):
        return None
    for_open = replace(found, solutions=dict(found.solutions))
    model = "BCMP" if len(loops) > 1 or len(names) != 1 else _finite_source(loops[0], stations[0])
    said = _EXACT if quality == "exact" else _DEALT
    for name, closed, others in zip(names, state.closed_present, state.open_present, strict=True):
        station, open_rate = found.stations[name], opened.stations[name].rate
        all_of_them = _waiting(station, model, quality, closed + others, station.rate)
        found.solutions[name] = Solution(all_of_them, said, Arrivals(None))
        if open_rate > 0.0:
            theirs = _waiting(station, model, quality, others, open_rate)
            for_open.solutions[name] = Solution(theirs, said, Arrivals(None))
    latencies_ms = {
        loop.client.id: 1000.0 * (loop.users / rates[loop.client.id] - loop.think_s)
        for loop in loops
    }
    return Equilibrium(whole, found, for_open, latencies_ms, quality)


def _has_room(station: Station, opened: Station, users: int) -> bool:
    """Return whether a station's bounded queue is as good as endless: for all users at once, or
    since j wait with a probability of at most utilisation^j.
    """
    enough = opened.rate == 0.0 and users <= station.queue_limit + station.cores
    return enough or station.utilisation**station.queue_limit < NEGLIGIBLE


def _demand_s(station: Station) -> float:
    """Work that a cycle of the only client brings to a station."""
    return station.rate * station.work_ms / 1000.0 / _ALMOST_NOTHING


def _finite_source(loop: Loop, station: Visited) -> str:
    return f"M/M/{station.cores}//{loop.users}"


def _waiting(
    station: Station, model: str, quality: Quality, present: float, rate: float
) -> Waiting:
    time_ms = 1000.0 * present / rate
    wait_ms = max(time_ms - station.work_ms, 0.0)
    return Waiting(
        model,
        quality,
        wait_ms,
        station.work_ms + wait_ms,
        rate * wait_ms / 1000.0,
        sharing=station.sharing,
    )


def _form(
    topology: Topology, loops: Sequence[Loop], offers: Mapping[str, Stream]
) -> Quality | None:
    """Return whether the network has a product form: exactly, as an approximation, or not at all.

    It has one when all that users meet are delays and stations that keep it, reached by ways that
    are chosen at random; dealing out in turn comes near.
    """
    trace = {loop.client.id: loop.as_if_open(_ALMOST_NOTHING) for loop in loops}
    found = flow(topology, {**offers, **trace})
    if any(found.unreachable[loop.client.id] > 0.0 for loop in loops):
        return None
    if not all(_fits(station) for station in found.stations.values()):
        return None
    in_turn = any(one.arrivals.shape != 1 for one in found.stations.values() if one.rate > 0.0)
    return "approximation" if in_turn else "exact"


def _fits(station: Station) -> bool:
    if station.rate == 0.0:
        return True
    exponential = station.distribution == "exponential" and len(set(_means(station))) == 1
    return (
        station.unknown is None
        and station.unsettled is None
        and not station.beside
        and station.log_utilisation == 0.0
        and station.arrivals.shape is not None
        and station.arrivals.doubt is None
        and station.utilisation < 1.0  # by open requests: those of loops are next to none
        and (station.sharing or exponential or station.work_ms == 0.0)
    )


def _means(station: Station) -> list[float]:
    return [work for _, work in station.loads]


# Everything else: open-loop waits at the rates that they themselves allow.


def _balanced(
    topology: Topology, loops: Sequence[Loop], offers: Mapping[str, Stream]
) -> dict[str, float]:
    """The rates at which N = rate x (think time + response) for every loop, with open-loop waits.

    Each is found by halving with the others as they were, in turn, until nothing changes.
    """
    most = {loop.client.id: bound(topology, loop) for loop in loops}
    rates = dict.fromkeys(most, 0.0)
    for _ in range(_SWEEPS if len(loops) > 1 else 1):
        before = dict(rates)
        for loop in loops:
            name = loop.client.id
            beside = {one.client.id: one.at(rates[one.client.id]) for one in loops if one != loop}
            rates[name] = _at_rest(topology, loop, {**offers, **beside}, most[name])
        if all(abs(rates[name] - before[name]) <= _STEADY * rates[name] for name in rates):
            break
    return rates


def _at_rest(topology: Topology, loop: Loop, beside: Mapping[str, Stream], most: float) -> float:
    low, high = 0.0, most
    for _ in range(_HALVINGS if high > 0.0 else 0):
        rate = (low + high) / 2.0
        offer = loop.at(rate)
        found = flow(topology, {**beside, loop.client.id: offer})
        stations = found.stations.values()
        full = any(one.utilisation >= 1.0 and not one.rationed for one in stations)
        trip = None if full else journey(topology, found, loop.client, offer)
        if full or rate * (loop.think_s + _cycle_s(trip)) > loop.users:
            high = rate
        else:
            low = rate
    return low


def _journey(topology: Topology, found: Flow, loop: Loop, part: Part) -> Journey | None:
    return journey(topology, found, loop.client, loop.at(_ALMOST_NOTHING), part)


def _cycle_s(trip: Journey | None) -> float:
    """Return a request's part of a user's cycle in seconds; one that fails is taken to fail at
    once.
    """
    return trip.answered * trip.time_ms / 1000.0 if trip else 0.0
