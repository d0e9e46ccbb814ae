"""Database groups of a World: who is in one, who leads it, how far its log has come."""

from __future__ import annotations

import math
from typing import Any, Final

from app.engine.layout.data.multi_primary import lay_out_multi_primary
from app.engine.layout.data.paths import lay_paths
from app.engine.layout.data.stale_reads import lay_out_stale_reads
from app.engine.loop.entry import recheck_commits, switch_primary
from app.engine.numbering import Numbering, parameter, room, seed_words
from app.engine.observe.writes.checksums import lay_sums, same_data
from app.kernel.state.codes.choices import CommitMode
from app.kernel.state.constants import LOG_ENTRIES, LOG_ENTRIES_MAX
from app.kernel.state.world import World
from app.topology.choices import is_primary
from app.topology.model import Topology
from app.topology.nodes import Node

_LOG_ENTRIES_MIN = 256
_LOG_ENTRIES_PER_DIVERGENT_WRITE = 4
_STALL_NS: Final = 1_000_000_000
"""A commit that has waited for so long is said to hang."""
_TIMES = {
    "election": "election_s",
    "repoint": "repoint_s",
    "reaim": "reaim_s",
    "backup": "backup_interval_s",
}


def share_log(numbering: Numbering, topology: Topology) -> None:
    """Set the number of log entries per group of a run's first drawing: a power of two."""
    numbering.groups_first = sum(1 for _ in topology.database_groups())
    numbering.log_size = LOG_ENTRIES_MAX
    while (
        numbering.log_size > _LOG_ENTRIES_MIN
        and numbering.log_size * numbering.groups_first > LOG_ENTRIES
    ):
        numbering.log_size //= 2


def lay_out_replication_groups(world: World, numbering: Numbering, topology: Topology) -> None:
    """Make groups, members and the paths between them follow the drawing."""
    _place_databases(world, numbering, topology)
    if world["databases"]["commit"].any():
        room(world, "commit_waits", len(numbering.databases))
    groups = list(topology.database_groups())
    rows = _claim_rows(world, numbering, groups)
    members, paths = sum(map(len, groups)), sum(len(group) ** 2 for group in groups)
    room(world, "members", members)
    room(world, "paths", paths)
    member_first = path_first = 0
    numbering.relays = {}
    for group, g in zip(groups, rows, strict=True):
        if len(group) > 1 and not world["groups"][g]["divergent_size"]:
            _make_room_for_divergent(world, numbering, g)
        _seat(world, numbering, topology, group, g, member_first, path_first)
        member_first += len(group)
        path_first += len(group) ** 2
    lay_out_multi_primary(world, numbering, topology, dict(zip(rows, groups, strict=True)))
    for group, g in zip(groups, rows, strict=True):
        if not world["groups"][g]["mode"]:
            _follow_roles(world, numbering, group, g)
    lay_out_stale_reads(world, numbering, topology, groups, rows)
    for row in range(int(world.control["databases_used"])):
        if int(world["databases"][row]["waiting_head"]) >= 0:
            recheck_commits(world.buffer, row)


def _place_databases(world: World, numbering: Numbering, topology: Topology) -> None:
    databases = topology.replicated()
    for node in databases:
        numbering.databases.setdefault(node.id, len(numbering.databases))
    room(world, "databases", len(numbering.databases))
    known = int(world.control["databases_used"])
    lay_sums(world, numbering, known)
    world.control["databases_used"] = len(numbering.databases)
    for node in databases:
        row = numbering.databases[node.id]
        database = world["databases"][row]
        if row >= known:
            database["node"] = numbering.nodes[node.id]
            database["group"] = -1
            database["waiting_head"] = database["waiting_tail"] = -1
            database["key"] = seed_words(numbering.seed, node.id, 1)[0]
            world["nodes"][numbering.nodes[node.id]]["row"] = row
        stretch = float(world["nodes"][numbering.nodes[node.id]]["stretch"])
        database["apply_ns"] = parameter(node, "apply_ms") * stretch
        database["max_lag"] = round(parameter(node, "max_lag_s"))
        database["promotion"] = round(parameter(node, "promotion_s"))
        database["lease"] = round(parameter(node, "lease_s"))
        database["fencing"] = parameter(node, "fencing")
        database["quorum"] = parameter(node, "quorum")
        database["automatic_failover"] = parameter(node, "automatic")
        database["keeps_divergent"] = parameter(node, "on_return")
        for field, name in _TIMES.items():
            database[field] = round(parameter(node, name))
        copy_s = parameter(node, "data_gb") / parameter(node, "copy_mb_per_s")
        database["copy_ns"], database["rows"] = round(copy_s * 1e9), parameter(node, "rows")
        lag = parameter(node, "candidate_lag_mib") / parameter(node, "write_bytes")
        database["candidate_lag"] = math.ceil(lag)
        _set_commit(database, node)


def _set_commit(database: Any, node: Node) -> None:
    """Set the commit mode of a database as a primary, and its delay as a replica."""
    mode = database["commit"] = round(parameter(node, "commit"))
    if mode != CommitMode.SEMI_SYNC:
        database["fell_back"] = 0
    database["copies"] = parameter(node, "sync_replicas")
    timeout = round(parameter(node, "semi_sync_timeout_s"))
    database["commit_timeout"] = timeout if mode == CommitMode.SEMI_SYNC else _STALL_NS
    database["replica_flush"] = round(parameter(node, "replica_flush_ms"))
    database["apply_delay"] = round(parameter(node, "apply_delay_s"))
    database["write_bytes"] = parameter(node, "write_bytes")


def _claim_rows(world: World, numbering: Numbering, groups: list[tuple[Node, ...]]) -> list[int]:
    """A group row for each group: the one its leader has, else one of its members', else new."""
    claimed: set[int] = set()
    rows: list[int] = []
    for group in groups:
        before = [int(world["databases"][numbering.databases[node.id]]["group"]) for node in group]
        numbers = {numbering.nodes[node.id] for node in group}
        known = [g for g in before if g >= 0 and g not in claimed]
        led = [g for g in known if int(world["groups"][g]["primary"]) in numbers]
        orphaned = [g for g in known if not _lead_is_placed(world, g)]
        g = next(iter(led or orphaned), -1)
        rows.append(g if g >= 0 else _new_group(world, numbering))
        claimed.add(rows[-1])
    for g in set(range(int(world.control["groups_used"]))) - claimed:
        # A group of which nothing is left is no outage, should it be drawn again.
        world["groups"][g]["blocked_since"] = world["groups"][g]["member_count"] = 0
    return rows


def _lead_is_placed(world: World, g: int) -> bool:
    lead = int(world["groups"][g]["primary"])
    return lead >= 0 and bool(world["nodes"][lead]["placed"])


def _new_group(world: World, numbering: Numbering) -> int:
    g = int(world.control["groups_used"])
    world.control["groups_used"] = g + 1
    room(world, "groups", g + 1)
    used, size = numbering.log_used, numbering.log_size
    while (
        g >= numbering.groups_first and size > _LOG_ENTRIES_MIN and size > (LOG_ENTRIES - used) // 4
    ):
        size //= 2
    if len(world["log"]) < used + size:
        world.resize(log=max(used + size, min(2 * used, LOG_ENTRIES)))
    numbering.log_used += size
    row = world["groups"][g]
    row["log_first"], row["log_size"], row["primary"] = used, size, -1
    return g


def _seat(
    world: World,
    numbering: Numbering,
    topology: Topology,
    group: tuple[Node, ...],
    g: int,
    member_first: int,
    path_first: int,
) -> None:
    row = world["groups"][g]
    row["member_first"], row["member_count"] = member_first, len(group)
    row["backup_due"] = 0  # intervals may have changed
    row["path_first"] = path_first
    newcomers, present = [], []
    origins = [_origin(world, numbering.databases[node.id]) for node in group]
    for place, node in enumerate(group):
        database = world["databases"][numbering.databases[node.id]]
        world["members"][member_first + place] = numbering.databases[node.id]
        database["member"] = place
        if int(database["group"]) != g:
            newcomers.append(database)
            database["group"] = g
        else:
            present.append(database)
    if int(row["primary"]) < 0 and not row["mode"]:
        row["primary"] = _first_primary(numbering, group)
        members = (*newcomers, *present)
        row["written"] = max(int(database["received"]) for database in members)
        _note_origin(numbering, g, max(origins, key=lambda one: one[1]))
        for node in group:
            database = world["databases"][numbering.databases[node.id]]
            database["leads"], database["leader"] = (
                database["node"] == row["primary"],
                row["primary"],
            )
    for database in newcomers:
        # A new member starts from a copy of the primary's data as of now.
        database["received"] = database["applied"] = row["written"]
        database["streaming"], database["ready"], database["catching_up"] = 1, 1, 0
        database["applying"] = database["asking"] = 0
        database["leads"], database["leader"] = database["node"] == row["primary"], row["primary"]
        database["timeline"], database["membership"] = row["timeline"], 0
        database["acked"] = database["flushed"] = row["written"]
    model = [one for one in (*present, *newcomers) if one["node"] == row["primary"]]
    same_data(world, newcomers, (model or present or newcomers)[0])
    lay_paths(world, numbering, topology, group, "paths", path_first)


def _origin(world: World, row: int) -> tuple[int, int]:
    """The group that a database has been in, and how far it has its log; -1 for none."""
    database = world["databases"][row]
    g = int(database["group"])
    if g < 0 or int(world["groups"][g]["mode"]):
        return -1, 0
    followed = int(database["timeline"]) == int(world["groups"][g]["timeline"])
    received = int(database["received"])
    return g, received if followed else min(received, int(database["fork_position"]))


def _note_origin(numbering: Numbering, g: int, origin: tuple[int, int]) -> None:
    """Note which group's log a new group goes on with, so that its writes up to there are known to
    be kept when nothing of that group is left.
    """
    if origin[0] not in (-1, g):
        numbering.origins[g] = origin


def _make_room_for_divergent(world: World, numbering: Numbering, g: int) -> None:
    """Make room for the divergent writes of a group with replicas."""
    row = world["groups"][g]
    used, size = numbering.divergent_used, int(row["log_size"]) // _LOG_ENTRIES_PER_DIVERGENT_WRITE
    if len(world["divergent_writes"]) < used + size:
        world.resize(
            divergent_writes=max(
                used + size, min(2 * used, LOG_ENTRIES // _LOG_ENTRIES_PER_DIVERGENT_WRITE)
            )
        )
        row = world["groups"][g]
    row["divergent_first"], row["divergent_size"] = used, size
    numbering.divergent_used += size


def _first_primary(numbering: Numbering, group: tuple[Node, ...]) -> int:
    return next((numbering.nodes[node.id] for node in group if is_primary(node)), -1)


def _follow_roles(world: World, numbering: Numbering, group: tuple[Node, ...], g: int) -> None:
    """Promote a database whose role parameter has just become primary; demote a former one."""
    for node in group:
        leads = is_primary(node)
        before = numbering.drawn_primary.get(node.id, leads)
        numbering.drawn_primary[node.id] = leads
        n = numbering.nodes[node.id]
        is_leading = int(world["groups"][g]["primary"]) == n
        if leads in (before, is_leading):
            continue
        if leads and world["nodes"][n]["up"]:
            switch_primary(world.buffer, g, numbering.databases[node.id])
        elif not leads:
            _step_down(world, numbering, group, g, node)


def _step_down(
    world: World, numbering: Numbering, group: tuple[Node, ...], g: int, leader: Node
) -> None:
    """Replace a primary that was made a replica by its most advanced live replica, if any."""
    rows = [numbering.databases[node.id] for node in group if node.id != leader.id]
    live = [row for row in rows if world["nodes"][world["databases"][row]["node"]]["up"]]
    if live:
        best = max(live, key=lambda row: int(world["databases"][row]["received"]))
        switch_primary(world.buffer, g, best)
