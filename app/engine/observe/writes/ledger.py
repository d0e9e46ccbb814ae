"""The ledger: what has become of every write that a client was told is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from app.engine.observe.writes.copies import Copy, is_up
from app.engine.observe.writes.multi_primary import at_risk, unreachable
from app.kernel.state.codes.nodes import Membership
from app.kernel.state.codes.requests import WriteStatus
from app.kernel.state.world import World


@dataclass(frozen=True, slots=True)
class Ledger:
    """Writes of all groups. Every acknowledged one is safe, at risk, out of reach, lost, recovered,
    in conflict or destroyed, and only one of these.

    `safe`: on the disk of every member that lives and follows the current timeline; `at_risk`: on
    some; `out_of_reach`: only on members that are down; `lost`: on none of that timeline since
    another primary took over, or on none at all since the last one that had it was deleted (one
    that was only unlinked still has it);
    `recovered` and `conflicted`: lost before people merged them; `destroyed`: emptied by a
    destructive write. `unknown`: on the current timeline, though the client saw a failure;
    `divergent`: taken by a primary that another one had replaced; `two_primaries_s`: seconds with
    two primaries.
    """

    acknowledged: int = 0
    safe: int = 0
    at_risk: int = 0
    out_of_reach: int = 0
    lost: int = 0
    recovered: int = 0
    conflicted: int = 0
    destroyed: int = 0
    unknown: int = 0
    divergent: int = 0
    two_primaries_s: float = 0.0

    def plain(self) -> dict[str, float]:
        """The figures by name."""
        return asdict(self)


_SETTLED = ("lost", "recovered", "conflicted", "destroyed")
"""Counters of a group's acknowledged writes that are not on its current timeline."""


@dataclass(frozen=True, slots=True)
class _Doubtful:
    """Acknowledged writes of one group's current timeline that are not safe."""

    at_risk: int = 0
    out_of_reach: int = 0
    deleted: int = 0


def ledger(world: World, copies: Mapping[int, Sequence[Copy]]) -> Ledger:
    """The ledger as of now, given who else has the writes of a group."""
    groups = world["groups"][: world.control["groups_used"]]
    doubts = [_doubtful(world, g, group, copies.get(g, ())) for g, group in enumerate(groups)]
    deleted = sum(one.deleted for one in doubts)
    total = {
        name: int(groups[name].sum())
        for name in ("acknowledged", "unknown", "divergent", *_SETTLED)
    }
    total["lost"] += deleted
    total["at_risk"] = sum(one.at_risk for one in doubts)
    total["out_of_reach"] = sum(one.out_of_reach for one in doubts)
    now = int(world.control["now"])
    split = groups["split_since"] > 0
    split_ns = int(groups["split_ns"].sum()) + int((now - groups["split_since"])[split].sum())
    unsafe = sum(total[name] for name in (*_SETTLED, "at_risk", "out_of_reach"))
    safe = total["acknowledged"] - unsafe
    return Ledger(safe=safe, two_primaries_s=split_ns / 1e9, **total)


def _doubtful(world: World, g: int, group: Any, copies: Sequence[Copy]) -> _Doubtful:
    """Return the writes of a group that some or all members which could give them do not have."""
    acknowledged = int(group["acknowledged"]) - sum(int(group[name]) for name in _SETTLED)
    databases = world["databases"][: world.control["databases_used"]]
    nodes = world["nodes"][databases["node"]]
    drawn = (databases["group"] == g) & (nodes["placed"] != 0)
    kept = max((one.position for one in copies), default=0)
    if not drawn.any():
        if not copies:
            return _Doubtful(deleted=acknowledged)
        deleted = min(_acknowledged_after(world, group, kept), acknowledged)
        at_hand = max((one.position for one in copies if is_up(world, one)), default=0)
        away = min(_acknowledged_after(world, group, at_hand), acknowledged)
        return _Doubtful(out_of_reach=away - deleted, deleted=deleted)
    up = nodes["up"][drawn] != 0
    if group["mode"]:
        away = unreachable(world, group) if up.any() else acknowledged
        return _Doubtful(min(at_risk(world, group), acknowledged - away), away)
    members = databases[drawn]
    shared = np.where(
        members["timeline"] == group["timeline"],
        members["received"],
        np.minimum(members["fork_position"], members["received"]),
    )
    newest = max(int(shared.max()), kept)
    deleted = min(_acknowledged_after(world, group, newest), acknowledged)
    if not up.any():
        return _Doubtful(out_of_reach=acknowledged - deleted, deleted=deleted)
    away = min(_acknowledged_after(world, group, int(shared[up].max())), acknowledged)
    following = shared[up & (members["membership"] == Membership.ACTIVE)]
    least = int(following.min(initial=int(group["written"])))
    some = min(_acknowledged_after(world, group, least), acknowledged)
    return _Doubtful(max(some - away, 0), away - deleted, deleted)


def _acknowledged_after(world: World, group: Any, position: int) -> int:
    """Count acknowledged writes beyond a position that no destructive write has emptied.

    Of what the log does not remember any more, all count as acknowledged.
    """
    written, size = int(group["written"]), int(group["log_size"])
    behind = max(written - max(position, int(group["destroyed_at"])), 0)
    logged = min(behind, size)
    places = int(group["log_first"]) + np.arange(written - logged + 1, written + 1) % size
    known = int(np.count_nonzero(world["log"]["acknowledged"][places] == WriteStatus.ACKNOWLEDGED))
    return known + behind - logged
