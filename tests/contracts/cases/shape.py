"""What a case is: a value of a parameter, and a drawing in which it matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.schema import Value
from app.topology.edits import SetNode
from app.topology.model import Topology
from tests.drawings import edited, final_design


def all_kinds() -> Topology:
    """Every kind at work, in the way that it is meant to be."""
    return final_design(300.0)


def impatient() -> Topology:
    """Every kind at work, on the edge, for users who soon hang up, and whose balancer says so."""
    return edited(
        final_design(400.0),
        SetNode(node="users-1", parameters={"patience_s": 0.06}),
        SetNode(node="lb-1", parameters={"cancels": "on"}),
        SetNode(node="web-1", parameters={"cores": 1, "service_ms": 4.0, "cancels": "on"}),
        SetNode(node="web-2", parameters={"cores": 1, "service_ms": 5.0, "cancels": "on"}),
        SetNode(node="db-2", parameters={"cores": 1, "read_ms": 6.0}),
    )


@dataclass(frozen=True)
class Case:
    """A value of a parameter, and where it matters: which node, among what other settings."""

    node: str
    value: Value
    among: Mapping[str, Value] = field(default_factory=dict)
    drawn: Callable[[], Topology] = all_kinds
    resized: str = ""  # a node that gets more cores later
    cut: str = ""  # a link that is cut for a while


BUSY: Mapping[str, Mapping[str, Value]] = {
    "dns": {"ttl_s": 0.0, "lookup_ms": 2.0, "cores": 1},
    "load_balancer": {"forward_ms": 2.0, "cores": 1},
    "web_server": {"service_ms": 15.0, "cores": 4},
    "database": {"read_ms": 4.0, "cores": 1},
}
"""Stations that are busy enough to make requests wait, where nothing else may be the reason."""

BROKEN = {"dns": "dns-1", "load_balancer": "lb-1", "web_server": "web-1", "database": "db-3"}
"""Nodes that crash and come back."""

NODES = {"dns": "dns-1", "load_balancer": "lb-1", "web_server": "web-2", "database": "db-2"}


def station(kind: str) -> dict[tuple[str, str], Case]:
    """What all kinds that work on requests have in common."""
    busy, node = BUSY[kind], NODES[kind]
    return {
        (kind, "cores"): Case(node, 3, busy),
        (kind, "queue_limit"): Case(node, 1, busy),
        (kind, "distribution"): Case(node, "constant", busy),
        (kind, "scv"): Case(node, 9.0, {**busy, "distribution": "hyperexponential"}),
        (kind, "discipline"): Case(node, "processor_sharing", busy),
        (kind, "boot_s"): Case(BROKEN[kind], 1.5),
        (kind, "resize_restarts"): Case(node, "restart", busy, resized=node),
    }
