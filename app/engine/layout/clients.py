"""Clients of a World: who is one, how its requests come, and what an edit of that changes."""

from __future__ import annotations

from typing import Any, Final

from app.engine.layout.data.stale_reads import set_reading_back
from app.engine.layout.dns import set_caches, set_connections
from app.engine.loop.entry import first_arrival
from app.engine.numbering import EngineLimit, Numbering, parameter, room, routes, seed_words
from app.kernel.state.codes.choices import ArrivalProcess
from app.kernel.state.codes.nodes import Routable
from app.kernel.state.constants import FAULTY_LINE, NEVER, POINTS_MAX, RECORDS_MAX, WORKS_MAX
from app.kernel.state.world import World
from app.schema import Role
from app.texts.text import plural
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.rate_curves import base_rate, curve_of, is_daily

GAP_MAX: Final = 1e17
"""Nanoseconds between arrivals (three years), so that no draw passes the end of time."""
_END_OF_WORKS: Final = -1
_LOOPS: Final = {
    "open": ArrivalProcess.OPEN,
    "table": ArrivalProcess.OPEN,
    "closed": ArrivalProcess.CLOSED,
    "recorded": ArrivalProcess.RECORDED,
}


def lay_out_clients(world: World, numbering: Numbering, topology: Topology, load: float) -> None:
    """Make clients and their arrivals follow the drawing. Raises EngineLimit."""
    clients = topology.of_role(Role.SENDS)
    for node in clients:
        numbering.sources.setdefault(node.id, len(numbering.sources))
    rows = len(numbering.sources)
    for name in ("sources", "arrival_at", "arrival_serial", "deadline_at", "latencies"):
        room(world, name, rows)
    known = int(world.control["sources_used"])
    world.control["sources_used"] = rows
    for node in clients:
        row = numbering.sources[node.id]
        if row >= known:
            _new_source(world, numbering, node, row)
        set_caches(world, numbering, row, node)
        set_connections(world, numbering, topology, node)
        set_reading_back(world, numbering, node)
        _set_way(world, numbering, topology, node)
        _set_arrivals(world, numbering, node, load)
        source = world["sources"][row]
        more = source["parts"] > 0 or source["read_back"] > 0.0
        source["tells"] = source["loop"] == ArrivalProcess.CLOSED or more
    for node_id, row in numbering.sources.items():
        if not topology.has_node(node_id):
            world["sources"][row]["gap_ns"] = 0.0
            world["sources"][row]["loop"] = ArrivalProcess.OPEN
            world["sources"][row]["curve_count"] = 0
            numbering.curves.pop(node_id, None)
            world["arrival_at"][row] = NEVER


def _new_source(world: World, numbering: Numbering, node: Node, row: int) -> None:
    source = world["sources"][row]
    words = seed_words(numbering.seed, node.id, 5)
    for name, word in zip(("s0", "s1", "s2", "s3", "key"), words, strict=True):
        source[name] = word
    source["node"] = numbering.nodes[node.id]
    source["deadline_head"] = source["deadline_tail"] = -1
    world["arrival_at"][row] = world["deadline_at"][row] = NEVER
    world["nodes"][numbering.nodes[node.id]]["row"] = row


def _set_way(world: World, numbering: Numbering, topology: Topology, node: Node) -> None:
    """Set the first hop of requests; with one address and no lookup it needs no event."""
    n, row = numbering.nodes[node.id], numbering.sources[node.id]
    source = world["sources"][row]
    links = routes(topology, node)
    lookups = sum(topology.node(link.target).spec.role is Role.NAMES for link in links)
    first = int(world["nodes"][n]["first_edge"])
    patience = round(parameter(node, "patience_s"))
    immediate = (
        lookups == 0
        and len(links) == 1
        and _loop(node) == ArrivalProcess.OPEN
        and not (source["connects"] or source["next_address"])
        and not (source["parts"] or source["read_back"])
        and bool(world["edges"][first]["routable"] & Routable.REACHABLE)
        # Nobody gives up before the event that a request without a first hop begins with.
        and int(world["edges"][first]["delay"]) < patience
        # What may not arrive needs to set out.
        and int(world["edges"][first]["delay_line"]) != FAULTY_LINE
    )
    lead = int(world["edges"][first]["delay"]) if immediate else 0
    now = int(world.control["now"])
    if world["arrival_at"][row] < NEVER:
        due = int(world["arrival_at"][row]) + lead - int(source["lead"])
        world["arrival_at"][row] = max(now, due)
    source["lookup_count"], source["immediate"], source["lead"] = lookups, immediate, lead
    _set_retries(source, node)
    source["write_share"] = parameter(node, "write_share")
    if patience != source["patience"]:
        source["patience"] = patience
        head = int(source["deadline_head"])
        if head >= 0:
            world["deadline_at"][row] = max(now, int(world["slots"][head]["attempt_at"]) + patience)


def _set_retries(source: Any, node: Node) -> None:
    source["retry"], source["retries"] = parameter(node, "retry"), parameter(node, "retries")
    source["backoff_ns"] = parameter(node, "backoff_ms")
    source["backoff_max_ns"] = parameter(node, "backoff_max_s")
    source["budget_share"] = parameter(node, "retry_budget")


def _set_arrivals(world: World, numbering: Numbering, node: Node, load: float) -> None:
    row = numbering.sources[node.id]
    loop = _loop(node)
    changed = int(world["sources"][row]["loop"]) != loop
    world["sources"][row]["loop"] = loop
    changed |= _set_users(world, node, row, load, changed)
    changed |= _set_curve(world, numbering, node, row, load)
    changed |= _set_trace(world, numbering, node, row, changed)
    source = world["sources"][row]  # only now: new tables may have moved it
    rate = base_rate(node) * load if loop == ArrivalProcess.OPEN else 0.0
    gap_before, gap = float(source["gap_ns"]), min(1e9 / rate, GAP_MAX) if rate > 0 else 0.0
    source["gap_ns"] = gap
    due = int(world["arrival_at"][row])
    plain = loop == ArrivalProcess.OPEN and source["curve_count"] == 0
    if changed or (plain and gap > 0.0 and (gap_before == 0.0 or due == NEVER)):
        first_arrival(world.buffer, row)
    elif plain and gap == 0.0:
        world["arrival_at"][row] = NEVER
    elif plain and gap != gap_before:
        # Exponential gaps have no memory: stretching what is left is exact and draws nothing.
        now = int(world.control["now"])
        world["arrival_at"][row] = max(now, now + round((due - now) * (gap / gap_before)))


def _loop(node: Node) -> int:
    return _LOOPS[str(node.parameters["arrivals"])]


def _set_users(world: World, node: Node, row: int, load: float, joins: bool) -> bool:
    """The population of a closed loop; whether that asks for a new next arrival."""
    source = world["sources"][row]
    users = round(parameter(node, "users") * load)
    think = parameter(node, "think_s")
    before = int(source["users"]), float(source["think_ns"])
    source["users"], source["think_ns"] = users, think
    if source["loop"] != ArrivalProcess.CLOSED:
        return False
    if joins:
        waiting = int(source["offered"]) - int(source["completed"]) - int(source["failed"])
        source["thinking"] = users - waiting - int(source["returning"])
    else:
        source["thinking"] += users - before[0]
    return joins or (users, think) != before


def _set_curve(world: World, numbering: Numbering, node: Node, row: int, load: float) -> bool:
    curve = curve_of(node, load)
    if curve == numbering.curves.get(node.id, ()):
        return False
    numbering.curves[node.id] = curve
    source = world["sources"][row]
    if numbering.points_used + len(curve) > POINTS_MAX:
        raise EngineLimit(
            plural(
                "more than {count} point of rate curves in one run",
                "more than {count} points of rate curves in one run",
                count=POINTS_MAX,
            )
        )
    repeats = is_daily(node) and any(rate > 0 for _, rate in curve)
    source["curve_first"], source["curve_count"] = numbering.points_used, len(curve)
    source["curve_period"] = round(curve[-1][0] * 1e9) if repeats else 0
    numbering.points_used += len(curve)
    room(world, "points", numbering.points_used)
    for place, (at, rate) in enumerate(curve, start=int(source["curve_first"])):
        world["points"][place]["at"], world["points"][place]["rate"] = round(at * 1e9), rate / 1e9
    return True


def _set_trace(world: World, numbering: Numbering, node: Node, row: int, changed: bool) -> bool:
    """The requests of a recorded client; those before now are over."""
    text = str(node.parameters["trace"])
    if numbering.traces.get(node.id, "") != text:
        numbering.traces[node.id] = text
        _write_records(world, numbering, node, row)
        changed = True
    source = world["sources"][row]
    if source["loop"] == ArrivalProcess.RECORDED and changed:
        first, count = int(source["record_first"]), int(source["record_count"])
        ats = world["records"]["at"][first : first + count]
        source["record_next"] = first + int((ats < world.control["now"]).sum()) - 1
        return True
    return False


def _write_records(world: World, numbering: Numbering, node: Node, row: int) -> None:
    rows = node.spec.parameter("trace").rows(node.parameters["trace"])
    works: list[int] = []
    for _, _, *ms in rows:
        works += [*(round(one * 1e6) for one in ms), _END_OF_WORKS]
    if (
        numbering.records_used + len(rows) > RECORDS_MAX
        or numbering.works_used + len(works) > WORKS_MAX
    ):
        raise EngineLimit(
            plural(
                "more than {count} recorded request in one run",
                "more than {count} recorded requests in one run",
                count=RECORDS_MAX,
            )
        )
    source = world["sources"][row]
    source["record_first"], source["record_count"] = numbering.records_used, len(rows)
    room(world, "records", numbering.records_used + len(rows))
    room(world, "works", numbering.works_used + len(works))
    world["works"][numbering.works_used : numbering.works_used + len(works)] = works
    place = numbering.works_used
    for number, (at, writes, *ms) in enumerate(rows, start=numbering.records_used):
        record = world["records"][number]
        record["at"], record["writes"] = round(at * 1e9), int(writes >= 0.5)
        record["works_first"] = place
        place += len(ms) + 1
    numbering.records_used += len(rows)
    numbering.works_used += len(works)
