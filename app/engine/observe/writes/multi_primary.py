"""Figures of groups with several primaries: conflicts, keys that differ, reachability."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.kernel.state.codes.choices import ReplicationMode
from app.kernel.state.codes.requests import WriteStatus
from app.kernel.state.world import World

KEYS_LISTED: Final = 5
"""Keys that differ between members and are named; the others are only counted."""


@dataclass(frozen=True, slots=True)
class MultiFigures:
    """A group's figures since the run began. Nodes are numbers; `stopped` are pairs of who does not
    apply and whose writes those are; `pairs` are ordered ones of members that live.
    """

    members: tuple[int, ...]
    ring: bool
    counts: dict[str, int]
    diverged: int
    diverged_keys: tuple[int, ...]
    stopped: tuple[tuple[int, int], ...]
    pairs: int
    reachable: int
    circling: int
    stranded: int


@dataclass(frozen=True, slots=True)
class _Group:
    """A group's rows of the tables: members, origins, and how far who has come with whose."""

    row: Any
    databases: Any
    nodes: Any
    received: NDArray[np.int64]
    applied: NDArray[np.int64]
    stopped: NDArray[np.int32]
    origins: NDArray[np.int32]
    own: NDArray[np.int64]


def multi_figures(world: World) -> dict[int, MultiFigures]:
    """The figures of every group that has several primaries, by its row."""
    groups = world["groups"][: int(world.control["groups_used"])]
    return {
        int(g): _figures(world, _group(world, groups[g]))
        for g in np.flatnonzero(
            (groups["mode"] != ReplicationMode.PRIMARY_REPLICA) & (groups["member_count"] > 0)
        )
    }


def multi_lags(world: World, now: int) -> dict[int, int]:
    """For each database of such a group, the age of the oldest write that it has not applied."""
    groups = world["groups"][: int(world.control["groups_used"])]
    found: dict[int, int] = {}
    for g in np.flatnonzero(
        (groups["mode"] != ReplicationMode.PRIMARY_REPLICA) & (groups["member_count"] > 0)
    ):
        group = _group(world, groups[g])
        behind = group.applied < group.own
        for place, row in enumerate(_member_rows(world, groups[g])):
            oldest = [
                int(
                    _changes(world, group, int(column), int(group.applied[place, column]) + 1)[0][
                        "at"
                    ]
                )
                for column in np.flatnonzero(behind[place])
            ]
            found[row] = max(0, now - min(oldest)) if oldest else 0
    return found


def _member_rows(world: World, group: Any) -> list[int]:
    first, count = int(group["member_first"]), int(group["member_count"])
    rows: list[int] = world["members"][first : first + count].tolist()
    return rows


def _group(world: World, row: Any) -> _Group:
    members = _member_rows(world, row)
    width, first = int(row["origin_count"]), int(row["stream_first"])
    streams = world["streams"][first : first + len(members) * width].reshape(len(members), width)
    start = int(row["origin_first"])
    origins = world["origins"][start : start + width]
    databases = world["databases"][members]
    own = world["databases"]["own"][origins].copy()
    applied = streams["applied"].copy()
    for place in range(len(members)):  # a member has all that it has written
        applied[place, place] = own[place]
    nodes = world["nodes"][databases["node"]]
    received, stopped = streams["received"].copy(), streams["stopped"].copy()
    return _Group(row, databases, nodes, received, applied, stopped, origins, own)


def _changes(world: World, group: _Group, column: int, first: int) -> Any:
    """An origin's writes from a position on, as far as its log holds them; the first at least."""
    database = world["databases"][group.origins[column]]
    size, own = int(database["log_held"]), int(database["own"])
    first = max(first, own - size + 1)
    places = int(database["change_first"]) + np.arange(first, max(first, own) + 1) % size
    return world["changes"][places]


def _figures(world: World, group: _Group) -> MultiFigures:
    names = ("conflicts", "dropped", "merged", "rejected", "collisions", "circled")
    loops = world["circulating_writes"][: int(world.control["circulating_used"])]
    ours = np.isin(loops["holder"], _member_rows(world, group.row)) & (loops["state"] != 0)
    stopped = np.argwhere(group.stopped != 0)
    nodes = world["databases"]["node"]
    keys = _diverged(world, group)
    reach = _reachable(world, group)
    up = int((group.nodes["up"] == 1).sum())
    return MultiFigures(
        tuple(group.databases["node"].tolist()),
        int(group.row["mode"]) == ReplicationMode.RING,
        {name: int(group.row[name]) for name in names},
        len(keys),
        tuple(keys[:KEYS_LISTED].tolist()),
        tuple(
            (int(group.databases["node"][place]), int(nodes[group.origins[column]]))
            for place, column in stopped
        ),
        up * (up - 1),
        reach,
        int(ours.sum()),
        _stranded(world, group),
    )


def _diverged(world: World, group: _Group) -> NDArray[np.int64]:
    """Keys of which members have different versions, though nothing of them is on its way: what
    waits behind a write that stopped a member is not.
    """
    count = int(group.row["keys"])
    firsts = group.databases["version_first"].tolist()
    marks = [world["versions"]["mark"][first : first + count] for first in firsts]
    differ = np.zeros(count, bool)
    for other in marks[1:]:
        differ |= marks[0] != other
    if not differ.any():
        return np.zeros(0, np.int64)
    stopped = group.stopped != 0
    if int(group.row["mode"]) == ReplicationMode.RING:
        stopped = np.broadcast_to(stopped.any(axis=1, keepdims=True), stopped.shape)
    for column in range(len(group.origins)):
        going = group.applied[:, column][~stopped[:, column]]
        if len(going) and int(going.min()) < int(group.own[column]):
            waiting = _changes(world, group, column, int(going.min()) + 1)
            known = (waiting["key"] >= 0) & (waiting["key"] < count)
            differ[waiting["key"][known]] = False
    return np.flatnonzero(differ)


def _reachable(world: World, group: _Group) -> int:
    """Ordered pairs of live members, where what one writes now is applied by the other."""
    up = group.nodes["up"] == 1
    count, first = len(up), int(group.row["path_first"])
    paths = world["paths"][first : first + count * count].reshape(count, count)
    cut = (paths["cut"] != 0) | (paths["relays_down"] != 0)
    if int(group.row["mode"]) != ReplicationMode.RING:
        open_to = ~cut & up[:, None] & up[None, :] & (group.stopped.T[:count] == 0)
        np.fill_diagonal(open_to, False)
        return int(open_to.sum())
    place = {row: k for k, row in enumerate(_member_rows(world, group.row))}
    works = up & ~group.stopped.any(axis=1)
    found = 0
    for start in range(count):
        here = start
        for _ in range(count - 1):
            after = place.get(int(group.databases["successor"][here]), -1)
            if not up[here] or after < 0 or after == start or cut[here, after] or not works[after]:
                break
            here, found = after, found + 1
    return found


def has_stopped(world: World, row: int) -> bool:
    """Return whether a database has stopped to apply what another primary of its group writes."""
    database = world["databases"][row]
    group = world["groups"][database["group"]]
    if group["mode"] == ReplicationMode.PRIMARY_REPLICA:
        return False
    first = int(group["stream_first"]) + int(database["member"]) * int(group["origin_count"])
    return bool(world["streams"]["stopped"][first : first + int(group["origin_count"])].any())


def _stranded(world: World, group: _Group) -> int:
    """Acknowledged writes that only members which are down have."""
    found = 0
    for column in range(len(group.nodes)):
        if group.nodes["up"][column]:
            continue
        live = group.nodes["up"] == 1
        known = int(group.received[live, column].max(initial=0))
        if known < int(group.own[column]):
            found += acknowledged(_changes(world, group, column, known + 1))
    return found


def applied_of(world: World, row: int, origin: int) -> int:
    """Return the position of another member's writes that a database has applied, both given by
    rows; from one that is gone, and whose writes all have, nothing is missing.
    """
    database = world["databases"][row]
    group = world["groups"][database["group"]]
    first, width = int(group["origin_first"]), int(group["origin_count"])
    columns = np.flatnonzero(world["origins"][first : first + width] == origin)
    if not len(columns):
        return int(world["databases"][origin]["own"])
    at = int(group["stream_first"]) + int(database["member"]) * width + int(columns[0])
    return int(world["streams"][at]["applied"])


def streams_of(
    world: World, row: Any, count: int
) -> Iterator[tuple[int, Any, NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_], Any]]:
    """For each member of a group its newest writes with their positions, how far every member has
    received them, which members are up, and the members' nodes. Its place among them comes first.
    """
    group = _group(world, row)
    up = group.nodes["up"] == 1
    for place in range(len(group.nodes)):
        own = int(group.own[place])
        if own <= 0:
            continue
        changes = _changes(world, group, place, own - count + 1)[-count:]
        positions = np.arange(own - len(changes) + 1, own + 1)
        yield (
            place, changes, positions, group.received[:, place], up, group.databases["node"],
        )  # fmt: skip


def acknowledged(changes: Any) -> int:
    """Count the writes among `changes` that a client was told are done."""
    return int(np.count_nonzero(changes["acknowledged"] == WriteStatus.ACKNOWLEDGED))


def at_risk(world: World, row: Any) -> int:
    """Acknowledged writes of a group's members that a live member has received and not every one
    has, but for those that a destructive write has emptied.
    """
    group = _group(world, row)
    live = group.nodes["up"] != 0
    received = _received(group)
    found = 0
    for column in range(len(group.nodes)):
        others = live.copy()
        others[column] = False
        own = int(group.own[column])
        known = int(received[others, column].min(initial=own))
        most = int(received[live, column].max(initial=known))
        found += _acknowledged_after(world, group, column, known)
        found -= _acknowledged_after(world, group, column, most)
    return found


def unreachable(world: World, row: Any) -> int:
    """Acknowledged writes of a group that no live member has received, while a member that is down
    has; without those that a destructive write has emptied.
    """
    group = _group(world, row)
    live = group.nodes["up"] != 0
    received = _received(group)
    return sum(
        _acknowledged_after(world, group, column, int(received[live, column].max(initial=0)))
        - _acknowledged_after(world, group, column, int(received[:, column].max(initial=0)))
        for column in range(len(group.origins))
    )


def _received(group: _Group) -> NDArray[np.int64]:
    """Each member's last received write of each origin; of its own, the last of all."""
    received = group.received.copy()
    for place in range(len(group.nodes)):
        received[place, place] = group.own[place]
    return received


def _acknowledged_after(world: World, group: _Group, column: int, position: int) -> int:
    """Acknowledged writes of an origin beyond a position that no destructive write has emptied."""
    if position >= int(group.own[column]):
        return 0
    changes = _changes(world, group, column, position + 1)
    return acknowledged(changes[changes["at"] > int(group.row["destroyed_ns"])])
