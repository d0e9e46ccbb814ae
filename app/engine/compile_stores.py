"""Stores of a World: their rings and copies, and which web servers do more than one call."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.engine.compile_caches import ranks_of, rows_of_keys
from app.engine.compile_paths import lay_paths
from app.engine.plan import Plan, parameter, room
from app.engine.records import DETOURS
from app.engine.traits import set_trait
from app.engine.world import World
from app.topology.model import Node, Topology
from app.topology.rings import is_member, page_of, rings

COPIES_MAX: Final = 300_000
"""Keys of all nodes of rings that a run has had, 32 bytes each."""


def is_shard(node: Node) -> bool:
    """Whether a node has only some of the keys, so that its web servers go by these."""
    return node.kind == "store" and node.parameters["family"] == "key_value"


def trips_to(server: Node, target: Node) -> tuple[int, float]:
    """Round trips that a page of a web server takes to a node, and mean work of each beyond a
    plain read, in ms.
    """
    return page_of(server, target) if target.kind in ("database", "store") else (0, 0.0)


def arrange(world: World, plan: Plan, topology: Topology) -> None:
    """Make stores, rings and the errands of web servers follow the drawing. Raises EngineLimit."""
    stores = topology.of_kind("store")
    before = set(plan.key_copies.of)
    for node in stores:
        row = plan.stores.setdefault(node.id, len(plan.stores))
        room(world, "stores", row + 1)
        _set_store(world, plan, node, row)
    if plan.stores:
        world["stores"]["rows"] = len(plan.stores)
    members_first = paths_first = 0
    for ring in rings(topology):
        rows, paths = members_first + len(ring), paths_first + len(ring) ** 2
        room(world, "ring_members", rows)
        room(world, "ring_paths", paths)
        _seat(world, plan, topology, ring, members_first, paths_first)
        _agree(world, plan, ring, before)
        members_first, paths_first = rows, paths
    errands = bool(stores)
    for server in topology.of_kind("web_server"):
        targets = [topology.node(link.target) for link in topology.links_from(server.id)]
        row = world["nodes"][plan.nodes[server.id]]
        data = [target for target in targets if target.kind in ("database", "store")]
        row["shards"] = len(data) if all(is_shard(target) for target in data) else 0
        row["trips"] = max((trips_to(server, target)[0] for target in targets), default=0)
        several = row["shards"] > 1 or row["trips"] > 0
        detours = several or any(one.kind == "cache" for one in targets)
        set_trait(row, DETOURS, detours)
        errands = errands or detours
    if errands and not len(world["errands"]):
        world.resize(errands=len(world["slots"]))


def _set_store(world: World, plan: Plan, node: Node, row: int) -> None:
    n, keys = plan.nodes[node.id], round(parameter(node, "keys"))
    ranks = ranks_of(world, plan, keys, float(parameter(node, "zipf")))
    first = 0
    if is_member(node):
        first = rows_of_keys(world, "key_copies", plan.key_copies, node, keys, COPIES_MAX)
    store = world["stores"][row]
    world["nodes"][n]["row"] = row
    store["node"], store["keys"], store["ranks_first"] = n, keys, ranks
    store["first"], store["ring"], store["members"] = first, row, 0
    for name in ("family", "copies", "read_copies", "write_copies"):
        store[name] = round(parameter(node, name))
    store["repairs"] = parameter(node, "read_repair")
    store["hint_window"] = round(parameter(node, "hint_window_s"))
    store["hint_gap"] = round(1e9 / parameter(node, "hint_rate"))


def _seat(
    world: World,
    plan: Plan,
    topology: Topology,
    ring: tuple[Node, ...],
    members_first: int,
    paths_first: int,
) -> None:
    rows = [plan.stores[node.id] for node in ring]
    for place, row in enumerate(rows):
        world["ring_members"][members_first + place] = row
        store = world["stores"][row]
        store["ring"], store["place"], store["members"] = rows[0], place, len(ring)
        store["members_first"], store["paths_first"] = members_first, paths_first
    lay_paths(world, plan, topology, ring, "ring_paths", paths_first)


def _agree(world: World, plan: Plan, ring: tuple[Node, ...], before: set[str]) -> None:
    """A ring's first member keeps what has been acknowledged, and stamps go on from the newest.
    Who is new has a copy of what the others have.
    """
    stores, copies = world["stores"], world["key_copies"]
    rows = [plan.stores[node.id] for node in ring]
    keys = min(int(stores[row]["keys"]) for row in rows)
    firsts = {node.id: int(stores[plan.stores[node.id]]["first"]) for node in ring}
    spans = {name: slice(first, first + keys) for name, first in firsts.items()}
    copies["acked"][spans[ring[0].id]] = np.max(
        [copies["acked"][span] for span in spans.values()], axis=0
    )
    stores[rows[0]]["stamps"] = max(int(stores[row]["stamps"]) for row in rows)
    newest = np.max([copies["stamp"][span] for span in spans.values()], axis=0)
    for name, span in spans.items():
        if name not in before:
            copies["stamp"][span] = newest
