"""Recovery: what people do about data after a failure. What the run makes of it is its own matter.

A database with writes of its own is rewound (it discards them), rebuilt (from a full copy) or
merged: its writes are replayed one by one at the primary, and then it follows. Copies and scripts
take their time, at the end of which they take effect.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from app.actions import Destroy, Remedy
from app.engine.loop.entry import (
    add_write,
    destroy,
    note,
    note_backups,
    reconnect,
    rejoin,
    schedule_event,
    skip_write,
)
from app.engine.numbering import Numbering, Repair
from app.engine.observe.writes.checksums import same_data
from app.engine.observe.writes.multi_primary import applied_of, has_stopped
from app.kernel.state.codes.events import EventType
from app.kernel.state.codes.incidents import IncidentCode
from app.kernel.state.codes.nodes import CatchUp, Membership
from app.kernel.state.codes.requests import WriteStatus
from app.kernel.state.world import World

_NOBODY = -1
_DESTRUCTIVE = 1 << 62
"""A bit of the number of a destructive write, which no request has; the others are its time."""


def remedy(world: World, numbering: Numbering, action: Remedy) -> None:
    """Begin a recovery, or stop the one under way; or write destructively."""
    n = numbering.nodes[str(action.node)]
    row = int(world["nodes"][n]["row"])
    if isinstance(action, Destroy):
        _destroy(world, row)
    elif action.how == "stop":
        _stop(world, numbering, row)
    elif action.how == "restore":
        _restore(world, numbering, row)
    elif action.how == "skip" and has_stopped(world, row):
        skip_write(world.buffer, row)
    elif action.how == "skip" or not _may_follow(world, row):
        note(world.buffer, IncidentCode.NOT_RECOVERED, n, _NOBODY, 0.0)
    elif action.how == "rewind":
        _discard(world, row)
    else:
        _begin(world, numbering, row, str(action.how))


def _may_follow(world: World, row: int) -> bool:
    """Return whether a database waits for people to say what becomes of its own writes."""
    return _lead_of(world, row) >= 0 and bool(
        world["databases"][row]["membership"] == Membership.DIVERGED
    )


def end_of_repair(world: World, numbering: Numbering, ticket: int) -> bool:
    """Return whether `ticket` is that of a recovery; if so, it takes effect now, unless it was
    stopped.
    """
    repair = numbering.repairs.pop(ticket, None)
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
        database["membership"] = Membership.DIVERGED
        note(world.buffer, IncidentCode.NOT_RECOVERED, int(database["node"]), _NOBODY, 0.0)
        return True
    if repair.how == "merge":
        _merge(world, repair.row, lead)
    if repair.how == "rebuild":
        if repair.timeline != int(world["groups"][database["group"]]["timeline"]):
            _begin(
                world, numbering, repair.row, "rebuild"
            )  # what it copies is not the current timeline now
            return True
        database["fork_position"] = repair.rows
    _follow(world, repair.row, int(database["fork_position"]))
    if repair.how == "rebuild":
        database["applied"], database["content"] = repair.rows, repair.content
        same_data(world, [database], database)
    lead_node = int(world["databases"][lead]["node"])
    note(world.buffer, IncidentCode.REPAIR_DONE, int(database["node"]), lead_node, 0.0)
    reconnect(world.buffer)
    return True


def divergent_count(world: World, row: int) -> int:
    """Return the number of a database's writes that are not on its group's current timeline."""
    database = world["databases"][row]
    if database["timeline"] == world["groups"][database["group"]]["timeline"]:
        return 0
    return max(int(database["received"]) - int(database["fork_position"]), 0)


def _begin(world: World, numbering: Numbering, row: int, how: str, rows: int = 0) -> None:
    """Begin a repair: a copy takes as long as its bytes, a script as long as its statements, one
    after another.
    """
    database = world["databases"][row]
    n = int(database["node"])
    if how == "merge":
        lead = world["databases"][_lead_of(world, row)]
        length_ns = round(
            divergent_count(world, row) * float(world["nodes"][lead["node"]]["write_ns"])
        )
    else:
        length_ns = int(database["copy_ns"])
    timeline = content = 0
    if how == "rebuild":  # what the copy holds: the current timeline as it is now
        group = world["groups"][database["group"]]
        rows, timeline = int(group["written"]), int(group["timeline"])
        content = int(world["databases"][_lead_of(world, row)]["content"])
    if how != "restore":
        database["membership"] = Membership.REPAIRING
    ticket = numbering.next_ticket()
    epoch = int(world["nodes"][n]["epoch"])
    numbering.repairs[ticket] = Repair(row, how, epoch, rows, content, timeline)
    schedule_event(
        world.buffer,
        int(world.control["now"]) + length_ns,
        EventType.FAULT_END,
        n << 1,
        ticket,
    )
    note(world.buffer, IncidentCode.REPAIRING, n, _NOBODY, length_ns * 1e-9)


def _stop(world: World, numbering: Numbering, row: int) -> None:
    for ticket in [ticket for ticket, repair in numbering.repairs.items() if repair.row == row]:
        del numbering.repairs[ticket]
    if world["databases"][row]["membership"] == Membership.REPAIRING:
        world["databases"][row]["membership"] = Membership.DIVERGED


def _lead_of(world: World, row: int) -> int:
    """The live primary of the current timeline, by its row; -1 when nobody leads."""
    group = world["groups"][world["databases"][row]["group"]]
    if int(group["primary"]) < 0:
        return _NOBODY
    node = world["nodes"][group["primary"]]
    leads = world["databases"][node["row"]]["leads"]
    return int(node["row"]) if leads and node["up"] and node["placed"] else _NOBODY


def _discard(world: World, row: int) -> None:
    """Rewind: what nobody else has is dropped, at once, and the rest comes from the primary."""
    database = world["databases"][row]
    lead = int(world["databases"][_lead_of(world, row)]["node"])
    extra = divergent_count(world, row)
    _follow(world, row, int(database["fork_position"]))
    note(world.buffer, IncidentCode.REWOUND, int(database["node"]), lead, float(extra))


def _follow(world: World, row: int, position: int) -> None:
    """Put a database on the current timeline up to a position, and let it ask for the rest."""
    _forget(world, row)
    database = world["databases"][row]
    group = world["groups"][database["group"]]
    lead_row = _lead_of(world, row)
    lead = world["databases"][lead_row]
    rejoin(world.buffer, row, lead_row, position)
    database["flushed"] = position
    database["acked"] = 0
    database["timeline"], database["leader"] = group["timeline"], lead["node"]
    database["membership"], database["streaming"], database["ready"] = Membership.ACTIVE, 0, 0
    database["catching_up"] = CatchUp.WAITING
    node = world["nodes"][database["node"]]
    if not node["up"] or database["asking"]:
        return
    database["asking"] = 1
    members = int(group["member_count"])
    place = int(group["path_first"]) + int(database["member"]) * members + int(lead["member"])
    at_ns = int(world.control["now"]) + int(world["paths"][place]["delay"])
    schedule_event(world.buffer, at_ns, EventType.RESYNC, row, int(node["epoch"]))


def _divergent_rows(world: World, row: int) -> Any:
    """Return the rows of a database's divergent writes that are written down."""
    database = world["databases"][row]
    group = world["groups"][database["group"]]
    first, count = int(group["divergent_first"]), int(group["divergent_count"])
    divergent_writes = world["divergent_writes"][first : first + count]
    own = (divergent_writes["timeline"] == database["timeline"]) & (
        divergent_writes["position"] <= database["received"]
    )
    return first + np.flatnonzero(own & (divergent_writes["position"] > database["fork_position"]))


def _forget(world: World, row: int) -> None:
    """Drop writes of an abandoned timeline that no other database holds."""
    database = world["databases"][row]
    group = world["groups"][database["group"]]
    used = int(world.control["databases_used"])
    others = world["databases"][:used]
    same = (others["group"] == database["group"]) & (others["timeline"] == database["timeline"])
    same[row] = False
    newest = max((int(one) for one in others["received"][same]), default=0)
    first, count = int(group["divergent_first"]), int(group["divergent_count"])
    divergent_writes = world["divergent_writes"][first : first + count]
    keep = (divergent_writes["timeline"] != database["timeline"]) | (
        divergent_writes["position"] <= newest
    )
    kept = divergent_writes[keep].copy()
    world["divergent_writes"][first : first + len(kept)] = kept
    group["divergent_count"] = len(kept)


def _merge(world: World, row: int, lead: int) -> None:
    """Replay a database's own writes at the primary, each unless it is there already (its client
    has tried again) or its row was written since the fork, which is a conflict.
    """
    database, primary = world["databases"][row], world["databases"][lead]
    group = world["groups"][database["group"]]
    size, first = int(group["log_size"]), int(group["log_first"])
    written, fork = int(group["written"]), int(database["fork_position"])
    since = np.arange(max(fork, written - size) + 1, written + 1)
    numbers = world["log"]["number"][first + since % size]
    there, touched = set(numbers.tolist()), set(rows_of(numbers, int(database["rows"])).tolist())
    own = _divergent_rows(world, row)
    divergent_writes = world["divergent_writes"][own].copy()
    world["divergent_writes"]["acknowledged"][own] = (
        WriteStatus.FAILED
    )  # settled, whoever else has them
    rows = rows_of(divergent_writes["number"], int(database["rows"]))
    now, back = int(world.control["now"]), 0
    for write, key in zip(divergent_writes, rows.tolist(), strict=True):
        if int(write["number"]) < 0:  # nobody replays a destructive write
            continue
        acknowledged = bool(write["acknowledged"] & WriteStatus.ACKNOWLEDGED)
        if acknowledged:
            group["lost"] -= 1
        if int(write["number"]) in there:
            group["recovered"] += acknowledged
        elif key in touched:
            group["conflicted"] += acknowledged
        else:
            group["written"] += 1
            entry = world["log"][first + int(group["written"]) % size]
            entry["written_at"], entry["number"] = now, write["number"]
            entry["acknowledged"] = WriteStatus.RECOVERED if acknowledged else WriteStatus.FAILED
            group["recovered"] += acknowledged
            group["unknown"] += not acknowledged
            back += 1
            primary["received"] = primary["applied"] = group["written"]
            add_write(world.buffer, lead, int(write["number"]))
    note(
        world.buffer, IncidentCode.MERGED, int(database["node"]), int(primary["node"]), float(back)
    )


def rows_of(numbers: Any, rows: int) -> Any:
    """Return the row of data that each request writes: uniform, a hash of the request's number."""
    with np.errstate(over="ignore"):
        bits = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        bits ^= bits >> np.uint64(29)
        bits *= np.uint64(0xBF58476D1CE4E5B9)
        return (bits >> np.uint64(32)) % np.uint64(rows)


def _destroy(world: World, row: int) -> None:
    """Run a statement that empties every table, at the primary of a database's group, or at that
    database where it is one itself: its place in the log brings it to everybody.
    """
    n, group = (
        int(world["databases"][row]["node"]),
        world["groups"][world["databases"][row]["group"]],
    )
    several = bool(group["mode"])
    lead = row if several and world["nodes"][n]["up"] else _lead_of(world, row)
    if lead < 0:
        note(world.buffer, IncidentCode.NOT_RECOVERED, n, _NOBODY, 0.0)
        return
    database = world["databases"][lead]
    now = int(world.control["now"])
    note_backups(world.buffer, int(world["databases"][row]["group"]))
    members = world["databases"]["group"] == world["databases"][row]["group"]
    world["databases"]["restorable"][members] = world["databases"]["backed_up_rows"][members]
    kept = ("lost", "recovered", "conflicted", "destroyed")
    rows = int(group["acknowledged"]) - sum(int(group[name]) for name in kept)
    if several:
        destroy(world.buffer, row, rows)
        return
    group["destroyed"] += rows
    group["written"] += 1
    group["destroyed_at"], group["destroyed_ns"] = group["written"], now
    entry = world["log"][int(group["log_first"]) + int(group["written"]) % int(group["log_size"])]
    entry["written_at"], entry["number"], entry["acknowledged"] = now, -1, WriteStatus.PENDING
    database["received"] = database["applied"] = group["written"]
    add_write(world.buffer, lead, _DESTRUCTIVE | now)
    note(world.buffer, IncidentCode.DESTROYED, int(database["node"]), _NOBODY, float(rows))
    reconnect(world.buffer)


def _restorable(world: World, row: int) -> int:
    """Return the number of destroyed rows that a database can bring back: all, if it has not
    applied the destructive write yet, else those that were there at its last backup.
    """
    database = world["databases"][row]
    group = world["groups"][database["group"]]
    if int(group["destroyed_at"]) > _applied_of_destroyer(world, row):
        return int(group["destroyed"])
    return min(int(database["restorable"]), int(group["destroyed"]))


def _applied_of_destroyer(world: World, row: int) -> int:
    """Return the position that a database has applied in the log of the last destructive write."""
    database = world["databases"][row]
    group = world["groups"][database["group"]]
    if not group["mode"]:
        return int(database["applied"])
    if int(group["destroyer"]) == row:
        return int(database["own"])
    return applied_of(world, row, int(group["destroyer"]))


def _restore(world: World, numbering: Numbering, row: int) -> None:
    database = world["databases"][row]
    rows = _restorable(world, row)
    if rows == 0:
        note(world.buffer, IncidentCode.NOT_RECOVERED, int(database["node"]), _NOBODY, 0.0)
        return
    _begin(world, numbering, row, "restore", rows)


def _restored(world: World, repair: Repair) -> None:
    """Rows are copied back into the tables of the primary, and from there to all."""
    database = world["databases"][repair.row]
    group = world["groups"][database["group"]]
    n = int(database["node"])
    lead = n if group["mode"] else int(group["primary"])
    back = min(repair.rows, int(group["destroyed"]))
    group["destroyed"] -= back
    note(world.buffer, IncidentCode.RESTORED, lead, n, float(back))
