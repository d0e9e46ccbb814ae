"""Closed loops: users who wait for their answers, so that the rate itself has to be found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.schema import Text
from app.topology.flow import Flow, Stream, flow
from app.topology.journey import Journey, Part, journey
from app.topology.model import Node, Topology
from app.topology.queueing import mva
from app.topology.routing import address_links, lookup_links
from app.topology.waiting import Arrivals, Quality, Solution, Station, Waiting

USERS_COUNTED_MAX: Final = 20_000
"""Mean value analysis goes from user to user; beyond this the large-population limit is taken."""

_HALVINGS: Final = 40
_ALMOST_NOTHING: Final = 1e-12
"""Requests a second at which no queue ever fills up, so that only the drawing's form shows."""

SLOWED = Text(
    "Users wait for their answers, so they send less while queues are long: the figures are those "
    "of a large population in an open loop at the same rate.",
    "사용자가 응답을 기다리므로 대기열이 길면 덜 보냅니다. 수치는 같은 요청률의 개방형에 많은 "
    "사용자가 있을 때의 값입니다.",
)
_EXACT = Text(
    "Closed loop: mean value analysis, exact for exponential think times in a network of this "
    "kind.",
    "폐쇄형: 평균값 분석이며, 생각 시간이 지수 분포인 이런 네트워크에서 정확합니다.",
)
_SEIDMANN = Text(
    "Closed loop: mean value analysis, with Seidmann's approximation of several cores by one fast "
    "core and a delay.",
    "폐쇄형: 평균값 분석이며, 여러 코어를 빠른 코어 하나와 지연으로 본 자이드만 근사입니다.",
)


@dataclass(frozen=True, slots=True)
class Loop:
    """A client whose `users` think for `think_s` after each answer."""

    client: Node
    users: int
    think_s: float
    write_share: float

    def at(self, rate: float) -> Stream:
        """What the client sends at this many requests a second."""
        return Stream.of(rate, self.write_share, Arrivals(1, SLOWED))


def bound(topology: Topology, loop: Loop) -> float:
    """The most that a closed loop can send per second: as if nobody ever waited for a core."""
    quick = loop.at(1.0)
    free = _journey(topology, flow(topology, {loop.client.id: quick}), loop, quick, "work")
    return loop.users / (loop.think_s + _cycle_s(free))


def settle(topology: Topology, loop: Loop) -> tuple[float, Flow]:
    """The rate at which a drawing's only client, in a closed loop, comes to rest, and its flow."""
    rate = _balanced(topology, loop)
    offer = loop.at(rate)
    found = flow(topology, {loop.client.id: offer})
    if not 0 < loop.users <= USERS_COUNTED_MAX or not _has_product_form(topology, loop):
        return rate, found
    way = _journey(topology, found, loop, offer, "network")
    busy = {name: one for name, one in found.stations.items() if one.work_ms > 0.0}
    demands = [(one.rate * one.work_ms / 1000.0 / rate, one.cores) for one in busy.values()]
    closed = mva(demands, loop.think_s + _cycle_s(way), loop.users)
    single = all(one.cores == 1 for one in busy.values())
    found = flow(topology, {loop.client.id: loop.at(closed.throughput)})
    for (name, _), time_s, (demand_s, _) in zip(busy.items(), closed.times_s, demands, strict=True):
        station = found.stations[name]
        found.solutions[name] = _solution(station, closed.throughput, time_s, demand_s, single)
    return closed.throughput, found


def _balanced(topology: Topology, loop: Loop) -> float:
    """The rate at which N = rate x (think time + response), with open-loop waits."""
    low, high = 0.0, bound(topology, loop)
    for _ in range(_HALVINGS if high > 0.0 else 0):
        rate = (low + high) / 2.0
        offer = loop.at(rate)
        found = flow(topology, {loop.client.id: offer})
        full = any(one.utilisation >= 1.0 for one in found.stations.values())
        trip = None if full else _journey(topology, found, loop, offer, "all")
        if full or rate * (loop.think_s + _cycle_s(trip)) > loop.users:
            high = rate
        else:
            low = rate
    return low


def _journey(
    topology: Topology, found: Flow, loop: Loop, offer: Stream, part: Part
) -> Journey | None:
    return journey(topology, found, loop.client, offer, part)


def _cycle_s(trip: Journey | None) -> float:
    """What a request adds to a user's cycle; one that fails is taken to fail at once."""
    return trip.answered * trip.time_ms / 1000.0 if trip else 0.0


def _has_product_form(topology: Topology, loop: Loop) -> bool:
    """Whether the only things that users meet are delays and stations that keep product form,
    reached by one way each: dealing out in turn is not Markovian.
    """
    found = flow(topology, {loop.client.id: loop.at(_ALMOST_NOTHING)})
    if lookup_links(topology, loop.client) or len(address_links(topology, loop.client)) != 1:
        return False
    if found.unreachable[loop.client.id] > 0.0:
        return False
    return all(_fits(station, loop.users) for station in found.stations.values())


def _fits(station: Station, users: int) -> bool:
    if station.rate == 0.0:
        return True
    means = {work for _, work in station.loads}
    exponential = station.distribution == "exponential" and len(means) == 1
    return (
        not station.beside
        and station.log_utilisation == 0.0
        and station.arrivals.shape == 1
        and station.queue_limit + station.cores >= users
        and (station.sharing or exponential or station.work_ms == 0.0)
    )


def _solution(
    station: Station, rate: float, time_s: float, demand_s: float, single: bool
) -> Solution:
    visits = station.rate / rate
    quality: Quality = "exact" if single else "approximation"
    waiting = Waiting(
        model="MVA",
        quality=quality,
        wait_ms=1000.0 * (time_s - demand_s) / visits,
        time_ms=1000.0 * time_s / visits,
        queue_mean=rate * (time_s - demand_s),
        sharing=station.sharing,
    )
    return Solution(waiting, _EXACT if single else _SEIDMANN, Arrivals(None))
