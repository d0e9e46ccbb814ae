"""Cases of web servers: how they call databases."""

from __future__ import annotations

from collections.abc import Mapping

from app.schema import Value
from app.topology.edits.apply import RemoveNode, SetLink, SetNode
from app.topology.model import Topology
from tests.support.drawings import edited
from tests.support.parameter_cases.shape import Case, all_kinds


def checking_back() -> Topology:
    """Every kind at work; users read back what they wrote, and one replica is slow."""
    return edited(
        all_kinds(),
        SetNode(node="users-1", parameters={"read_back_percent": 50.0, "read_back_s": 0.1}),
        SetNode(node="db-2", parameters={"apply_ms": 20.0}),
        SetLink(link="web-2_db-2", parameters={"latency_ms": 3.0}),
    )


def single_replica() -> Topology:
    """Every kind at work, and one replica, which dies for a while."""
    return edited(all_kinds(), RemoveNode(node="db-2"))


def narrow() -> Topology:
    """Every kind at work, with few connections to databases that take their time."""
    slow: dict[str, Value] = {"read_ms": 20.0}
    return edited(
        all_kinds(),
        *(SetNode(node=name, parameters=dict(slow)) for name in ("db-2", "db-3")),
        SetNode(node="web-2", parameters={"pool_size": 3}),
    )


PINS: Mapping[str, Value] = {"read_routing": "pin_after_write"}
CALLS: dict[tuple[str, str], Case] = {
    ("web_server", "read_routing"): Case("web-2", "least_lag", {}, checking_back),
    ("web_server", "pin_s"): Case("web-2", 0.05, PINS, checking_back),
    ("web_server", "primary_fallback"): Case("web-2", "fail", {}, single_replica),
    ("web_server", "pool_size"): Case("web-2", 4, {}, narrow),
    ("web_server", "pool_wait_s"): Case("web-2", 0.01, {}, narrow),
    ("database", "max_connections"): Case("db-2", 2, {}, narrow),
}
