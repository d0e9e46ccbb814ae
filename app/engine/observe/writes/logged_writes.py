"""Logged writes: the newest of every group of databases, each with its state and who has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.engine.observe.writes.copies import Copy, is_up
from app.engine.observe.writes.multi_primary import streams_of
from app.kernel.state.codes.nodes import Membership
from app.kernel.state.codes.requests import WriteStatus
from app.kernel.state.world import World

_TOLD: Final = (WriteStatus.ACKNOWLEDGED, WriteStatus.RECOVERED)


@dataclass(frozen=True, slots=True)
class LoggedWrite:
    """A write whose client has had an answer.

    `request` made it, or -1 where that is not written down; `key` is what it wrote, -1 where keys
    are not told apart. `state` is one of the ledger's. `holders` are the numbers of the nodes that
    have it on disk, up or not. `position` is that in the log of the primary that took it.
    """

    request: int
    key: int
    written_ns: int
    position: int
    state: str
    holders: tuple[int, ...]


def logged_writes(
    world: World, copies: Mapping[int, Sequence[Copy]], count: int
) -> list[LoggedWrite]:
    """The newest writes of all groups, the newest first: `count` of the current timelines, and
    `count` that are not on one any more. `copies` are those that others have of a group's.
    """
    current: list[LoggedWrite] = []
    divergent: list[LoggedWrite] = []
    databases = world["databases"][: world.control["databases_used"]]
    for g, group in enumerate(world["groups"][: world.control["groups_used"]]):
        placed = world["nodes"]["placed"][databases["node"]] != 0
        members = np.flatnonzero((databases["group"] == g) & placed)
        if group["mode"]:
            current += _of_origins(world, group, count)
        else:
            current += _of_log(world, group, members, copies.get(g, ()), count)
            divergent += _of_divergent(world, group, members, count)
    both = (sorted(one, key=_newest_first)[:count] for one in (current, divergent))
    return sorted((write for one in both for write in one), key=_newest_first)


def _newest_first(write: LoggedWrite) -> int:
    return -write.written_ns


def _of_log(
    world: World, group: Any, members: NDArray[Any], copies: Sequence[Copy], count: int
) -> list[LoggedWrite]:
    written, size = int(group["written"]), int(group["log_size"])
    positions = np.arange(max(written - min(count, size), 0) + 1, written + 1)
    if not size or not len(positions):
        return []
    entries = world["log"][int(group["log_first"]) + positions % size]
    databases = world["databases"][members]
    main = databases["timeline"] == group["timeline"]
    has = np.where(
        main, databases["received"], np.minimum(databases["fork_position"], databases["received"])
    )
    up = world["nodes"]["up"][databases["node"]] != 0
    following = up & (databases["membership"] == Membership.ACTIVE)
    found = []
    for position, entry in zip(positions.tolist(), entries, strict=True):
        status = int(entry["acknowledged"])
        if status == WriteStatus.PENDING:
            continue
        holds = has >= position
        if position <= int(group["destroyed_at"]):
            state = "destroyed"
        elif status == WriteStatus.RECOVERED:
            state = "recovered"
        elif status == WriteStatus.FAILED:
            state = "unknown"
        else:
            state = _state(holds, up, following)
        others = [one for one in copies if position <= one.position]
        if state == "lost" and others:
            state = "safe" if any(is_up(world, one) for one in others) else "out_of_reach"
        nodes = tuple(databases["node"][holds].tolist())
        nodes += tuple(node for one in others for node in one.nodes)
        at = int(entry["written_at"])
        found.append(LoggedWrite(int(entry["number"]), -1, at, position, state, nodes))
    return found


def _state(holds: NDArray[Any], up: NDArray[Any], following: NDArray[Any]) -> str:
    """The state of an acknowledged write by who has it (see `app.engine.observe.writes.ledger`)."""
    if not holds.any():
        return "lost"
    if not (holds & up).any():
        return "out_of_reach"
    return "safe" if holds[following].all() else "at_risk"


def _of_divergent(world: World, group: Any, members: NDArray[Any], count: int) -> list[LoggedWrite]:
    first, size = int(group["divergent_first"]), int(group["divergent_count"])
    rows = world["divergent_writes"][max(first, first + size - count) : first + size]
    databases = world["databases"][members]
    found = []
    for row in rows:
        if int(row["acknowledged"]) not in _TOLD:
            continue
        on = databases["timeline"] == row["timeline"]
        holds = on & (databases["received"] >= row["position"])
        nodes = tuple(databases["node"][holds].tolist())
        at, position = int(row["written_at"]), int(row["position"])
        found.append(LoggedWrite(int(row["number"]), -1, at, position, "lost", nodes))
    return found


def _of_origins(world: World, group: Any, count: int) -> list[LoggedWrite]:
    """Writes of groups in which each member takes some: who has received what of whom."""
    found = []
    for origin, changes, positions, received, up, nodes in streams_of(world, group, count):
        for position, change in zip(positions.tolist(), changes, strict=True):
            told = int(change["acknowledged"])
            if told not in _TOLD and told != WriteStatus.CONFLICTED:
                continue
            holds = received >= position
            holds[origin] = True
            state = _state(holds, up, up)
            if told == WriteStatus.CONFLICTED:
                state = "conflicted"
            where = tuple(nodes[holds].tolist())
            key, at = int(change["key"]), int(change["at"])
            found.append(LoggedWrite(-1, key, at, position, state, where))
    return found
