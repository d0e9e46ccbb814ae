"""Offered load of clients: in open loops at rates of their own, in closed ones as answers come."""

from __future__ import annotations

from app.texts.text import Text
from app.theory.choices.assumed_choices import assumed
from app.theory.choices.known_choices import no_form_for, unknown_choice
from app.theory.choices.no_closed_form import READ_BACK, TRIED_AGAIN, reads_back, tries_again
from app.theory.choices.touched_nodes import on_the_way
from app.theory.clients.closed_loop import Loop
from app.theory.queues.streams import Arrivals, Stream
from app.topology import choices
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.rate_curves import rate_at

VARIES = Text(
    "The load changes over time, so there is no steady state: figures are for its base rate (of a "
    "table, its last) as if it stayed."
)
VARIES_NOW = Text(
    "The load changes over time, so there is no steady state: figures are for its rate at this "
    "moment as if it stayed."
)
RECORDED = Text("Recorded requests are played back as they are: theory leaves them out.")
_PARTS = Text(
    "The requests of one page follow one another, so they do not come at moments of their own: no "
    "closed form holds."
)


def is_closed(client: Node) -> bool:
    """Return whether a client's users wait for their answers before they send more."""
    return choices.is_closed(assumed(client))


def is_recorded(client: Node) -> bool:
    """Return whether a client's requests are those of a trace."""
    return choices.is_recorded(assumed(client))


def changes(client: Node) -> bool:
    """Return whether the rate of a client in an open loop is another at another time."""
    match client.parameters["arrivals"]:
        case "open":
            return not choices.is_steady(assumed(client))
        case "table":
            return len(set(_rates(client))) > 1
        case _:  # others have no rate of their own, and of an unknown one nothing is offered
            return False


def _rates(client: Node) -> list[float]:
    rows = client.spec.parameter("rates").rows(client.parameters["rates"])
    return [rate for _, rate, *_ in rows]


def loop_of(topology: Topology, client: Node, load: float) -> Loop:
    """A client whose users wait for their answers, with `load` times as many of them."""
    users = round(_number(client, "users") * load)
    writes = _number(client, "write_share") / 100.0
    unknown = on_the_way(topology, client)
    return Loop(client, users, _number(client, "think_s"), writes, unknown)


def offer_of(client: Node, load: float, at_s: float | None = None) -> Stream:
    """Return the stream of an open client; of a rate that changes, that of a time of the run, or if
    none is given its base, or a table's last.
    """
    match client.parameters["arrivals"]:
        case "open" | "table" if at_s is not None:
            rate = rate_at(client, load, at_s)
        case "open":
            rate = load * _number(client, "users") * _number(client, "requests_per_user")
        case "table":
            rate = load * (_rates(client) or [0.0])[-1]
        case "recorded":
            return Stream(0.0, 0.0, Arrivals(None, RECORDED, estimated=True))
        case _:
            return Stream(0.0, 0.0, Arrivals(None, no_form_for(client, "arrivals"), estimated=True))
    arrivals = Arrivals(1)
    if changes(client):
        arrivals = Arrivals(1, VARIES if at_s is None else VARIES_NOW, estimated=True)
    elif tries_again(client):
        arrivals = Arrivals(1, TRIED_AGAIN, estimated=True)
    if unknown := unknown_choice(client):
        arrivals = Arrivals(None, unknown, estimated=True)
    pages = Stream.of(rate, _number(client, "write_share") / 100.0, arrivals)
    if reads_back(client):
        more = pages.writes * _number(client, "read_back_percent") / 100.0
        follow = arrivals.spoiled(arrivals.doubt or READ_BACK)
        pages = Stream(pages.reads + more, pages.writes, follow)
    parts = _number(client, "subrequests")
    if parts == 0.0 or pages.rate == 0.0:
        return pages
    return Stream(
        pages.reads + rate * parts, pages.writes, pages.arrivals.spoiled(unknown or _PARTS)
    )


def _number(node: Node, name: str) -> float:
    return float(node.parameters[name])
