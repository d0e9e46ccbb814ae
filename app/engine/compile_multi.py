"""Database groups with several primaries: their logs, versions, and who has come how far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from app.engine.contents import drop_versions, same_data
from app.engine.incident import CIRCLING
from app.engine.intervene import catch_up, note, skip_write
from app.engine.multi_figures import acknowledged
from app.engine.plan import Members, Plan, parameter, room
from app.engine.primary_tables import CHANGE, STREAM, VERSION
from app.engine.records import CHANGES, CHANGES_MAX, LOOPS, ONE_PRIMARY, RING
from app.engine.world import World
from app.kinds.database.multi import HELD, SENT
from app.topology.model import Node, Topology
from app.topology.primaries import is_ring, successors
from app.topology.quarrels import keys_told_apart

_CHANGES_MIN = 256

Groups = Mapping[int, tuple[Node, ...]]
"""The members of each group, by its row."""
Streams = dict[tuple[int, int], Any]
"""How far a member has come with an origin's writes, by their database rows."""


def arrange(world: World, plan: Plan, topology: Topology, groups: Groups) -> None:
    """Make logs and versions follow the drawing. A group that has just become one of several
    primaries begins with equal members, and so does a new member: with a copy that takes no time.
    """
    streams, known = _streams(world, plan), plan.primaries
    plan.primaries = {}
    for g, group in groups.items():
        _set_group(world, plan, topology, g, group, known)
    if not plan.primaries and not known:
        return
    _lay_changes(world, plan)
    _lay_versions(world, plan, known)
    _lay_popularity(world, plan, groups)
    _lay_streams(world, plan, known, streams)
    for g, now in plan.primaries.items():
        if now.mode == RING and is_ring(groups[g], successors(topology, groups[g])):
            _let_circle(world, plan, groups[g], g, now)
    for g in plan.primaries:
        _skip(world, plan, g)
        catch_up(world.buffer, g)


def _skip(world: World, plan: Plan, g: int) -> None:
    """Members that have just been told to skip what they cannot apply go on."""
    one, first = plan.primaries[g], int(world["groups"][g]["stream_first"])
    for place, row in enumerate(one.members):
        at = first + place * len(one.origins)
        stopped = world["streams"]["stopped"][at : at + len(one.origins)].any()
        if stopped and world["databases"][row]["skips"]:
            skip_write(world.buffer, row)


def _streams(world: World, plan: Plan) -> Streams:
    """What is noted now."""
    found: Streams = {}
    for g, one in plan.primaries.items():
        first = int(world["groups"][g]["stream_first"])
        for place, row in enumerate(one.members):
            for column, origin in enumerate(one.origins):
                at = first + place * len(one.origins) + column
                found[row, origin] = world["streams"][at].copy()
    return found


def _set_group(
    world: World,
    plan: Plan,
    topology: Topology,
    g: int,
    group: tuple[Node, ...],
    known: Mapping[int, Members],
) -> None:
    """Give a group and its members their parameters, those of the oldest where they must agree."""
    row, first = world["groups"][g], group[0]
    mode = round(parameter(first, "replication"))
    if row["mode"] != mode:
        rows = [plan.databases[node.id] for node in group]
        model = int(world["nodes"]["row"][row["lead"]]) if int(row["lead"]) >= 0 else rows[0]
        same_data(world, (world["databases"][one] for one in rows), world["databases"][model])
        row["term"] += 1
        row["mode"], row["lead"] = mode, -1
        row["destroyed_at"] = 0  # all have applied it
        row["electing"] = row["two_since"] = row["blocked_since"] = 0
        if mode == ONE_PRIMARY:
            _elect(world, plan, group, g)
    if mode == ONE_PRIMARY:
        return
    row["policy"] = round(parameter(first, "conflicts"))
    row["keys"] = keys_told_apart(topology, group)
    row["insert_share"] = parameter(first, "insert_percent")
    after = successors(topology, group)
    for node in group:
        database = world["databases"][plan.databases[node.id]]
        database["step"] = round(parameter(node, "row_step"))
        database["offset"] = round(parameter(node, "row_offset"))
        database["skips"] = round(parameter(node, "on_collision"))
        database["filters"] = round(parameter(node, "filter_gone"))
        database["successor"] = plan.databases[after[node.id]] if node.id in after else -1
        database["ready"], database["leads"], database["leader"] = 1, 1, -1
        database["catching_up"] = database["streaming"] = database["out"] = 0
        database["commit"] = database["cares"] = 0  # what it has written is acknowledged at once
        if not _stayed(known, g, plan.databases[node.id]):
            database["loop_head"] = database["loop_tail"] = -1
    members = tuple(plan.databases[node.id] for node in group)
    before = known.get(g)
    gone = _gone(world, g, before, members) if before else []
    if before and set(members) & set(before.members):
        for origin in set(before.members) - set(members):
            row["lost"] += _lost_with(world, g, before, members, origin)
    plan.primaries[g] = Members(mode, members, (*members, *gone))


def _gone(world: World, g: int, before: Members, members: tuple[int, ...]) -> list[int]:
    """Those who are no members any more, and whose writes not every member has."""
    loops = world["loops"][: int(world.control["loops_used"])]
    circling = {int(one["origin"]) for one in loops if one["state"]}
    first, width = int(world["groups"][g]["stream_first"]), len(before.origins)
    found = []
    for column, origin in enumerate(before.origins):
        ats = [
            first + place * width + column
            for place, row in enumerate(before.members)
            if row in members
        ]
        applied = {int(world["streams"][at]["applied"]) for at in ats}
        received = {int(world["streams"][at]["received"]) for at in ats}
        if origin not in members and (len(applied | received) > 1 or origin in circling):
            found.append(origin)
    return found


def _lost_with(world: World, g: int, before: Members, members: tuple[int, ...], origin: int) -> int:
    """Acknowledged writes of a member that is taken out which no other one has received."""
    first, width = int(world["groups"][g]["stream_first"]), len(before.origins)
    column, database = before.origins.index(origin), world["databases"][origin]
    known = max(
        int(world["streams"][first + place * width + column]["received"])
        for place, row in enumerate(before.members)
        if row in members
    )
    own, held = int(database["own"]), int(database["log_held"])
    missing = np.arange(max(known, own - held) + 1, own + 1) % held
    return acknowledged(world["changes"][int(database["change_first"]) + missing])


def _elect(world: World, plan: Plan, group: tuple[Node, ...], g: int) -> None:
    """From now on one member is the primary; the others start from a copy of its data."""
    leads = [node for node in group if node.parameters["role"] == "primary"] or list(group)
    row = world["groups"][g]
    row["lead"] = plan.nodes[leads[0].id]
    for node in group:
        plan.roles[node.id] = str(node.parameters["role"])
        database = world["databases"][plan.databases[node.id]]
        database["received"] = database["applied"] = row["written"]
        database["streaming"] = database["ready"] = 1
        database["leads"], database["leader"] = database["node"] == row["lead"], row["lead"]
        database["timeline"] = row["timeline"]
        database["asking"] = database["catching_up"] = database["out"] = 0
    lead = world["databases"][plan.databases[leads[0].id]]
    same_data(world, (world["databases"][plan.databases[node.id]] for node in group), lead)


def _lay_changes(world: World, plan: Plan) -> None:
    """A log for every database whose writes are held, as long as memory allows."""
    rows = sorted({row for one in plan.primaries.values() for row in one.origins})
    size = CHANGES_MAX
    while size > _CHANGES_MIN and size * len(rows) > CHANGES:
        size //= 2
    if size == plan.changes_size and list(plan.changes) == rows:
        return
    old, before, held = world["changes"].copy(), plan.changes, plan.changes_size
    room(world, "changes", len(rows) * size)
    world["changes"][:] = np.zeros(1, CHANGE)[0]
    plan.changes, plan.changes_size = {row: k * size for k, row in enumerate(rows)}, size
    for row, first in plan.changes.items():
        database = world["databases"][row]
        database["change_first"], database["log_held"] = first, size
        if row in before:
            past = old[before[row] : before[row] + held]
            _carry_over(past, world["changes"][first : first + size], int(database["own"]))


def _carry_over(past: Any, now: Any, own: int) -> None:
    """Move the newest writes, and row numbers taken, to a log of another size."""
    kept = np.arange(max(1, own - min(len(past), len(now)) + 1), own + 1)
    for name in CHANGE.names or ():
        if name != "taken":
            now[name][kept % len(now)] = past[name][kept % len(past)]
    taken = np.sort(past["taken"][past["taken"] > 0])
    now["taken"][taken % len(now)] = taken


def _lay_versions(world: World, plan: Plan, known: Mapping[int, Members]) -> None:
    """What each member has of each key; a new member has what the oldest one has."""
    old, before = world["versions"].copy(), plan.versions
    plan.versions, end = {}, 0
    for g, one in plan.primaries.items():
        for row in one.members:
            keys = int(world["groups"][g]["keys"])
            plan.versions[row] = end, keys
            end += keys
    room(world, "versions", end)
    world["versions"][:] = np.zeros(1, VERSION)[0]
    for g, one in plan.primaries.items():
        template = _oldest(known, g, one)
        for row in one.members:
            first, keys = plan.versions[row]
            source = row if _stayed(known, g, row) else template
            if source != row and source >= 0:
                same_data(world, [world["databases"][row]], world["databases"][source])
            world["databases"][row]["version_first"] = first
            if source in before:
                start, count = before[source][0], min(keys, before[source][1])
                dropped = old["mark"][start + count : start + before[source][1]]
                drop_versions(world["databases"][row], count, dropped)
                world["versions"][first : first + count] = old[start : start + count]


def _lay_popularity(world: World, plan: Plan, groups: Groups) -> None:
    """Which share of writes goes to the first keys of each group that has more and less popular
    ones: the k-th in proportion to 1 / k^skew (Zipf).
    """
    wanted = {
        g: (int(world["groups"][g]["keys"]), float(parameter(groups[g][0], "write_skew")))
        for g in plan.primaries
    }
    if wanted == plan.popular:
        return
    plan.popular = wanted
    room(world, "popular", sum(keys for keys, skew in wanted.values() if skew > 0.0))
    end = 0
    for g, (keys, skew) in wanted.items():
        world["groups"][g]["popular_first"] = end if skew > 0.0 else -1
        if skew > 0.0:
            shares = np.cumsum(np.arange(1, keys + 1, dtype=np.float64) ** -skew)
            world["popular"][end : end + keys] = shares / shares[-1]
            end += keys


def _stayed(known: Mapping[int, Members], g: int, row: int) -> bool:
    return g in known and row in known[g].members


def _oldest(known: Mapping[int, Members], g: int, now: Members) -> int:
    """The oldest of those that were members of the group before; -1 when all are new."""
    return next((row for row in now.members if _stayed(known, g, row)), -1)


def _lay_streams(world: World, plan: Plan, known: Mapping[int, Members], streams: Streams) -> None:
    """Say how far each member has come with the writes of each other one."""
    size = sum(len(one.members) * len(one.origins) for one in plan.primaries.values())
    room(world, "streams", size)
    room(world, "origins", sum(len(one.origins) for one in plan.primaries.values()))
    stream_first = origin_first = 0
    for g, one in plan.primaries.items():
        group, template = world["groups"][g], _oldest(known, g, one)
        group["stream_first"], group["origin_first"] = stream_first, origin_first
        group["origin_count"] = len(one.origins)
        for place, row in enumerate(one.members):
            for column, origin in enumerate(one.origins):
                if _stayed(known, g, row):
                    stream = streams.get((row, origin))
                else:
                    stream = _copied(streams, template, origin)
                at = stream_first + place * len(one.origins) + column
                world["streams"][at] = _as_of_now(world, origin) if stream is None else stream
            if not _stayed(known, g, row) and template >= 0:
                world["databases"][row]["highest"] = world["databases"][template]["highest"]
        world["origins"][origin_first : origin_first + len(one.origins)] = one.origins
        origin_first += len(one.origins)
        stream_first += len(one.members) * len(one.origins)


def _copied(streams: Streams, template: int, origin: int) -> Any:
    """How far a copy of the oldest member's data goes."""
    stream = streams.get((template, origin))
    if stream is None or origin == template:
        return None
    stream = stream.copy()
    stream["received"], stream["stopped"] = stream["applied"], 0
    return stream


def _as_of_now(world: World, origin: int) -> Any:
    stream = np.zeros(1, STREAM)[0]
    stream["received"] = stream["applied"] = world["databases"][origin]["own"]
    return stream


def _let_circle(world: World, plan: Plan, group: tuple[Node, ...], g: int, now: Members) -> None:
    """A ring is closed, and somebody is gone from it whose writes are still on their way: nobody is
    left to take them out, unless a member knows what it has had (``IGNORE_SERVER_IDS``, GTIDs).
    """
    if any(world["databases"]["filters"][row] for row in now.members):
        return
    room(world, "loops", LOOPS)
    databases, table = world["databases"], world["streams"]
    for column in range(len(now.members), len(now.origins)):
        origin, first = now.origins[column], int(world["groups"][g]["stream_first"])
        rows = {row: first + k * len(now.origins) + column for k, row in enumerate(now.members)}
        found = 0
        for position, holder, state in _unsettled(databases, table, rows):
            found += _circle(world, origin, position, holder, state)
        end = max(int(table["received"][at]) for at in rows.values())
        for at in rows.values():
            table["applied"][at] = table["received"][at] = end
        if found:
            ends = plan.nodes[group[0].id], int(databases[origin]["node"])
            note(world.buffer, CIRCLING, *ends, float(found))


def _unsettled(databases: Any, table: Any, rows: Mapping[int, int]) -> list[tuple[int, int, int]]:
    """Writes of one who is gone that not every member has applied: the position, who has it, and
    whether that one still applies it or has sent it on.
    """
    applied = {row: int(table["applied"][at]) for row, at in rows.items()}
    received = {row: int(table["received"][at]) for row, at in rows.items()}
    nearest = max(rows, key=lambda row: (received[row], applied[row]))
    found = []
    for row in rows:
        after = int(databases[row]["successor"])
        for position in range(applied[after] + 1, applied[row] + 1):
            held = position <= received[after]
            found.append((position, after, HELD) if held else (position, row, SENT))
    waiting = range(max(applied.values()) + 1, received[nearest] + 1)
    return found + [(position, nearest, HELD) for position in waiting]


def _circle(world: World, origin: int, position: int, holder: int, state: int) -> int:
    """Let one write go round; 0 when too many do."""
    used = int(world.control["loops_used"])
    free = np.flatnonzero(world["loops"]["state"][:used] == 0)
    k = int(free[0]) if len(free) else used
    if k >= len(world["loops"]):
        return 0
    world.control["loops_used"] = max(used, k + 1)
    row, database = world["loops"][k], world["databases"][holder]
    row["position"], row["origin"], row["holder"] = position, origin, holder
    row["state"], row["follower"] = state, -1
    if state == HELD:
        if database["loop_head"] < 0:
            database["loop_head"] = k
        else:
            world["loops"][int(database["loop_tail"])]["follower"] = k
        database["loop_tail"] = k
    return 1
