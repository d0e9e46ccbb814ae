"""Frames: everything a screen needs for one instant, as one JSON text."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.actions import Crash, NodeFault, Silence
from app.session.limits import HOPS_PER_S
from app.session.situation import Situation

if TYPE_CHECKING:
    from app.engine.engine import Hop
    from app.engine.reading import Reading

NS_PER_S = 1_000_000_000
_LEDGER = (
    *("acknowledged", "safe", "at_risk", "lost", "recovered", "conflicted", "destroyed"),
    *("unknown", "divergent", "two_primaries_s"),
)


@dataclass(frozen=True, slots=True)
class Header:
    """The part of a frame that the session knows: its clock, its state and what can be undone.

    `head_ns` is how far the run has come, `past` says that it has gone back from there, `seeking`
    that it is on its way to `now_ns` and nothing is measured yet. There have been `branches`
    (counting restarts), the last one from `branched_ns`.
    """

    now_ns: int
    head_ns: int
    past: bool
    seeking: bool
    branches: int
    branched_ns: int
    rate: float
    speed: float | None
    running: bool
    engine: str
    progress: float
    revision: int
    seed: int
    load: float
    undo: bool
    redo: bool
    faults: int
    dot: int
    theory: dict[str, Any] = field(default_factory=dict)

    def fields(self) -> dict[str, object]:
        """As JSON values."""
        return {
            "t": self.now_ns / NS_PER_S,
            "head": self.head_ns / NS_PER_S,
            "past": self.past,
            "seeking": self.seeking,
            "branch": self.branches,
            "branched": self.branched_ns / NS_PER_S,
            "rate": float(f"{self.rate:.4g}"),
            "speed": self.speed,
            "running": self.running,
            "ready": self.engine == "ready",
            "engine": self.engine,
            "progress": round(self.progress, 3),
            "rev": self.revision,
            "seed": self.seed,
            "load": self.load,
            "undo": self.undo,
            "redo": self.redo,
            "faults": self.faults,
            "dot": self.dot,
            "theory": self.theory,
        }


def measured(before: Reading, now: Reading) -> dict[str, Any]:
    """The part of a frame that the engine knows (see `app.engine.frame`)."""
    from app.engine.frame import frame

    return frame(before, now)


def blank(situation: Situation) -> dict[str, Any]:
    """What `measured` would say of a run that has not begun, while there is no engine."""
    return {
        "n": [
            {
                "id": node.id,
                "state": _unbegun(situation.faults.get(node.id)),
                "fault": _fault(situation.faults.get(node.id)),
                "slow": 1.0,
                "util": None if node.kind == "client" else 0.0,
                "queue": 0,
                "rps": 0.0,
                "fail": 0.0,
                "p95": None,
                "role": None,
                "lag": None,
                "data": None,
                "fellows": None,
                "extra": None,
                "out": None,
                "remedies": [],
                "since": None,
                "reads": 0.0,
                "writes": 0.0,
                "hit": None,
            }
            for node in situation.topology.nodes
        ],
        "e": [[link.id, 0.0, 0.0] for link in situation.topology.links],
        "x": {},
        "m": {
            **dict.fromkeys(("offered", "completed", "failed", "in_flight"), 0),
            **dict.fromkeys(("offered_rps", "completed_rps", "failed_rps"), 0.0),
            **dict.fromkeys(("p50", "p95", "p99")),
            **dict.fromkeys(("acknowledged", "lost"), 0),
            "failures": {},
            "ledger": dict.fromkeys(_LEDGER, 0),
        },
        "w": 0.0,
        "breaches": [],
    }


def broken(parts: dict[str, Any]) -> frozenset[str]:
    """The nodes and links of a frame that people broke and nobody has healed."""
    nodes = (one["id"] for one in parts["n"] if one["fault"] not in (None, "boot"))
    return frozenset((*nodes, *parts["x"]))


def _fault(fault: NodeFault | None) -> str | None:
    return fault.type if fault else None


def _unbegun(fault: NodeFault | None) -> str:
    return "down" if isinstance(fault, Crash | Silence) else "idle"


def encode(header: Header, parts: dict[str, Any], hops: tuple[Hop, ...]) -> str:
    """The frame as JSON text."""
    traced = [
        [
            hop.request,
            hop.link or None,
            hop.node or None,
            hop.begins_ns / NS_PER_S,
            hop.ends_ns / NS_PER_S,
            "w" if hop.writes else "r",
            int(hop.ok),
        ]
        for hop in hops
    ]
    whole = {**header.fields(), **parts, "h": traced}
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def trace_every(offered_per_wall_s: float, now: int) -> int:
    """Which share of the requests to trace: every 1st, 2nd, 5th, 10th, 20th, ... one.

    One dot on the screen then stands for that many requests, a number people can multiply by.
    `now` is the present share; it stays while it is about right, since a legend should not flicker.
    """
    if not math.isfinite(offered_per_wall_s):
        return now
    if now > 1 and 0.33 <= offered_per_wall_s / now / HOPS_PER_S <= 1.1:
        return now
    wanted = offered_per_wall_s / HOPS_PER_S
    if wanted <= 1.0:
        return 1
    power: int = 10 ** math.floor(math.log10(wanted))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= wanted)
