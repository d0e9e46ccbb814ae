"""Recovery: what people do about data after a failure. What the run makes of it is its own matter.

A database with writes of its own is rewound (it discards them), rebuilt (from a full copy) or
merged: its writes are replayed one by one at the primary, and then it follows. Copies and scripts
take their time, at the end of which they take effect.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from app.actions import Destroy, Remedy
from app.engine.contents import same_data
from app.engine.incident import (
    DESTROYED,
    MERGED,
    NOT_RECOVERED,
    REPAIR_DONE,
    REPAIRING,
    RESTORED,
    REWOUND,
)
from app.engine.intervene import (
    add_write,
    destroy,
    note,
    put_on_agenda,
    reconnect,
    rejoin,
    skip_write,
)
from app.engine.kernel.agenda import FAULT, RESYNC
from app.engine.multi_figures import acknowledged_between, applied_of, has_stopped
from app.engine.plan import Plan, Repair
from app.engine.records import (
    ACKNOWLEDGED,
    DIVERGED,
    IN,
    PENDING,
    REAPPLIED,
    REPAIRED,
    UNHEARD,
)
from app.engine.world import World
from app.kinds.database.replication import LACKS_LOG

_NOBODY = -1
_DESTRUCTIVE = 1 << 62
"""A bit of the number of a destructive write, which no request has; the others are its time."""


def remedy(world: World, plan: Plan, action: Remedy) -> None:
    """Begin a recovery, or stop the one under way; or write destructively."""
    n = plan.nodes[str(action.node)]
    row = int(world["nodes"][n]["row"])
    if isinstance(action, Destroy):
        _destroy(world, row)
    elif action.how == "stop":
        _stop(world, plan, row)
    elif action.how == "restore":
        _restore(world, plan, row)
    elif action.how == "skip" and has_stopped(world, row):
        skip_write(world.buffer, row)
    elif action.how == "skip" or not _may_follow(world, row):
        note(world.buffer, NOT_RECOVERED, n, _NOBODY, 0.0)
    elif action.how == "rewind":
        _discard(world, row)
    else:
        _begin(world, plan, row, str(action.how))


def _may_follow(world: World, row: int) -> bool:
    """Whether a database waits for people to say what becomes of its own writes."""
    return _lead_of(world, row) >= 0 and bool(world["databases"][row]["out"] == DIVERGED)


def end_of_repair(world: World, plan: Plan, ticket: int) -> bool:
    """Whether `ticket` is that of a recovery; if so, it takes effect now, unless it was stopped."""
    repair = plan.repairs.pop(ticket, None)
    if repair is None:
        return False
    database = world["databases"][repair.row]
    node = world["nodes"][database["node"]]
    if int(node["epoch"]) != repair.epoch:
        return True
    if repair.how == "restore":
        _restored(world, repair)
        return True
    lead = _lead_of(world, repair.row)
    if lead < 0:
        database["out"] = DIVERGED
        note(world.buffer, NOT_RECOVERED, int(database["node"]), _NOBODY, 0.0)
        return True
    if repair.how == "merge":
        _merge(world, repair.row, lead)
    if repair.how == "rebuild":
        if repair.timeline != int(world["groups"][database["group"]]["timeline"]):
            _begin(world, plan, repair.row, "rebuild")  # what it copies is not the main line now
            return True
        database["common"] = repair.rows
    _follow(world, repair.row, int(database["common"]))
    if repair.how == "rebuild":
        database["applied"], database["content"] = repair.rows, repair.content
        same_data(world, [database], database)
    lead_node = int(world["databases"][lead]["node"])
    note(world.buffer, REPAIR_DONE, int(database["node"]), lead_node, 0.0)
    reconnect(world.buffer)
    return True


def extra_of(world: World, row: int) -> int:
    """How many writes a database has that are not on its group's main line."""
    database = world["databases"][row]
    if database["timeline"] == world["groups"][database["group"]]["timeline"]:
        return 0
    return max(int(database["received"]) - int(database["common"]), 0)


def _begin(world: World, plan: Plan, row: int, how: str, rows: int = 0) -> None:
    """A copy takes as long as its bytes; a script as long as its statements, one after another."""
    database = world["databases"][row]
    n = int(database["node"])
    if how == "merge":
        lead = world["databases"][_lead_of(world, row)]
        length_ns = round(extra_of(world, row) * float(world["nodes"][lead["node"]]["write_ns"]))
    else:
        length_ns = int(database["copy_ns"])
    timeline = content = 0
    if how == "rebuild":  # what the copy holds: the main line as it is now
        group = world["groups"][database["group"]]
        rows, timeline = int(group["written"]), int(group["timeline"])
        content = int(world["databases"][_lead_of(world, row)]["content"])
    if how != "restore":
        database["out"] = REPAIRED
    ticket = plan.next_ticket()
    epoch = int(world["nodes"][n]["epoch"])
    plan.repairs[ticket] = Repair(row, how, epoch, rows, content, timeline)
    put_on_agenda(world.buffer, int(world.control["now"]) + length_ns, int(FAULT), n << 1, ticket)
    note(world.buffer, REPAIRING, n, _NOBODY, length_ns * 1e-9)


def _stop(world: World, plan: Plan, row: int) -> None:
    for ticket in [ticket for ticket, repair in plan.repairs.items() if repair.row == row]:
        del plan.repairs[ticket]
    if world["databases"][row]["out"] == REPAIRED:
        world["databases"][row]["out"] = DIVERGED


def _lead_of(world: World, row: int) -> int:
    """The live primary of the main line, by its row; -1 when nobody leads."""
    group = world["groups"][world["databases"][row]["group"]]
    if int(group["lead"]) < 0:
        return _NOBODY
    node = world["nodes"][group["lead"]]
    leads = world["databases"][node["row"]]["leads"]
    return int(node["row"]) if leads and node["up"] and node["placed"] else _NOBODY


def _discard(world: World, row: int) -> None:
    """Rewind: what nobody else has is dropped, at once, and the rest comes from the primary."""
    database = world["databases"][row]
    lead = int(world["databases"][_lead_of(world, row)]["node"])
    extra = extra_of(world, row)
    _follow(world, row, int(database["common"]))
    note(world.buffer, REWOUND, int(database["node"]), lead, float(extra))


def _follow(world: World, row: int, position: int) -> None:
    """A database is on the main line up to a position, and asks for the rest."""
    _forget(world, row)
    database = world["databases"][row]
    group = world["groups"][database["group"]]
    lead_row = _lead_of(world, row)
    lead = world["databases"][lead_row]
    rejoin(world.buffer, row, lead_row, position)
    database["flushed"] = position
    database["acked"] = 0
    database["timeline"], database["leader"] = group["timeline"], lead["node"]
    database["out"], database["streaming"], database["ready"] = IN, 0, 0
    database["catching_up"] = LACKS_LOG
    node = world["nodes"][database["node"]]
    if not node["up"] or database["asking"]:
        return
    database["asking"] = 1
    members = int(group["member_count"])
    place = int(group["path_first"]) + int(database["member"]) * members + int(lead["member"])
    at_ns = int(world.control["now"]) + int(world["paths"][place]["delay"])
    put_on_agenda(world.buffer, at_ns, int(RESYNC), row, int(node["epoch"]))


def _strays(world: World, row: int) -> Any:
    """Where the writes of a database stand that are not on the main line, and are written down."""
    database = world["databases"][row]
    group = world["groups"][database["group"]]
    first, count = int(group["stray_first"]), int(group["stray_count"])
    strays = world["strays"][first : first + count]
    own = (strays["timeline"] == database["timeline"]) & (
        strays["position"] <= database["received"]
    )
    return first + np.flatnonzero(own & (strays["position"] > database["common"]))


def _forget(world: World, row: int) -> None:
    """What no other database has of a line that this one leaves is gone."""
    database = world["databases"][row]
    group = world["groups"][database["group"]]
    used = int(world.control["databases_used"])
    others = world["databases"][:used]
    same = (others["group"] == database["group"]) & (others["timeline"] == database["timeline"])
    same[row] = False
    held = max((int(one) for one in others["received"][same]), default=0)
    first, count = int(group["stray_first"]), int(group["stray_count"])
    strays = world["strays"][first : first + count]
    keep = (strays["timeline"] != database["timeline"]) | (strays["position"] <= held)
    kept = strays[keep].copy()
    world["strays"][first : first + len(kept)] = kept
    group["stray_count"] = len(kept)


def _merge(world: World, row: int, lead: int) -> None:
    """Replay a database's own writes at the primary, each unless it is there already (its client
    has tried again) or its row was written since the fork, which is a conflict.
    """
    database, primary = world["databases"][row], world["databases"][lead]
    group = world["groups"][database["group"]]
    size, first = int(group["log_size"]), int(group["log_first"])
    written, fork = int(group["written"]), int(database["common"])
    since = np.arange(max(fork, written - size) + 1, written + 1)
    numbers = world["log"]["number"][first + since % size]
    there, touched = set(numbers.tolist()), set(rows_of(numbers, int(database["rows"])).tolist())
    own = _strays(world, row)
    strays = world["strays"][own].copy()
    world["strays"]["acknowledged"][own] = UNHEARD  # settled, whoever else has them
    rows = rows_of(strays["number"], int(database["rows"]))
    now, back = int(world.control["now"]), 0
    for stray, key in zip(strays, rows.tolist(), strict=True):
        if int(stray["number"]) < 0:  # nobody replays a destructive write
            continue
        told = bool(stray["acknowledged"] & int(ACKNOWLEDGED))
        if told:
            group["lost"] -= 1
        if int(stray["number"]) in there:
            group["recovered"] += told
        elif key in touched:
            group["conflicted"] += told
        else:
            group["written"] += 1
            entry = world["log"][first + int(group["written"]) % size]
            entry["written_at"], entry["number"] = now, stray["number"]
            entry["acknowledged"] = REAPPLIED if told else UNHEARD
            group["recovered"] += told
            group["unknown"] += not told
            back += 1
            primary["received"] = primary["applied"] = group["written"]
            add_write(world.buffer, lead, int(stray["number"]))
    note(world.buffer, MERGED, int(database["node"]), int(primary["node"]), float(back))


def rows_of(numbers: Any, rows: int) -> Any:
    """Which row of the data each request writes: any, evenly, by the request's number alone."""
    with np.errstate(over="ignore"):
        bits = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        bits ^= bits >> np.uint64(29)
        bits *= np.uint64(0xBF58476D1CE4E5B9)
        return (bits >> np.uint64(32)) % np.uint64(rows)


def _destroy(world: World, row: int) -> None:
    """A statement that empties every table, at the primary of a database's group, or at that
    database where it is one itself: its place in the log brings it to everybody.
    """
    n, group = (
        int(world["databases"][row]["node"]),
        world["groups"][world["databases"][row]["group"]],
    )
    several = bool(group["mode"])
    lead = row if several and world["nodes"][n]["up"] else _lead_of(world, row)
    if lead < 0:
        note(world.buffer, NOT_RECOVERED, n, _NOBODY, 0.0)
        return
    database = world["databases"][lead]
    now = int(world.control["now"])
    kept = ("lost", "recovered", "conflicted", "destroyed")
    rows = int(group["acknowledged"]) - sum(int(group[name]) for name in kept)
    if several:
        destroy(world.buffer, row, rows)
        return
    group["destroyed"] += rows
    group["written"] += 1
    group["destroyed_at"], group["destroyed_ns"] = group["written"], now
    entry = world["log"][int(group["log_first"]) + int(group["written"]) % int(group["log_size"])]
    entry["written_at"], entry["number"], entry["acknowledged"] = now, -1, PENDING
    database["received"] = database["applied"] = group["written"]
    add_write(world.buffer, lead, _DESTRUCTIVE | now)
    note(world.buffer, DESTROYED, int(database["node"]), _NOBODY, float(rows))
    reconnect(world.buffer)


def _restorable(world: World, row: int) -> int:
    """How many destroyed rows a database can bring back: all, if it has not applied the destructive
    write yet, or those that were there at its last backup.
    """
    database = world["databases"][row]
    group = world["groups"][database["group"]]
    if int(group["destroyed_at"]) > _applied_of_destroyer(world, row):
        return int(group["destroyed"])
    every = int(database["backup"])
    if every == 0:
        return 0
    at_ns, size = int(group["destroyed_ns"]), int(group["log_size"])
    since_ns = at_ns // every * every
    if group["mode"]:
        later = acknowledged_between(world, group, since_ns, at_ns)
        return max(int(group["destroyed"]) - later, 0)
    entries = world["log"][int(group["log_first"]) : int(group["log_first"]) + size]
    between = (entries["written_at"] > since_ns) & (entries["written_at"] < at_ns)
    told = (entries["acknowledged"] & int(ACKNOWLEDGED)) != 0
    return max(int(group["destroyed"]) - int(np.count_nonzero(between & told)), 0)


def _applied_of_destroyer(world: World, row: int) -> int:
    """How far a database has come with the log in which the last destructive write is."""
    database = world["databases"][row]
    group = world["groups"][database["group"]]
    if not group["mode"]:
        return int(database["applied"])
    if int(group["destroyer"]) == row:
        return int(database["own"])
    return applied_of(world, row, int(group["destroyer"]))


def _restore(world: World, plan: Plan, row: int) -> None:
    database = world["databases"][row]
    rows = _restorable(world, row)
    if rows == 0:
        note(world.buffer, NOT_RECOVERED, int(database["node"]), _NOBODY, 0.0)
        return
    _begin(world, plan, row, "restore", rows)


def _restored(world: World, repair: Repair) -> None:
    """Rows are copied back into the tables of the primary, and from there to all."""
    database = world["databases"][repair.row]
    group = world["groups"][database["group"]]
    n = int(database["node"])
    lead = n if group["mode"] else int(group["lead"])
    back = min(repair.rows, int(group["destroyed"]))
    group["destroyed"] -= back
    note(world.buffer, RESTORED, lead, n, float(back))
