"""Figures of replication in readings: lag of a database, cost of its commits."""

from __future__ import annotations

import math
from typing import Any, Final

from app.engine.observe.reading import Reading, sojourn_percentile_ms
from app.engine.observe.writes.checksums import checksum
from app.kernel.state.codes.choices import StoreFamily
from app.kernel.state.codes.nodes import Membership, Trait

_MS: Final = 1e6
_SEEN: Final = ("stale_reads", "own_reads", "own_stale")


def _grown(before: Any, now: Any, place: int, name: str) -> int:
    """Return the growth of a counter; a new row counts from nothing."""
    return int(now[place][name]) - (int(before[place][name]) if place < len(before) else 0)


def stale_reads(reading: Reading) -> int:
    """Reads, in all, that missed an acknowledged write."""
    return int(reading.databases["stale_reads"].sum())


def row_of(reading: Reading, n: int) -> int:
    """The row of a node that is a database."""
    return int(reading.nodes[n]["row"])


def lag_bytes(reading: Reading, n: int) -> int:
    """Log that a database has yet to apply: writes, each of the present primary's size."""
    database = reading.databases[row_of(reading, n)]
    group = reading.groups[database["group"]]
    lead = int(group["primary"])
    if lead < 0 or lead == n:
        return 0
    sees = int(database["applied"])
    if int(database["timeline"]) != int(group["timeline"]):
        sees = min(sees, int(database["fork_position"]))
    missing = max(int(group["written"]) - sees, 0)
    return missing * int(reading.databases[row_of(reading, lead)]["write_bytes"])


def commit_ms(before: Reading | None, now: Reading, n: int) -> float | None:
    """Mean time that writes at a database have waited for replicas, between two readings; None if
    none has.
    """
    row = row_of(now, n)
    counts = [int(now.databases[row][name]) for name in ("commits", "commit_ns")]
    if before is not None and row < len(before.databases):
        counts[0] -= int(before.databases[row]["commits"])
        counts[1] -= int(before.databases[row]["commit_ns"])
    return counts[1] / counts[0] / _MS if counts[0] else None


def commit_p99_ms(before: Reading | None, now: Reading, n: int) -> float | None:
    """Return the 99th percentile of the waits for replicas of a database's writes between two
    readings; None without a write.
    """
    row = row_of(now, n)
    if row >= len(now.commit_waits):
        return None
    waits = now.commit_waits[row]
    if before is not None and row < len(before.commit_waits):
        waits = waits - before.commit_waits[row]
    found = sojourn_percentile_ms(waits, 0.99)
    return None if math.isnan(found) else found


def summed(reading: Reading, n: int) -> dict[str, Any]:
    """A database's part of a summary: lag in seconds and bytes, the checksum of its data,
    what its commits waited, whether it
    has ceased to wait, and reads there that missed an acknowledged write, or one of their own
    user's.
    """
    database = reading.databases[row_of(reading, n)]
    return {
        "lag_s": float(reading.lag_ns[row_of(reading, n)]) / 1e9,
        "lag_bytes": lag_bytes(reading, n),
        "checksum": checksum(database),
        "commit_ms": commit_ms(None, reading, n),
        "commit_ms_p99": commit_p99_ms(None, reading, n),
        "semi_sync_off": bool(database["fell_back"]),
        "commits_waiting": int(database["waiting"]),
        "stale_reads": int(database["stale_reads"]),
        "own_reads": int(database["own_reads"]),
        "own_stale_reads": int(database["own_stale"]),
    }


def framed(before: Reading, now: Reading, n: int) -> dict[str, Any]:
    """A database's part of a frame: ``lag`` in bytes, the ``sum`` of its data in
    short, ``commit`` waits in ms (mean and p99),
    whether semi-sync has ``fallen`` back, how many commits are ``waiting``, and the shares of
    ``stale`` reads and of users' reads that miss their ``own`` writes; None where nobody counts, or
    nothing was read.
    """
    waited, most = commit_ms(before, now, n), commit_p99_ms(before, now, n)
    reads = _grown(before.nodes, now.nodes, n, "reads")
    row = row_of(now, n)
    missed, own, own_missed = (_grown(before.databases, now.databases, row, one) for one in _SEEN)
    follows = bool(now.nodes[n]["traits"] & Trait.STALENESS)
    return {
        "stale": round(missed / reads, 4) if follows and reads else None,
        "own": round(own_missed / own, 4) if own else None,
        "lag": lag_bytes(now, n),
        "sum": checksum(now.databases[row])[:8],
        "commit": None if waited is None else round(waited, 3),
        "commit_p99": None if most is None else round(most, 3),
        "fallen": bool(now.databases[row]["fell_back"]),
        "waiting": int(now.databases[row_of(now, n)]["waiting"]),
    }


def remedies(reading: Reading, n: int) -> list[str]:
    """Return the names of the remedies for a database's data that are possible now: each would
    change something, or tell why not (a restore, with no backup that is old enough).
    """
    database = reading.databases[row_of(reading, n)]
    group = reading.groups[database["group"]]
    lead, out = int(group["primary"]), int(database["membership"])
    led = lead >= 0 and bool(reading.nodes[lead]["up"] and reading.nodes[lead]["placed"])
    led = led and bool(reading.databases[row_of(reading, lead)]["leads"])
    several = reading.several.get(int(database["group"]))
    stopped = several is not None and any(node == n for node, _ in several.stopped)
    destroyed = int(group["destroyed"]) > 0
    able = {
        **dict.fromkeys(("rewind", "rebuild", "merge"), led and out == Membership.DIVERGED),
        "restore": destroyed,
        "skip": stopped,
        "stop": destroyed or out == Membership.REPAIRING,
        "destroy": led or (several is not None and bool(reading.nodes[n]["up"])),
    }
    return [name for name, would in able.items() if would]


def voted(before: Reading, now: Reading, n: int) -> dict[str, Any] | None:
    """A member of a ring's part of a frame: the share of ``stale`` reads among those that it has
    answered for the ring; None where nobody reads. Other stores have none.
    """
    row = row_of(now, n)
    if now.stores[row]["family"] != StoreFamily.WIDE_COLUMN:
        return None
    answered, missed = (
        _grown(before.stores, now.stores, row, one) for one in ("answered", "stale")
    )
    return {"stale": round(missed / answered, 4) if answered else None}


def stale_hits(before: Reading, now: Reading, n: int) -> float | None:
    """The share of a cache's hits on what had been written since; None without hits."""
    row = row_of(now, n)
    hits, missed = (_grown(before.caches, now.caches, row, one) for one in ("hits", "stale"))
    return round(missed / hits, 4) if hits else None
