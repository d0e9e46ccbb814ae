"""Failovers of a run: when each phase was, how long writes failed, and how many were lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.engine.observe.incident import Incident

_SECOND = 1e9
_PHASES = {"suspected": "detected_s", "elected": "elected_s", "promoted": "promoted_s"}


def failovers(incidents: Iterable[Incident]) -> list[dict[str, Any]]:
    """Every change of primary, oldest first, from what happened in a run.

    Times are simulated seconds, None where there was no such phase. `rto_s` is how long writes
    failed (recovery time), `rpo_writes` how many acknowledged ones were lost and `rpo_s` how long
    before the failure the oldest of them was made (recovery point).
    """
    found: list[dict[str, Any]] = []
    for one in incidents:
        phase, at_s = _PHASES.get(one.code), one.at_ns / _SECOND
        if phase:
            under_way = _last(found, "from", one.other)
            if under_way is None or under_way[phase] is not None:
                under_way = _begun(one.other)
                found.append(under_way)
            under_way[phase] = at_s
            if one.code != "suspected":
                under_way["to"] = one.node
        elif one.code == "writes_lost" and (under_way := _last(found, "from", one.other)):
            under_way["rpo_writes"] = int(one.value)
        elif one.code == "recovery_point" and (under_way := _last(found, "from", one.other)):
            under_way["rpo_s"] = one.value
        elif one.code == "writes_resumed" and (under_way := _last(found, "to", one.node)):
            under_way |= {"resumed_s": at_s, "rto_s": one.value, "failed_s": at_s - one.value}
    return found


def _last(found: list[dict[str, Any]], end: str, node: str) -> dict[str, Any] | None:
    """The newest failover from or to a node after which writes have not resumed yet."""
    known = (one for one in reversed(found) if one[end] == node and one["resumed_s"] is None)
    return next(known, None)


def _begun(primary: str) -> dict[str, Any]:
    times = ("failed_s", "detected_s", "elected_s", "promoted_s", "resumed_s", "rto_s")
    return {"from": primary, "to": None, **dict.fromkeys(times), "rpo_writes": 0, "rpo_s": 0.0}
