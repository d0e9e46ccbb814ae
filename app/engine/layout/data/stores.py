"""Stores of a World: their rings and copies, and which web servers do more than one call."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.engine.layout.data.caches import ranks_of, rows_of_keys
from app.engine.layout.data.paths import lay_paths
from app.engine.numbering import Numbering, parameter, room
from app.kernel.state.codes.nodes import Trait
from app.kernel.state.flags import set_trait
from app.kernel.state.world import World
from app.schema import Role
from app.topology.choices import is_shard
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.replication.store_rings import is_member, page_of, rings

COPIES_MAX: Final = 300_000
"""Keys of all nodes of rings that a run has had, 32 bytes each."""


def trips_to(server: Node, target: Node) -> tuple[int, float]:
    """Round trips that a page of a web server takes to a node, and mean work of each beyond a
    plain read, in ms.
    """
    return page_of(server, target) if target.spec.role is Role.KEEPS else (0, 0.0)


def lay_out_stores(world: World, numbering: Numbering, topology: Topology) -> None:
    """Make stores, rings and the further_calls of web servers follow the drawing. Raises
    EngineLimit.
    """
    stores = [one for one in topology.nodes if one.spec.replication == "ring"]
    before = set(numbering.key_copies.of)
    for node in stores:
        row = numbering.stores.setdefault(node.id, len(numbering.stores))
        room(world, "stores", row + 1)
        _set_store(world, numbering, node, row)
    if numbering.stores:
        world["stores"]["rows"] = len(numbering.stores)
    members_first = paths_first = 0
    for ring in rings(topology):
        rows, paths = members_first + len(ring), paths_first + len(ring) ** 2
        room(world, "ring_members", rows)
        room(world, "ring_paths", paths)
        _seat(world, numbering, topology, ring, members_first, paths_first)
        _agree(world, numbering, ring, before)
        members_first, paths_first = rows, paths
    further_calls = bool(stores)
    for server in topology.of_role(Role.WORKS):
        targets = [topology.node(link.target) for link in topology.links_from(server.id)]
        row = world["nodes"][numbering.nodes[server.id]]
        data = [target for target in targets if target.spec.role is Role.KEEPS]
        row["shards"] = len(data) if all(is_shard(target) for target in data) else 0
        row["trips"] = max((trips_to(server, target)[0] for target in targets), default=0)
        several = row["shards"] > 1 or row["trips"] > 0
        further = several or any(one.spec.role is Role.CACHES for one in targets)
        set_trait(row, Trait.FURTHER_CALLS, further)
        further_calls = further_calls or further
    if further_calls and not len(world["data_calls"]):
        world.resize(data_calls=len(world["slots"]))


def _set_store(world: World, numbering: Numbering, node: Node, row: int) -> None:
    n, keys = numbering.nodes[node.id], round(parameter(node, "keys"))
    ranks = ranks_of(world, numbering, keys, float(parameter(node, "zipf")))
    first = 0
    if is_member(node):
        first = rows_of_keys(world, "key_copies", numbering.key_copies, node, keys, COPIES_MAX)
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
    numbering: Numbering,
    topology: Topology,
    ring: tuple[Node, ...],
    members_first: int,
    paths_first: int,
) -> None:
    rows = [numbering.stores[node.id] for node in ring]
    for place, row in enumerate(rows):
        world["ring_members"][members_first + place] = row
        store = world["stores"][row]
        store["ring"], store["place"], store["members"] = rows[0], place, len(ring)
        store["members_first"], store["paths_first"] = members_first, paths_first
    lay_paths(world, numbering, topology, ring, "ring_paths", paths_first)


def _agree(world: World, numbering: Numbering, ring: tuple[Node, ...], before: set[str]) -> None:
    """Keep acknowledged stamps at a ring's first member and count on from the newest; a new member
    copies what the others have.
    """
    stores, copies = world["stores"], world["key_copies"]
    rows = [numbering.stores[node.id] for node in ring]
    keys = min(int(stores[row]["keys"]) for row in rows)
    firsts = {node.id: int(stores[numbering.stores[node.id]]["first"]) for node in ring}
    spans = {name: slice(first, first + keys) for name, first in firsts.items()}
    copies["acked"][spans[ring[0].id]] = np.max(
        [copies["acked"][span] for span in spans.values()], axis=0
    )
    stores[rows[0]]["stamps"] = max(int(stores[row]["stamps"]) for row in rows)
    newest = np.max([copies["stamp"][span] for span in spans.values()], axis=0)
    for name, span in spans.items():
        if name not in before:
            copies["stamp"][span] = newest
