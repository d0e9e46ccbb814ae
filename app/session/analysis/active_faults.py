"""Active faults: what is broken now, since when, and for how long it stays so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.actions import Faults, LinkFault, NodeFault, target_of
from app.session.history.journal import Record
from app.session.playback.pacer import NS_PER_S


@dataclass(frozen=True, slots=True)
class ActiveFault:
    """A fault of the node or link `target`. `since_s` is None when the journal has no time of it;
    `left_s` is the simulated time until it ends by itself, None if it lasts until it is healed.
    """

    fault: NodeFault | LinkFault
    target: str
    since_s: float | None
    left_s: float | None


def active_faults(record: Record, broken: Iterable[str], now_ns: int) -> list[ActiveFault]:
    """The faults of what is `broken` now, the newest first."""
    shown = set(broken)
    found = [
        _active(record, fault, now_ns)
        for fault in record.situation.broken
        if target_of(fault) in shown
    ]
    return sorted(found, key=lambda one: -(one.since_s or 0.0))


def _active(record: Record, fault: NodeFault | LinkFault, now_ns: int) -> ActiveFault:
    target = target_of(fault)
    since_ns = _began(record, target, now_ns)
    seconds = getattr(fault, "for_s", None)
    left = None
    if seconds is not None and since_ns is not None:
        left = max(since_ns / NS_PER_S + seconds - now_ns / NS_PER_S, 0.0)
    return ActiveFault(fault, target, None if since_ns is None else since_ns / NS_PER_S, left)


def _began(record: Record, target: str, now_ns: int) -> int | None:
    for entry in reversed(record.journal):
        if entry.at_ns > now_ns:
            continue
        action = entry.action
        ones = action.faults if isinstance(action, Faults) else (action,)
        if any(isinstance(one, NodeFault | LinkFault) and target_of(one) == target for one in ones):
            return entry.at_ns
    return None
