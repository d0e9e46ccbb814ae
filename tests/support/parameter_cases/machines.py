"""Cases of machines: their size, and their memory."""

from __future__ import annotations

from app.schema import Value
from app.topology.edits.apply import SetNode
from app.topology.model import Topology
from tests.support.drawings import edited
from tests.support.parameter_cases.shape import BUSY, NODES, Case, all_kinds


def sized(kind: str) -> dict[tuple[str, str], Case]:
    """What all kinds have in common that run on machines of the catalogue."""
    node, busy = NODES[kind], BUSY[kind]
    bought = {**busy, "size": "m"}
    return {
        (kind, "size"): Case(node, "s", busy),
        (kind, "contention"): Case(node, 0.2, bought),
        (kind, "coherency"): Case(node, 0.05, bought),
        (kind, "memory_gb"): Case(node, 0.3, {**busy, "request_mb": 100.0}),
        (kind, "request_mb"): Case(node, 100.0, {**busy, "memory_gb": 0.3}),
    }


def scaling() -> Topology:
    """Every kind at work, with an autoscaler that is quick to act on a server that is busy."""
    quick: dict[str, Value] = {
        "scaling": "auto",
        "service_ms": 24.0,
        "cores": 4,
        "scale_period_s": 2.0,
        "scale_breaches": 2,
        "scale_cooldown_s": 4.0,
    }
    return edited(all_kinds(), SetNode(node="web-1", parameters=quick))


MACHINES: dict[tuple[str, str], Case] = {
    **sized("web_server"),
    **sized("database"),
    ("web_server", "instances"): Case("web-1", 3),
    ("web_server", "scaling"): Case("web-1", "fixed", {}, scaling),
    ("web_server", "instances_max"): Case("web-1", 2, {}, scaling),
    ("web_server", "scale_out_percent"): Case("web-1", 100.0, {}, scaling),
    ("web_server", "scale_in_percent"): Case("web-1", 60.0, {}, scaling),
    ("web_server", "scale_period_s"): Case("web-1", 3.0, {}, scaling),
    ("web_server", "scale_breaches"): Case("web-1", 1, {}, scaling),
    ("web_server", "scale_step"): Case("web-1", 2, {}, scaling),
    ("web_server", "scale_cooldown_s"): Case("web-1", 12.0, {}, scaling),
    ("database", "working_set_gb"): Case("db-2", 4.0, {"memory_gb": 1.0, "disk_ms": 2.0}),
    ("database", "disk_ms"): Case("db-2", 2.0, {"memory_gb": 1.0, "working_set_gb": 4.0}),
}
