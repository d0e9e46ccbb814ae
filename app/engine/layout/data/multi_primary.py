"""Database groups with several primaries: their logs, versions, and who has come how far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from app.engine.loop.entry import catch_up, note, skip_write
from app.engine.numbering import Members, Numbering, parameter, room
from app.engine.observe.writes.checksums import drop_versions, same_data
from app.engine.observe.writes.multi_primary import acknowledged
from app.kernel.state.codes.choices import ReplicationMode
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.codes.nodes import Circulation
from app.kernel.state.constants import CHANGES, CHANGES_MAX, LOOPS
from app.kernel.state.multi_primary_tables import CHANGE, STREAM, VERSION
from app.kernel.state.world import World
from app.topology.choices import is_primary
from app.topology.model import Topology
from app.topology.nodes import Node
from app.topology.replication.replication_groups import distinct_keys, is_ring, successors

_CHANGES_MIN = 256

Groups = Mapping[int, tuple[Node, ...]]
"""The members of each group, by its row."""
Streams = dict[tuple[int, int], Any]
"""Progress of a member with an origin's writes, by their database rows."""


def lay_out_multi_primary(
    world: World, numbering: Numbering, topology: Topology, groups: Groups
) -> None:
    """Make logs and versions follow the drawing. A group that has just become one of several
    primaries begins with equal members, and so does a new member: with a copy that takes no time.
    """
    streams, known = _streams(world, numbering), numbering.primaries
    numbering.primaries = {}
    for g, group in groups.items():
        _set_group(world, numbering, topology, g, group, known)
    if not numbering.primaries and not known:
        return
    _lay_changes(world, numbering)
    _lay_versions(world, numbering, known)
    _lay_popularity(world, numbering, groups)
    _lay_streams(world, numbering, known, streams)
    for g, now in numbering.primaries.items():
        if now.mode == ReplicationMode.RING and is_ring(groups[g], successors(topology, groups[g])):
            _let_circulate(world, numbering, groups[g], g, now)
    for g in numbering.primaries:
        _skip(world, numbering, g)
        catch_up(world.buffer, g)


def _skip(world: World, numbering: Numbering, g: int) -> None:
    """Skip the writes that stopped members cannot apply, where they have just been told to."""
    one, first = numbering.primaries[g], int(world["groups"][g]["stream_first"])
    for place, row in enumerate(one.members):
        at = first + place * len(one.origins)
        stopped = world["streams"]["stopped"][at : at + len(one.origins)].any()
        if stopped and world["databases"][row]["skips"]:
            skip_write(world.buffer, row)


def _streams(world: World, numbering: Numbering) -> Streams:
    """Copy the present rows of streams, by the rows of member and origin."""
    found: Streams = {}
    for g, one in numbering.primaries.items():
        first = int(world["groups"][g]["stream_first"])
        for place, row in enumerate(one.members):
            for column, origin in enumerate(one.origins):
                at = first + place * len(one.origins) + column
                found[row, origin] = world["streams"][at].copy()
    return found


def _set_group(
    world: World,
    numbering: Numbering,
    topology: Topology,
    g: int,
    group: tuple[Node, ...],
    known: Mapping[int, Members],
) -> None:
    """Give a group and its members their parameters, those of the oldest where they must agree."""
    row, first = world["groups"][g], group[0]
    mode = round(parameter(first, "replication"))
    if row["mode"] != mode:
        rows = [numbering.databases[node.id] for node in group]
        model = int(world["nodes"]["row"][row["primary"]]) if int(row["primary"]) >= 0 else rows[0]
        same_data(world, (world["databases"][one] for one in rows), world["databases"][model])
        row["term"] += 1
        row["mode"], row["primary"] = mode, -1
        row["destroyed_at"] = 0  # all have applied it
        row["electing"] = row["split_since"] = row["blocked_since"] = 0
        if mode == ReplicationMode.PRIMARY_REPLICA:
            _elect(world, numbering, group, g)
    if mode == ReplicationMode.PRIMARY_REPLICA:
        return
    row["policy"] = round(parameter(first, "conflicts"))
    row["keys"] = distinct_keys(topology, group)
    row["insert_share"] = parameter(first, "insert_percent")
    after = successors(topology, group)
    for node in group:
        database = world["databases"][numbering.databases[node.id]]
        database["step"] = round(parameter(node, "row_step"))
        database["offset"] = round(parameter(node, "row_offset"))
        database["skips"] = round(parameter(node, "on_collision"))
        database["filters"] = round(parameter(node, "filter_gone"))
        database["successor"] = numbering.databases[after[node.id]] if node.id in after else -1
        database["ready"], database["leads"], database["leader"] = 1, 1, -1
        database["catching_up"] = database["streaming"] = database["membership"] = 0
        database["commit"] = database["full_commit"] = (
            0  # what it has written is acknowledged at once
        )
        if not _stayed(known, g, numbering.databases[node.id]):
            database["circulating_head"] = database["circulating_tail"] = -1
    members = tuple(numbering.databases[node.id] for node in group)
    before = known.get(g)
    gone = _gone(world, g, before, members) if before else []
    if before and set(members) & set(before.members):
        for origin in set(before.members) - set(members):
            row["lost"] += _lost_with(world, g, before, members, origin)
    numbering.primaries[g] = Members(mode, members, (*members, *gone))


def _gone(world: World, g: int, before: Members, members: tuple[int, ...]) -> list[int]:
    """Return former members whose writes not every member has."""
    loops = world["circulating_writes"][: int(world.control["circulating_used"])]
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
    own, size = int(database["own"]), int(database["log_held"])
    missing = np.arange(max(known, own - size) + 1, own + 1) % size
    return acknowledged(world["changes"][int(database["change_first"]) + missing])


def _elect(world: World, numbering: Numbering, group: tuple[Node, ...], g: int) -> None:
    """Make one member the primary; the others start from a copy of its data."""
    leads = [node for node in group if is_primary(node)] or list(group)
    row = world["groups"][g]
    row["primary"] = numbering.nodes[leads[0].id]
    for node in group:
        numbering.drawn_primary[node.id] = is_primary(node)
        database = world["databases"][numbering.databases[node.id]]
        database["received"] = database["applied"] = row["written"]
        database["streaming"] = database["ready"] = 1
        database["leads"], database["leader"] = database["node"] == row["primary"], row["primary"]
        database["timeline"] = row["timeline"]
        database["asking"] = database["catching_up"] = database["membership"] = 0
    lead = world["databases"][numbering.databases[leads[0].id]]
    same_data(world, (world["databases"][numbering.databases[node.id]] for node in group), lead)


def _lay_changes(world: World, numbering: Numbering) -> None:
    """A log for every database whose writes are held, as long as memory allows."""
    rows = sorted({row for one in numbering.primaries.values() for row in one.origins})
    size = CHANGES_MAX
    while size > _CHANGES_MIN and size * len(rows) > CHANGES:
        size //= 2
    if size == numbering.changes_size and list(numbering.changes) == rows:
        return
    old, before, old_size = world["changes"].copy(), numbering.changes, numbering.changes_size
    room(world, "changes", len(rows) * size)
    world["changes"][:] = np.zeros(1, CHANGE)[0]
    numbering.changes, numbering.changes_size = {row: k * size for k, row in enumerate(rows)}, size
    for row, first in numbering.changes.items():
        database = world["databases"][row]
        database["change_first"], database["log_held"] = first, size
        if row in before:
            past = old[before[row] : before[row] + old_size]
            _carry_over(past, world["changes"][first : first + size], int(database["own"]))


def _carry_over(past: Any, now: Any, own: int) -> None:
    """Move the newest writes, and row numbers taken, to a log of another size."""
    kept = np.arange(max(1, own - min(len(past), len(now)) + 1), own + 1)
    for name in CHANGE.names or ():
        if name != "taken":
            now[name][kept % len(now)] = past[name][kept % len(past)]
    taken = np.sort(past["taken"][past["taken"] > 0])
    now["taken"][taken % len(now)] = taken


def _lay_versions(world: World, numbering: Numbering, known: Mapping[int, Members]) -> None:
    """Lay out each member's version of each key; a new member copies the oldest one's."""
    old, before = world["versions"].copy(), numbering.versions
    numbering.versions, end = {}, 0
    for g, one in numbering.primaries.items():
        for row in one.members:
            keys = int(world["groups"][g]["keys"])
            numbering.versions[row] = end, keys
            end += keys
    room(world, "versions", end)
    world["versions"][:] = np.zeros(1, VERSION)[0]
    for g, one in numbering.primaries.items():
        template = _oldest(known, g, one)
        for row in one.members:
            first, keys = numbering.versions[row]
            source = row if _stayed(known, g, row) else template
            if source != row and source >= 0:
                same_data(world, [world["databases"][row]], world["databases"][source])
            world["databases"][row]["version_first"] = first
            if source in before:
                start, count = before[source][0], min(keys, before[source][1])
                dropped = old["mark"][start + count : start + before[source][1]]
                drop_versions(world["databases"][row], count, dropped)
                world["versions"][first : first + count] = old[start : start + count]


def _lay_popularity(world: World, numbering: Numbering, groups: Groups) -> None:
    """Lay out cumulative shares of writes by key for each group with a skew: the k-th key in
    proportion to 1 / k^skew (Zipf).
    """
    wanted = {
        g: (int(world["groups"][g]["keys"]), float(parameter(groups[g][0], "write_skew")))
        for g in numbering.primaries
    }
    if wanted == numbering.popular:
        return
    numbering.popular = wanted
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


def _lay_streams(
    world: World, numbering: Numbering, known: Mapping[int, Members], streams: Streams
) -> None:
    """Say how far each member has come with the writes of each other one."""
    size = sum(len(one.members) * len(one.origins) for one in numbering.primaries.values())
    room(world, "streams", size)
    room(world, "origins", sum(len(one.origins) for one in numbering.primaries.values()))
    stream_first = origin_first = 0
    for g, one in numbering.primaries.items():
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
    """Return the stream of a new member that starts from a copy of the oldest member's data; None
    if there is none.
    """
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


def _let_circulate(
    world: World, numbering: Numbering, group: tuple[Node, ...], g: int, now: Members
) -> None:
    """Let writes of a former member circulate in a closed ring: nobody is left to take them out,
    unless a member knows what it has had (``IGNORE_SERVER_IDS``, GTIDs).
    """
    if any(world["databases"]["filters"][row] for row in now.members):
        return
    room(world, "circulating_writes", LOOPS)
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
            ends = numbering.nodes[group[0].id], int(databases[origin]["node"])
            note(world.buffer, IncidentCode.CIRCLING, *ends, float(found))


def _unsettled(databases: Any, table: Any, rows: Mapping[int, int]) -> list[tuple[int, int, int]]:
    """Writes of one who is gone that not every member has applied: the position, who has it, and
    whether that one still applies it or has sent it on.
    """
    applied = {row: int(table["applied"][at]) for row, at in rows.items()}
    received = {row: int(table["received"][at]) for row, at in rows.items()}
    nearest = max(rows, key=lambda row: (received[row], applied[row]))
    found: list[tuple[int, int, int]] = []
    for row in rows:
        after = int(databases[row]["successor"])
        for position in range(applied[after] + 1, applied[row] + 1):
            has_it = position <= received[after]
            state = Circulation.WAITING if has_it else Circulation.SENT
            found.append((position, after if has_it else row, state))
    waiting = range(max(applied.values()) + 1, received[nearest] + 1)
    return found + [(position, nearest, Circulation.WAITING) for position in waiting]


def _circle(world: World, origin: int, position: int, holder: int, state: int) -> int:
    """Let one write go round; 0 when too many do."""
    used = int(world.control["circulating_used"])
    free = np.flatnonzero(world["circulating_writes"]["state"][:used] == 0)
    k = int(free[0]) if len(free) else used
    if k >= len(world["circulating_writes"]):
        return 0
    world.control["circulating_used"] = max(used, k + 1)
    row, database = world["circulating_writes"][k], world["databases"][holder]
    row["position"], row["origin"], row["holder"] = position, origin, holder
    row["state"], row["follower"] = state, -1
    if state == Circulation.WAITING:
        if database["circulating_head"] < 0:
            database["circulating_head"] = k
        else:
            world["circulating_writes"][int(database["circulating_tail"])]["follower"] = k
        database["circulating_tail"] = k
    return 1
