"""Cases of machines: their size, and their memory."""

from __future__ import annotations

from tests.contracts.cases.shape import BUSY, NODES, Case


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


MACHINES: dict[tuple[str, str], Case] = {
    **sized("web_server"),
    **sized("database"),
    ("database", "working_set_gb"): Case("db-2", 4.0, {"memory_gb": 1.0, "disk_ms": 2.0}),
    ("database", "disk_ms"): Case("db-2", 2.0, {"memory_gb": 1.0, "working_set_gb": 4.0}),
}
