"""Failovers of a run: when each phase was, how long writes failed, and how many were lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.engine.incident import Incident

_SECOND = 1e9
_PHASES = {"suspected": "detected_s", "elected": "elected_s", "promoted": "promoted_s"}


def failovers(incidents: Iterable[Incident]) -> list[dict[str, Any]]:
    """Every change of primary, oldest first, from what happened in a run.

    Times are simulated seconds, None where there was no such phase. `rto_s` is how long writes
    failed (recovery time), `rpo_writes` how many acknowledged ones were lost (recovery point).
    """
    found: list[dict[str, Any]] = []
    for one in incidents:
        phase, at_s = _PHASES.get(one.code), one.at_ns / _SECOND
        if phase:
            if not found or found[-1][phase] is not None or found[-1]["resumed_s"] is not None:
                found.append(_begun(one.other))
            found[-1][phase] = at_s
            if one.code != "suspected":
                found[-1]["to"] = one.node
        elif not found:
            continue
        elif one.code == "writes_lost":
            found[-1]["rpo_writes"] = int(one.value)
        elif one.code == "writes_resumed" and found[-1]["resumed_s"] is None:
            found[-1] |= {"resumed_s": at_s, "rto_s": one.value, "failed_s": at_s - one.value}
    return found


def _begun(primary: str) -> dict[str, Any]:
    times = ("failed_s", "detected_s", "elected_s", "promoted_s", "resumed_s", "rto_s")
    return {"from": primary, "to": None, **dict.fromkeys(times), "rpo_writes": 0}
