"""Retries: clients whose attempts may fail although everything is up, so that they send more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from app.theory.choices.no_closed_form import TRIED_AGAIN, fails_some, tries_again
from app.theory.clients.closed_loop import Equilibrium
from app.theory.clients.response_time import Journey, journey
from app.theory.queues.stations import NEGLIGIBLE, Solution, Station
from app.theory.queues.streams import Stream
from app.topology.model import Topology
from app.topology.nodes import Node

_PATIENCE_MEANS: Final = 20.0
"""Patience of fewer mean latencies than this cuts off too many of them to be left out."""


def is_impatient(client: Node, trip: Journey) -> bool:
    """Return whether users give up on too many requests for a mean without them to hold."""
    return _PATIENCE_MEANS * trip.time_ms > 1000.0 * float(client.parameters["patience_s"])


def with_retries(
    topology: Topology, equilibrium: Equilibrium, offers: Mapping[str, Stream]
) -> dict[str, Stream]:
    """Return the streams of open clients, with unknown gaps where failed attempts are tried again
    and some fail in the traffic of `equilibrium`: refused or timed out on the way, or after the
    patience.
    """
    return {
        name: replace(offer, arrivals=offer.arrivals.spoiled(TRIED_AGAIN, estimated=True))
        if tries_again(topology.node(name)) and _may_fail(topology, equilibrium, name, offer)
        else offer
        for name, offer in offers.items()
    }


def _may_fail(topology: Topology, equilibrium: Equilibrium, name: str, offer: Stream) -> bool:
    found = equilibrium.open_flow
    if offer.rate == 0.0:
        return False
    if found.unreachable[name] > 0.0:
        return True
    for node in topology.beyond(name) & found.stations.keys():
        if _loses(topology.node(node), found.stations[node], found.solutions[node]):
            return True
    client = topology.node(name)
    trip = journey(topology, found, client, offer)
    return trip is not None and (trip.answered < 1.0 - NEGLIGIBLE or is_impatient(client, trip))


def _loses(node: Node, station: Station, solution: Solution) -> bool:
    """Return whether requests that come to a station may fail there: a queue without a closed form
    is taken to be as long as j with a probability of at most its load, or of a geometric one, ^ j.
    """
    if station.rate == 0.0:
        return False
    waiting = solution.waiting
    if waiting is None or waiting.refused > NEGLIGIBLE or fails_some(node):
        return True
    if waiting.quality == "exact" or waiting.model == "none":
        return False
    longer = max(station.utilisation, waiting.queue_mean / (1.0 + waiting.queue_mean))
    return bool(longer**station.queue_limit > NEGLIGIBLE)
