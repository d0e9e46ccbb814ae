"""Frames: everything a screen needs for one instant, as one JSON text."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.actions import Crash, NodeFault, Silence
from app.session.limits import HOPS_PER_FRAME, HOPS_PER_S
from app.session.situation import Situation

if TYPE_CHECKING:
    from app.engine.engine import Hop
    from app.engine.observe.reading import Reading

NS_PER_S = 1_000_000_000
SELDOM_FRAMES = 10
_LEDGER = (
    *("acknowledged", "safe", "at_risk", "out_of_reach", "lost", "recovered", "conflicted"),
    *("destroyed", "unknown", "divergent", "two_primaries_s"),
)


@dataclass(frozen=True, slots=True)
class Header:
    """The part of a frame that the session knows: its clock, its state and who can undo something.

    `head_ns` is how far the run has come, `past` says that it has gone back from there, `seeking`
    that it is on its way to `now_ns` and nothing is measured yet. There have been `branches`
    (counting restarts), the last one from `branched_ns`. `unsaved` says that the store takes
    nothing at the moment, and something is not in it.
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
    undo: tuple[str, ...]
    redo: tuple[str, ...]
    faults: int
    dot: int
    theory: dict[str, Any] | None = None
    unsaved: bool = False
    findings: dict[str, Any] | None = None
    targets: list[list[Any]] | None = None

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
            **({} if self.theory is None else {"theory": self.theory}),
            **({"unsaved": True} if self.unsaved else {}),
            **({} if self.findings is None else {"findings": self.findings}),
            **({} if self.targets is None else {"targets": self.targets}),
        }


class Seldom:
    """A part of frames: in one when it has changed, and now and then for those who missed it.

    It is most of a frame's bytes, and changes only with the drawing, the load and what is broken.
    """

    def __init__(self, every: int = SELDOM_FRAMES) -> None:
        self._every = every
        self._last: dict[str, Any] | None = None
        self._frames = 0

    def forget(self) -> None:
        """Forget what was sent: somebody new watches, who has none of it."""
        self._last = None

    def take(self, part: dict[str, Any]) -> dict[str, Any] | None:
        """The part for the next frame; None when that does without."""
        self._frames += 1
        if part == self._last and self._frames < self._every:
            return None
        self._last, self._frames = part, 0
        return part


def cached_addresses(now: Reading) -> dict[str, dict[str, tuple[float, float]]]:
    """Addresses that users' caches hold (see `app.engine.observe.frames.users`)."""
    from app.engine.observe.frames.users import addresses_by_client

    return addresses_by_client(now)


def measured(before: Reading, now: Reading) -> dict[str, Any]:
    """The part of a frame that the engine knows (see `app.engine.observe.frames.frame`)."""
    from app.engine.observe.frames.frame import frame

    return frame(before, now)


def blank(situation: Situation) -> dict[str, Any]:
    """Return `measured` of a run that has not begun, while there is no engine."""
    return {
        "n": [
            {
                "id": node.id,
                "state": _initial_state(situation.faults.get(node.id)),
                "fault": _fault(situation.faults.get(node.id)),
                "slow": 1.0,
                "util": 0.0 if node.spec.is_station else None,
                "queue": 0,
                "rps": 0.0,
                "fail": 0.0,
                "p95": None,
                "wait": None,
                "role": None,
                "lag": None,
                "data": None,
                "group": None,
                "divergent_writes": None,
                "replication_state": None,
                "remedies": [],
                "since": None,
                "reads": 0.0,
                "writes": 0.0,
                "hit": None,
                "failing": None,
                "conn": None,
            }
            for node in situation.topology.nodes
        ],
        "e": [[link.id, 0.0, 0.0] for link in situation.topology.links],
        "link_faults": {},
        "m": {
            **dict.fromkeys(("offered", "completed", "failed", "in_flight"), 0),
            **dict.fromkeys(("offered_rps", "completed_rps", "failed_rps", "attempts_rps"), 0.0),
            "failing": {},
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
    return frozenset((*nodes, *parts["link_faults"]))


def _fault(fault: NodeFault | None) -> str | None:
    return fault.type if fault else None


def _initial_state(fault: NodeFault | None) -> str:
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
        for hop in [hop for hop in hops if hop.link or not hop.ok][-HOPS_PER_FRAME:]
    ]
    whole = {**header.fields(), **parts, "h": traced}
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def trace_every(offered_per_wall_s: float, now: int) -> int:
    """Return the sampling interval of traces: every 1st, 2nd, 5th, 10th, 20th, ... request.

    One dot on the screen then stands for that many requests, a number people can multiply by. `now`
    is the present interval; it stays while it is about right, since a legend should not flicker.
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
