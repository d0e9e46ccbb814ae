"""The Present: the drawing, the load, everything broken, and what a run measures right now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.theory.analysis import NodeTheory, Theory, analyse
from app.topology.model import Topology


@dataclass(frozen=True, slots=True)
class NodeNow:
    """Measures of one node in a run: shares, requests a second, and whether it is up.

    `failing` is the outcome of most requests that fail here, and how many of them do a second.
    """

    state: str
    util: float | None
    queue: int
    rps: float
    role: str | None
    failing: tuple[str, float] | None = None

    @property
    def up(self) -> bool:
        """True unless it is down, hangs or starts."""
        return self.state != "down"


@dataclass(frozen=True, slots=True)
class CachedAddress:
    """An address that cached answers hold: which share of them, and how long the last one does."""

    share: float
    for_s: float


@dataclass(frozen=True, slots=True)
class Measured:
    """Measures of a run: by node, by link (requests a second), and of each client's caches."""

    nodes: Mapping[str, NodeNow]
    link_rps: Mapping[str, float] = field(default_factory=dict)
    cached: Mapping[str, Mapping[str, CachedAddress]] = field(default_factory=dict)
    out_of_reach: int = 0


@dataclass(frozen=True, slots=True)
class Present:
    """All that findings are about. `faults` are the nodes that people broke and can heal; without
    a run, `measured` is None and everything else counts as up.
    """

    topology: Topology
    theory: Theory
    faults: frozenset[str] = frozenset()
    servers: Mapping[str, int] = field(default_factory=dict)
    measured: Measured | None = None

    @property
    def down(self) -> frozenset[str]:
        """The ids of nodes that are down or hang."""
        if self.measured is None:
            return self.faults
        drawn = (name for name in self.measured.nodes if self.topology.has_node(name))
        return frozenset(name for name in drawn if not self.measured.nodes[name].up)

    def same_state_as(self, other: Present) -> bool:
        """Tell if another present has the same drawing, load, servers, and things that are down."""
        drawing = self.topology is other.topology and self.theory is other.theory
        return drawing and self.faults == other.faults and self.down == other.down

    def now(self, node_id: str) -> NodeNow | None:
        """Measures of a node, if there are any."""
        return self.measured.nodes.get(node_id) if self.measured else None

    def law(self, node_id: str) -> NodeTheory | None:
        """Laws of a node, if theory has any."""
        return next((one for one in self.theory.nodes if one.node == node_id), None)


def drawn(topology: Topology, load: float = 1.0) -> Present:
    """The present of a drawing that does not run."""
    return Present(topology, analyse(topology, load))


def measured_of(parts: Mapping[str, Any], cached: Mapping[str, Any]) -> Measured:
    """Take the measures of a frame (`app.engine.observe.frames`), and of addresses in caches."""
    return Measured(
        {one["id"]: _node(one) for one in parts["n"]},
        {link: rate for link, rate, _ in parts["e"]},
        {
            client: {name: CachedAddress(share, for_s) for name, (share, for_s) in of.items()}
            for client, of in cached.items()
        },
        int(parts["m"]["ledger"].get("out_of_reach", 0)),
    )


def _node(part: Mapping[str, Any]) -> NodeNow:
    failing = part.get("failing")
    return NodeNow(
        part["state"],
        part["util"],
        part["queue"],
        part["rps"],
        part["role"],
        (failing[0], failing[1]) if failing else None,
    )
