"""Database groups of a World: who is in one, who leads it, how far its log has come."""

from __future__ import annotations

import math
from typing import Any, Final

from app.engine import compile_freshness, compile_multi
from app.engine.compile_paths import lay_paths
from app.engine.contents import lay_sums, same_data
from app.engine.intervene import let_commit, switch_primary
from app.engine.plan import Plan, parameter, room, seed_words
from app.engine.records import LOG_ENTRIES, LOG_ENTRIES_MAX, SEMI_SYNC
from app.engine.world import World
from app.topology.model import Node, Topology

_LOG_ENTRIES_MIN = 256
_LOG_ENTRIES_PER_STRAY = 4
_STALL_NS: Final = 1_000_000_000
"""A commit that has waited for so long is said to hang."""
_TIMES = {
    "election": "election_s",
    "repoint": "repoint_s",
    "reaim": "reaim_s",
    "backup": "backup_interval_s",
}


def share_log(plan: Plan, topology: Topology) -> None:
    """How many log entries each group of a run's first drawing keeps: a power of two."""
    plan.groups_first = sum(1 for _ in topology.database_groups())
    plan.log_size = LOG_ENTRIES_MAX
    while plan.log_size > _LOG_ENTRIES_MIN and plan.log_size * plan.groups_first > LOG_ENTRIES:
        plan.log_size //= 2


def arrange(world: World, plan: Plan, topology: Topology) -> None:
    """Make groups, members and the paths between them follow the drawing."""
    _place_databases(world, plan, topology)
    if world["databases"]["commit"].any():
        room(world, "commit_waits", len(plan.databases))
    groups = list(topology.database_groups())
    rows = _claim_rows(world, plan, groups)
    members, paths = sum(map(len, groups)), sum(len(group) ** 2 for group in groups)
    room(world, "members", members)
    room(world, "paths", paths)
    member_first = path_first = 0
    for group, g in zip(groups, rows, strict=True):
        if len(group) > 1 and not world["groups"][g]["stray_size"]:
            _make_room_for_strays(world, plan, g)
        _seat(world, plan, topology, group, g, member_first, path_first)
        member_first += len(group)
        path_first += len(group) ** 2
    compile_multi.arrange(world, plan, topology, dict(zip(rows, groups, strict=True)))
    for group, g in zip(groups, rows, strict=True):
        if not world["groups"][g]["mode"]:
            _follow_roles(world, plan, group, g)
    compile_freshness.arrange(world, plan, topology, groups, rows)
    for row in range(int(world.control["databases_used"])):
        if int(world["databases"][row]["waiting_head"]) >= 0:
            let_commit(world.buffer, row)


def _place_databases(world: World, plan: Plan, topology: Topology) -> None:
    databases = topology.of_kind("database")
    for node in databases:
        plan.databases.setdefault(node.id, len(plan.databases))
    room(world, "databases", len(plan.databases))
    known = int(world.control["databases_used"])
    lay_sums(world, plan, known)
    world.control["databases_used"] = len(plan.databases)
    for node in databases:
        row = plan.databases[node.id]
        database = world["databases"][row]
        if row >= known:
            database["node"] = plan.nodes[node.id]
            database["group"] = -1
            database["waiting_head"] = database["waiting_tail"] = -1
            database["key"] = seed_words(plan.seed, node.id, 1)[0]
            world["nodes"][plan.nodes[node.id]]["row"] = row
        stretch = float(world["nodes"][plan.nodes[node.id]]["stretch"])
        database["apply_ns"] = parameter(node, "apply_ms") * stretch
        database["max_lag"] = round(parameter(node, "max_lag_s"))
        database["promotion"] = round(parameter(node, "promotion_s"))
        database["lease"] = round(parameter(node, "lease_s"))
        database["fencing"] = parameter(node, "fencing")
        database["quorum"] = parameter(node, "quorum")
        database["automatic"] = parameter(node, "automatic")
        database["waits"] = parameter(node, "on_return")
        for field, name in _TIMES.items():
            database[field] = round(parameter(node, name))
        copy_s = parameter(node, "data_gb") / parameter(node, "copy_mb_per_s")
        database["copy_ns"], database["rows"] = round(copy_s * 1e9), parameter(node, "rows")
        lag = parameter(node, "candidate_lag_mib") / parameter(node, "write_bytes")
        database["candidate_lag"] = math.ceil(lag)
        _set_commit(database, node)


def _set_commit(database: Any, node: Node) -> None:
    """Whom a database waits for as a primary, and how old log must be that it applies."""
    mode = database["commit"] = round(parameter(node, "commit"))
    if mode != SEMI_SYNC:
        database["fallen"] = 0
    database["copies"] = parameter(node, "sync_replicas")
    timeout = round(parameter(node, "semi_sync_timeout_s"))
    database["commit_timeout"] = timeout if mode == SEMI_SYNC else _STALL_NS
    database["replica_flush"] = round(parameter(node, "replica_flush_ms"))
    database["apply_delay"] = round(parameter(node, "apply_delay_s"))
    database["write_bytes"] = parameter(node, "write_bytes")


def _claim_rows(world: World, plan: Plan, groups: list[tuple[Node, ...]]) -> list[int]:
    """A group row for each group: the one its leader has, else one of its members', else new."""
    claimed: set[int] = set()
    rows: list[int] = []
    for group in groups:
        before = [int(world["databases"][plan.databases[node.id]]["group"]) for node in group]
        numbers = {plan.nodes[node.id] for node in group}
        known = [g for g in before if g >= 0 and g not in claimed]
        led = [g for g in known if int(world["groups"][g]["lead"]) in numbers]
        orphaned = [g for g in known if not _lead_is_placed(world, g)]
        g = next(iter(led or orphaned), -1)
        rows.append(g if g >= 0 else _new_group(world, plan))
        claimed.add(rows[-1])
    return rows


def _lead_is_placed(world: World, g: int) -> bool:
    lead = int(world["groups"][g]["lead"])
    return lead >= 0 and bool(world["nodes"][lead]["placed"])


def _new_group(world: World, plan: Plan) -> int:
    g = int(world.control["groups_used"])
    world.control["groups_used"] = g + 1
    room(world, "groups", g + 1)
    used, size = plan.log_used, plan.log_size
    while g >= plan.groups_first and size > _LOG_ENTRIES_MIN and size > (LOG_ENTRIES - used) // 4:
        size //= 2
    if len(world["log"]) < used + size:
        world.resize(log=max(used + size, min(2 * used, LOG_ENTRIES)))
    plan.log_used += size
    row = world["groups"][g]
    row["log_first"], row["log_size"], row["lead"] = used, size, -1
    return g


def _seat(
    world: World,
    plan: Plan,
    topology: Topology,
    group: tuple[Node, ...],
    g: int,
    member_first: int,
    path_first: int,
) -> None:
    row = world["groups"][g]
    row["member_first"], row["member_count"] = member_first, len(group)
    row["path_first"] = path_first
    newcomers, present = [], []
    for place, node in enumerate(group):
        database = world["databases"][plan.databases[node.id]]
        world["members"][member_first + place] = plan.databases[node.id]
        database["member"] = place
        if int(database["group"]) != g:
            newcomers.append(database)
            database["group"] = g
        else:
            present.append(database)
    if int(row["lead"]) < 0 and not row["mode"]:
        row["lead"] = _first_primary(plan, group)
        members = (*newcomers, *present)
        row["written"] = max(int(database["received"]) for database in members)
        for node in group:
            database = world["databases"][plan.databases[node.id]]
            database["leads"], database["leader"] = database["node"] == row["lead"], row["lead"]
    for database in newcomers:
        # A new member starts from a copy of the primary's data as of now.
        database["received"] = database["applied"] = row["written"]
        database["streaming"], database["ready"], database["catching_up"] = 1, 1, 0
        database["applying"] = database["asking"] = 0
        database["leads"], database["leader"] = database["node"] == row["lead"], row["lead"]
        database["timeline"], database["out"] = row["timeline"], 0
        database["acked"] = database["flushed"] = row["written"]
    model = [one for one in (*present, *newcomers) if one["node"] == row["lead"]]
    same_data(world, newcomers, (model or present or newcomers)[0])
    lay_paths(world, plan, topology, group, "paths", path_first)


def _make_room_for_strays(world: World, plan: Plan, g: int) -> None:
    """A group with replicas may have writes that are not on its main line."""
    row = world["groups"][g]
    used, size = plan.strays_used, int(row["log_size"]) // _LOG_ENTRIES_PER_STRAY
    if len(world["strays"]) < used + size:
        world.resize(strays=max(used + size, min(2 * used, LOG_ENTRIES // _LOG_ENTRIES_PER_STRAY)))
        row = world["groups"][g]
    row["stray_first"], row["stray_size"] = used, size
    plan.strays_used += size


def _first_primary(plan: Plan, group: tuple[Node, ...]) -> int:
    for node in group:
        if node.parameters["role"] == "primary":
            return plan.nodes[node.id]
    return -1


def _follow_roles(world: World, plan: Plan, group: tuple[Node, ...], g: int) -> None:
    """A database whose role parameter has just become primary takes over from the present one."""
    for node in group:
        role = str(node.parameters["role"])
        before = plan.roles.get(node.id, role)
        plan.roles[node.id] = role
        n = plan.nodes[node.id]
        if role == before or (int(world["groups"][g]["lead"]) == n and role == "primary"):
            continue
        if role == "primary" and world["nodes"][n]["up"]:
            switch_primary(world.buffer, g, plan.databases[node.id])
        elif role == "replica" and int(world["groups"][g]["lead"]) == n:
            _step_down(world, plan, group, g, node)


def _step_down(world: World, plan: Plan, group: tuple[Node, ...], g: int, leader: Node) -> None:
    """The primary was made a replica: its most advanced live replica takes over, if any."""
    rows = [plan.databases[node.id] for node in group if node.id != leader.id]
    live = [row for row in rows if world["nodes"][world["databases"][row]["node"]]["up"]]
    if live:
        best = max(live, key=lambda row: int(world["databases"][row]["received"]))
        switch_primary(world.buffer, g, best)
