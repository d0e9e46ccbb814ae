"""Clients of a World: who is one, how its requests come, and what an edit of that changes."""

from __future__ import annotations

import math
from typing import Any, Final

from app.engine.compile_freshness import set_reading_back
from app.engine.compile_names import set_caches, set_connections
from app.engine.intervene import first_arrival
from app.engine.plan import EngineLimit, Plan, parameter, room, routes, seed_words
from app.engine.records import (
    BAD_LINE,
    CLOSED,
    NEVER,
    OPEN,
    POINTS_MAX,
    REACHABLE,
    RECORDED,
    RECORDS_MAX,
    WORKS_MAX,
)
from app.engine.world import World
from app.schema import Text
from app.topology.model import Node, Topology

GAP_MAX: Final = 1e17
"""Nanoseconds between arrivals (three years), so that no draw passes the end of time."""
_DAILY_POINTS: Final = 48
_END_OF_WORKS: Final = -1
_LOOPS: Final = {"open": OPEN, "table": OPEN, "closed": CLOSED, "recorded": RECORDED}

Curve = tuple[tuple[float, float], ...]
"""Points (seconds, requests per second) of a rate that is straight between them."""


def arrange(world: World, plan: Plan, topology: Topology, load: float) -> None:
    """Make clients and their arrivals follow the drawing. Raises EngineLimit."""
    clients = topology.of_kind("client")
    for node in clients:
        plan.sources.setdefault(node.id, len(plan.sources))
    rows = len(plan.sources)
    for name in ("sources", "arrival_at", "arrival_serial", "deadline_at", "latencies"):
        room(world, name, rows)
    known = int(world.control["sources_used"])
    world.control["sources_used"] = rows
    for node in clients:
        row = plan.sources[node.id]
        if row >= known:
            _new_source(world, plan, node, row)
        set_caches(world, plan, row, node)
        set_connections(world, plan, topology, node)
        set_reading_back(world, plan, node)
        _set_way(world, plan, topology, node)
        _set_arrivals(world, plan, node, load)
        source = world["sources"][row]
        more = source["parts"] > 0 or source["read_back"] > 0.0
        source["tells"] = source["loop"] == CLOSED or more
    for node_id, row in plan.sources.items():
        if not topology.has_node(node_id):
            world["sources"][row]["gap_ns"] = 0.0
            world["sources"][row]["loop"] = OPEN
            world["sources"][row]["curve_count"] = 0
            plan.curves.pop(node_id, None)
            world["arrival_at"][row] = NEVER


def _new_source(world: World, plan: Plan, node: Node, row: int) -> None:
    source = world["sources"][row]
    words = seed_words(plan.seed, node.id, 5)
    for name, word in zip(("s0", "s1", "s2", "s3", "key"), words, strict=True):
        source[name] = word
    source["node"] = plan.nodes[node.id]
    source["deadline_head"] = source["deadline_tail"] = -1
    world["arrival_at"][row] = world["deadline_at"][row] = NEVER
    world["nodes"][plan.nodes[node.id]]["row"] = row


def _set_way(world: World, plan: Plan, topology: Topology, node: Node) -> None:
    """Where requests go first; with one address and no lookup, the first hop needs no event."""
    n, row = plan.nodes[node.id], plan.sources[node.id]
    source = world["sources"][row]
    links = routes(topology, node)
    lookups = sum(topology.node(link.target).kind == "dns" for link in links)
    first = int(world["nodes"][n]["first_edge"])
    patience = round(parameter(node, "patience_s"))
    folded = (
        lookups == 0
        and len(links) == 1
        and _loop(node) == OPEN
        and not (source["connects"] or source["next_address"])
        and not (source["parts"] or source["read_back"])
        and bool(world["edges"][first]["open"] & REACHABLE)
        # Nobody gives up before the event that a folded request begins with.
        and int(world["edges"][first]["delay"]) < patience
        # What may not arrive needs to set out.
        and int(world["edges"][first]["line"]) != BAD_LINE
    )
    lead = int(world["edges"][first]["delay"]) if folded else 0
    now = int(world.control["now"])
    if world["arrival_at"][row] < NEVER:
        due = int(world["arrival_at"][row]) + lead - int(source["lead"])
        world["arrival_at"][row] = max(now, due)
    source["lookup_count"], source["folded"], source["lead"] = lookups, folded, lead
    _set_retries(source, node)
    source["write_share"] = parameter(node, "write_share")
    if patience != source["patience"]:
        source["patience"] = patience
        head = int(source["deadline_head"])
        if head >= 0:
            world["deadline_at"][row] = max(now, int(world["slots"][head]["since"]) + patience)


def _set_retries(source: Any, node: Node) -> None:
    source["retry"], source["retries"] = parameter(node, "retry"), parameter(node, "retries")
    source["backoff_ns"] = parameter(node, "backoff_ms")
    source["backoff_max_ns"] = parameter(node, "backoff_max_s")
    source["budget_share"] = parameter(node, "retry_budget")


def _set_arrivals(world: World, plan: Plan, node: Node, load: float) -> None:
    row = plan.sources[node.id]
    loop = _loop(node)
    changed = int(world["sources"][row]["loop"]) != loop
    world["sources"][row]["loop"] = loop
    changed |= _set_users(world, node, row, load, changed)
    changed |= _set_curve(world, plan, node, row, load)
    changed |= _set_trace(world, plan, node, row, changed)
    source = world["sources"][row]  # only now: new tables may have moved it
    rate = _base_rate(node) * load if loop == OPEN else 0.0
    gap_before, gap = float(source["gap_ns"]), min(1e9 / rate, GAP_MAX) if rate > 0 else 0.0
    source["gap_ns"] = gap
    due = int(world["arrival_at"][row])
    plain = loop == OPEN and source["curve_count"] == 0
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


def _base_rate(node: Node) -> float:
    return parameter(node, "users") * parameter(node, "requests_per_user")


def _set_users(world: World, node: Node, row: int, load: float, joins: bool) -> bool:
    """The population of a closed loop; whether that asks for a new next arrival."""
    source = world["sources"][row]
    users = round(parameter(node, "users") * load)
    think = parameter(node, "think_s")
    before = int(source["users"]), float(source["think_ns"])
    source["users"], source["think_ns"] = users, think
    if source["loop"] != CLOSED:
        return False
    if joins:
        waiting = int(source["offered"]) - int(source["completed"]) - int(source["failed"])
        source["thinking"] = users - waiting - int(source["returning"])
    else:
        source["thinking"] += users - before[0]
    return joins or (users, think) != before


def curve_of(node: Node, load: float) -> Curve:
    """The client's rate over time; empty when it is constant. A daily curve repeats."""
    arrivals, shape = str(node.parameters["arrivals"]), str(node.parameters["shape"])
    if arrivals == "table":
        rows = node.spec.parameter("rates").rows(node.parameters["rates"])
        points = [(at, rate * load) for at, rate, *_ in rows]
        if points and points[0][0] > 0.0:
            points.insert(0, (0.0, points[0][1]))
        return tuple(points) or ((0.0, 0.0),)
    if shape == "constant" or arrivals != "open":
        return ()
    base = _base_rate(node) * load
    peak = base * parameter(node, "shape_factor")
    start, length = (float(str(node.parameters[f"shape_{name}_s"])) for name in ("start", "length"))
    if shape == "daily":
        turn = 2 * math.pi / _DAILY_POINTS
        return tuple(
            (length * k / _DAILY_POINTS, base + (peak - base) * (1 - math.cos(turn * k)) / 2)
            for k in range(_DAILY_POINTS + 1)
        )
    rises = {"ramp": length, "step": 0.0, "spike": 0.0}[shape]
    points = [(0.0, base), (start, base), (start + rises, peak)]
    if shape == "spike":
        points += [(start + length, peak), (start + length, base)]
    return tuple(points)


def _set_curve(world: World, plan: Plan, node: Node, row: int, load: float) -> bool:
    curve = curve_of(node, load)
    if curve == plan.curves.get(node.id, ()):
        return False
    plan.curves[node.id] = curve
    source = world["sources"][row]
    if plan.points_used + len(curve) > POINTS_MAX:
        raise EngineLimit(
            Text(
                f"more than {POINTS_MAX:,} points of rate curves in one run",
                f"한 실행에 요청률 곡선의 점이 {POINTS_MAX:,}개를 넘습니다",
            )
        )
    daily = node.parameters["arrivals"] == "open" and node.parameters["shape"] == "daily"
    repeats = daily and any(rate > 0 for _, rate in curve)
    source["curve_first"], source["curve_count"] = plan.points_used, len(curve)
    source["curve_period"] = round(curve[-1][0] * 1e9) if repeats else 0
    plan.points_used += len(curve)
    room(world, "points", plan.points_used)
    for place, (at, rate) in enumerate(curve, start=int(source["curve_first"])):
        world["points"][place]["at"], world["points"][place]["rate"] = round(at * 1e9), rate / 1e9
    return True


def _set_trace(world: World, plan: Plan, node: Node, row: int, changed: bool) -> bool:
    """The requests of a recorded client; those before now are over."""
    text = str(node.parameters["trace"])
    if plan.traces.get(node.id, "") != text:
        plan.traces[node.id] = text
        _write_records(world, plan, node, row)
        changed = True
    source = world["sources"][row]
    if source["loop"] == RECORDED and changed:
        first, count = int(source["record_first"]), int(source["record_count"])
        ats = world["records"]["at"][first : first + count]
        source["record_next"] = first + int((ats < world.control["now"]).sum()) - 1
        return True
    return False


def _write_records(world: World, plan: Plan, node: Node, row: int) -> None:
    rows = node.spec.parameter("trace").rows(node.parameters["trace"])
    works: list[int] = []
    for _, _, *ms in rows:
        works += [*(round(one * 1e6) for one in ms), _END_OF_WORKS]
    if plan.records_used + len(rows) > RECORDS_MAX or plan.works_used + len(works) > WORKS_MAX:
        raise EngineLimit(
            Text(
                f"more than {RECORDS_MAX:,} recorded requests in one run",
                f"한 실행에 기록된 요청이 {RECORDS_MAX:,}건을 넘습니다",
            )
        )
    source = world["sources"][row]
    source["record_first"], source["record_count"] = plan.records_used, len(rows)
    room(world, "records", plan.records_used + len(rows))
    room(world, "works", plan.works_used + len(works))
    world["works"][plan.works_used : plan.works_used + len(works)] = works
    place = plan.works_used
    for number, (at, writes, *ms) in enumerate(rows, start=plan.records_used):
        record = world["records"][number]
        record["at"], record["writes"] = round(at * 1e9), int(writes >= 0.5)
        record["works_first"] = place
        place += len(ms) + 1
    plan.records_used += len(rows)
    plan.works_used += len(works)
