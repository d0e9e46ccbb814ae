"""Cases of databases: who takes writes, and what becomes of those who did."""

from __future__ import annotations

from app.actions import CutLink, Destroy, Recover
from app.topology.edits.apply import SetLink, SetNode
from app.topology.model import Topology
from tests.support.drawings import edited
from tests.support.parameter_cases.shape import Case, all_kinds

_CUT = ((5.5, CutLink(link="db-1_db-2", for_s=6.0)),)
_DESTROYED = ((13.0, Destroy(node="db-1")), (14.0, Recover(node="db-2", how="restore")))
_WAITS = {"on_return": "wait"}


def _behind() -> Topology:
    """Replicas half a second behind, so that a primary dies with writes of its own."""
    links = ("db-1_db-2", "db-1_db-3")
    slow = {"latency_ms": 500.0}
    return edited(all_kinds(), *(SetLink(link=one, parameters=slow) for one in links))


def _uneven() -> Topology:
    """One replica is further behind than the other, and the primary says often how far it is."""
    return edited(
        _behind(),
        SetLink(link="db-1_db-3", parameters={"latency_ms": 900.0}),
        SetNode(node="db-1", parameters={"heartbeat_s": 0.05}),
    )


def _recovered(how: str) -> tuple[tuple[float, Recover], ...]:
    return ((25.0, Recover.model_validate({"node": "db-1", "how": how})),)


FAILOVER: dict[tuple[str, str], Case] = {
    ("database", "automatic"): Case("db-2", "off", script=_CUT),
    ("database", "fencing"): Case("db-2", "off", script=_CUT),
    ("database", "quorum"): Case("db-2", "on", script=_CUT),
    ("database", "lease_s"): Case("db-1", 0.5, {"quorum": "on"}, script=_CUT),
    ("database", "election_s"): Case("db-2", 2.0, script=_CUT),
    ("database", "reaim_s"): Case("db-2", 2.0, script=_CUT),
    ("database", "candidate_lag_mib"): Case("db-2", 0.001, drawn=_uneven),
    ("database", "repoint_s"): Case("db-1", 3.0),
    ("database", "on_return"): Case("db-1", "wait", drawn=_behind),
    ("database", "rows"): Case("db-1", 5, _WAITS, _behind, script=_recovered("merge")),
    ("database", "data_gb"): Case("db-1", 0.3, _WAITS, _behind, script=_recovered("rebuild")),
    ("database", "copy_mb_per_s"): Case(
        "db-1", 500.0, _WAITS, _behind, script=_recovered("rebuild")
    ),
    ("database", "backup_interval_s"): Case("db-2", 5.0, script=_DESTROYED),
}
