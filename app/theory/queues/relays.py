"""Relays as stations: what they let pass of a stream, and after which wait."""

from __future__ import annotations

from typing import Final

from app.schema import Admission
from app.texts.text import Text, joined
from app.theory.queues.stations import NEGLIGIBLE, Quality, Solution, Station, Waiting
from app.theory.queues.streams import Arrivals, Stream
from app.topology.nodes import Node

_EXACT: Final = Text(
    "Tokens come evenly and requests at random, so the bucket fills up as an M/D/1 queue with "
    "bounded room runs empty: the share that passes and the mean wait are exact (Crommelin 1932)."
)
_NEARLY: Final = Text("It holds only nearly.")
_NO_FORM: Final = Text(
    "No closed form holds here: requests do not come as a Poisson stream. What passes is taken to "
    "be all of them, or as many as there are tokens."
)
_LIMITED: Final = Text("A limiter has turned away, or held back, some of the requests.")
_IDLE: Final = Text("No requests come here.")
_NO_PRODUCT: Final = Text("Waits for tokens have no product form.")


def pass_on(
    node: Node, whole: Stream, unknown: Text | None
) -> tuple[Station, Solution, Stream] | None:
    """A relay as a station, what theory says of it, and what it lets pass; None if it lets pass
    everything at once.
    """
    if node.spec.admit is None:
        return None
    found = node.spec.admit(node.parameters, whole.rate)
    arrivals = whole.arrivals.spoiled(unknown, estimated=True) if unknown else whole.arrivals
    station = Station(
        name=node.name,
        works=((whole.reads, found.token_ms), (whole.writes, found.token_ms)),
        cores=1,
        queue_limit=0,
        arrivals=arrivals,
        distribution="constant",
        unsettled=_NO_PRODUCT,
        unknown=unknown,
        rationed=True,
    )
    solution, share = _solved(station, found)
    passed = Stream(whole.reads * share, whole.writes * share, solution.departures)
    return station, solution, passed


def _solved(station: Station, found: Admission) -> tuple[Solution, float]:
    """Say what can be said, and return the share that passes with it."""
    arrivals, fluid = station.arrivals, 1.0 / max(station.utilisation, 1.0)
    if station.rate == 0.0:
        return Solution(None, station.unknown or _IDLE, arrivals), 1.0
    if station.unknown:
        return Solution(None, station.unknown, arrivals), fluid
    if arrivals.shape != 1:
        said = joined(_NO_FORM, arrivals.doubt) if arrivals.doubt else _NO_FORM
        spoiled = arrivals.spoiled(arrivals.doubt or _LIMITED, estimated=True)
        return Solution(None, said, spoiled), fluid
    quality: Quality = "approximation" if arrivals.doubt else "exact"
    waiting = Waiting(
        found.model,
        quality,
        found.wait_ms,
        found.wait_ms,
        station.rate * found.share * found.wait_ms / 1000.0,
        found.waits,
        1.0 - found.share,
    )
    untouched = 1.0 - found.share <= NEGLIGIBLE and found.waits <= NEGLIGIBLE
    departures: Arrivals = arrivals if untouched else arrivals.spoiled(_LIMITED)
    said = joined(_EXACT, _NEARLY, arrivals.doubt) if arrivals.doubt else _EXACT
    return Solution(waiting, said, departures), found.share
