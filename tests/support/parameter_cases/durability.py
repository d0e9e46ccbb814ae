"""Cases of databases: how safe a write is before its client is told."""

from __future__ import annotations

from collections.abc import Mapping

from app.schema import Value
from app.topology.edits.apply import SetNode
from app.topology.model import Topology
from tests.support.drawings import edited
from tests.support.parameter_cases.shape import Case, all_kinds


def loyal() -> Topology:
    """Every kind at work; the replicas wait for their primary, and one holds back what it has."""
    patient = {"heartbeat_misses": 100}
    return edited(
        all_kinds(),
        SetNode(node="db-2", parameters={**patient, "apply_delay_s": 4.0}),
        SetNode(node="db-3", parameters=dict(patient)),
    )


SOON: Mapping[str, Value] = {"sync_replicas": 2, "semi_sync_timeout_s": 2.0}
"""Semi-sync that gives up while a replica is away."""
DURABILITY: dict[tuple[str, str], Case] = {
    ("database", "commit"): Case("db-1", "sync_receive", SOON),
    ("database", "sync_replicas"): Case("db-1", 2, {"commit": "sync_receive"}),
    ("database", "semi_sync_timeout_s"): Case(
        "db-1", 0.5, {"commit": "semi_sync", "sync_replicas": 2, "semi_sync_timeout_s": 2.0}
    ),
    ("database", "replica_flush_ms"): Case("db-1", 5.0, {"commit": "sync_flush"}),
    ("database", "followed_keys"): Case("db-1", 50),
    ("database", "key_skew"): Case("db-1", 0.0, {"followed_keys": 50}, loyal),
    ("client", "read_back_percent"): Case("users-1", 50.0),
    ("client", "read_back_s"): Case("users-1", 0.0, {"read_back_percent": 50.0}),
    ("database", "apply_delay_s"): Case("db-2", 3.0),
    ("database", "write_bytes"): Case("db-1", 500, {}, loyal),
}
