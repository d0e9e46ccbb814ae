"""From a drawing to a World, and from an edited drawing to the same World patched in place.

A node, link, client or database keeps its number for the whole run, so that whatever is in flight
stays valid; only the edge table is laid out anew, since routing wants a node's edges together.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from app.engine.interventions import draining
from app.engine.interventions.autoscaling import launch, lay_out_fleets
from app.engine.interventions.faults import count_disturbances, restart
from app.engine.layout.clients import lay_out_clients
from app.engine.layout.data.replication_groups import share_log
from app.engine.layout.data.stores import trips_to
from app.engine.layout.load_balancers import give_cookies, weight_of
from app.engine.layout.machines import lay_out_machines
from app.engine.layout.registry import AFTER_EDGES, BEFORE_EDGES
from app.engine.layout.virtual_ips import lay_out_virtual_ips
from app.engine.loop.entry import heal
from app.engine.numbering import EngineLimit, Numbering, delay_line_for, parameter, room, routes
from app.kernel.state.codes.choices import Distribution
from app.kernel.state.codes.nodes import QueueRule, Routable
from app.kernel.state.constants import (
    DELAY_LINES_MAX,
    FAULTY_LINE,
    HOPS,
    INCIDENTS,
    NEVER,
    NODES_MAX,
    SLOTS_FIRST,
    VISITS,
    WORLD_BYTES_MAX,
)
from app.kernel.state.tables import EDGE
from app.kernel.state.world import World
from app.kinds import KINDS
from app.schema import Role
from app.texts.text import Text, plural
from app.topology.choices import is_shard
from app.topology.model import Topology
from app.topology.nodes import Node

KIND_CODES = {kind.name: code for code, kind in enumerate(KINDS)}


def build(
    topology: Topology, seed: int, load: float, bytes_max: int = WORLD_BYTES_MAX
) -> tuple[World, Numbering]:
    """A World at second 0 for this drawing. Raises EngineLimit."""
    delay_lines = dict.fromkeys(
        ("delay_lines", "delay_line_at", "delay_line_serial"), DELAY_LINES_MAX
    )
    world = World({"incidents": INCIDENTS, "hops": HOPS, "visits": VISITS, **delay_lines})
    world["delay_line_at"][:] = NEVER
    world["delay_lines"]["head"] = -1
    control = world.control
    control["free_head"] = -1
    numbering = Numbering(seed, bytes_max)
    share_log(numbering, topology)
    while len(world["slots"]) < SLOTS_FIRST:
        world.grow_slots()
    patch(world, numbering, topology, load)
    return world, numbering


def patch(world: World, numbering: Numbering, topology: Topology, load: float) -> None:
    """Make the World follow an edited drawing; the run goes on. Raises EngineLimit."""
    if len(numbering.nodes) + len(topology.nodes) > NODES_MAX:
        raise EngineLimit(
            plural(
                "more than {count} node in one run",
                "more than {count} nodes in one run",
                count=NODES_MAX,
            )
        )
    drawn, topology = topology, lay_out_fleets(numbering, topology)
    world.reserve_events()
    back, resized = _place_nodes(world, numbering, topology)
    known = {link.id for link in topology.links}
    numbering.link_conditions = {
        name: one for name, one in numbering.link_conditions.items() if name in known
    }
    for lay_out in BEFORE_EDGES:
        lay_out(world, numbering, topology)
    _lay_edges(world, numbering, topology)
    for lay_out in AFTER_EDGES:
        lay_out(world, numbering, topology)
    world.reserve_events()
    lay_out_virtual_ips(world, numbering, topology)
    for n in back:
        heal(world.buffer, n)
    lay_out_clients(world, numbering, topology, load)
    give_cookies(world, numbering, topology)
    for n in resized:
        restart(world, numbering, n)
    launch(world, numbering, drawn)
    count_disturbances(world, numbering)
    _check_size(world, numbering.bytes_max)
    draining.lay_out_drains(numbering, topology)


def _check_size(world: World, bytes_max: int) -> None:
    """Return whether what a drawing needs fits, besides what is in flight. Raises EngineLimit."""
    if world.bytes_drawn > bytes_max:
        megabytes = bytes_max // 1_000_000
        raise EngineLimit(
            Text(
                "more than {megabytes} MB for the keys, copies, logs and caches of one run",
                megabytes=megabytes,
            )
        )


def _place_nodes(
    world: World, numbering: Numbering, topology: Topology
) -> tuple[list[int], list[int]]:
    """Give nodes rows and parameters; crash those taken off. Returns those put back, and those
    that a new size restarts.
    """
    for node in topology.nodes:
        numbering.nodes.setdefault(node.id, len(numbering.nodes))
    for name in ("nodes", "failures", "sojourns"):
        room(world, name, len(numbering.nodes))
    known = int(world.control["nodes_used"])
    world.control["nodes_used"] = len(numbering.nodes)
    back: list[int] = []
    for node in topology.nodes:
        n = numbering.nodes[node.id]
        row = world["nodes"][n]
        if n >= known:
            row["kind"], row["up"], row["placed"], row["row"] = KIND_CODES[node.kind], 1, 1, -1
            row["queue_head"] = row["queue_tail"] = row["held"] = row["pool_head"] = -1
            row["slow"], row["next_on_machine"] = 1.0, n
        elif not row["placed"]:
            row["placed"] = 1
            if not draining.put_back(world, numbering, node.id):
                back.append(n)
        _set_node(world, n, node)
    for node_id, n in numbering.nodes.items():
        if world["nodes"][n]["placed"] and not topology.has_node(node_id):
            draining.take_off(world, numbering, node_id)
    return back, lay_out_machines(world, numbering, topology)


def _set_node(world: World, n: int, node: Node) -> None:
    """Give a node its parameters, but for its cores: those are its machine's."""
    row = world["nodes"][n]
    if node.spec.work is not None:
        _set_station(row, node, *node.spec.work)
    node.spec.lay_out(row, partial(parameter, node))


def _set_station(row: Any, node: Node, read: str, write: str) -> None:
    row["boot_ns"] = round(parameter(node, "boot_s"))
    row["read_ns"], row["write_ns"] = parameter(node, read), parameter(node, write)
    row["queue_limit"] = parameter(node, "queue_limit")
    if node.spec.has("cancels"):
        row["cancels"] = parameter(node, "cancels")
        _set_rules(row, node)
    variation = row["variation"] = round(parameter(node, "distribution"))
    row["work_shape"] = _work_shape(variation, float(parameter(node, "scv")))


def _set_rules(row: Any, node: Node) -> None:
    """Set the time limit of a node's queue and the rules for requests that wait longer."""
    row["queue_timeout"] = 0
    rules = QueueRule.DROP_ORPHANS if parameter(node, "cancels") else 0
    if node.spec.has("wait_limit_s"):  # a balancer's own queue has a timeout of its own
        row["queue_timeout"] = round(parameter(node, "wait_limit_s"))
        rules |= QueueRule.WAIT_LIMIT if row["queue_timeout"] > 0 else 0
        rules |= QueueRule.DROP_EXPIRED if parameter(node, "drop_expired") else 0
    row["rules"] = rules


def _work_shape(variation: int, scv: float) -> float:
    """Return the second parameter of the work's distribution: sigma of a log-normal, p of a
    hyperexponential, else 0.
    """
    if variation == Distribution.LOGNORMAL:
        return math.sqrt(math.log1p(scv))
    if variation == Distribution.HYPEREXPONENTIAL:
        return 0.5 * (1.0 + math.sqrt((max(scv, 1.0) - 1.0) / (max(scv, 1.0) + 1.0)))
    return 0.0


def _lay_edges(world: World, numbering: Numbering, topology: Topology) -> None:
    for link in topology.links:
        numbering.links.setdefault(link.id, len(numbering.links))
    used = int(world.control["edges_used"])
    edges = world["edges"][:used].copy()
    before = {int(edge["link"]): edge for edge in edges}
    old_place = {link: place for place, link in enumerate(before)}
    rows = [
        row
        for node in topology.nodes
        for row in _edges_of(world, numbering, topology, node, before)
    ]
    leaving = draining.ways_on(numbering, edges)
    rows += [ways for _, ways in leaving]
    after = np.concatenate(rows) if rows else np.zeros(0, EDGE)
    room(world, "edges", len(after))
    world["edges"][: len(after)] = after
    world.control["edges_used"] = len(after)
    new_place = {int(link): place for place, link in enumerate(after["link"])}
    moved = np.full(used + 1, -1, np.int32)
    for number, place in old_place.items():
        moved[place] = new_place.get(number, -1)
    slots = world["slots"]
    for name in ("edge", "server_edge"):
        slots[name] = moved[np.clip(slots[name], -1, used - 1)]
    start = 0
    counts = [(numbering.nodes[node.id], len(routes(topology, node))) for node in topology.nodes]
    for n, count in [*counts, *((n, len(ways)) for n, ways in leaving)]:
        row = world["nodes"][n]
        row["first_edge"], row["edge_count"] = start, count
        start += count


def _edges_of(
    world: World, numbering: Numbering, topology: Topology, node: Node, before: dict[int, Any]
) -> list[Any]:
    """A row for each way on from a node; one that was there keeps what it has counted."""
    rows: list[Any] = []
    for link in routes(topology, node):
        number = numbering.links[link.id]
        target = topology.node(link.target)
        rows.append(np.zeros(1, EDGE))
        edge = rows[-1][0]
        known = before.get(number)
        if known is not None:
            rows[-1][0] = known
        else:
            edge["link"], edge["healthy"] = number, 1
            edge["returned_at"] = world.control["now"]
            edge["routable"] = _opened(world, numbering, node, target)
        reach = 0 if topology.hindrance(link) else Routable.REACHABLE
        edge["routable"] = int(edge["routable"]) & ~Routable.REACHABLE | reach
        delay, condition = numbering.delay_ns(link), numbering.condition(link.id)
        edge["node"], edge["delay"] = numbering.nodes[target.id], delay
        edge["delay_line"] = (
            FAULTY_LINE if condition.stops_messages else delay_line_for(world, numbering, delay)
        )
        edge["cut"], edge["loss"] = condition.cut, condition.loss
        edge["caches"] = target.spec.role is Role.CACHES
        edge["shard"] = is_shard(target)
        if node.spec.role is Role.WORKS:
            edge["more_ns"] = 1e6 * trips_to(node, target)[1]
        edge["owner"], edge["weight"] = numbering.nodes[node.id], weight_of(target)
    return rows


def _opened(world: World, numbering: Numbering, node: Node, target: Node) -> int:
    """Return the uses (`Routable`) of a new link: a balancer trusts a server until checks fail."""
    if node.spec.role is Role.SENDS:
        return 0
    if node.spec.role is Role.FORWARDS:
        return Routable.READS | Routable.WRITES
    if target.spec.role is Role.CACHES:  # it is never asked like a database
        return 0
    if target.spec.replication != "log":
        return Routable.READS | Routable.WRITES | Routable.FALLBACK
    n = numbering.nodes[target.id]
    database = world["databases"][world["nodes"][n]["row"]]
    if world["groups"][database["group"]]["mode"]:
        return Routable.READS | Routable.WRITES | Routable.FALLBACK
    if database["leads"]:
        return Routable.WRITES | Routable.FALLBACK
    return Routable.READS if database["ready"] else 0
