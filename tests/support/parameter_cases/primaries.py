"""Cases of databases that all take writes."""

from __future__ import annotations

from collections.abc import Mapping

from app.schema import Value
from app.topology.edits.apply import Edit, RemoveLink, RemoveNode, SetLink, SetNode
from app.topology.model import Topology
from tests.support.drawings import edited, link, node
from tests.support.parameter_cases.shape import Case, all_kinds

NAMES = ("db-1", "db-2", "db-3")


def _all_say(**parameters: Value) -> list[Edit]:
    return [SetNode(node=name, parameters=parameters) for name in NAMES]


def several() -> Topology:
    """Every kind at work, on three primaries that write few keys, far from each other."""
    return edited(
        all_kinds(),
        SetNode(node="users-1", parameters={"write_share": 30.0}),
        *_all_say(replication="multi_primary", keys=500),
        *(SetLink(link=way, parameters={"latency_ms": 60.0}) for way in ("db-1_db-2", "db-1_db-3")),
        SetLink(link="web-2_db-3", parameters={"latency_ms": 3.0}),
    )


def rows() -> Topology:
    """Such primaries that add rows too."""
    return edited(several(), *_all_say(insert_percent=20.0))


def ring() -> Topology:
    """Every kind at work, on a ring of three."""
    return edited(
        several(),
        *_all_say(replication="ring"),
        RemoveLink(link="db-1_db-3"),
        link("db-2", "db-3", 60.0),
        link("db-3", "db-1", 60.0),
    )


def ring_of_four() -> Topology:
    """Every kind at work, on a ring of four."""
    return edited(
        ring(),
        RemoveLink(link="db-3_db-1"),
        node("database", "db-4", "", replication="ring", keys=500),
        link("db-3", "db-4", 60.0),
        link("db-4", "db-1", 60.0),
        link("web-1", "db-4"),
    )


TAKEN_OUT = (RemoveNode(node="db-2"), link("db-1", "db-3", 60.0))
STEPS: Mapping[str, Value] = {"row_step": 3}
PRIMARIES: dict[tuple[str, str], Case] = {
    ("web_server", "write_routing"): Case("web-2", "home", {}, several),
    ("database", "replication"): Case("db-1", "multi_primary", {"keys": 100}),
    ("database", "conflicts"): Case("db-1", "merge", {}, several),
    ("database", "keys"): Case("db-1", 50, {}, several),
    ("database", "write_skew"): Case("db-1", 1.0, {}, several),
    ("database", "insert_percent"): Case("db-1", 60.0, {}, rows),
    ("database", "row_step"): Case("db-1", 7, {}, rows),
    ("database", "row_offset"): Case("db-1", 2, STEPS, rows),
    ("database", "on_collision"): Case("db-1", "skip", {}, rows),
    ("database", "filter_gone"): Case("db-3", "on", {}, ring_of_four, later=TAKEN_OUT),
}
