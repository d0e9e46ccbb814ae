"""What must hold of what databases and caches have."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from app.kernel.state.codes.choices import ReplicationMode
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.nodes import Election
from app.kernel.state.world import World


def databases_are_sound(world: World, events: dict[int, list[tuple[int, int]]]) -> None:
    """No replica is ahead of its log, and whatever waits for an event has that event coming."""
    control = world.control
    groups = world["groups"][: control["groups_used"]]
    asked = Counter(row for row, _ in events[EventType.RESYNC])
    for row, database in enumerate(world["databases"][: control["databases_used"]]):
        assert not database["asking"] or asked[row]
        if not groups[database["group"]]["mode"]:
            _replica_is_on_its_line(world, database, groups[database["group"]])
    promotions = {(g, term) for g, term in events[EventType.PROMOTION]}
    for g, group in enumerate(groups):
        waits = group["electing"] not in (0, Election.APPLYING)
        assert not waits or (g, int(group["term"])) in promotions
        assert 0 <= group["lost"] <= group["acknowledged"]
        assert group["unknown"] >= 0
        assert 0 <= group["divergent_count"] <= group["divergent_size"]
        if group["mode"]:
            _nobody_has_what_is_not_written(world, group)
        else:
            _two_primaries_are_timed(world, group)


def _replica_is_on_its_line(world: World, database: Any, group: Any) -> None:
    assert 0 <= database["applied"] <= database["received"]
    assert database["flushed"] <= database["received"]
    main = database["timeline"] == group["timeline"]
    assert main or 0 <= database["fork_position"] <= max(database["received"], group["written"])
    if not world["nodes"]["placed"][database["node"]]:
        return
    if main:
        assert database["received"] <= group["written"]
    if group["primary"] == database["node"]:
        assert main
        assert database["received"] == database["applied"] == group["written"]
    if database["leads"]:
        assert database["leader"] == database["node"]
        assert database["received"] == database["applied"]
    _content_is_that_of_its_log(world, database)


def _two_primaries_are_timed(world: World, group: Any) -> None:
    leaders = [one for one in _members(world, group) if world["databases"][one]["leads"]]
    alive = [one for one in leaders if world["nodes"][world["databases"][one]["node"]]["up"]]
    assert (group["split_since"] > 0) == (len(alive) > 1)


def _nobody_has_what_is_not_written(world: World, group: Any) -> None:
    """Where every member takes writes: none has more of another's log than there is."""
    members, width = _members(world, group), int(group["origin_count"])
    first, start = int(group["stream_first"]), int(group["origin_first"])
    origins = world["origins"][start : start + width].tolist()
    assert origins[: len(members)] == members
    own = world["databases"]["own"][origins]
    assert (own >= 0).all()
    assert own.sum() <= group["written"]
    for place, row in enumerate(members):
        streams = world["streams"][first + place * width :][:width]
        others = np.array(origins) != row
        assert (streams["applied"] >= 0).all()
        assert (streams["applied"] <= streams["received"])[others].all()
        assert (streams["received"] <= own)[others].all()
        assert set(streams["stopped"].tolist()) <= {0, 1}
        database = world["databases"][row]
        assert database["member"] == place
        waits = (streams["applied"] < streams["received"]) & (streams["stopped"] == 0) & others
        if (
            waits.any()
            and group["mode"] != ReplicationMode.RING
            and world["nodes"]["up"][database["node"]]
        ):
            assert database["applying"]


def _members(world: World, group: Any) -> list[int]:
    first = int(group["member_first"])
    rows: list[int] = world["members"][first : first + int(group["member_count"])].tolist()
    return rows


def _content_is_that_of_its_log(world: World, database: Any) -> None:
    applied, mask = int(database["applied"]), int(database["log_mask"])
    if applied >= max(int(database["log_from"]), int(database["received"]) - mask):
        place = int(database["log_at"]) + (applied & mask)
        assert world["log_sums"][place] == database["content"]


def caches_are_sound(world: World) -> None:
    """What a cache holds stands in its list, from the newest to the oldest, once each."""
    for cache in world["caches"]:
        if cache["keys"] == 0:
            continue
        entries = world["entries"][cache["first"] : cache["first"] + cache["keys"]]
        held = np.flatnonzero(entries["until"] > 0).tolist()
        found, key = [], int(cache["newest"])
        while key >= 0:
            found.append(key)
            assert len(found) <= len(entries), "a cache's list runs in a circle"
            assert entries["newer"][key] == (found[-2] if len(found) > 1 else -1)
            key = int(entries["older"][key])
        assert sorted(found) == held
        assert len(held) == cache["held"] <= cache["capacity"]
        assert (found[-1] if found else -1) == cache["oldest"]
