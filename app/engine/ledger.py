"""The ledger: what has become of every write that a client was told is done."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from app.engine.multi_figures import at_risk
from app.engine.records import ACKNOWLEDGED
from app.engine.world import World


@dataclass(frozen=True, slots=True)
class Ledger:
    """Writes of all groups. Every acknowledged one is safe, at risk, lost, recovered or in
    conflict, and only one of these.

    `safe`: on the disk of every member that lives and follows the main line; `at_risk`: on some;
    `lost`: on none of them, since another primary took over; `recovered` and `conflicted`: lost
    before people merged them; `destroyed`: emptied by a destructive write. `unknown`: on the main
    line, though the client saw a failure; `divergent`: taken by a primary that another one had
    replaced; `two_primaries_s`: for how long there were two.
    """

    acknowledged: int = 0
    safe: int = 0
    at_risk: int = 0
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


def ledger(world: World) -> Ledger:
    """The ledger as of now."""
    groups = world["groups"][: world.control["groups_used"]]
    at_risk = sum(_at_risk(world, group) for group in groups)
    total = {
        name: int(groups[name].sum())
        for name in ("acknowledged", "lost", "recovered", "conflicted", "unknown")
    } | {name: int(groups[name].sum()) for name in ("divergent", "destroyed")}
    now = int(world.control["now"])
    split = groups["two_since"] > 0
    two_ns = int(groups["two_ns"].sum()) + int((now - groups["two_since"])[split].sum())
    elsewhere = total["lost"] + total["recovered"] + total["conflicted"]
    elsewhere += total["destroyed"]
    safe = total["acknowledged"] - elsewhere - at_risk
    return Ledger(safe=safe, at_risk=at_risk, two_primaries_s=two_ns / 1e9, **total)


def _at_risk(world: World, group: Any) -> int:
    """Acknowledged writes of a main line that not every live member has received. Of what the log
    does not remember any more, all count as acknowledged.
    """
    if group["mode"]:
        return at_risk(world, group)
    first, count = int(group["member_first"]), int(group["member_count"])
    members = world["databases"][world["members"][first : first + count]]
    nodes = world["nodes"][members["node"]]
    main = members["timeline"] == group["timeline"]
    shared = np.where(main, members["received"], np.minimum(members["common"], members["received"]))
    live = shared[(nodes["up"] != 0) & (nodes["placed"] != 0) & (members["out"] == 0)]
    written, size = int(group["written"]), int(group["log_size"])
    least = max(int(live.min()), int(group["destroyed_at"])) if len(live) else written
    behind = max(written - least, 0)
    held = min(behind, size)
    places = int(group["log_first"]) + np.arange(written - held + 1, written + 1) % size
    known = int(np.count_nonzero(world["log"]["acknowledged"][places] == ACKNOWLEDGED))
    return known + behind - held
