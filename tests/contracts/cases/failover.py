"""Cases of databases: who takes writes, and what becomes of those who did."""

from __future__ import annotations

from tests.contracts.cases.shape import Case

_CUT = "db-1_db-2"

FAILOVER: dict[tuple[str, str], Case] = {
    ("database", "fencing"): Case("db-2", "off", cut=_CUT),
    ("database", "quorum"): Case("db-2", "on", cut=_CUT),
    ("database", "lease_s"): Case("db-1", 0.5, {"quorum": "on"}, cut=_CUT),
}
