"""Calls from a web server to databases and stores for the requests that have come to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.schema import Role
from app.texts.text import Text
from app.theory.choices.assumed_choices import assumed, page_of, read_links, write_links
from app.theory.choices.no_closed_form import ASKS_ALL, paced, reads_back
from app.theory.queues.streams import Arrivals, Stream
from app.theory.traffic.shards import are_shards, parts_of
from app.topology.choices import is_shard
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.paths.routing import data_links

_TRIPS = Text("The round trips of one page follow one another, so they are not Poisson.")
_SOME_SHARDS = Text("Requests go by their keys, so nodes with popular keys get more than stated.")
_BY_KEY = Text("Requests go by their keys, out of a stream that is not Poisson.")
_PICKED = Text("Reads and writes part here from a stream that is more even than Poisson.")


def data_calls(
    topology: Topology, server: Node, out: Stream, leader_of: dict[str, str]
) -> Iterator[tuple[str, Stream]]:
    """Yield the streams from a server to databases and stores, each with its target's name.

    `out` is the server's requests for data, `leader_of` the primary of each database. A server that
    reaches no data yields nothing.
    """
    if not data_links(topology, server):
        return
    if pace := paced(server, any(reads_back(one) for one in topology.of_role(Role.SENDS))):
        arrivals = out.arrivals.spoiled(pace.doubt, estimated=pace.estimated)
        out = Stream(out.reads, out.writes, arrivals)
    to_read, to_write = (
        [link.target for link in pick(topology, server, leader_of)]
        for pick in (read_links, write_links)
    )
    pages = [page_of(server, topology.node(one)) for one in to_read]
    if len(to_write) == 1 and to_read == to_write and not pages[0][0]:
        yield from _dealt(to_read, out)
        return
    asked = [topology.node(one) for one in to_read]
    if are_shards(asked):
        yield from _by_key(asked, out, pages)
        return
    picked = out.arrivals
    if len(asked) > 1 and any(is_shard(assumed(one)) for one in asked):
        picked = picked.spoiled(_SOME_SHARDS, estimated=True)
    if out.reads and out.writes and picked.shape is not None and picked.shape > 1:
        picked = picked.spoiled(_PICKED)
    reads = Stream(out.reads, 0.0, picked.every(len(to_read)))
    if len(to_read) > 1 and _number(server, "read_replies") > 0:
        reads = Stream(out.reads * len(to_read), 0.0, picked.spoiled(ASKS_ALL))
    for name, (trips, more_ms) in zip(to_read, pages, strict=True):
        part = reads.reads / len(to_read)
        yield name, Stream(part * max(trips, 1), 0.0, _again(reads.arrivals, trips), more_ms)
    yield from _dealt(to_write, Stream(0.0, out.writes, picked.every(len(to_write))))


def _again(arrivals: Arrivals, trips: int) -> Arrivals:
    """Return the arrivals of `trips` round trips in a row to one node, given those of the first."""
    if trips <= 1:
        return arrivals
    return replace(arrivals, returning=True) if arrivals.shape == 1 else arrivals.spoiled(_TRIPS)


def _by_key(
    shards: Sequence[Node], out: Stream, pages: Sequence[tuple[int, float]]
) -> Iterator[tuple[str, Stream]]:
    """Yield the stream to each of several shards: every request is for a key of its own, so of a
    Poisson stream each gets a Poisson one.
    """
    arrivals = out.arrivals
    if arrivals.shape != 1:
        arrivals = arrivals.spoiled(arrivals.doubt or _BY_KEY)
    for shard, share, (trips, more_ms) in zip(shards, parts_of(shards), pages, strict=True):
        name = shard.id
        one = arrivals.spoiled(_TRIPS) if trips > 1 else arrivals
        reads = share * out.reads
        if more_ms:
            yield name, Stream(reads * max(trips, 1), 0.0, one, more_ms)
            yield name, Stream(0.0, share * out.writes, arrivals)
        else:
            yield name, Stream(reads * max(trips, 1), share * out.writes, one)


def _dealt(targets: Sequence[str], whole: Stream) -> Iterator[tuple[str, Stream]]:
    """Equal parts of a stream whose arrivals are already those of a part."""
    for target in targets:
        part = Stream(whole.reads / len(targets), whole.writes / len(targets), whole.arrivals)
        yield target, part


def _number(node: Node, name: str) -> float:
    return float(node.parameters[name])
